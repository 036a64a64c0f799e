//! The picture's colours.

use continuo_music::part::{MELODY_COLOUR, Part};

pub const BACKGROUND: &str = "#12151c";
pub const ROLL: &str = "#1a1e28";
pub const BLACK_KEYS: &str = "#161a22";
pub const BAR_LINE: &str = "#515a6b";
pub const BEAT_LINE: &str = "#272d3a";
pub const BRIGHT: &str = "#f2f4f8";
pub const QUIET: &str = "#a9b2c3";

/// The colour of a part, or of the melody.
pub fn of(part: Option<Part>) -> String {
    let [red, green, blue] = part.map_or(MELODY_COLOUR, Part::colour);
    format!("#{red:02x}{green:02x}{blue:02x}")
}
