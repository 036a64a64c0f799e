//! The windows on a screen.

use super::{
    display::Screen,
    error::{ScreenError, failed},
};
use x11rb::{
    connection::Connection,
    protocol::xproto::{
        CONFIGURE_NOTIFY_EVENT, ChangeWindowAttributesAux, ConfigureNotifyEvent, ConnectionExt as _, CreateWindowAux,
        EventMask, MapState, WindowClass,
    },
};

/// Where a window lies in its frame, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// From the frame's left edge.
    pub x: i16,
    /// From the frame's upper edge.
    pub y: i16,
    /// Its width.
    pub width: u16,
    /// Its height.
    pub height: u16,
}

impl Screen {
    /// Makes a window as large as the screen, into which a plugin's window is put.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn frame(&self) -> Result<u32, ScreenError> {
        let setup = self.connection.setup();
        let screen = setup.roots.iter().find(|screen| screen.root == self.root);
        let (width, height) = screen.map_or((1400, 1000), |screen| (screen.width_in_pixels, screen.height_in_pixels));
        let window = self.connection.generate_id().map_err(failed)?;
        let looks = CreateWindowAux::new().background_pixel(0);
        let depth = x11rb::COPY_DEPTH_FROM_PARENT;
        let class = WindowClass::INPUT_OUTPUT;
        self.connection
            .create_window(depth, window, self.root, 0, 0, width, height, 0, class, 0, &looks)
            .map_err(failed)?;
        self.connection.map_window(window).map_err(failed)?.check().map_err(failed)?;
        Ok(window)
    }

    /// From now on the window inside a frame keeps its size, whatever it asks for, as in a GTK socket, where the host
    /// alone decides.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn hold(&self, frame: u32) -> Result<(), ScreenError> {
        // The requests arrive here as events, which nobody answers.
        let hold = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_REDIRECT);
        self.connection.change_window_attributes(frame, &hold).map_err(failed)?.check().map_err(failed)
    }

    /// Sends the window inside a frame its present size, as a GTK socket answers a request that it does not grant.
    ///
    /// # Errors
    /// When there is no such window, or the server refuses.
    pub fn repeat_size(&self, frame: u32) -> Result<(), ScreenError> {
        let tree = self.connection.query_tree(frame).map_err(failed)?.reply().map_err(failed)?;
        let child =
            tree.children.first().copied().ok_or_else(|| failed(std::io::Error::other("the frame is empty")))?;
        let place = self.connection.get_geometry(child).map_err(failed)?.reply().map_err(failed)?;
        let event = ConfigureNotifyEvent {
            response_type: CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event: child,
            window: child,
            above_sibling: x11rb::NONE,
            x: place.x,
            y: place.y,
            width: place.width,
            height: place.height,
            border_width: place.border_width,
            override_redirect: false,
        };
        let sent = self.connection.send_event(false, child, EventMask::STRUCTURE_NOTIFY, event).map_err(failed)?;
        sent.check().map_err(failed)
    }

    /// Destroys a window of [`Screen::frame`].
    ///
    /// # Errors
    /// When the server refuses.
    pub fn close(&self, window: u32) -> Result<(), ScreenError> {
        self.connection.destroy_window(window).map_err(failed)?.check().map_err(failed)
    }

    /// The place of the window inside a frame, which may have moved or changed its size by itself. If there are several,
    /// the largest counts: a program has small ones that nobody sees.
    pub fn place_of_child(&self, frame: u32) -> Option<Place> {
        let places = self.children(frame).into_iter().map(|(_, place)| place);
        places.max_by_key(|place| u32::from(place.width) * u32::from(place.height))
    }

    /// How many windows inside a frame people see.
    pub fn shown_in(&self, frame: u32) -> usize {
        let is_shown = |&(window, place): &(u32, Place)| {
            let looks = self.connection.get_window_attributes(window).ok()?.reply().ok()?;
            Some(looks.map_state == MapState::VIEWABLE && place.width > 1)
        };
        self.children(frame).iter().filter(|child| is_shown(child) == Some(true)).count()
    }

    /// The windows inside a frame, each with its place.
    fn children(&self, frame: u32) -> Vec<(u32, Place)> {
        let tree = self.connection.query_tree(frame).ok().and_then(|cookie| cookie.reply().ok());
        let place = |child: u32| {
            let place = self.connection.get_geometry(child).ok()?.reply().ok()?;
            Some((child, Place { x: place.x, y: place.y, width: place.width, height: place.height }))
        };
        tree.map_or_else(Vec::new, |tree| tree.children.into_iter().filter_map(place).collect())
    }
}
