//! A file that is dragged out of the window.
//!
//! The window in which the button went down has grabbed the mouse. So this asks the server where the mouse is, as often
//! as a screen is drawn.

use crate::editor::platform::{
    drag_event::DragEvent,
    xdnd::{
        proxy::{Proxy, VERSION},
        uri,
    },
};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};
use x11rb::{
    CURRENT_TIME, NONE,
    connection::Connection as _,
    errors::ReplyOrIdError,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ConnectionExt as _, EventMask, KeyButMask, PropMode, QueryPointerReply, SelectionNotifyEvent,
            SelectionRequestEvent, Window,
        },
    },
    wrapper::ConnectionExt as _,
};

/// The pause between two looks at the mouse.
const PAUSE: Duration = Duration::from_millis(16);
/// How long a target may take to fetch the dropped file.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest drag.
const LONGEST: Duration = Duration::from_mins(2);

/// A window that accepts drags.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Target {
    window: Window,
    /// The window that reads its messages.
    reader: Window,
}

/// The state of a drag.
struct Outgoing<'a> {
    proxy: &'a Proxy,
    list: &'a str,
    target: Option<Target>,
    accepted: bool,
    finished: bool,
}

/// Drags a file until the button is released.
///
/// # Errors
/// The connection is broken, or a window is gone.
pub fn drag(file: &Path, proxy: &Proxy) -> Result<(), ReplyOrIdError> {
    let list = uri::list(file);
    proxy.connection.set_selection_owner(proxy.window(), proxy.atoms.XdndSelection, CURRENT_TIME)?.check()?;
    let accepted = Outgoing { proxy, list: &list, target: None, accepted: false, finished: false }.run()?;
    proxy.report(DragEvent::DraggedOut { accepted });
    Ok(())
}

impl Outgoing<'_> {
    /// Follows the mouse until the button is released. Returns whether a target accepted the file.
    fn run(&mut self) -> Result<bool, ReplyOrIdError> {
        let begun = Instant::now();
        let mut at = None;
        loop {
            self.handle_events()?;
            let mouse = self.proxy.connection.query_pointer(self.proxy.root)?.reply()?;
            let held = u16::from(mouse.mask) & u16::from(KeyButMask::BUTTON1) != 0 && begun.elapsed() < LONGEST;
            if !held {
                return self.drop_file();
            }
            let place = (mouse.root_x, mouse.root_y);
            let target = self.target_under(&mouse)?;
            if target != self.target {
                self.leave()?;
                self.enter(target)?;
                at = None;
            }
            if let Some(target) = self.target.filter(|_| at != Some(place)) {
                let place = u32::from(mouse.root_x as u16) << 16 | u32::from(mouse.root_y as u16);
                let data = [self.proxy.window(), 0, place, CURRENT_TIME, self.proxy.atoms.XdndActionCopy];
                self.proxy.send(target.reader, target.window, self.proxy.atoms.XdndPosition, data)?;
            }
            at = Some(place);
            thread::sleep(PAUSE);
        }
    }

    /// The window under the mouse that accepts drags, unless it is ours.
    fn target_under(&self, mouse: &QueryPointerReply) -> Result<Option<Target>, ReplyOrIdError> {
        let proxy = self.proxy;
        let mut window = mouse.child;
        while window != NONE {
            if window == proxy.editor {
                return Ok(None);
            }
            if !proxy.numbers(window, proxy.atoms.XdndAware)?.is_empty() {
                let reader = proxy.numbers(window, proxy.atoms.XdndProxy)?.first().copied();
                return Ok(Some(Target { window, reader: reader.unwrap_or(window) }));
            }
            window = proxy.connection.query_pointer(window)?.reply()?.child;
        }
        Ok(None)
    }

    fn enter(&mut self, target: Option<Target>) -> Result<(), ReplyOrIdError> {
        self.target = target;
        let Some(target) = target else { return Ok(()) };
        let atoms = &self.proxy.atoms;
        let data = [self.proxy.window(), VERSION << 24, atoms.UriList, atoms.PlainText, 0];
        self.proxy.send(target.reader, target.window, atoms.XdndEnter, data)
    }

    fn leave(&mut self) -> Result<(), ReplyOrIdError> {
        self.accepted = false;
        let Some(target) = self.target.take() else { return Ok(()) };
        let data = [self.proxy.window(), 0, 0, 0, 0];
        self.proxy.send(target.reader, target.window, self.proxy.atoms.XdndLeave, data)
    }

    /// Drops the file because the button was released. Returns whether the target accepted it.
    fn drop_file(&mut self) -> Result<bool, ReplyOrIdError> {
        // A target that was entered just now may not have answered yet.
        let begun = Instant::now();
        while self.target.is_some() && !self.accepted && begun.elapsed() < PATIENCE / 20 {
            self.handle_events()?;
            thread::sleep(PAUSE);
        }
        let Some(target) = self.target.filter(|_| self.accepted) else {
            self.leave()?;
            return Ok(false);
        };
        let data = [self.proxy.window(), 0, CURRENT_TIME, 0, 0];
        self.proxy.send(target.reader, target.window, self.proxy.atoms.XdndDrop, data)?;
        let begun = Instant::now();
        while !self.finished && begun.elapsed() < PATIENCE {
            self.handle_events()?;
            thread::sleep(PAUSE);
        }
        Ok(self.finished)
    }

    /// Handles the targets' answers and requests.
    fn handle_events(&mut self) -> Result<(), ReplyOrIdError> {
        while let Some(event) = self.proxy.connection.poll_for_event()? {
            match event {
                Event::ClientMessage(message) if message.format == 32 => {
                    let data = message.data.as_data32();
                    let from_target = self.target.is_some_and(|target| target.window == data[0]);
                    if message.type_ == self.proxy.atoms.XdndStatus && from_target {
                        self.accepted = data[1] & 1 == 1;
                    } else if message.type_ == self.proxy.atoms.XdndFinished && from_target {
                        self.finished = true;
                    }
                }
                Event::SelectionRequest(request) => self.send_file(&request)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Sends the file's address to the window that asks for it.
    fn send_file(&self, request: &SelectionRequestEvent) -> Result<(), ReplyOrIdError> {
        let Proxy { connection, atoms, .. } = self.proxy;
        // Very old clients name no property.
        let property = if request.property == NONE { request.target } else { request.property };
        let sent = if request.target == atoms.UriList || request.target == atoms.PlainText {
            connection.change_property8(
                PropMode::REPLACE,
                request.requestor,
                property,
                request.target,
                self.list.as_bytes(),
            )?;
            true
        } else if request.target == atoms.TARGETS {
            let kinds = [atoms.UriList, atoms.PlainText];
            connection.change_property32(PropMode::REPLACE, request.requestor, property, AtomEnum::ATOM, &kinds)?;
            true
        } else {
            false
        };
        let notify = SelectionNotifyEvent {
            response_type: x11rb::protocol::xproto::SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if sent { property } else { NONE },
        };
        connection.send_event(false, request.requestor, EventMask::NO_EVENT, notify)?;
        connection.flush()?;
        Ok(())
    }
}
