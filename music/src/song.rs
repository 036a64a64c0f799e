//! A song as stored in a MIDI file, and which of its tracks is the melody.

use crate::{
    chord::ChordSpan,
    meter::{Meter, MeterMap},
    tempo::TempoMap,
    time::Tick,
};

pub(crate) mod channels;
mod choice;
pub(crate) mod drums;
mod joining;
mod likeness;
mod line;
mod moved_notes;
mod named_track;
mod names;
mod track;
mod warning;

pub use choice::{MelodyChoice, TrackError};
pub use drums::KitVoice;
pub use likeness::Reason;
pub use line::{melody_line, melody_line_in, without_drones};
pub use named_track::NamedTrack;
pub use track::{ChannelEvent, Setup, Side, Text, Track};
pub use warning::Warning;

/// A time signature as the file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeterEvent {
    /// Its position.
    pub tick: Tick,
    /// The meter.
    pub meter: Meter,
    /// MIDI clocks (24 per quarter note) between two metronome clicks.
    pub clocks_per_click: u8,
    /// Notated thirty-seconds in a MIDI quarter note, nearly always 8.
    pub thirty_seconds: u8,
}

impl MeterEvent {
    /// A meter whose metronome clicks on its beats (dotted beats in 6/8, 9/8 and 12/8).
    pub fn new(tick: Tick, meter: Meter) -> Self {
        let compound = meter.denominator == 8 && meter.numerator > 3 && meter.numerator.is_multiple_of(3);
        let clocks = 96 / meter.denominator.clamp(1, 96) * if compound { 3 } else { 1 };
        Self { tick, meter, clocks_per_click: clocks, thirty_seconds: 8 }
    }
}

/// A key signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySignature {
    /// Its position.
    pub tick: Tick,
    /// Sharps if positive, flats if negative; -7 to 7.
    pub fifths: i8,
    /// Whether the key is minor.
    pub minor: bool,
}

/// A song.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Song {
    /// Its name, if the file has one.
    pub title: Option<String>,
    /// Its name in the encoding of the file, if the file has one.
    pub title_bytes: Option<Vec<u8>>,
    /// Its tempos.
    pub tempos: TempoMap,
    /// Its meters. A time signature within a bar cuts that bar short.
    pub meters: MeterMap,
    /// The time signatures as the file has them, by position.
    pub meter_events: Vec<MeterEvent>,
    /// Its key signatures, by position.
    pub keys: Vec<KeySignature>,
    /// Its markers (verse, chorus), by position.
    pub markers: Vec<Text>,
    /// Lyrics that belong to no single track, by position: those of a file with all channels in one track, and those
    /// in a track of their own.
    pub lyrics: Vec<Text>,
    /// Its chords, if the file names them: in Yamaha's XF messages, in a track for chords, or in markers, texts or lyrics
    /// that are nearly all chord symbols. (These stay where they are, too.)
    pub chords: Vec<ChordSpan>,
    /// The tracks with notes, in the file's order; a track with several channels appears once for each, unless they are
    /// one instrument, such as a guitar's strings.
    pub tracks: Vec<Track>,
    /// The position of the last event, end-of-track events included.
    pub end: Tick,
    /// What was unusual in the file.
    pub warnings: Vec<Warning>,
}

impl Song {
    /// The melody's index in [`Song::tracks`]: the track with this number (counted from 1), or the one that looks most
    /// like a melody.
    ///
    /// # Errors
    /// If there is no track with this number, or no track that could be a melody.
    pub fn melody_track(&self, number: Option<usize>) -> Result<usize, TrackError> {
        self.melody_choice(number).map(|choice| choice.track)
    }

    /// The choice of [`Song::melody_track`], with its reasons and the next best.
    ///
    /// # Errors
    /// As [`Song::melody_track`].
    pub fn melody_choice(&self, number: Option<usize>) -> Result<MelodyChoice, TrackError> {
        self.melody_choice_without(&[], number)
    }

    /// As [`Song::melody_choice`]; the tracks with the indices `taken` are chosen only by their number.
    ///
    /// # Errors
    /// As [`Song::melody_track`], and if all tracks that could be a melody are taken.
    pub fn melody_choice_without(&self, taken: &[usize], number: Option<usize>) -> Result<MelodyChoice, TrackError> {
        choice::choose(&self.tracks, &self.lyrics, taken, number)
    }

    /// The lyrics for the track with this index in [`Song::tracks`]: its own, else the song's, else those of the track
    /// with the most lyrics, since lyrics are sung to the melody whichever track holds them.
    pub fn lyrics_for(&self, track: usize) -> &[Text] {
        let own = self.tracks.get(track).map(|track| &track.lyrics);
        let others = self.tracks.iter().map(|track| &track.lyrics).max_by_key(|lyrics| lyrics.len());
        let found = own.into_iter().chain([&self.lyrics]).chain(others).find(|lyrics| !lyrics.is_empty());
        found.map_or(&[], Vec::as_slice)
    }
}
