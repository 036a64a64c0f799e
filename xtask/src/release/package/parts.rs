//! What packages are made of.

use super::contents::Contents;
use crate::{build::target::Target, release::layout::Programs};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// What a package is made of.
pub struct Parts<'a> {
    pub target: &'a Target,
    pub programs: &'a Programs,
    /// The runtime's library.
    pub library: Option<&'a Path>,
    /// Licences and notices.
    pub licences: &'a [PathBuf],
    pub version: &'a str,
    /// The time of all files in the package, in seconds since 1970.
    pub time: u64,
}

impl Parts<'_> {
    /// How the names of its packages begin.
    pub fn name(&self) -> String {
        let processor = if self.target.processor == "aarch64" { "arm64" } else { self.target.processor };
        format!("continuo-{}-{}-{processor}", self.version, self.target.system)
    }

    /// The licences, in a folder of the package.
    pub fn licences(&self, contents: &mut Contents, folder: &str) -> Result<()> {
        for file in self.licences {
            let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
            contents.copy(file, &format!("{folder}{}", name.to_string_lossy()))?;
        }
        Ok(())
    }
}
