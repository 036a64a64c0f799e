//! Shows what patch 4 adds. This file compiles only with that patch: without it, a plugin that
//! accepts one MIDI controller gets 2,080 parameters in VST3.

use std::{mem, num::NonZeroU32, sync::Arc};

use nice_plug::prelude::*;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IEditControllerTrait, IMidiMappingTrait, ParameterInfo,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{kInvalidArgument, kResultFalse, kResultOk};

#[derive(Default)]
struct TestPlugin {
    params: Arc<NoParams>,
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
    const MIDI_INPUT: MidiConfig = MidiConfig::MidiCCs;

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
        ProcessStatus::Normal
    }
}

impl Vst3Plugin for TestPlugin {
    const VST3_CLASS_ID: [u8; 16] = *b"NicePlugTestIJKL";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Fx];
    const VST3_MIDI_CONTROLLERS: Option<&'static [&'static [u8]]> = Some(&[&[64], &[123, 120]]);
}

#[test]
fn a_plugin_has_parameters_for_the_controllers_that_it_accepts_and_for_no_others() {
    let plugin = ComWrapper::new(Wrapper::<TestPlugin>::new());
    let own = 0;
    assert_eq!(unsafe { plugin.getParameterCount() }, own + 2 * 16);
    let info = |index| {
        // Zeros are valid: all fields are numbers.
        let mut info: ParameterInfo = unsafe { mem::zeroed() };
        let answer = unsafe { plugin.getParameterInfo(index, &mut info) };
        (answer, info.id)
    };
    let listed: Vec<u32> = (own..own + 2 * 16)
        .map(|index| {
            let (answer, id) = info(index);
            assert_eq!(answer, kResultOk);
            id
        })
        .collect();
    assert_eq!(info(own + 2 * 16).0, kInvalidArgument);

    let assigned = |channel, controller| {
        let mut id = 0;
        let answer =
            unsafe { plugin.getMidiControllerAssignment(0, channel, controller, &mut id) };
        (answer == kResultOk).then_some(id)
    };
    for channel in 0..16 {
        let place = channel as usize * 2;
        assert_eq!(assigned(channel, 64), Some(listed[place]));
        assert_eq!(assigned(channel, 123), Some(listed[place + 1]));
        assert_eq!(assigned(channel, 120), Some(listed[place + 1]));
        let mut id = 0;
        let refused = unsafe { plugin.getMidiControllerAssignment(0, channel, 1, &mut id) };
        assert_eq!(refused, kResultFalse);
    }
}
