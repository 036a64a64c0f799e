//! What the sections' lane remembers between frames.

use continuo_music::{sections::Section, time::Tick};
use egui::Pos2;
use std::ops::Range;

/// What the player is doing on the sections' lane.
#[derive(Default)]
pub struct SectionLane {
    /// The drag in progress.
    pub drag: Option<SectionDrag>,
    /// The open menu.
    pub menu: Option<SectionMenu>,
    /// The section that was copied.
    pub copied: Option<Section>,
}

/// A drag on the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionDrag {
    /// Of a border, from where it is to the pointer.
    Border {
        /// The border.
        from: Tick,
        /// The tick at the pointer.
        to: Tick,
    },
    /// Over bars, from where it began to the pointer.
    Bars {
        /// The tick where it began.
        from: Tick,
        /// The tick at the pointer.
        to: Tick,
    },
}

/// The menu of a section, or of bars that become one.
pub struct SectionMenu {
    /// Its bars.
    pub stretch: Range<Tick>,
    /// Where the menu opens, in points.
    pub at: Pos2,
    /// The name that is being typed.
    pub name: String,
    /// Whether the keyboard's focus goes into it.
    pub takes_focus: bool,
}
