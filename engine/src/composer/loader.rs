//! Loading the model, and the model once it is loaded.

use crate::arranging::Arrange;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A model that is ready to make phrases, and what people are told about it.
pub struct Loaded {
    /// Makes the phrases.
    pub arranger: Box<dyn Arrange + Send>,
    /// Name and version of the model.
    pub model: String,
    /// The runtime that runs it.
    pub backend: String,
    /// Name and version of the conductor that judges takes; without one, one take of a phrase is drawn.
    pub conductor: Option<String>,
    /// Something worth knowing that is no fault, such as why the built-in runtime is used.
    pub remark: Option<String>,
}

/// Loads the model. Called on a thread that the composer starts for it, so that neither an instance that is created nor a
/// saved score waits for it; and again after [`Composer::try_again`](super::Composer::try_again) while there is none. Called on the composer's thread
/// each time the network panicked, until it is switched off. The error is shown to the player: a sentence that says what
/// is wrong and what to do.
pub type Loader = Box<dyn FnMut() -> Result<Loaded, String> + Send>;

/// Runs a loader, and survives its panic.
pub fn run(loader: &mut Loader) -> Result<Loaded, String> {
    catch_unwind(AssertUnwindSafe(loader))
        .unwrap_or_else(|_| Err("the model could not be loaded: its runtime failed unexpectedly".to_owned()))
}
