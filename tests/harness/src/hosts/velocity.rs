//! Velocities: MIDI's 1 to 127, and 0 to 1 in the plugin formats.

/// The MIDI velocity of a format's velocity; at least 1, since 0 would be a note-off.
pub(super) fn to_midi(velocity: f64) -> u8 {
    (velocity * 127.0).round().clamp(1.0, 127.0) as u8
}
