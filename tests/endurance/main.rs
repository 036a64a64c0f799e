//! Long and hard: hours of playing at many times real time, and instances that come and go.
//!
//! `cargo test` leaves these out; `cargo xtask test --hosts soak` runs them. `CONTINUO_SOAK_HOURS` sets how long: hours of
//! music, of all instances together. Without it they take a few minutes.

mod clip;
mod coming_and_going;
#[cfg(target_os = "linux")]
mod editing;
mod soak;

use std::{
    env,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The part of the report that these tests fill.
const PART: &str = "soak";

/// Hours of music that the soak plays, of all instances together.
fn soak_hours() -> f64 {
    env::var("CONTINUO_SOAK_HOURS").ok().and_then(|text| text.parse().ok()).unwrap_or(0.1)
}

/// These tests measure the whole process, so only one may run at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
