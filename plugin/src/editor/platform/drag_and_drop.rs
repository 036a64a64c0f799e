//! Drag and drop of files between this window and other programs, where it is supported: so far under X11.
#![cfg_attr(
    not(target_os = "linux"),
    allow(clippy::needless_pass_by_value, clippy::unused_self, unused_variables, reason = "nothing is done elsewhere")
)]

use crate::editor::platform::drag_event::DragEvent;
#[cfg(target_os = "linux")]
use crate::editor::platform::xdnd::Xdnd;
use std::path::PathBuf;

/// Drag and drop for one window; does nothing where it is not supported.
#[derive(Default)]
pub struct DragAndDrop {
    #[cfg(target_os = "linux")]
    xdnd: Option<Xdnd>,
}

impl DragAndDrop {
    /// Connects a window to drag and drop. Another thread calls `notify` when there are events.
    #[cfg(target_os = "linux")]
    pub fn connect(window: &impl raw_window_handle::HasWindowHandle, notify: impl Fn() + Send + 'static) -> Self {
        use raw_window_handle::RawWindowHandle;
        let number = match window.window_handle().map(|handle| handle.as_raw()) {
            Ok(RawWindowHandle::Xcb(handle)) => handle.window.get(),
            Ok(RawWindowHandle::Xlib(handle)) => handle.window as u32,
            _ => return Self::default(),
        };
        let xdnd = Xdnd::new(number, notify)
            .inspect_err(|error| nice_plug::nice_warn!("Continuo cannot take part in drag and drop: {error}"));
        Self { xdnd: xdnd.ok() }
    }

    /// Not supported on this platform yet.
    #[cfg(not(target_os = "linux"))]
    pub fn connect<W>(_window: &W, _notify: impl Fn() + Send + 'static) -> Self {
        Self::default()
    }

    /// The events since the last call.
    pub fn events(&self) -> Vec<DragEvent> {
        #[cfg(target_os = "linux")]
        {
            self.xdnd.iter().flat_map(Xdnd::events).collect()
        }
        #[cfg(not(target_os = "linux"))]
        {
            Vec::new()
        }
    }

    /// Whether files can be dragged.
    pub fn is_supported(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            self.xdnd.is_some()
        }
        #[cfg(not(target_os = "linux"))]
        {
            false
        }
    }

    /// Drags a file out of the window for as long as the mouse button is held.
    pub fn drag_out(&self, file: PathBuf) {
        #[cfg(target_os = "linux")]
        if let Some(xdnd) = &self.xdnd {
            xdnd.drag_out(file);
        }
    }
}
