//! Files that are dragged into the window.

use crate::editor::platform::{
    drag_event::DragEvent,
    xdnd::{proxy::Proxy, uri},
};
use x11rb::{
    connection::Connection as _,
    errors::ReplyOrIdError,
    protocol::{
        Event,
        xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, SelectionNotifyEvent, Window},
    },
};

/// The longest list of files, in bytes.
const LONGEST_LIST: u32 = 1 << 20;

/// A drag over the window.
#[derive(Default)]
pub struct Incoming {
    /// The window that it comes from; 0 while nothing is dragged.
    source: Window,
    /// Whether it offers files.
    has_files: bool,
    at: (i32, i32),
    dropped: bool,
}

impl Incoming {
    /// Answers an event of the protocol.
    ///
    /// # Errors
    /// The connection is broken, or the source is gone.
    pub fn handle(&mut self, event: &Event, proxy: &Proxy) -> Result<(), ReplyOrIdError> {
        match event {
            Event::ClientMessage(message) if message.format == 32 => self.handle_message(message, proxy),
            Event::SelectionNotify(notify) if self.dropped => self.accept_files(notify, proxy),
            _ => Ok(()),
        }
    }

    fn handle_message(&mut self, message: &ClientMessageEvent, proxy: &Proxy) -> Result<(), ReplyOrIdError> {
        let atoms = &proxy.atoms;
        let data = message.data.as_data32();
        let (kind, source) = (message.type_, data[0]);
        if kind == atoms.XdndEnter {
            let has_list = data[1] & 1 == 1;
            let kinds = if has_list { proxy.numbers(source, atoms.XdndTypeList)? } else { data[2..5].to_vec() };
            *self = Self { source, has_files: kinds.contains(&atoms.UriList), ..Self::default() };
        } else if source != self.source {
            // A drag that was never announced.
        } else if kind == atoms.XdndPosition {
            let (x, y) = ((data[2] >> 16) as i16, data[2] as i16);
            let place = proxy.connection.translate_coordinates(proxy.root, proxy.editor, x, y)?.reply()?;
            self.at = (i32::from(place.dst_x), i32::from(place.dst_y));
            // Bit 0: the drop would be accepted; bit 1: send each move.
            let answer = [proxy.editor, if self.has_files { 3 } else { 2 }, 0, 0, atoms.XdndActionCopy];
            proxy.send(source, source, atoms.XdndStatus, answer)?;
            proxy.report(DragEvent::Over(self.has_files.then_some(self.at)));
        } else if kind == atoms.XdndLeave {
            *self = Self::default();
            proxy.report(DragEvent::Over(None));
        } else if kind == atoms.XdndDrop {
            if self.has_files {
                self.dropped = true;
                proxy.request_files(data[2])?;
            } else {
                self.finish(false, proxy)?;
            }
        }
        Ok(())
    }

    /// The list of files has come.
    fn accept_files(&mut self, notify: &SelectionNotifyEvent, proxy: &Proxy) -> Result<(), ReplyOrIdError> {
        let mut files = Vec::new();
        if notify.property != x11rb::NONE {
            let reply = proxy
                .connection
                .get_property(true, proxy.window(), notify.property, AtomEnum::ANY, 0, LONGEST_LIST / 4)?
                .reply()?;
            files = uri::files(&reply.value, uri::machine().as_deref());
        }
        let at = self.at;
        self.finish(!files.is_empty(), proxy)?;
        proxy.report(DragEvent::Over(None));
        if !files.is_empty() {
            proxy.report(DragEvent::Dropped { files, at });
        }
        Ok(())
    }

    fn finish(&mut self, accepted: bool, proxy: &Proxy) -> Result<(), ReplyOrIdError> {
        let source = std::mem::take(self).source;
        let action = if accepted { proxy.atoms.XdndActionCopy } else { 0 };
        let answer = [proxy.editor, u32::from(accepted), action, 0, 0];
        proxy.send(source, source, proxy.atoms.XdndFinished, answer)?;
        proxy.connection.flush()?;
        Ok(())
    }
}
