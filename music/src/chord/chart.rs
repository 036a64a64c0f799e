//! Chord charts: bars and sections as plain text.

mod beats;
mod layout;
mod read;
mod write;

pub use beats::Beats;
pub use layout::{Bar, Chart, MAX_BARS, Section, Slot};
pub use read::{ChartError, ChartProblem};

#[cfg(test)]
mod tests;
