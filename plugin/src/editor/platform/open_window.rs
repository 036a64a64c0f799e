//! The open window as the host holds it. Once the host has closed it, nothing of it runs any more.

use crate::editor::platform::{host_size::SizeRelay, window_thread::WindowThread};
use nice_plug::editor::{EditorHandle, ParentWindowHandle, dpi::NativeSize};
use nice_plug_egui::{
    EguiEditorHandle,
    baseview::{Error, Window},
};
use std::sync::Arc;

/// The open window. Owned by the host's main thread; dropping it closes the window and waits until its threads have
/// ended.
pub struct OpenWindow {
    window: Option<Window>,
    thread: Arc<WindowThread>,
    relay: Option<SizeRelay>,
}

impl OpenWindow {
    /// A window with its thread and the way to its host.
    pub fn new(window: Window, thread: Arc<WindowThread>, relay: Option<SizeRelay>) -> Self {
        Self { window: Some(window), thread, relay }
    }
}

impl Drop for OpenWindow {
    fn drop(&mut self) {
        if let Some(window) = self.window.take() {
            // The library loses a request to stop if its thread has not begun to listen, and then waits for ever. This
            // call returns once the thread listens; whether the window can still be shown does not matter.
            #[cfg(target_os = "linux")]
            let _ = window.show();
            drop(window);
        }
        self.thread.wait_for_end();
    }
}

/// The calls that a host makes on the open window.
pub struct ContinuoEditorHandle(pub EguiEditorHandle);

/// Calls `act` unless the window is closed.
fn with<T>(open: &OpenWindow, act: impl FnOnce(&Window) -> Result<T, Error>) -> Result<Option<T>, Error> {
    open.window.as_ref().map(act).transpose()
}

impl EditorHandle for ContinuoEditorHandle {
    type Window = OpenWindow;
    type Error = Error;

    fn run_until_closed(mut open: Self::Window) -> Result<(), Self::Error> {
        open.window.take().map_or(Ok(()), EguiEditorHandle::run_until_closed)
    }

    fn set_parent(&self, parent: ParentWindowHandle, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.set_parent(parent, window)).map(Option::unwrap_or_default)
    }

    fn show(&self, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.show(window)).map(Option::unwrap_or_default)
    }

    fn hide(&self, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.hide(window)).map(Option::unwrap_or_default)
    }

    fn set_size(&self, new_size: NativeSize<u32>, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.set_size(new_size, window)).map(Option::unwrap_or_default)
    }

    fn host_main_thread_callback(&self, open: &Self::Window) {
        if let Some(window) = &open.window {
            self.0.host_main_thread_callback(window);
        }
        if let Some(relay) = &open.relay {
            relay.pass_on();
        }
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, open: &Self::Window) -> Option<NativeSize<u32>> {
        open.window.as_ref().and_then(|window| self.0.adjust_size(new_size, window))
    }

    fn set_fallback_scale_factor(&self, scale_factor: f64, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.set_fallback_scale_factor(scale_factor, window)).map(Option::unwrap_or_default)
    }

    fn state_changed(&self) {
        self.0.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.0.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.0.param_modulation_changed(id, modulation_offset);
    }
}
