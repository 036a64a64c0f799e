//! The commands that work on the notes of a file and write it again with everything else that it holds.

pub mod drumify;
pub mod extend;
mod file;
pub mod groove;
pub mod quantise;
