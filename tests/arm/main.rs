//! Continuo for Linux on ARM, run by QEMU, chooses the notes that it chooses on x86-64. `cargo xtask test --hosts arm`
//! builds both and runs these tests; `cargo test` leaves them out.
#![cfg(target_os = "linux")]

mod arranging;
mod choices;
mod processor;
