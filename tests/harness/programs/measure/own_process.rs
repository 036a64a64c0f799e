//! Measuring in a process of its own, where nothing but the plugin uses memory.

use anyhow::{Result, bail};
use std::{env, process::Command};

/// This program, to measure something in a process of its own.
pub fn own_program(subject: &str) -> Result<Command> {
    let mut own = Command::new(env::current_exe()?);
    own.args(["measure", subject]);
    Ok(own)
}

/// Runs this program once more, where nothing but the plugin uses memory, and prints its figures. What else it prints is
/// shown only if it fails.
pub fn in_new_process(own: &mut Command) -> Result<()> {
    let output = own.output()?;
    if !output.status.success() {
        bail!("the plugin could not be measured: {}", String::from_utf8_lossy(&output.stderr));
    }
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
