//! The window that stands in for the editor's in drag and drop.

use crate::editor::platform::{drag_event::DragEvent, xdnd::error::DragError};
use std::sync::mpsc::Sender;
use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    errors::ReplyOrIdError,
    protocol::xproto::{
        Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Window,
        WindowClass,
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// The protocol's version.
pub const VERSION: u32 = 5;

x11rb::atom_manager! {
    /// The numbers of the protocol's words on this display.
    pub Atoms: AtomsCookie {
        XdndAware,
        XdndProxy,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndLeave,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndTypeList,
        XdndActionCopy,
        TARGETS,
        UriList: b"text/uri-list",
        PlainText: b"text/plain",
        ContinuoWake: b"_CONTINUO_WAKE",
        ContinuoFiles: b"_CONTINUO_FILES",
    }
}

/// The proxy with its connection. Owned by the thread of drag and drop.
pub struct Proxy {
    /// The connection.
    pub connection: RustConnection,
    /// The numbers of the protocol's words.
    pub atoms: Atoms,
    /// The screen's root window.
    pub root: Window,
    /// The editor's window.
    pub editor: Window,
    window: Window,
    events: Sender<DragEvent>,
    notify: Box<dyn Fn() + Send>,
}

impl Proxy {
    /// Creates the proxy for the editor's window, and names it as that window's proxy.
    ///
    /// # Errors
    /// There is no X server, or it refuses.
    pub fn new(editor: Window, events: Sender<DragEvent>, notify: Box<dyn Fn() + Send>) -> Result<Self, DragError> {
        let (connection, screen) = RustConnection::connect(None)?;
        let root = connection.setup().roots[screen].root;
        let (window, atoms) = create(&connection, root, editor)?;
        Ok(Self { connection, atoms, root, editor, window, events, notify })
    }

    /// The proxy's own window.
    pub fn window(&self) -> Window {
        self.window
    }

    /// Passes an event on to the editor.
    pub fn report(&self, event: DragEvent) {
        // The editor may be closing.
        let _ = self.events.send(event);
        (self.notify)();
    }

    /// Sends a message of the protocol about `window` to the window `to`.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn send(&self, to: Window, window: Window, kind: Atom, data: [u32; 5]) -> Result<(), ReplyOrIdError> {
        let message = ClientMessageEvent::new(32, window, kind, data);
        self.connection.send_event(false, to, EventMask::NO_EVENT, message)?;
        self.connection.flush()?;
        Ok(())
    }

    /// A property of 32-bit numbers; empty if the window does not have it.
    ///
    /// # Errors
    /// The connection is broken, or the window is gone.
    pub fn numbers(&self, window: Window, property: Atom) -> Result<Vec<u32>, ReplyOrIdError> {
        let reply = self.connection.get_property(false, window, property, AtomEnum::ANY, 0, 64)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// Asks for the list of dragged files, which comes as an event.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn request_files(&self, time: u32) -> Result<(), ReplyOrIdError> {
        let (selection, kind, property) = (self.atoms.XdndSelection, self.atoms.UriList, self.atoms.ContinuoFiles);
        let time = if time == 0 { CURRENT_TIME } else { time };
        self.connection.convert_selection(self.window, selection, kind, property, time)?;
        self.connection.flush()?;
        Ok(())
    }
}

/// Creates a small window and names it as the editor's proxy.
fn create(connection: &RustConnection, root: Window, editor: Window) -> Result<(Window, Atoms), ReplyOrIdError> {
    let atoms = Atoms::new(connection)?.reply()?;
    let proxy = connection.generate_id()?;
    let attributes = CreateWindowAux::new().override_redirect(1);
    connection.create_window(0, proxy, root, -9, -9, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &attributes)?.check()?;
    for owner in [proxy, editor] {
        let kind = AtomEnum::WINDOW;
        connection.change_property32(PropMode::REPLACE, owner, atoms.XdndProxy, kind, &[proxy])?.check()?;
        let kind = AtomEnum::ATOM;
        connection.change_property32(PropMode::REPLACE, owner, atoms.XdndAware, kind, &[VERSION])?.check()?;
    }
    Ok((proxy, atoms))
}
