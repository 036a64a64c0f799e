//! Between the framework's events and the engine's.

use continuo_engine::{
    capture::{MelodyEvent, MelodyEventKind},
    ledger::{OutputEvent, OutputEventKind},
    transport::BlockTransport,
};
use nice_plug::{
    midi::{Channel, Key, VoiceID},
    prelude::*,
};

/// How many melody events of one block are taken in as they come.
const CAPACITY: usize = 4096;
/// How many of them may be anything but note-offs, so that there is always room for those.
const CAPACITY_OF_NOTE_ONS: usize = 2048;
const CHANNELS: usize = 16;
const PITCHES: usize = 128;

/// The melody events of one block. Owned by the audio thread; its memory is reserved when the plugin is made.
pub struct Melody {
    events: Vec<MelodyEvent>,
    /// Keys whose ends found no room, a bit a pitch for each channel. They end last in the block: a note-on that came
    /// later found no room either.
    ended: [u128; CHANNELS],
}

impl Default for Melody {
    fn default() -> Self {
        Self { events: Vec::with_capacity(CAPACITY + CHANNELS * PITCHES), ended: [0; CHANNELS] }
    }
}

impl Melody {
    /// The events of the block, in order.
    pub fn events(&self) -> &[MelodyEvent] {
        &self.events
    }

    /// Takes in the block's notes: those that were played in the window, which come at its start, then the host's.
    pub fn collect<P: Plugin>(
        &mut self,
        played: impl Iterator<Item = MelodyEvent>,
        context: &mut impl ProcessContext<P>,
    ) {
        self.events.clear();
        // A bounded queue, far shorter than what there is room for.
        self.events.extend(played.take(CAPACITY_OF_NOTE_ONS / 2));
        let mut last = 0;
        while let Some(event) = context.next_event() {
            last = event.timing();
            match event {
                NoteEvent::NoteOn { timing, channel, key, velocity, .. } => {
                    let Key::Number(pitch) = key else { continue };
                    let velocity = (velocity * 127.0).round().clamp(1.0, 127.0) as u8;
                    let kind = MelodyEventKind::NoteOn { channel: channel.number().unwrap_or(0), pitch, velocity };
                    if self.events.len() < CAPACITY_OF_NOTE_ONS {
                        self.events.push(MelodyEvent { offset: timing, kind });
                    }
                }
                NoteEvent::NoteOff { timing, channel, key, .. } | NoteEvent::Choke { timing, channel, key, .. } => {
                    self.end(timing, channel, key);
                }
                _ => {}
            }
        }
        self.end_the_rest(last);
    }

    /// Ends a note, or all that the wildcards stand for.
    fn end(&mut self, offset: u32, channel: Channel, key: Key) {
        let channels = channel.number().map_or(0..=15, |channel| channel..=channel);
        for channel in channels {
            let pitches = key.number().map_or(0..=127, |pitch| pitch..=pitch);
            for pitch in pitches {
                if self.events.len() < CAPACITY {
                    self.events.push(MelodyEvent { offset, kind: MelodyEventKind::NoteOff { channel, pitch } });
                } else {
                    self.ended[usize::from(channel & 15)] |= 1 << (pitch & 127);
                }
            }
        }
    }

    /// Ends the keys whose ends found no room.
    fn end_the_rest(&mut self, offset: u32) {
        for (channel, pitches) in (0..).zip(&mut self.ended) {
            let pitches = std::mem::take(pitches);
            for pitch in (0..PITCHES as u8).filter(|pitch| (pitches >> pitch) & 1 == 1) {
                self.events.push(MelodyEvent { offset, kind: MelodyEventKind::NoteOff { channel, pitch } });
            }
        }
    }

    /// Sends the block's notes on as they came.
    pub fn pass<P: Plugin>(&self, context: &mut impl ProcessContext<P>) {
        for event in &self.events {
            let kind = match event.kind {
                MelodyEventKind::NoteOn { channel, pitch, velocity } => {
                    OutputEventKind::NoteOn { channel, pitch, velocity }
                }
                MelodyEventKind::NoteOff { channel, pitch } => OutputEventKind::NoteOff { channel, pitch },
            };
            send(context, OutputEvent { offset: event.offset, kind });
        }
    }
}

/// Gives one event to the host. A host whose buffer is full loses it; the ledger stays well below what hosts hold.
pub fn send<P: Plugin>(context: &mut impl ProcessContext<P>, event: OutputEvent) {
    let timing = event.offset;
    let note = |channel, pitch| (Channel::Number(channel), Key::Number(pitch));
    let event = match event.kind {
        OutputEventKind::NoteOn { channel, pitch, velocity } => {
            let (channel, key) = note(channel, pitch);
            let velocity = f32::from(velocity) / 127.0;
            NoteEvent::NoteOn { timing, voice_id: VoiceID::Wildcard, channel, key, velocity }
        }
        OutputEventKind::NoteOff { channel, pitch } => {
            let (channel, key) = note(channel, pitch);
            NoteEvent::NoteOff { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.0 }
        }
        OutputEventKind::ProgramChange { channel, program } => {
            NoteEvent::MidiProgramChange { timing, channel, program }
        }
    };
    let _ = context.try_send_event(event);
}

/// The host's transport in the engine's terms.
pub fn transport(host: &Transport, offline: bool) -> BlockTransport {
    let from_seconds = |seconds: f64| (seconds * f64::from(host.sample_rate)).round() as i64;
    BlockTransport {
        playing: host.playing,
        tempo: host.tempo,
        position_quarters: host.pos_beats,
        // Not the framework's own conversion, which makes samples from quarters when it has nothing better.
        position_samples: host.pos_samples.or_else(|| host.pos_seconds.map(from_seconds)),
        meter: host
            .time_sig_numerator
            .zip(host.time_sig_denominator)
            .map(|(numerator, denominator)| (i64::from(numerator), i64::from(denominator))),
        cycle_quarters: host.loop_range_beats(),
        offline,
    }
}
