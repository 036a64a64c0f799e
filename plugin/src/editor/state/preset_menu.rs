//! The menu of presets while it is open, and the name of a new one while it is typed.

use crate::presets::folder::Listing;

/// What the menu remembers.
#[derive(Default)]
pub struct PresetMenu {
    /// The user's presets, read when the menu opened; `None` while it is closed.
    pub listing: Option<Listing>,
    /// The dialog for a new preset, while it is open.
    pub new: Option<NewPreset>,
}

/// The dialog for a new preset.
#[derive(Default)]
pub struct NewPreset {
    /// What was typed.
    pub name: String,
    /// The error below the field.
    pub error: Option<String>,
    /// Whether the player was warned that a preset has this name: saving once more replaces it.
    pub replaces: bool,
    /// Whether the field was given the keyboard's focus.
    pub focused: bool,
}
