//! What a CLAP plugin may ask of its host.

use super::dialect::{Dialect, HasDialect, HostNotes};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_host::prelude::*;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

/// What the plugin may call from any thread.
#[derive(Default)]
pub(super) struct Callbacks {
    main_thread_wanted: AtomicBool,
    /// The width and height that the window asked for last.
    size_wanted: Mutex<Option<(u32, u32)>>,
    /// The notes that the host takes.
    dialect: Dialect,
}

impl Callbacks {
    /// Those of a host that takes notes of a dialect.
    pub(super) fn with(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Whether the plugin asked for a call on the main thread since this was called last.
    pub(super) fn take_main_thread_request(&self) -> bool {
        self.main_thread_wanted.swap(false, Ordering::Relaxed)
    }

    pub(super) fn size_wanted(&self) -> Option<(u32, u32)> {
        self.size_wanted.lock().ok().and_then(|size| *size)
    }
}

impl HasDialect for Callbacks {
    fn dialect(&self) -> Dialect {
        self.dialect
    }
}

impl SharedHandler<'_> for Callbacks {
    // The plugin asks for a restart when the render mode changes, which happens before activation only here.
    fn request_restart(&self) {}
    // The host processes every block anyway.
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.main_thread_wanted.store(true, Ordering::Relaxed);
    }
}

impl HostGuiImpl for Callbacks {
    fn resize_hints_changed(&self) {}
    // The frame around the window is as large as the screen, so the host has nothing to resize.
    fn request_resize(&self, new_size: GuiSize) -> Result<(), HostError> {
        if let Ok(mut wanted) = self.size_wanted.lock() {
            *wanted = Some((new_size.width, new_size.height));
        }
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {}
}

/// The types of what the plugin may call.
pub(super) struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Callbacks;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, shared: &Self::Shared<'_>) {
        builder.register::<HostGui>();
        if shared.dialect.told().is_some() {
            builder.register::<HostNotes>();
        }
    }
}
