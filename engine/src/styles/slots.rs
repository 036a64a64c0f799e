//! The slots of genres, as the genre parameters count them.

/// How many slots there are for genres. A host stores an automation lane's values as fractions of the whole range, so
/// the number never changes.
pub const SLOTS: u8 = 32;

/// The first slot for the user's own styles; those before are the model's, so that neither moves the other.
pub const FIRST_OWN_SLOT: u8 = 16;
