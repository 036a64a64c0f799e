//! The commands that work on the notes of a file and write it again with everything else that it holds.

pub mod drumify;
pub mod enhance;
pub mod extend;
mod file;
pub mod generate;
pub mod groove;
pub mod infill;
pub mod interpolate;
mod melody;
mod part_bars;
pub mod quantise;
mod revised;
mod song_parts;
