//! Corrections of the network's notes: few, and each can be switched off, so that its effect can be measured.

mod clusters;
mod counter_line;
mod low_chords;
mod own_parts;
mod room;
mod voice_leading;

use clusters::Surroundings;
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    time::Tick,
};
use room::clashes;
pub use room::register;
use std::ops::Range;

/// Which corrections are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each correction has its own switch")]
pub struct Polish {
    /// Removes a note that clashes by a semitone with a melody note for its whole length.
    pub clashes: bool,
    /// Moves a note outside its part's register into it by octaves.
    pub range: bool,
    /// Continues a note that sounded to the end of the phrase before where the network says that it still sounds.
    pub seams: bool,
    /// Revoices a chord that leaps away from the one before: moves its notes by octaves (chords and strings).
    pub voice_leading: bool,
    /// Shortens or removes the less supported of two notes a semitone apart, and allows no more than four pitch classes
    /// at once (chords).
    pub clusters: bool,
    /// Strikes only the likelier of a closed and an open hi-hat at one step: one pair of cymbals cannot do both, and a
    /// sampler chokes the open one. The decoder does this.
    pub hi_hat: bool,
    /// Moves notes out of the way of the parts that the player plays.
    pub own_parts: bool,
    /// Inverts close chords that lie low (chords and strings), and lets a counter-melody move or rest. Not where each phrase
    /// is free.
    pub texture: bool,
}

impl Polish {
    /// No correction.
    pub const OFF: Self = Self {
        clashes: false,
        range: false,
        seams: false,
        voice_leading: false,
        clusters: false,
        hi_hat: false,
        own_parts: false,
        texture: false,
    };
}

impl Default for Polish {
    fn default() -> Self {
        Self {
            clashes: true,
            range: true,
            seams: true,
            voice_leading: true,
            clusters: true,
            hi_hat: true,
            own_parts: true,
            texture: true,
        }
    }
}

/// Corrects the notes of one part of a phrase. `melody` and the part's notes `before` the phrase are sorted. Returns how
/// many notes were changed or removed.
pub fn apply(polish: Polish, part: Part, notes: &mut Vec<Note>, melody: &[Note], before: &[Note]) -> usize {
    let mut changed = 0;
    if polish.range {
        for note in notes.iter_mut() {
            let pitch = into_register(note.pitch, register(part));
            changed += usize::from(pitch != note.pitch);
            note.pitch = pitch;
        }
        // Of notes that the move put onto the same pitch at the same time, the first one stays.
        notes.sort_unstable();
        let mut kept: Vec<Note> = Vec::with_capacity(notes.len());
        for note in notes.drain(..) {
            if !kept.iter().any(|other| other.pitch == note.pitch && other.end() > note.start) {
                kept.push(note);
            }
        }
        *notes = kept;
    }
    if polish.clashes {
        let count = notes.len();
        notes.retain(|note| !clashes(note, melody));
        changed += count - notes.len();
    }
    if polish.texture && matches!(part, Part::Chords | Part::Strings) {
        notes.sort_unstable();
        changed += low_chords::apply(notes, register(part).1);
    }
    if polish.voice_leading && matches!(part, Part::Chords | Part::Strings) {
        notes.sort_unstable();
        changed += voice_leading::apply(notes, before, register(part));
    }
    changed
}

/// Lets the counter-melody of a phrase move or rest; its notes are sorted. Returns how many were changed or removed.
pub fn counter_line(polish: Polish, notes: &mut Vec<Note>, span: &PhraseSpan) -> usize {
    let least = 2 * span.meter.bar_ticks();
    if polish.texture { counter_line::apply(notes, span.ticks(), least) } else { 0 }
}

/// Moves the notes of one part out of the way of those that the player plays; returns how many were changed or removed.
pub fn around_own_parts(polish: Polish, part: Part, notes: &mut Vec<Note>, own: &PartMap<Option<Vec<Note>>>) -> usize {
    if polish.own_parts { own_parts::apply(part, notes, own) } else { 0 }
}

/// Thins the clusters of the chords in a phrase, after its other parts were corrected; returns how many notes were
/// shortened or removed.
pub fn thin_chords(polish: Polish, parts: &mut PartNotes, melody: &[Note], span: &PhraseSpan) -> usize {
    if !polish.clusters {
        return 0;
    }
    let mut chords = std::mem::take(&mut parts[Part::Chords]);
    let bar = span.meter.bar_ticks().max(1);
    let bars: Vec<Range<Tick>> =
        (span.start..span.end).step_by(bar as usize).map(|start| start..(start + bar).min(span.end)).collect();
    let harmony = [Part::Bass, Part::Strings].map(|part| parts[part].as_slice());
    let changed = clusters::apply(&mut chords, &Surroundings { harmony, melody, bars: &bars });
    parts[Part::Chords] = chords;
    changed
}

fn into_register(mut pitch: u8, (lowest, highest): (u8, u8)) -> u8 {
    while pitch < lowest {
        pitch += 12;
    }
    while pitch > highest {
        pitch -= 12;
    }
    pitch
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    fn note(start: i64, pitch: u8, length: i64) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    #[test]
    fn outliers_are_moved_by_octaves_and_overlap_no_other_note() {
        let mut notes = vec![note(0, 36, 480), note(0, 24, 480), note(480, 60, 480)];
        assert_eq!(apply(Polish::default(), Part::Bass, &mut notes, &[], &[]), 2);
        assert_eq!(notes, [note(0, 36, 480), note(480, 48, 480)]);
    }

    #[test]
    fn only_a_note_that_clashes_for_its_whole_length_is_removed() {
        let mut notes = vec![note(0, 60, 480), note(480, 60, 1920), note(480, 64, 240)];
        apply(Polish::default(), Part::Chords, &mut notes, &[note(0, 61, 960)], &[]);
        assert_eq!(notes, [note(480, 60, 1920), note(480, 64, 240)]);
    }

    #[test]
    fn nothing_changes_when_all_corrections_are_off() {
        let mut notes = vec![note(0, 10, 480), note(0, 61, 480)];
        assert_eq!(apply(Polish::OFF, Part::Bass, &mut notes, &[note(0, 60, 480)], &[]), 0);
        assert_eq!(notes, [note(0, 10, 480), note(0, 61, 480)]);
        let mut parts = PartNotes::default();
        parts[Part::Chords] = vec![note(0, 60, 480), note(0, 61, 480)];
        let (before, span) = (parts.clone(), PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON });
        assert_eq!(thin_chords(Polish::OFF, &mut parts, &[], &span), 0);
        assert_eq!(parts, before);
        assert_eq!(thin_chords(Polish::default(), &mut parts, &[], &span), 1);
    }
}
