//! Long and hard: hours of playing at many times real time, and instances that come and go.
//!
//! Left out of `cargo test`; `cargo xtask test --hosts soak` runs them. How long is set by `CONTINUO_SOAK_HOURS`: hours
//! of music, of all instances together. A few minutes unless set.

#[path = "plugin/built.rs"]
#[allow(dead_code, reason = "another test program uses all of it")]
mod built;
#[cfg(target_os = "linux")]
#[path = "plugin/child.rs"]
mod child;
#[path = "endurance/coming_and_going.rs"]
mod coming_and_going;
#[cfg(target_os = "linux")]
#[path = "endurance/editing.rs"]
mod editing;
#[path = "endurance/process.rs"]
mod process;
#[path = "endurance/soak.rs"]
mod soak;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The part of the report that these tests fill.
const PART: &str = "soak";

/// These tests look at the whole process: one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
