//! The settings of the tools, while the window is open.

use continuo_engine::composer::ToolStatus;

/// The grids that are offered, as they are written.
pub const GRIDS: [&str; 6] = ["1/4", "1/8", "1/16", "1/32", "1/8t", "1/16t"];

/// The settings of the tools. Owned by the editor's thread.
#[derive(Debug)]
pub struct ToolsMenu {
    /// For how many bars the melody goes on.
    pub bars: u32,
    /// Whether it comes home.
    pub home: bool,
    /// The grid, an index into [`GRIDS`].
    pub grid: usize,
    /// How far notes move to it, in percent.
    pub strength: u32,
    /// How much of a drummer there is, in percent.
    pub amount: u32,
    /// How often a tool was asked for: each time it may make something else.
    pub asked: u32,
    /// What was said of a tool last.
    pub seen: Option<ToolStatus>,
}

impl Default for ToolsMenu {
    fn default() -> Self {
        Self { bars: 4, home: true, grid: 2, strength: 100, amount: 100, asked: 0, seen: None }
    }
}
