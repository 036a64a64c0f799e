//! `continuo`: the engine on the command line.
//!
//! Exit codes: 0, success; 2, the input or the command is wrong; 1, the model failed while it ran. An error is one line
//! on standard error.

mod arguments;
mod arrange;
mod chart_file;
mod choices;
mod chords;
mod doctor;
mod failure;
mod format;
mod info;
mod lead;
mod model;
mod own_parts;
mod performance;
mod progress;
#[cfg(windows)]
mod quiet;
mod sections;
mod shared_options;
mod sound;
mod style;
mod tools;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    #[cfg(windows)]
    quiet::hush_libraries();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            // The user asked for help or the version.
            return finish(error.print());
        }
        Err(error) => return fail(&Failure::input(&arguments::one_line(&error, std::env::args_os()))),
    };
    let result = match arguments.command {
        Command::Arrange(arguments) => arrange::run(&arguments),
        Command::Render(arguments) => sound::run(&arguments),
        Command::Drumify(arguments) => tools::drumify::run(&arguments),
        Command::Enhance(arguments) => tools::enhance::run(&arguments),
        Command::Extend(arguments) => tools::extend::run(&arguments),
        Command::Generate(arguments) => tools::generate::run(&arguments),
        Command::Groove(arguments) => tools::groove::run(&arguments),
        Command::Infill(arguments) => tools::infill::run(&arguments),
        Command::Interpolate(arguments) => tools::interpolate::run(&arguments),
        Command::Quantise(arguments) => tools::quantise::run(&arguments),
        Command::Info(arguments) => info::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Style(arguments) => style::run(&arguments),
        Command::Model(arguments) => model::run(&arguments),
    };
    match result {
        Ok(report) => finish(writeln!(io::stdout(), "{}", report.trim_end())),
        Err(failure) => fail(&failure),
    }
}

/// The exit code after the output was written with this result.
fn finish(written: io::Result<()>) -> ExitCode {
    match written.and_then(|()| io::stdout().flush()) {
        // It is not a failure if the reader closes early, as `head` does.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            fail(&Failure::input(&format!("the output could not be written: {error}")))
        }
        _ => ExitCode::SUCCESS,
    }
}

fn fail(failure: &Failure) -> ExitCode {
    // Always one line, whatever the system's message contains.
    let line = failure.sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    // If it cannot be written, the exit code still shows the failure.
    let _ = writeln!(io::stderr(), "continuo: {line}");
    ExitCode::from(failure.code)
}
