//! The form of the melody, found once for each melody.

use super::last_melody::LastMelody;
use continuo_music::{meter::MeterMap, note::Note, sections::form_borders, time::Tick};
use std::{ops::Range, sync::Arc};

/// Keeps where sections begin in the last melody.
#[derive(Default)]
pub struct KnownForm(LastMelody<Vec<Tick>>);

impl KnownForm {
    /// Where sections begin in a melody as far as it is known.
    pub fn borders(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<Vec<Tick>> {
        self.0.found(melody, heard, meters, form_borders)
    }
}
