//! Tools that work on selected bars of the melody or of a part.

use continuo_music::{part::Part, quantise::Grid, time::Tick};
use std::ops::Range;

/// A tool and its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tool {
    /// The melody goes on after the selection, in place of what is there.
    Extend {
        /// For so many bars, from 1 on.
        bars: u32,
        /// Whether it comes home to the tonic at its end.
        home: bool,
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
            Self::Quantise { .. } => "Quantise",
            Self::Groove { .. } => "Groove",
            Self::Drumify => "Drumify",
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
}
