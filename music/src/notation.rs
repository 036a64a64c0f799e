//! Played notes as notes on paper: quantised to values that are read easily.
//!
//! Everything lies on the *written axis*: ticks from the first bar line, where each bar has the length that its written
//! values add up to. In a song whose bars are all whole, it is the song's own axis.

mod bars;
mod cells;
mod ends;
mod line;
mod values;

pub use bars::{Bar, Bars};
pub use cells::{Cells, Onset};
pub use ends::{Written, drum_ends, ends};
pub use line::{Head, Piece, pieces, rests};
#[cfg(test)]
pub use values::Value;

#[cfg(test)]
mod tests;
