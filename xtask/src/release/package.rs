//! `cargo xtask package`: what people download. A `.tar.xz` and a `.deb` for Linux, a `.zip` for Windows and macOS.
//!
//! From the same bundles come the same bytes: names are sorted, times fixed, owners root. From the same sources, compiler and
//! linker come the same bundles: the programs do not name the folders in which they were built.

mod archives;
mod contents;
mod debian;
mod linux;
mod parts;
mod zipped;

use super::bundle::{self, Bundles};
use crate::build::{target::Target, workspace};
use anyhow::{Context, Result};
use parts::Parts;
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(clap::Args)]
pub struct Options {
    /// Package for another system, as `bundle --target` builds for it
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Pack the bundles that are there, instead of building them: after they were signed, for instance
    #[arg(long)]
    bundled: bool,
}

/// Bundles, packs, and prints each package with its SHA-256.
pub fn run(options: &Options) -> Result<()> {
    let target = Target::given(options.target.as_deref())?;
    let bundles = if options.bundled {
        bundle::existing(&target)?
    } else {
        bundle::run(&bundle::Options {
            target: options.target.clone(),
            without_paths: true,
            ..bundle::Options::default()
        })?
    };
    let Bundles { programs, library, licences, .. } = &bundles;
    let parts = Parts {
        target: &target,
        programs,
        library: library.as_deref(),
        licences,
        version: env!("CARGO_PKG_VERSION"),
        time: time(),
    };
    let folder = workspace::target().join("packages");
    for file in pack(&parts, &folder)? {
        let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let shown = file.strip_prefix(workspace::root()).unwrap_or(&file);
        println!("{:x}  {}  {:.1} MB", Sha256::digest(&bytes), shown.display(), bytes.len() as f64 / 1e6);
    }
    Ok(())
}

/// Writes a system's packages into a folder and returns them.
fn pack(parts: &Parts, folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let write = |name: String, bytes: Vec<u8>| -> Result<PathBuf> {
        let file = folder.join(name);
        // Nobody sees half a package.
        let part = folder.join(".part");
        fs::write(&part, bytes)
            .and_then(|()| fs::rename(&part, &file))
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(file)
    };
    let name = parts.name();
    if parts.target.system == "linux" {
        let tar = archives::tar(&linux::contents(parts)?, parts.time)?;
        return Ok(vec![
            write(format!("{name}.tar.xz"), archives::xz(&tar)?)?,
            write(debian::file_name(parts), debian::package(parts)?)?,
        ]);
    }
    Ok(vec![write(format!("{name}.zip"), archives::zip(&zipped::contents(parts)?)?)?])
}

/// `SOURCE_DATE_EPOCH`, or else the time of the commit that is packed, or else 1980.
fn time() -> u64 {
    const WITHOUT: u64 = 315_532_800;
    let commit = || {
        let output =
            Command::new("git").current_dir(workspace::root()).args(["log", "-1", "--format=%ct"]).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let given = env::var("SOURCE_DATE_EPOCH").ok().or_else(commit);
    given.and_then(|text| text.trim().parse().ok()).unwrap_or(WITHOUT)
}

#[cfg(test)]
mod tests;
