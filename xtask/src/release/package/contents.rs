//! The files of a package.

use anyhow::{Context, Result, bail};
use std::{collections::BTreeMap, fs, path::Path};

/// A file or a link.
pub enum Entry {
    File {
        bytes: Vec<u8>,
        is_program: bool,
    },
    /// Where it points, from its folder.
    Link(String),
}

/// The files of a package, by their paths with `/`, sorted.
#[derive(Default)]
pub struct Contents(BTreeMap<String, Entry>);

impl Contents {
    /// Adds a text.
    pub fn text(&mut self, path: &str, text: &str) {
        self.0.insert(path.to_owned(), Entry::File { bytes: text.into(), is_program: false });
    }

    /// Adds a script that people start.
    pub fn script(&mut self, path: &str, text: &str) {
        self.0.insert(path.to_owned(), Entry::File { bytes: text.into(), is_program: true });
    }

    /// Adds a link.
    pub fn link(&mut self, path: &str, to: &str) {
        self.0.insert(path.to_owned(), Entry::Link(to.to_owned()));
    }

    /// Adds a copy of a file.
    pub fn copy(&mut self, from: &Path, path: &str) -> Result<()> {
        self.add(from, path, false)
    }

    /// Adds a copy of a program.
    pub fn program(&mut self, from: &Path, path: &str) -> Result<()> {
        self.add(from, path, true)
    }

    /// Adds copies of all files below a folder. Folders of bundles hold no links.
    pub fn folder(&mut self, from: &Path, path: &str) -> Result<()> {
        let entries = fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))?;
        for entry in entries {
            let entry = entry?;
            let below = format!("{path}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.folder(&entry.path(), &below)?;
            } else {
                // On macOS, the libraries of bundles are executable.
                self.add(&entry.path(), &below, path.ends_with("/MacOS"))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, from: &Path, path: &str, is_program: bool) -> Result<()> {
        let bytes = fs::read(from).with_context(|| format!("{} cannot be read", from.display()))?;
        if self.0.insert(path.to_owned(), Entry::File { bytes, is_program }).is_some() {
            bail!("{path} would be twice in the package");
        }
        Ok(())
    }

    /// The entries, sorted by path.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        let length = |entry: &Entry| match entry {
            Entry::File { bytes, .. } => bytes.len() as u64,
            Entry::Link(_) => 0,
        };
        self.0.values().map(length).sum()
    }
}
