//! Tools that revise the melody, or write it from nothing, with the real networks.

use super::*;
use crate::tools::{Proposal, ProposedChange, edit_of};
use continuo_music::{
    key::Key,
    melody::begins_in,
    meter::{Meter, MeterChange},
};
use std::sync::Arc;

const ENHANCE: Tool = Tool::Enhance { add: 8, remove: 8, iterations: 100, risk: 0.5 };

fn melody(stage: &Stage) -> Vec<Note> {
    stage.shared.score.copy().melody().to_vec()
}

/// The notes of a melody that begin in some bars, and the others.
fn parted(melody: &[Note], bars: &Range<Tick>) -> (Vec<Note>, Vec<Note>) {
    melody.iter().partition(|note| begins_in(note, bars))
}

/// The numbers in a sentence.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
}

/// What a tool proposed last.
fn proposed(stage: &Stage) -> Arc<Proposal> {
    match stage.shared.status.get().tool {
        Some(ToolStatus::Proposed(proposal)) => proposal,
        other => panic!("no proposal: {other:?}"),
    }
}

/// Makes some of the changes that a tool proposed.
fn keep(stage: &mut Stage, which: impl std::slice::SliceIndex<[ProposedChange], Output = [ProposedChange]>) {
    let kept = edit_of(proposed(stage).changes[which].iter());
    edit(stage, Edit::Melody(kept));
}

#[test]
fn selected_bars_are_enhanced_in_one_step_that_says_what_changed() {
    let mut stage = arranged(Settings::default());
    let before = melody(&stage);
    // A slip in the third bar.
    let slip = Note { pitch: 85, ..before[9] };
    edit(&mut stage, Edit::Melody(crate::score::MelodyEdit { gone: vec![before[9]], new: vec![slip] }));
    let before = melody(&stage);
    let bars = 2 * BAR..4 * BAR;
    let said = work(&mut stage, ENHANCE, bars.clone(), None).expect("there are notes");
    assert_eq!((melody(&stage), depth(&stage)), (before.clone(), 2), "nothing changes before the player agrees");
    keep(&mut stage, ..);
    let after = melody(&stage);
    let (old, outside) = parted(&before, &bars);
    let (new, still_outside) = parted(&after, &bars);
    assert_eq!(outside, still_outside);
    assert!(!new.iter().any(|note| note.pitch == 85), "the slip is still there: {new:?}");
    assert!(said.starts_with("Enhance proposes for bars 3-4: "), "{said}");
    let [_, _, added, removed, repitched] = numbers(&said)[..] else { panic!("{said}") };
    assert_eq!(old.len() + added, new.len() + removed, "{said}");
    assert!(added + repitched <= 8 && removed + repitched <= 8 && added + removed + repitched > 0, "{said}");
    assert_eq!(depth(&stage), 3);
    apply(&mut stage, true);
    assert_eq!(melody(&stage), before);
    assert_eq!(work(&mut stage, ENHANCE, bars.clone(), None), Ok(said));
    keep(&mut stage, ..);
    assert_eq!(melody(&stage), after, "the same seed makes the same");
    let none = Tool::Enhance { add: 0, remove: 0, iterations: 100, risk: 0.5 };
    let said = work(&mut stage, none, bars, None).expect("there are notes");
    assert!(said.starts_with("Enhance: bars 3-4 stay as before"), "{said}");
    assert_eq!((melody(&stage), depth(&stage)), (after, 3), "what changes nothing is no step");
}

#[test]
fn any_of_the_proposed_changes_can_be_left_out_and_another_song_forgets_them() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    let bold = Tool::Enhance { add: 8, remove: 8, iterations: 100, risk: 1.0 };
    work(&mut stage, bold, 0..8 * BAR, None).expect("there are notes");
    let changes = proposed(&stage).changes.clone();
    assert!(changes.len() > 1, "{changes:?}");
    assert!(changes.is_sorted_by_key(ProposedChange::start));
    keep(&mut stage, ..1);
    let after = melody(&stage);
    assert!(changes[0].new.is_none_or(|note| after.contains(&note)));
    assert!(changes[0].gone.is_none_or(|note| !after.contains(&note)));
    for change in &changes[1..] {
        assert!(change.gone.is_none_or(|note| after.contains(&note) || changes[0].gone == Some(note)), "{change:?}");
    }
    work(&mut stage, bold, 0..8 * BAR, None).expect("there are notes");
    proposed(&stage);
    stage.shared.replace(before);
    stage.planner.follow_replaced_score();
    assert_eq!(stage.shared.status.get().tool, None);
}

#[test]
fn selected_bars_are_rewritten_wholly_in_their_rhythm_or_with_their_pitches() {
    let mut stage = arranged(Settings::default());
    let before = melody(&stage);
    let bars = 4 * BAR..6 * BAR;
    let (old, outside) = parted(&before, &bars);
    let steps = |notes: &[Note]| notes.iter().map(|note| (note.start + 120) / 240).collect::<Vec<_>>();
    let pitches = |notes: &[Note]| notes.iter().map(|note| note.pitch).collect::<Vec<_>>();
    let mut made = vec![];
    for (keep, seed) in
        [(Keep::Nothing, 3), (Keep::Nothing, 3), (Keep::Nothing, 4), (Keep::Rhythm, 3), (Keep::Pitches, 3)]
    {
        // A draw may come out as it was, and says so; the player tries again.
        let mut draw = |seed| work_with_seed(&mut stage, Tool::Rewrite { keep }, bars.clone(), None, seed);
        let said =
            (0..8).map(|more| draw(seed + 10 * more)).find(|said| *said == Ok("Rewrite: bars 5-6 are done".to_owned()));
        assert!(said.is_some(), "{keep:?}");
        let (new, still_outside) = parted(&melody(&stage), &bars);
        assert_eq!(outside, still_outside);
        assert_ne!(new, old);
        assert_eq!(depth(&stage), 2);
        apply(&mut stage, true);
        assert_eq!(melody(&stage), before);
        made.push(new);
    }
    assert_eq!(made[0], made[1], "the same seed makes the same");
    assert_ne!(made[0], made[2], "another seed makes something else");
    assert_eq!(steps(&made[3]), steps(&old));
    assert_ne!(pitches(&made[3]), pitches(&old));
    assert_eq!(pitches(&made[4]), pitches(&old));
    assert_ne!(steps(&made[4]), steps(&old));
}

#[test]
fn a_gap_in_the_melody_is_filled() {
    let mut stage = arranged(Settings::default());
    let bars = 2 * BAR..4 * BAR;
    let (gone, rest) = parted(&melody(&stage), &bars);
    edit(&mut stage, Edit::Melody(crate::score::MelodyEdit { gone, new: vec![] }));
    let said = work(&mut stage, Tool::Rewrite { keep: Keep::Nothing }, bars.clone(), None);
    assert_eq!(said, Ok("Rewrite: bars 3-4 are done".to_owned()));
    let (new, outside) = parted(&melody(&stage), &bars);
    assert!(new.len() > 2, "{new:?}");
    assert_eq!(outside, rest);
}

#[test]
fn a_melody_is_written_from_nothing_in_the_chosen_key() {
    let mut settings = Settings::default();
    let key = Key::major(3);
    settings.shape.key = Some(key);
    let mut stage = Stage::new(settings);
    let said = work(&mut stage, Tool::Generate, 0..8 * BAR, None);
    assert_eq!(said, Ok("Generate: bars 1-8 are done".to_owned()));
    let first = melody(&stage);
    assert!(first.len() > 16 && first.iter().all(|note| note.start >= 0 && note.end() <= 8 * BAR), "{first:?}");
    assert_eq!(first.last().map(|note| note.pitch % 12), Some(3), "it ends at home");
    let in_key = first.iter().filter(|note| [0, 2, 3, 5, 7, 8, 10].contains(&(note.pitch % 12))).count();
    assert!(10 * in_key >= 9 * first.len(), "{in_key} of {}", first.len());
    // Another one in some of its bars.
    let bars = 2 * BAR..4 * BAR;
    let said = work_with_seed(&mut stage, Tool::Generate, bars.clone(), None, 7);
    assert_eq!(said, Ok("Generate: bars 3-4 are done".to_owned()));
    let changed = melody(&stage);
    let ((old, outside), (new, still_outside)) = (parted(&first, &bars), parted(&changed, &bars));
    let starts = |notes: &[Note]| notes.iter().map(|note| (note.start, note.pitch)).collect::<Vec<_>>();
    assert_eq!(starts(&outside), starts(&still_outside));
    assert_ne!(new, old);
    apply(&mut stage, true);
    assert_eq!(melody(&stage), first);
    let again = work_with_seed(&mut stage, Tool::Generate, bars, None, 7);
    assert_eq!((again.is_ok(), melody(&stage)), (true, changed), "the same seed makes the same");
}

#[test]
fn a_new_melody_lies_where_the_songs_melody_lies() {
    for octaves in [-2, 0, 2] {
        let mut stage = Stage::new(Settings::default());
        let pitch = |beat: Tick| (60 + 12 * octaves + [0, 4, 7, 5, 2, 9, 11][beat as usize % 7]) as u8;
        let song = (0..32).map(|beat| Note { start: 960 * beat, pitch: pitch(beat), length: 800, velocity: 90 });
        let song = WholeSong { melody: song.collect(), meters: MeterMap::default(), ..WholeSong::default() };
        edit(&mut stage, Edit::Arrange(Box::new(song)));
        let bars = 8 * BAR..12 * BAR;
        work(&mut stage, Tool::Generate, bars.clone(), None).expect("a melody");
        let (new, old) = parted(&melody(&stage), &bars);
        let middle = |notes: &[Note]| {
            let mut pitches: Vec<i32> = notes.iter().map(|note| note.pitch.into()).collect();
            pitches.sort_unstable();
            pitches[pitches.len() / 2]
        };
        assert!((middle(&new) - middle(&old)).abs() <= 6, "{} beside {}", middle(&new), middle(&old));
    }
}

#[test]
fn the_first_bars_become_the_last_ones_in_steps() {
    let mut stage = arranged(Settings::default());
    let before = melody(&stage);
    let said = work(&mut stage, Tool::Interpolate { bars: 2 }, 0..8 * BAR, None);
    assert_eq!(said, Ok("Interpolate: bars 3-6 are done".to_owned()));
    let bars = 2 * BAR..6 * BAR;
    let ((old, outside), (new, still_outside)) = (parted(&before, &bars), parted(&melody(&stage), &bars));
    assert_eq!(outside, still_outside);
    assert_ne!(old, new);
    for step in [2 * BAR..4 * BAR, 4 * BAR..6 * BAR] {
        assert!(parted(&new, &step).0.len() > 2, "{new:?}");
    }
    assert_eq!(depth(&stage), 2);
    apply(&mut stage, true);
    assert_eq!(melody(&stage), before);
    // Without notes in an end there is no way.
    let said = work(&mut stage, Tool::Interpolate { bars: 4 }, 0..12 * BAR, None);
    assert_eq!(said, Err("there are no notes in the last 4 selected bars: both ends need a melody".to_owned()));
}

#[test]
fn a_melody_is_written_in_one_meter() {
    let mut stage = Stage::new(Settings::default());
    let notes = (0..24).map(|beat| Note { start: 960 * beat, pitch: 60 + beat as u8 % 5, length: 900, velocity: 90 });
    let three = Meter::new(3, 4).expect("a meter");
    let meters = MeterMap::from_changes([
        MeterChange { tick: 0, meter: Meter::COMMON },
        MeterChange { tick: 2 * BAR, meter: three },
    ]);
    let song = WholeSong { melody: notes.collect(), meters, ..WholeSong::default() };
    edit(&mut stage, Edit::Arrange(Box::new(song)));
    let before = melody(&stage);
    for tool in [Tool::Generate, Tool::Interpolate { bars: 1 }] {
        let said = work(&mut stage, tool, 0..2 * BAR + 2880, None);
        assert_eq!(said, Err("the meter changes in the selected bars: select bars of one meter".to_owned()));
    }
    assert_eq!(melody(&stage), before);
    let said = work(&mut stage, Tool::Generate, 2 * BAR..2 * BAR + 2 * 2880, None);
    assert_eq!(said, Ok("Generate: bars 3-4 are done".to_owned()));
}
