//! The sections of a song: stretches with a name, such as a verse, on bar lines.

mod form_borders;
mod kind;
mod list;
mod outline;

pub use form_borders::{GrowingForm, form_borders};
pub use kind::SectionKind;
pub use list::{MAX_NAME_LENGTH, Section, Sections};
pub use outline::{Outline, OutlineError, OutlineItem, OutlineProblem};

#[cfg(test)]
mod tests;
