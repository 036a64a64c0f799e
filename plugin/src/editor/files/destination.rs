//! From what the player typed to the path of a file.

use std::path::PathBuf;

/// What was typed, as a path; `~/` stands for the user's home folder, as in a shell.
pub fn from_text(text: &str) -> PathBuf {
    let text = text.trim();
    let at_home = text.strip_prefix("~/").and_then(|rest| Some(dirs::home_dir()?.join(rest)));
    at_home.unwrap_or_else(|| PathBuf::from(text))
}

/// Where to save a MIDI file: in a folder under its own name, otherwise with an extension that programs recognise.
pub fn midi_file(path: PathBuf, name: &str) -> PathBuf {
    if path.is_dir() {
        return path.join(name);
    }
    let has = |extension: &str| path.extension().is_some_and(|other| other.eq_ignore_ascii_case(extension));
    if ["mid", "midi", "smf"].into_iter().any(has) {
        return path;
    }
    // Appended, not replaced: what follows a dot may be part of the name, as in "Take 1.2".
    let mut path = path.into_os_string();
    path.push(".mid");
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_saved_file_has_the_extension_of_a_midi_file_whatever_was_typed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| midi_file(folder.path().join(name), "score.mid");
        assert_eq!(at("song.mid"), folder.path().join("song.mid"));
        assert_eq!(at("SONG.MIDI"), folder.path().join("SONG.MIDI"));
        assert_eq!(at("song"), folder.path().join("song.mid"));
        assert_eq!(at("Take 1.2"), folder.path().join("Take 1.2.mid"));
        assert_eq!(midi_file(folder.path().to_path_buf(), "score.mid"), folder.path().join("score.mid"));
    }

    #[test]
    fn a_tilde_stands_for_the_home_folder() {
        assert_eq!(from_text(" /tmp/a song.mid "), Path::new("/tmp/a song.mid"));
        if let Some(home) = dirs::home_dir() {
            assert_eq!(from_text("~/song.mid"), home.join("song.mid"));
        }
    }
}
