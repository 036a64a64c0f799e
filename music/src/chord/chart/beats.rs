//! Exact numbers of beats.

use std::{cmp::Ordering, fmt};

/// A number of beats, 0 or more, as a fraction in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Beats {
    numerator: u32,
    denominator: u32,
}

impl Beats {
    /// No beat.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// A fraction; a denominator of 0 counts as 1.
    pub const fn new(numerator: u32, denominator: u32) -> Self {
        let denominator = if denominator == 0 { 1 } else { denominator };
        let common = greatest_common_divisor(numerator, denominator);
        Self { numerator: numerator / common, denominator: denominator / common }
    }

    /// Above the line, in lowest terms.
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// Below the line, in lowest terms; at least 1.
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// As a decimal number.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// Both together; [`u32::MAX`] beats at most.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (a, b) = (u128::from(self.numerator), u128::from(other.numerator));
        let (below_a, below_b) = (u128::from(self.denominator), u128::from(other.denominator));
        let (mut numerator, mut denominator) = (a * below_b + b * below_a, below_a * below_b);
        let (mut left, mut right) = (numerator, denominator);
        while right != 0 {
            (left, right) = (right, left % right);
        }
        (numerator, denominator) = (numerator / left, denominator / left);
        match (u32::try_from(numerator), u32::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => Self { numerator, denominator },
            _ => Self::new(u32::MAX, 1),
        }
    }
}

const fn greatest_common_divisor(mut left: u32, mut right: u32) -> u32 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    if left == 0 { 1 } else { left }
}

impl PartialOrd for Beats {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Beats {
    fn cmp(&self, other: &Self) -> Ordering {
        let across = |a: u32, b: u32| u64::from(a) * u64::from(b);
        across(self.numerator, other.denominator).cmp(&across(other.numerator, self.denominator))
    }
}

impl fmt::Display for Beats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(formatter, "{}", self.numerator),
            denominator => write!(formatter, "{}/{denominator}", self.numerator),
        }
    }
}
