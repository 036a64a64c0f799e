//! Hears that the melody repeats although the song position runs on, as where a clip loops in a clip launcher.
//!
//! A clip of some bars comes again and again at new places. What it will play there is known as soon as it has begun to
//! repeat, wherever on the grid of phrases it began.

use continuo_music::{
    melody::{add_heard, begins_in, nearest_step},
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::{collections::BTreeSet, ops::Range};

/// The lengths of clips that are recognized, in bars.
const BARS: [Tick; 4] = [1, 2, 4, 8];

/// How many bars, at least, must have come again.
const LEAST_BARS: Tick = 2;

/// How many notes, at least, must have come again: rests repeat too.
const LEAST_NOTES: usize = 4;

/// How far back the melody is compared, in bars.
const MEMORY: Tick = 24;

/// The length, in ticks, of the clip that the melody up to `now` repeats; `None` if it repeats none. `melody` is sorted,
/// and `heard` says where it is known; `bar` is the length of a bar.
///
/// For each length, the melody is compared with itself that much earlier, on the network's grid. The length for which the
/// two agree furthest back counts: a clip with two similar halves is not taken for one half.
pub fn repeated(melody: &[Note], heard: &[Range<Tick>], now: Tick, bar: Tick) -> Option<Tick> {
    let known = heard.iter().find(|range| range.start < now && now <= range.end)?;
    let from = known.start.max(now - MEMORY * bar);
    let onsets: BTreeSet<(i64, u8)> = melody
        .iter()
        .filter(|note| (from..now).contains(&note.start))
        .map(|note| (nearest_step(note.start), note.pitch))
        .collect();
    let candidates = BARS.into_iter().map(|bars| bars * bar).filter(|length| length % TICKS_PER_STEP == 0);
    let agreeing = candidates.filter_map(|length| {
        let since = agrees_since(&onsets, from, now, length / TICKS_PER_STEP)?;
        let agreed = now - since;
        let again = || onsets.iter().filter(|onset| onset.0 * TICKS_PER_STEP >= since);
        // One tone again and again says nothing about what comes.
        let is_tune = again().any(|onset| Some(onset.1) != again().next().map(|first| first.1));
        let enough = agreed >= (LEAST_BARS * bar).max(length / 2) && again().count() >= LEAST_NOTES && is_tune;
        enough.then_some((agreed, length))
    });
    // Of several that agree as far, the shortest.
    agreeing.max_by_key(|&(agreed, length)| (agreed, -length)).map(|(_, length)| length)
}

/// Since when the notes have been those of `steps` earlier; `None` if nothing that early was heard.
fn agrees_since(onsets: &BTreeSet<(i64, u8)>, from: Tick, now: Tick, steps: i64) -> Option<Tick> {
    let (first, last) = (nearest_step(from) + steps, nearest_step(now));
    let missing = |&&(step, pitch): &&(i64, u8)| step >= first && !onsets.contains(&(step - steps, pitch));
    let left_out = |&&(step, pitch): &&(i64, u8)| step + steps < last && !onsets.contains(&(step + steps, pitch));
    let differs = onsets
        .iter()
        .filter(missing)
        .map(|onset| onset.0)
        .chain(onsets.iter().filter(left_out).map(|onset| onset.0 + steps))
        .max();
    let since = differs.map_or(first, |step| step + 1);
    (since < last).then_some(since * TICKS_PER_STEP)
}

/// Goes on with a melody that is known up to `now` as it did `length` ticks earlier, up to `end`: as a clip of that length
/// does. What begins at `now` but for rounding is not known yet.
pub fn repeat(melody: &mut Vec<Note>, heard: &mut Vec<Range<Tick>>, now: Tick, length: Tick, end: Tick) {
    if length <= 0 || end <= now {
        return;
    }
    melody.retain(|note| !begins_in(note, &(now..end)));
    let before = |note: &Note| {
        let place = (nearest_step(note.start - length), note.pitch);
        melody.iter().find(|other| (nearest_step(other.start), other.pitch) == place).map(|other| other.length)
    };
    // A note that sounds on is as long as it was before.
    let longer: Vec<(usize, Tick)> = (0..)
        .zip(melody.iter())
        .filter(|(_, note)| note.start >= now - length && note.end() == now)
        .filter_map(|(index, note)| Some((index, before(note)?.max(note.length))))
        .collect();
    for (index, length) in longer {
        melody[index].length = length;
    }
    let clip: Vec<Note> = melody.iter().filter(|note| begins_in(note, &(now - length..now))).copied().collect();
    for pass in 1..=(end - now).div_euclid(length) + 1 {
        let again = clip.iter().map(|note| Note { start: note.start + pass * length, ..*note });
        melody.extend(again.filter(|note| begins_in(note, &(now..end))));
    }
    melody.sort_unstable();
    add_heard(heard, now..end);
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    /// A clip of these bars that loops from a place on; each bar has its own tune.
    fn looping(bars: &[u8], start: Tick, end: Tick) -> Vec<Note> {
        let mut notes = vec![];
        for (index, place) in (0..).zip((start..end).step_by(BAR as usize)) {
            let tune = bars[index % bars.len()];
            for beat in 0..4 {
                let pitch = 60 + (tune * 5 + beat * (tune % 3 + 1)) % 12;
                notes.push(Note { start: place + Tick::from(beat) * 960, pitch, length: 900, velocity: 90 });
            }
        }
        notes.retain(|note| note.start < end);
        notes
    }

    fn found(bars: &[u8], start: Tick, now: Tick) -> Option<Tick> {
        repeated(&looping(bars, start, now), &[start..now], now, BAR).map(|length| length / BAR)
    }

    #[test]
    fn a_clip_is_known_when_it_has_begun_to_repeat() {
        for start in [0, 960, 3 * BAR + 1440] {
            assert_eq!(found(&[1, 2], start, start + 4 * BAR - 480), None);
            assert_eq!(found(&[1, 2], start, start + 4 * BAR), Some(2), "from {start}");
            assert_eq!(found(&[1, 2, 3, 4], start, start + 4 * BAR), None);
            assert_eq!(found(&[1, 2, 3, 4], start, start + 6 * BAR + 480), Some(4), "from {start}");
            assert_eq!(found(&[1, 2, 3, 4, 5, 6, 7, 8], start, start + 12 * BAR), Some(8), "from {start}");
            assert_eq!(found(&[7], start, start + 3 * BAR), Some(1), "from {start}");
        }
    }

    #[test]
    fn similar_parts_of_a_clip_are_not_taken_for_the_clip() {
        // A A' A B: its halves begin alike.
        let clip = [1, 2, 1, 3];
        assert_eq!(found(&clip, 0, 7 * BAR), Some(4));
        assert_eq!(found(&clip, 0, 11 * BAR), Some(4));
        assert_eq!(found(&[1, 2, 1, 2, 5, 6, 1, 2], 0, 13 * BAR), Some(8));
    }

    #[test]
    fn what_does_not_repeat_or_was_not_heard_is_not_known() {
        assert_eq!(found(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 13, 14, 15, 16], 0, 15 * BAR), None);
        let clip = looping(&[1, 2], 0, 8 * BAR);
        assert_eq!(repeated(&clip, &[0..6 * BAR, 7 * BAR..8 * BAR], 8 * BAR, BAR), None, "a gap");
        assert_eq!(repeated(&[], &[0..8 * BAR], 8 * BAR, BAR), None, "rests");
        let drone: Vec<Note> = clip.iter().map(|note| Note { pitch: 60, ..*note }).collect();
        assert_eq!(repeated(&drone, &[0..8 * BAR], 8 * BAR, BAR), None, "one tone");
        assert_eq!(repeated(&clip, &[], 8 * BAR, BAR), None);
        let mut changed = clip.clone();
        changed.last_mut().expect("it has notes").pitch += 1;
        assert_eq!(repeated(&changed, &[0..8 * BAR], 8 * BAR, BAR), None, "the player does something else");
    }

    #[test]
    fn a_melody_goes_on_as_its_clip_does() {
        for start in [0, 960] {
            let whole = looping(&[1, 2, 3, 4], start, start + 16 * BAR);
            let now = start + 7 * BAR - 480;
            let mut melody: Vec<Note> = whole.iter().filter(|note| note.start < now).copied().collect();
            for note in &mut melody {
                note.length = note.length.min(now - note.start);
            }
            let mut heard = vec![start..now];
            let length = repeated(&melody, &heard, now, BAR).expect("it repeats");
            repeat(&mut melody, &mut heard, now, length, start + 16 * BAR);
            assert_eq!(melody, whole);
            assert_eq!(heard, [start..start + 16 * BAR]);
        }
    }
}
