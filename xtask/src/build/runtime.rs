//! `cargo xtask runtime`: fetches the ONNX Runtime library from its Python package.

#[path = "../../../engine/src/network/runtime/pinned.rs"]
#[allow(dead_code, reason = "only the engine uses the rest")]
mod pinned;

use super::{python, target::Target, workspace};
use anyhow::{Context, Result, bail};
use pinned::{PinnedLibrary, VERSION};
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The Python version whose package is fetched. On Windows each Python's package has a library of its own, and the pinned
/// hashes are those of this one; on Linux and macOS the library is the same in all of them.
const PYTHON: &str = "312";

/// The licence files that must accompany the library: their names in the package and beside the library.
const TEXTS: [(&str, &str); 2] =
    [("LICENSE", "ONNX-RUNTIME-LICENSE.txt"), ("ThirdPartyNotices.txt", "ONNX-RUNTIME-NOTICES.txt")];

/// Unpacks a file: the arguments are the package, the file's name in the folder `onnxruntime`, and the destination.
/// A Python package is a zip file, which Python can read.
const UNPACK: &str = "import sys, zipfile; package, name, to = sys.argv[1:]; \
    open(to, 'wb').write(zipfile.ZipFile(package).read('onnxruntime/' + name))";

/// Fetches the library and its licence into `target/onnxruntime` unless they are there. If that is impossible, prints
/// why and returns `None`: Continuo then uses its built-in runtime.
pub fn run() -> Result<Option<PathBuf>> {
    run_for(&Target::host()?)
}

/// As [`run`], for another system.
pub fn run_for(target: &Target) -> Result<Option<PathBuf>> {
    let Some(wanted) = pinned::for_system(target.system, target.processor) else {
        println!("ONNX Runtime {VERSION} does not exist for this system; using the built-in runtime.");
        return Ok(None);
    };
    let folder = folder(target);
    let file = folder.join(wanted.file);
    let has_library = file.is_file() && is_right(&file, wanted)?;
    if has_library && texts(target).is_ok() {
        return Ok(Some(file));
    }
    println!("Fetching ONNX Runtime {VERSION}");
    match fetch(&folder, &file, wanted) {
        Ok(()) => Ok(Some(file)),
        Err(error) if has_library => {
            println!("The licence of ONNX Runtime {VERSION} cannot be fetched ({error:#}).");
            Ok(Some(file))
        }
        Err(error) => {
            println!("ONNX Runtime {VERSION} cannot be fetched ({error:#}); using the built-in runtime.");
            Ok(None)
        }
    }
}

/// The library's licence and third-party notices.
///
/// # Errors
/// If one is missing.
pub fn texts(target: &Target) -> Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = TEXTS.iter().map(|(_, name)| folder(target).join(name)).collect();
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!(
            "{} is missing, and ONNX Runtime may not be passed on without it; `cargo xtask runtime` fetches it",
            missing.display()
        );
    }
    Ok(files)
}

/// The folder of the library.
fn folder(target: &Target) -> PathBuf {
    target.folder().join("onnxruntime")
}

/// Whether a file has the library's hash.
fn is_right(file: &Path, wanted: &PinnedLibrary) -> Result<bool> {
    let mut hasher = Sha256::new();
    fs::File::open(file)
        .and_then(|mut file| io::copy(&mut file, &mut hasher))
        .with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(format!("{:x}", hasher.finalize()) == wanted.sha256)
}

fn fetch(folder: &Path, file: &Path, wanted: &PinnedLibrary) -> Result<()> {
    let Some(python) = python::with_module("pip") else { bail!("Python 3 with pip is missing") };
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
    let package = fs::read_dir(&packages)?.next().context("pip downloaded nothing")??.path();

    let part = folder.join("part");
    let unpack = |name: &str, to: &Path| {
        workspace::run(Command::new(python).args(["-c", UNPACK]).arg(&package).arg(name).arg(to))
    };
    unpack(&format!("capi/{}", wanted.file), &part)?;
    if !is_right(&part, wanted)? {
        bail!("the downloaded library has an unknown SHA-256");
    }
    for (name, to) in TEXTS {
        unpack(name, &folder.join(to))?;
    }
    fs::rename(&part, file)?;
    fs::remove_dir_all(&packages)?;
    Ok(())
}
