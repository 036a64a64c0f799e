//! Tracks that are kept as parts.

use continuo_music::{
    part::{Part, PartMap},
    song::{NamedTrack, Song},
};
use serde_json::{Value, json};

/// A track that the user wants to keep as a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTrack {
    pub part: Part,
    pub track: NamedTrack,
}

impl KeptTrack {
    /// Reads `bass=3`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = "give PART=TRACK, such as bass=3, bass=\"Slap Bass\" or drums=ch10";
        let (part, track) = text.split_once('=').ok_or(form)?;
        let (part, track) = (part.trim(), track.trim());
        if track.is_empty() {
            return Err(form.to_owned());
        }
        let known = Part::ALL.map(Part::id).join(", ");
        let part = Part::from_id(part).ok_or_else(|| format!("there is no part \"{part}\"; available: {known}"))?;
        let Ok(track) = track.parse();
        Ok(Self { part, track })
    }
}

/// The tracks that are kept, as indices into the song's tracks.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeptTracks(PartMap<Option<usize>>);

impl KeptTracks {
    /// Finds the tracks in the song.
    ///
    /// # Errors
    /// In words, if there is no such track, if a part has two tracks, or a track two parts.
    pub fn find(kept: &[KeptTrack], song: &Song) -> Result<Self, String> {
        let mut found = Self::default();
        for KeptTrack { part, track } in kept {
            let index = track.find(&song.tracks).map_err(|error| format!("--keep {}: {error}", part.id()))?;
            let label = || format!("track {} ({})", index + 1, song.tracks[index].label());
            if let Some(before) = found.0[*part] {
                let before = format!("track {}", before + 1);
                return Err(format!("--keep {}: the part is kept twice, as {before} and {}", part.id(), label()));
            }
            if let Some((other, _)) = found.0.iter().find(|(_, other)| **other == Some(index)) {
                return Err(format!("--keep {}: {} is kept as {} already", part.id(), label(), other.id()));
            }
            if *part != Part::Drums && song.tracks[index].is_drums() {
                return Err(format!("--keep {}: {} has drums, which cannot be that part", part.id(), label()));
            }
            found.0[*part] = Some(index);
        }
        Ok(found)
    }

    /// The index of the track that is kept as a part.
    pub fn of(&self, part: Part) -> Option<usize> {
        self.0[part]
    }

    /// The parts with the indices of their tracks.
    pub fn iter(&self) -> impl Iterator<Item = (Part, usize)> {
        self.0.iter().filter_map(|(part, track)| Some((part, (*track)?)))
    }

    /// The indices of the tracks.
    pub fn taken(&self) -> Vec<usize> {
        self.iter().map(|(_, track)| track).collect()
    }

    /// An error if the melody's track is kept as a part.
    ///
    /// # Errors
    /// In words.
    pub fn check_melody(&self, melody: usize) -> Result<(), String> {
        match self.iter().find(|&(_, track)| track == melody) {
            Some((part, _)) => Err(format!("--keep {}: track {} is the melody", part.id(), melody + 1)),
            None => Ok(()),
        }
    }

    /// What may not be meant: a track that seems to be the melody is kept as a part, or a pitched track as the drums.
    /// `melody` is the index of the melody's track.
    pub fn warnings(&self, song: &Song, melody: usize) -> Vec<String> {
        let seems = song.melody_choice_without(&[], None).ok().map(|choice| choice.track);
        let of_track = |(part, index): (Part, usize)| {
            let label = format!("track {} ({})", index + 1, song.tracks[index].label());
            let melody_label = format!("track {} ({})", melody + 1, song.tracks[melody].label());
            let not_drums = part == Part::Drums && !song.tracks[index].is_drums();
            let drums = not_drums.then(|| {
                format!("{label} is kept as the drums and written on the drums' channel, but does not look like drums")
            });
            let tune = (seems == Some(index)).then(|| {
                format!("{label} is kept as {}, but seems to be the melody; {melody_label} is the melody", part.id())
            });
            drums.into_iter().chain(tune)
        };
        self.iter().flat_map(of_track).collect()
    }

    /// What was kept, for programs.
    pub fn json(&self, song: &Song) -> Value {
        let kept = self.iter().map(|(part, index)| {
            let track = &song.tracks[index];
            json!({"part": part.id(), "track": index + 1, "name": track.label(), "notes": track.notes.len()})
        });
        kept.collect()
    }

    /// What was kept, for people; `None` if nothing was.
    pub fn line(&self, song: &Song) -> Option<String> {
        let name = |(part, index): (Part, usize)| {
            format!("{} from track {} ({})", part.id(), index + 1, song.tracks[index].label())
        };
        let kept: Vec<String> = self.iter().map(name).collect();
        (!kept.is_empty()).then(|| format!("kept: {}", kept.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::{note::Note, song::Track};

    fn song() -> Song {
        let track = |name: &str, channel| Track {
            name: Some(name.to_owned()),
            channel,
            notes: vec![Note { start: 0, pitch: 40, length: 480, velocity: 80 }],
            ..Track::default()
        };
        Song { tracks: vec![track("Lead", 0), track("Slap", 1), track("Kit", 9)], ..Song::default() }
    }

    fn found(kept: &[&str]) -> Result<Vec<(Part, usize)>, String> {
        let kept = kept.iter().map(|text| KeptTrack::parse(text)).collect::<Result<Vec<_>, _>>()?;
        KeptTracks::find(&kept, &song()).map(|found| found.iter().collect())
    }

    #[test]
    fn parts_are_kept_by_number_name_and_channel() {
        assert_eq!(found(&["bass = 2", "drums=ch10"]), Ok(vec![(Part::Drums, 2), (Part::Bass, 1)]));
        assert_eq!(found(&["Bass=slap"]), Ok(vec![(Part::Bass, 1)]));
        assert_eq!(found(&[]), Ok(vec![]));
    }

    #[test]
    fn what_cannot_be_kept_is_named() {
        for (kept, cause) in [
            (&["bass=9"][..], "no track 9"),
            (&["bass=violin"], "no track \"violin\" has notes"),
            (&["bass=ch5"], "no track on channel 5 has notes"),
            (&["bass=2", "bass=1"], "kept twice"),
            (&["bass=2", "chords=Slap"], "kept as bass already"),
            (&["bass=3"], "has drums"),
        ] {
            let error = found(kept).expect_err(cause);
            assert!(error.starts_with("--keep") && error.contains(cause), "{error}");
        }
        let kept = KeptTracks::find(&[KeptTrack::parse("bass=1").expect("a track")], &song()).expect("a track");
        assert!(kept.check_melody(0).is_err_and(|error| error.contains("is the melody")));
        assert_eq!(kept.check_melody(1), Ok(()));
    }

    #[test]
    fn a_kept_track_that_seems_to_be_something_else_is_named() {
        let warnings = |kept: &str| {
            let kept = [KeptTrack::parse(kept).expect("a track")];
            KeptTracks::find(&kept, &song()).expect("a track").warnings(&song(), 1)
        };
        let melody = warnings("chords=1");
        assert!(melody.len() == 1 && melody[0].contains("seems to be the melody"), "{melody:?}");
        let drums = warnings("drums=2");
        assert!(drums.len() == 1 && drums[0].contains("does not look like drums"), "{drums:?}");
        assert_eq!(warnings("drums=3"), Vec::<String>::new());
        assert_eq!(warnings("bass=2"), Vec::<String>::new());
    }
}
