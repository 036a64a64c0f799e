//! Measures the built plugin for `cargo xtask bench`, and prints the figures as the lines of a file.

mod instances;
#[cfg(target_os = "linux")]
mod window;

use anyhow::Result;
use continuo_harness::figures::to_csv;
use std::path::PathBuf;

#[derive(clap::Subcommand)]
pub enum Subject {
    /// Instances of a plugin
    Instances { library: PathBuf },
    /// The plugin's window
    #[cfg(target_os = "linux")]
    Window {
        /// On the screen that `DISPLAY` names, of this library; this program starts itself so
        #[arg(long, hide = true, value_name = "LIBRARY")]
        of: Option<PathBuf>,
    },
}

/// Measures and prints.
pub fn run(subject: &Subject) -> Result<()> {
    match subject {
        Subject::Instances { library } => print!("{}", to_csv(&instances::measure(library)?)),
        #[cfg(target_os = "linux")]
        Subject::Window { of: Some(library) } => print!("{}", to_csv(&window::measure(library)?)),
        #[cfg(target_os = "linux")]
        Subject::Window { of: None } => window::measure_in_new_process()?,
    }
    Ok(())
}
