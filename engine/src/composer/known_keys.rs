//! The keys of the melody, found once for each melody.

use super::last_melody::LastMelody;
use crate::score::chords::keys_of;
use continuo_music::{
    key::{Key, KeyMap},
    meter::MeterMap,
    note::Note,
    time::Tick,
};
use std::{ops::Range, sync::Arc};

/// Keeps the keys of the last melody.
#[derive(Default)]
pub struct KnownKeys(LastMelody<KeyMap>);

impl KnownKeys {
    /// The keys of a melody as far as it is known, or the key that the player chose.
    pub fn of(&self, chosen: Option<Key>, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<KeyMap> {
        match chosen {
            Some(key) => Arc::new(KeyMap::constant(key)),
            None => self.0.found(melody, heard, meters, keys_of),
        }
    }
}
