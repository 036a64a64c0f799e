//! Tools that work on selected bars: from a copy of the music to what becomes of it. They know no thread.

mod compose;
mod error;
mod material;
mod networks;
mod outcome;
mod proposal;
mod revise;
mod run;

pub use error::ToolError;
pub use material::Material;
pub use networks::{ToolNetworks, genre_id};
pub use outcome::{Counts, Outcome};
pub use proposal::{Proposal, ProposedChange, edit_of};
pub use run::run;
