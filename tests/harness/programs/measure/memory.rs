//! How much memory this process has for itself.

use anyhow::{Context, Result};
use continuo_harness::process;
use std::{
    thread,
    time::{Duration, Instant},
};

/// Memory once it has stopped growing, in megabytes: models load in the background.
pub fn settled() -> Result<f64> {
    const QUIET: Duration = Duration::from_secs(2);
    let mut last = private()?;
    let mut changed = Instant::now();
    while changed.elapsed() < QUIET {
        thread::sleep(Duration::from_millis(50));
        let now = private()?;
        if (now - last).abs() > 0.25 {
            changed = Instant::now();
        }
        last = now;
    }
    Ok(last)
}

/// Memory at this moment, in megabytes.
pub fn private() -> Result<f64> {
    Ok(process::private_kilobytes().context("memory is only measured on Linux")? / 1000.0)
}
