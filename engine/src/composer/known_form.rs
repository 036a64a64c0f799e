//! The form of the melody, found once for each melody.

use continuo_music::{meter::MeterMap, note::Note, sections::form_borders, time::Tick};
use std::{cell::RefCell, ops::Range, sync::Arc};

/// Keeps where sections begin in the last melody: most phrases are made from the same one. Owned by the composer thread.
#[derive(Default)]
pub struct KnownForm(RefCell<Option<Known>>);

struct Known {
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    meters: MeterMap,
    borders: Arc<[Tick]>,
}

impl KnownForm {
    /// Where sections begin in a melody as far as it is known.
    pub fn borders(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Arc<[Tick]> {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(known) if known.melody == melody && known.heard == heard && known.meters == *meters => {
                Arc::clone(&known.borders)
            }
            _ => {
                let borders: Arc<[Tick]> = form_borders(melody, heard, meters).into();
                let (melody, heard, meters) = (melody.to_vec(), heard.to_vec(), meters.clone());
                *last = Some(Known { melody, heard, meters, borders: Arc::clone(&borders) });
                borders
            }
        }
    }
}
