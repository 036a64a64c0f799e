//! Counts changes, so that readers copy only what changed.

use std::sync::atomic::{AtomicU64, Ordering};

/// A count that goes up with every change. Any thread may count and read.
#[derive(Debug, Default)]
pub struct Changes(AtomicU64);

impl Changes {
    /// Counts a change.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// How many changes there were.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}
