//! Which track of a song plays which part: by channel, program, name and register, as for the training data.

use crate::network::contract::DRUM_VOICES;
use continuo_music::{
    note::Note,
    part::{Part, PartMap, PartNotes},
    song::{KitVoice, Song, Track, TrackError, melody_line},
};
use std::collections::BTreeSet;

/// A song divided into a melody and parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Ensemble {
    /// One line, sorted.
    pub melody: Vec<Note>,
    /// Sorted, in the parts' registers; drums on the model's voices.
    pub parts: PartNotes,
    /// Zero-based General MIDI programs of the parts, where the file has them.
    pub programs: PartMap<Option<u8>>,
}

impl Ensemble {
    /// Divides a song's tracks.
    pub fn of(song: &Song, voices: &[u8; DRUM_VOICES]) -> Result<Self, TrackError> {
        let melody_track = song.melody_track(None)?;
        let mut ensemble = Self::default();
        let mut tracks: PartMap<Vec<&Track>> = PartMap::default();
        for (index, track) in song.tracks.iter().enumerate() {
            if index == melody_track {
                ensemble.melody = melody_line(&track.notes);
                // Notes below the melody, such as a pianist's left hand, are an accompaniment.
                let line: BTreeSet<_> = ensemble.melody.iter().map(|note| (note.start, note.pitch)).collect();
                let below = track.notes.iter().filter(|note| !line.contains(&(note.start, note.pitch)));
                let below: Vec<Note> = below.copied().collect();
                if 4 * below.len() > track.notes.len() {
                    ensemble.parts[Part::Chords].extend(below);
                    ensemble.programs[Part::Chords] = track.program();
                }
            } else {
                tracks[part_of(track)].push(track);
            }
        }
        for part in Part::ALL {
            ensemble.assign(part, &tracks[part], voices);
        }
        Ok(ensemble)
    }

    /// Assigns tracks to a part.
    fn assign(&mut self, part: Part, tracks: &[&Track], voices: &[u8; DRUM_VOICES]) {
        let Some(main) = tracks.iter().max_by_key(|track| sounding(track)) else {
            self.tidy(part);
            return;
        };
        if part != Part::Drums {
            self.programs[part] = main.program().or(self.programs[part]);
        }
        match part {
            // Lines: only the track that plays most.
            Part::Bass | Part::Counter => self.parts[part].extend(&main.notes),
            Part::Chords | Part::Strings => self.parts[part].extend(tracks.iter().flat_map(|track| &track.notes)),
            Part::Drums => {
                for track in tracks {
                    // A sampler plays a drum that has a track of its own on any key.
                    let only = track.only_kit_voice().map(KitVoice::key);
                    let mapped = track.notes.iter().filter_map(|note| {
                        let voice = voice(only.unwrap_or(note.pitch))?;
                        Some(Note { pitch: voices[voice], ..*note })
                    });
                    self.parts[part].extend(mapped);
                }
            }
        }
        self.tidy(part);
    }

    /// Sorts a part's notes and moves them into its register.
    fn tidy(&mut self, part: Part) {
        if part != Part::Drums {
            into_register(part, &mut self.parts[part]);
        }
        self.parts[part].sort_unstable();
    }
}

fn sounding(track: &Track) -> i64 {
    track.notes.iter().map(|note| note.length).sum()
}

/// The part of a track other than the melody.
fn part_of(track: &Track) -> Part {
    if track.is_drums() {
        return Part::Drums;
    }
    let name = track.name.as_deref().unwrap_or_default().to_lowercase();
    let named = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let program = track.program();
    let (median, voices) = (median(&track.notes), voices_at_once(&track.notes));
    if named(&["bass"]) && !named(&["bassoon"]) || matches!(program, Some(32..=39 | 43)) {
        return Part::Bass;
    }
    if named(&["string", "pad", "choir", "aah"]) || matches!(program, Some(44 | 48..=54 | 88..=95)) {
        return Part::Strings;
    }
    if named(&["piano", "guitar", "organ", "chord", "keys"]) || matches!(program, Some(1..=31)) {
        return if median < 45 && voices < 1.2 { Part::Bass } else { Part::Chords };
    }
    // No other clue: a low line is a bass, another line a counter-melody, and several voices are chords.
    if median < 48 && voices < 1.5 {
        Part::Bass
    } else if voices < 1.3 {
        Part::Counter
    } else {
        Part::Chords
    }
}

fn median(notes: &[Note]) -> u8 {
    let mut pitches: Vec<u8> = notes.iter().map(|note| note.pitch).collect();
    pitches.sort_unstable();
    pitches.get(pitches.len() / 2).copied().unwrap_or(60)
}

/// How many notes begin together on average.
fn voices_at_once(notes: &[Note]) -> f64 {
    let starts = notes.chunk_by(|one, next| next.start - one.start < 30).count();
    notes.len() as f64 / starts.max(1) as f64
}

/// Moves a part by octaves until its median is in the part's usual range in the training data, then single notes into
/// its register. `models/training/continuo_training/prepare.py` does the same.
fn into_register(part: Part, notes: &mut [Note]) {
    let ((low, high), (lowest, highest)) = match part {
        Part::Drums => return,
        Part::Bass => ((33, 50), (28, 55)),
        Part::Chords => ((54, 70), (42, 81)),
        Part::Strings => ((54, 74), (48, 84)),
        Part::Counter => ((58, 78), (50, 88)),
    };
    let fold = |mut pitch: i16, low: i16, high: i16| {
        while pitch < low {
            pitch += 12;
        }
        while pitch > high {
            pitch -= 12;
        }
        pitch
    };
    let median = i16::from(median(notes));
    let shift = fold(median, low, high) - median;
    for note in notes {
        note.pitch = fold(i16::from(note.pitch) + shift, lowest, highest) as u8;
    }
}

/// The model's voice for a General MIDI percussion key.
/// `models/training/continuo_training/drums.py` is the same table.
const fn voice(key: u8) -> Option<usize> {
    Some(match key {
        35 | 36 => 0,
        38 | 40 => 1,
        31 | 37 | 39 | 56 | 75..=77 => 2,
        22 | 42 | 44 => 3,
        26 | 46 => 4,
        41 | 43 | 45 | 58 | 66 | 86 | 87 => 5,
        47 | 48 | 50 | 65 => 6,
        49 | 52 | 55 | 57 => 7,
        51 | 53 | 59 => 8,
        54 | 69 | 70 | 73 | 74 | 82 => 9,
        60..=63 => 10,
        64 => 11,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::song::{ChannelEvent, Setup, Side};
    use midly::MidiMessage;

    const VOICES: [u8; DRUM_VOICES] = [36, 38, 37, 42, 46, 45, 48, 49, 51, 70, 63, 64];

    fn track(name: &str, channel: u8, program: Option<u8>, chords: &[&[u8]]) -> Track {
        let chord = |(index, chord): (usize, &&[u8])| {
            let note = move |&pitch: &u8| Note { start: index as i64 * 960, pitch, length: 900, velocity: 80 };
            chord.iter().map(note).collect::<Vec<_>>()
        };
        let change = |program: u8| ChannelEvent {
            tick: 0,
            message: MidiMessage::ProgramChange { program: program.into() },
            side: Side::Between,
        };
        Track {
            name: (!name.is_empty()).then(|| name.to_owned()),
            channel,
            notes: chords.iter().enumerate().flat_map(chord).collect(),
            events: program.map(change).into_iter().collect(),
            ..Track::default()
        }
    }

    const LINE: &[&[u8]] = &[&[72], &[74], &[76], &[74], &[72]];
    const LOW: &[&[u8]] = &[&[40], &[43], &[40], &[43], &[40]];
    const CHORDS: &[&[u8]] = &[&[60, 64, 67], &[60, 65, 69], &[59, 62, 67], &[60, 64, 67], &[60, 64, 67]];

    #[test]
    fn tracks_get_the_parts_that_a_musician_would_name() {
        for (track, part) in [
            (track("", 9, Some(0), LINE), Part::Drums),
            (track("Drum Kit", 0, None, LOW), Part::Drums),
            (track("", 1, Some(33), LINE), Part::Bass),
            (track("Fretless Bass", 1, None, LINE), Part::Bass),
            (track("", 1, None, LOW), Part::Bass),
            (track("", 2, Some(24), CHORDS), Part::Chords),
            (track("Piano", 2, Some(0), CHORDS), Part::Chords),
            (track("", 2, None, CHORDS), Part::Chords),
            (track("", 3, Some(48), CHORDS), Part::Strings),
            (track("Pad", 3, None, CHORDS), Part::Strings),
            (track("Bassoon", 3, Some(70), LINE), Part::Counter),
            (track("", 3, Some(73), LINE), Part::Counter),
        ] {
            assert_eq!(part_of(&track), part, "{:?} {:?}", track.name, track.events);
        }
    }

    #[test]
    fn a_band_is_divided_into_parts_in_their_registers() {
        let song = Song {
            tracks: vec![
                track("Lead", 0, None, LINE),
                track("", 1, Some(33), &[&[16], &[19], &[16], &[19], &[84]]),
                track("", 2, Some(4), CHORDS),
                track("", 9, None, &[&[35, 44], &[40], &[99]]),
            ],
            ..Song::default()
        };
        let ensemble = Ensemble::of(&song, &VOICES).unwrap();
        assert_eq!(ensemble.melody, song.tracks[0].notes);
        let pitches = |part| ensemble.parts[part].iter().map(|note: &Note| note.pitch).collect::<Vec<_>>();
        assert_eq!(pitches(Part::Bass), [40, 43, 40, 43, 48]);
        assert_eq!(pitches(Part::Drums), [36, 42, 38]);
        assert_eq!(pitches(Part::Chords).len(), 15);
        assert_eq!(ensemble.programs, PartMap([None, Some(33), Some(4), None, None]));
    }

    #[test]
    fn a_kit_in_a_track_for_each_drum_on_any_channel_has_all_its_voices() {
        let mut second = track("", 10, None, &[&[36, 42], &[42]]);
        second.setup = Setup { drum_kit: true, ..Setup::default() };
        let song = Song {
            tracks: vec![
                track("Lead", 0, None, LINE),
                track("Kick", 0, None, &[&[60]]),
                track("Snare", 0, None, &[&[60]]),
                track("Closed Hat", 0, None, &[&[24]]),
                second,
            ],
            ..Song::default()
        };
        let ensemble = Ensemble::of(&song, &VOICES).unwrap();
        let mut pitches: Vec<_> = ensemble.parts[Part::Drums].iter().map(|note: &Note| note.pitch).collect();
        pitches.sort_unstable();
        assert_eq!(pitches, [36, 36, 38, 42, 42, 42]);
        assert_eq!(ensemble.programs, PartMap::default());
    }

    #[test]
    fn a_pianist_alone_has_a_melody_and_an_accompaniment() {
        let hands: &[&[u8]] = &[&[48, 55, 72], &[48, 55, 74], &[47, 55, 76], &[48, 55, 74]];
        let song = Song { tracks: vec![track("", 0, Some(0), hands)], ..Song::default() };
        let ensemble = Ensemble::of(&song, &VOICES).unwrap();
        assert_eq!(ensemble.melody.iter().map(|note| note.pitch).collect::<Vec<_>>(), [72, 74, 76, 74]);
        assert_eq!(ensemble.parts[Part::Chords].len(), 8);
    }

    #[test]
    fn each_voice_is_found_by_its_own_key() {
        for (index, key) in VOICES.into_iter().enumerate() {
            assert_eq!(voice(key), Some(index));
        }
    }
}
