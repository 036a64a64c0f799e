//! Drag and drop under X11: the XDND protocol, version 5
//! (<https://www.freedesktop.org/wiki/Specifications/XDND/>).
//!
//! The window library handles XDND itself but does not pass it on to its window. So a small window of ours stands in
//! for the real one, which names it as its proxy; every source of drags follows that. The proxy has a connection and a
//! thread of its own, which sleeps in the connection while nothing is dragged.

pub mod error;
pub mod incoming;
pub mod outgoing;
pub mod proxy;
pub mod uri;

use self::{error::DragError, incoming::Incoming, proxy::Proxy};
use crate::editor::platform::{blank_window, drag_event::DragEvent};
use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};
use x11rb::{
    connection::Connection,
    protocol::xproto::{Atom, ClientMessageEvent, ConnectionExt as _, EventMask, Window},
    rust_connection::RustConnection,
};

/// What the editor asks the thread to do.
enum Command {
    /// Drag a file out while the mouse button is held.
    DragOut(PathBuf),
    /// End.
    Stop,
}

/// Drag and drop for one window. Owned by the editor; dropping it joins the thread.
pub struct Xdnd {
    commands: Sender<Command>,
    events: Receiver<DragEvent>,
    /// A connection of the editor's thread, used only to wake the other one.
    waker: RustConnection,
    proxy: Window,
    wake: Atom,
    thread: Option<JoinHandle<()>>,
}

impl Xdnd {
    /// Puts a proxy in front of a window that was just created. The thread calls `notify` when there are events.
    ///
    /// # Errors
    /// There is no X server, or it refuses.
    pub fn new(window: Window, notify: impl Fn() + Send + 'static) -> Result<Self, DragError> {
        let (waker, _) = RustConnection::connect(None)?;
        blank_window::prevent(&waker, window)?;
        let (sender, events) = channel();
        let proxy = Proxy::new(window, sender, Box::new(notify))?;
        let (window, wake) = (proxy.window(), proxy.atoms.ContinuoWake);
        let (commands, received) = channel();
        let work = move || run(&proxy, &received);
        let thread = thread::Builder::new().name("continuo drags".to_owned()).spawn(work)?;
        Ok(Self { commands, events, waker, proxy: window, wake, thread: Some(thread) })
    }

    /// The events since the last call.
    pub fn events(&self) -> impl Iterator<Item = DragEvent> + '_ {
        self.events.try_iter()
    }

    /// Drags a file out of the window for as long as the mouse button is held.
    pub fn drag_out(&self, file: PathBuf) {
        self.send(Command::DragOut(file));
    }

    fn send(&self, command: Command) {
        // If the thread is gone, its connection broke, and drag and drop is over.
        let _ = self.commands.send(command);
        let message = ClientMessageEvent::new(32, self.proxy, self.wake, [0_u32; 5]);
        let _ = self.waker.send_event(false, self.proxy, EventMask::NO_EVENT, message);
        let _ = self.waker.flush();
    }
}

impl Drop for Xdnd {
    fn drop(&mut self) {
        self.send(Command::Stop);
        if let Some(thread) = self.thread.take() {
            // A panic was reported where it happened.
            let _ = thread.join();
        }
    }
}

/// The thread: sleeps in the connection until an event comes; ends when the connection breaks or on [`Command::Stop`].
fn run(proxy: &Proxy, commands: &Receiver<Command>) {
    let mut incoming = Incoming::default();
    while let Ok(event) = proxy.connection.wait_for_event() {
        // A window that vanishes in the middle of a drag is no reason to stop.
        if incoming.handle(&event, proxy).is_err() {
            incoming = Incoming::default();
        }
        // After every event: the one that should wake this thread may have come during a drag, which swallows it.
        while let Ok(command) = commands.try_recv() {
            match command {
                Command::Stop => return,
                Command::DragOut(file) => {
                    if outgoing::drag(&file, proxy).is_err() {
                        proxy.report(DragEvent::DraggedOut { accepted: false });
                    }
                }
            }
        }
    }
}
