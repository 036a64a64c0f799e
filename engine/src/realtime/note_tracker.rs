//! Tracks every sounding note, so that each note-on gets its note-off.
//!
//! Owned by the audio thread alone; allocates only when it is created.
//!
//! A MIDI receiver knows one note per key (channel and pitch), but several sources may want the same key: two parts on
//! one channel, or a part on the melody's channel. Each sounding note here is a *claim* on its key:
//! - A new claim on a sounding key ends the sounding note and strikes it again, so that the stroke is heard. Two
//!   strokes at the same sample sound as one.
//! - The key's note-off goes out when the last claim ends: a short note does not cut a long one of another source.
//! - A source has one claim for each key: striking it again replaces its claim.
//!
//! So the output of each key alternates (on, off, on, off), and a note lasts at least one sample.

mod outbox;

use outbox::Outbox;
pub use outbox::{EVENTS_PER_BLOCK, OutputEvent, OutputEventKind};

use super::controls::Control;
use continuo_music::{part::Part, time::Tick};

/// How many notes may sound at once; further notes are dropped.
const CLAIMS: usize = 2048;
const KEYS: usize = 16 * 128;

/// Who plays a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A part of the score.
    Part(Part),
    /// A part that counts in or ends as the player called for.
    Cue(Part),
    /// The score's melody.
    Score,
    /// Lead.
    Lead,
    /// Lead, which ends as the player called for.
    LeadCue,
    /// The player's melody or drum pads, on a zero-based MIDI channel of the input.
    Melody {
        /// The input channel.
        channel: u8,
    },
    /// The player, as one of the parts.
    Own {
        /// The part.
        part: Part,
        /// The zero-based MIDI channel of the input.
        channel: u8,
    },
}

/// A sounding note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who plays it.
    pub source: Source,
    /// Zero-based MIDI channel it sounds on, 0 to 15.
    pub channel: u8,
    /// MIDI pitch it sounds with, 0 to 127.
    pub pitch: u8,
    /// The pitch in the score, before the part's octave shift.
    pub written: u8,
    /// Where it started in the score.
    pub start: Tick,
    /// Where it ends; [`Tick::MAX`] if it ends when its key goes up.
    pub end: Tick,
}

/// When a key was last struck and released, in samples since the activation.
#[derive(Clone, Copy, Debug, Default)]
struct KeyState {
    claims: u16,
    struck: u64,
    released: u64,
}

/// The sounding notes and the pending output.
#[derive(Debug)]
pub struct NoteTracker {
    claims: Vec<Claim>,
    keys: Vec<KeyState>,
    outbox: Outbox,
    /// No claim ends before this tick.
    next_end: Tick,
}

impl Default for NoteTracker {
    fn default() -> Self {
        Self {
            claims: Vec::with_capacity(CLAIMS),
            keys: vec![KeyState::default(); KEYS],
            outbox: Outbox::new(),
            next_end: Tick::MAX,
        }
    }
}

impl NoteTracker {
    /// Begins a block at the sample `now`: events left over from the block before are due now, note-offs first.
    pub fn begin(&mut self, now: u64) {
        let Self { outbox, keys, .. } = self;
        let waiting = outbox.waiting();
        if waiting.first().is_none_or(|first| first.time >= now) {
            return;
        }
        for event in waiting {
            let time = event.time.max(now);
            event.time = match event.kind {
                OutputEventKind::NoteOn { channel, pitch, .. } => strike_time(&mut keys[key(channel, pitch)], time),
                OutputEventKind::NoteOff { channel, pitch } => release_time(&mut keys[key(channel, pitch)], time),
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => time,
            };
        }
    }

    /// Sends the block's events to the host.
    pub fn emit(&mut self, now: u64, end: u64, output: &mut impl FnMut(OutputEvent)) {
        self.outbox.emit(now, end, output);
    }

    /// Starts a note at a sample. Drops it if too many notes sound or too many events wait already.
    pub fn strike(&mut self, claim: Claim, velocity: u8, time: u64) {
        let Claim { channel, pitch, .. } = claim;
        // Keep room for the note-off of every sounding note.
        if self.claims.len() >= CLAIMS || self.outbox.room() < self.claims.len() + 3 {
            return;
        }
        let sounding = self.keys[key(channel, pitch)].claims > 0;
        let same =
            |other: &Claim| other.source == claim.source && key(other.channel, other.pitch) == key(channel, pitch);
        if let Some(index) = self.claims.iter().position(same) {
            self.claims[index] = claim;
        } else {
            self.claims.push(claim);
            self.keys[key(channel, pitch)].claims += 1;
        }
        self.next_end = self.next_end.min(claim.end);
        let key = &mut self.keys[key(channel, pitch)];
        if sounding {
            if key.struck >= time {
                return;
            }
            self.outbox.push(release_time(key, time), OutputEventKind::NoteOff { channel, pitch });
        }
        self.outbox.push(strike_time(key, time), OutputEventKind::NoteOn { channel, pitch, velocity });
    }

    /// Ends the notes that `ends` picks.
    pub fn release(&mut self, time: u64, mut ends: impl FnMut(&Claim) -> bool) {
        let Self { claims, keys, outbox, next_end } = self;
        *next_end = Tick::MAX;
        claims.retain(|claim| {
            if !ends(claim) {
                *next_end = claim.end.min(*next_end);
                return true;
            }
            let Claim { channel, pitch, .. } = *claim;
            let key = &mut keys[key(channel, pitch)];
            key.claims = key.claims.saturating_sub(1);
            if key.claims == 0 {
                outbox.push(release_time(key, time), OutputEventKind::NoteOff { channel, pitch });
            }
            false
        });
    }

    /// Ends the notes of parts that `ends` picks.
    pub fn release_parts(&mut self, time: u64, mut ends: impl FnMut(Part) -> bool) {
        self.release(time, |claim| matches!(claim.source, Source::Part(part) | Source::Cue(part) if ends(part)));
    }

    /// Ends the notes that the player plays as a part.
    pub fn release_own(&mut self, part: Part, time: u64) {
        self.release(time, |claim| matches!(claim.source, Source::Own { part: other, .. } if other == part));
    }

    /// Ends the notes of the score's melody.
    pub fn release_score(&mut self, time: u64) {
        self.release(time, |claim| claim.source == Source::Score);
    }

    /// Ends Lead's notes.
    pub fn release_lead(&mut self, time: u64) {
        self.release(time, |claim| matches!(claim.source, Source::Lead | Source::LeadCue));
    }

    /// Ends the notes of the player's melody.
    pub fn release_melody(&mut self, time: u64) {
        self.release(time, |claim| matches!(claim.source, Source::Melody { .. }));
    }

    /// Sets new ends for the sounding notes.
    pub fn set_ends(&mut self, mut end: impl FnMut(&Claim) -> Tick) {
        for claim in &mut self.claims {
            claim.end = end(claim);
        }
        self.next_end = self.claims.iter().map(|claim| claim.end).min().unwrap_or(Tick::MAX);
    }

    /// Where the next note ends; [`Tick::MAX`] if none does.
    pub fn next_end(&self) -> Tick {
        self.next_end
    }

    /// The sounding notes.
    pub fn sounding(&self) -> &[Claim] {
        &self.claims
    }

    /// Sends a movement of a control unless sounding notes may need the room.
    pub fn control(&mut self, channel: u8, control: Control, time: u64) {
        if self.outbox.room() > CLAIMS + self.claims.len() {
            let kind = match control {
                Control::Program(program) => OutputEventKind::ProgramChange { channel, program },
                control => OutputEventKind::Control { channel, control },
            };
            self.outbox.push(time, kind);
        }
    }

    /// Sends a program change unless sounding notes need the room. Returns whether it was sent.
    pub fn program(&mut self, channel: u8, program: u8, time: u64) -> bool {
        let room = self.outbox.room() > self.claims.len() + 1;
        if room {
            self.outbox.push(time, OutputEventKind::ProgramChange { channel, program });
        }
        room
    }
}

const fn key(channel: u8, pitch: u8) -> usize {
    (channel as usize & 15) * 128 + (pitch as usize & 127)
}

/// A note starts at or after the end of the one before.
fn strike_time(key: &mut KeyState, time: u64) -> u64 {
    key.struck = time.max(key.released);
    key.struck
}

/// A note ends at least a sample after it started: note-offs are sorted before note-ons.
fn release_time(key: &mut KeyState, time: u64) -> u64 {
    key.released = time.max(key.struck + 1);
    key.released
}
