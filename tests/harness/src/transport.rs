//! The host's transport.

/// The transport that a host gives a plugin with a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// It rolls.
    pub playing: bool,
    /// It rolls through a pre-roll. CLAP only.
    pub pre_roll: bool,
    /// Quarter notes a minute.
    pub tempo: f64,
    /// The start of the block in quarter notes from the song's start.
    pub position: f64,
    /// The same in samples.
    pub sample: i64,
    /// Beats in a bar, and the note value of a beat.
    pub meter: (u16, u16),
    /// From where bars of this meter are counted, in quarter notes: 0, or behind bars of another length.
    pub bars_from: f64,
    /// The active loop in quarter notes: start, end.
    pub cycle: Option<(f64, f64)>,
}

impl Transport {
    /// The transport of a new project: it stands at the song's start, at 120 beats a minute.
    pub const STOPPED: Self = Self {
        playing: false,
        pre_roll: false,
        tempo: 120.0,
        position: 0.0,
        sample: 0,
        meter: (4, 4),
        bars_from: 0.0,
        cycle: None,
    };

    /// The same transport, rolling.
    pub const ROLLING: Self = Self { playing: true, ..Self::STOPPED };

    /// Moves on by a block if it rolls. Where it was in front of the loop's end and has passed it, it goes back.
    pub fn advance(&mut self, frames: u32, sample_rate: f64) {
        if !self.playing {
            return;
        }
        let before = self.position;
        self.position += f64::from(frames) / sample_rate * self.tempo / 60.0;
        self.sample += i64::from(frames);
        if let Some((start, end)) = self.cycle
            && before < end
            && self.position >= end
        {
            self.position = start + (self.position - end) % (end - start);
        }
    }

    /// The start of the bar that holds the position, in quarter notes from the song's start.
    pub fn bar_start(&self) -> f64 {
        let bar = f64::from(self.meter.0) * 4.0 / f64::from(self.meter.1);
        self.bars_from + ((self.position - self.bars_from) / bar).floor() * bar
    }
}
