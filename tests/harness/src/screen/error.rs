//! Why a screen does not work.

/// Why a screen does not work.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The X server did not start.
    #[error("Xvfb did not start: {0}")]
    Start(String),
    /// The connection broke, or the server refused a request.
    #[error("the X server failed: {0}")]
    Server(#[from] Box<dyn std::error::Error + Send + Sync>),
}

/// Turns the errors of the X library into ours.
pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ScreenError {
    ScreenError::Server(Box::new(error))
}
