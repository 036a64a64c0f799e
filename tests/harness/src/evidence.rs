//! What the tests of reliability find, for the report that `cargo xtask test --hosts` makes.

use std::{
    env, fs,
    io::Error,
    path::{Path, PathBuf},
};

/// The environment variable that names the folder for the findings. Without it nothing is written.
pub const FOLDER_VARIABLE: &str = "CONTINUO_EVIDENCE";

/// A claim that a test has shown to hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// The part of the report it belongs to.
    pub part: String,
    /// What holds.
    pub claim: String,
    /// How it was tested.
    pub how: String,
    /// What the test counted or measured.
    pub figure: String,
}

/// Records that a claim holds, at the end of the test that shows it. Replaces an earlier record of the same claim.
///
/// # Panics
/// When the folder cannot be written to: the test then could not report what it found.
pub fn record(part: &str, claim: &str, how: &str, figure: impl Into<String>) {
    let Some(folder) = env::var_os(FOLDER_VARIABLE).map(PathBuf::from) else { return };
    let done = record_in(&folder, part, claim, how, figure);
    assert!(done.is_ok(), "the evidence could not be written to {}: {done:?}", folder.display());
}

/// Records a claim in a folder of the caller's.
///
/// # Errors
/// When the folder cannot be written to.
pub fn record_in(folder: &Path, part: &str, claim: &str, how: &str, figure: impl Into<String>) -> Result<(), Error> {
    let evidence = Evidence { part: part.into(), claim: claim.into(), how: how.into(), figure: figure.into() };
    let name: String =
        format!("{part} {claim}").chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    let text = serde_json::to_string_pretty(&evidence)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name + ".json"), text)
}

/// All records in a folder, sorted by part and claim.
///
/// # Errors
/// When the folder, or a file in it, cannot be read.
pub fn read(folder: &Path) -> Result<Vec<Evidence>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        found.push(serde_json::from_slice::<Evidence>(&fs::read(entry?.path())?)?);
    }
    found.sort_by(|one, other| (&one.part, &one.claim).cmp(&(&other.part, &other.claim)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for figure in ["1", "2"] {
            record_in(folder.path(), "soak", "it plays / on", "by playing", figure).unwrap();
        }
        let found = read(folder.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].claim.as_str(), found[0].figure.as_str()), ("it plays / on", "2"));
    }
}
