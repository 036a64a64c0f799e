//! The systems that Continuo is built for.

use super::{toolchain, workspace};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// A system and a processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its target triple.
    triple: String,
    /// As in `std::env::consts::OS`.
    pub system: &'static str,
    /// As in `std::env::consts::ARCH`.
    pub processor: &'static str,
    /// Whether cargo gets it by `--target`.
    is_given: bool,
}

impl Target {
    /// The system that this program was built for.
    pub fn host() -> Result<Self> {
        Ok(Self { is_given: false, ..Self::parse(&toolchain::host()?)? })
    }

    /// The system of a triple, or else this one.
    ///
    /// # Errors
    /// If Continuo is not built for that system.
    pub fn given(triple: Option<&str>) -> Result<Self> {
        triple.map_or_else(Self::host, Self::parse)
    }

    fn parse(triple: &str) -> Result<Self> {
        let known = |names: [&'static str; 2]| names.into_iter().find(|name| triple.split('-').next() == Some(name));
        let system = [("linux", "linux"), ("windows", "windows"), ("darwin", "macos")];
        let system = system.into_iter().find(|(part, _)| triple.split('-').any(|word| word == *part));
        let (Some(processor), Some((_, system))) = (known(["x86_64", "aarch64"]), system) else {
            bail!("Continuo is not built for {triple}; it is for Linux, Windows and macOS on x86_64 and aarch64");
        };
        Ok(Self { triple: triple.to_owned(), system, processor, is_given: true })
    }

    /// The triple.
    pub fn triple(&self) -> &str {
        &self.triple
    }

    /// Its options for cargo.
    pub fn options(&self) -> Vec<String> {
        if self.is_given { vec!["--target".to_owned(), self.triple.clone()] } else { Vec::new() }
    }

    /// The folder with what is built for it.
    pub fn folder(&self) -> PathBuf {
        if self.is_given { workspace::target().join(&self.triple) } else { workspace::target() }
    }

    /// What a program's name ends with.
    pub fn program_suffix(&self) -> &'static str {
        if self.system == "windows" { ".exe" } else { "" }
    }

    /// The name that cargo gives the library of a package.
    pub fn library(&self, package: &str) -> String {
        let name = package.replace('-', "_");
        match self.system {
            "windows" => format!("{name}.dll"),
            "macos" => format!("lib{name}.dylib"),
            _ => format!("lib{name}.so"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn triples_are_understood_or_refused() {
        let windows = Target::given(Some("x86_64-pc-windows-gnu")).expect("a target");
        assert_eq!((windows.system, windows.processor), ("windows", "x86_64"));
        assert!(windows.folder().ends_with("x86_64-pc-windows-gnu"));
        assert_eq!(windows.options(), ["--target", "x86_64-pc-windows-gnu"]);
        assert_eq!(windows.library("continuo-plugin"), "continuo_plugin.dll");
        let mac = Target::given(Some("aarch64-apple-darwin")).expect("a target");
        assert_eq!((mac.system, mac.processor), ("macos", "aarch64"));
        let here = Target::given(None).expect("this system");
        assert_eq!((here.system, here.processor), (std::env::consts::OS, std::env::consts::ARCH));
        assert!(here.options().is_empty());
        for unknown in ["riscv64gc-unknown-linux-gnu", "x86_64-unknown-freebsd", "windows", ""] {
            let error = Target::given(Some(unknown)).expect_err(unknown).to_string();
            assert!(error.contains("is not built for"), "{error}");
        }
    }
}
