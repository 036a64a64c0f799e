//! What the audio thread plays on.

use continuo_sounds::{Limiter, Player};

/// A player and its limiter for one sample rate. Made by the loader's thread, played by the audio thread, and freed by
/// whoever is not the audio thread.
pub struct Instruments {
    /// Plays.
    pub player: Player,
    /// Keeps it below full scale.
    pub limiter: Limiter,
    /// Samples a second.
    pub sample_rate: f64,
}

impl Instruments {
    /// Instruments of a player that plays at a sample rate in Hz.
    pub fn new(player: Player, sample_rate: f64) -> Self {
        Self { player, limiter: Limiter::new(sample_rate), sample_rate }
    }
}
