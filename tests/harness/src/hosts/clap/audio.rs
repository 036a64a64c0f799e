//! The audio thread's side of a CLAP plugin.

use super::{
    callbacks::Handlers,
    dialect::{Dialect, Taken},
    events::{buffer, moved, note_event, reported},
};
use crate::{
    event::{HostEvent, Moved, NoteEvent, Reported},
    hosts::{
        interface::{AudioSide, PluginError, Setup},
        watcher::watched,
    },
    transport::Transport,
};
use clack_extensions::params::PluginParams;
use clack_host::{
    events::{
        EventFlags,
        event_types::{TransportEvent, TransportFlags},
    },
    prelude::*,
    utils::{BeatTime, SecondsTime},
};

/// How many events a plugin may play in one block before the host's own list has to grow.
const ROOM: usize = 4096;

/// A CLAP plugin that is being processed.
pub struct ClapAudio {
    /// `None` only within [`AudioSide::suspend`], or after it failed.
    processor: Option<StartedPluginAudioProcessor<Handlers>>,
    params: PluginParams,
    sample_rate: f64,
    steady: u64,
    /// The outputs that the host takes; one if there is none.
    outputs: Vec<[Vec<f32>; 2]>,
    /// What the plugin plays in a block. Kept, so that no memory is reserved while the plugin works.
    played: EventBuffer,
    dialect: Dialect,
    moved: Vec<Moved>,
    reported: Vec<Reported>,
    in_order: bool,
}

impl ClapAudio {
    pub(super) fn new(
        processor: StartedPluginAudioProcessor<Handlers>,
        params: PluginParams,
        Setup { sample_rate, largest_block, .. }: Setup,
        dialect: Dialect,
        outputs: usize,
    ) -> Self {
        let channel = || vec![0.0; largest_block as usize];
        // A plugin without audio ports gets one all the same: the framework reads the block's length from it.
        let outputs = (0..outputs.max(1)).map(|_| [channel(), channel()]).collect();
        let played = EventBuffer::with_capacity(ROOM);
        Self {
            processor: Some(processor),
            params,
            sample_rate,
            steady: 0,
            outputs,
            played,
            dialect,
            moved: Vec::new(),
            reported: Vec::new(),
            in_order: true,
        }
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
        flags.set(TransportFlags::IS_WITHIN_PRE_ROLL, transport.pre_roll);
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

impl AudioSide for ClapAudio {
    fn process_events(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        events: &[HostEvent],
    ) -> Result<Vec<NoteEvent>, PluginError> {
        let transport = transport.map(|transport| self.transport_event(transport));
        let processor = self.processor.as_mut().ok_or(PluginError::Refused("start of processing"))?;
        let mut ports = AudioPorts::with_capacity(2 * self.outputs.len(), self.outputs.len());
        let mut outputs = ports.with_output_buffers(self.outputs.iter_mut().map(|output| {
            let channels = output.iter_mut().map(|channel| &mut channel[..frames as usize]);
            AudioPortBuffer { latency: 0, channels: AudioPortBufferType::f32_output_only(channels) }
        }));
        let input = buffer(events);
        self.played.clear();
        let (input, steady) = (input.as_input(), Some(self.steady));
        let mut taken = Taken { events: &mut self.played, dialect: self.dialect };
        let mut played = OutputEvents::from_buffer(&mut taken);
        watched(|| {
            let inputs = InputAudioBuffers::empty();
            processor.process(&inputs, &mut outputs, &input, &mut played, steady, transport.as_ref())
        })
        .map_err(|_| PluginError::Refused("processing"))?;
        self.steady += u64::from(frames);
        self.moved = self.played.iter().filter_map(moved).collect();
        self.reported = self.played.iter().filter_map(reported).collect();
        self.in_order = self.played.iter().is_sorted_by_key(|event| event.header().time());
        Ok(self.played.iter().filter_map(note_event).collect())
    }

    fn moved(&self) -> &[Moved] {
        &self.moved
    }

    fn reported(&self) -> &[Reported] {
        &self.reported
    }

    fn in_order(&self) -> bool {
        self.in_order
    }

    fn heard(&self) -> [&[f32]; 2] {
        let [left, right] = &self.outputs[0];
        [left, right]
    }

    fn heard_beside(&self) -> Vec<[&[f32]; 2]> {
        self.outputs.iter().skip(1).map(|[left, right]| [left.as_slice(), right.as_slice()]).collect()
    }

    fn reset(&mut self) -> Result<(), PluginError> {
        if let Some(processor) = &mut self.processor {
            processor.reset();
        }
        Ok(())
    }

    fn suspend(&mut self) -> Result<(), PluginError> {
        let refused = PluginError::Refused("start of processing");
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
