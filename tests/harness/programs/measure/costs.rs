//! How the cost of instances grows: lines of `docs/costs.csv`. The others are measured by the benchmark `costs`.

mod phrases;
mod point;
mod space;

pub use space::{Case, measure as space};

use anyhow::Result;
use point::Point;
use std::path::Path;

/// Measures everything and prints each point when it is there.
pub fn measure(plugin: &Path) -> Result<()> {
    let print = |point: Point| println!("{point}");
    phrases::by_instances(plugin, print)?;
    space::by_song(plugin, print)?;
    space::by_instances(plugin, print)
}
