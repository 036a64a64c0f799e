//! How the player wants the parts to sound: channels, octaves, velocities, programs.

use crate::{
    ledger::Ledger,
    note::Note,
    part::Part,
    queues::PartNote,
    schedule::Voicing,
    settings::{PartSettings, Settings},
};

/// The player's choices as they are applied while playing.
#[derive(Debug)]
pub(super) struct Voices {
    pub settings: Settings,
    /// No part sounds.
    pub bypass: bool,
    /// Programs of bass, chords, strings, counter in the phrase that plays.
    programs: Option<[u8; 4]>,
    /// The program each channel was sent last.
    sent: [Option<u8>; 16],
}

impl Voices {
    pub fn new() -> Self {
        Self { settings: Settings::default(), bypass: false, programs: None, sent: [None; 16] }
    }

    pub fn sounds(&self, part: Part) -> bool {
        self.settings.parts[part].on && !self.bypass
    }

    /// Sends the programs that the channels do not have yet.
    pub fn send_programs(&mut self, time: u64, ledger: &mut Ledger) {
        let Some(programs) = self.programs else { return };
        if !self.settings.program_changes {
            return;
        }
        for (part, program) in Part::PITCHED.into_iter().zip(programs) {
            let channel = self.settings.parts[part].channel & 15;
            let sent = self.sent[usize::from(channel)];
            if self.sounds(part) && sent != Some(program) && ledger.program(channel, program & 127, time) {
                self.sent[usize::from(channel)] = Some(program);
            }
        }
    }

    /// Forgets which programs the channels have.
    pub fn forget_programs(&mut self) {
        self.sent = [None; 16];
    }
}

impl Voicing for Voices {
    fn voice(&self, note: &PartNote) -> Option<(u8, u8, u8)> {
        let settings = &self.settings.parts[note.part];
        let (pitch, velocity) = sounding(note.part, &note.note, settings);
        self.sounds(note.part).then_some((settings.channel & 15, pitch, velocity))
    }

    fn programs(&mut self, programs: [u8; 4], time: u64, ledger: &mut Ledger) {
        self.programs = Some(programs);
        self.send_programs(time, ledger);
    }
}

/// The pitch and velocity with which a part's note sounds.
pub fn sounding(part: Part, note: &Note, settings: &PartSettings) -> (u8, u8) {
    (pitch(part, note, settings), velocity(note, settings))
}

/// The pitch in the octave that was chosen. What would leave MIDI's range is folded back by octaves.
fn pitch(part: Part, note: &Note, settings: &PartSettings) -> u8 {
    let octave = if part == Part::Drums { 0 } else { i32::from(settings.octave) };
    let pitch = i32::from(note.pitch.min(127)) + 12 * octave;
    let folded = match pitch {
        ..0 => pitch.rem_euclid(12),
        0..=127 => pitch,
        // The highest octave of this pitch class: 116 to 127.
        _ => 116 + (pitch - 116).rem_euclid(12),
    };
    folded as u8
}

fn velocity(note: &Note, settings: &PartSettings) -> u8 {
    let factor = if settings.velocity.is_finite() { settings.velocity } else { 1.0 };
    (f32::from(note.velocity) * factor).round().clamp(1.0, 127.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sounding(part: Part, pitch: u8, change: impl Fn(&mut PartSettings)) -> Option<(u8, u8, u8)> {
        let mut voices = Voices::new();
        change(&mut voices.settings.parts[part]);
        voices.voice(&PartNote { part, note: Note { start: 0, pitch, length: 1, velocity: 100 } })
    }

    #[test]
    fn octaves_fold_back_into_midi_and_leave_drums_alone() {
        assert_eq!(sounding(Part::Bass, 40, |part| part.octave = -1), Some((1, 28, 100)));
        assert_eq!(sounding(Part::Bass, 5, |part| part.octave = -2), Some((1, 5, 100)));
        assert_eq!(sounding(Part::Counter, 120, |part| part.octave = 2), Some((4, 120, 100)));
        assert_eq!(sounding(Part::Counter, 127, |part| part.octave = 1), Some((4, 127, 100)));
        assert_eq!(sounding(Part::Drums, 36, |part| part.octave = 2), Some((9, 36, 100)));
    }

    #[test]
    fn velocities_stay_in_midi() {
        assert_eq!(sounding(Part::Bass, 40, |part| part.velocity = 2.0), Some((1, 40, 127)));
        assert_eq!(sounding(Part::Bass, 40, |part| part.velocity = 0.0), Some((1, 40, 1)));
        assert_eq!(sounding(Part::Bass, 40, |part| part.velocity = f32::NAN), Some((1, 40, 100)));
        assert_eq!(sounding(Part::Bass, 40, |part| part.on = false), None);
    }
}
