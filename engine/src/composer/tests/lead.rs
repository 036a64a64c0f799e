//! Lead in the score: kept, locked, hushed, and made for songs that are given as a whole.

use super::*;
use crate::{
    lead::{Improvise, LeadRequest, Played, turn},
    score::{
        edit::{Edit, WholeSong},
        history::Step,
        lead_passage::LeadPassage,
    },
};
use continuo_music::{
    key::Key,
    lead::{LeadMode, LeadSettings},
};

const BEAT: Tick = 960;

/// A note at the beginning of each of Lead's stretches; the seed and the take say which.
pub struct Pulse;

impl Improvise for Pulse {
    fn improvise(&mut self, request: &LeadRequest<'_>) -> Result<Played, InferenceError> {
        let Some(turn) = turn(request.settings, request.meters, request.known, &request.span) else {
            return Ok(Played { notes: vec![], hushed_from: Tick::MAX });
        };
        if request.song_end.is_some_and(|end| turn.stretch.start >= end) {
            return Ok(Played { notes: vec![], hushed_from: Tick::MAX });
        }
        let (start, pitch) = (turn.stretch.start, 72 + request.seed as u8 + 10 * request.take as u8);
        Ok(Played { notes: vec![Note { start, pitch, length: 1200, velocity: 90 }], hushed_from: turn.hushed_from })
    }
}

fn settings(mode: LeadMode, seed: u32) -> Settings {
    let lead = LeadSettings { mode, ..LeadSettings::default() };
    let shape = Shape { key: Some(Key::major(0)), seed, ..Shape::default() };
    Settings { mode: Mode::Live, lead, shape, ..Settings::default() }
}

fn led(stage: &Stage) -> Vec<(Tick, u8)> {
    stage.shared.score.read(|score| score.lead().notes().iter().map(|note| (note.start / BEAT, note.pitch)).collect())
}

#[test]
fn a_song_that_is_given_as_a_whole_has_its_lead_once_its_phrases_are_made() {
    let mut stage = Stage::new(Settings { mode: Mode::Arrange, ..settings(LeadMode::Solo, 1) });
    let song = WholeSong { melody: tune(0, 2 * PHRASE), ..WholeSong::default() };
    assert!(stage.shared.edits.push(Edit::Arrange(Box::new(song))));
    while stage.planner.process_edit() {}
    let expected: Vec<_> = (0..2 * PHRASE / BEAT).map(|beat| (beat, 73)).collect();
    assert_eq!(led(&stage), expected);
    let saved = stage.shared.score.copy().to_json();
    assert_eq!(Score::from_json(&saved).unwrap().lead(), stage.shared.score.copy().lead());
    assert!(stage.planner.outbox.iter().any(|delivery| matches!(delivery, Delivery::Lead(_))));
}

#[test]
fn a_locked_lead_stays_and_another_seed_plays_otherwise() {
    let mut stage = Stage::new(settings(LeadMode::Solo, 1));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let first = led(&stage);
    assert!(first.len() >= 16 && first.iter().all(|note| note.1 == 73));
    let mut locked = settings(LeadMode::Solo, 2);
    locked.lead.play.lock = true;
    stage.planner.receive(Fact::Settings(locked));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    assert_eq!(led(&stage), first);
    stage.planner.receive(Fact::Settings(settings(LeadMode::Solo, 2)));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    assert!(led(&stage)[1..16].iter().all(|note| note.1 == 74), "{:?}", led(&stage));
}

#[test]
fn the_score_keeps_what_was_heard_where_the_player_hushed_lead() {
    let mut stage = Stage::new(settings(LeadMode::Fill, 1));
    let keys = [note(0, BEAT), note(6 * BEAT + 100, 500), note(14 * BEAT, BEAT)];
    stage.roll(0, PHRASE, &keys);
    let lead: Vec<_> =
        stage.shared.score.read(|score| score.lead().notes().iter().map(|note| (note.start, note.end())).collect());
    for &(start, end) in &lead {
        let over = keys.iter().any(|key| start < key.end() && key.start < end);
        assert!(!over, "{start} to {end} under the melody: {lead:?}");
    }
    let beats: Vec<_> = lead.iter().map(|note| note.0 / BEAT).collect();
    assert_eq!(beats, [3, 4, 5, 6, 9, 10, 11, 12, 13]);
}

#[test]
fn where_a_loop_begins_again_live_lead_hears_how_it_ended() {
    for (last, plays) in [(PHRASE - 4 * BEAT, true), (PHRASE - 2 * BEAT, false)] {
        let mut stage = Stage::new(settings(LeadMode::Fill, 1));
        stage.cycle = Some((0, PHRASE));
        let keys = [note(0, BEAT), note(last, BEAT)];
        stage.roll(0, PHRASE, &keys);
        stage.planner.receive(Fact::Started { tick: 0, rolled: stage.rolled });
        assert_eq!(led(&stage).first().is_some_and(|first| first.0 == 0), plays, "{:?}", led(&stage));
    }
}

#[test]
fn without_lead_nothing_is_made_or_sent() {
    let mut stage = Stage::new(settings(LeadMode::Off, 1));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    assert_eq!(led(&stage), []);
    assert!(!stage.planner.outbox.iter().any(|delivery| matches!(delivery, Delivery::Lead(_))));
}

fn edit(stage: &mut Stage, edit: Edit) {
    assert!(stage.shared.edits.push(edit));
    while stage.planner.process_edit() {}
}

/// Undoes or redoes the last step.
fn bring_back(stage: &mut Stage, back: bool) {
    let step = stage.shared.history.read(|history| history.last_done().cloned());
    let Some(Step::Lead { before, after, .. }) = step else { panic!("{step:?}") };
    let passage = LeadPassage::from_json(if back { &before } else { &after }).expect("a passage");
    edit(stage, Edit::BringBackLead(Box::new(passage)));
}

#[test]
fn another_take_of_lead_plays_in_its_bars_in_later_passes_too_and_can_be_undone() {
    let mut stage = Stage::new(settings(LeadMode::Solo, 1));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let first = led(&stage);
    let bars = 4 * BEAT..8 * BEAT;
    edit(&mut stage, Edit::LeadAgain { bars: Some(bars.clone()) });
    let second = led(&stage);
    for ((beat, old), (_, new)) in first.iter().zip(&second) {
        assert_eq!(*new, if bars.contains(&(beat * BEAT)) { old + 10 } else { *old }, "beat {beat}");
    }
    assert!(matches!(stage.planner.outbox.back(), Some(Delivery::Lead(lead)) if lead.news.is_empty()));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    assert_eq!(led(&stage)[..16], second[..16], "the next pass plays it again");
    let saved = stage.shared.score.copy().to_json();
    assert_eq!(Score::from_json(&saved).expect("a score").lead(), stage.shared.score.copy().lead());
    bring_back(&mut stage, true);
    assert_eq!(led(&stage)[..16], first[..16]);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    assert_eq!(led(&stage)[..16], first[..16], "also when it plays again");
    bring_back(&mut stage, false);
    assert_eq!(led(&stage)[..16], second[..16]);
    edit(&mut stage, Edit::LeadAgain { bars: None });
    assert!(led(&stage).iter().all(|note| note.1 == 93), "all of it, and no take comes twice: {:?}", led(&stage));
}

#[test]
fn a_locked_lead_and_one_that_never_played_have_no_other_take() {
    let mut stage = Stage::new(settings(LeadMode::Solo, 1));
    edit(&mut stage, Edit::LeadAgain { bars: None });
    edit(&mut stage, Edit::LeadAgain { bars: Some(0..PHRASE) });
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let first = led(&stage);
    let mut locked = settings(LeadMode::Solo, 1);
    locked.lead.play.lock = true;
    stage.planner.receive(Fact::Settings(locked));
    edit(&mut stage, Edit::LeadAgain { bars: None });
    assert_eq!(led(&stage), first);
    assert_eq!(stage.shared.history.read(crate::score::history::History::depth), (0, 0));
}

#[test]
fn lead_is_silent_behind_the_end_of_a_song() {
    let mut stage = Stage::new(Settings { mode: Mode::Arrange, ..settings(LeadMode::Solo, 1) });
    let song = WholeSong { melody: tune(0, PHRASE - 4 * BEAT), ..WholeSong::default() };
    edit(&mut stage, Edit::Arrange(Box::new(song)));
    assert_eq!(led(&stage).iter().map(|note| note.0).collect::<Vec<_>>(), (0..12).collect::<Vec<_>>());
}
