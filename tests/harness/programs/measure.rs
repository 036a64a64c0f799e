//! Measures the built plugin for `cargo xtask bench`, and prints the figures as the lines of a file.

mod costs;
mod instances;
mod memory;
mod own_process;
mod process;
mod sixteen;
mod tune;
#[cfg(target_os = "linux")]
mod window;

use anyhow::Result;
use continuo_harness::figures::{Figure, to_csv};
use own_process::{in_new_process, own_program};
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Subject {
    /// Instances of a plugin
    Instances { library: PathBuf },
    /// Sixteen instances of a plugin that play in real time
    Sixteen { library: PathBuf },
    /// The blocks of the audio thread
    Process { library: PathBuf },
    /// How cost grows
    Costs { library: PathBuf },
    /// The plugin's window, where Xvfb is installed
    #[cfg(target_os = "linux")]
    Window {
        /// A library that was built with the feature `probe`; without it one is built
        library: Option<PathBuf>,
    },
    /// Instances, in this process
    #[command(hide = true)]
    InstancesHere { library: PathBuf },
    /// Sixteen instances, in this process
    #[command(hide = true)]
    SixteenHere { library: PathBuf },
    /// The blocks of the audio thread, in this process
    #[command(hide = true)]
    ProcessHere { library: PathBuf },
    /// The memory of instances, in this process
    #[command(hide = true)]
    SpaceHere(costs::Case),
    /// The window, in this process and on the screen that `DISPLAY` names
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    WindowHere { library: PathBuf },
}

/// Measures and prints.
pub fn run(subject: &Subject) -> Result<()> {
    let anew = |name: &str, library: &Path| in_new_process(own_program(name)?.arg(library));
    match subject {
        Subject::Instances { library } => anew("instances-here", library),
        Subject::InstancesHere { library } => print(&instances::measure(library)?),
        Subject::Sixteen { library } => anew("sixteen-here", library),
        Subject::SixteenHere { library } => print(&sixteen::measure(library)?),
        Subject::Process { library } => anew("process-here", library),
        Subject::ProcessHere { library } => print(&process::measure(library)?),
        Subject::Costs { library } => costs::measure(library),
        Subject::SpaceHere(case) => costs::space(case),
        #[cfg(target_os = "linux")]
        Subject::Window { library } => match window::prepare(own_program("window-here")?, library.as_deref())? {
            Some((_screen, mut program)) => in_new_process(&mut program),
            None => Ok(()),
        },
        #[cfg(target_os = "linux")]
        Subject::WindowHere { library } => print(&window::measure(library)?),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an arm of a match whose others can fail")]
fn print(figures: &[Figure]) -> Result<()> {
    print!("{}", to_csv(figures));
    Ok(())
}
