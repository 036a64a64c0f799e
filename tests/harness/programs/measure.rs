//! Measures the built plugin for `cargo xtask bench`, and prints the figures as the lines of a file.

mod instances;
mod sixteen;
#[cfg(target_os = "linux")]
mod window;

use anyhow::{Result, bail};
use continuo_harness::figures::to_csv;
use std::{env, path::PathBuf, process::Command};

#[derive(clap::Subcommand)]
pub enum Subject {
    /// Instances of a plugin
    Instances { library: PathBuf },
    /// Sixteen instances of a plugin that play in real time
    Sixteen { library: PathBuf },
    /// The plugin's window, where Xvfb is installed
    #[cfg(target_os = "linux")]
    Window,
    /// Instances, in this process
    #[command(hide = true)]
    InstancesHere { library: PathBuf },
    /// Sixteen instances, in this process
    #[command(hide = true)]
    SixteenHere { library: PathBuf },
    /// The window, in this process and on the screen that `DISPLAY` names
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    WindowHere { library: PathBuf },
}

/// Measures and prints.
pub fn run(subject: &Subject) -> Result<()> {
    match subject {
        Subject::Instances { library } => in_new_process(own_program("instances-here")?.arg(library)),
        Subject::InstancesHere { library } => {
            print!("{}", to_csv(&instances::measure(library)?));
            Ok(())
        }
        Subject::Sixteen { library } => in_new_process(own_program("sixteen-here")?.arg(library)),
        Subject::SixteenHere { library } => {
            print!("{}", to_csv(&sixteen::measure(library)?));
            Ok(())
        }
        #[cfg(target_os = "linux")]
        Subject::Window => match window::prepare(own_program("window-here")?)? {
            Some((_screen, mut program)) => in_new_process(&mut program),
            None => Ok(()),
        },
        #[cfg(target_os = "linux")]
        Subject::WindowHere { library } => {
            print!("{}", to_csv(&window::measure(library)?));
            Ok(())
        }
    }
}

fn own_program(subject: &str) -> Result<Command> {
    let mut own = Command::new(env::current_exe()?);
    own.args(["measure", subject]);
    Ok(own)
}

/// Runs this program once more, where nothing but the plugin uses memory, and prints its figures. What else it prints is
/// shown only if it fails.
fn in_new_process(own: &mut Command) -> Result<()> {
    let output = own.output()?;
    if !output.status.success() {
        bail!("the plugin could not be measured: {}", String::from_utf8_lossy(&output.stderr));
    }
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
