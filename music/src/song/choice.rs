//! Which track is the melody.

use super::{line::melody_line, track::Track};
use crate::{note::Note, part::Part, time::Tick};

/// Why no track could be chosen as the melody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrackError {
    /// The file has no notes.
    #[error("the file holds no notes")]
    NoNotes,
    /// All notes are on the drum channel.
    #[error("the file holds only drums (channel 10), which are not a melody")]
    OnlyDrums,
    /// No track has this number.
    #[error("there is no track {number} with notes; available: {tracks}")]
    NoSuchTrack {
        /// The requested number.
        number: usize,
        /// A list of the tracks.
        tracks: String,
    },
}

pub(super) fn choose(tracks: &[Track], number: Option<usize>) -> Result<usize, TrackError> {
    if tracks.is_empty() {
        return Err(TrackError::NoNotes);
    }
    if let Some(number) = number {
        return match number.checked_sub(1) {
            Some(index) if index < tracks.len() => Ok(index),
            _ => Err(TrackError::NoSuchTrack { number, tracks: list(tracks) }),
        };
    }
    let song_ticks = tracks.iter().flat_map(|track| &track.notes).map(Note::end).max().unwrap_or(1);
    let mut best: Option<(usize, f64)> = None;
    for (index, track) in tracks.iter().enumerate().filter(|(_, track)| track.channel != Part::Drums.default_channel())
    {
        let likeness = likeness(track, song_ticks);
        // The first of equals wins: melodies stand above their accompaniment.
        if best.is_none_or(|(_, most)| likeness > most + 1e-9) {
            best = Some((index, likeness));
        }
    }
    best.map(|(index, _)| index).ok_or(TrackError::OnlyDrums)
}

fn list(tracks: &[Track]) -> String {
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

/// How much a track looks like a melody: one line rather than chords, in a singer's range, sounding through most of the
/// song, and named like a melody. The weights are set by hand; a clear name outweighs everything else.
fn likeness(track: &Track, song_ticks: Tick) -> f64 {
    let count = track.notes.len() as f64;
    let one_line = melody_line(&track.notes).len() as f64 / count;
    let mean_pitch = track.notes.iter().map(|note| f64::from(note.pitch)).sum::<f64>() / count;
    let height = 1.0 - ((mean_pitch - 71.0) / 24.0).abs().min(1.0);
    let sounding: Tick = track.notes.iter().map(|note| note.length).sum();
    let coverage = (sounding as f64 / song_ticks as f64).min(1.0);
    2.0 * one_line + height + coverage + 3.0 * name_hint(track) + if count < 4.0 { -1.0 } else { 0.0 }
}

/// 1 if the name suggests a melody, -1 if it suggests an accompaniment, else 0.
fn name_hint(track: &Track) -> f64 {
    const MELODIES: [&str; 14] = [
        "melod", "vocal", "voice", "lead", "vox", "sing", "flute", "violin", "solo", "soprano", "tune", "theme",
        "oboe", "whistle",
    ];
    const OTHERS: [&str; 9] = ["bass", "drum", "perc", "pad", "chord", "backing", "harmony", "accomp", "string"];
    let name = track.name.as_deref().unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    // "Backing vocals" and "lead bass" are not the melody.
    if has(&OTHERS) { -1.0 } else { f64::from(u8::from(has(&MELODIES))) }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    const LINE: &[&[u8]] = &[&[72], &[74], &[76], &[74], &[72]];
    const LOW_LINE: &[&[u8]] = &[&[36], &[43], &[36], &[43], &[36]];
    const CHORDS: &[&[u8]] = &[&[60, 64, 67], &[60, 65, 69], &[59, 62, 67], &[60, 64, 67], &[60, 64, 67]];

    #[test]
    fn a_line_wins_over_chords_bass_and_drums() {
        let tracks = [track("", 9, LINE), track("", 1, CHORDS), track("", 2, LOW_LINE), track("", 3, LINE)];
        assert_eq!(choose(&tracks, None), Ok(3));
    }

    #[test]
    fn a_name_wins_over_its_notes() {
        let tracks = [track("Strings", 0, LINE), track("Lead Vocal", 1, CHORDS), track("Backing Vocals", 2, LINE)];
        assert_eq!(choose(&tracks, None), Ok(1));
    }

    #[test]
    fn a_given_number_is_used_and_a_wrong_one_is_answered_with_the_tracks() {
        let tracks = [track("Piano", 0, CHORDS), track("", 4, LINE)];
        assert_eq!(choose(&tracks, Some(1)), Ok(0));
        for wrong in [0, 3] {
            let sentence = choose(&tracks, Some(wrong)).unwrap_err().to_string();
            assert!(sentence.contains("1 (Piano, 15 notes), 2 (channel 5, 5 notes)"), "{sentence}");
        }
    }

    #[test]
    fn a_song_without_a_melody_differs_from_one_without_notes() {
        assert_eq!(choose(&[], None), Err(TrackError::NoNotes));
        assert_eq!(choose(&[track("", 9, LINE)], None), Err(TrackError::OnlyDrums));
        assert_eq!(choose(&[track("", 9, LINE)], Some(1)), Ok(0));
    }
}
