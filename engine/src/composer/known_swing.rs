//! How the melody swings, found once for each melody.

use super::last_melody::LastMelody;
use continuo_music::{meter::MeterMap, note::Note, swing::SwingMap, time::Tick};
use std::{ops::Range, sync::Arc};

/// Keeps how the last melody swings.
#[derive(Default)]
pub struct KnownSwing(LastMelody<SwingMap>);

impl KnownSwing {
    /// How a melody swings as far as it is known.
    pub fn of(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<SwingMap> {
        self.0.found(melody, heard, meters, SwingMap::of)
    }
}
