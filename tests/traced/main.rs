//! The system calls of the plugin, seen from outside: `strace` records every call of a playing host.
//!
//! Linux only, and only where `strace` is installed and may trace: `cargo xtask test --hosts` provides it and runs these
//! tests, `cargo test` leaves them out. `CONTINUO_TRACED_SECONDS` sets how long the host plays.
#![cfg(target_os = "linux")]

mod audio_thread;
mod files;
mod trace;
