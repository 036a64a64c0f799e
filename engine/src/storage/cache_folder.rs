//! The folder of what Continuo can make again.
//!
//! ```text
//! networks/<key>/   a network as ONNX Runtime maps it into memory
//! dragged/          phrases that were dragged out of the window
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The environment variable that names another folder.
pub const CACHE_VARIABLE: &str = "CONTINUO_CACHE";

/// A cache folder, which need not exist yet. Continuo works on if it is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheFolder(PathBuf);

impl CacheFolder {
    /// The folder that `CONTINUO_CACHE` names, or else `continuo` in the system's folder for caches; `None` if the system
    /// has no such folder, or the path depends on the working folder.
    pub fn of_user() -> Option<Self> {
        let named = std::env::var_os(CACHE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let found = named.or_else(|| Some(dirs::cache_dir()?.join("continuo")))?;
        found.is_absolute().then_some(Self(found))
    }

    /// The folder at this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The folder of the networks that are prepared for ONNX Runtime.
    pub fn networks(&self) -> PathBuf {
        self.0.join("networks")
    }

    /// The bytes of the prepared networks together.
    pub fn size_of_networks(&self) -> u64 {
        let folders = fs::read_dir(self.networks()).into_iter().flatten().filter_map(Result::ok);
        let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().filter_map(Result::ok);
        files.filter_map(|file| file.metadata().ok()).filter(fs::Metadata::is_file).map(|file| file.len()).sum()
    }

    /// The folder of the phrases that were dragged out.
    pub fn dragged(&self) -> PathBuf {
        self.0.join("dragged")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_that_of_the_files_of_networks() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let cache = CacheFolder::at(folder.path());
        assert_eq!(cache.size_of_networks(), 0);
        for (network, length) in [("one", 3), ("two", 4)] {
            fs::create_dir_all(cache.networks().join(network).join("a folder"))?;
            fs::write(cache.networks().join(network).join("weights"), vec![0; length])?;
        }
        fs::create_dir(cache.dragged())?;
        fs::write(cache.dragged().join("phrase.mid"), b"more")?;
        assert_eq!(cache.size_of_networks(), 7);
        Ok(())
    }
}
