//! The audio thread's side of a VST3 plugin.

use super::{
    answer::{OFF, ON, mode, require},
    controllers::Controllers,
    events::EventList,
    parameters::Changes,
    reports::Reports,
};
use crate::{
    event::{HostEvent, Moved, NoteEvent, Reported},
    hosts::{
        interface::{AudioSide, PluginError, Setup},
        watcher::watched,
    },
    transport::Transport,
};
use std::{mem, ptr};
use vst3::{
    ComPtr, ComWrapper,
    Steinberg::Vst::{
        AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IEventList, IParameterChanges,
        ProcessContext, ProcessContext_::StatesAndFlags_, ProcessData, SymbolicSampleSizes_,
    },
};

/// A VST3 plugin that is being processed. Dropped before the library is unloaded.
pub struct Vst3Audio {
    processor: ComPtr<IAudioProcessor>,
    setup: Setup,
    continuous: i64,
    /// How many audio outputs there are: those that the host does not take have no channels in a block.
    count: usize,
    controllers: Controllers,
    /// The outputs that the host takes, each with two channels; one if there is none.
    outputs: Vec<[Vec<f32>; 2]>,
    moved: Vec<Moved>,
    reports: ComWrapper<Reports>,
    reported: Vec<Reported>,
}

impl Vst3Audio {
    pub(super) fn new(
        processor: ComPtr<IAudioProcessor>,
        setup: Setup,
        (count, taken): (usize, usize),
        controllers: Controllers,
    ) -> Self {
        let channel = || vec![0.0; setup.largest_block as usize];
        Self {
            processor,
            setup,
            continuous: 0,
            count,
            controllers,
            outputs: (0..taken.max(1)).map(|_| [channel(), channel()]).collect(),
            moved: Vec::new(),
            reports: ComWrapper::new(Reports::with_room()),
            reported: Vec::new(),
        }
    }

    fn set_processing(&mut self, on: vst3::Steinberg::TBool) -> Result<(), PluginError> {
        // SAFETY: plain numbers only.
        let answer = unsafe { self.processor.setProcessing(on) };
        // The host ignores what a plugin answers to a stop.
        if on == ON { require(answer, "start of processing") } else { Ok(()) }
    }
}

impl AudioSide for Vst3Audio {
    fn process_events(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        events: &[HostEvent],
    ) -> Result<Vec<NoteEvent>, PluginError> {
        let mut context = transport.map(|transport| context(transport, self.setup.sample_rate, self.continuous));
        let events: Vec<HostEvent> = events.iter().map(|&event| self.controllers.as_parameter(event)).collect();
        let input = ComWrapper::new(EventList::new(&events));
        let output = ComWrapper::new(EventList::with_room());
        let changes = ComWrapper::new(Changes::new(&events));
        self.reports.clear();
        let (Some(events), Some(played), Some(parameters), Some(reports)) = (
            input.to_com_ptr::<IEventList>(),
            output.to_com_ptr::<IEventList>(),
            changes.to_com_ptr::<IParameterChanges>(),
            self.reports.to_com_ptr::<IParameterChanges>(),
        ) else {
            return Err(PluginError::Refused("interfaces of the host"));
        };
        let mut channels: Vec<_> =
            self.outputs.iter_mut().map(|output| output.each_mut().map(Vec::as_mut_ptr)).collect();
        let mut buses: Vec<_> = channels
            .iter_mut()
            .map(|channels| AudioBusBuffers {
                numChannels: 2,
                silenceFlags: 0,
                __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
            })
            .collect();
        buses.resize_with(self.count.max(1), || AudioBusBuffers {
            numChannels: 0,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: ptr::null_mut() },
        });
        let mut data = ProcessData {
            processMode: mode(self.setup.offline),
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as i32,
            numSamples: frames as i32,
            numInputs: 0,
            numOutputs: self.count as i32,
            inputs: ptr::null_mut(),
            outputs: buses.as_mut_ptr(),
            inputParameterChanges: parameters.as_ptr(),
            outputParameterChanges: reports.as_ptr(),
            inputEvents: events.as_ptr(),
            outputEvents: played.as_ptr(),
            processContext: context.as_mut().map_or(ptr::null_mut(), ptr::from_mut),
        };
        // SAFETY: the pointers in `data` live until the end of this function, and the channels hold `frames` samples.
        require(watched(|| unsafe { self.processor.process(&raw mut data) }), "processing")?;
        self.continuous += i64::from(frames);
        self.moved = output.moved();
        self.reported = self.reports.reported();
        Ok(output.played())
    }

    fn moved(&self) -> &[Moved] {
        &self.moved
    }

    fn reported(&self) -> &[Reported] {
        &self.reported
    }

    fn in_order(&self) -> bool {
        true
    }

    fn heard(&self) -> [&[f32]; 2] {
        let [left, right] = &self.outputs[0];
        [left, right]
    }

    fn heard_beside(&self) -> Vec<[&[f32]; 2]> {
        self.outputs.iter().skip(1).map(|[left, right]| [left.as_slice(), right.as_slice()]).collect()
    }

    fn reset(&mut self) -> Result<(), PluginError> {
        self.suspend()
    }

    fn suspend(&mut self) -> Result<(), PluginError> {
        self.set_processing(OFF)?;
        self.set_processing(ON)
    }

    fn flush(&mut self, changes: &[HostEvent]) {
        // The format hands over parameters without music in a block that has no samples.
        let _ = self.process_events(0, None, changes);
    }
}

#[allow(clippy::unnecessary_cast, reason = "the format's flags are signed on Windows")]
fn context(transport: &Transport, sample_rate: f64, continuous: i64) -> ProcessContext {
    // SAFETY: the struct is plain numbers, for which zeros are valid.
    let mut context: ProcessContext = unsafe { mem::zeroed() };
    let mut state = StatesAndFlags_::kTempoValid
        | StatesAndFlags_::kTimeSigValid
        | StatesAndFlags_::kProjectTimeMusicValid
        | StatesAndFlags_::kBarPositionValid
        | StatesAndFlags_::kContTimeValid;
    if transport.playing {
        state |= StatesAndFlags_::kPlaying;
    }
    if let Some((start, end)) = transport.cycle {
        state |= StatesAndFlags_::kCycleActive | StatesAndFlags_::kCycleValid;
        context.cycleStartMusic = start;
        context.cycleEndMusic = end;
    }
    context.state = state as u32;
    context.sampleRate = sample_rate;
    context.projectTimeSamples = transport.sample;
    context.continousTimeSamples = continuous;
    context.projectTimeMusic = transport.position;
    context.barPositionMusic = transport.bar_start();
    context.tempo = transport.tempo;
    context.timeSigNumerator = i32::from(transport.meter.0);
    context.timeSigDenominator = i32::from(transport.meter.1);
    context
}
