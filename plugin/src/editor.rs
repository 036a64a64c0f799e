//! The window. [`ContinuoEditor`] is what hosts open; `app.rs` lays out a frame; `state.rs` holds all that the window
//! remembers while it is open.
//!
//! The window runs on a thread of its own (X11) or on the host's main thread. It draws from a copy of the engine's
//! data, and no other thread waits longer than it takes to make that copy.

mod app;
mod context;
mod files;
mod gesture;
mod help;
mod panels;
mod platform;
mod roll;
mod state;
mod theme;
mod undo;
mod widgets;

use self::{
    app::{App, OpenSize},
    platform::{
        host_size::{SizeRelay, SizeRequest},
        open_window::{ContinuoEditorHandle, OpenWindow},
        window_thread::WindowThread,
    },
};
use crate::{params::saved_editor::SMALLEST, process::wiring::Wiring};
use nice_plug::{
    context::gui::GuiContext,
    editor::{
        Editor, HostMethods, ParentWindowHandle, ResizeHint, SizeConstraints, SpawnedEditor,
        dpi::{LogicalSize, NativeSize},
    },
};
use nice_plug_egui::{EguiEditorState, EguiNiceSettings, GlConfig, GraphicsConfig, create_egui_editor};
use std::{error::Error, sync::Arc};

/// The plugin's window, opened and closed by the host.
pub struct ContinuoEditor {
    wiring: Arc<Wiring>,
    open_size: OpenSize,
}

impl ContinuoEditor {
    /// A window that is not open yet.
    pub fn new(wiring: Arc<Wiring>) -> Self {
        Self { wiring, open_size: OpenSize::default() }
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
            let saved = self.wiring.params.editor.read();
            (saved.size(), saved.scale())
        };
        // New each time: the host may have loaded a project with another size meanwhile.
        let state = EguiEditorState::from_size(size, scale);
        let settings = EguiNiceSettings::new()
            .with_tile("Continuo")
            .with_resize_hint(self.resize_hint())
            .with_graphics_config(graphics());
        // The window asks for permission for the project's folder even if the host has not activated the plugin yet.
        self.wiring.start_take_folder();
        let repaint = self.wiring.repaint.clone();
        repaint.request_repaint();
        let thread = Arc::new(WindowThread::default());
        let size_request = Arc::new(SizeRequest::default());
        // On other platforms the window and the host share a thread, and the window library's own requests work.
        let (host, relay) = match host {
            Some(methods) if cfg!(target_os = "linux") => {
                let (methods, relay) = SizeRelay::wrap(methods, &size_request);
                (Some(methods), Some(relay))
            }
            other => (other, None),
        };
        let open_size = Arc::clone(&self.open_size);
        let app = App::new(Arc::clone(&self.wiring), open_size, Arc::clone(&thread), size_request);
        let editor = create_egui_editor(state, repaint, settings, app).ok_or("the window could not be created")?;
        let spawned = editor.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        let (handle, window) = (ContinuoEditorHandle(spawned.handle), OpenWindow::new(spawned.window, thread, relay));
        Ok(SpawnedEditor { handle, window })
    }

    fn size(&self) -> NativeSize<u32> {
        let open = *self.open_size.lock();
        open.unwrap_or_else(|| self.wiring.params.editor.read().native_size())
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

/// The graphics settings: without depth, stencil and dithering, which this window does not need and which cost time for
/// each pixel on a machine without a graphics card.
fn graphics() -> GraphicsConfig {
    let gl_config = GlConfig { depth_bits: 0, stencil_bits: 0, ..GlConfig::default() };
    GraphicsConfig { gl_config, dithering: false, ..GraphicsConfig::default() }
}

#[cfg(test)]
mod tests;
