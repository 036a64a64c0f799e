//! Networks as ONNX Runtime maps them into memory.
//!
//! A network's file has weights of 16 bits. The runtime makes numbers of 32 bits from them, packs those for its kernels,
//! and keeps all of this in each process's own memory. Saved once in the cache folder, the packed weights are mapped from
//! there: loading takes less than half of the time, and memory is only borrowed from the system, by all processes together.
//!
//! ```text
//! networks/<key>/network.onnx   the network, optimised
//! networks/<key>/weights.bin    its weights, as they are and packed
//! networks/<key>/files.json     the lengths of both, and when they were written
//! ```
//!
//! Composer threads and the command line use this; files are only moved there when they are whole, so processes that
//! prepare the same network at once do not disturb each other.

mod aligned;
mod error;

pub(super) use error::PrepareError;

use super::pinned;
use crate::storage::CacheFolder;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

/// The network's file in its folder.
pub(super) const NETWORK: &str = "network.onnx";
/// The weights beside it.
pub(super) const WEIGHTS: &str = "weights.bin";
const FILES: &str = "files.json";

/// A network that nobody loaded for so long is deleted when another is prepared: of a model or a version that is gone.
const UNUSED: Duration = Duration::from_hours(60 * 24);
/// What was left half made for so long is deleted: its process has ended.
const HALF_MADE: Duration = Duration::from_hours(24);
/// So often a network is tried that has not yet been seen to run. A process that ended meanwhile may have been ended by it.
const TRIES: usize = 2;

/// The place of one network in the cache folder.
#[derive(Debug)]
pub(super) struct PreparedNetwork {
    networks: PathBuf,
    key: String,
}

/// What is known of the files in a network's folder.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Files {
    network: Stamp,
    weights: Stamp,
}

/// The length of a file and when it was written, in nanoseconds: a file that was damaged or replaced has others.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp(u64, u64);

impl PreparedNetwork {
    /// The place of the network with this checksum. Processors for which the runtime packs weights otherwise have places
    /// of their own.
    pub(super) fn of(cache: &CacheFolder, checksum: &str) -> Self {
        let start: String = checksum.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
        let key = format!("{start}-{}-{}", pinned::VERSION, processor());
        Self { networks: cache.networks(), key }
    }

    /// The network's file, if it was prepared and is whole.
    pub(super) fn find(&self) -> Option<PathBuf> {
        let folder = self.folder();
        let files = folder.join(FILES);
        let known: Files = serde_json::from_slice(&fs::read(&files).ok()?).ok()?;
        if known != Files::of(&folder).ok()? {
            return None;
        }
        // For the one who deletes what nobody uses. In a folder that is write-protected nothing is deleted either.
        if age(&files).is_some_and(|age| age > HALF_MADE) {
            let _ = fs::File::options().append(true).open(&files).and_then(|file| file.set_modified(SystemTime::now()));
        }
        Some(folder.join(NETWORK))
    }

    /// Prepares the network. `save` has the runtime write [`NETWORK`] and [`WEIGHTS`] to a folder and returns what the
    /// network computes for a trial; `run` does so for the network in a folder, mapped.
    pub(super) fn make(
        &self,
        save: impl FnOnce(&Path) -> Result<Vec<Vec<f32>>, PrepareError>,
        run: impl FnOnce(&Path) -> Result<Vec<Vec<f32>>, PrepareError>,
    ) -> Result<PathBuf, PrepareError> {
        fs::create_dir_all(&self.networks)?;
        self.tidy();
        let _attempt = Attempt::begin(&self.networks, &self.key)?;
        let made = tempfile::Builder::new().prefix(".making-").tempdir_in(&self.networks)?;
        let saved = tempfile::Builder::new().prefix("saved-").tempdir_in(made.path())?;
        let wanted = save(saved.path())?;
        let (network, weights) = (fs::read(saved.path().join(NETWORK))?, saved.path().join(WEIGHTS));
        // A network without large weights has no file of weights.
        let weights = if weights.exists() { fs::read(weights)? } else { Vec::new() };
        saved.close()?;
        let network = aligned::align(&network, &weights, &made.path().join(WEIGHTS))?;
        drop(weights);
        fs::write(made.path().join(NETWORK), network)?;
        if !same(&run(made.path())?, &wanted) {
            return Err(PrepareError::Differs);
        }
        fs::write(made.path().join(FILES), serde_json::to_vec(&Files::of(made.path())?).map_err(io::Error::from)?)?;
        self.put(made)?;
        self.find().ok_or(PrepareError::Malformed)
    }

    /// Moves a folder that is whole to its place.
    fn put(&self, made: TempDir) -> io::Result<()> {
        let folder = self.folder();
        if fs::rename(made.path(), &folder).is_ok() {
            // Nothing is left at the old path.
            let _ = made.keep();
            return Ok(());
        }
        // Another process was faster; or what is there is damaged.
        if self.find().is_none() {
            self.remove();
            fs::rename(made.path(), &folder)?;
            let _ = made.keep();
        }
        Ok(())
    }

    /// Deletes the prepared network, if there is one.
    pub(super) fn remove(&self) {
        let _ = fs::remove_dir_all(self.folder());
    }

    fn folder(&self) -> PathBuf {
        self.networks.join(&self.key)
    }

    /// Deletes what nobody has used for long, and what was left half made. What cannot be deleted stays.
    fn tidy(&self) {
        let entries = fs::read_dir(&self.networks).into_iter().flatten().filter_map(Result::ok);
        for entry in entries {
            let path = entry.path();
            let is_half_made = entry.file_name().to_string_lossy().starts_with('.');
            let too_old = if is_half_made {
                path.is_dir() && age(&path).is_some_and(|age| age > HALF_MADE)
            } else {
                age(&path.join(FILES)).is_some_and(|age| age > UNUSED)
            };
            if too_old {
                let _ = fs::remove_dir_all(path);
            }
        }
    }
}

impl Files {
    fn of(folder: &Path) -> io::Result<Self> {
        let stamp = |name| {
            let known = fs::metadata(folder.join(name))?;
            let written = known.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok::<_, io::Error>(Stamp(known.len(), written.as_nanos() as u64))
        };
        Ok(Self { network: stamp(NETWORK)?, weights: stamp(WEIGHTS)? })
    }
}

/// A file that says that somebody prepares a network. It is deleted at the end, whatever comes of it, unless the process
/// ends: the runtime is not ours, and one that ends a host must not do so at every start.
struct Attempt(PathBuf);

impl Attempt {
    fn begin(networks: &Path, key: &str) -> Result<Self, PrepareError> {
        let paths = (1..=TRIES).map(|number| networks.join(format!(".{key}.try-{number}")));
        for path in paths {
            match fs::File::options().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PrepareError::Unfinished)
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn age(path: &Path) -> Option<Duration> {
    fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()
}

/// Whether two trials have the same bits.
fn same(one: &[Vec<f32>], other: &[Vec<f32>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| crate::network::tensors::same_bits(one, other))
}

/// The kind of processor, as far as the runtime's kernels differ.
fn processor() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx512f") {
        return "x86_64-avx512";
    } else if std::is_x86_feature_detected!("avx2") {
        return "x86_64-avx2";
    }
    std::env::consts::ARCH
}

#[cfg(test)]
mod tests;
