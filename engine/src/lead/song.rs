//! Lead for a whole song, for the command line: what the plugin plays once it knows the song.

use super::{
    request::{Improvise, LeadRequest},
    turns::Known,
};
use crate::{network::InferenceError, score::LeadLine};
use continuo_music::{
    chord::ChordSpan,
    key::{Key, KeyMap},
    lead::LeadSettings,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    swing::{Feel, SwingMap},
    time::Tick,
};

/// A song whose melody and chords are known.
#[derive(Clone, Copy, Debug)]
pub struct LeadSong<'a> {
    /// What the player chose.
    pub settings: &'a LeadSettings,
    /// The song's meters.
    pub meters: &'a MeterMap,
    /// The melody, sorted.
    pub melody: &'a [Note],
    /// Where the song ends.
    pub end: Tick,
    /// The song's chords, in order.
    pub chords: &'a [ChordSpan],
    /// The key; `None`: found in the melody.
    pub key: Option<Key>,
    /// By how much the band swings, in percent; `None` as the melody does.
    pub swing: Option<u8>,
    /// The id of a genre; the network need not know it.
    pub genre: Option<&'a str>,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    pub temperature: f32,
    /// Chooses among the possible notes.
    pub seed: u32,
}

/// Plays Lead through a song, up to its end. `progress` is called with the ticks that are done and all.
///
/// # Errors
/// When the network fails.
pub fn lead_of_song(
    improviser: &mut dyn Improvise,
    song: &LeadSong<'_>,
    mut progress: impl FnMut(Tick, Tick),
) -> Result<Vec<Note>, InferenceError> {
    let LeadSong { settings, meters, melody, end, chords, genre, temperature, seed, .. } = *song;
    let heard = [0..end];
    let keys = song.key.map_or_else(|| KeyMap::of(melody, &heard, meters), KeyMap::constant);
    let swings = SwingMap::of(melody, &heard, meters);
    let mut line = LeadLine::default();
    let mut at = 0;
    while settings.plays() && at < end {
        progress(at, end);
        let beat = meters.beat_at(at);
        let span = beat.start.max(at)..beat.end.min(end);
        let phrase = PhraseSpan { start: span.start, end: span.end, meter: meters.at(span.start).meter };
        let request = LeadRequest {
            settings,
            meters,
            span: span.clone(),
            known: Known { melody, cut: span.start - (beat.end - beat.start), until: end },
            own: line.notes(),
            key: keys.mostly(&span).or_else(|| keys.song()).unwrap_or(Key::major(0)),
            chords,
            feel: Feel::of(song.swing, swings.at(&phrase), phrase.meter),
            genre,
            temperature,
            seed,
            take: 0,
            song_end: Some(end),
        };
        let played = improviser.improvise(&request)?;
        line.write(&span, &played.notes);
        at = beat.end;
    }
    progress(end, end);
    let cut = |note: &Note| Note { length: note.length.min(end - note.start), ..*note };
    Ok(line.notes().iter().filter(|note| note.start < end).map(cut).collect())
}
