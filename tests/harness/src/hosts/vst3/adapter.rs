//! A VST3 plugin instance.

use super::{
    answer::{OFF, ON, from_utf16, mode, require},
    audio::Vst3Audio,
    controllers::Controllers,
    module::Module,
    stream::MemoryStream,
};
use crate::{
    event::HostEvent,
    hosts::{
        hosted::{FormatAdapter, HostedPlugin},
        interface::{Parameter, PluginError, Setup},
    },
};
use std::{mem, path::Path, ptr};
use vst3::{
    ComPtr, ComWrapper,
    Steinberg::{
        IBStream, IPluginBaseTrait,
        Vst::{
            BusDirections_, BusInfo, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait,
            IEditController, IEditControllerTrait, MediaTypes_, ParameterInfo, ParameterInfo_::ParameterFlags_,
            ProcessSetup, String128, SymbolicSampleSizes_,
        },
        kResultOk,
    },
};

const AUDIO: i32 = MediaTypes_::kAudio as i32;
const OUTPUT: i32 = BusDirections_::kOutput as i32;

/// A VST3 plugin in a host.
pub type Vst3Host = HostedPlugin<Vst3Adapter>;

/// A VST3 plugin whose component is its own edit controller, as the plugin framework makes them.
///
/// Fields are dropped in order: the interfaces before the library that holds their code.
pub struct Vst3Adapter {
    processor: ComPtr<IAudioProcessor>,
    controller: ComPtr<IEditController>,
    component: ComPtr<IComponent>,
    _module: Module,
}

impl Vst3Host {
    /// Loads the plugin of this name from a library or a bundle.
    ///
    /// # Errors
    /// When the file is not a VST3 plugin or holds no plugin of that name.
    pub fn load(path: &Path, name: &str) -> Result<Self, PluginError> {
        let failure = |cause: &str| PluginError::Load { path: path.display().to_string(), cause: cause.into() };
        let module = Module::load(path).map_err(|error| failure(&error))?;
        let component: ComPtr<IComponent> =
            module.create(name).ok_or_else(|| failure(&format!("it has no plugin named {name}")))?;
        // SAFETY: a plugin accepts a null context; the framework does not look at it.
        require(unsafe { component.initialize(ptr::null_mut()) }, "initialisation")?;
        let processor = component.cast().ok_or_else(|| failure("it processes no audio"))?;
        let controller = component.cast().ok_or_else(|| failure("it has no edit controller of its own"))?;
        Ok(Self::new(Vst3Adapter { processor, controller, component, _module: module }))
    }
}

impl FormatAdapter for Vst3Adapter {
    type Audio = Vst3Audio;

    fn parameters(&mut self) -> Result<Vec<Parameter>, PluginError> {
        // SAFETY: the controller lives as long as `self`.
        let count = unsafe { self.controller.getParameterCount() };
        let mut parameters = Vec::new();
        for index in 0..count {
            // SAFETY: the struct is plain numbers and fixed text, for which zeros are valid.
            let mut info: ParameterInfo = unsafe { mem::zeroed() };
            // SAFETY: `info` is valid for writing.
            require(unsafe { self.controller.getParameterInfo(index, &raw mut info) }, "parameter info")?;
            let name = from_utf16(&info.title);
            // The framework's own, through which a host sends controllers.
            if info.flags & ParameterFlags_::kIsHidden != 0 && name.starts_with("MIDI Ch. ") {
                continue;
            }
            parameters.push(Parameter {
                id: info.id,
                name,
                group: String::new(),
                automatable: info.flags & ParameterFlags_::kCanAutomate != 0,
                range: (0.0, 1.0, info.defaultNormalizedValue),
                steps: u32::try_from(info.stepCount).ok().filter(|&steps| steps > 0),
            });
        }
        Ok(parameters)
    }

    fn raw_value(&mut self, id: u32) -> Option<f64> {
        let known = self.parameters().ok()?.iter().any(|parameter| parameter.id == id);
        // SAFETY: plain numbers only.
        known.then(|| unsafe { self.controller.getParamNormalized(id) })
    }

    fn hidden(&mut self) -> Vec<(u32, f64)> {
        // SAFETY: plain numbers only.
        Controllers::of(&self.controller)
            .ids()
            .map(|id| (id, unsafe { self.controller.getParamNormalized(id) }))
            .collect()
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

    fn announce(&mut self, id: u32, value: f64, _pending: &mut Vec<HostEvent>) {
        // SAFETY: the controller lives as long as `self`.
        unsafe { self.controller.setParamNormalized(id, value) };
    }

    fn outputs(&mut self) -> Vec<String> {
        let name = |index| {
            // SAFETY: the struct is plain numbers and fixed text, for which zeros are valid.
            let mut info: BusInfo = unsafe { mem::zeroed() };
            // SAFETY: `info` is valid for writing.
            let answer = unsafe { self.component.getBusInfo(AUDIO, OUTPUT, index, &raw mut info) };
            (answer == kResultOk).then(|| from_utf16(&info.name))
        };
        // SAFETY: plain numbers only.
        let count = unsafe { self.component.getBusCount(AUDIO, OUTPUT) };
        (0..count).filter_map(name).collect()
    }

    fn start(&mut self, setup: Setup, outputs: usize) -> Result<Vst3Audio, PluginError> {
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
        let count = unsafe { self.component.getBusCount(AUDIO, OUTPUT) };
        for index in 0..count {
            let taken = usize::try_from(index).is_ok_and(|index| index < outputs);
            // SAFETY: plain numbers only.
            unsafe { self.component.activateBus(AUDIO, OUTPUT, index, if taken { ON } else { OFF }) };
        }
        // SAFETY: plain numbers only.
        require(unsafe { self.component.setActive(ON) }, "activation")?;
        // SAFETY: plain numbers only.
        require(unsafe { self.processor.setProcessing(ON) }, "start of processing")?;
        let controllers = Controllers::of(&self.controller);
        let outputs = (usize::try_from(count).unwrap_or(0), outputs);
        Ok(Vst3Audio::new(self.processor.clone(), setup, outputs, controllers))
    }

    fn stop(&mut self, audio: Vst3Audio) {
        drop(audio);
        // SAFETY: plain numbers only. The host ignores what a plugin answers to a stop.
        unsafe {
            self.processor.setProcessing(OFF);
            self.component.setActive(OFF);
        }
    }

    fn save_in_pieces(&mut self, most: usize) -> Result<Vec<u8>, PluginError> {
        let stream = ComWrapper::new(MemoryStream::new(&[], most));
        let pointer = stream.to_com_ptr::<IBStream>().ok_or(PluginError::Refused("interfaces of the host"))?;
        // SAFETY: the stream lives until the end of this function.
        require(unsafe { self.component.getState(pointer.as_ptr()) }, "saving")?;
        Ok(stream.bytes())
    }

    fn load_in_pieces(&mut self, state: &[u8], most: usize) -> Result<(), PluginError> {
        let stream = ComWrapper::new(MemoryStream::new(state, most));
        let pointer = stream.to_com_ptr::<IBStream>().ok_or(PluginError::Refused("interfaces of the host"))?;
        // SAFETY: the stream lives until the end of this function.
        require(unsafe { self.component.setState(pointer.as_ptr()) }, "loading")
    }
}

impl Drop for Vst3Adapter {
    fn drop(&mut self) {
        // SAFETY: after this only the interfaces are released.
        unsafe { self.component.terminate() };
    }
}
