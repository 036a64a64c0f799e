//! The settings of the tools, while the window is open.

use super::network_choice::NetworkChoice;
use continuo_engine::{composer::ToolStatus, melodies::Keep};
use continuo_music::groove_template::GrooveTemplate;
use std::sync::Arc;

/// The grids that are offered, as they are written.
pub const GRIDS: [&str; 6] = ["1/4", "1/8", "1/16", "1/32", "1/8t", "1/16t"];

/// What may stay of bars that are rewritten, and how it is called.
pub const KEPT: [(Keep, &str); 3] =
    [(Keep::Nothing, "all of it"), (Keep::Rhythm, "new notes, same rhythm"), (Keep::Pitches, "new rhythm, same notes")];

/// The settings of the tools. Owned by the editor's thread.
#[derive(Debug)]
pub struct ToolsMenu {
    /// For how many bars the melody goes on.
    pub bars: u32,
    /// Whether it comes home.
    pub home: bool,
    /// What goes on with it, and what plays Lead.
    pub network: NetworkChoice,
    /// The most notes that are added to make a melody better.
    pub add: u32,
    /// The most notes that are taken away for that.
    pub remove: u32,
    /// How often something is changed at most.
    pub iterations: u32,
    /// How much is dared, in percent up to 200.
    pub risk: u32,
    /// What stays of bars that are rewritten, an index into [`KEPT`].
    pub kept: usize,
    /// How many bars each end of the way between two melodies has.
    pub ends: u32,
    /// The grid, an index into [`GRIDS`].
    pub grid: usize,
    /// How far notes move to it, in percent.
    pub strength: u32,
    /// How much of a drummer there is, in percent.
    pub amount: u32,
    /// Whose groove notes take over, with its file's name; `None` for a drummer's of the genre.
    pub template: Option<(String, Arc<GrooveTemplate>)>,
    /// Whether the player wants to choose another.
    pub choosing_template: bool,
    /// How often a tool was asked for: each time it may make something else.
    pub asked: u32,
    /// What was said of a tool last.
    pub seen: Option<ToolStatus>,
}

impl Default for ToolsMenu {
    fn default() -> Self {
        Self {
            bars: 4,
            home: true,
            network: NetworkChoice::default(),
            add: 8,
            remove: 8,
            iterations: 100,
            risk: 50,
            kept: 0,
            ends: 2,
            grid: 2,
            strength: 100,
            amount: 100,
            template: None,
            choosing_template: false,
            asked: 0,
            seen: None,
        }
    }
}
