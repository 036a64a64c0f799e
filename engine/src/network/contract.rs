//! The constants of the contract between networks and engine: see `models/README.md`.

/// The newest contract that this engine supports; it supports the older ones too.
pub const CONTRACT: u32 = 3;
/// Steps in a window.
pub const STEPS: usize = 64;
/// Pitches in a plane.
pub const PITCHES: usize = 84;
/// MIDI pitch of a plane's first row.
pub const LOWEST_PITCH: u8 = 24;
/// Voices of the drum planes.
pub const DRUM_VOICES: usize = 12;
/// Slots of the chord plan: half bars of 4/4, or bars of 3/4 (the first four slots).
pub const CHORD_SLOTS: usize = 8;
/// The longest style or noise vector that is accepted; keeps a malicious file from exhausting the memory.
pub const LARGEST_VECTOR: usize = 4096;
/// The longest encoding of a window that is accepted, for the same reason.
pub const LARGEST_ENCODING: usize = 1 << 20;
/// Cells of one plane.
pub const PLANE: usize = STEPS * PITCHES;
