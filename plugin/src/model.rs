//! The model that an instance uses.

use continuo_engine::composer::Loader;

/// The genres that the genre parameter names.
#[derive(Debug, Default)]
pub struct Genres {
    /// Shown to people, in the model's order.
    pub names: Vec<String>,
    /// The slot of the default genre.
    pub default: usize,
}

/// The genres of the model that is built in.
pub fn genres() -> Genres {
    Genres::default()
}

/// Loads the model, on the composer's thread.
pub fn loader() -> Loader {
    Box::new(|| Err("This version of Continuo has no model built in; the melody passes through.".to_owned()))
}
