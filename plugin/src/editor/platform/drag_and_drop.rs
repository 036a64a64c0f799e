//! Files that are dragged into the window and out of it, where the platform's windowing allows it: so far under X11.

use std::path::PathBuf;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "nobody tells it yet"))]
pub enum News {
    /// Files are held over the window, at pixels from its corner; `None` if they left again.
    Over(Option<(i32, i32)>),
    /// Files were dropped.
    Dropped {
        /// The files.
        files: Vec<PathBuf>,
        /// Pixels from the window's corner.
        at: (i32, i32),
    },
    /// What was dragged out was taken by another window, or by none.
    Given(bool),
}

/// Dragging, or nothing where there is no way to.
#[derive(Default)]
pub struct Drags {
    #[cfg(target_os = "linux")]
    inner: Option<super::xdnd::Drags>,
}

impl Drags {
    /// Takes part in drags over a window. `notify` is called from another thread when there is news.
    #[cfg(target_os = "linux")]
    pub fn over(window: &impl raw_window_handle::HasWindowHandle, notify: impl Fn() + Send + 'static) -> Self {
        use raw_window_handle::RawWindowHandle;
        let number = match window.window_handle().map(|handle| handle.as_raw()) {
            Ok(RawWindowHandle::Xcb(handle)) => handle.window.get(),
            Ok(RawWindowHandle::Xlib(handle)) => handle.window as u32,
            _ => return Self::default(),
        };
        let inner = super::xdnd::Drags::new(number, notify)
            .inspect_err(|error| nice_plug::nice_warn!("Continuo cannot take part in dragging files: {error}"));
        Self { inner: inner.ok() }
    }

    /// As above; there is no way yet.
    #[cfg(not(target_os = "linux"))]
    pub fn over<W>(_window: &W, _notify: impl Fn() + Send + 'static) -> Self {
        Self::default()
    }

    /// What happened since this was asked last.
    pub fn news(&self) -> Vec<News> {
        #[cfg(target_os = "linux")]
        {
            self.inner.iter().flat_map(super::xdnd::Drags::news).collect()
        }
        #[cfg(not(target_os = "linux"))]
        {
            Vec::new()
        }
    }

    /// Whether files can be dragged.
    pub fn possible(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            self.inner.is_some()
        }
        #[cfg(not(target_os = "linux"))]
        {
            false
        }
    }

    /// Drags a file out of the window for as long as the mouse button is held.
    #[cfg_attr(not(target_os = "linux"), allow(unused_variables, reason = "there is no way yet"))]
    pub fn give(&self, file: PathBuf) {
        #[cfg(target_os = "linux")]
        if let Some(inner) = &self.inner {
            inner.drag(file);
        }
    }
}
