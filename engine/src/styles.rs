//! Styles: genres of the model, mixes of two, and the user's own.
//!
//! The user's own styles are read from MIDI files ([`read_style`]), kept in the data folder ([`StyleFolder`]), and put
//! on a [`Shelf`] together with those of the project.

mod ensemble;
mod folder;
mod own;
mod reading;
mod shelf;
mod slots;
mod style;

pub(crate) use folder::Stamp;
pub use folder::{Listing, StyleFolder, StyleFolderError};
pub(crate) use own::SavedStyle;
pub use own::{OwnStyle, StyleFileError};
pub use reading::{FileFault, ReadStyleError, StyleReading, read_style};
pub use shelf::Shelf;
pub use slots::{FIRST_OWN_SLOT, SLOTS};
pub use style::Style;
