//! Files that are dragged into the window.

use crate::editor::platform::drag_and_drop::News;
use crate::editor::platform::xdnd::{StandIn, uri};
use x11rb::{
    connection::Connection as _,
    errors::ReplyOrIdError,
    protocol::{
        Event,
        xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, SelectionNotifyEvent, Window},
    },
};

/// How long a list of files may be, in bytes.
const LONGEST_LIST: u32 = 1 << 20;

/// A drag that is going on over the window.
#[derive(Default)]
pub struct Incoming {
    /// The window that it comes from; none while nothing is dragged.
    source: Window,
    /// It has files.
    files: bool,
    at: (i32, i32),
    dropped: bool,
}

impl StandIn {
    /// Takes part in a drag.
    pub(super) fn receive(&self, event: &Event, incoming: &mut Incoming) -> Result<(), ReplyOrIdError> {
        match event {
            Event::ClientMessage(message) if message.format == 32 => self.hear(message, incoming),
            Event::SelectionNotify(notify) if incoming.dropped => self.take(notify, incoming),
            _ => Ok(()),
        }
    }

    fn hear(&self, message: &ClientMessageEvent, incoming: &mut Incoming) -> Result<(), ReplyOrIdError> {
        let data = message.data.as_data32();
        let (kind, source) = (message.type_, data[0]);
        if kind == self.atoms.XdndEnter {
            let many = data[1] & 1 == 1;
            let kinds = if many { self.numbers(source, self.atoms.XdndTypeList)? } else { data[2..5].to_vec() };
            *incoming = Incoming { source, files: kinds.contains(&self.atoms.UriList), ..Incoming::default() };
        } else if source != incoming.source {
            // A drag that was never announced.
        } else if kind == self.atoms.XdndPosition {
            let (x, y) = ((data[2] >> 16) as i16, data[2] as i16);
            let place = self.connection.translate_coordinates(self.root, self.window, x, y)?.reply()?;
            incoming.at = (i32::from(place.dst_x), i32::from(place.dst_y));
            // Bit 0: it would be taken; bit 1: tell each move.
            let answer = [self.window, if incoming.files { 3 } else { 2 }, 0, 0, self.atoms.XdndActionCopy];
            self.message(source, source, self.atoms.XdndStatus, answer)?;
            self.tell(News::Over(incoming.files.then_some(incoming.at)));
        } else if kind == self.atoms.XdndLeave {
            *incoming = Incoming::default();
            self.tell(News::Over(None));
        } else if kind == self.atoms.XdndDrop {
            if incoming.files {
                incoming.dropped = true;
                self.ask_for_files(data[2])?;
            } else {
                self.finish(incoming, false)?;
            }
        }
        Ok(())
    }

    /// The list of files has come.
    fn take(&self, notify: &SelectionNotifyEvent, incoming: &mut Incoming) -> Result<(), ReplyOrIdError> {
        let mut files = Vec::new();
        if notify.property != x11rb::NONE {
            let reply = self
                .connection
                .get_property(true, self.proxy, notify.property, AtomEnum::ANY, 0, LONGEST_LIST / 4)?
                .reply()?;
            files = uri::files(&reply.value, uri::machine().as_deref());
        }
        let at = incoming.at;
        self.finish(incoming, !files.is_empty())?;
        self.tell(News::Over(None));
        if !files.is_empty() {
            self.tell(News::Dropped { files, at });
        }
        Ok(())
    }

    fn finish(&self, incoming: &mut Incoming, taken: bool) -> Result<(), ReplyOrIdError> {
        let source = std::mem::take(incoming).source;
        let answer = [self.window, u32::from(taken), if taken { self.atoms.XdndActionCopy } else { 0 }, 0, 0];
        self.message(source, source, self.atoms.XdndFinished, answer)?;
        self.connection.flush()?;
        Ok(())
    }
}
