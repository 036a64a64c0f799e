//! Swing: of each pair of eighths or sixteenths, the first lasts longer than the second.
//!
//! [`SwingMap`] tells from a melody by how much it swings, place by place; [`SwingGrid`] moves notes from swung to straight
//! time and back.

mod grid;
mod map;

pub use {grid::SwingGrid, map::SwingMap};

use crate::{
    meter::Meter,
    time::{TICKS_PER_QUARTER, Tick},
};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// Straight: both notes of a pair last as long.
pub const STRAIGHT: u8 = 50;

/// The largest swing: the first note of a pair lasts three times as long as the second.
pub const MOST_SWING: u8 = 75;

/// Swings that differ by no more than this, in percent, are heard as the same.
const ALIKE: u8 = 3;

/// Which notes swing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Pairs of eighths: shuffles, jazz, twelve eighths written in 4/4.
    Eighths,
    /// Pairs of sixteenths: funk, hip-hop.
    Sixteenths,
}

impl Level {
    /// The level that swings where no melody shows it: a pair of eighths is no beat of 6/8.
    pub const fn usual(meter: Meter) -> Self {
        if meter.denominator <= 4 { Self::Eighths } else { Self::Sixteenths }
    }

    /// Ticks of a pair of notes.
    pub const fn pair(self) -> Tick {
        match self {
            Self::Eighths => TICKS_PER_QUARTER,
            Self::Sixteenths => TICKS_PER_QUARTER / 2,
        }
    }

    /// Whether pairs of this level are beats, or parts of beats, in a meter.
    const fn fits(self, meter: Meter) -> bool {
        meter.denominator <= 4 || matches!(self, Self::Sixteenths)
    }
}

/// By how much which notes swing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Swing {
    /// Which notes swing.
    pub level: Level,
    /// How much of a pair its first note takes, in percent: more than [`STRAIGHT`], at most [`MOST_SWING`]; 67 is exactly
    /// two thirds.
    pub percent: u8,
}

impl Display for Swing {
    /// Such as `eighths 60 %`.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Eighths => "eighths",
            Level::Sixteenths => "sixteenths",
        };
        write!(formatter, "{level} {} %", self.percent)
    }
}

impl Swing {
    /// A swing in its range; `None` if it is straight.
    pub fn new(level: Level, percent: u8) -> Option<Self> {
        (percent > STRAIGHT).then(|| Self { level, percent: percent.min(MOST_SWING) })
    }

    /// Where the second note of a pair begins, in ticks after the first.
    pub const fn second(self) -> Tick {
        let pair = self.level.pair();
        match self.percent {
            67 => pair * 2 / 3,
            percent => (pair * percent as Tick + 50) / 100,
        }
    }

    /// Whether nobody hears the difference between two swings.
    pub fn is_like(left: Option<Self>, right: Option<Self>) -> bool {
        match (left, right) {
            (Some(left), Some(right)) => left.level == right.level && left.percent.abs_diff(right.percent) <= ALIKE,
            (None, None) => true,
            _ => false,
        }
    }
}

/// How the melody swings, and how the band is to swing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Feel {
    /// The melody's swing; `None` if it is straight, or to be taken as it is.
    pub melody: Option<Swing>,
    /// The band's swing; `None` to play what the network writes.
    pub band: Option<Swing>,
}

impl Feel {
    /// The feel where the player chose so many percent, or leaves it to the melody, in which a swing was `found`.
    pub fn of(chosen: Option<u8>, found: Option<Swing>, meter: Meter) -> Self {
        match chosen {
            None => Self { melody: found, band: found },
            Some(percent) => {
                let level = found.map_or(Level::usual(meter), |found| found.level);
                let band = Swing::new(level, percent);
                Self { melody: found.filter(|_| band.is_some()), band }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_player_or_the_melody_chooses() {
        let found = Swing::new(Level::Sixteenths, 58);
        let feel = |chosen, found| Feel::of(chosen, found, Meter::COMMON);
        assert_eq!(feel(None, None), Feel::default());
        assert_eq!(feel(None, found), Feel { melody: found, band: found });
        assert_eq!(feel(Some(50), found), Feel::default(), "at 50 % everything stays as it is");
        assert_eq!(feel(Some(62), None), Feel { melody: None, band: Swing::new(Level::Eighths, 62) });
        assert_eq!(feel(Some(62), found), Feel { melody: found, band: Swing::new(Level::Sixteenths, 62) });
        let in_six = Feel::of(Some(62), None, Meter { numerator: 6, denominator: 8 });
        assert_eq!(in_six.band, Swing::new(Level::Sixteenths, 62));
    }

    #[test]
    fn small_differences_are_not_heard() {
        let swing = |percent| Swing::new(Level::Eighths, percent);
        assert!(Swing::is_like(swing(60), swing(63)) && Swing::is_like(None, None));
        assert!(!Swing::is_like(swing(60), swing(64)) && !Swing::is_like(None, swing(54)));
        assert!(!Swing::is_like(swing(60), Swing::new(Level::Sixteenths, 60)));
        assert_eq!(swing(67).map(Swing::second), Some(640));
        assert_eq!(swing(90).map(|swing| swing.percent), Some(75));
    }
}
