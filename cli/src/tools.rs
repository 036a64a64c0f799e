//! The commands that work on the notes of a file and write it again with everything else that it holds.

mod file;
pub mod quantise;
