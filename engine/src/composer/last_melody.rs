//! What is found in the melody, found once for each melody.

use continuo_music::{meter::MeterMap, note::Note, time::Tick};
use std::{cell::RefCell, ops::Range, sync::Arc};

/// Keeps what was found in the last melody: most phrases are made from the same one. Owned by the composer thread.
pub struct LastMelody<T>(RefCell<Option<Known<T>>>);

struct Known<T> {
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    meters: MeterMap,
    found: Arc<T>,
}

impl<T> Default for LastMelody<T> {
    fn default() -> Self {
        Self(RefCell::new(None))
    }
}

impl<T> LastMelody<T> {
    /// What `find` finds in a melody as far as it is known.
    pub fn found(
        &self,
        melody: &[Note],
        heard: &[Range<Tick>],
        meters: &MeterMap,
        find: impl FnOnce(&[Note], &[Range<Tick>], &MeterMap) -> T,
    ) -> Arc<T> {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(known) if known.melody == melody && known.heard == heard && known.meters == *meters => {
                Arc::clone(&known.found)
            }
            _ => {
                let found = Arc::new(find(melody, heard, meters));
                let (melody, heard, meters) = (melody.to_vec(), heard.to_vec(), meters.clone());
                *last = Some(Known { melody, heard, meters, found: Arc::clone(&found) });
                found
            }
        }
    }
}
