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

/// The contract of melody networks that this engine supports: see `models/MELODIES.md`.
pub const MELODY_CONTRACT: u32 = 1;
/// The MIDI pitch of a melody network's first symbol.
pub const MELODY_LOWEST: u8 = 36;
/// The pitches that a melody network knows.
pub const MELODY_PITCHES: usize = 61;
/// The symbol of a rest; it comes after the pitches.
pub const REST: u8 = 61;
/// The symbol that stands where there is no event; it is only read.
pub const NO_EVENT: u8 = 62;
/// The symbols that a melody network writes.
pub const MELODY_SYMBOLS: usize = 62;
/// The longest event, in steps of a sixteenth.
pub const LONGEST_EVENT: usize = 32;
/// The numbers of a place in a melody.
pub const MELODY_PLACES: usize = 6;
/// How many bars back a melody network looks at the event that began there.
pub const LOOKBACK: [i64; 4] = [1, 2, 4, 8];
/// The numbers of a chord: its root, its tones, and whether it is known.
pub const CHORD_FEATURES: usize = 25;

/// The contract of drummer networks that this engine supports: see `models/DRUMMER.md`.
pub const DRUMMER_CONTRACT: u32 = 1;
/// The numbers of a step of a tapped rhythm.
pub const DRUM_TAP: usize = 3;
/// The numbers of how a drummer plays.
pub const DRUM_FEEL: usize = 5;
/// The kinds of tapped rhythms: none, all strokes, a bass line.
pub const DRUM_KINDS: usize = 3;

/// The contract of networks over cells that this engine supports: see `models/PHRASES.md`.
pub const CELL_CONTRACT: u32 = 1;
/// Cells of a bar.
pub const CELL_SLOT: usize = 16;
/// Bars that the reviser reads at a time.
pub const REVISED_BARS: usize = 8;
/// Bars of a phrase.
pub const PHRASE_BARS: usize = 4;
/// A cell in which a note sounds on; the pitches come before it.
pub const HOLD: u8 = 61;
/// A silent cell.
pub const SILENCE: u8 = 62;
/// The symbols that networks over cells write.
pub const CELL_SYMBOLS: usize = 63;
/// A cell of which nothing is known; this symbol and those after it are only read.
pub const UNKNOWN_CELL: u8 = 63;
/// A cell in which a note of an unknown pitch begins.
pub const UNKNOWN_PITCH: u8 = 64;
/// What is no cell: the bar has no such step, or the melody no such bar.
pub const ABSENT: u8 = 65;
/// Cells for which a chord holds.
pub const CHORD_CELLS: usize = 8;
/// How many inputs describe the whole besides its genre: major, minor, unknown mode, three beats.
pub const WHOLE_BESIDE_GENRES: usize = 4;
/// How many cells back the phrases' decoder reads.
pub const PHRASE_BACK: [usize; 3] = [1, 16, 32];
