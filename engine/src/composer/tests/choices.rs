//! What the player chooses, by hand or by automation, and where it counts.

use super::*;

#[test]
fn genre_and_density_act_at_the_next_phrase_and_a_settled_song_is_left_alone() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.locate(0);
    stage.drain_requests();
    stage.planner.receive(Fact::Started { tick: 0, rolled: stage.rolled });
    stage.planner.receive(Fact::Rolled { from: 0, to: 960, rolled: stage.rolled + 960, cycle: None });
    stage
        .planner
        .receive(Fact::Settings(Settings { shape: Shape { genre: 3, ..Shape::default() }, ..Settings::default() }));
    stage.planner.update();
    assert_eq!(stage.drain_requests(), [], "the phrase that plays is not touched");
    stage.planner.receive(Fact::Rolled { from: 960, to: PHRASE - LEAD + 1, rolled: 0, cycle: None });
    let requests = stage.drain_requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].start, requests[0].genre), (PHRASE, 3));
    assert_eq!(requests[0].heard, [0..2 * PHRASE], "its melody is known by now");
}

#[test]
fn a_change_while_the_transport_stands_counts_for_the_first_phrase() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.drain_requests();
    stage
        .planner
        .receive(Fact::Settings(Settings { shape: Shape { genre: 2, ..Shape::default() }, ..Settings::default() }));
    stage.planner.update();
    let requests = stage.drain_requests();
    assert_eq!((requests.len(), requests[0].start, requests[0].genre), (1, 0, 2));
}

#[test]
fn a_blend_makes_phrases_anew_but_its_rounding_does_not() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.drain_requests();
    let mut asked_with = |genre_b, blend| {
        stage.planner.receive(Fact::Settings(Settings {
            shape: Shape::default().mixed(0, genre_b, blend),
            ..Settings::default()
        }));
        stage.planner.update();
        stage.drain_requests().len()
    };
    assert_eq!(asked_with(7, 0.0), 0, "a second genre that is not mixed in changes nothing");
    assert_eq!(asked_with(7, 0.3), 1);
    assert_eq!(asked_with(7, 0.300_04), 0, "the same mix after a host's rounding");
    assert_eq!(asked_with(7, 0.31), 1);
}

#[test]
fn vary_makes_each_pass_a_new_take_and_a_lock_keeps_its_part() {
    let mut settings = Settings { vary: true, ..Settings::default() };
    settings.parts[Part::Bass].lock = true;
    let mut stage = Stage::new(settings);
    stage.locate(0);
    stage.cycle = Some((0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.drain_requests();
    let bass = stage.shared.score.copy().phrases()[1].parts[Part::Bass].clone();
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let second = stage.drain_requests();
    assert_eq!(second.iter().map(|request| (request.start, request.take)).collect::<Vec<_>>(), [(PHRASE, 1), (0, 2)]);
    assert_eq!(second[0].given_bass.as_ref(), Some(&bass));
    assert_eq!(stage.shared.score.copy().phrases()[1].parts[Part::Bass], bass);
}

#[test]
fn generate_makes_another_take_of_the_phrase_at_the_playhead_at_once() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    stage.drain_requests();
    stage.delivered();
    stage.planner.receive(Fact::Generate { tick: 100 });
    assert_eq!(
        stage.drain_requests().iter().map(|request| (request.start, request.take)).collect::<Vec<_>>(),
        [(0, 1)]
    );
    assert_eq!(stage.delivered()[0].ready_at, PLAY_AT_ONCE);
}

/// Two phrases with automated genres: the second genre begins exactly with the second phrase.
fn automated_pass(stage: &mut Stage) {
    let genre = |genre| Fact::Settings(Settings { shape: Shape { genre, ..Shape::default() }, ..Settings::default() });
    stage.planner.receive(genre(1));
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: stage.rolled });
    for (from, to) in [(0, PHRASE), (PHRASE, 2 * PHRASE)] {
        if from == PHRASE {
            stage.planner.receive(genre(2));
        }
        for tick in (from..to).step_by(960) {
            stage.planner.receive(Fact::NoteOn { tick, pitch: 60, velocity: 90 });
            stage.planner.receive(Fact::NoteOff { tick: tick + 900, pitch: 60 });
            stage.rolled += 960;
            let rolled = stage.rolled;
            stage.planner.receive(Fact::Rolled { from: tick, to: tick + 960, rolled, cycle: None });
        }
    }
    stage.planner.receive(Fact::Left { tick: 2 * PHRASE });
}

#[test]
fn a_phrase_is_shaped_by_what_is_chosen_where_it_begins() {
    let mut stage = Stage::new(Settings::default());
    automated_pass(&mut stage);
    let genres = |stage: &Stage| {
        let score = stage.shared.score.copy();
        let recipes = score.phrases().iter().filter_map(|phrase| phrase.recipe.as_ref());
        recipes.map(|recipe| recipe.shape.genre).collect::<Vec<_>>()
    };
    assert_eq!(genres(&stage)[..2], [1, 2]);
    stage.drain_requests();

    // The kept phrase plays: nothing is made with the settings at its cut.
    let count = |stage: &Stage| stage.drain_requests().iter().filter(|request| request.start < 2 * PHRASE).count();
    automated_pass(&mut stage);
    assert_eq!((genres(&stage)[..2].to_vec(), count(&stage)), (vec![1, 2], 0));
    let saved = stage.shared.save();
    stage.shared.restore(&saved).unwrap();
    stage.planner.follow_replaced_score();
    automated_pass(&mut stage);
    assert_eq!((genres(&stage)[..2].to_vec(), count(&stage)), (vec![1, 2], 0), "after the project was opened again");

    // Without the automation it follows the player again.
    let genre = Settings { shape: Shape { genre: 1, ..Shape::default() }, ..Settings::default() };
    stage.planner.receive(Fact::Settings(genre));
    for _ in 0..2 {
        stage.locate(0);
        stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    }
    assert_eq!(genres(&stage)[..2], [1, 1]);
}

#[test]
fn what_is_chosen_within_a_looped_phrase_counts_from_the_next_round_on() {
    let mut stage = Stage::new(Settings::default());
    stage.cycle = Some((0, PHRASE));
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.receive(Fact::NoteOn { tick: 0, pitch: 60, velocity: 90 });
    stage.planner.receive(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: stage.cycle });
    stage.drain_requests();
    stage
        .planner
        .receive(Fact::Settings(Settings { shape: Shape { genre: 3, ..Shape::default() }, ..Settings::default() }));
    stage.planner.receive(Fact::Rolled { from: 3840, to: PHRASE, rolled: PHRASE, cycle: stage.cycle });
    stage.planner.receive(Fact::Left { tick: PHRASE });
    let requests: Vec<(Tick, u8)> =
        stage.drain_requests().iter().map(|request| (request.start, request.genre)).collect();
    assert_eq!(requests, [(0, 3), (0, 3)], "prepared for the next round, and then for what was heard");
}

#[test]
fn what_is_chosen_within_a_phrase_counts_for_the_one_after_it() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.receive(Fact::NoteOn { tick: 0, pitch: 60, velocity: 90 });
    stage.planner.receive(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: None });
    stage.drain_requests();
    stage
        .planner
        .receive(Fact::Settings(Settings { shape: Shape { genre: 3, ..Shape::default() }, ..Settings::default() }));
    stage.planner.receive(Fact::Rolled { from: 3840, to: PHRASE, rolled: PHRASE, cycle: None });
    let requests: Vec<(Tick, u8)> =
        stage.drain_requests().iter().map(|request| (request.start, request.genre)).collect();
    assert_eq!(requests, [(PHRASE, 3), (0, 0)]);
}
