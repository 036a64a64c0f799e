//! Tools that work on selected bars of the melody or of a part.

use continuo_music::{groove_template::GrooveTemplate, part::Part, quantise::Grid, time::Tick};
use std::{ops::Range, sync::Arc};

/// What stays of the bars that are written again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    #[default]
    Nothing,
    /// When notes begin and end.
    Rhythm,
    /// The pitches, in their order and in their bars.
    Pitches,
}

/// A tool and its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tool {
    /// The melody goes on after the selection and replaces the notes there.
    Extend {
        /// For so many bars, from 1 on.
        bars: u32,
        /// Whether it comes home to the tonic at its end.
        home: bool,
    },
    /// Notes are added to the melody, taken away and moved, as long as that makes it likelier.
    Enhance {
        /// The most notes that are added, 0 to 1000.
        add: u32,
        /// The most notes that are taken away, 0 to 1000.
        remove: u32,
        /// How often something is changed at most, 0 to 1000.
        iterations: u32,
        /// How much is dared, 0 (only what is surely better) to 2.
        risk: f32,
    },
    /// The melody's bars are written again, between what is before and after them.
    Rewrite {
        /// What stays of them.
        keep: Keep,
    },
    /// A new melody in the song's genre and key.
    Generate,
    /// The melody goes in steps from the first selected bars to the last ones.
    Interpolate {
        /// How many bars each end has, and each step between them; from 1 on.
        bars: u32,
    },
    /// Notes move to a grid, which swings where they swing.
    Quantise {
        /// The grid.
        grid: Grid,
        /// How far they move, 0 (not at all) to 1 (onto its lines).
        strength: f32,
    },
    /// Notes are played as a drummer plays.
    Groove {
        /// How much of the drummer there is, 0 to 1.
        amount: f32,
    },
    /// The drums play a part for the rhythm of the selection.
    Drumify,
}

impl Tool {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Extend { .. } => "Extend",
            Self::Enhance { .. } => "Enhance",
            Self::Rewrite { .. } => "Rewrite",
            Self::Generate => "Generate",
            Self::Interpolate { .. } => "Interpolate",
            Self::Quantise { .. } => "Quantise",
            Self::Groove { .. } => "Groove",
            Self::Drumify => "Drumify",
        }
    }

    /// Whether it writes the melody, and nothing else.
    pub const fn writes_melody(&self) -> bool {
        match self {
            Self::Extend { .. }
            | Self::Enhance { .. }
            | Self::Rewrite { .. }
            | Self::Generate
            | Self::Interpolate { .. } => true,
            Self::Quantise { .. } | Self::Groove { .. } | Self::Drumify => false,
        }
    }
}

/// A tool, and what it works on.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolRequest {
    /// The tool.
    pub tool: Tool,
    /// Whole bars.
    pub bars: Range<Tick>,
    /// A part; `None` for the melody.
    pub part: Option<Part>,
    /// Chooses among what the tool could make.
    pub seed: u32,
    /// Whose playing [`Tool::Groove`] takes over; `None` for a drummer's of the genre.
    pub template: Option<Arc<GrooveTemplate>>,
}
