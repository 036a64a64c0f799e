//! Parts that the player plays: heard like the melody, given to the network, and kept.

use super::*;

fn with_own_bass(mode: Mode) -> Settings {
    let mut settings = Settings { mode, ..Settings::default() };
    settings.parts[Part::Bass].source = Some(1);
    settings
}

fn bass(from: Tick, to: Tick, pitch: u8) -> Vec<Note> {
    (from..to).step_by(1920).map(|start| Note { start, pitch, length: 1800, velocity: 70 }).collect()
}

/// Plays a stretch with a melody and with a bass.
fn play(stage: &mut Stage, from: Tick, to: Tick, bass: &[Note]) {
    stage.locate(from);
    stage.planner.receive(Fact::Started { tick: from, rolled: stage.rolled });
    let melody = tune(from, to);
    for at in (from..to).step_by(240) {
        let here = |tick: Tick| (at..at + 240).contains(&tick);
        for note in &melody {
            let Note { start, pitch, velocity, .. } = *note;
            if here(note.end()) {
                stage.planner.receive(Fact::NoteOff { tick: note.end(), pitch });
            }
            if here(start) {
                stage.planner.receive(Fact::NoteOn { tick: start, pitch, velocity });
            }
        }
        for note in bass {
            let Note { start, pitch, velocity, .. } = *note;
            if here(note.end()) {
                stage.planner.receive(Fact::PartOff { part: Part::Bass, tick: note.end(), pitch });
            }
            if here(start) {
                stage.planner.receive(Fact::PartOn { part: Part::Bass, tick: start, pitch, velocity });
            }
        }
        stage.rolled += 240;
        stage.planner.receive(Fact::Rolled { from: at, to: at + 240, rolled: stage.rolled, cycle: None });
    }
    stage.planner.receive(Fact::Left { tick: to });
}

#[test]
fn what_was_played_is_given_to_the_phrase_and_stays_in_the_score() {
    let mut stage = Stage::new(with_own_bass(Mode::Arrange));
    let played = bass(0, 2 * PHRASE, 38);
    play(&mut stage, 0, 2 * PHRASE, &played);
    let requests = stage.drain_requests();
    let last = |start: Tick| requests.iter().rev().find(|request| request.start == start).expect("a request");
    assert_eq!(last(0).given_bass.as_deref(), Some(&played[..8]));
    assert_eq!(last(PHRASE).given_bass.as_deref(), Some(&played[8..]));
    assert_eq!(last(PHRASE).bass_before, played[..8], "the phrase before is context");
    let predicted = requests.iter().find(|request| request.start == PHRASE).expect("a prediction");
    assert_eq!(predicted.given_bass, None, "what comes is not known in the first pass");
    stage.shared.score.read(|score| {
        assert_eq!(score.part_notes(Part::Bass, &(0..2 * PHRASE)), played);
        assert_eq!(score.own_parts()[Part::Bass].notes(), played);
    });
    // Another pass: known before it comes, and the same again makes nothing anew; nor does a silent one.
    for again in [&played[..], &[]] {
        play(&mut stage, 0, 2 * PHRASE, again);
        assert_eq!(stage.drain_requests(), []);
    }
    play(&mut stage, 0, PHRASE, &bass(0, PHRASE, 43));
    let request = stage.drain_requests().pop().expect("another bass makes another phrase");
    assert_eq!(request.given_bass, Some(bass(0, PHRASE, 43)));
    assert_eq!(stage.shared.score.read(|score| score.part_notes(Part::Bass, &(0..PHRASE))), bass(0, PHRASE, 43));
}

#[test]
fn a_saved_score_keeps_it_and_continuo_makes_the_part_again_when_it_plays() {
    let mut stage = Stage::new(with_own_bass(Mode::Arrange));
    let played = bass(0, PHRASE, 38);
    play(&mut stage, 0, PHRASE, &played);
    let saved = stage.shared.save();
    let mut other = Stage::new(with_own_bass(Mode::Arrange));
    other.shared.restore(&saved).expect("a score");
    other.planner.follow_replaced_score();
    assert_eq!(other.shared.save(), saved);
    play(&mut other, 0, PHRASE, &played);
    let anew: Vec<_> = other.drain_requests().into_iter().filter(|request| request.start == 0).collect();
    assert_eq!(anew, [], "it is known, as before");
    other.planner.receive(Fact::Settings(Settings::default()));
    other.locate(0);
    let request = other.drain_requests().into_iter().find(|request| request.start == 0).expect("made again");
    assert_eq!(request.given_bass, None);
}

#[test]
fn in_live_mode_it_is_context_and_what_is_predicted_is_not_kept() {
    let mut stage = Stage::new(with_own_bass(Mode::Live));
    let played = bass(0, 2 * PHRASE, 38);
    play(&mut stage, 0, 2 * PHRASE, &played);
    let requests = stage.drain_requests();
    let next = requests.iter().rev().find(|request| request.start == 2 * PHRASE).expect("a prediction");
    assert_eq!(next.given_bass, None);
    assert_eq!(next.bass_before.last().map(|note| note.pitch), Some(38));
    let notes = stage.shared.score.read(|score| score.part_notes(Part::Bass, &(0..2 * PHRASE)));
    assert_eq!(notes, played, "the score has what was played");
}

#[test]
fn another_take_keeps_what_was_played() {
    let mut stage = Stage::new(with_own_bass(Mode::Arrange));
    let played = bass(0, PHRASE, 38);
    play(&mut stage, 0, PHRASE, &played);
    stage.shared.edits.push(Edit::Regenerate { tick: 0, part: None });
    while stage.planner.process_edit() {}
    play(&mut stage, 0, PHRASE, &bass(0, PHRASE, 45));
    let first = stage.shared.score.read(|score| score.takes(0).expect("takes").list()[0].id);
    stage.shared.edits.push(Edit::Choose { start: 0, take: first, undoing: false });
    while stage.planner.process_edit() {}
    let notes = stage.shared.score.read(|score| score.part_notes(Part::Bass, &(0..PHRASE)));
    assert_eq!(notes, bass(0, PHRASE, 45), "an older take does not bring an older bass back");
}
