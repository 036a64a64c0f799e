//! How the player wants the parts to sound: channels, octaves, velocities, programs.

use super::own_parts::channel_part;
use crate::realtime::{note_tracker::NoteTracker, queues::PartNote, schedule::Voicing};
use continuo_music::{
    note::Note,
    part::{MELODY_CHANNEL, Part},
    settings::Settings,
};

/// The player's choices as they are applied while playing.
#[derive(Debug)]
pub(super) struct Voices {
    pub settings: Settings,
    /// No part sounds.
    pub bypass: bool,
    /// The band is silent, as the player called for.
    pub waits: bool,
    /// Programs of bass, chords, strings, counter in the phrase that plays.
    programs: Option<[u8; 4]>,
    /// Lead's program, once it plays.
    lead_program: Option<u8>,
    /// The program last sent on each channel.
    sent: [Option<u8>; 16],
}

impl Voices {
    pub fn new() -> Self {
        Self {
            settings: Settings::default(),
            bypass: false,
            waits: false,
            programs: None,
            lead_program: None,
            sent: [None; 16],
        }
    }

    /// The programs of bass, chords, strings and counter in the phrase that plays; `None` before the first.
    pub const fn phrase_programs(&self) -> Option<[u8; 4]> {
        self.programs
    }

    /// Whether Continuo plays a part.
    pub fn sounds(&self, part: Part) -> bool {
        self.settings.parts[part].on && !self.settings.is_played(part) && !self.bypass
    }

    /// By input channel: where the part goes out that the player plays there.
    pub fn own_outputs(&self) -> [Option<u8>; 16] {
        let mut outputs = [None; 16];
        for (channel, output) in (0..).zip(&mut outputs) {
            *output = channel_part(channel, &self.settings).map(|part| self.settings.parts[part].channel & 15);
        }
        outputs
    }

    /// The channel and the pitch and velocity with which a note sounds that the player plays as a part; `None` if the part
    /// is off. With bypass everything passes as it came in.
    pub fn own(&self, part: Part, channel: u8, pitch: u8, velocity: u8) -> Option<(u8, u8, u8)> {
        if self.bypass {
            return Some((channel, pitch, velocity));
        }
        let settings = &self.settings.parts[part];
        let sounding = settings.sounding(part, Note { start: 0, pitch, length: 1, velocity });
        settings.on.then_some((settings.channel & 15, sounding.pitch, sounding.velocity))
    }

    /// The channel, pitch and velocity of a note, even while the band is silent; `None` if its part is.
    pub fn voice_of(&self, note: &PartNote) -> Option<(u8, u8, u8)> {
        let settings = &self.settings.parts[note.part];
        let sounding = settings.sounding(note.part, note.note);
        self.sounds(note.part).then_some((settings.channel & 15, sounding.pitch, sounding.velocity))
    }

    /// The channel, pitch and velocity of a note of Lead's, even while the band is silent; `None` if Lead is.
    pub fn lead_voice_of(&self, note: &Note) -> Option<(u8, u8, u8)> {
        let sounding = self.settings.lead.sounding(*note);
        self.leads().then_some((self.settings.lead.play.channel & 15, sounding.pitch, sounding.velocity))
    }

    /// Whether the score's melody plays.
    pub fn plays_score(&self) -> bool {
        self.settings.melody_source.plays_score() && !self.bypass && !self.waits
    }

    /// Sends the programs that the channels do not have yet.
    pub fn send_programs(&mut self, time: u64, tracker: &mut NoteTracker) {
        if !self.settings.program_changes {
            return;
        }
        for (part, program) in Part::PITCHED.into_iter().zip(self.programs.into_iter().flatten()) {
            if self.sounds(part) {
                self.send_program(self.settings.parts[part].channel & 15, program, time, tracker);
            }
        }
        if let Some(program) = self.lead_program.filter(|_| self.leads()) {
            self.send_program(self.settings.lead.play.channel & 15, program, time, tracker);
        }
    }

    /// Sends a program unless the channel has it.
    fn send_program(&mut self, channel: u8, program: u8, time: u64, tracker: &mut NoteTracker) {
        let sent = &mut self.sent[usize::from(channel & 15)];
        if *sent != Some(program) && tracker.program(channel, program & 127, time) {
            *sent = Some(program);
        }
    }

    /// Whether Lead sounds.
    pub const fn leads(&self) -> bool {
        self.settings.lead.sounds() && !self.bypass
    }

    /// Lead's General MIDI program, zero-based; `None` before it plays.
    pub const fn lead_program(&self) -> Option<u8> {
        self.lead_program
    }

    /// Forgets which program a channel has, since the player chose another.
    pub fn forget_program(&mut self, channel: u8) {
        self.sent[usize::from(channel & 15)] = None;
    }

    /// Forgets which programs the channels have.
    pub fn forget_programs(&mut self) {
        self.sent = [None; 16];
    }
}

impl Voicing for Voices {
    fn voice(&self, note: &PartNote) -> Option<(u8, u8, u8)> {
        if self.waits { None } else { self.voice_of(note) }
    }

    fn melody(&self, note: &Note) -> Option<(u8, u8, u8)> {
        self.plays_score().then_some((MELODY_CHANNEL, note.pitch, note.velocity))
    }

    fn lead(&self, note: &Note) -> Option<(u8, u8, u8)> {
        if self.waits { None } else { self.lead_voice_of(note) }
    }

    fn lead_program(&mut self, program: u8, time: u64, tracker: &mut NoteTracker) {
        self.lead_program = Some(program);
        self.send_programs(time, tracker);
    }

    fn programs(&mut self, programs: [u8; 4], time: u64, tracker: &mut NoteTracker) {
        self.programs = Some(programs);
        self.send_programs(time, tracker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_sounds_as_the_player_chose_unless_it_is_off_or_bypassed() {
        let mut voices = Voices::new();
        let note = PartNote { part: Part::Bass, note: Note { start: 0, pitch: 40, length: 1, velocity: 100 } };
        voices.settings.parts[Part::Bass].octave = -1;
        assert_eq!(voices.voice(&note), Some((1, 28, 100)));
        voices.bypass = true;
        assert_eq!(voices.voice(&note), None);
        voices.bypass = false;
        voices.settings.parts[Part::Bass].on = false;
        assert_eq!(voices.voice(&note), None);
    }
}
