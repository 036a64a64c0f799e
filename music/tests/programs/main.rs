//! What is written here, opened by the programs that it is for. `cargo test` leaves these tests out, since the programs may
//! not be installed; `cargo xtask test --hosts ardour` installs them where it may and runs these.
#![cfg(target_os = "linux")]

mod ardour;
mod musescore;
