//! Continuo for Windows does what Continuo for Linux does. The programs and plugins for Windows run under Wine, and so does
//! this program's own Windows build, whose hosts load the plugins. `cargo xtask test --hosts windows` builds all that and
//! runs these tests; `cargo test` leaves them out.

mod plays;

#[cfg(target_os = "linux")]
mod arranging;
#[cfg(target_os = "linux")]
mod installation;
#[cfg(target_os = "linux")]
mod playing;
#[cfg(target_os = "linux")]
mod window;
#[cfg(target_os = "linux")]
mod wine;
