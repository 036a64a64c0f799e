//! The standalone program. `--midi-input` and `--midi-output` choose its connections; `--help` lists all options.

use continuo_plugin::ContinuoAlone;
use nice_plug::prelude::nice_export_standalone;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The one that is heard; its audio device is the clock, too.
    if nice_export_standalone::<ContinuoAlone>() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
