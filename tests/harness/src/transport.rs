//! The host's transport.

/// What a host tells a plugin about its transport in one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// It rolls.
    pub playing: bool,
    /// Quarter notes a minute.
    pub tempo: f64,
    /// The block's first sample in quarter notes from the song's start.
    pub position: f64,
    /// The same in samples.
    pub sample: i64,
    /// Beats in a bar, and the note value of a beat.
    pub meter: (u16, u16),
    /// The active loop in quarter notes: start, end.
    pub cycle: Option<(f64, f64)>,
}

impl Transport {
    /// Where the bar begins that holds the position, in quarter notes, counted from the song's start.
    pub fn bar_start(&self) -> f64 {
        let bar = f64::from(self.meter.0) * 4.0 / f64::from(self.meter.1);
        (self.position / bar).floor() * bar
    }
}
