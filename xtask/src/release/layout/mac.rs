//! Bundles for macOS: folders with a program, and a description of it that the system and hosts read first.

use crate::build::{files::copy, shipped::NAME, workspace};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plugin, by the name of its format: a part of the bundle's identifier, since no two bundles may share one.
    Plugin(&'static str),
    /// A program with a window.
    Program,
}

impl Kind {
    /// In reverse domain notation. Never changes: the system remembers permissions by it.
    fn identifier(self) -> String {
        match self {
            Self::Plugin(format) => format!("org.continuo.{format}"),
            Self::Program => "org.continuo.standalone".to_owned(),
        }
    }

    /// Apple's four letters.
    const fn package_type(self) -> &'static str {
        match self {
            Self::Plugin(_) => "BNDL",
            Self::Program => "APPL",
        }
    }
}

/// The oldest macOS that Rust's standard library runs on: on Intel, and on Apple's own processors.
const LEAST: [(&str, &str); 2] = [("x86_64", "10.13"), ("aarch64", "11.0")];

/// Makes a bundle around a file that cargo built, in place of an earlier one.
pub fn lay_out(kind: Kind, processor: &str, built: &Path, bundle: &Path) -> Result<()> {
    if bundle.exists() {
        fs::remove_dir_all(bundle).with_context(|| format!("{} cannot be replaced", bundle.display()))?;
    }
    let contents = bundle.join("Contents");
    copy(built, &contents.join("MacOS").join(NAME))?;
    for (name, text) in
        [("Info.plist", description(kind, processor)), ("PkgInfo", format!("{}????", kind.package_type()))]
    {
        let file = contents.join(name);
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

/// The bundle's `Info.plist`.
fn description(kind: Kind, processor: &str) -> String {
    let (identifier, package_type) = (kind.identifier(), kind.package_type());
    let version = env!("CARGO_PKG_VERSION");
    let least = LEAST.iter().find(|(name, _)| *name == processor).map_or("11.0", |(_, least)| least);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>CFBundleDevelopmentRegion</key><string>en</string>
    <key>CFBundleDisplayName</key><string>{NAME}</string>
    <key>CFBundleExecutable</key><string>{NAME}</string>
    <key>CFBundleIdentifier</key><string>{identifier}</string>
    <key>CFBundleInfoDictionaryVersion</key><string>6.0</string>
    <key>CFBundleName</key><string>{NAME}</string>
    <key>CFBundlePackageType</key><string>{package_type}</string>
    <key>CFBundleShortVersionString</key><string>{version}</string>
    <key>CFBundleSignature</key><string>????</string>
    <key>CFBundleSupportedPlatforms</key><array><string>MacOSX</string></array>
    <key>CFBundleVersion</key><string>{version}</string>
    <key>LSMinimumSystemVersion</key><string>{least}</string>
    <key>NSHighResolutionCapable</key><true/>
    <key>NSHumanReadableCopyright</key><string>The authors of Continuo; GPL-3.0-or-later</string>
</dict>
</plist>
"#
    )
}

/// Signs bundles and programs without a certificate, which Apple's own processors demand of all code: enough where it was
/// built. What lies inside is signed first, since a bundle's seal covers it.
pub fn sign(inside: &[PathBuf], programs: &[&Path]) -> Result<()> {
    for file in inside.iter().map(PathBuf::as_path).chain(programs.iter().copied()) {
        workspace::run(Command::new("codesign").args(["--force", "--sign", "-"]).arg(file))?;
    }
    Ok(())
}
