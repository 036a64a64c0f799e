//! Sound in memory.

/// Sound in stereo; full scale is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Stereo {
    /// Samples a second.
    pub sample_rate: u32,
    /// The left side.
    pub left: Vec<f32>,
    /// The right side, as long as the left.
    pub right: Vec<f32>,
}

impl Stereo {
    /// Multiplies it by a factor.
    pub fn amplify(&mut self, gain: f32) {
        self.left.iter_mut().chain(&mut self.right).for_each(|sample| *sample *= gain);
    }

    /// The highest magnitude.
    pub fn peak(&self) -> f32 {
        self.left.iter().chain(&self.right).fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> f64 {
        self.left.len() as f64 / f64::from(self.sample_rate)
    }
}
