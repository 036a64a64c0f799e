//! The window. [`ContinuoEditor`] is what hosts open; `state.rs` holds all that it keeps, and each panel is a file.
//!
//! The window runs on a thread of its own (X11) or on the host's main thread. It draws from a copy of what the engine
//! holds and never makes another thread wait longer than that copy takes.

mod app;
mod files;
mod gesture;
mod panels;
mod platform;
mod roll;
mod state;
mod theme;
mod undo;
mod widgets;

use crate::process::wiring::Wiring;
use app::App;
use egui::{Align2, Rect, Ui, pos2, vec2};
use nice_plug::{
    context::gui::GuiContext,
    editor::{
        Editor, HostMethods, ParentWindowHandle, ResizeHint, SizeConstraints, SpawnedEditor,
        dpi::{LogicalSize, NativeSize},
    },
};
use nice_plug_egui::{EguiEditorState, EguiNiceSettings, GlConfig, GraphicsConfig, create_egui_editor};
use parking_lot::Mutex;
use platform::host_size::{Host, SizeWish};
use platform::open_window::{ContinuoEditorHandle, OpenWindow, WindowThread};
use serde::{Deserialize, Serialize};
use std::{error::Error, path::PathBuf, sync::Arc};

/// The smallest window in which everything fits, in points.
const SMALLEST: (f64, f64) = (1040.0, 660.0);
/// The window that is opened first, in points.
const USUAL: (f64, f64) = (1140.0, 780.0);

/// What the window remembers with the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// Its width in points, that is without `scale` and the system's.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The scale of everything in it, on top of the system's.
    pub scale: f32,
    /// The folder that fills with each take.
    pub takes_folder: Option<PathBuf>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { width: USUAL.0, height: USUAL.1, scale: 1.0, takes_folder: None }
    }
}

impl Remembered {
    /// In points. A project may say anything: a size that a screen can have.
    fn size(&self) -> LogicalSize<f64> {
        let within =
            |value: f64, least: f64, usual: f64| if value.is_finite() { value.clamp(least, 8000.0) } else { usual };
        LogicalSize::new(within(self.width, SMALLEST.0, USUAL.0), within(self.height, SMALLEST.1, USUAL.1))
    }

    /// In the system's own unit, as long as its scale is not known.
    fn native_size(&self) -> NativeSize<u32> {
        let (size, scale) = (self.size(), f64::from(self.scale()));
        let size = LogicalSize::new(size.width * scale, size.height * scale);
        NativeSize::from_logical_or_physical(size, size.to_physical(1.0))
    }

    fn scale(&self) -> f32 {
        if self.scale.is_finite() { self.scale.clamp(0.5, 3.0) } else { 1.0 }
    }
}

/// The plugin's window, opened and closed by the host.
pub struct ContinuoEditor {
    wiring: Arc<Wiring>,
    shown: Shown,
}

/// The size of the open window; none while there is none, or as long as the system has not told it. Written by the
/// window, read by the host's main thread.
type Shown = Arc<Mutex<Option<NativeSize<u32>>>>;

impl ContinuoEditor {
    /// A window that is not open yet.
    pub fn new(wiring: Arc<Wiring>) -> Self {
        Self { wiring, shown: Shown::default() }
    }
}

impl Editor for ContinuoEditor {
    type Handle = ContinuoEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let (size, scale) = {
            let remembered = self.wiring.params.editor.read();
            (remembered.size(), remembered.scale())
        };
        // Made anew each time: the project that was loaded meanwhile may remember another size.
        let state = EguiEditorState::from_size(size, scale);
        let settings = EguiNiceSettings::new()
            .with_tile("Continuo")
            .with_resize_hint(self.resize_hint())
            .with_graphics_config(graphics());
        // The window asks for the folder that the project names, also where the host has not activated the plugin yet.
        self.wiring.watch_takes();
        let repaint = self.wiring.repaint.clone();
        repaint.request_repaint();
        let thread = Arc::new(WindowThread::default());
        let wish = Arc::new(SizeWish::default());
        // Elsewhere the window and the host share one thread, and the window library asks as it should.
        let (host, ears) = match host {
            Some(methods) if cfg!(target_os = "linux") => {
                let (methods, ears) = Host::shared(methods, &wish);
                (Some(methods), Some(ears))
            }
            other => (other, None),
        };
        let app = App::new(Arc::clone(&self.wiring), Arc::clone(&self.shown), Arc::clone(&thread), wish);
        let editor = create_egui_editor(state, repaint, settings, app).ok_or("the window could not be made")?;
        let spawned = editor.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        let (handle, window) = (ContinuoEditorHandle(spawned.handle), OpenWindow::new(spawned.window, thread, ears));
        Ok(SpawnedEditor { handle, window })
    }

    fn size(&self) -> NativeSize<u32> {
        let shown = *self.shown.lock();
        shown.unwrap_or_else(|| self.wiring.params.editor.read().native_size())
    }

    fn resize_hint(&self) -> ResizeHint {
        let scale = self.wiring.params.editor.read().scale();
        ResizeHint {
            size_constraints: SizeConstraints::Logical {
                min_size: Some(LogicalSize::new(SMALLEST.0 as f32 * scale, SMALLEST.1 as f32 * scale)),
                max_size: None,
            },
            ..ResizeHint::RESIZABLE
        }
    }
}

/// How the window is drawn: without what only pictures with depth or with gradients need. Where there is no graphics
/// card, a processor has to do it for each pixel.
fn graphics() -> GraphicsConfig {
    let gl_config = GlConfig { depth_bits: 0, stencil_bits: 0, ..GlConfig::default() };
    GraphicsConfig { gl_config, dithering: false, ..GraphicsConfig::default() }
}

/// A card with its title; returns what is left for the content.
fn card(ui: &Ui, rect: Rect, title: &str) -> Rect {
    ui.painter().rect_filled(rect, 6.0, theme::CARD);
    let inside = rect.shrink2(vec2(12.0, 10.0));
    ui.painter().text(inside.min, Align2::LEFT_TOP, title, theme::heading(), theme::BRIGHT);
    Rect::from_min_max(pos2(inside.left(), inside.top() + 26.0), inside.max)
}

#[cfg(test)]
mod tests;
