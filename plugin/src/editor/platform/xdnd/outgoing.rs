//! A file that is dragged out of the window.
//!
//! The mouse is grabbed by the window in which the button went down, so its way is followed by asking the server where
//! it is, as often as a screen is drawn.

use crate::editor::platform::drag_and_drop::News;
use crate::editor::platform::xdnd::{StandIn, VERSION, uri};
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
/// How long a target may take to fetch what was dropped.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest drag.
const LONGEST: Duration = Duration::from_mins(2);

/// A window that takes drags.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Target {
    window: Window,
    /// The one that reads its messages.
    reader: Window,
}

/// How far a drag has come.
struct Outgoing<'a> {
    list: &'a str,
    target: Option<Target>,
    accepted: bool,
    finished: bool,
}

impl StandIn {
    /// Drags a file until the button is let go.
    pub(super) fn send(&self, file: &Path) -> Result<(), ReplyOrIdError> {
        let list = uri::list(file);
        self.connection.set_selection_owner(self.proxy, self.atoms.XdndSelection, CURRENT_TIME)?.check()?;
        let mut drag = Outgoing { list: &list, target: None, accepted: false, finished: false };
        let begun = Instant::now();
        let mut at = None;
        loop {
            self.answer(&mut drag)?;
            let mouse = self.connection.query_pointer(self.root)?.reply()?;
            let held = u16::from(mouse.mask) & u16::from(KeyButMask::BUTTON1) != 0 && begun.elapsed() < LONGEST;
            if !held {
                break;
            }
            let place = (mouse.root_x, mouse.root_y);
            let target = self.target(&mouse)?;
            if target != drag.target {
                self.leave(&mut drag)?;
                self.enter(&mut drag, target)?;
                at = None;
            }
            if let Some(target) = drag.target.filter(|_| at != Some(place)) {
                let place = u32::from(mouse.root_x as u16) << 16 | u32::from(mouse.root_y as u16);
                let data = [self.proxy, 0, place, CURRENT_TIME, self.atoms.XdndActionCopy];
                self.message(target.reader, target.window, self.atoms.XdndPosition, data)?;
            }
            at = Some(place);
            thread::sleep(PAUSE);
        }
        let given = self.let_go(&mut drag)?;
        self.tell(News::Given(given));
        Ok(())
    }

    /// The window under the mouse that takes drags, if it is none of ours.
    fn target(&self, mouse: &QueryPointerReply) -> Result<Option<Target>, ReplyOrIdError> {
        let mut window = mouse.child;
        while window != NONE {
            if window == self.window {
                return Ok(None);
            }
            if !self.numbers(window, self.atoms.XdndAware)?.is_empty() {
                let proxy = self.numbers(window, self.atoms.XdndProxy)?.first().copied();
                return Ok(Some(Target { window, reader: proxy.unwrap_or(window) }));
            }
            window = self.connection.query_pointer(window)?.reply()?.child;
        }
        Ok(None)
    }

    fn enter(&self, drag: &mut Outgoing, target: Option<Target>) -> Result<(), ReplyOrIdError> {
        drag.target = target;
        let Some(target) = target else { return Ok(()) };
        let data = [self.proxy, VERSION << 24, self.atoms.UriList, self.atoms.PlainText, 0];
        self.message(target.reader, target.window, self.atoms.XdndEnter, data)
    }

    fn leave(&self, drag: &mut Outgoing) -> Result<(), ReplyOrIdError> {
        drag.accepted = false;
        let Some(target) = drag.target.take() else { return Ok(()) };
        self.message(target.reader, target.window, self.atoms.XdndLeave, [self.proxy, 0, 0, 0, 0])
    }

    /// The button was let go. Returns whether the target took the file.
    fn let_go(&self, drag: &mut Outgoing) -> Result<bool, ReplyOrIdError> {
        // A target that was entered just now may not have answered yet.
        let begun = Instant::now();
        while drag.target.is_some() && !drag.accepted && begun.elapsed() < PATIENCE / 20 {
            self.answer(drag)?;
            thread::sleep(PAUSE);
        }
        let Some(target) = drag.target.filter(|_| drag.accepted) else {
            self.leave(drag)?;
            return Ok(false);
        };
        let data = [self.proxy, 0, CURRENT_TIME, 0, 0];
        self.message(target.reader, target.window, self.atoms.XdndDrop, data)?;
        let begun = Instant::now();
        while !drag.finished && begun.elapsed() < PATIENCE {
            self.answer(drag)?;
            thread::sleep(PAUSE);
        }
        Ok(drag.finished)
    }

    /// Answers what targets say and ask.
    fn answer(&self, drag: &mut Outgoing) -> Result<(), ReplyOrIdError> {
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::ClientMessage(message) if message.format == 32 => {
                    let data = message.data.as_data32();
                    let from_target = drag.target.is_some_and(|target| target.window == data[0]);
                    if message.type_ == self.atoms.XdndStatus && from_target {
                        drag.accepted = data[1] & 1 == 1;
                    } else if message.type_ == self.atoms.XdndFinished && from_target {
                        drag.finished = true;
                    }
                }
                Event::SelectionRequest(request) => self.give(&request, drag.list)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Gives the file's address to who asks for it.
    fn give(&self, request: &SelectionRequestEvent, list: &str) -> Result<(), ReplyOrIdError> {
        // Very old clients name no property.
        let place = if request.property == NONE { request.target } else { request.property };
        let given = if request.target == self.atoms.UriList || request.target == self.atoms.PlainText {
            self.connection.change_property8(
                PropMode::REPLACE,
                request.requestor,
                place,
                request.target,
                list.as_bytes(),
            )?;
            true
        } else if request.target == self.atoms.TARGETS {
            let kinds = [self.atoms.UriList, self.atoms.PlainText];
            self.connection.change_property32(PropMode::REPLACE, request.requestor, place, AtomEnum::ATOM, &kinds)?;
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
            property: if given { place } else { NONE },
        };
        self.connection.send_event(false, request.requestor, EventMask::NO_EVENT, notify)?;
        self.connection.flush()?;
        Ok(())
    }
}
