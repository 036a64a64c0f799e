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

/// The texts that must go with the library: their names in the package's folder, and beside the library.
const TEXTS: [(&str, &str); 2] =
    [("LICENSE", "ONNX-RUNTIME-LICENSE.txt"), ("ThirdPartyNotices.txt", "ONNX-RUNTIME-NOTICES.txt")];

/// Unpacks from the package named first the file named second, which lies in its own folder, to the third.
/// A Python package is a zip file; Python, which is there by then, has a reader for it.
const UNPACK: &str = "import sys, zipfile; package, name, to = sys.argv[1:]; \
    open(to, 'wb').write(zipfile.ZipFile(package).read('onnxruntime/' + name))";

/// Fetches the library and its licence into `target/onnxruntime` unless they are there. Returns `None` and prints why
/// where that is not possible: Continuo then runs its model with the runtime that is built in.
pub fn run() -> Result<Option<PathBuf>> {
    let Some(wanted) = pinned::for_this_system() else {
        println!("There is no ONNX Runtime {VERSION} for this system; the built-in runtime serves.");
        return Ok(None);
    };
    let folder = folder();
    let file = folder.join(wanted.file);
    let has_library = file.is_file() && is_right(&file, wanted)?;
    if has_library && texts().is_ok() {
        return Ok(Some(file));
    }
    println!("Fetching ONNX Runtime {VERSION}");
    match fetch(&folder, &file, wanted) {
        Ok(()) => Ok(Some(file)),
        Err(error) if has_library => {
            println!("The licence of ONNX Runtime {VERSION} could not be fetched ({error:#}).");
            Ok(Some(file))
        }
        Err(error) => {
            println!("ONNX Runtime {VERSION} could not be fetched ({error:#}); the built-in runtime serves.");
            Ok(None)
        }
    }
}

/// The files with the licence of the library and the notices of what it contains.
///
/// # Errors
/// When they are not there.
pub fn texts() -> Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = TEXTS.iter().map(|(_, name)| folder().join(name)).collect();
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!(
            "{} is missing, and ONNX Runtime may not be passed on without it; `cargo xtask runtime` fetches it",
            missing.display()
        );
    }
    Ok(files)
}

/// Where the library lies.
fn folder() -> PathBuf {
    workspace::target().join("onnxruntime")
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
    let unpack = |name: &str, to: &Path| {
        workspace::run(Command::new(python).args(["-c", UNPACK]).arg(&package).arg(name).arg(to))
    };
    unpack(&format!("capi/{}", wanted.file), &part)?;
    if !is_right(&part, wanted)? {
        bail!("what came is not the library that is known, by its SHA-256");
    }
    for (name, to) in TEXTS {
        unpack(name, &folder.join(to))?;
    }
    fs::rename(&part, file)?;
    fs::remove_dir_all(&packages)?;
    Ok(())
}
