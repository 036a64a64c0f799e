//! Where the transport stands, starts and loops.

use super::*;

pub fn with_genre(genre: u8) -> Settings {
    Settings { shape: Shape { genre, ..Shape::default() }, ..Settings::default() }
}

fn genres(stage: &Stage) -> Vec<u8> {
    let score = stage.shared.score.copy();
    score.phrases().iter().filter_map(|phrase| phrase.recipe.as_ref()).map(|recipe| recipe.shape.genre).collect()
}

/// No phrase was made yet after the loop, or before it.
#[test]
fn a_loop_that_is_switched_off_or_on_just_before_its_end_leaves_no_phrase_silent() {
    let (at, cycle) = (PHRASE - LEAD / 2, Some((0, PHRASE)));
    for (before, after) in [(cycle, None), (None, cycle)] {
        let mut stage = Stage::new(Settings { mode: Mode::Live, ..Settings::default() });
        stage.locate(0);
        stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
        stage.planner.receive(Fact::Rolled { from: 0, to: at, rolled: at, cycle: before });
        stage.delivered();
        stage.planner.receive(Fact::Rolled { from: at, to: PHRASE, rolled: PHRASE, cycle: after });
        let entry = if after.is_some() { 0 } else { PHRASE };
        let ready: Vec<_> = stage.delivered().iter().map(|phrase| (phrase.span.start, phrase.ready_at)).collect();
        assert!(ready.contains(&(entry, PHRASE)), "{after:?}: {ready:?}");
    }
}

/// A bounce starts at the song's start, wherever the playhead stood when the player chose a genre.
#[test]
fn a_start_elsewhere_plays_what_was_chosen_while_the_transport_stood() {
    let mut stage = Stage::new(with_genre(1));
    stage.locate(0);
    stage.roll(0, 3 * PHRASE, &tune(0, 3 * PHRASE));
    stage.locate(2 * PHRASE);
    stage.planner.receive(Fact::Settings(with_genre(2)));
    stage.planner.update();
    stage.delivered();
    let rolled = stage.rolled;
    stage.planner.receive(Fact::Started { tick: 0, rolled });
    assert!(stage.delivered().iter().any(|phrase| phrase.span.start == 0 && phrase.ready_at == PLAY_AT_ONCE));
    assert_eq!(genres(&stage)[..3], [2, 1, 2]);
}

/// A pass whose genre is automated: 1 over the first phrase, 2 over the second.
fn automated_pass(stage: &mut Stage) {
    stage.planner.receive(Fact::Settings(with_genre(1)));
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: stage.rolled });
    for tick in (0..2 * PHRASE).step_by(960) {
        if tick == PHRASE {
            stage.planner.receive(Fact::Settings(with_genre(2)));
        }
        stage.planner.receive(Fact::NoteOn { tick, pitch: 60, velocity: 90 });
        stage.planner.receive(Fact::NoteOff { tick: tick + 900, pitch: 60 });
        stage.rolled += 960;
        stage.planner.receive(Fact::Rolled { from: tick, to: tick + 960, rolled: stage.rolled, cycle: None });
    }
    stage.planner.receive(Fact::Left { tick: 2 * PHRASE });
}

#[test]
fn standing_just_before_an_automated_phrase_leaves_it_alone() {
    let mut stage = Stage::new(Settings::default());
    automated_pass(&mut stage);
    automated_pass(&mut stage);
    assert_eq!(genres(&stage)[..2], [1, 2]);
    stage.drain_requests();
    stage.planner.receive(Fact::Settings(with_genre(1)));
    stage.locate(PHRASE - 1);
    assert_eq!(stage.drain_requests(), []);
    assert_eq!(genres(&stage)[..2], [1, 2]);
}

#[test]
fn what_was_set_at_the_end_of_another_pass_does_not_count_as_automation() {
    let mut stage = Stage::new(with_genre(1));
    stage.locate(0);
    stage.roll(0, PHRASE - 100, &tune(0, PHRASE - 1000));
    stage.planner.receive(Fact::Settings(with_genre(2)));
    stage.locate(PHRASE);
    stage.roll(PHRASE, 2 * PHRASE, &tune(PHRASE, 2 * PHRASE));
    assert_eq!(genres(&stage)[1], 2);
    stage.planner.receive(Fact::Settings(with_genre(1)));
    stage.locate(0);
    let rolled = stage.rolled;
    stage.planner.receive(Fact::Started { tick: 0, rolled });
    let rolled = rolled + PHRASE - 100;
    stage.planner.receive(Fact::Rolled { from: 0, to: PHRASE - 100, rolled, cycle: None });
    assert_eq!(genres(&stage)[1], 1);
}
