//! Tools that work on selected bars: from a copy of the music to what becomes of it. They know no thread.

mod error;
mod material;
mod networks;
mod run;

pub use error::ToolError;
pub use material::Material;
pub use networks::ToolNetworks;
pub use run::{Outcome, run};
