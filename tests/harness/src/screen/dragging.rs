//! Dragging a file onto a window, as a file manager does: the XDND protocol, version 5.

use super::{
    display::Screen,
    error::{ScreenError, failed},
};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};
use x11rb::{
    CURRENT_TIME, NONE,
    connection::Connection as _,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, Window, WindowClass,
        },
    },
    wrapper::ConnectionExt as _,
};

/// How long a window may take to answer: machines differ.
const PATIENCE: Duration = Duration::from_mins(1);

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndAware,
        XdndProxy,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndActionCopy,
        UriList: b"text/uri-list",
    }
}

impl Screen {
    /// Drags a file to a place on the screen and drops it. Returns whether a window accepted it.
    ///
    /// # Errors
    /// When the connection broke, or no window there accepts drags or answers.
    pub fn drop_file(&self, file: &Path, x: i32, y: i32) -> Result<bool, ScreenError> {
        let connection = &self.connection;
        let atoms = Atoms::new(connection).map_err(failed)?.reply().map_err(failed)?;
        let source = connection.generate_id().map_err(failed)?;
        let looks = CreateWindowAux::new();
        connection
            .create_window(0, source, self.root, -9, -9, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &looks)
            .map_err(failed)?;
        connection.set_selection_owner(source, atoms.XdndSelection, CURRENT_TIME).map_err(failed)?;
        let (window, reader) = self.target(&atoms, x, y)?;
        let send = |kind: u32, data: [u32; 5]| {
            let message = ClientMessageEvent::new(32, window, kind, data);
            connection.send_event(false, reader, EventMask::NO_EVENT, message).map_err(failed)?;
            connection.flush().map_err(failed)
        };
        let place = u32::from(x as u16) << 16 | u32::from(y as u16);
        send(atoms.XdndEnter, [source, 5 << 24, atoms.UriList, 0, 0])?;
        send(atoms.XdndPosition, [source, 0, place, CURRENT_TIME, atoms.XdndActionCopy])?;
        let list = format!("file://{}\r\n", file.display().to_string().replace(' ', "%20"));
        let accepted = self.wait_for(&atoms, atoms.XdndStatus, &list)?[1] & 1 == 1;
        let dropped = accepted && {
            send(atoms.XdndDrop, [source, 0, CURRENT_TIME, 0, 0])?;
            self.wait_for(&atoms, atoms.XdndFinished, &list)?[1] & 1 == 1
        };
        connection.destroy_window(source).map_err(failed)?;
        Ok(dropped)
    }

    /// The window there that accepts drags, and the one that reads its messages.
    fn target(&self, atoms: &Atoms, x: i32, y: i32) -> Result<(Window, Window), ScreenError> {
        let connection = &self.connection;
        let mut window = self.root;
        loop {
            let place = connection
                .translate_coordinates(self.root, window, x as i16, y as i16)
                .map_err(failed)?
                .reply()
                .map_err(failed)?;
            if place.child == NONE {
                return Err(failed(std::io::Error::other("no window there accepts files")));
            }
            window = place.child;
            let property = |name| -> Result<Option<u32>, ScreenError> {
                let reply = connection
                    .get_property(false, window, name, AtomEnum::ANY, 0, 1)
                    .map_err(failed)?
                    .reply()
                    .map_err(failed)?;
                Ok(reply.value32().and_then(|mut values| values.next()))
            };
            if property(atoms.XdndAware)?.is_some() {
                return Ok((window, property(atoms.XdndProxy)?.unwrap_or(window)));
            }
        }
    }

    /// Waits for a message, and meanwhile gives the list to a window that asks for it.
    fn wait_for(&self, atoms: &Atoms, kind: u32, list: &str) -> Result<[u32; 5], ScreenError> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.connection.poll_for_event().map_err(failed)? {
                Some(Event::ClientMessage(message)) if message.type_ == kind => return Ok(message.data.as_data32()),
                Some(Event::SelectionRequest(request)) => {
                    let (window, place) = (request.requestor, request.property);
                    self.connection
                        .change_property8(PropMode::REPLACE, window, place, atoms.UriList, list.as_bytes())
                        .map_err(failed)?;
                    let notify = SelectionNotifyEvent {
                        response_type: SELECTION_NOTIFY_EVENT,
                        sequence: 0,
                        time: request.time,
                        requestor: window,
                        selection: request.selection,
                        target: request.target,
                        property: place,
                    };
                    self.connection.send_event(false, window, EventMask::NO_EVENT, notify).map_err(failed)?;
                    self.connection.flush().map_err(failed)?;
                }
                Some(_) => {}
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
        Err(failed(std::io::Error::other("the window did not answer")))
    }
}
