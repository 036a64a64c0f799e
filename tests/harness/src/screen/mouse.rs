//! The mouse.

use super::{
    display::{Input, Screen},
    error::ScreenError,
};

impl Screen {
    /// Moves the mouse.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn point(&self, x: i32, y: i32) -> Result<(), ScreenError> {
        self.fake(Input::Motion, 0, x, y)
    }

    /// Presses the left button.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn press(&self) -> Result<(), ScreenError> {
        self.fake(Input::ButtonPress, 1, 0, 0)
    }

    /// Releases the left button.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn release(&self) -> Result<(), ScreenError> {
        self.fake(Input::ButtonRelease, 1, 0, 0)
    }

    /// Clicks with the left button.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn click(&self, x: i32, y: i32) -> Result<(), ScreenError> {
        self.point(x, y)?;
        self.press()?;
        self.release()
    }

    /// Clicks with the right button.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn click_right(&self, x: i32, y: i32) -> Result<(), ScreenError> {
        self.point(x, y)?;
        self.fake(Input::ButtonPress, 3, 0, 0)?;
        self.fake(Input::ButtonRelease, 3, 0, 0)
    }

    /// Turns the wheel by notches, up if positive.
    ///
    /// # Errors
    /// When the connection broke.
    pub fn wheel(&self, x: i32, y: i32, notches: i32) -> Result<(), ScreenError> {
        self.point(x, y)?;
        let button = if notches > 0 { 4 } else { 5 };
        for _ in 0..notches.abs() {
            self.fake(Input::ButtonPress, button, 0, 0)?;
            self.fake(Input::ButtonRelease, button, 0, 0)?;
        }
        Ok(())
    }
}
