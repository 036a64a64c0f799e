//! The connection to a screen.

use super::error::{ScreenError, failed};
use std::{thread, time::Duration};
use x11rb::{
    connection::Connection,
    protocol::{xproto::Window, xtest::ConnectionExt as _},
    rust_connection::RustConnection,
};

/// A pause in which a window notices one event before the next, as a hand makes it.
const HAND: Duration = Duration::from_millis(30);

/// The kinds of events of the X test extension.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Input {
    KeyPress = 2,
    KeyRelease = 3,
    ButtonPress = 4,
    ButtonRelease = 5,
    Motion = 6,
}

/// A screen that the test sees and acts on.
pub struct Screen {
    pub(super) connection: RustConnection,
    pub(super) root: Window,
}

impl Screen {
    /// The screen that `DISPLAY` names.
    ///
    /// # Errors
    /// When there is no such screen.
    pub fn open() -> Result<Self, ScreenError> {
        let (connection, screen) = RustConnection::connect(None).map_err(failed)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    /// The whole screen as a window.
    pub fn root(&self) -> u32 {
        self.root
    }

    /// Makes an event as if a hand had made it.
    pub(super) fn fake(&self, kind: Input, detail: u8, x: i32, y: i32) -> Result<(), ScreenError> {
        self.connection
            .xtest_fake_input(kind as u8, detail, x11rb::CURRENT_TIME, self.root, x as i16, y as i16, 0)
            .map_err(failed)?
            .check()
            .map_err(failed)?;
        thread::sleep(HAND);
        Ok(())
    }
}
