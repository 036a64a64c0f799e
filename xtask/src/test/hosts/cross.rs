//! Continuo for another system, built and run on this one.

use super::needs::{self, Program};
use crate::build::toolchain;
use anyhow::{Context, Result, bail};
use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

/// What this machine lacks to build for a system and to run what was built, in words. Installs it if this user may.
/// `what` is the name of the programs together.
///
/// # Errors
/// In CI, where nobody reads what was skipped, if the programs cannot be installed.
pub fn missing(triple: &str, programs: &[Program], what: &str) -> Result<Option<String>> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(Some(format!("{what} on Linux on x86_64")));
    }
    if let Err(error) = needs::provide(programs) {
        return if env::var_os("CI").is_some() { Err(error) } else { Ok(Some(format!("{what} ({error:#})"))) };
    }
    let needed = format!("Rust's standard library for {triple} (rustup target add {triple})");
    Ok((!toolchain::provide_target(triple)).then_some(needed))
}

/// The options by which cargo names what it builds.
pub const MESSAGES: [&str; 2] = ["--message-format", "json-render-diagnostics"];

/// Runs a cargo command that builds, with the options [`MESSAGES`], and returns the test programs that it names. `what` is
/// what it builds, for the error.
pub fn build(command: &mut Command, what: &str) -> Result<TestPrograms> {
    let output = command.stderr(Stdio::inherit()).output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("{what} cannot be built ({})", output.status);
    }
    Ok(TestPrograms(String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The test programs among cargo's messages, one JSON object a line.
pub struct TestPrograms(String);

impl TestPrograms {
    /// The path of a test program.
    pub fn named(&self, name: &str) -> Result<PathBuf> {
        let messages = self.0.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        messages
            .filter(|message| message["target"]["name"] == name && message["target"]["kind"][0] == "test")
            .find_map(|message| Some(message["executable"].as_str()?.into()))
            .with_context(|| format!("cargo did not print the path of the test program {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::TestPrograms;
    use std::path::Path;

    #[test]
    fn a_test_program_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"windows","kind":["lib"]},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"continuo","kind":["bin"]},"executable":"/there/continuo.exe"}
            {"reason":"compiler-artifact","target":{"name":"windows","kind":["test"]},"executable":"/there/windows-1.exe"}
            {"reason":"build-finished","success":true}"#;
        let programs = TestPrograms(messages.to_owned());
        assert_eq!(programs.named("windows").expect("it is there"), Path::new("/there/windows-1.exe"));
        assert!(programs.named("continuo").is_err() && TestPrograms("nothing".to_owned()).named("windows").is_err());
    }
}
