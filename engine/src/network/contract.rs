//! The constants of the contract between networks and engine: see `models/README.md`.

/// The newest contract that this engine supports; it supports the older ones too.
pub const CONTRACT: u32 = 2;
/// Steps in a window.
pub const STEPS: usize = 64;
/// Pitches in a plane.
pub const PITCHES: usize = 84;
/// MIDI pitch of a plane's first row.
pub const LOWEST_PITCH: u8 = 24;
/// Voices of the drum planes.
pub const DRUM_VOICES: usize = 12;
/// The longest style or noise vector that is accepted; keeps a malicious file from exhausting the memory.
pub const LARGEST_VECTOR: usize = 4096;
/// Cells of one plane.
pub const PLANE: usize = STEPS * PITCHES;
