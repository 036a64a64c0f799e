//! The chores that need a host, a screen or a picture. `cargo xtask` starts them, so that it builds without all that.

mod demo;
mod measure;
#[cfg(target_os = "linux")]
mod plugin_build;
#[cfg(target_os = "linux")]
mod screenshots;

use clap::{Parser, Subcommand};
use continuo_harness::tunes;
use std::process::ExitCode;

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    program: Program,
}

#[derive(Subcommand)]
enum Program {
    /// Build the plugin and let it play a tune in a headless host: MIDI file, picture and figures in target/demo
    Demo(demo::Options),
    /// Measure the built plugin, for `cargo xtask bench`
    #[command(subcommand)]
    Measure(measure::Subject),
    /// Take pictures of the plugin's window in each of its states
    #[cfg(target_os = "linux")]
    Screenshots(screenshots::Options),
    /// Write the tunes of tests/tunes again from their notes
    Tunes,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().program {
        Program::Demo(options) => demo::run(&options),
        Program::Measure(subject) => measure::run(&subject),
        #[cfg(target_os = "linux")]
        Program::Screenshots(options) => screenshots::run(&options),
        Program::Tunes => tunes::write().map(|count| println!("wrote {count} tunes into tests/tunes")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
