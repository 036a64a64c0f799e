//! The slots of genres: the values of the genre parameters.

/// How many slots there are for genres. It never changes, since hosts store the values of an automation lane as
/// fractions of the whole range.
pub const SLOTS: u8 = 32;

/// The first slot for the user's own styles. The slots before it are the model's, so neither kind moves the other.
pub const FIRST_OWN_SLOT: u8 = 16;
