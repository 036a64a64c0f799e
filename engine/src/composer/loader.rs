//! Loading the model, and the model once it is loaded.

use crate::{arranging::Arrange, lead::Improvise};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A model that is ready to make phrases, with its description for the status.
pub struct Loaded {
    /// Makes the phrases.
    pub arranger: Box<dyn Arrange + Send>,
    /// Name and version of the model.
    pub model: String,
    /// The runtime that runs it.
    pub backend: String,
    /// Name and version of the conductor that judges takes; `None` if one take of each phrase is drawn.
    pub conductor: Option<String>,
    /// A remark that is not a fault, such as why the built-in runtime is used.
    pub remark: Option<String>,
    /// Loads what plays Lead when that is first wanted; `None` if nothing does.
    pub soloist: Option<SoloistLoader>,
}

/// Loads what plays Lead, on the composer's thread. The player sees the error, as that of a [`Loader`].
pub type SoloistLoader = Box<dyn FnMut() -> Result<Box<dyn Improvise + Send>, String> + Send>;

/// Loads the model. Runs on a thread of its own, so that neither a new instance nor a saved score waits for it, and
/// again after [`Composer::try_again`](super::Composer::try_again) if no model is loaded. Runs on the composer's thread
/// after each panic of the network, until the network is switched off. The player sees the error: a sentence that says
/// what is wrong and what to do.
pub type Loader = Box<dyn FnMut() -> Result<Loaded, String> + Send>;

/// Runs a loader and catches its panic.
pub fn run(loader: &mut Loader) -> Result<Loaded, String> {
    catch_unwind(AssertUnwindSafe(loader))
        .unwrap_or_else(|_| Err("the model could not be loaded: its runtime failed unexpectedly".to_owned()))
}
