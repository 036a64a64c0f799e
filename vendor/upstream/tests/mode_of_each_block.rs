//! Shows what patch 2 adds. This file compiles only with that patch: without it, a plugin cannot
//! learn that a VST3 host renders a block offline after a real-time setup.

use std::{cell::RefCell, mem, num::NonZeroU32, sync::Arc};

use nice_plug::prelude::*;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, IAudioProcessorTrait, IComponentTrait, ProcessData, ProcessModes_,
    ProcessSetup, SymbolicSampleSizes_,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{int32, kResultOk};

thread_local! {
    /// The mode of each block on this thread.
    static BLOCKS: RefCell<Vec<ProcessMode>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
struct TestPlugin {
    params: Arc<NoParams>,
    mode: Option<ProcessMode>,
}

#[derive(Params, Default)]
struct NoParams {}

impl Plugin for TestPlugin {
    const NAME: &'static str = "Test";
    const VENDOR: &'static str = "Test";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "0.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: None,
        main_output_channels: NonZeroU32::new(1),
        ..AudioIOLayout::const_default()
    }];

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn process(
        &mut self,
        _buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        _context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let mode = self.mode.take().expect("`begin_block()` comes first");
        BLOCKS.with_borrow_mut(|modes| modes.push(mode));
        ProcessStatus::Normal
    }
}

impl Vst3Plugin for TestPlugin {
    const VST3_CLASS_ID: [u8; 16] = *b"NicePlugTestEFGH";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Fx];

    fn begin_block(&mut self, mode: ProcessMode) {
        self.mode = Some(mode);
    }
}

#[test]
fn a_plugin_learns_that_a_block_is_offline_after_a_real_time_setup() {
    let plugin = ComWrapper::new(Wrapper::<TestPlugin>::new());
    let mut setup = ProcessSetup {
        processMode: ProcessModes_::kRealtime as int32,
        symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
        maxSamplesPerBlock: 64,
        sampleRate: 48_000.0,
    };
    unsafe {
        assert_eq!(plugin.setupProcessing(&mut setup), kResultOk);
        assert_eq!(plugin.setActive(1), kResultOk);
        assert_eq!(plugin.setProcessing(1), kResultOk);
    }
    for mode in [ProcessModes_::kRealtime, ProcessModes_::kOffline] {
        let mut samples = [0.0_f32; 64];
        let mut channels = [samples.as_mut_ptr()];
        // Zeros are valid: all fields are numbers or pointers that may be null.
        let mut output: AudioBusBuffers = unsafe { mem::zeroed() };
        output.numChannels = 1;
        output.__field0.channelBuffers32 = channels.as_mut_ptr();
        let mut data: ProcessData = unsafe { mem::zeroed() };
        data.processMode = mode as int32;
        data.symbolicSampleSize = SymbolicSampleSizes_::kSample32 as int32;
        data.numSamples = 64;
        data.numOutputs = 1;
        data.outputs = &mut output;
        assert_eq!(unsafe { plugin.process(&mut data) }, kResultOk);
    }
    let modes = BLOCKS.with_borrow(Clone::clone);
    assert_eq!(modes, [ProcessMode::Realtime, ProcessMode::Offline]);
}
