//! Where the formats want the built files.

pub mod mac;

use crate::build::{
    files::copy,
    shipped::{self, NAME},
    target::Target,
};
use anyhow::{Context, Result};
use mac::Kind;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What lies in a folder of bundles.
pub struct Programs {
    /// The CLAP plugin.
    pub clap: PathBuf,
    /// The VST3 bundle.
    pub vst3: PathBuf,
    /// The command line.
    pub command_line: PathBuf,
    /// The standalone program, if it is bundled.
    pub standalone: Option<PathBuf>,
}

impl Programs {
    /// Their places in a folder.
    pub fn of(target: &Target, folder: &Path, standalone: bool) -> Self {
        let suffix = target.program_suffix();
        // On Windows and macOS `Continuo` and `continuo` are one name.
        let program =
            if target.system == "macos" { format!("{NAME}.app") } else { format!("continuo-standalone{suffix}") };
        Self {
            clap: folder.join(format!("{NAME}.clap")),
            vst3: folder.join(format!("{NAME}.vst3")),
            command_line: folder.join(format!("continuo{suffix}")),
            standalone: standalone.then(|| folder.join(program)),
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<&Path> {
        let plugins = [&self.clap, &self.vst3, &self.command_line].into_iter();
        plugins.chain(&self.standalone).map(PathBuf::as_path).collect()
    }
}

/// Copies what cargo left in `built` to where hosts look for it below `folder`, in place of an earlier version.
pub fn lay_out(target: &Target, built: &Path, folder: &Path, standalone: bool) -> Result<Programs> {
    let programs = Programs::of(target, folder, standalone);
    let library = built.join(target.library(shipped::PLUGIN));
    let standalone_program = built.join(shipped::PLUGIN.replace('-', "_") + target.program_suffix());
    if target.system == "macos" {
        mac::lay_out(Kind::Plugin("clap"), target.processor, &library, &programs.clap)?;
        mac::lay_out(Kind::Plugin("vst3"), target.processor, &library, &programs.vst3)?;
        if let Some(standalone) = &programs.standalone {
            mac::lay_out(Kind::Program, target.processor, &standalone_program, standalone)?;
        }
        copy_command_line(target, built, &programs)?;
        return Ok(programs);
    }
    if programs.vst3.exists() {
        let removed = fs::remove_dir_all(&programs.vst3);
        removed.with_context(|| format!("{} cannot be replaced", programs.vst3.display()))?;
    }
    copy(&library, &programs.clap)?;
    copy(&library, &programs.vst3.join("Contents").join(vst3_folder(target)).join(vst3_name(target)))?;
    copy_command_line(target, built, &programs)?;
    if let Some(standalone) = &programs.standalone {
        copy(&standalone_program, standalone)?;
    }
    Ok(programs)
}

/// Copies the command line.
fn copy_command_line(target: &Target, built: &Path, programs: &Programs) -> Result<()> {
    copy(&built.join(format!("continuo{}", target.program_suffix())), &programs.command_line)
}

/// The folder for a system's library in a VST3 bundle, as the format defines it.
fn vst3_folder(target: &Target) -> String {
    let system = if target.system == "windows" { "win" } else { target.system };
    let processor =
        if (target.system, target.processor) == ("windows", "aarch64") { "arm64" } else { target.processor };
    format!("{processor}-{system}")
}

fn vst3_name(target: &Target) -> String {
    format!("{NAME}.{}", if target.system == "windows" { "vst3" } else { "so" })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::build::python;
    use std::process::Command;

    /// Small files with the names that cargo gives them.
    pub fn built(target: &Target, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        let suffix = target.program_suffix();
        fs::write(folder.join(target.library(shipped::PLUGIN)), "a plugin")?;
        fs::write(folder.join(format!("continuo{suffix}")), "a command line")?;
        fs::write(folder.join(format!("continuo_plugin{suffix}")), "a standalone")?;
        Ok(())
    }

    /// The files below a folder, sorted, with `/` between folders.
    pub fn files(folder: &Path) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                found.extend(files(&entry.path())?.into_iter().map(|file| format!("{name}/{file}")));
            } else {
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }

    #[test]
    fn each_system_gets_the_layout_that_the_formats_define() -> Result<()> {
        for (triple, expected) in [
            (
                "x86_64-pc-windows-gnu",
                [
                    "Continuo.clap",
                    "Continuo.vst3/Contents/x86_64-win/Continuo.vst3",
                    "continuo-standalone.exe",
                    "continuo.exe",
                ],
            ),
            (
                "aarch64-pc-windows-gnullvm",
                [
                    "Continuo.clap",
                    "Continuo.vst3/Contents/arm64-win/Continuo.vst3",
                    "continuo-standalone.exe",
                    "continuo.exe",
                ],
            ),
            (
                "x86_64-unknown-linux-gnu",
                ["Continuo.clap", "Continuo.vst3/Contents/x86_64-linux/Continuo.so", "continuo", "continuo-standalone"],
            ),
            (
                "aarch64-unknown-linux-gnu",
                [
                    "Continuo.clap",
                    "Continuo.vst3/Contents/aarch64-linux/Continuo.so",
                    "continuo",
                    "continuo-standalone",
                ],
            ),
        ] {
            let target = Target::given(Some(triple))?;
            let folder = tempfile::tempdir()?;
            built(&target, &folder.path().join("built"))?;
            let bundled = folder.path().join("bundled");
            // What an earlier version left in the bundle goes.
            fs::create_dir_all(bundled.join("Continuo.vst3/Contents/old"))?;
            fs::write(bundled.join("Continuo.vst3/Contents/old/Continuo.so"), "old")?;
            let programs = lay_out(&target, &folder.path().join("built"), &bundled, true)?;
            assert_eq!(files(&bundled)?, expected, "{triple}");
            assert_eq!(fs::read_to_string(&programs.command_line)?, "a command line");
            assert_eq!(fs::read_to_string(programs.standalone.expect("a standalone"))?, "a standalone");
            let names: Vec<String> = expected.iter().map(|name| name.to_lowercase()).collect();
            let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "a name differs from another only by its capitals");
        }
        Ok(())
    }

    /// Prints what Apple's library for descriptions reads, as Python has it.
    const READ: &str = "import plistlib, sys; \
        print(*(f'{k}={v}' for k, v in sorted(plistlib.load(open(sys.argv[1], 'rb')).items())), sep='\\n')";

    #[test]
    fn bundles_have_their_programs_and_descriptions_that_are_read_back() -> Result<()> {
        let target = Target::given(Some("aarch64-apple-darwin"))?;
        let folder = tempfile::tempdir()?;
        let bundled = folder.path().join("bundled");
        built(&target, &folder.path().join("built"))?;
        // What an earlier version left goes.
        fs::create_dir_all(bundled.join("Continuo.clap/Contents/Resources/old"))?;
        lay_out(&target, &folder.path().join("built"), &bundled, true)?;
        let expected = [
            ("Continuo.app", "org.continuo.standalone", "APPL", "a standalone"),
            ("Continuo.clap", "org.continuo.clap", "BNDL", "a plugin"),
            ("Continuo.vst3", "org.continuo.vst3", "BNDL", "a plugin"),
        ];
        let inside = ["Contents/Info.plist", "Contents/MacOS/Continuo", "Contents/PkgInfo"];
        let names = expected.iter().flat_map(|(name, ..)| inside.map(|file| format!("{name}/{file}")));
        assert_eq!(files(&bundled)?, names.chain(["continuo".to_owned()]).collect::<Vec<_>>());
        for (name, identifier, package_type, text) in expected {
            let contents = bundled.join(name).join("Contents");
            assert_eq!(fs::read_to_string(contents.join("MacOS/Continuo"))?, text);
            assert_eq!(fs::read_to_string(contents.join("PkgInfo"))?, format!("{package_type}????"));
            let Some(python) = python::with_module("plistlib") else { continue };
            let read = Command::new(python).args(["-c", READ]).arg(contents.join("Info.plist")).output()?;
            let read = String::from_utf8_lossy(&read.stdout).into_owned();
            for (key, value) in [
                ("CFBundleIdentifier", identifier),
                ("CFBundlePackageType", package_type),
                ("CFBundleExecutable", NAME),
                ("CFBundleVersion", env!("CARGO_PKG_VERSION")),
                ("LSMinimumSystemVersion", "11.0"),
            ] {
                assert!(read.lines().any(|line| line == format!("{key}={value}")), "{key}={value} is not in {read}");
            }
        }
        Ok(())
    }
}
