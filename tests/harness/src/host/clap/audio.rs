//! The audio thread's side of a CLAP plugin.

use super::Handlers;
use crate::{
    AddressedKind, Audio, HostError, HostEvent, NoteEvent, NoteEventKind, Setup, Transport,
    host::{midi_velocity, watcher::watched},
};
use clack_extensions::params::PluginParams;
use clack_host::{
    events::{
        EventFlags, Match,
        event_types::{
            MidiEvent, NoteChokeEvent, NoteOffEvent, NoteOnEvent, ParamValueEvent, TransportEvent, TransportFlags,
        },
        spaces::CoreEventSpace,
    },
    prelude::*,
    utils::{BeatTime, SecondsTime},
};

/// How many events a plugin may play in one block before the host's own list has to grow.
const ROOM: usize = 4096;

/// A plugin that is processed.
pub(super) struct ClapAudio {
    /// `None` only within [`Audio::suspend`], or after it failed.
    processor: Option<StartedPluginAudioProcessor<Handlers>>,
    params: PluginParams,
    sample_rate: f64,
    steady: u64,
    silence: [Vec<f32>; 2],
    /// What the plugin plays in a block. Kept, so that nothing is reserved while the plugin is at work.
    played: EventBuffer,
}

impl ClapAudio {
    pub(super) fn new(
        processor: StartedPluginAudioProcessor<Handlers>,
        params: PluginParams,
        Setup { sample_rate, largest_block, .. }: Setup,
    ) -> Self {
        let channel = || vec![0.0; largest_block as usize];
        let silence = [channel(), channel()];
        let played = EventBuffer::with_capacity(ROOM);
        Self { processor: Some(processor), params, sample_rate, steady: 0, silence, played }
    }

    /// Stops processing, for good.
    pub(super) fn stop(self) -> Option<StoppedPluginAudioProcessor<Handlers>> {
        self.processor.map(StartedPluginAudioProcessor::stop_processing)
    }

    fn transport_event(&self, transport: &Transport) -> TransportEvent {
        let mut flags = TransportFlags::HAS_TEMPO
            | TransportFlags::HAS_BEATS_TIMELINE
            | TransportFlags::HAS_SECONDS_TIMELINE
            | TransportFlags::HAS_TIME_SIGNATURE;
        flags.set(TransportFlags::IS_PLAYING, transport.playing);
        flags.set(TransportFlags::IS_LOOP_ACTIVE, transport.cycle.is_some());
        let (cycle_start, cycle_end) = transport.cycle.unwrap_or_default();
        let seconds = |quarters: f64| SecondsTime::from_float(quarters * 60.0 / transport.tempo);
        TransportEvent {
            header: EventHeader::new_core(0, EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(transport.position),
            song_pos_seconds: SecondsTime::from_float(transport.sample as f64 / self.sample_rate),
            tempo: transport.tempo,
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_float(cycle_start),
            loop_end_beats: BeatTime::from_float(cycle_end),
            loop_start_seconds: seconds(cycle_start),
            loop_end_seconds: seconds(cycle_end),
            bar_start: BeatTime::from_float(transport.bar_start()),
            bar_number: 0,
            time_signature_numerator: transport.meter.0,
            time_signature_denominator: transport.meter.1,
        }
    }
}

impl Audio for ClapAudio {
    fn process_events(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        events: &[HostEvent],
    ) -> Result<Vec<NoteEvent>, HostError> {
        let transport = transport.map(|transport| self.transport_event(transport));
        let processor = self.processor.as_mut().ok_or(HostError::Refused("start of processing"))?;
        // The plugin without audio ports reads the block's length from this dummy one all the same.
        let mut ports = AudioPorts::with_capacity(2, 1);
        let channels = self.silence.iter_mut().map(|channel| &mut channel[..frames as usize]);
        let mut outputs = ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(channels),
        }]);
        let input = buffer(events);
        self.played.clear();
        let (input, steady) = (input.as_input(), Some(self.steady));
        let mut played = self.played.as_output();
        watched(|| {
            let inputs = InputAudioBuffers::empty();
            processor.process(&inputs, &mut outputs, &input, &mut played, steady, transport.as_ref())
        })
        .map_err(|_| HostError::Refused("processing"))?;
        self.steady += u64::from(frames);
        Ok(self.played.iter().filter_map(note_event).collect())
    }

    fn reset(&mut self) -> Result<(), HostError> {
        if let Some(processor) = &mut self.processor {
            processor.reset();
        }
        Ok(())
    }

    fn suspend(&mut self) -> Result<(), HostError> {
        let refused = HostError::Refused("start of processing");
        let Some(processor) = self.processor.take() else { return Err(refused) };
        let started = processor.stop_processing().start_processing().map_err(|_| refused)?;
        self.processor = Some(started);
        Ok(())
    }

    fn flush(&mut self, changes: &[HostEvent]) {
        if let Some(processor) = &mut self.processor {
            let changes = buffer(changes);
            let mut handle = processor.plugin_handle();
            self.params.flush_active(&mut handle, &changes.as_input(), &mut OutputEvents::void());
        }
    }
}

/// The events in CLAP's form. Parameters come without a cookie, which the format allows.
pub(super) fn buffer(events: &[HostEvent]) -> EventBuffer {
    let mut buffer = EventBuffer::new();
    for event in events {
        match *event {
            HostEvent::Note(note) => push_note(&mut buffer, note),
            HostEvent::Addressed { time, kind, id, channel, key } => {
                let any = |number: Option<u16>| number.map_or(Match::All, Match::Specific);
                let id = id.map_or(Match::All, |id| Match::Specific(u32::from(id)));
                let place = Pckn::new(0_u16, any(channel), any(key), id);
                match kind {
                    AddressedKind::On(velocity) => buffer.push(&NoteOnEvent::new(time, place, velocity)),
                    AddressedKind::Off => buffer.push(&NoteOffEvent::new(time, place, 0.0)),
                    AddressedKind::Choke => buffer.push(&NoteChokeEvent::new(time, place)),
                }
            }
            HostEvent::Parameter { time, id, value } => {
                if let Some(id) = ClapId::from_raw(id) {
                    buffer.push(&ParamValueEvent::new(time, id, Pckn::match_all(), value));
                }
            }
            HostEvent::Midi { time, bytes } => buffer.push(&MidiEvent::new(time, 0, bytes)),
        }
    }
    buffer
}

fn push_note(buffer: &mut EventBuffer, note: NoteEvent) {
    let key = Pckn::new(0_u16, u16::from(note.channel), u16::from(note.pitch), Match::All);
    match note.kind {
        NoteEventKind::On(velocity) => {
            buffer.push(&NoteOnEvent::new(note.time, key, f64::from(velocity) / 127.0));
        }
        NoteEventKind::Off => buffer.push(&NoteOffEvent::new(note.time, key, 0.0)),
        NoteEventKind::Program => {
            buffer.push(&MidiEvent::new(note.time, 0, [0xC0 | note.channel, note.pitch, 0]));
        }
    }
}

fn note_event(event: &UnknownEvent) -> Option<NoteEvent> {
    let time = event.header().time();
    let specific = |value: Match<u16>| value.into_specific().map(|value| value as u8);
    match event.as_core_event()? {
        CoreEventSpace::NoteOn(note) => Some(NoteEvent {
            time,
            kind: NoteEventKind::On(midi_velocity(note.velocity())),
            channel: specific(note.channel())?,
            pitch: specific(note.key())?,
        }),
        CoreEventSpace::NoteOff(note) => Some(NoteEvent {
            time,
            kind: NoteEventKind::Off,
            channel: specific(note.channel())?,
            pitch: specific(note.key())?,
        }),
        CoreEventSpace::Midi(midi) => {
            let [status, program, _] = midi.data();
            (status & 0xF0 == 0xC0).then_some(NoteEvent {
                time,
                kind: NoteEventKind::Program,
                channel: status & 0x0F,
                pitch: program,
            })
        }
        _ => None,
    }
}
