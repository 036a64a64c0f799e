//! What depends on the operating system and on the window library.

#[cfg(target_os = "linux")]
pub mod blank_window;
#[cfg(feature = "probe")]
pub mod control_report;
pub mod drag_and_drop;
pub mod drag_event;
pub mod host_size;
pub mod open_window;
pub mod system_dialog;
pub mod window_thread;
#[cfg(target_os = "linux")]
pub mod xdnd;
