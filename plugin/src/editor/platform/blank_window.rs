//! Keeps a window from staying blank when the host shows it late.

use x11rb::{
    connection::Connection,
    errors::ReplyOrIdError,
    protocol::xproto::{ConnectionExt as _, EventMask, MAP_NOTIFY_EVENT, MapNotifyEvent, Window},
};

/// Sends a new window the event that it was shown, before it reads its events.
///
/// The window library asks the server for the time of the next frame as soon as there is something to draw, but handles
/// the answer only after its window was shown. If it asks earlier, the answer is lost and it waits for ever: in a host
/// that shows the window some time after creating it, nothing is ever drawn. After this event the window handles
/// answers from the start; the same event again, when the host does show the window, changes nothing.
///
/// # Errors
/// The server refuses.
pub fn prevent(connection: &impl Connection, window: Window) -> Result<(), ReplyOrIdError> {
    // Without this extension the library draws by a timer, and would start a second one.
    if connection.query_extension(b"Present")?.reply()?.present {
        let (response_type, sequence, event) = (MAP_NOTIFY_EVENT, 0, window);
        let shown = MapNotifyEvent { response_type, sequence, event, window, override_redirect: false };
        connection.send_event(false, window, EventMask::NO_EVENT, shown)?.check()?;
    }
    Ok(())
}
