//! From what the player typed to the path of a file.

use continuo_music::project_files::ProjectFormat;
use std::path::{Path, PathBuf};

/// What was typed, as a path; `~/` stands for the user's home folder, as in a shell.
pub fn from_text(text: &str) -> PathBuf {
    let text = text.trim();
    let at_home = text.strip_prefix("~/").and_then(|rest| Some(dirs::home_dir()?.join(rest)));
    at_home.unwrap_or_else(|| PathBuf::from(text))
}

/// What a song is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Midi,
    /// A DAW's project or written notes.
    Project(ProjectFormat),
    /// Ardour's session, a folder.
    Ardour,
}

/// Where to save the whole song, and as what: the ending of the name says it, and a name without one is a MIDI file's.
pub fn song(path: PathBuf, name: &str) -> (PathBuf, Saved) {
    if path.is_dir() {
        return (path.join(name), Saved::Midi);
    }
    match ProjectFormat::named_by(&path) {
        Some(format) => (path, Saved::Project(format)),
        None if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ardour")) => (path, Saved::Ardour),
        None => (midi_file(path, name), Saved::Midi),
    }
}

/// The same name with another ending, in place of one that a format has.
pub fn with_ending(text: &str, ending: &str) -> String {
    let path = Path::new(text);
    let (_, saved) = song(path.to_path_buf(), "");
    let has_ending = saved != Saved::Midi || midi_file(path.to_path_buf(), "") == path && !path.is_dir();
    let path = if has_ending { path.with_extension("") } else { path.to_path_buf() };
    format!("{}.{ending}", path.display())
}

/// A file of another name in the same folder.
pub fn beside(text: &str, name: &str) -> String {
    let path = Path::new(text);
    let folder = if text.ends_with(['/', '\\']) { Some(path) } else { path.parent() };
    folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name)).display().to_string()
}

/// Where to save written notes: in a folder under their own name, otherwise with an ending that programs recognise.
pub fn written_notes(path: PathBuf, name: &str) -> PathBuf {
    if path.is_dir() {
        return path.join(name);
    }
    if ProjectFormat::named_by(&path).is_some_and(ProjectFormat::is_notation) {
        return path;
    }
    let mut path = path.into_os_string();
    path.push(".musicxml");
    path.into()
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
    fn the_ending_says_what_a_song_is_saved_as() {
        let saved = |name: &str| song(PathBuf::from(name), "score.mid");
        assert_eq!(saved("a.dawproject"), (PathBuf::from("a.dawproject"), Saved::Project(ProjectFormat::DawProject)));
        assert_eq!(saved("A.MXL").1, Saved::Project(ProjectFormat::CompressedMusicXml));
        assert_eq!(saved("a.ardour").1, Saved::Ardour);
        assert_eq!(saved("Take 1.2"), (PathBuf::from("Take 1.2.mid"), Saved::Midi));
        for (before, after) in [("a.mid", "a.rpp"), ("a.musicxml", "a.rpp"), ("Take 1.2", "Take 1.2.rpp")] {
            assert_eq!(with_ending(before, "rpp"), after);
        }
    }

    #[test]
    fn a_lead_sheet_is_written_notes_whatever_was_typed() {
        let path = |name: &str| written_notes(PathBuf::from(name), "lead sheet.musicxml");
        for (typed, written) in [("a.mxl", "a.mxl"), ("a.musicxml", "a.musicxml"), ("a.mid", "a.mid.musicxml")] {
            assert_eq!(path(typed), PathBuf::from(written));
        }
        assert_eq!(Path::new(&beside("/music/a.mid", "b.musicxml")), Path::new("/music/b.musicxml"));
        assert_eq!(Path::new(&beside("a.mid", "b.musicxml")), Path::new("b.musicxml"));
    }

    #[test]
    fn a_tilde_stands_for_the_home_folder() {
        assert_eq!(from_text(" /tmp/a song.mid "), Path::new("/tmp/a song.mid"));
        if let Some(home) = dirs::home_dir() {
            assert_eq!(from_text("~/song.mid"), home.join("song.mid"));
        }
    }
}
