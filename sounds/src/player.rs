//! Plays messages as stereo sound.

use crate::font::Font;
use rustysynth::{Synthesizer, SynthesizerSettings};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The synthesizer begins notes at multiples of so many samples, whatever the host's blocks are: a note sounds up to so
/// many samples late, a sixth of a millisecond.
pub const GRID: usize = 8;
/// What sounds at once. A pad under a pedalled piano needs more than the synthesizer's usual 64.
const VOICES: usize = 256;
/// Softer notes can be silent in this synthesizer, which leaves out what lies 60 dB down: a channel and its zones take
/// more than 20 dB of them.
const SOFTEST: u8 = 16;
/// The channel on which General MIDI has drums, zero-based.
pub const DRUM_CHANNEL: u8 = 9;
/// Channels.
pub const CHANNELS: usize = 16;
/// How much of a channel goes into the reverb: the synthesizer's own is long, and mud under a band.
const REVERB: u8 = 22;
/// How much of the drums does.
const DRUM_REVERB: u8 = 8;
/// The widest pitch bend, in semitones. Far above it, a short loop is stepped over at once.
const WIDEST_BEND: u8 = 24;
/// A channel's volume in the synthesizer at a level of 1 is below its highest by this factor, which leaves room for 10 dB
/// more.
const HEADROOM: f32 = 0.5;
/// The highest level of a channel.
pub const HIGHEST_LEVEL: f32 = 3.2;
/// After so many failures of the synthesizer the player is silent.
const MOST_FAILURES: u32 = 3;
/// Below this, from 0 to 1, a sample is silence: 120 dB below full scale.
const SILENCE: f32 = 1e-6;
/// After so many seconds of silence the player rests until something is sent. No instrument waits so long before it sounds.
const REST: f64 = 2.0;
/// The channel volume that General MIDI has where none is sent.
const USUAL_VOLUME: u8 = 100;

/// What a player understands. Channels are zero-based, 0 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A note begins, with a pitch of 0 to 127 and a velocity of 1 to 127.
    NoteOn(u8, u8, u8),
    /// A note ends.
    NoteOff(u8, u8),
    /// A channel's General MIDI program, zero-based.
    Program(u8, u8),
    /// A controller with its value.
    Controller(u8, u8, u8),
    /// A pitch bend, 0 to 16383.
    Bend(u8, u16),
}

/// How one channel sounds.
#[derive(Clone, Copy, Debug)]
struct Channel {
    /// The factor that the mixer has for it.
    level: f32,
    /// Where the mixer has it: -1 (left) to 1.
    pan: f32,
    /// The channel volume that was sent, and its position.
    volume: u8,
    sent_pan: u8,
    /// The registered parameter that data entry sets: coarse and fine.
    parameter: (u8, u8),
}

impl Default for Channel {
    fn default() -> Self {
        Self { level: 1.0, pan: 0.0, volume: USUAL_VOLUME, sent_pan: 64, parameter: (127, 127) }
    }
}

/// A General MIDI player.
///
/// Everything that needs memory happens in [`Player::new`].
pub struct Player {
    synthesizer: Synthesizer,
    channels: [Channel; CHANNELS],
    failures: u32,
    /// Samples since something was heard or sent.
    silent: usize,
    /// After so many silent samples it rests.
    rest: usize,
}

impl Player {
    /// A player of a font at a sample rate in Hz. Rates below 16 kHz and above 192 kHz play at the nearest of these.
    ///
    /// # Errors
    /// The synthesizer refuses the settings.
    pub fn new(font: &Font, sample_rate: f64) -> Result<Self, rustysynth::SynthesizerError> {
        let mut settings = SynthesizerSettings::new((sample_rate.round() as i32).clamp(16_000, 192_000));
        settings.block_size = GRID;
        settings.maximum_polyphony = VOICES;
        let mut synthesizer = Synthesizer::new(font.sounds(), &settings)?;
        // Half is its default; what the channels leave out comes back here.
        synthesizer.set_master_volume(0.5 / HEADROOM);
        let rest = (REST * sample_rate.clamp(16_000.0, 192_000.0)) as usize;
        let mut player =
            Self { synthesizer, channels: [Channel::default(); CHANNELS], failures: 0, silent: rest, rest };
        player.reset();
        Ok(player)
    }

    /// Ends all sound at once and sets all channels to what General MIDI begins with. The mixer stays.
    pub fn reset(&mut self) {
        self.synthesizer.reset();
        for index in 0..CHANNELS as u8 {
            let channel = &mut self.channels[usize::from(index)];
            *channel = Channel { level: channel.level, pan: channel.pan, ..Channel::default() };
            self.mix(index);
            let reverb = if index == DRUM_CHANNEL { DRUM_REVERB } else { REVERB };
            self.control(index, 91, reverb);
        }
    }

    /// Lets all notes end.
    pub fn release(&mut self) {
        self.synthesizer.note_off_all(false);
    }

    /// Sets how loud a channel is, as a factor of 0 to [`HIGHEST_LEVEL`].
    pub fn set_level(&mut self, channel: u8, level: f32) {
        let index = usize::from(channel & 15);
        let level = if level.is_finite() { level.clamp(0.0, HIGHEST_LEVEL) } else { 1.0 };
        if (self.channels[index].level - level).abs() > f32::EPSILON {
            self.channels[index].level = level;
            self.mix(channel & 15);
        }
    }

    /// Sets where a channel is, from -1 (left) to 1 (right).
    pub fn set_pan(&mut self, channel: u8, pan: f32) {
        let index = usize::from(channel & 15);
        let pan = if pan.is_finite() { pan.clamp(-1.0, 1.0) } else { 0.0 };
        if (self.channels[index].pan - pan).abs() > f32::EPSILON {
            self.channels[index].pan = pan;
            self.mix(channel & 15);
        }
    }

    /// Plays a message before the next sample.
    pub fn send(&mut self, message: Message) {
        match message {
            Message::NoteOn(channel, pitch, velocity) => self.note_on(channel & 15, pitch & 127, velocity),
            Message::NoteOff(channel, pitch) => {
                self.synthesizer.note_off(i32::from(channel & 15), i32::from(pitch & 127));
            }
            Message::Program(channel, program) => self.command(channel & 15, 0xc0, program & 127, 0),
            Message::Controller(channel, number, value) => self.controller(channel & 15, number & 127, value & 127),
            Message::Bend(channel, bend) => {
                let bend = bend.min(16_383);
                self.command(channel & 15, 0xe0, (bend & 127) as u8, (bend >> 7) as u8);
            }
        }
    }

    /// Renders the next samples; both sides have the same length, or the rest of the longer one is silent.
    pub fn render(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len().min(right.len());
        let (left, left_rest) = left.split_at_mut(frames);
        let (right, right_rest) = right.split_at_mut(frames);
        left_rest.fill(0.0);
        right_rest.fill(0.0);
        // Silence costs nothing: its reverb alone costs the synthesizer as much as a few voices.
        if self.silent < self.rest && self.failures < MOST_FAILURES {
            // A SoundFont that was loaded can still be wrong in what only playing shows. That must not end the host.
            let synthesizer = &mut self.synthesizer;
            if catch_unwind(AssertUnwindSafe(|| synthesizer.render(left, right))).is_ok() {
                let heard = left.iter().chain(&*right).any(|sample| sample.abs() > SILENCE);
                self.silent = if heard { 0 } else { self.silent.saturating_add(frames) };
                return;
            }
            self.failures += 1;
            self.synthesizer.note_off_all(true);
        }
        left.fill(0.0);
        right.fill(0.0);
    }

    /// Whether it gave up, because the SoundFont cannot be played.
    pub const fn has_failed(&self) -> bool {
        self.failures >= MOST_FAILURES
    }

    fn note_on(&mut self, channel: u8, pitch: u8, velocity: u8) {
        if velocity == 0 {
            self.synthesizer.note_off(i32::from(channel), i32::from(pitch));
            return;
        }
        if channel == DRUM_CHANNEL
            && let 42 | 44 = pitch
        {
            // The closed hi-hat ends the open one, also in SoundFonts whose zones cannot say so.
            self.synthesizer.note_off(i32::from(channel), 46);
        }
        self.silent = 0;
        let velocity = velocity.clamp(SOFTEST, 127);
        self.synthesizer.note_on(i32::from(channel), i32::from(pitch), i32::from(velocity));
    }

    fn controller(&mut self, channel: u8, number: u8, value: u8) {
        let state = &mut self.channels[usize::from(channel)];
        match number {
            // On the drums' channel, the synthesizer would look for a kit in a bank that no SoundFont has.
            0 | 32 if channel == DRUM_CHANNEL => return,
            7 | 10 => {
                match number {
                    7 => state.volume = value,
                    _ => state.sent_pan = value,
                }
                self.mix(channel);
                return;
            }
            // The fine halves of volume and position are the mixer's.
            39 | 42 => return,
            101 => state.parameter.0 = value,
            100 => state.parameter.1 = value,
            6 | 38 => {
                let value = match state.parameter {
                    (0, 0) if number == 6 => value.min(WIDEST_BEND),
                    (0, 2) => value.clamp(64 - WIDEST_BEND, 64 + WIDEST_BEND),
                    _ => value,
                };
                self.control(channel, number, value);
                return;
            }
            // A mix of reverb that the sender chose for a long reverb is scaled to this one.
            91 => {
                self.control(channel, 91, (u16::from(value) * u16::from(REVERB) / 40).min(127) as u8);
                return;
            }
            98 | 99 | 121 => state.parameter = (127, 127),
            // The modes end notes, too.
            124..=127 => {
                self.control(channel, 123, 0);
                return;
            }
            _ => {}
        }
        self.control(channel, number, value);
    }

    /// Sends a channel's volume and position, of what was sent and what the mixer has.
    fn mix(&mut self, channel: u8) {
        let Channel { level, pan, volume, sent_pan, .. } = self.channels[usize::from(channel)];
        // The synthesizer squares the volume.
        let volume = (f32::from(volume) / 127.0) * (level * HEADROOM).sqrt();
        let pan = (f32::from(sent_pan) / 64.0 - 1.0 + pan).clamp(-1.0, 1.0);
        for (coarse, part) in [(7, volume), (10, f32::midpoint(pan, 1.0))] {
            let fine = (part * 16_383.0).round().clamp(0.0, 16_383.0) as u16;
            self.control(channel, coarse, (fine >> 7) as u8);
            self.control(channel, coarse + 32, (fine & 127) as u8);
        }
    }

    fn control(&mut self, channel: u8, number: u8, value: u8) {
        self.command(channel, 0xb0, number, value);
    }

    fn command(&mut self, channel: u8, command: i32, first: u8, second: u8) {
        // It may have been silent for want of volume.
        self.silent = 0;
        self.synthesizer.process_midi_message(i32::from(channel), command, i32::from(first), i32::from(second));
    }
}

#[cfg(test)]
mod tests;
