//! What the plugin asks of the system, seen from outside: every call of a playing host is written down by `strace`.
//!
//! Linux only, and only where `strace` is installed and may trace: `cargo xtask test --hosts` sees to that and runs
//! these tests, `cargo test` leaves them out. `CONTINUO_TRACED_SECONDS` says how long is played.
#![cfg(target_os = "linux")]

mod audio_thread;
mod files;
mod trace;

use continuo_harness::built;
