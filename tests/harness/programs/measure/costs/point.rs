//! What is measured for a picture.

use std::fmt;

/// A point of a picture.
pub struct Point {
    /// The picture.
    pub chart: &'static str,
    /// What was varied.
    pub at: f64,
    /// What was measured, in the picture's unit.
    pub value: f64,
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\",{:.3},{:.3}", self.chart, self.at, self.value)
    }
}
