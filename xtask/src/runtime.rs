//! `cargo xtask runtime`: the ONNX Runtime library, from its Python package.

#[path = "../../engine/src/generator/pinned.rs"]
#[allow(dead_code, reason = "the engine uses the rest")]
mod pinned;

use crate::{python, workspace};
use anyhow::{Context, Result, bail};
use pinned::{PinnedLibrary, VERSION};
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The Python whose package is fetched. Any will do: the library in it is the same for all.
const PYTHON: &str = "312";

/// Unpacks the file named second, which lies in the folder of libraries, from the package named first, to the third.
/// A Python package is a zip file; Python, which is there by then, has a reader for it.
const UNPACK: &str = "import sys, zipfile; package, name, to = sys.argv[1:]; \
    open(to, 'wb').write(zipfile.ZipFile(package).read('onnxruntime/capi/' + name))";

/// Fetches the library into `target/onnxruntime` unless it is there. `None`, and a sentence about it, where there is
/// none to be had: Continuo then runs its model with the runtime that is built in.
pub fn run() -> Result<Option<PathBuf>> {
    let Some(wanted) = pinned::for_this_system() else {
        println!("There is no ONNX Runtime {VERSION} for this system; the built-in runtime serves.");
        return Ok(None);
    };
    let folder = workspace::target().join("onnxruntime");
    let file = folder.join(wanted.file);
    if file.is_file() && is_right(&file, wanted)? {
        return Ok(Some(file));
    }
    println!("Fetching ONNX Runtime {VERSION}");
    if let Err(error) = fetch(&folder, &file, wanted) {
        println!("ONNX Runtime {VERSION} could not be fetched ({error:#}); the built-in runtime serves.");
        return Ok(None);
    }
    Ok(Some(file))
}

/// Whether a file is the library, by its hash.
fn is_right(file: &Path, wanted: &PinnedLibrary) -> Result<bool> {
    let mut hasher = Sha256::new();
    fs::File::open(file)
        .and_then(|mut file| io::copy(&mut file, &mut hasher))
        .with_context(|| format!("{} could not be read", file.display()))?;
    Ok(format!("{:x}", hasher.finalize()) == wanted.sha256)
}

fn fetch(folder: &Path, file: &Path, wanted: &PinnedLibrary) -> Result<()> {
    let Some(python) = python::with_module("pip") else { bail!("there is no Python 3 with pip") };
    let packages = folder.join("package");
    if packages.exists() {
        fs::remove_dir_all(&packages)?;
    }
    fs::create_dir_all(&packages)?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--only-binary=:all:", "--python-version", PYTHON, "--platform", wanted.wheel_platform, "--dest"])
        .arg(&packages)
        .arg(format!("onnxruntime=={VERSION}"));
    workspace::run(&mut pip)?;
    let package = fs::read_dir(&packages)?.next().context("pip left no package")??.path();

    let part = folder.join("part");
    workspace::run(Command::new(python).args(["-c", UNPACK]).arg(&package).arg(wanted.file).arg(&part))?;
    if !is_right(&part, wanted)? {
        bail!("what came is not the library that is known, by its SHA-256");
    }
    fs::rename(&part, file)?;
    fs::remove_dir_all(&packages)?;
    Ok(())
}
