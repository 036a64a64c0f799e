//! Notes of the melody that the player edits.

use super::*;
use crate::score::{
    edit::{Edit, WholeSong},
    history::{History, Step},
    melody_edit::MelodyEdit,
    passage::Passage,
};
use continuo_music::meter::MeterMap;
use proptest::prelude::*;

fn edit(stage: &mut Stage, edit: Edit) {
    assert!(stage.shared.edits.push(edit));
    while stage.planner.process_edit() {}
}

fn change(gone: &[Note], new: &[Note]) -> Edit {
    Edit::Melody(MelodyEdit { gone: gone.to_vec(), new: new.to_vec() })
}

/// As the editor undoes (`back`) and redoes an edit.
fn apply(stage: &mut Stage, back: bool) {
    let step = stage.shared.history.edit(|history| if back { history.pop_done() } else { history.pop_undone() });
    let step = step.expect("there is a step");
    let Step::Melody { before, after, .. } = &step else { panic!("{step:?}") };
    let passage = Passage::from_json(if back { before } else { after }).unwrap();
    edit(stage, Edit::BringBack(Box::new(passage)));
    stage.shared.history.edit(|history| if back { history.keep_undone(step) } else { history.keep_done(step) });
}

fn depth(stage: &Stage) -> (usize, usize) {
    stage.shared.history.read(History::depth)
}

/// A song of four phrases that was arranged.
fn arranged() -> Stage {
    let mut stage = Stage::new(Settings::default());
    let melody =
        (0..64).map(|beat| Note { start: 960 * beat, pitch: 60 + (beat * beat % 13) as u8, length: 900, velocity: 90 });
    let song = WholeSong { melody: melody.collect(), meters: MeterMap::default(), ..WholeSong::default() };
    edit(&mut stage, Edit::Arrange(Box::new(song)));
    stage.drain_requests();
    stage.delivered();
    stage
}

/// The score without the number of the next take, which never goes back.
fn without_take_number(score: &Score) -> serde_json::Value {
    let mut saved: serde_json::Value = serde_json::from_str(&score.to_json()).unwrap();
    if let Some(score) = saved.as_object_mut() {
        score.remove("last_take");
    }
    saved
}

fn starts(requests: &[Request]) -> Vec<Tick> {
    requests.iter().map(|request| request.start).collect()
}

#[test]
fn a_note_that_is_moved_makes_its_phrase_again_and_undo_needs_no_network() {
    let mut stage = arranged();
    let before = stage.shared.score.copy();
    let old = before.melody()[20];
    let new = Note { pitch: old.pitch + 3, ..old };
    edit(&mut stage, change(&[old], &[new]));
    let requests = stage.drain_requests();
    assert_eq!(starts(&requests), [PHRASE]);
    assert!(requests[0].melody.contains(&new) && !requests[0].melody.contains(&old));
    assert_eq!((requests[0].take, requests[0].preferred), (0, Some(1)), "the same candidate of the same take");
    assert_eq!(stage.delivered()[0].ready_at, PLAY_AT_ONCE);
    let after = stage.shared.score.copy();
    assert_ne!(after.phrases()[1].parts, before.phrases()[1].parts);
    for index in [0, 2, 3] {
        assert_eq!(after.phrases()[index], before.phrases()[index]);
    }
    assert!(after.phrases().iter().all(|phrase| after.is_settled(phrase)));
    apply(&mut stage, true);
    assert_eq!(without_take_number(&stage.shared.score.copy()), without_take_number(&before));
    apply(&mut stage, false);
    assert_eq!(without_take_number(&stage.shared.score.copy()), without_take_number(&after));
    assert_eq!((stage.drain_requests(), depth(&stage)), (vec![], (2, 0)));
    // The first pass plays what was made.
    stage.cycle = Some((0, 4 * PHRASE));
    stage.roll(0, 4 * PHRASE, after.melody());
    assert!(stage.drain_requests().is_empty());
}

#[test]
fn a_note_in_an_empty_song_makes_a_phrase_and_undo_takes_both_away() {
    let mut stage = Stage::new(Settings::default());
    let before = stage.shared.score.copy();
    edit(&mut stage, change(&[], &[note(PHRASE + 960, 480)]));
    assert_eq!(starts(&stage.drain_requests()), [PHRASE]);
    let after = stage.shared.score.copy();
    assert_eq!(after.heard(), std::slice::from_ref(&(PHRASE..PHRASE + 3840)), "its bar counts as heard");
    apply(&mut stage, true);
    assert_eq!(without_take_number(&stage.shared.score.copy()), without_take_number(&before));
    apply(&mut stage, false);
    assert_eq!(without_take_number(&stage.shared.score.copy()), without_take_number(&after));
    assert!(stage.drain_requests().is_empty());
}

#[test]
fn an_edit_that_changes_nothing_is_no_step_and_velocity_alone_makes_nothing_again() {
    let mut stage = arranged();
    let old = stage.shared.score.read(|score| score.melody()[0]);
    let depth_before = depth(&stage);
    edit(&mut stage, change(&[old], &[old]));
    edit(&mut stage, change(&[], &[]));
    edit(&mut stage, change(&[note(7, 7)], &[]));
    assert_eq!(depth(&stage), depth_before);
    edit(&mut stage, change(&[old], &[Note { velocity: 40, ..old }]));
    assert_eq!((depth(&stage).0, stage.drain_requests().len()), (depth_before.0 + 1, 0));
    assert_eq!(stage.shared.score.read(|score| score.melody()[0].velocity), 40);
}

#[test]
fn what_was_played_after_an_edit_is_not_undone() {
    let mut stage = arranged();
    let old = stage.shared.score.read(|score| score.melody()[20]);
    edit(&mut stage, change(&[old], &[Note { pitch: 99, ..old }]));
    stage.cycle = Some((0, 4 * PHRASE));
    stage.roll(PHRASE, 2 * PHRASE, &tune(PHRASE, 2 * PHRASE));
    let played = stage.shared.score.copy();
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.copy(), played);
}

#[test]
fn in_live_mode_an_edit_changes_the_melody_alone() {
    let mut stage = arranged();
    stage.planner.receive(Fact::Settings(Settings { mode: Mode::Live, ..Settings::default() }));
    let old = stage.shared.score.read(|score| score.melody()[20]);
    edit(&mut stage, change(&[old], &[]));
    assert_eq!((stage.drain_requests().len(), depth(&stage).0), (0, 2));
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.read(|score| score.melody()[20]), old);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_edits_can_all_be_undone_and_redone(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..3, -4000_i64..80_000, 50_u8..70, 1_i64..3000), 1..6),
    ) {
        let mut stage = arranged();
        let mut states = vec![without_take_number(&stage.shared.score.copy())];
        for (index, count, start, pitch, length) in edits {
            let melody = stage.shared.score.read(|score| score.melody().to_vec());
            let gone: Vec<Note> = melody.iter().skip(index.index(melody.len().max(1))).take(count).copied().collect();
            let steps = depth(&stage).0;
            edit(&mut stage, change(&gone, &[Note { start, pitch, length, velocity: 77 }]));
            if depth(&stage).0 > steps {
                states.push(without_take_number(&stage.shared.score.copy()));
            }
        }
        for state in states.iter().rev().skip(1) {
            apply(&mut stage, true);
            prop_assert_eq!(&without_take_number(&stage.shared.score.copy()), state);
        }
        for state in states.iter().skip(1) {
            apply(&mut stage, false);
            prop_assert_eq!(&without_take_number(&stage.shared.score.copy()), state);
        }
    }
}
