//! The project's chores behind one front door: `cargo xtask <what>`.

mod bundle;
mod install;
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
    /// Build the plugin and the command line for release and put the plugin bundles into target/bundled
    Bundle(bundle::Options),
    /// Bundle, then copy the plugins into your own CLAP and VST3 folders
    Install,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().chore {
        Chore::Bundle(options) => bundle::run(&options).map(drop),
        Chore::Install => install::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
