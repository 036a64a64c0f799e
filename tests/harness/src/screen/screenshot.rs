//! Pictures of a screen.

use super::{
    display::Screen,
    error::{ScreenError, failed},
    windows::Place,
};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

/// What the screen showed.
pub struct Screenshot {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green, blue, opacity of each pixel, row by row.
    pub pixels: Vec<u8>,
}

impl Screenshot {
    /// The number of different colours.
    pub fn colours(&self) -> usize {
        let colours: std::collections::HashSet<&[u8]> = self.pixels.chunks_exact(4).collect();
        colours.len()
    }
}

impl Screen {
    /// What the screen shows at a place.
    ///
    /// # Errors
    /// When the rectangle is not on the screen.
    pub fn picture(&self, place: Place) -> Result<Screenshot, ScreenError> {
        let Place { x, y, width, height } = place;
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, u32::MAX)
            .map_err(failed)?
            .reply()
            .map_err(failed)?;
        let pixels = image.data.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0], 255]).collect();
        Ok(Screenshot { width: width.into(), height: height.into(), pixels })
    }
}
