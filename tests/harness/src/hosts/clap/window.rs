//! The plugin's window in a CLAP host.

use super::{adapter::ClapHost, callbacks::Callbacks};
use crate::hosts::{hosted::FormatAdapter, interface::PluginError};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use std::{thread, time::Duration};

impl ClapHost {
    /// Makes the plugin's window, which is not yet inside another and not yet shown.
    ///
    /// # Errors
    /// When the plugin has no window, or does not make it.
    pub fn make_window(&mut self) -> Result<(), PluginError> {
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        let gui = self.gui()?;
        gui.create(&self.adapter.instance.plugin_handle(), configuration)
            .map_err(|_| PluginError::Refused("making its window"))
    }

    /// Opens the plugin's window inside an X11 window, which must live until [`ClapHost::close_window`] is called.
    /// The host pauses between making and showing it. Returns its width and height in pixels.
    ///
    /// # Errors
    /// When the plugin has no window, or does not open it.
    pub fn open_window(&mut self, frame: u32, pause: Duration) -> Result<(u32, u32), PluginError> {
        self.make_window()?;
        let gui = self.gui()?;
        let plugin = self.adapter.instance.plugin_handle();
        let size = gui.get_size(&plugin).ok_or(PluginError::Refused("its window's size"))?;
        // SAFETY: the caller keeps the frame until the window is closed.
        unsafe { gui.set_parent(&plugin, Window::from_x11_handle(frame.into())) }
            .map_err(|_| PluginError::Refused("its window's frame"))?;
        thread::sleep(pause);
        gui.show(&plugin).map_err(|_| PluginError::Refused("showing its window"))?;
        Ok((size.width, size.height))
    }

    /// Gives the window another size, in pixels.
    ///
    /// # Errors
    /// When the plugin has no window, or refuses the size.
    pub fn resize_window(&mut self, width: u32, height: u32) -> Result<(), PluginError> {
        let gui = self.gui()?;
        gui.set_size(&self.adapter.instance.plugin_handle(), GuiSize { width, height })
            .map_err(|_| PluginError::Refused("another size for its window"))
    }

    /// The width and height in pixels that the window asked for last.
    pub fn size_wanted(&mut self) -> Option<(u32, u32)> {
        self.adapter.serve_main_thread();
        self.adapter.instance.access_shared_handler(Callbacks::size_wanted)
    }

    /// Closes the plugin's window.
    ///
    /// # Errors
    /// When the plugin has no window.
    pub fn close_window(&mut self) -> Result<(), PluginError> {
        let gui = self.gui()?;
        gui.destroy(&self.adapter.instance.plugin_handle());
        Ok(())
    }

    fn gui(&mut self) -> Result<PluginGui, PluginError> {
        self.adapter.instance.plugin_handle().get_extension().ok_or(PluginError::Refused("a window"))
    }
}
