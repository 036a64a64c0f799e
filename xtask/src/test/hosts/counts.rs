//! Tests of the engine, which do not know the report: their counts are read from their output.

use super::{cargo_test, effort::Effort};
use anyhow::{Context, Result, bail};
use continuo_harness::evidence;
use std::{path::Path, process::Stdio};

/// Counts the audio thread's allocations.
pub fn allocations(effort: Effort, evidence_folder: &Path) -> Result<()> {
    let shown = run("performer", "no_allocation", effort)?;
    evidence::record_in(
        evidence_folder,
        "real-time",
        "The engine takes no memory and frees none on the audio thread",
        "an allocator that counts under five minutes of dense playing at five block sizes, with jumps, loops, resets, new \
         phrases and whole new scores; it is seen to count",
        figure(&shown, "allocations: ")?,
    )?;
    Ok(())
}

/// Tests networks that panic.
pub fn panics(effort: Effort, evidence_folder: &Path) -> Result<()> {
    let shown = run("composer_panics", "", effort)?;
    let how =
        "a real network that is made to panic, behind the real queues and composer; each note checked, none may hang";
    for (claim, begin) in [
        ("A network that panics is caught and loaded again", "panic caught: "),
        ("A network that keeps panicking is switched off and reported, and the score plays on", "switched off: "),
    ] {
        evidence::record_in(evidence_folder, "soak", claim, how, figure(&shown, begin)?)?;
    }
    Ok(())
}

/// Runs the tests of a test program of the engine whose names contain `filter`, and returns their output.
fn run(test: &str, filter: &str, effort: Effort) -> Result<String> {
    let mut command = cargo_test::command(&["--test", test], &["--nocapture", filter], effort)?;
    let output = command.stderr(Stdio::inherit()).output().context("cargo cannot be started")?;
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{shown}");
    if !output.status.success() {
        bail!("the tests in {test} failed ({})", output.status);
    }
    Ok(shown)
}

/// The rest of the line that begins with these words.
fn figure<'a>(shown: &'a str, begin: &str) -> Result<&'a str> {
    let found = shown.lines().find_map(|line| line.strip_prefix(begin));
    found.with_context(|| format!("the test did not print \"{begin}\":\n{shown}"))
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn what_a_test_counted_is_read() {
        let shown = "running 2 tests\n.\nallocations: 0 in 3 blocks\n.\ntest result: ok.";
        assert_eq!(figure(shown, "allocations: ").unwrap(), "0 in 3 blocks");
        assert!(figure("nothing", "allocations: ").is_err());
    }
}
