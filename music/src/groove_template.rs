//! Groove templates: the loudness and timing of somebody's playing, for other notes.

use crate::{
    drum_keys,
    meter::MeterMap,
    note::Note,
    song::Song,
    time::{TICKS_PER_STEP, Tick},
};
use std::collections::BTreeMap;

/// A template of up to so many bars is laid on the song bar by bar; of longer ones the mean bar.
const MOST_BARS: usize = 4;

/// A place of a template: the bar, the sixteenth in it, and a drum's key; `None` stands for all notes together.
type Place = (usize, usize, Option<u8>);

/// Loudness and timing of the sixteenths of some bars, of each drum and of all notes together.
#[derive(Clone, Debug, PartialEq)]
pub struct GrooveTemplate {
    bars: usize,
    places: BTreeMap<Place, Played>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Played {
    /// 0 to 1.
    velocity: f32,
    /// How much later than its sixteenth, in sixteenths.
    timing: f32,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    loud: f32,
    late: f32,
    count: f32,
}

impl GrooveTemplate {
    /// Reads how the drums of a song are played, or all its notes if it has no drums; `None` without notes.
    pub fn of_song(song: &Song) -> Option<Self> {
        let drums = song.tracks.iter().any(|track| track.is_drums() && !track.notes.is_empty());
        let tracks = song.tracks.iter().filter(|track| !drums || track.is_drums());
        let notes: Vec<Note> = tracks.flat_map(|track| &track.notes).copied().collect();
        Self::of(&notes, drums, &song.meters)
    }

    /// Reads how notes are played: `drums` says whether they are General MIDI's drums. `None` without notes.
    pub fn of(notes: &[Note], drums: bool, meters: &MeterMap) -> Option<Self> {
        let first = notes.iter().map(|note| note.start).min()?;
        let last = notes.iter().map(|note| note.start).max().unwrap_or(first);
        let number = |tick: Tick| meters.bar_number(tick + TICKS_PER_STEP / 2);
        let bars = usize::try_from(number(last) - number(first) + 1).unwrap_or(1);
        let cycle = if bars <= MOST_BARS { bars } else { 1 };
        let mut sums: BTreeMap<Place, Sum> = BTreeMap::new();
        for note in notes {
            let (bar, step, late) = place(note.start, meters);
            let bar = usize::try_from(bar - number(first)).unwrap_or(0) % cycle;
            for key in keys(note, drums) {
                let sum = sums.entry((bar, step, key)).or_default();
                sum.loud += f32::from(note.velocity) / 127.0;
                sum.late += late;
                sum.count += 1.0;
            }
        }
        let mean = |sum: Sum| Played { velocity: sum.loud / sum.count, timing: sum.late / sum.count };
        Some(Self { bars: cycle, places: sums.into_iter().map(|(key, sum)| (key, mean(sum))).collect() })
    }

    /// How many bars it has, 1 to 4.
    pub const fn bars(&self) -> usize {
        self.bars
    }

    /// The notes as the template plays them, in the same order: `amount`, 0 to 1, says how far they go towards it. Notes
    /// on steps where the template plays nothing stay as they are.
    pub fn applied(&self, notes: &[Note], drums: bool, meters: &MeterMap, amount: f32) -> Vec<Note> {
        notes.iter().map(|note| self.played(note, drums, meters, amount)).collect()
    }

    fn played(&self, note: &Note, drums: bool, meters: &MeterMap, amount: f32) -> Note {
        let (bar, step, late) = place(note.start, meters);
        let bar = usize::try_from((bar - 1).rem_euclid(self.bars as i64)).unwrap_or(0);
        let there = keys(note, drums).find_map(|key| self.places.get(&(bar, step, key)));
        let Some(&Played { velocity, timing }) = there else { return *note };
        let loud = f32::from(note.velocity) / 127.0;
        let moved = ((timing - late) * amount * TICKS_PER_STEP as f32).round() as Tick;
        let start = (note.start + moved).max(0);
        let velocity = ((loud + (velocity - loud) * amount) * 127.0).round().clamp(1.0, 127.0) as u8;
        Note { start, velocity, ..*note }
    }
}

/// Under which keys a note is found: its drum's, then that of all notes.
fn keys(note: &Note, drums: bool) -> impl Iterator<Item = Option<u8>> {
    let own = drums.then(|| Some(drum_keys::usual(note.pitch)));
    own.into_iter().chain([None])
}

/// The number of the bar of the nearest sixteenth, the sixteenth's number in it from 0 on, and how much later than it a tick
/// is, in steps.
fn place(tick: Tick, meters: &MeterMap) -> (i64, usize, f32) {
    let near = tick + TICKS_PER_STEP / 2;
    let step = (near - meters.bar_start(near)).div_euclid(TICKS_PER_STEP);
    let late = tick - meters.bar_start(near) - step * TICKS_PER_STEP;
    (meters.bar_number(near), usize::try_from(step).unwrap_or(0), late as f32 / TICKS_PER_STEP as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, pitch: u8, velocity: u8) -> Note {
        Note { start, length: 120, pitch, velocity }
    }

    /// A bar of hi-hats whose off-beats are late and soft, and a snare that is early and loud.
    fn template(bars: Tick) -> Vec<Note> {
        let mut notes = vec![];
        for bar in 0..bars {
            for eighth in 0..8 {
                let off = eighth % 2;
                notes.push(note(bar * 3840 + eighth * 480 + 60 * off, 42, if off == 1 { 50 } else { 90 }));
            }
            notes.push(note(bar * 3840 + 960 - 24, 38, 120));
        }
        notes.sort_unstable();
        notes
    }

    #[test]
    fn notes_take_over_timing_and_loudness_voice_by_voice() {
        let meters = MeterMap::default();
        for bars in [1, 2, 8] {
            let template = GrooveTemplate::of(&template(bars), true, &meters).expect("notes");
            assert_eq!(template.bars(), if bars == 8 { 1 } else { bars as usize });
            let stiff =
                [note(0, 42, 100), note(480, 42, 100), note(960, 38, 100), note(960, 42, 100), note(240, 36, 77)];
            let played = template.applied(&stiff, true, &meters, 1.0);
            let expected =
                [note(0, 42, 90), note(540, 42, 50), note(936, 38, 120), note(960, 42, 90), note(240, 36, 77)];
            assert_eq!(played, expected);
            let half = template.applied(&stiff[1..2], true, &meters, 0.5);
            assert_eq!(half, [note(510, 42, 75)]);
            assert_eq!(template.applied(&stiff, true, &meters, 0.0), stiff);
        }
    }

    #[test]
    fn other_parts_take_over_what_all_voices_do_together() {
        let meters = MeterMap::default();
        let template = GrooveTemplate::of(&template(1), true, &meters).expect("notes");
        let piano = template.applied(&[note(480, 60, 80), note(3840 + 480, 64, 80)], false, &meters, 1.0);
        assert_eq!(piano, [note(540, 60, 50), note(3840 + 540, 64, 50)]);
    }

    #[test]
    fn a_note_before_a_bar_line_belongs_to_the_line() {
        let meters = MeterMap::default();
        let early = [note(3840 - 30, 36, 110), note(2 * 3840 - 30, 36, 110), note(0, 36, 110)];
        let template = GrooveTemplate::of(&early[..2], true, &meters).expect("notes");
        assert_eq!(template.bars(), 2);
        assert_eq!(template.applied(&[note(3840, 36, 60)], true, &meters, 1.0), [note(3810, 36, 110)]);
        assert_eq!(template.applied(&[note(0, 36, 60)], true, &meters, 1.0), [note(0, 36, 110)], "not before the song");
    }

    #[test]
    fn without_notes_there_is_no_template() {
        assert_eq!(GrooveTemplate::of(&[], true, &MeterMap::default()), None);
        assert_eq!(GrooveTemplate::of_song(&Song::default()), None);
    }
}
