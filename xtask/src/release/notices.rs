//! `cargo xtask notices`: collects the licences of everything that a package of Continuo contains.
//!
//! The texts come from the crates' sources, so they match the versions that are built.

mod texts;

use crate::build::{
    dependencies::{self, Wanted},
    files, runtime, shipped,
    target::Target,
    workspace,
};
use anyhow::{Context, Result};
use cargo_metadata::Package;
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// The file with the notices.
const FILE: &str = "THIRD-PARTY-NOTICES.txt";

/// Works that are no packages but part of every program, with their licences.
const ALWAYS: [(&str, &str); 1] = [("Rust's standard library", "MIT OR Apache-2.0")];

/// What the built-in sounds are cut from: its name, its licence, and where it comes from.
const SOUNDS: (&str, &str, &str) = ("FluidR3 GM", "MIT", "Debian's package fluid-soundfont-gm");
/// The licence's text.
const SOUNDS_LICENCE: &str = "sounds/soundfont/continuo.sf2.LICENSE.txt";

fn sounds_licence() -> Result<String> {
    let path = workspace::root().join(SOUNDS_LICENCE);
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(text.trim().to_owned())
}

/// Writes the notices into `target/bundled`.
pub fn run() -> Result<()> {
    let folder = workspace::bundled();
    for file in write(&folder, &Target::host()?, false, runtime::run()?.is_some())? {
        println!("{}", file.strip_prefix(workspace::root()).unwrap_or(&file).display());
    }
    Ok(())
}

/// Writes Continuo's licence and the notices of others into a folder; returns the files.
///
/// `standalone` adds what only the standalone program needs, `with_runtime` ONNX Runtime's own licence and notices.
pub fn write(folder: &Path, target: &Target, standalone: bool, with_runtime: bool) -> Result<Vec<PathBuf>> {
    let mut files = vec![workspace::root().join("LICENSE")];
    if with_runtime {
        files.extend(runtime::texts(target)?);
    }
    for file in &files {
        files::copy_into(file, folder)?;
    }
    let notices = folder.join(FILE);
    fs::write(&notices, notices_of(&packages(target, standalone)?)?)
        .with_context(|| format!("{} cannot be written", notices.display()))?;
    let names = files.iter().filter_map(|file| file.file_name());
    Ok(names.map(|name| folder.join(name)).chain([notices]).collect())
}

/// The packages by others that are shipped.
fn packages(target: &Target, standalone: bool) -> Result<Vec<Package>> {
    let mut options = vec!["--edges", "normal,build"];
    options.extend(shipped::PACKAGES.iter().flat_map(|package| ["--package", package]));
    if standalone {
        options.extend(["--features", shipped::STANDALONE]);
    }
    let targets = [target.triple().to_owned()];
    let mut found = dependencies::of(&Wanted { options: &options, targets: &targets, all_features: false })?;
    let vendored = workspace::root().join("vendor");
    found.retain(|package| package.source.is_some() || package.manifest_path.starts_with(&vendored));
    Ok(found)
}

/// The notices for these packages.
fn notices_of(packages: &[Package]) -> Result<String> {
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (text, user) in texts::of(packages, &ALWAYS)? {
        by_text.entry(text).or_default().push(user);
    }
    let mut groups: Vec<(Vec<String>, String)> = by_text.into_iter().map(|(text, users)| (users, text)).collect();
    groups.sort();

    let line = "=".repeat(80);
    let mut out = String::from(
        "Continuo contains the work of others, or was built with it. This file lists what they wrote and the licences\n\
         that they gave it. If ONNX Runtime is part of this package, ONNX-RUNTIME-LICENSE.txt and\n\
         ONNX-RUNTIME-NOTICES.txt belong to it. Continuo's own licence is in the file LICENSE.\n\n",
    );
    for (work, licence) in ALWAYS {
        let _ = writeln!(out, "{work}: {licence} https://github.com/rust-lang/rust");
    }
    let (name, licence, from) = SOUNDS;
    let _ = writeln!(out, "{name}: {licence} {from}");
    for package in packages {
        let licence = package.license.as_deref().unwrap_or("see below");
        let from = package.repository.as_deref().unwrap_or_default();
        let _ = writeln!(out, "{}", format!("{}: {licence} {from}", shown(package)).trim_end());
    }
    groups.push((vec![SOUNDS.0.to_owned()], sounds_licence()?));
    for (users, text) in groups {
        let _ = write!(out, "\n{line}\n{}\n{line}\n\n{text}\n", users.join("\n"));
    }
    Ok(out)
}

/// A package's name and version.
fn shown(package: &Package) -> String {
    format!("{} {}", package.name, package.version)
}

#[cfg(test)]
mod tests {
    use super::{FILE, Target, notices_of, packages, shown, write};
    use std::fs;

    fn host() -> Target {
        Target::host().expect("a target")
    }

    #[test]
    fn the_notices_name_every_dependency_that_is_shipped_and_the_fonts() {
        let packages = packages(&host(), false).expect("the shipped packages");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = write(folder.path(), &host(), false, false).expect("notices");
        assert_eq!(files, [folder.path().join("LICENSE"), folder.path().join(FILE)]);
        let text = fs::read_to_string(&files[1]).expect("notices");
        let (list, texts) = text.split_once("\n====").expect("a list and texts");
        for package in &packages {
            let name = shown(package);
            assert!(list.contains(&format!("\n{name}: ")), "{name} is not in the list");
            let has_text = texts.lines().any(|line| line == name || line.starts_with(&format!("{name}, ")));
            assert!(has_text, "{name} has no licence text");
        }
        for expected in [
            "nice-plug 0.4",
            "egui 0.",
            "ort 2.",
            "tract-onnx 0.",
            "SIL OPEN FONT LICENSE",
            "UBUNTU FONT LICENCE",
            "\nFluidR3 GM\n",
            "Frank Wen",
            "\nRust's standard library\n",
        ] {
            assert!(text.contains(expected), "{expected} is missing");
        }
        assert!(
            !text.contains("continuo-engine") && !text.contains("\ncriterion "),
            "only what others wrote and is shipped"
        );
    }

    #[test]
    fn the_same_notices_are_written_again() {
        let packages = packages(&host(), false).expect("the shipped packages");
        assert_eq!(notices_of(&packages).expect("notices"), notices_of(&packages).expect("notices"));
    }
}
