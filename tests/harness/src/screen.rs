//! A screen of its own for tests with the real window: an X server without a monitor, a mouse and a keyboard that the X
//! test extension moves, and pictures of what the screen shows.

mod display;
mod dragging;
mod error;
mod mouse;
mod screenshot;
mod server;
mod typing;
mod windows;

pub use {display::Screen, error::ScreenError, screenshot::Screenshot, server::XServer, typing::Key, windows::Place};

/// What the window on a screen without a monitor needs, as Debian calls it.
pub const NEEDED: &str = "xvfb libgl1 libegl1 libgl1-mesa-dri libx11-xcb1 libxkbcommon-x11-0";
