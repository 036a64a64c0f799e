//! Shows two faults of the VST3 wrapper. Both tests fail with nice-plug 0.4.2: patch 1 fixes the
//! first, patch 3 the second.

use std::{cell::RefCell, ffi::c_void, num::NonZeroU32, ptr, slice, sync::Arc};

use nice_plug::prelude::*;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IAudioProcessorTrait, IComponentTrait, ProcessModes_, ProcessSetup, SymbolicSampleSizes_,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    IBStream, IBStream_::IStreamSeekMode_, IBStreamTrait, int32, int64, kInvalidArgument,
    kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};

thread_local! {
    /// The mode of each activation on this thread.
    static ACTIVATIONS: RefCell<Vec<ProcessMode>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
struct TestPlugin {
    params: Arc<TestParams>,
}

#[derive(Params)]
struct TestParams {
    #[id = "gain"]
    gain: FloatParam,
}

impl Default for TestParams {
    fn default() -> Self {
        let range = FloatRange::Linear { min: 0.0, max: 1.0 };
        Self {
            gain: FloatParam::new("Gain", 0.5, range),
        }
    }
}

impl Plugin for TestPlugin {
    const NAME: &'static str = "Test";
    const VENDOR: &'static str = "Test";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "0.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: NonZeroU32::new(2),
        main_output_channels: NonZeroU32::new(2),
        ..AudioIOLayout::const_default()
    }];

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        ACTIVATIONS.with_borrow_mut(|modes| modes.push(config.process_mode));
        true
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
    const VST3_CLASS_ID: [u8; 16] = *b"NicePlugTestABCD";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Fx];
}

/// A stream that moves at most `limit` bytes per call, which `IBStream` allows.
struct ShortStream {
    bytes: RefCell<Vec<u8>>,
    position: RefCell<usize>,
    limit: usize,
}

impl ShortStream {
    fn new(bytes: Vec<u8>, limit: usize) -> ComWrapper<Self> {
        ComWrapper::new(Self {
            bytes: RefCell::new(bytes),
            position: RefCell::new(0),
            limit,
        })
    }
}

impl Class for ShortStream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for ShortStream {
    unsafe fn read(&self, buffer: *mut c_void, wanted: int32, moved: *mut int32) -> tresult {
        let (bytes, mut position) = (self.bytes.borrow(), self.position.borrow_mut());
        let count = (wanted as usize)
            .min(bytes.len() - *position)
            .min(self.limit);
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr().add(*position), buffer.cast(), count);
            if !moved.is_null() {
                *moved = count as int32;
            }
        }
        *position += count;
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, wanted: int32, moved: *mut int32) -> tresult {
        let count = (wanted as usize).min(self.limit);
        let new = unsafe { slice::from_raw_parts(buffer.cast::<u8>(), count) };
        self.bytes.borrow_mut().extend_from_slice(new);
        if !moved.is_null() {
            unsafe { *moved = count as int32 };
        }
        kResultOk
    }

    unsafe fn seek(&self, offset: int64, mode: int32, result: *mut int64) -> tresult {
        let mut position = self.position.borrow_mut();
        let base = match mode {
            mode if mode == IStreamSeekMode_::kIBSeekSet as int32 => 0,
            mode if mode == IStreamSeekMode_::kIBSeekCur as int32 => *position as int64,
            _ => self.bytes.borrow().len() as int64,
        };
        let Ok(place) = usize::try_from(base + offset) else {
            return kInvalidArgument;
        };
        *position = place;
        if !result.is_null() {
            unsafe { *result = place as int64 };
        }
        kResultOk
    }

    unsafe fn tell(&self, position: *mut int64) -> tresult {
        unsafe { *position = *self.position.borrow() as int64 };
        kResultOk
    }
}

#[test]
fn each_activation_has_the_mode_of_its_own_setup_call() {
    let plugin = ComWrapper::new(Wrapper::<TestPlugin>::new());
    for mode in [ProcessModes_::kOffline, ProcessModes_::kRealtime] {
        let mut setup = ProcessSetup {
            processMode: mode as int32,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as int32,
            maxSamplesPerBlock: 512,
            sampleRate: 48_000.0,
        };
        unsafe {
            assert_eq!(plugin.setupProcessing(&mut setup), kResultOk);
            assert_eq!(plugin.setActive(1), kResultOk);
            assert_eq!(plugin.setActive(0), kResultOk);
        }
    }
    let modes = ACTIVATIONS.with_borrow(Clone::clone);
    assert_eq!(modes, [ProcessMode::Offline, ProcessMode::Realtime]);
}

#[test]
fn a_state_passes_whole_through_a_stream_that_moves_seven_bytes_per_call() {
    let plugin = ComWrapper::new(Wrapper::<TestPlugin>::new());
    let save = |limit| {
        let stream = ShortStream::new(Vec::new(), limit);
        let pointer = stream.to_com_ptr::<IBStream>().unwrap();
        assert_eq!(
            unsafe { IComponentTrait::getState(&*plugin, pointer.as_ptr()) },
            kResultOk
        );
        stream.bytes.take()
    };
    let whole = save(usize::MAX);
    assert_eq!(save(7), whole, "the saved state is cut short");

    let stream = ShortStream::new(whole, 7);
    let pointer = stream.to_com_ptr::<IBStream>().unwrap();
    let loaded = unsafe { IComponentTrait::setState(&*plugin, pointer.as_ptr()) };
    assert_eq!(loaded, kResultOk, "the state is refused");
}
