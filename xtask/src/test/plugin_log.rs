//! What the plugin logged during the tests. A panic in one of its own threads ends that thread only, so the test that was
//! running may pass all the same.

use anyhow::{Context, Result, bail};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How the plugin's framework begins what it logs of a panic.
const PANIC: &str = "ERROR panic:";

/// The log that the plugin appends to.
pub struct PluginLog(PathBuf);

impl PluginLog {
    /// A log at `path` in which nothing is yet.
    ///
    /// # Errors
    /// If what was there cannot be removed.
    pub fn begin(path: PathBuf) -> Result<Self> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", path.display()))
            }
            _ => Ok(Self(path)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Fails if one of the plugin's threads panicked.
    ///
    /// # Errors
    /// If so, or if the log cannot be read.
    pub fn check(&self) -> Result<()> {
        let log = match fs::read(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            log => log.with_context(|| format!("cannot read {}", self.0.display()))?,
        };
        match panics(&String::from_utf8_lossy(&log)).as_slice() {
            [] => Ok(()),
            all => bail!("the plugin panicked during the tests; see {}:\n{}", self.0.display(), all.join("\n")),
        }
    }
}

/// The first lines of the panics in a log, each once.
fn panics(log: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        log.lines().filter_map(|line| line.find(PANIC).map(|at| line[at + PANIC.len()..].trim())).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_found_once_and_other_lines_are_not_taken_for_one() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let log = PluginLog::begin(folder.path().join("tests.log"))?;
        log.check()?;
        let usual = "2026-01-01T00:00:00Z  INFO process: plays\n2026-01-01T00:00:00Z ERROR state: it is damaged\n";
        fs::write(log.path(), usual)?;
        log.check()?;
        let panic =
            "2026-01-01T00:00:00Z ERROR panic: thread 'continuo composer' panicked at 'overflow': a.rs:51\n  0: main\n";
        fs::write(log.path(), format!("{usual}{panic}{panic}"))?;
        let error = log.check().expect_err("it panicked").to_string();
        assert_eq!(error.matches("thread 'continuo composer' panicked at 'overflow': a.rs:51").count(), 1, "{error}");
        assert!(PluginLog::begin(log.path().to_owned())?.check().is_ok(), "a new log");
        Ok(())
    }
}
