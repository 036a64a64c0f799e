//! Presets: settings for a musical use, built in or in the user's data folder.

pub mod factory;
pub mod folder;
pub mod preset;
