//! Which track is the melody.

use super::{
    likeness::{Likeness, Reason, likenesses},
    track::{Text, Track},
};
use std::cmp::Reverse;

/// Why no track could be chosen as the melody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrackError {
    /// The file has no notes.
    #[error("the file holds no notes")]
    NoNotes,
    /// All tracks are drums.
    #[error("the file holds only drums, which are not a melody")]
    OnlyDrums,
    /// All tracks that could be a melody are taken for something else.
    #[error("no track is left for the melody")]
    AllTaken,
    /// No track has this name or channel.
    #[error("no track {wanted} has notes; available: {tracks}")]
    NoTrackOf {
        /// How the track was named.
        wanted: String,
        /// A list of the tracks.
        tracks: String,
    },
    /// Several tracks have this name or channel.
    #[error("there are several tracks {wanted}: choose one by its number; available: {tracks}")]
    SeveralTracks {
        /// How the track was named.
        wanted: String,
        /// A list of the tracks.
        tracks: String,
    },
    /// No track has this number.
    #[error("there is no track {number} with notes; available: {tracks}")]
    NoSuchTrack {
        /// The requested number.
        number: usize,
        /// A list of the tracks.
        tracks: String,
    },
}

/// Which track is the melody, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MelodyChoice {
    /// Its index in [`Song::tracks`](super::Song::tracks).
    pub track: usize,
    /// What speaks for it, compared with the next best, the strongest first. Empty if the two are alike; then the first
    /// was chosen.
    pub reasons: Vec<Reason>,
    /// The index of the track that looks most like a melody among the others.
    pub next_best: Option<usize>,
}

impl MelodyChoice {
    /// The reasons in words.
    pub fn because(&self) -> String {
        if self.reasons.is_empty() {
            return "it comes first of several alike".to_owned();
        }
        self.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// Likenesses that differ by less than this many thousandths are alike.
const ALIKE: i64 = 200;

fn best_total(ranked: &[(usize, Likeness)]) -> i64 {
    ranked.first().map_or(0, |(_, likeness)| likeness.rounded())
}

/// Chooses the track with this number, or the one that looks most like a melody. `words` are lyrics in no single track,
/// `taken` the indices of tracks that are something else.
pub(super) fn choose(
    tracks: &[Track],
    words: &[Text],
    taken: &[usize],
    number: Option<usize>,
) -> Result<MelodyChoice, TrackError> {
    if tracks.is_empty() {
        return Err(TrackError::NoNotes);
    }
    let requested = match number {
        None => None,
        Some(number) => match number.checked_sub(1) {
            Some(index) if index < tracks.len() => Some(index),
            _ => return Err(TrackError::NoSuchTrack { number, tracks: list(tracks) }),
        },
    };
    let is_candidate = |&(index, track): &(usize, &Track)| !track.is_drums() && !taken.contains(&index);
    let candidates: Vec<(usize, &Track)> = tracks.iter().enumerate().filter(is_candidate).collect();
    let likenesses = likenesses(&candidates.iter().map(|(_, track)| *track).collect::<Vec<_>>(), words);
    let mut ranked: Vec<(usize, Likeness)> = candidates.into_iter().map(|(index, _)| index).zip(likenesses).collect();
    // The sort is stable: the first of equals wins, since melodies stand above their accompaniment.
    ranked.sort_by_key(|(_, likeness)| Reverse(likeness.rounded()));
    if let Some(track) = requested {
        let next_best = ranked.iter().map(|(index, _)| *index).find(|&index| index != track);
        return Ok(MelodyChoice { track, reasons: vec![Reason::Requested], next_best });
    }
    // Of a line and its echo or double, the first is the melody.
    let nearly = ranked.iter().take_while(|(_, likeness)| best_total(&ranked) - likeness.rounded() <= ALIKE);
    if let Some(first) = nearly.enumerate().min_by_key(|(_, (index, _))| *index).map(|(place, _)| place) {
        ranked[..=first].rotate_right(1);
    }
    match &ranked[..] {
        [] if tracks.iter().any(|track| !track.is_drums()) => Err(TrackError::AllTaken),
        [] => Err(TrackError::OnlyDrums),
        [(track, _)] => Ok(MelodyChoice { track: *track, reasons: vec![Reason::OnlyCandidate], next_best: None }),
        [(track, best), (next, other), ..] => {
            Ok(MelodyChoice { track: *track, reasons: best.reasons_over(other), next_best: Some(*next) })
        }
    }
}

/// The tracks with their numbers, for people.
pub(super) fn list(tracks: &[Track]) -> String {
    const SHOWN: usize = 20;
    let mut names: Vec<_> = tracks
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(index, track)| format!("{} ({}, {} notes)", index + 1, track.label(), track.notes.len()))
        .collect();
    if tracks.len() > SHOWN {
        names.push(format!("{} more", tracks.len() - SHOWN));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{note::Note, time::Tick};

    fn track(name: &str, channel: u8, pitches: &[&[u8]]) -> Track {
        let chord = |(index, chord): (usize, &&[u8])| {
            let note = move |&pitch: &u8| Note { start: index as Tick * 960, pitch, length: 900, velocity: 80 };
            chord.iter().map(note).collect::<Vec<_>>()
        };
        Track {
            name: (!name.is_empty()).then(|| name.to_owned()),
            channel,
            notes: pitches.iter().enumerate().flat_map(chord).collect(),
            ..Track::default()
        }
    }

    fn chosen(tracks: &[Track], number: Option<usize>) -> Result<usize, TrackError> {
        choose(tracks, &[], &[], number).map(|choice| choice.track)
    }

    const LINE: &[&[u8]] = &[&[72], &[74], &[76], &[74], &[72]];
    const LOW_LINE: &[&[u8]] = &[&[36], &[43], &[36], &[43], &[36]];
    const CHORDS: &[&[u8]] = &[&[60, 64, 67], &[60, 65, 69], &[59, 62, 67], &[60, 64, 67], &[60, 64, 67]];

    #[test]
    fn a_line_wins_over_chords_bass_and_drums() {
        let tracks = [track("", 9, LINE), track("", 1, CHORDS), track("", 2, LOW_LINE), track("", 3, LINE)];
        assert_eq!(chosen(&tracks, None), Ok(3));
    }

    #[test]
    fn a_name_wins_over_its_notes() {
        let tracks = [track("Strings", 0, LINE), track("Lead Vocal", 1, CHORDS), track("Backing Vocals", 2, LINE)];
        assert_eq!(chosen(&tracks, None), Ok(1));
    }

    #[test]
    fn a_given_number_is_used_and_a_wrong_one_is_answered_with_the_tracks() {
        let tracks = [track("Piano", 0, CHORDS), track("", 4, LINE)];
        assert_eq!(chosen(&tracks, Some(1)), Ok(0));
        for wrong in [0, 3] {
            let sentence = choose(&tracks, &[], &[], Some(wrong)).unwrap_err().to_string();
            assert!(sentence.contains("1 (Piano, 15 notes), 2 (channel 5, 5 notes)"), "{sentence}");
        }
    }

    #[test]
    fn a_taken_track_is_not_the_melody_unless_it_is_requested() {
        let tracks = [track("Lead", 0, LINE), track("", 1, LINE), track("", 9, LINE)];
        let chosen = |taken: &[usize], number| choose(&tracks, &[], taken, number).map(|choice| choice.track);
        assert_eq!((chosen(&[], None), chosen(&[0], None), chosen(&[0], Some(1))), (Ok(0), Ok(1), Ok(0)));
        assert_eq!(chosen(&[0, 1], None), Err(TrackError::AllTaken));
    }

    #[test]
    fn a_song_without_a_melody_differs_from_one_without_notes() {
        assert_eq!(chosen(&[], None), Err(TrackError::NoNotes));
        assert_eq!(chosen(&[track("", 9, LINE)], None), Err(TrackError::OnlyDrums));
        assert_eq!(chosen(&[track("", 9, LINE)], Some(1)), Ok(0));
    }
}
