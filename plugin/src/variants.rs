//! The two plugins that the library exports: they differ in names and audio ports only.

use crate::process::instruments::{OUTPUT_NAMES, OUTPUTS};
use nice_plug::prelude::*;

/// What differs between the exported plugins.
pub trait Variant: Send + 'static {
    /// The name in a host's list of plugins.
    const NAME: &'static str;
    /// In reverse domain notation. Never changes: projects refer to it.
    const CLAP_ID: &'static str;
    /// Never changes: projects refer to it.
    const VST3_CLASS_ID: [u8; 16];
    /// Whether it is heard.
    const SOUNDS: bool;
    /// The audio ports.
    const LAYOUTS: &'static [AudioIOLayout];
    /// The categories in which hosts list the CLAP plugin.
    const FEATURES: &'static [ClapFeature];
    /// The categories in which hosts list the VST3 plugin.
    const SUBCATEGORIES: &'static [Vst3SubCategory];
}

/// Notes in, notes out.
pub struct NotesOnly;

impl Variant for NotesOnly {
    const NAME: &'static str = "Continuo";
    const CLAP_ID: &'static str = "org.continuo.continuo";
    const VST3_CLASS_ID: [u8; 16] = *b"ContinuoEnsemble";
    const SOUNDS: bool = false;
    const LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout::const_default()];
    const FEATURES: &'static [ClapFeature] = &[ClapFeature::NoteEffect, ClapFeature::Utility];
    const SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Fx, Vst3SubCategory::Generator];
}

/// The same with a stereo output, on which its own instruments play what goes out as notes: an instrument. Hosts that take
/// more outputs get the melody and each part by themselves, too.
pub struct WithAudio;

/// The main output's name. The framework looks for it where the main input's would stand.
const NAME_OF_MIX: Option<&str> = Some("Mix");
/// Stereo.
const STEREO: NonZeroU32 = new_nonzero_u32(2);

/// The mix, and who has an output of its own.
const EACH: AudioIOLayout = AudioIOLayout {
    main_output_channels: Some(STEREO),
    aux_output_ports: &[STEREO; OUTPUTS],
    names: PortNames {
        layout: Some("Mix and one output a part"),
        main_input: NAME_OF_MIX,
        main_output: NAME_OF_MIX,
        aux_outputs: &OUTPUT_NAMES,
        ..PortNames::const_default()
    },
    ..AudioIOLayout::const_default()
};

/// The mix alone.
const MIX: AudioIOLayout = AudioIOLayout {
    main_output_channels: Some(STEREO),
    names: PortNames {
        layout: NAME_OF_MIX,
        main_input: NAME_OF_MIX,
        main_output: NAME_OF_MIX,
        ..PortNames::const_default()
    },
    ..AudioIOLayout::const_default()
};

impl Variant for WithAudio {
    const NAME: &'static str = "Continuo (with audio out)";
    const CLAP_ID: &'static str = "org.continuo.continuo-with-audio";
    const VST3_CLASS_ID: [u8; 16] = *b"ContinuoAudioOut";
    const SOUNDS: bool = true;
    const LAYOUTS: &'static [AudioIOLayout] = &[EACH, MIX];
    // An instrument: hosts that offer note effects no place list it, and give it a track with audio.
    const FEATURES: &'static [ClapFeature] = &[
        ClapFeature::Instrument,
        ClapFeature::Synthesizer,
        ClapFeature::NoteEffect,
        ClapFeature::Utility,
        ClapFeature::Stereo,
    ];
    const SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Instrument, Vst3SubCategory::Generator];
}

/// The same for the standalone program, which has one output.
pub struct Standalone;

impl Variant for Standalone {
    const NAME: &'static str = WithAudio::NAME;
    const CLAP_ID: &'static str = WithAudio::CLAP_ID;
    const VST3_CLASS_ID: [u8; 16] = WithAudio::VST3_CLASS_ID;
    const SOUNDS: bool = WithAudio::SOUNDS;
    const LAYOUTS: &'static [AudioIOLayout] = &[MIX];
    const FEATURES: &'static [ClapFeature] = WithAudio::FEATURES;
    const SUBCATEGORIES: &'static [Vst3SubCategory] = WithAudio::SUBCATEGORIES;
}
