//! The plugin as a program of its own: `--midi-input` and `--midi-output` name its connections, `--help` the rest.

use continuo_plugin::ContinuoWithAudio;
use nice_plug::prelude::nice_export_standalone;
use std::process::ExitCode;

fn main() -> ExitCode {
    // With a silent audio output, since the audio device is the clock.
    if nice_export_standalone::<ContinuoWithAudio>() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
