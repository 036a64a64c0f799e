//! How one part is played.

use crate::{note::Note, part::Part};

/// What the player chooses for one part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartSettings {
    /// Whether the part sounds. Applied while playing.
    pub on: bool,
    /// Whether the part's notes are kept when a phrase is generated again.
    pub lock: bool,
    /// Octaves up or down, -2 to 2; no effect on drums. Applied while playing.
    pub octave: i8,
    /// Factor on the velocities, 0 to 2. Applied while playing.
    pub velocity: f32,
    /// Zero-based MIDI channel. Applied while playing.
    pub channel: u8,
    /// The zero-based MIDI channel of the input on which the player plays the part; `None` where Continuo plays it.
    pub source: Option<u8>,
}

impl PartSettings {
    /// A part's default settings.
    pub const fn of(part: Part) -> Self {
        Self { on: true, lock: false, octave: 0, velocity: 1.0, channel: part.default_channel(), source: None }
    }

    /// The same with every number in its range.
    #[must_use]
    pub(crate) fn within_ranges(self) -> Self {
        Self {
            velocity: within(self.velocity, 0.0, 2.0, 1.0),
            octave: self.octave.clamp(-2, 2),
            channel: self.channel.min(15),
            source: self.source.map(|channel| channel.min(15)),
            ..self
        }
    }

    /// The note as it sounds: in the chosen octave, with the chosen velocity. A pitch outside MIDI's range is folded back
    /// into it by octaves.
    #[must_use]
    pub fn sounding(&self, part: Part, note: Note) -> Note {
        self.voiced(if part == Part::Drums { 0 } else { self.octave }, note)
    }

    /// A note so many octaves higher, with the chosen velocity.
    pub(crate) fn voiced(&self, octave: i8, note: Note) -> Note {
        let pitch = match i32::from(note.pitch.min(127)) + 12 * i32::from(octave) {
            below @ ..0 => below.rem_euclid(12),
            pitch @ 0..=127 => pitch,
            // The highest octave of this pitch class: 116 to 127.
            above => 116 + (above - 116).rem_euclid(12),
        };
        let factor = if self.velocity.is_finite() { self.velocity } else { 1.0 };
        let velocity = (f32::from(note.velocity) * factor).round().clamp(1.0, 127.0);
        Note { pitch: pitch as u8, velocity: velocity as u8, ..note }
    }
}

pub(crate) fn within(value: f32, lowest: f32, highest: f32, fallback: f32) -> f32 {
    if value.is_finite() { value.clamp(lowest, highest) } else { fallback }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octaves_fold_back_into_midi_and_leave_drums_alone() {
        let sounding = |part, pitch, octave| {
            let settings = PartSettings { octave, ..PartSettings::of(part) };
            settings.sounding(part, Note { start: 0, pitch, length: 1, velocity: 100 }).pitch
        };
        assert_eq!(sounding(Part::Bass, 40, -1), 28);
        assert_eq!(sounding(Part::Bass, 5, -2), 5);
        assert_eq!(sounding(Part::Counter, 120, 2), 120);
        assert_eq!(sounding(Part::Counter, 127, 1), 127);
        assert_eq!(sounding(Part::Drums, 36, 2), 36);
    }

    #[test]
    fn velocities_stay_in_midi() {
        let sounding = |velocity| {
            let settings = PartSettings { velocity, ..PartSettings::of(Part::Bass) };
            settings.sounding(Part::Bass, Note { start: 0, pitch: 40, length: 1, velocity: 100 }).velocity
        };
        assert_eq!((sounding(2.0), sounding(0.0), sounding(f32::NAN)), (127, 1, 100));
    }
}
