//! What the player wants undone or redone while the composer still carries out an edit.

use std::{collections::VecDeque, time::Instant};

/// A step that the player wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryWish {
    /// Back.
    Undo,
    /// Forth.
    Redo,
}

/// The wishes that wait, the oldest first, and when each came.
pub type HistoryWishes = VecDeque<(HistoryWish, Instant)>;
