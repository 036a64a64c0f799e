//! The project's chores behind one front door: `cargo xtask <what>`.

mod bench;
mod bundle;
mod hosts;
mod install;
mod lint;
mod programs;
mod python;
mod runtime;
mod test;
mod train;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Everything that must hold before a change is taken: formatting, lints, docs, all tests
    Test(test::Options),
    /// Build the plugin and let it play a tune in a headless host: MIDI file, picture and figures in target/demo
    #[command(disable_help_flag = true)]
    Demo(programs::Options),
    /// Build for release and put the plugin bundles into target/bundled
    Bundle(bundle::Options),
    /// Bundle, then copy the plugins into your own CLAP and VST3 folders
    Install,
    /// Fetch the ONNX Runtime library into target/onnxruntime, unless it is there
    Runtime,
    /// Measure, and compare with the figures in docs/benchmarks.csv
    Bench(bench::Options),
    /// Take pictures of the plugin's window in each of its states
    #[cfg(target_os = "linux")]
    #[command(disable_help_flag = true)]
    Screenshots(programs::Options),
    /// Run the training code in its own Python environment, or fine-tune a model on your own MIDI files
    Train(train::Options),
    /// Measure the model on pieces it was not trained on; writes models/EVALUATION.md
    Evaluate(train::Evaluation),
    /// Write the tunes of tests/tunes again from their notes
    Tunes,
}

fn main() -> ExitCode {
    if let Some(arguments) = lint::asked() {
        return lint::compile(&arguments);
    }
    let result = match Arguments::parse().chore {
        Chore::Test(options) => test::run(&options),
        Chore::Demo(options) => programs::demo(&options),
        Chore::Bundle(options) => bundle::run(&options).map(drop),
        Chore::Install => install::run(),
        Chore::Runtime => runtime::run().map(drop),
        Chore::Bench(options) => bench::run(&options),
        #[cfg(target_os = "linux")]
        Chore::Screenshots(options) => programs::screenshots(&options),
        Chore::Train(options) => train::run(&options),
        Chore::Evaluate(options) => train::evaluate(&options),
        Chore::Tunes => programs::tunes(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
