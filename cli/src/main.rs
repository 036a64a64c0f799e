//! `continuo`: the engine on a command line.
//!
//! Exit codes: 0, all went well; 2, something about the input or the command is wrong, with one line on the standard
//! error output that says what; 1, the model failed while it ran.

mod arguments;
mod arrange;
mod choices;
mod failure;
mod info;
mod model;
mod progress;
mod style;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            // Help and version are what was asked for.
            return told(error.print());
        }
        Err(error) => return fail(&Failure::input(&arguments::one_line(&error, std::env::args_os()))),
    };
    let done = match arguments.command {
        Command::Arrange(arguments) => arrange::run(&arguments),
        Command::Info(arguments) => info::run(&arguments),
        Command::Style(arguments) => style::run(&arguments),
        Command::Model(arguments) => model::run(&arguments),
    };
    match done {
        Ok(report) => told(writeln!(io::stdout(), "{}", report.trim_end())),
        Err(failure) => fail(&failure),
    }
}

/// The end of a command whose answer was written like this.
fn told(written: io::Result<()>) -> ExitCode {
    match written.and_then(|()| io::stdout().flush()) {
        // A reader that closes early, as `head` does, is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            fail(&Failure::input(&format!("the answer could not be written to the standard output: {error}")))
        }
        _ => ExitCode::SUCCESS,
    }
}

fn fail(failure: &Failure) -> ExitCode {
    // One line, whatever a system's message holds.
    let line = failure.sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    // If it cannot be written, the code still tells.
    let _ = writeln!(io::stderr(), "continuo: {line}");
    ExitCode::from(failure.code)
}
