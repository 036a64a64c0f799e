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

/// How many melody events of one block are taken in.
const CAPACITY: usize = 4096;
/// How many of them may be anything but note-offs, so that there is always room for those.
const CAPACITY_OF_NOTE_ONS: usize = 2048;

/// The melody events of one block. Owned by the audio thread; its memory is reserved when the plugin is made.
pub struct Melody(Vec<MelodyEvent>);

impl Default for Melody {
    fn default() -> Self {
        Self(Vec::with_capacity(CAPACITY))
    }
}

impl Melody {
    /// The events of the block, in order.
    pub fn events(&self) -> &[MelodyEvent] {
        &self.0
    }

    /// Takes in the block's notes: those that were played in the window, which come at its start, then the host's.
    pub fn collect<P: Plugin>(
        &mut self,
        played: impl Iterator<Item = MelodyEvent>,
        context: &mut impl ProcessContext<P>,
    ) {
        self.0.clear();
        // A bounded queue, far shorter than what there is room for.
        self.0.extend(played.take(CAPACITY_OF_NOTE_ONS / 2));
        while let Some(event) = context.next_event() {
            match event {
                NoteEvent::NoteOn { timing, channel, key, velocity, .. } => {
                    let Key::Number(pitch) = key else { continue };
                    let velocity = (velocity * 127.0).round().clamp(1.0, 127.0) as u8;
                    let kind = MelodyEventKind::NoteOn { channel: channel.number().unwrap_or(0), pitch, velocity };
                    if self.0.len() < CAPACITY_OF_NOTE_ONS {
                        self.0.push(MelodyEvent { offset: timing, kind });
                    }
                }
                NoteEvent::NoteOff { timing, channel, key, .. } | NoteEvent::Choke { timing, channel, key, .. } => {
                    self.end(timing, channel, key);
                }
                _ => {}
            }
        }
    }

    /// Ends a note, or all that the wildcards stand for.
    fn end(&mut self, offset: u32, channel: Channel, key: Key) {
        let channels = channel.number().map_or(0..=15, |channel| channel..=channel);
        for channel in channels {
            let pitches = key.number().map_or(0..=127, |pitch| pitch..=pitch);
            for pitch in pitches {
                if self.0.len() < CAPACITY {
                    self.0.push(MelodyEvent { offset, kind: MelodyEventKind::NoteOff { channel, pitch } });
                }
            }
        }
    }

    /// Sends the block's notes on as they came.
    pub fn pass<P: Plugin>(&self, context: &mut impl ProcessContext<P>) {
        for event in &self.0 {
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
        // VST3 has no program changes for a plugin's output.
        OutputEventKind::ProgramChange { .. } if context.plugin_api() == PluginApi::Vst3 => return,
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
