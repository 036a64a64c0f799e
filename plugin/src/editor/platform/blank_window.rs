//! Keeps a window that is shown late from staying blank.

use x11rb::{
    connection::Connection,
    errors::ReplyOrIdError,
    protocol::xproto::{ConnectionExt as _, EventMask, MAP_NOTIFY_EVENT, MapNotifyEvent, Window},
};

/// Tells a new window that it is shown, before it looks at its events.
///
/// The window library asks the server for the time of the next frame as soon as there is something to draw, but listens
/// to answers only once its window was shown. If it asks before, the answer is lost and it waits for it for ever: in a
/// host that shows the window some time after making it, nothing is ever drawn. A window that is told so listens from
/// the start; being told again when the host does show it changes nothing.
///
/// # Errors
/// When the server refuses.
pub fn prevent(connection: &impl Connection, window: Window) -> Result<(), ReplyOrIdError> {
    // Without this extension the library draws by a timer, and would set up a second one.
    if connection.query_extension(b"Present")?.reply()?.present {
        let (response_type, sequence, event) = (MAP_NOTIFY_EVENT, 0, window);
        let shown = MapNotifyEvent { response_type, sequence, event, window, override_redirect: false };
        connection.send_event(false, window, EventMask::NO_EVENT, shown)?.check()?;
    }
    Ok(())
}
