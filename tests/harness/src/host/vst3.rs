//! A headless VST3 host.

mod audio;
mod events;
pub mod module;
mod parameters;
mod stream;

use self::{audio::Vst3Audio, module::Module, stream::MemoryStream};
use super::{Audio, Host, HostError, Parameter, Setup};
use crate::{HostEvent, NoteEvent, Transport};
use std::{mem, path::Path, ptr, thread};
use vst3::{
    ComPtr, ComWrapper,
    Steinberg::{
        IBStream, IPluginBaseTrait, TBool,
        Vst::{
            BusDirections_, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait, IEditController,
            IEditControllerTrait, MediaTypes_, ParameterInfo, ParameterInfo_::ParameterFlags_, ProcessModes_,
            ProcessSetup, String128, SymbolicSampleSizes_,
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
    audio: Option<Vst3Audio>,
    /// Parameter changes that go out with the next block.
    pending: Vec<HostEvent>,
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
        Ok(Self { processor, controller, component, audio: None, pending: Vec::new(), _module: module })
    }

    fn id_of(&mut self, name: &str) -> Result<u32, HostError> {
        let found = self.parameters()?.into_iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.id).ok_or_else(|| HostError::UnknownParameter(name.into()))
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
                    range: (0.0, 1.0, info.defaultNormalizedValue),
                    steps: u32::try_from(info.stepCount).ok().filter(|&steps| steps > 0),
                })
            })
            .collect()
    }

    fn value(&mut self, name: &str) -> Result<String, HostError> {
        let id = self.id_of(name)?;
        let value = self.raw_value(id).ok_or(HostError::Refused("parameter value"))?;
        self.text_of(id, value).ok_or(HostError::Refused("parameter text"))
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), HostError> {
        let id = self.id_of(name)?;
        let unknown = || HostError::UnknownValue { name: name.into(), text: text.into() };
        let value = self.value_of(id, text).ok_or_else(unknown)?;
        // SAFETY: the controller lives as long as `self`.
        unsafe { self.controller.setParamNormalized(id, value) };
        self.pending.push(HostEvent::Parameter { time: 0, id, value });
        Ok(())
    }

    fn activate(&mut self, setup: Setup) -> Result<(), HostError> {
        let mut described = ProcessSetup {
            processMode: mode(setup.offline),
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as i32,
            maxSamplesPerBlock: setup.largest_block as i32,
            sampleRate: setup.sample_rate,
        };
        // SAFETY: the struct is valid during the call.
        require(unsafe { self.processor.setupProcessing(&raw mut described) }, "set-up")?;
        for direction in 0..2 {
            // SAFETY: plain numbers only.
            unsafe { self.component.activateBus(MediaTypes_::kEvent as i32, direction, 0, ON) };
        }
        // SAFETY: plain numbers only.
        require(unsafe { self.component.setActive(ON) }, "activation")?;
        // SAFETY: plain numbers only.
        require(unsafe { self.processor.setProcessing(ON) }, "start of processing")?;
        // SAFETY: plain numbers only.
        let outputs = unsafe { self.component.getBusCount(MediaTypes_::kAudio as i32, BusDirections_::kOutput as i32) };
        self.audio = Some(Vst3Audio::new(self.processor.clone(), setup, outputs.min(1)));
        Ok(())
    }

    fn process(
        &mut self,
        frames: u32,
        transport: Option<&Transport>,
        notes: &[NoteEvent],
    ) -> Result<Vec<NoteEvent>, HostError> {
        let mut events = mem::take(&mut self.pending);
        events.extend(notes.iter().copied().map(HostEvent::Note));
        self.audio()?.process_events(frames, transport, &events)
    }

    fn audio(&mut self) -> Result<&mut dyn Audio, HostError> {
        match &mut self.audio {
            Some(audio) => Ok(audio),
            None => Err(HostError::Refused("processing while inactive")),
        }
    }

    fn on_two_threads(
        &mut self,
        audio: &mut (dyn FnMut(&mut dyn Audio) + Send),
        main: &mut dyn FnMut(&mut dyn Host),
    ) -> Result<(), HostError> {
        let mut side = self.audio.take().ok_or(HostError::Refused("processing while inactive"))?;
        thread::scope(|scope| {
            scope.spawn(|| audio(&mut side));
            main(self);
        });
        self.audio = Some(side);
        Ok(())
    }

    fn raw_value(&mut self, id: u32) -> Option<f64> {
        let known = self.parameters().ok()?.iter().any(|parameter| parameter.id == id);
        // SAFETY: plain numbers only.
        known.then(|| unsafe { self.controller.getParamNormalized(id) })
    }

    fn text_of(&mut self, id: u32, value: f64) -> Option<String> {
        let mut text: String128 = [0; 128];
        // SAFETY: the text is valid for writing.
        let done = unsafe { self.controller.getParamStringByValue(id, value, &raw mut text) };
        (done == kResultOk).then(|| from_utf16(&text))
    }

    fn value_of(&mut self, id: u32, text: &str) -> Option<f64> {
        let mut written: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut value = 0.0;
        // SAFETY: the text ends in zero and both pointers are valid during the call.
        let done = unsafe { self.controller.getParamValueByString(id, written.as_mut_ptr().cast(), &raw mut value) };
        (done == kResultOk).then_some(value)
    }

    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, HostError> {
        let stream = ComWrapper::new(MemoryStream::new(&[], most));
        let pointer = stream.to_com_ptr::<IBStream>().ok_or(HostError::Refused("interfaces of the host"))?;
        // SAFETY: the stream lives until the end of this function.
        require(unsafe { self.component.getState(pointer.as_ptr()) }, "saving")?;
        Ok(stream.bytes())
    }

    fn load_in_pieces(&mut self, state: &[u8], most: usize) -> Result<(), HostError> {
        let stream = ComWrapper::new(MemoryStream::new(state, most));
        let pointer = stream.to_com_ptr::<IBStream>().ok_or(HostError::Refused("interfaces of the host"))?;
        // SAFETY: the stream lives until the end of this function.
        require(unsafe { self.component.setState(pointer.as_ptr()) }, "loading")
    }

    fn deactivate(&mut self) {
        if self.audio.take().is_some() {
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

fn from_utf16(text: &String128) -> String {
    let units: Vec<u16> = text.iter().copied().take_while(|&unit| unit != 0).collect();
    String::from_utf16_lossy(&units)
}
