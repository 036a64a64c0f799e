//! Why drag and drop does not work.

use x11rb::errors::{ConnectError, ReplyOrIdError};

/// Why drag and drop does not work.
#[derive(Debug, thiserror::Error)]
pub enum DragError {
    /// No connection.
    #[error("the X server could not be reached: {0}")]
    Connect(#[from] ConnectError),
    /// The server refused a request.
    #[error("the X server refused: {0}")]
    Refused(#[from] ReplyOrIdError),
    /// No thread.
    #[error("the system cannot start a thread for it: {0}")]
    Thread(#[from] std::io::Error),
}
