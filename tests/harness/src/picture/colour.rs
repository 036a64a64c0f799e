//! Colours that colour-blind people can tell apart on a dark ground: Okabe and Ito's palette (2008), lightened where the
//! ground needs it.

use continuo_music::part::Part;

pub const BACKGROUND: &str = "#12151c";
pub const ROLL: &str = "#1a1e28";
pub const BLACK_KEYS: &str = "#161a22";
pub const BAR_LINE: &str = "#515a6b";
pub const BEAT_LINE: &str = "#272d3a";
pub const BRIGHT: &str = "#f2f4f8";
pub const QUIET: &str = "#a9b2c3";

/// The colour of a part, or of the melody.
pub const fn of(part: Option<Part>) -> &'static str {
    match part {
        None => "#fdf6e3",
        Some(Part::Drums) => "#ff8a5c",
        Some(Part::Bass) => "#56b4e9",
        Some(Part::Chords) => "#6ee08a",
        Some(Part::Strings) => "#d38fc0",
        Some(Part::Counter) => "#f0b429",
    }
}
