//! Long and hard: hours of playing at many times real time, and instances that come and go.
//!
//! Left out of `cargo test`; `cargo xtask test --hosts soak` runs them. How long is set by `CONTINUO_SOAK_HOURS`: hours
//! of music, of all instances together. A few minutes unless set.

mod coming_and_going;
#[cfg(target_os = "linux")]
mod editing;
mod process;
mod soak;

use continuo_harness::built;
#[cfg(target_os = "linux")]
use continuo_harness::child;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The part of the report that these tests fill.
const PART: &str = "soak";

/// These tests look at the whole process: one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
