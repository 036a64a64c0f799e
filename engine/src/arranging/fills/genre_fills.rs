//! What a table of drummers' fills is made of.

/// A stroke of a drummer's fill.
pub struct Stroke {
    /// The sixteenth of the bar.
    pub step: u8,
    /// The model's drum voice.
    pub voice: u8,
    /// MIDI velocity.
    pub velocity: u8,
    /// Hundredths of a sixteenth; later is positive.
    pub timing: i8,
}

/// What drummers of a genre do at the end of a section.
pub struct GenreFills {
    /// The model's genre.
    pub genre: &'static str,
    /// How often a cymbal ends a fill.
    pub cymbal: f32,
    /// The fills, each its strokes.
    pub fills: &'static [&'static [Stroke]],
}
