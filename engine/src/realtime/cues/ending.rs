//! The last chord, and the strokes that count the band in.

use crate::realtime::queues::{PartNote, PlayablePhrase};
use continuo_music::{
    key::Key,
    note::Note,
    part::Part,
    time::{TICKS_PER_QUARTER, Tick},
};

/// Keys of General MIDI's kit.
const BASS_DRUM: u8 = 36;
const SIDE_STICK: u8 = 37;
const CRASH: u8 = 49;

/// Velocities of the first beat of a count and of the others.
const COUNT: [u8; 2] = [112, 88];

/// Most notes of a last chord.
const MOST_NOTES: usize = 10;

/// A last chord. Its size is fixed, since the audio thread makes it.
pub type Ending = [Option<PartNote>; MOST_NOTES];

/// The stroke that counts a beat.
pub const fn count(start: Tick, first: bool) -> PartNote {
    let velocity = if first { COUNT[0] } else { COUNT[1] };
    let note = Note { start, pitch: SIDE_STICK, length: TICKS_PER_QUARTER / 4, velocity };
    PartNote { part: Part::Drums, note }
}

/// The last chord of a band that plays this phrase: the tonic's triad, the tonic in the bass, each part that plays in the
/// phrase as loud as its last note, `length` ticks long, and a last stroke of the drums. Without a key, only the stroke.
pub fn ending(phrase: &PlayablePhrase, start: Tick, length: Tick) -> Ending {
    let mut ending = Ending::default();
    let mut free = ending.iter_mut();
    let last = |part: Part| {
        let mut before = phrase.notes.iter().rev().filter(|note| note.part == part);
        before.clone().find(|note| note.note.start < start).or_else(|| before.next_back()).map(|last| last.note)
    };
    let mut add = |part: Part, pitch: u8, length: Tick, velocity: u8| {
        if let Some(free) = free.next() {
            *free = Some(PartNote { part, note: Note { start, pitch, length, velocity } });
        }
    };
    if let Some(last) = last(Part::Drums) {
        for pitch in [BASS_DRUM, CRASH] {
            add(Part::Drums, pitch, TICKS_PER_QUARTER.min(length), last.velocity.max(COUNT[1]));
        }
    }
    let Some(key) = phrase.key else { return ending };
    let [tonic, third, fifth] = triad(key);
    // Where each part usually plays.
    for (part, tones, lowest) in [
        (Part::Bass, &[tonic][..], 29),
        (Part::Chords, &[tonic, third, fifth], 55),
        (Part::Strings, &[tonic, fifth], 60),
        (Part::Counter, &[tonic], 67),
    ] {
        if let Some(last) = last(part) {
            for &tone in tones {
                add(part, at_or_above(lowest, tone), length, last.velocity);
            }
        }
    }
    ending
}

/// Lead's last note: the tone of the tonic's triad that is nearest to the one that it played last.
pub fn of_lead(last: &Note, key: Key, start: Tick, length: Tick) -> Note {
    let is_home = |pitch: &u8| triad(key).contains(&(pitch % 12));
    let pitch = (0..128).filter(is_home).min_by_key(|pitch| pitch.abs_diff(last.pitch)).unwrap_or(last.pitch);
    Note { start, pitch, length, velocity: last.velocity }
}

/// The pitch classes of the tonic's triad.
const fn triad(key: Key) -> [u8; 3] {
    let tonic = key.tonic();
    [tonic, (tonic + if key.is_minor() { 3 } else { 4 }) % 12, (tonic + 7) % 12]
}

/// The first pitch of a pitch class from `lowest` on.
const fn at_or_above(lowest: u8, class: u8) -> u8 {
    lowest + (class + 24 - lowest % 12) % 12
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realtime::queues::PLAY_AT_ONCE;
    use continuo_music::meter::{Meter, PhraseSpan};

    fn phrase(key: Option<Key>, parts: &[Part]) -> PlayablePhrase {
        let note = |&part: &Part| PartNote { part, note: Note { start: 0, pitch: 50, length: 960, velocity: 70 } };
        PlayablePhrase {
            span: PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON },
            notes: parts.iter().map(note).collect(),
            ready_at: PLAY_AT_ONCE,
            differs_from: 0,
            programs: [0; 4],
            key,
        }
    }

    #[test]
    fn the_band_ends_on_the_tonic_in_every_key() {
        for key in Key::all() {
            let ending = ending(&phrase(Some(key), &Part::ALL), 3840, 7680);
            let notes: Vec<PartNote> = ending.into_iter().flatten().collect();
            let of = |part: Part| -> Vec<u8> {
                notes.iter().filter(|note| note.part == part).map(|note| note.note.pitch).collect()
            };
            assert_eq!(of(Part::Drums), [36, 49]);
            assert_eq!(of(Part::Bass).len(), 1);
            assert!((29..41).contains(&of(Part::Bass)[0]) && of(Part::Bass)[0] % 12 == key.tonic());
            let mut classes: Vec<u8> = of(Part::Chords).iter().map(|pitch| (pitch + 12 - key.tonic()) % 12).collect();
            classes.sort_unstable();
            assert_eq!(classes, [0, if key.is_minor() { 3 } else { 4 }, 7]);
            assert!(notes.iter().all(|note| note.note.start == 3840 && note.note.velocity >= 70));
        }
    }

    #[test]
    fn lead_ends_on_the_nearest_tone_of_the_tonics_chord() {
        for (key, last, pitch) in [(Key::major(0), 77, 76), (Key::minor(9), 68, 69), (Key::major(2), 0, 2)] {
            let last = Note { start: 0, pitch: last, length: 960, velocity: 77 };
            assert_eq!(of_lead(&last, key, 3840, 7680), Note { start: 3840, pitch, length: 7680, velocity: 77 });
        }
    }

    #[test]
    fn only_who_plays_ends_and_without_a_key_only_the_drums() {
        let notes = |phrase: &PlayablePhrase| ending(phrase, 0, 960).into_iter().flatten().count();
        assert_eq!(notes(&phrase(Some(Key::major(2)), &[Part::Bass])), 1);
        assert_eq!(notes(&phrase(None, &Part::ALL)), 2);
        assert_eq!(notes(&phrase(None, &[])), 0);
    }
}
