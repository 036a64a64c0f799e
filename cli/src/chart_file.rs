//! Files with chord charts.

use crate::failure::Failure;
use std::{fs, path::Path};

/// The largest chart that is read: far more than any song has.
const LARGEST_CHART: u64 = 1 << 20;

/// The text of a chart.
pub fn read(path: &Path) -> Result<String, Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::input(&format_args!("{}: {error}", path.display()));
    let size = fs::metadata(path).map_err(|error| failure(&error))?.len();
    if size > LARGEST_CHART {
        return Err(failure(&"too large for a chord chart, which is a text file"));
    }
    let bytes = fs::read(path).map_err(|error| failure(&error))?;
    String::from_utf8(bytes).map_err(|_| failure(&"this is not text in UTF-8; a chord chart is a text file"))
}
