//! `cargo xtask test --targets`: everything compiles for the other systems, without warnings. Nothing is linked or run.

use super::lint;
use crate::build::{python, target::Target, toolchain, workspace};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A system, and what compiles the few C and assembler files for it.
struct System {
    triple: &'static str,
    compiler: Compiler,
}

#[derive(Clone, Copy)]
enum Compiler {
    /// A program, and its Debian package.
    Program(&'static str, &'static str),
    /// Zig, which compiles for Macs everywhere, by its name for the system.
    Zig(&'static str),
}

const SYSTEMS: [System; 4] = [
    System {
        triple: "x86_64-pc-windows-gnu",
        compiler: Compiler::Program("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"),
    },
    System { triple: "aarch64-apple-darwin", compiler: Compiler::Zig("aarch64-macos") },
    System { triple: "x86_64-apple-darwin", compiler: Compiler::Zig("x86_64-macos") },
    System {
        triple: "aarch64-unknown-linux-gnu",
        compiler: Compiler::Program("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"),
    },
];

/// Zig as a Python package.
const ZIG: &str = "ziglang==0.15.2";

/// Checks the whole workspace for the systems named, or for all if none is. Says which it leaves out, and why.
pub fn run(triples: &[String]) -> Result<()> {
    if let Some(unknown) = triples.iter().find(|triple| SYSTEMS.iter().all(|system| system.triple != **triple)) {
        let known: Vec<&str> = SYSTEMS.iter().map(|system| system.triple).collect();
        bail!("{unknown} is not among the systems that are checked: {}", known.join(", "));
    }
    let is_wanted = |system: &&System| triples.is_empty() || triples.iter().any(|triple| triple == system.triple);
    let wanted: Vec<&System> = SYSTEMS.iter().filter(is_wanted).collect();
    let mut left_out = Vec::new();
    for system in &wanted {
        println!("== {}", system.triple);
        if let Some(needed) = check(system)? {
            println!("Skipped: needs {needed}.");
            left_out.push(system.triple);
        }
    }
    if !left_out.is_empty() {
        println!("Not checked: {}", left_out.join(", "));
    }
    if left_out.len() == wanted.len() {
        bail!("no system could be checked");
    }
    Ok(())
}

/// Checks the workspace for a system; returns what is missing.
fn check(system: &System) -> Result<Option<String>> {
    let target = Target::given(Some(system.triple))?;
    if !toolchain::provide_target(system.triple) {
        return Ok(Some(format!("Rust's standard library for it (rustup target add {})", system.triple)));
    }
    let mut check = lint::with_lints(workspace::cargo(["check", "--quiet", "--workspace"]))?;
    check.args(target.options());
    let variable = system.triple.replace('-', "_");
    match system.compiler {
        Compiler::Program(program, package) => {
            if !python::succeeds(Command::new(program).arg("--version")) {
                return Ok(Some(format!("{program} (on Debian {package})")));
            }
            check.env(format!("CC_{variable}"), program);
        }
        Compiler::Zig(name) => {
            let interpreter = match python::environment(&workspace::target().join("zig"), &[ZIG.to_owned()], None) {
                Ok(interpreter) => interpreter,
                Err(error) => return Ok(Some(format!("{ZIG} from Python's packages ({error:#})"))),
            };
            check.env(format!("CC_{variable}"), script(&interpreter, &["cc", "-target", name], &format!("cc-{name}"))?);
            check.env(format!("AR_{variable}"), script(&interpreter, &["ar"], "ar")?);
            // Otherwise build scripts add Apple's names of the system, which Zig does not know.
            check.env("CRATE_CC_NO_DEFAULTS", "1");
        }
    }
    workspace::run(&mut check)?;
    Ok(None)
}

/// A script that calls Zig with these words before its own: a compiler has to be one program.
fn script(interpreter: &Path, words: &[&str], name: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("zig");
    let (ending, text) = if cfg!(windows) {
        (".cmd", format!("@\"{}\" -m ziglang {} %*\r\n", interpreter.display(), words.join(" ")))
    } else {
        ("", format!("#!/bin/sh\nexec '{}' -m ziglang {} \"$@\"\n", interpreter.display(), words.join(" ")))
    };
    let file = folder.join(format!("zig-{name}{ending}"));
    fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    }
    Ok(env::current_dir()?.join(file))
}

#[cfg(test)]
mod tests {
    use super::SYSTEMS;
    use crate::build::{target::Target, workspace};
    use std::fs;

    #[test]
    fn an_unknown_system_is_refused_with_those_that_are_known() {
        let error = super::run(&["riscv64gc-unknown-linux-gnu".to_owned()]).expect_err("an error").to_string();
        assert!(error.contains("riscv64gc") && error.contains(SYSTEMS[0].triple), "{error}");
    }

    #[test]
    fn every_system_is_one_that_licences_are_checked_for() {
        let text = fs::read_to_string(workspace::root().join("deny.toml")).expect("deny.toml");
        for system in &SYSTEMS {
            Target::given(Some(system.triple)).expect(system.triple);
            assert!(text.contains(&format!("\"{}\"", system.triple)), "{} is not in deny.toml", system.triple);
        }
    }
}
