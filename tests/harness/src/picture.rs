//! A piano roll of the melody and its ensemble, as a PNG to look at.

mod colour;
mod song_picture;
mod svg;
mod system;
mod voice;

#[cfg(test)]
mod tests;

pub use {song_picture::SongPicture, voice::Voice};
