//! Dragging files into the window and out of it under X11: the XDND protocol, version 5
//! (<https://www.freedesktop.org/wiki/Specifications/XDND/>).
//!
//! The window library takes part in XDND but tells its window nothing of it. So a small window of our own stands in:
//! the real one names it as its proxy, which every source of drags follows. It lives on a connection and a thread of
//! its own, which sleeps in the connection as long as nothing is dragged.

mod incoming;
mod outgoing;
mod uri;

use crate::editor::platform::drag_and_drop::News;
use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};
use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    errors::{ConnectError, ReplyOrIdError},
    protocol::xproto::{
        Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Window,
        WindowClass,
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// The protocol's version.
const VERSION: u32 = 5;

x11rb::atom_manager! {
    /// What the protocol's words are called on this display.
    Atoms: AtomsCookie {
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

/// What the window asks of the thread.
enum Wish {
    /// Drag a file out while the mouse button is held.
    Drag(PathBuf),
    /// End.
    Stop,
}

/// Why files cannot be dragged.
#[derive(Debug, thiserror::Error)]
pub enum DragError {
    /// No connection.
    #[error("the X server could not be reached: {0}")]
    Connect(#[from] ConnectError),
    /// The server refused something.
    #[error("the X server refused: {0}")]
    Refused(#[from] ReplyOrIdError),
    /// No thread.
    #[error("there is no thread for it: {0}")]
    Thread(#[from] std::io::Error),
}

/// The stand-in for one window. Owned by the editor; dropping it joins the thread.
pub struct Drags {
    wishes: Sender<Wish>,
    news: Receiver<News>,
    /// A connection of the editor's thread, only to wake the other one.
    waker: RustConnection,
    proxy: Window,
    wake: Atom,
    thread: Option<JoinHandle<()>>,
}

impl Drags {
    /// Stands in for a window that was just made. `notify` is called on the thread when there is news.
    ///
    /// # Errors
    /// When there is no X server, or it refuses.
    pub fn new(window: Window, notify: impl Fn() + Send + 'static) -> Result<Self, DragError> {
        let (connection, screen) = RustConnection::connect(None)?;
        let (waker, _) = RustConnection::connect(None)?;
        super::blank_window::prevent(&waker, window)?;
        let root = connection.setup().roots[screen].root;
        let (proxy, atoms) = stand_in(&connection, root, window)?;
        let wake = atoms.ContinuoWake;
        let (wishes, asked) = channel();
        let (told, news) = channel();
        let stand_in = StandIn { connection, atoms, root, window, proxy, told, notify: Box::new(notify) };
        let work = move || stand_in.run(&asked);
        let thread = thread::Builder::new().name("continuo drags".to_owned()).spawn(work)?;
        Ok(Self { wishes, news, waker, proxy, wake, thread: Some(thread) })
    }

    /// What happened since this was asked last.
    pub fn news(&self) -> impl Iterator<Item = News> + '_ {
        self.news.try_iter()
    }

    /// Drags a file out of the window for as long as the mouse button is held.
    pub fn drag(&self, file: PathBuf) {
        self.wish(Wish::Drag(file));
    }

    fn wish(&self, wish: Wish) {
        // If the thread is gone, its connection broke, and nothing can be dragged any more.
        let _ = self.wishes.send(wish);
        let message = ClientMessageEvent::new(32, self.proxy, self.wake, [0_u32; 5]);
        let _ = self.waker.send_event(false, self.proxy, EventMask::NO_EVENT, message);
        let _ = self.waker.flush();
    }
}

impl Drop for Drags {
    fn drop(&mut self) {
        self.wish(Wish::Stop);
        if let Some(thread) = self.thread.take() {
            // A panic was reported where it happened.
            let _ = thread.join();
        }
    }
}

/// Makes the small window and names it as the real one's proxy.
fn stand_in(connection: &RustConnection, root: Window, window: Window) -> Result<(Window, Atoms), ReplyOrIdError> {
    let atoms = Atoms::new(connection)?.reply()?;
    let proxy = connection.generate_id()?;
    let looks = CreateWindowAux::new().override_redirect(1);
    connection.create_window(0, proxy, root, -9, -9, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &looks)?.check()?;
    for owner in [proxy, window] {
        let kind = AtomEnum::WINDOW;
        connection.change_property32(PropMode::REPLACE, owner, atoms.XdndProxy, kind, &[proxy])?.check()?;
        let kind = AtomEnum::ATOM;
        connection.change_property32(PropMode::REPLACE, owner, atoms.XdndAware, kind, &[VERSION])?.check()?;
    }
    Ok((proxy, atoms))
}

/// What the thread owns.
struct StandIn {
    connection: RustConnection,
    atoms: Atoms,
    root: Window,
    /// The real window.
    window: Window,
    /// The window that stands in.
    proxy: Window,
    told: Sender<News>,
    notify: Box<dyn Fn() + Send>,
}

impl StandIn {
    /// Sleeps in the connection until something comes, until it breaks or is told to stop.
    fn run(self, asked: &Receiver<Wish>) {
        let mut incoming = incoming::Incoming::default();
        while let Ok(event) = self.connection.wait_for_event() {
            // A window that vanished in the middle of a drag is no reason to stop.
            if self.receive(&event, &mut incoming).is_err() {
                incoming = incoming::Incoming::default();
            }
            // After every event: the one that was to wake this thread may have come during a drag, which swallows it.
            while let Ok(wish) = asked.try_recv() {
                match wish {
                    Wish::Stop => return,
                    Wish::Drag(file) => {
                        let sent = self.send(&file);
                        if sent.is_err() {
                            self.tell(News::Given(false));
                        }
                    }
                }
            }
        }
    }

    fn tell(&self, news: News) {
        // The editor may be closing.
        let _ = self.told.send(news);
        (self.notify)();
    }

    /// Sends a message of the protocol; `window` is the one it is about, `to` the one that reads it.
    fn message(&self, to: Window, window: Window, kind: Atom, data: [u32; 5]) -> Result<(), ReplyOrIdError> {
        let message = ClientMessageEvent::new(32, window, kind, data);
        self.connection.send_event(false, to, EventMask::NO_EVENT, message)?;
        self.connection.flush()?;
        Ok(())
    }

    /// A property of 32-bit numbers; empty if there is none.
    fn numbers(&self, window: Window, property: Atom) -> Result<Vec<u32>, ReplyOrIdError> {
        let reply = self.connection.get_property(false, window, property, AtomEnum::ANY, 0, 64)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// Asks for what is dragged; the answer comes as an event.
    fn ask_for_files(&self, time: u32) -> Result<(), ReplyOrIdError> {
        let (selection, kind, place) = (self.atoms.XdndSelection, self.atoms.UriList, self.atoms.ContinuoFiles);
        let time = if time == 0 { CURRENT_TIME } else { time };
        self.connection.convert_selection(self.proxy, selection, kind, place, time)?;
        self.connection.flush()?;
        Ok(())
    }
}
