//! The form of the melody, found once for each melody.

use super::last_melody::LastMelody;
use continuo_music::{meter::MeterMap, note::Note, sections::GrowingForm, time::Tick};
use std::{cell::RefCell, ops::Range, sync::Arc};

/// Keeps where sections begin in the last melody, and its form, which the next one mostly goes on with. Owned by the
/// composer thread.
#[derive(Default)]
pub struct KnownForm {
    borders: LastMelody<Vec<Tick>>,
    form: RefCell<GrowingForm>,
}

impl KnownForm {
    /// Where sections begin in a melody as far as it is known.
    pub fn borders(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<Vec<Tick>> {
        let find = |melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap| {
            self.form.borrow_mut().borders(melody, heard, meters)
        };
        self.borders.found(melody, heard, meters, find)
    }
}
