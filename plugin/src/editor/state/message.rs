//! The message in the status line.

use std::time::{Duration, Instant};

/// How long a message stays after it was first drawn.
const DURATION: Duration = Duration::from_secs(8);

/// A message in the status line.
#[derive(Clone, Debug)]
pub struct Message {
    /// The sentence.
    pub text: String,
    /// Whether it reports an error.
    pub is_error: bool,
    /// When it was first drawn; on a busy machine that may be long after it was set.
    drawn: Option<Instant>,
}

impl Message {
    /// A message that was not drawn yet.
    pub fn new(text: String, is_error: bool) -> Self {
        Self { text, is_error, drawn: None }
    }

    /// Notes that the message is being drawn; returns whether its time is over.
    pub fn draw(&mut self, now: Instant) -> bool {
        now - *self.drawn.get_or_insert(now) > DURATION
    }

    /// How long the message stays from now on; zero until it was drawn, so that this happens at once.
    pub fn remaining(&self) -> Duration {
        // A little longer, so that the time is over by the next frame.
        self.drawn.map_or(Duration::ZERO, |drawn| DURATION.saturating_sub(drawn.elapsed()) + Duration::from_millis(50))
    }
}
