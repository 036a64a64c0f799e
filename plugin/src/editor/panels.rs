//! The panels around the roll.

pub mod cards;
pub mod export;
pub mod keyboard;
pub mod lead_strip;
pub mod part_strip;
pub mod song;
pub mod status_line;
pub mod style;
pub mod takes;
pub mod top_bar;
