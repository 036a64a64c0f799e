//! Finds Python and makes virtual environments: for the runtime library, the training code and its tests.

use super::workspace;
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folder with the training code.
pub fn training() -> PathBuf {
    workspace::root().join("models").join("training")
}

/// A Python 3.9 or later that has a module. The training code needs more.
pub fn with_module(module: &str) -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|python| {
        succeeds(Command::new(python).args(["-c", &format!("import sys, {module}; assert sys.version_info > (3, 9)")]))
    })
}

/// Fails unless the training code can use this Python; see `requires-python` in its `pyproject.toml`.
const LEAST: &str = "import sys, venv; assert sys.version_info >= (3, 11)";

/// A Python that the training code can use: the default one, or one with a version in its name.
pub fn for_training() -> Option<&'static str> {
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"]
        .into_iter()
        .find(|python| succeeds(Command::new(python).args(["-c", LEAST])))
}

/// Whether a command runs and succeeds. Hides its output.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The pinned requirements of the training code.
pub fn requirements() -> Result<Vec<String>> {
    let file = training().join("requirements.txt");
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Exits with 1 unless all packages named as `name==version` are installed. Ignores a build's mark, as in `2.0+cpu`.
const SATISFIED: &str = "\
import sys
from importlib.metadata import PackageNotFoundError, version
try:
    sys.exit(any(version(n).split('+')[0] != v for n, v in (p.split('==') for p in sys.argv[1:])))
except PackageNotFoundError:
    sys.exit(1)
";

/// Makes a virtual environment with these packages and returns its interpreter.
///
/// Keeps an environment that exists, whoever made it, and installs what is missing. `constraints` is a file with the
/// versions of the packages' own dependencies.
pub fn environment(folder: &Path, packages: &[String], constraints: Option<&Path>) -> Result<PathBuf> {
    let interpreter = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let note = folder.join("packages.txt");
    let wanted = packages.join("\n");
    if interpreter.exists() {
        if fs::read_to_string(&note).is_ok_and(|found| found == wanted) {
            return Ok(interpreter);
        }
        if !succeeds(Command::new(&interpreter).args(["-c", LEAST])) {
            bail!(
                "the environment in {} has no working Python 3.11 or later; remove that folder and try again",
                folder.display()
            );
        }
    } else {
        let Some(python) = for_training() else {
            bail!("Python 3.11 or later with the module venv is missing; install it");
        };
        workspace::run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
    }
    if !succeeds(Command::new(&interpreter).args(["-c", SATISFIED]).args(packages)) {
        let mut pip = Command::new(&interpreter);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
        if let Some(constraints) = constraints {
            pip.arg("--constraint").arg(constraints);
        }
        workspace::run(&mut pip)?;
    }
    fs::write(&note, wanted).with_context(|| format!("{} cannot be written", note.display()))?;
    Ok(interpreter)
}

/// The file with the versions of the requirements' own dependencies.
pub fn constraints() -> PathBuf {
    training().join("requirements.lock")
}

#[cfg(test)]
mod tests {
    use super::{environment, for_training, succeeds};
    use crate::build::workspace;
    use std::{fs, process::Command};

    #[test]
    fn an_environment_made_by_hand_is_kept() {
        let Some(python) = for_training() else { return };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path().join("venv");
        workspace::run(Command::new(python).args(["-m", "venv", "--without-pip"]).arg(&folder))
            .expect("an environment");
        let own = folder.join("own.txt");
        fs::write(&own, "mine").expect("written");

        let interpreter = environment(&folder, &[], None).expect("the same environment");
        assert!(own.exists() && interpreter.starts_with(&folder), "the environment was replaced");
        assert!(folder.join("packages.txt").exists(), "the next call does not check again");

        // Without pip nothing can be installed; still nothing is removed.
        assert!(environment(&folder, &["nothing-of-this-name==1".to_owned()], None).is_err());
        assert!(own.exists() && succeeds(Command::new(&interpreter).args(["-c", "import sys"])));
    }
}
