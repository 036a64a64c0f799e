//! The panels around the roll.

pub mod export;
pub mod keyboard;
pub mod part_strip;
pub mod status_line;
pub mod style;
pub mod takes;
pub mod top_bar;
