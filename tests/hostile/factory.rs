//! What a VST3 host reads before it plays: the factory's classes, and the buses of each.

use crate::PART;
use continuo_harness::{built::library, evidence, hosts::vst3::module::Module};
use std::{
    collections::BTreeSet,
    ffi::{CStr, c_char, c_void},
    mem, ptr,
};
use vst3::{
    ComPtr, Interface,
    Steinberg::{
        IPluginBaseTrait, IPluginFactory2, IPluginFactory2Trait, IPluginFactoryTrait, PClassInfo, PClassInfo2,
        Vst::{
            BusDirections_, BusInfo, BusTypes_, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait,
            MediaTypes_, SpeakerArr, SymbolicSampleSizes_,
        },
        kResultOk,
    },
};

const AUDIO: i32 = MediaTypes_::kAudio as i32;
const EVENT: i32 = MediaTypes_::kEvent as i32;
const INPUT: i32 = BusDirections_::kInput as i32;
const OUTPUT: i32 = BusDirections_::kOutput as i32;
const ON: u8 = 1;
/// Numbers that no bus and no class has.
const NO_INDEX: [i32; 4] = [-1, 7, 8, i32::MAX];

/// The classes: name, subcategories, and the number of channels of their audio output.
const CLASSES: [(&str, &str, Option<i32>); 2] =
    [("Continuo", "Fx|Generator", None), ("Continuo (with audio out)", "Instrument|Generator", Some(2))];

/// The audio outputs beside the mix.
const BESIDE: [&str; 6] = ["Melody", "Drums", "Bass", "Chords", "Strings", "Counter"];

fn text(field: &[c_char]) -> String {
    assert!(field.contains(&0), "a text does not end in zero");
    // SAFETY: the field holds a zero.
    let text = unsafe { CStr::from_ptr(field.as_ptr()) };
    text.to_str().expect("it is UTF-8").to_owned()
}

#[test]
fn vst3_classes_are_complete_and_true() {
    let module = Module::load(&library()).expect("the library is a VST3 module");
    let factory = module.factory();
    let newer: ComPtr<IPluginFactory2> = factory.cast().expect("the factory reports vendors and versions");
    // SAFETY: the factory lives as long as the module.
    assert_eq!(unsafe { factory.countClasses() }, CLASSES.len() as i32);
    let mut ids = BTreeSet::new();
    for (index, (name, subcategories, _)) in (0..).zip(CLASSES) {
        // SAFETY: both structs are plain numbers and fixed text, for which zeros are valid.
        let (mut old, mut new): (PClassInfo, PClassInfo2) = unsafe { (mem::zeroed(), mem::zeroed()) };
        // SAFETY: both are valid for writing.
        let answers = unsafe { (factory.getClassInfo(index, &raw mut old), newer.getClassInfo2(index, &raw mut new)) };
        assert_eq!(answers, (kResultOk, kResultOk));
        assert_eq!((text(&old.name), text(&new.name)), (name.to_owned(), name.to_owned()));
        assert_eq!(text(&old.category), "Audio Module Class");
        assert_eq!(text(&new.category), "Audio Module Class");
        assert_eq!(text(&new.subCategories), subcategories);
        assert_eq!(text(&new.vendor), "Continuo");
        assert_eq!(text(&new.version), env!("CARGO_PKG_VERSION"));
        assert!(text(&new.sdkVersion).starts_with("VST 3"));
        assert_eq!(old.cid, new.cid, "{name} has two identifiers");
        assert_eq!(old.cardinality, i32::MAX, "{name}: any number of instances");
        assert!(ids.insert(old.cid), "two classes have one identifier");
    }
    for index in NO_INDEX {
        // SAFETY: as above.
        let (mut old, mut new): (PClassInfo, PClassInfo2) = unsafe { (mem::zeroed(), mem::zeroed()) };
        // SAFETY: both are valid for writing.
        let answers = unsafe { (factory.getClassInfo(index, &raw mut old), newer.getClassInfo2(index, &raw mut new)) };
        assert!(answers.0 != kResultOk && answers.1 != kResultOk, "there is a class {index}");
    }
    let unknown = [1 as c_char; 16];
    let mut object: *mut c_void = ptr::null_mut();
    // SAFETY: both identifiers are 16 bytes, and `object` is valid for writing.
    let made = unsafe { factory.createInstance(unknown.as_ptr(), IComponent::IID.as_ptr().cast(), &raw mut object) };
    assert!(made != kResultOk && object.is_null(), "an unknown class was made");
}

/// Checks the number of buses of each kind.
fn assert_counts(component: &ComPtr<IComponent>, channels: Option<i32>) {
    // SAFETY: plain numbers only.
    let count = |media, direction| unsafe { component.getBusCount(media, direction) };
    assert_eq!([count(EVENT, INPUT), count(EVENT, OUTPUT), count(AUDIO, INPUT)], [1, 1, 0]);
    assert_eq!(count(AUDIO, OUTPUT), if channels.is_some() { 1 + BESIDE.len() as i32 } else { 0 });
    assert_eq!([count(7, INPUT), count(-1, OUTPUT), count(EVENT, 7)], [0, 0, 0]);
}

/// Checks the description of each bus, and that there are no others.
fn assert_buses(component: &ComPtr<IComponent>, channels: Option<i32>) {
    // SAFETY: plain numbers and fixed text, for which zeros are valid.
    let info = |media, direction, index| unsafe {
        let mut info: BusInfo = mem::zeroed();
        (component.getBusInfo(media, direction, index, &raw mut info) == kResultOk).then_some(info)
    };
    let audio = channels.map(|channels| (AUDIO, OUTPUT, channels));
    for (media, direction, channels) in [(EVENT, INPUT, 16), (EVENT, OUTPUT, 16)].into_iter().chain(audio) {
        let bus = info(media, direction, 0).expect("the plugin describes the bus");
        assert_eq!((bus.mediaType, bus.direction, bus.channelCount), (media, direction, channels));
        assert_eq!(bus.busType, BusTypes_::kMain as i32);
        assert_ne!(bus.name[0], 0, "a bus has no name");
        // SAFETY: plain numbers only.
        assert_eq!(unsafe { component.activateBus(media, direction, 0, ON) }, kResultOk);
    }
    if channels.is_some() {
        for (index, name) in (1..).zip(BESIDE) {
            let bus = info(AUDIO, OUTPUT, index).expect("the plugin describes the bus");
            assert_eq!((bus.busType, bus.channelCount), (BusTypes_::kAux as i32, 2));
            assert_eq!(bus.flags, 0, "only who wants it activates it");
            let shown: Vec<u16> = bus.name.iter().copied().take_while(|&unit| unit != 0).collect();
            assert_eq!(String::from_utf16_lossy(&shown), name);
        }
    }
    for (media, direction) in [(EVENT, INPUT), (EVENT, OUTPUT), (AUDIO, INPUT), (AUDIO, OUTPUT), (7, INPUT)] {
        for index in NO_INDEX {
            assert!(info(media, direction, index).is_none(), "bus {index} of {media}, {direction}");
        }
    }
    assert!(info(AUDIO, INPUT, 0).is_none());
}

/// Checks which layouts a host may request, and that wrong ones change nothing.
fn assert_arrangements(component: &ComPtr<IComponent>, channels: Option<i32>) {
    let processor: ComPtr<IAudioProcessor> = component.cast().expect("it processes audio");
    let (mono, stereo, none) = (SpeakerArr::kMono, SpeakerArr::kStereo, SpeakerArr::kEmpty);
    let ask = |inputs: i32, outputs: i32, arrangement: u64| {
        let (mut before, mut after) = ([stereo; 8], [arrangement; 8]);
        // SAFETY: the arrays hold at least as many arrangements as the numbers say.
        unsafe { processor.setBusArrangements(before.as_mut_ptr(), inputs, after.as_mut_ptr(), outputs) == kResultOk }
    };
    // The last one stays.
    let own = if channels.is_some() { ask(0, 1, stereo) && ask(0, 7, stereo) } else { ask(0, 0, none) };
    assert!(own, "the plugin refuses its own layout");
    if channels.is_some() {
        let mut wanted = [none; 7];
        wanted[0] = stereo;
        // SAFETY: the array holds as many arrangements as the number says.
        let answer = unsafe { processor.setBusArrangements([stereo].as_mut_ptr(), 0, wanted.as_mut_ptr(), 7) };
        assert_eq!(answer, kResultOk, "outputs may be left empty");
    }
    for (inputs, outputs, arrangement) in [(1, 1, stereo), (0, 1, mono), (0, 2, stereo), (-1, -1, none), (1, 0, none)] {
        assert!(!ask(inputs, outputs, arrangement), "the plugin accepts {inputs} inputs and {outputs} outputs");
    }
    if channels.is_none() {
        assert!(!ask(0, 1, stereo), "the plugin accepts an audio output that it does not have");
    }
    let mut found = none;
    for index in NO_INDEX {
        for direction in [INPUT, OUTPUT] {
            // SAFETY: `found` is valid for writing.
            let answer = unsafe { processor.getBusArrangement(direction, index, &raw mut found) };
            assert_ne!(answer, kResultOk, "bus {index} has an arrangement");
        }
    }
    if channels.is_some() {
        // SAFETY: `found` is valid for writing.
        let answer = unsafe { processor.getBusArrangement(OUTPUT, 0, &raw mut found) };
        assert_eq!((answer, found.count_ones()), (kResultOk, 2));
    }
    // SAFETY: plain numbers only.
    let supports = |size: i32| unsafe { processor.canProcessSampleSize(size) } == kResultOk;
    let sizes = [SymbolicSampleSizes_::kSample32 as i32, SymbolicSampleSizes_::kSample64 as i32, 7, -1];
    assert_eq!(sizes.map(supports), [true, false, false, false]);
}

#[test]
fn vst3_describes_its_buses_and_no_others() {
    let module = Module::load(&library()).expect("the library is a VST3 module");
    for (name, _, channels) in CLASSES {
        let component: ComPtr<IComponent> = module.create(name).expect("the class is made");
        // SAFETY: a plugin accepts a null context; the framework does not look at it.
        assert_eq!(unsafe { component.initialize(ptr::null_mut()) }, kResultOk);
        assert_counts(&component, channels);
        assert_buses(&component, channels);
        assert_arrangements(&component, channels);
        // After the refused requests the buses are the same.
        assert_counts(&component, channels);
        // SAFETY: after this only the interface is released.
        assert_eq!(unsafe { component.terminate() }, kResultOk);
    }
    evidence::record(
        PART,
        "VST3 classes and buses match their descriptions, and there are no others",
        "names, vendor, version and subcategories from both factories; each bus, layout and sample size asked for, and \
         those that do not exist",
        format!("{} classes", CLASSES.len()),
    );
}
