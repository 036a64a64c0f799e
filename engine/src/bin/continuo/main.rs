//! `continuo`: the engine on a command line.
//!
//! Exit codes: 0, all went well; 2, something about the input or the command is wrong, with one line on the standard
//! error output that says what; 1, the model failed while it ran.

mod arguments;
mod arrange;
mod choices;
mod info;
mod model;
mod progress;
mod style;

use arguments::{Arguments, Command};
use clap::Parser;
use std::{fmt::Display, process::ExitCode};

/// Why the command ended early: one sentence, and whose fault it is.
#[derive(Debug)]
struct Failure {
    sentence: String,
    code: u8,
}

impl Failure {
    /// Something about the input or the command is wrong.
    fn input(sentence: &dyn Display) -> Self {
        Self { sentence: sentence.to_string(), code: 2 }
    }

    /// The model failed.
    fn model(sentence: &dyn Display) -> Self {
        Self { sentence: sentence.to_string(), code: 1 }
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            // Help and version are what was asked for. If nobody reads them there is nobody to tell.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&Failure::input(&arguments::one_line(&error))),
    };
    let done = match arguments.command {
        Command::Arrange(arguments) => arrange::run(&arguments),
        Command::Info(arguments) => info::run(&arguments),
        Command::Style(arguments) => style::run(&arguments),
        Command::Model(arguments) => model::run(&arguments),
    };
    match done {
        Ok(report) => {
            use std::io::Write;
            // A reader that closes early, as `head` does, is no failure.
            let _ = writeln!(std::io::stdout(), "{}", report.trim_end());
            ExitCode::SUCCESS
        }
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &Failure) -> ExitCode {
    // One line, whatever a system's message holds.
    eprintln!("continuo: {}", failure.sentence.split_whitespace().collect::<Vec<_>>().join(" "));
    ExitCode::from(failure.code)
}
