//! Why a command ended early.

use std::fmt::Display;

/// Why the command ended early: one sentence, and the exit code.
#[derive(Debug)]
pub struct Failure {
    pub sentence: String,
    pub code: u8,
}

impl Failure {
    /// Something about the input or the command is wrong.
    pub fn input(sentence: &dyn Display) -> Self {
        Self { sentence: sentence.to_string(), code: 2 }
    }

    /// The model failed.
    pub fn model(sentence: &dyn Display) -> Self {
        Self { sentence: sentence.to_string(), code: 1 }
    }
}
