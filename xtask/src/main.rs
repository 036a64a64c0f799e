//! The project's chores: `cargo xtask <chore>`.

mod bench;
mod build;
mod programs;
mod release;
mod test;
mod train;

use build::{runtime, workspace};
use release::{bundle, install, notices, package};
use test::{cycles, lint};

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
    /// Check everything that must pass before a change is accepted: formatting, lints, docs, all tests
    Test(test::Options),
    /// Find modules that import each other in a cycle
    Cycles,
    /// Build the plugin and let it play a tune in a headless host: MIDI file, sound, picture and figures in target/demo
    #[command(disable_help_flag = true)]
    Demo(programs::Options),
    /// Build for release and put the plugin bundles into target/bundled
    Bundle(bundle::Options),
    /// Bundle, then make what people download: .tar.xz and .deb for Linux, .zip for Windows and macOS, in target/packages
    Package(package::Options),
    /// Bundle, then copy the plugins into your own CLAP and VST3 folders
    Install,
    /// Fetch the ONNX Runtime library into target/onnxruntime unless it is there
    Runtime,
    /// Write the licences of all that is shipped into target/bundled, as `bundle` does
    Notices,
    /// Measure, and compare with the figures in docs/benchmarks.csv
    Bench(bench::Options),
    /// Measure how cost grows; writes docs/costs.csv and the picture docs/costs.png
    Costs,
    /// Take pictures of the plugin's window in each of its states
    #[cfg(target_os = "linux")]
    #[command(disable_help_flag = true)]
    Screenshots(programs::Options),
    /// Run the training code in its own Python environment, or fine-tune a model on your own MIDI files
    Train(train::Options),
    /// Measure the model on pieces it was not trained on; writes models/EVALUATION.md
    Evaluate(train::Evaluation),
    /// Rewrite the tunes of tests/tunes from their notes
    Tunes,
}

fn main() -> ExitCode {
    if let Some(arguments) = lint::asked() {
        return lint::compile(&arguments);
    }
    let result = match Arguments::parse().chore {
        Chore::Test(options) => test::run(&options),
        Chore::Cycles => cycles::run(),
        Chore::Demo(options) => programs::demo(&options),
        Chore::Bundle(options) => bundle::run(&options).map(drop),
        Chore::Package(options) => package::run(&options),
        Chore::Install => install::run(),
        Chore::Runtime => runtime::run().map(drop),
        Chore::Notices => notices::run(),
        Chore::Bench(options) => bench::run(&options),
        Chore::Costs => programs::costs(),
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

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn every_chore_has_options_that_can_be_read() {
        Arguments::command().debug_assert();
    }
}
