//! Runs the built commands that work on the notes of a file.

mod drums;
mod extend;
mod files;
mod melodies;
mod parts;
mod quantise;
