//! The distance between a grid's lines.

use crate::time::{TICKS_PER_QUARTER, Tick};
use std::{fmt, str::FromStr};

/// The distance between a grid's lines: a note value, or a third of the next longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grid {
    /// 1, 2, 4, 8, 16, 32 or 64.
    value: u8,
    triplet: bool,
}

/// No grid has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a note value such as 1/8, 1/16 or 1/32, or 1/8t for triplets")]
pub struct GridError;

impl Grid {
    /// Sixteenths.
    pub const SIXTEENTHS: Self = Self { value: 16, triplet: false };

    /// Ticks from line to line.
    pub const fn ticks(self) -> Tick {
        let straight = 4 * TICKS_PER_QUARTER / self.value as Tick;
        if self.triplet { straight * 2 / 3 } else { straight }
    }

    /// Whether three lines take the time of two of its note value.
    pub const fn is_triplet(self) -> bool {
        self.triplet
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1/{}{}", self.value, if self.triplet { "t" } else { "" })
    }
}

impl FromStr for Grid {
    type Err = GridError;

    fn from_str(text: &str) -> Result<Self, GridError> {
        let lower = text.trim().to_ascii_lowercase();
        let (number, triplet) = lower.strip_suffix('t').map_or((lower.as_str(), false), |number| (number, true));
        let value: u8 = number.strip_prefix("1/").and_then(|value| value.parse().ok()).ok_or(GridError)?;
        // A triplet of sixty-fourths is no whole number of ticks in every bar.
        let shortest = if triplet { 32 } else { 64 };
        (value.is_power_of_two() && value <= shortest).then_some(Self { value, triplet }).ok_or(GridError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_read_and_shown_as_note_values() {
        for (text, ticks) in [("1/4", 960), ("1/16", 240), ("1/8t", 320), ("1/16T", 160), ("1/32t", 80), ("1/1", 3840)]
        {
            let grid: Grid = text.parse().expect(text);
            assert_eq!((grid.ticks(), grid.to_string()), (ticks, text.to_lowercase()));
        }
        for text in ["", "16", "1/3", "1/0", "1/128", "1/64t", "1/-8", "2/8", "1/8d"] {
            assert_eq!(text.parse::<Grid>(), Err(GridError), "{text}");
        }
        assert_eq!(Grid::SIXTEENTHS.to_string(), "1/16");
    }
}
