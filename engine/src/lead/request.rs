//! What is asked of Lead, and what it answers.

use super::{key::key_at, turns::Known};
use crate::network::InferenceError;
use continuo_music::{
    chord::ChordSpan, key::Key, lead::LeadSettings, meter::MeterMap, note::Note, swing::Feel, time::Tick,
};
use std::ops::Range;

/// What Lead is to play: the notes that begin in a span, a beat of a bar.
#[derive(Clone, Debug)]
pub struct LeadRequest<'a> {
    /// What the player chose.
    pub settings: &'a LeadSettings,
    /// The song's meters.
    pub meters: &'a MeterMap,
    /// The span.
    pub span: Range<Tick>,
    /// The melody, as far as it is known.
    pub known: Known<'a>,
    /// Lead's notes so far, sorted.
    pub own: &'a [Note],
    /// The song's key.
    pub key: Key,
    /// The chords, as far as they are known, in order.
    pub chords: &'a [ChordSpan],
    /// How the melody swings, and the band.
    pub feel: Feel,
    /// The id of a genre; the network need not know it.
    pub genre: Option<&'a str>,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    pub temperature: f32,
    /// Chooses among the possible notes.
    pub seed: u32,
    /// Chooses, too: another take of the same music.
    pub take: u32,
    /// Where the song ends, if that is known.
    pub song_end: Option<Tick>,
}

impl LeadRequest<'_> {
    /// The key at a place.
    pub(super) fn key_at(&self, tick: Tick) -> Key {
        key_at(self.key, self.chords, self.meters, tick)
    }
}

/// What Lead plays in a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Its notes, sorted, one at a time.
    pub notes: Vec<Note>,
    /// Where the player strikes a key here or later, they are silent; [`Tick::MAX`] if they play on.
    pub hushed_from: Tick,
}

/// Improvises: the network, or what stands for it in tests.
pub trait Improvise {
    /// Plays the notes of a span. The same request gives the same notes, whatever was asked before.
    ///
    /// # Errors
    /// When the network fails.
    fn improvise(&mut self, request: &LeadRequest<'_>) -> Result<Played, InferenceError>;
}
