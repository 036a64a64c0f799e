//! A headless VST3 host.

mod events;
mod module;
mod parameters;
mod stream;

use self::{events::EventList, module::Module, parameters::Changes, stream::MemoryStream};
use super::{Host, HostError, Parameter, Setup};
use crate::{NoteEvent, Transport};
use std::{mem, path::Path, ptr};
use vst3::{
    ComPtr, ComWrapper,
    Steinberg::{
        IBStream, IPluginBaseTrait, TBool,
        Vst::{
            IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait, IEditController, IEditControllerTrait,
            IEventList, IParameterChanges, MediaTypes_, ParameterInfo, ParameterInfo_::ParameterFlags_, ProcessContext,
            ProcessContext_::StatesAndFlags_, ProcessData, ProcessModes_, ProcessSetup, String128,
            SymbolicSampleSizes_,
        },
        kResultOk, tresult,
    },
};

const ON: TBool = 1;
const OFF: TBool = 0;

/// A VST3 plugin instance whose component is its own edit controller, as the plugin framework makes them.
///
/// Fields are dropped in order: the interfaces before the library that holds their code.
pub struct Vst3Host {
    processor: ComPtr<IAudioProcessor>,
    controller: ComPtr<IEditController>,
    component: ComPtr<IComponent>,
    setup: Option<Setup>,
    pending: Vec<(u32, f64)>,
    continuous: i64,
    _module: Module,
}

impl Vst3Host {
    /// Loads the plugin of this name from a library or a bundle.
    ///
    /// # Errors
    /// When the file is no VST3 plugin or holds none of that name.
    pub fn load(path: &Path, name: &str) -> Result<Self, HostError> {
        let failure = |cause: &str| HostError::Load { path: path.display().to_string(), cause: cause.into() };
        let module = Module::load(path).map_err(|error| failure(&error))?;
        let component: ComPtr<IComponent> =
            module.create(name).ok_or_else(|| failure(&format!("it has no plugin named {name}")))?;
        // SAFETY: a plugin takes a null context; the framework does not look at it.
        require(unsafe { component.initialize(ptr::null_mut()) }, "initialisation")?;
        let processor = component.cast().ok_or_else(|| failure("it processes no audio"))?;
        let controller = component.cast().ok_or_else(|| failure("it has no edit controller of its own"))?;
        Ok(Self { processor, controller, component, setup: None, pending: Vec::new(), continuous: 0, _module: module })
    }

    fn id_of(&mut self, name: &str) -> Result<u32, HostError> {
        let found = self.parameters()?.into_iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.id).ok_or_else(|| HostError::UnknownParameter(name.into()))
    }

    fn run(&mut self, frames: u32, context: *mut ProcessContext, notes: &[NoteEvent]) -> Result<EventList, HostError> {
        let offline = self.setup.is_some_and(|setup| setup.offline);
        let input = ComWrapper::new(EventList::new(notes));
        let output = ComWrapper::new(EventList::with_room());
        let changes = ComWrapper::new(Changes::new(mem::take(&mut self.pending)));
        let (Some(events), Some(played), Some(parameters)) = (
            input.to_com_ptr::<IEventList>(),
            output.to_com_ptr::<IEventList>(),
            changes.to_com_ptr::<IParameterChanges>(),
        ) else {
            return Err(HostError::Refused("interfaces of the host"));
        };
        let mut data = ProcessData {
            processMode: mode(offline),
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as i32,
            numSamples: frames as i32,
            numInputs: 0,
            numOutputs: 0,
            inputs: ptr::null_mut(),
            outputs: ptr::null_mut(),
            inputParameterChanges: parameters.as_ptr(),
            outputParameterChanges: ptr::null_mut(),
            inputEvents: events.as_ptr(),
            outputEvents: played.as_ptr(),
            processContext: context,
        };
        // SAFETY: the pointers in `data` live until the end of this function; the plugin has no audio bus.
        require(unsafe { self.processor.process(&raw mut data) }, "processing")?;
        Ok((*output).clone())
    }
}

impl Host for Vst3Host {
    fn parameters(&mut self) -> Result<Vec<Parameter>, HostError> {
        // SAFETY: the controller lives as long as `self`.
        let count = unsafe { self.controller.getParameterCount() };
        (0..count)
            .map(|index| {
                // SAFETY: the struct is plain numbers and fixed text, for which zeros are valid.
                let mut info: ParameterInfo = unsafe { mem::zeroed() };
                // SAFETY: `info` is valid for writing.
                require(unsafe { self.controller.getParameterInfo(index, &raw mut info) }, "parameter info")?;
                Ok(Parameter {
                    id: info.id,
                    name: from_utf16(&info.title),
                    group: String::new(),
                    automatable: info.flags & ParameterFlags_::kCanAutomate != 0,
                })
            })
            .collect()
    }

    fn value(&mut self, name: &str) -> Result<String, HostError> {
        let id = self.id_of(name)?;
        let mut text: String128 = [0; 128];
        // SAFETY: the text is valid for writing.
        let done = unsafe {
            let value = self.controller.getParamNormalized(id);
            self.controller.getParamStringByValue(id, value, &raw mut text)
        };
        require(done, "parameter text")?;
        Ok(from_utf16(&text))
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), HostError> {
        let id = self.id_of(name)?;
        let mut written: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut value = 0.0;
        // SAFETY: the text ends in zero and both pointers are valid during the call.
        let done = unsafe { self.controller.getParamValueByString(id, written.as_mut_ptr().cast(), &raw mut value) };
        if done != kResultOk {
            return Err(HostError::UnknownValue { name: name.into(), text: text.into() });
        }
        // SAFETY: the controller lives as long as `self`.
        unsafe { self.controller.setParamNormalized(id, value) };
        self.pending.push((id, value));
        Ok(())
    }

    fn activate(&mut self, setup: Setup) -> Result<(), HostError> {
        let mut described = ProcessSetup {
            processMode: mode(setup.offline),
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as i32,
            maxSamplesPerBlock: setup.largest_block as i32,
            sampleRate: setup.sample_rate,
        };
        // Twice: the framework hands the process mode of one call to the plugin with the next.
        for _ in 0..2 {
            // SAFETY: the struct is valid during the call.
            require(unsafe { self.processor.setupProcessing(&raw mut described) }, "set-up")?;
        }
        for direction in 0..2 {
            // SAFETY: plain numbers only.
            unsafe { self.component.activateBus(MediaTypes_::kEvent as i32, direction, 0, ON) };
        }
        // SAFETY: plain numbers only.
        require(unsafe { self.component.setActive(ON) }, "activation")?;
        // SAFETY: plain numbers only.
        require(unsafe { self.processor.setProcessing(ON) }, "start of processing")?;
        self.setup = Some(setup);
        Ok(())
    }

    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, HostError> {
        let setup = self.setup.ok_or(HostError::Refused("processing while inactive"))?;
        let mut context = transport.map(|transport| context(transport, setup.sample_rate, self.continuous));
        let pointer = context.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        let played = self.run(frames, pointer, notes)?;
        self.continuous += i64::from(frames);
        Ok(played.notes())
    }

    fn save(&mut self) -> Result<Vec<u8>, HostError> {
        let stream = ComWrapper::new(MemoryStream::default());
        let pointer = stream.to_com_ptr::<IBStream>().ok_or(HostError::Refused("interfaces of the host"))?;
        // SAFETY: the stream lives until the end of this function.
        require(unsafe { self.component.getState(pointer.as_ptr()) }, "saving")?;
        Ok(stream.bytes())
    }

    fn load(&mut self, state: &[u8]) -> Result<(), HostError> {
        let stream = ComWrapper::new(MemoryStream::new(state));
        let pointer = stream.to_com_ptr::<IBStream>().ok_or(HostError::Refused("interfaces of the host"))?;
        // SAFETY: the stream lives until the end of this function.
        require(unsafe { self.component.setState(pointer.as_ptr()) }, "loading")
    }

    fn deactivate(&mut self) {
        if self.setup.take().is_some() {
            // SAFETY: plain numbers only. What a plugin answers to a stop changes nothing.
            unsafe {
                self.processor.setProcessing(OFF);
                self.component.setActive(OFF);
            }
        }
    }
}

impl Drop for Vst3Host {
    fn drop(&mut self) {
        self.deactivate();
        // SAFETY: nothing is called afterwards but the interfaces' release.
        unsafe { self.component.terminate() };
    }
}

fn require(result: tresult, what: &'static str) -> Result<(), HostError> {
    if result == kResultOk { Ok(()) } else { Err(HostError::Refused(what)) }
}

fn mode(offline: bool) -> i32 {
    (if offline { ProcessModes_::kOffline } else { ProcessModes_::kRealtime }) as i32
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

fn from_utf16(text: &String128) -> String {
    let units: Vec<u16> = text.iter().copied().take_while(|&unit| unit != 0).collect();
    String::from_utf16_lossy(&units)
}
