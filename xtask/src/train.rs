//! `cargo xtask train`.

use crate::{python, workspace};
use anyhow::Result;
use std::process::Command;

#[derive(clap::Args)]
pub struct Options {
    /// What the training code is asked to do: prepare, train, evaluate, export, card, and their options
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    arguments: Vec<String>,
}

/// Runs the training code in its pinned environment.
pub fn run(options: &Options) -> Result<()> {
    let folder = python::training();
    let interpreter = python::environment(&folder.join(".venv"), &python::requirements()?)?;
    workspace::run(
        Command::new(interpreter).current_dir(folder).args(["-m", "continuo_training"]).args(&options.arguments),
    )
}
