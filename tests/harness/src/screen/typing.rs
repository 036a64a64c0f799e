//! The keyboard.

use super::{
    display::{Input, Screen},
    error::{ScreenError, failed},
};
use x11rb::{connection::Connection as _, protocol::xproto::ConnectionExt as _};

/// Keys that write no letter, with their numbers in X.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Key {
    /// Return.
    Enter = 0xff0d,
    /// Escape.
    Escape = 0xff1b,
    /// Control, left.
    Control = 0xffe3,
    /// Shift, left.
    Shift = 0xffe1,
    /// Tabulator.
    Tab = 0xff09,
    /// Arrow up.
    Up = 0xff52,
    /// Delete.
    Delete = 0xffff,
}

impl Screen {
    /// Presses and releases a key.
    ///
    /// # Errors
    /// When the keyboard has no such key.
    pub fn key(&self, key: Key) -> Result<(), ScreenError> {
        let (code, _) = self.code(key as u32)?;
        self.stroke(code, false)
    }

    /// Presses a letter together with Control.
    ///
    /// # Errors
    /// When the keyboard has no such key.
    pub fn control(&self, letter: char) -> Result<(), ScreenError> {
        let (held, _) = self.code(Key::Control as u32)?;
        let (code, _) = self.code(u32::from(letter))?;
        self.fake(Input::KeyPress, held, 0, 0)?;
        self.stroke(code, false)?;
        self.fake(Input::KeyRelease, held, 0, 0)
    }

    /// Types a text of letters, digits and the characters of a path.
    ///
    /// # Errors
    /// When the keyboard has no such key.
    pub fn write(&self, text: &str) -> Result<(), ScreenError> {
        for letter in text.chars() {
            // In X, Latin letters have their own numbers.
            let (code, shifted) = self.code(u32::from(letter))?;
            self.stroke(code, shifted)?;
        }
        Ok(())
    }

    fn stroke(&self, code: u8, shifted: bool) -> Result<(), ScreenError> {
        let (shift, _) = self.code(Key::Shift as u32)?;
        if shifted {
            self.fake(Input::KeyPress, shift, 0, 0)?;
        }
        self.fake(Input::KeyPress, code, 0, 0)?;
        self.fake(Input::KeyRelease, code, 0, 0)?;
        if shifted {
            self.fake(Input::KeyRelease, shift, 0, 0)?;
        }
        Ok(())
    }

    /// The key that writes a symbol, and whether it needs Shift.
    fn code(&self, symbol: u32) -> Result<(u8, bool), ScreenError> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let keys =
            self.connection.get_keyboard_mapping(first, last - first + 1).map_err(failed)?.reply().map_err(failed)?;
        let rows = keys.keysyms.chunks(usize::from(keys.keysyms_per_keycode).max(1));
        let places = rows.enumerate().flat_map(|(row, symbols)| {
            symbols.iter().take(2).enumerate().map(move |(column, &found)| (row, column, found))
        });
        let mut places = places.filter(|&(.., found)| found == symbol);
        let (row, column, _) =
            places.next().ok_or_else(|| failed(std::io::Error::other(format!("no key for {symbol:#x}"))))?;
        Ok((first + row as u8, column == 1))
    }
}
