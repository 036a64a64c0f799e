//! SoundFonts: the built-in one, or a file.
//!
//! The synthesizer's own reader trusts its input: it indexes by what a damaged file says. So a file's structure is checked
//! first (`check.rs`), and what is left is caught.

mod check;
mod exclusive;
mod numbers;

pub use check::Fault;

use rustysynth::SoundFont;
use std::{
    fs::File,
    io::{self, Read},
    panic::catch_unwind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// The largest SoundFont that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 30;
/// The variable that names another SoundFont than the built-in one.
pub const FONT_VARIABLE: &str = "CONTINUO_SOUNDFONT";

/// Cut from FluidR3 by `sounds/soundfont`; its licence lies beside it.
static BUILT_IN: &[u8] = include_bytes!("../soundfont/continuo.sf2");
/// Instances share what is in memory.
static SHARED: Mutex<Weak<SoundFont>> = Mutex::new(Weak::new());

/// Why a SoundFont is not used.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// The file cannot be read.
    #[error("the SoundFont {path} cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is larger than [`MAX_BYTES`].
    #[error("the SoundFont {0} is larger than 1 GB")]
    TooLarge(PathBuf),
    /// The contents cannot be used.
    #[error("the SoundFont {name} {fault}")]
    Fault {
        /// The file, or the built-in one.
        name: String,
        /// What is wrong.
        fault: Fault,
    },
}

/// A SoundFont in memory. Copies share it.
#[derive(Clone, Debug)]
pub struct Font {
    sounds: Arc<SoundFont>,
}

impl Font {
    /// The SoundFont that is part of the program.
    ///
    /// # Errors
    /// Never, unless the program's file is damaged.
    pub fn built_in() -> Result<Self, FontError> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sounds) = shared.upgrade() {
            return Ok(Self { sounds });
        }
        let font = Self::from_bytes("built into Continuo", BUILT_IN.to_vec())?;
        *shared = Arc::downgrade(&font.sounds);
        Ok(font)
    }

    /// The SoundFont in a file.
    ///
    /// # Errors
    /// The file cannot be read, or is not a SoundFont 2 that can be played.
    pub fn read(path: &Path) -> Result<Self, FontError> {
        let unreadable = |error| FontError::Unreadable { path: path.to_owned(), error };
        let mut bytes = Vec::new();
        File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(FontError::TooLarge(path.to_owned()));
        }
        Self::from_bytes(&path.display().to_string(), bytes)
    }

    /// The SoundFont to play with: the one that is `named`, or else the file that `CONTINUO_SOUNDFONT` names, or else the
    /// one that the user `installed`, or else the built-in one.
    ///
    /// # Errors
    /// As [`Font::read`].
    pub fn chosen(named: Option<&Path>, installed: Option<&Path>) -> Result<Self, FontError> {
        let variable = std::env::var_os(FONT_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        match named.map(Path::to_owned).or(variable).or_else(|| installed.map(Path::to_owned)) {
            Some(path) => Self::read(&path),
            None => Self::built_in(),
        }
    }

    fn from_bytes(name: &str, mut bytes: Vec<u8>) -> Result<Self, FontError> {
        let failed = |fault| FontError::Fault { name: name.to_owned(), fault };
        check::check(&mut bytes).map_err(failed)?;
        let sounds = catch_unwind(|| SoundFont::new(&mut bytes.as_slice()))
            .map_err(|_| failed(Fault::Damaged))?
            .map_err(|_| failed(Fault::Damaged))?;
        Ok(Self { sounds: Arc::new(sounds) })
    }

    pub(crate) const fn sounds(&self) -> &Arc<SoundFont> {
        &self.sounds
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.sounds.get_info().get_bank_name()
    }
}

#[cfg(test)]
mod tests;
