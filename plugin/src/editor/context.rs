//! What panels act through.

use crate::process::wiring::Wiring;
use nice_plug::{context::gui::GuiContext, prelude::PluginApi};
use std::sync::atomic::Ordering::Relaxed;

/// The way from the panels to the host and to the rest of the plugin. `gesture.rs` moves parameters through it.
pub struct EditorContext<'a> {
    /// The way to the host. `None` only in tests of single widgets, and while the window closes.
    pub gui: Option<&'a GuiContext>,
    /// What the editor shares with the other threads.
    pub wiring: &'a Wiring,
}

impl EditorContext<'_> {
    /// Whether this plugin has sounds; the note effect has none.
    pub fn is_heard(&self) -> bool {
        self.wiring.is_heard.load(Relaxed)
    }

    /// Whether the plugin runs as the standalone program, without a host.
    pub fn is_standalone(&self) -> bool {
        self.gui.is_some_and(|gui| gui.plugin_api() == PluginApi::Standalone)
    }
}
