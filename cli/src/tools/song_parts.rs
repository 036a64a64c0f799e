//! Which tracks of a song are its parts.

use continuo_music::{
    part::{Part, PartMap, PartNotes},
    song::{NamedTrack, Song, Track, TrackError},
};

/// A voice that is written again: the melody or a part, perhaps with its track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    Melody,
    Part(Part, Option<NamedTrack>),
}

impl Voice {
    /// Reads `melody`, `bass` or `bass=3`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, track) = text.split_once('=').map_or((text, None), |(name, track)| (name, Some(track.trim())));
        if name.trim().eq_ignore_ascii_case("melody") {
            let problem = "name the melody's track with --track";
            return if track.is_none() { Ok(Self::Melody) } else { Err(problem.to_owned()) };
        }
        let known = Part::ALL.map(Part::id).join(", ");
        let part = Part::from_id(name.trim())
            .ok_or_else(|| format!("there is no part \"{}\"; available: melody, {known}", name.trim()))?;
        match track {
            Some("") => Err(format!("name a track behind {}=, such as {}=3", part.id(), part.id())),
            Some(track) => {
                let Ok(track) = track.parse();
                Ok(Self::Part(part, Some(track)))
            }
            None => Ok(Self::Part(part, None)),
        }
    }
}

/// Why the parts of a song are not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SongPartsError {
    /// The track that was named cannot be used.
    #[error("--parts {}: {error}", part.id())]
    Track {
        /// The part.
        part: Part,
        /// The reason.
        error: TrackError,
    },
    /// One track is to be two voices.
    #[error("--parts {}: track {number} ({label}) is {other} already", part.id())]
    Taken {
        /// The part.
        part: Part,
        /// The track.
        number: usize,
        /// Its name.
        label: String,
        /// What it is.
        other: &'static str,
    },
    /// No track looks like the part.
    #[error(
        "the file has no part {id}: no track has this name or such an instrument; if one is, name it, such as \
         {id}=2; tracks: {tracks}; \"continuo arrange\" makes parts that a song lacks", id = part.id()
    )]
    Missing {
        /// The part.
        part: Part,
        /// The tracks that there are.
        tracks: String,
    },
}

/// The tracks of the parts, as indices into the song's tracks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SongParts(PartMap<Option<usize>>);

impl SongParts {
    /// The parts whose tracks are named by the user or by the file, so that none of them is taken for the melody.
    ///
    /// # Errors
    /// If a track that the user names does not exist, or is named for two parts.
    pub fn named(song: &Song, voices: &[Voice]) -> Result<Self, SongPartsError> {
        let mut found = Self::default();
        for voice in voices {
            let Voice::Part(part, Some(track)) = voice else { continue };
            let part = *part;
            let index = track.find(&song.tracks).map_err(|error| SongPartsError::Track { part, error })?;
            if let Some(other) = found.part_of(index).filter(|other| *other != part) {
                return Err(Self::taken(song, part, index, other.name()));
            }
            found.0[part] = Some(index);
        }
        found.find_each(song, |track, part| {
            track.name.as_deref().is_some_and(|name| name.trim().eq_ignore_ascii_case(part.name()))
        });
        Ok(found)
    }

    /// Adds the parts whose instruments tell them, once the melody's track is known.
    ///
    /// # Errors
    /// If the melody's track is named as a part.
    pub fn with_instruments(mut self, song: &Song, melody: usize) -> Result<Self, SongPartsError> {
        if let Some(part) = self.part_of(melody) {
            return Err(Self::taken(song, part, melody, "the melody"));
        }
        self.find_each(song, |track, part| {
            let is_melody = song.tracks.get(melody).is_some_and(|melody| std::ptr::eq(melody, track));
            !is_melody && looks_like(track, part)
        });
        Ok(self)
    }

    /// Gives each part without a track the only free one that is like it.
    fn find_each(&mut self, song: &Song, is_like: impl Fn(&Track, Part) -> bool) {
        for part in Part::ALL {
            let is_free = |index: &usize| self.part_of(*index).is_none() && is_like(&song.tracks[*index], part);
            let mut free = (0..song.tracks.len()).filter(is_free);
            if let (None, Some(index), None) = (self.0[part], free.next(), free.next()) {
                self.0[part] = Some(index);
            }
        }
    }

    fn part_of(&self, track: usize) -> Option<Part> {
        self.0.iter().find(|(_, found)| **found == Some(track)).map(|(part, _)| part)
    }

    fn taken(song: &Song, part: Part, index: usize, other: &'static str) -> SongPartsError {
        SongPartsError::Taken { part, number: index + 1, label: song.tracks[index].label(), other }
    }

    /// The track of a part.
    ///
    /// # Errors
    /// If the song lacks it.
    pub fn of(&self, song: &Song, part: Part) -> Result<usize, SongPartsError> {
        let label = |(index, track): (usize, &Track)| format!("{} ({})", index + 1, track.label());
        let tracks = || song.tracks.iter().enumerate().map(label).collect::<Vec<_>>().join(", ");
        self.0[part].ok_or_else(|| SongPartsError::Missing { part, tracks: tracks() })
    }

    /// The indices of all tracks that are parts.
    pub fn taken_tracks(&self) -> Vec<usize> {
        self.0.iter().filter_map(|(_, track)| *track).collect()
    }

    /// The notes of each part; `None` for those that the song lacks.
    pub fn notes(&self, song: &Song) -> PartMap<Option<Vec<continuo_music::note::Note>>> {
        PartMap::from_fn(|part| Some(song.tracks.get(self.0[part]?)?.notes.clone()))
    }

    /// Puts the notes of some parts into the song.
    pub fn put(&self, song: &mut Song, notes: &PartNotes, parts: PartMap<bool>) {
        for part in Part::ALL.into_iter().filter(|&part| parts[part]) {
            if let Some(track) = self.0[part].and_then(|index| song.tracks.get_mut(index)) {
                track.notes.clone_from(&notes[part]);
            }
        }
    }
}

/// Whether a track's instrument or name is usual for a part.
fn looks_like(track: &Track, part: Part) -> bool {
    if part == Part::Drums || track.is_drums() {
        return part == Part::Drums && track.is_drums();
    }
    let named = |text: &str| track.name.as_deref().is_some_and(|name| name.to_lowercase().contains(text));
    let plays = |programs: std::ops::RangeInclusive<u8>| track.program().is_some_and(|one| programs.contains(&one));
    match part {
        Part::Drums => false,
        Part::Bass => named("bass") || plays(32..=39),
        Part::Chords => named("chord") || plays(0..=31),
        Part::Strings => named("string") || plays(44..=51),
        Part::Counter => named("counter"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::note::Note;

    fn track(name: &str, channel: u8, program: Option<u8>) -> Track {
        let mut track = Track {
            name: Some(name.to_owned()),
            channel,
            notes: vec![Note { start: 0, pitch: 40, length: 480, velocity: 80 }],
            ..Track::default()
        };
        track.setup.program = program;
        track
    }

    fn found(tracks: Vec<Track>, voices: &[&str]) -> Result<Vec<Option<usize>>, String> {
        let song = Song { tracks, ..Song::default() };
        let voices = voices.iter().map(|text| Voice::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let parts = SongParts::named(&song, &voices).and_then(|parts| parts.with_instruments(&song, 0));
        Ok(parts.map_err(|error| error.to_string())?.0.0.to_vec())
    }

    #[test]
    fn parts_are_found_by_name_by_instrument_and_as_the_user_says() {
        let song = || {
            vec![
                track("Song", 0, Some(33)),
                track("Bass", 1, None),
                track("E-Piano", 2, Some(4)),
                track("Kit", 9, None),
                track("Pad", 3, Some(48)),
            ]
        };
        let all = vec![Some(3), Some(1), Some(2), Some(4), None];
        assert_eq!(found(song(), &["bass", "melody"]), Ok(all));
        assert_eq!(found(song(), &["counter=pad"]), Ok(vec![Some(3), Some(1), Some(2), None, Some(4)]));
        // Of two that are alike none is meant.
        let two = vec![track("Song", 0, None), track("Low", 1, Some(32)), track("Lower", 2, Some(35))];
        assert_eq!(found(two, &[]), Ok(vec![None; 5]));
    }

    #[test]
    fn what_cannot_be_a_part_is_named() {
        let song = || vec![track("Song", 0, None), track("Bass", 1, None)];
        for (voices, cause) in [
            (&["tuba"][..], "melody, drums, bass"),
            (&["bass="], "such as bass=3"),
            (&["melody=2"], "--track"),
            (&["bass=7"], "there is no track 7"),
            (&["bass=1"], "is the melody already"),
            (&["bass=2", "chords=2"], "is Bass already"),
        ] {
            let error = found(song(), voices).expect_err(cause);
            assert!(error.contains(cause), "{error}");
        }
        let song = Song { tracks: song(), ..Song::default() };
        let parts = SongParts::named(&song, &[]).expect("no track is named");
        assert_eq!(parts.of(&song, Part::Bass), Ok(1));
        let error = parts.of(&song, Part::Chords).expect_err("it lacks them").to_string();
        assert!(error.contains("chords=2") && error.contains("2 (Bass)"), "{error}");
    }
}
