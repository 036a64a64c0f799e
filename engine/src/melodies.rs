//! Melodies from melodies: what follows one (`extend`), what is better in one (`enhance`), what else could be in some of its
//! bars (`infill`), one from nothing (`generate`), and the way from one to another (`interpolate`).

mod cells;
mod change;
pub(crate) mod choice;
mod enhance;
pub(crate) mod events;
mod extend;
pub(crate) mod feel;
mod generate;
mod infill;
mod interpolate;
mod judged;
mod passage;
mod phrase;
pub(crate) mod restraint;
mod returns;
mod revision;
#[cfg(all(test, feature = "runtimes"))]
mod tunes_for_tests;

pub use crate::score::Keep;
pub use change::{Change, MOST_CHANGES, MOST_REVISED_BARS, ReviseError};
pub use enhance::{EnhanceRequest, Enhanced, enhance};
pub use extend::{ExtendError, ExtendRequest, Extension, FEWEST_NOTES, MOST_BARS, extend, next_bar};
pub use generate::{GenerateRequest, Generated, generate};
pub use infill::{InfillRequest, Infilled, infill};
pub use interpolate::{InterpolateRequest, Interpolation, MOST_MORPHED, Station, interpolate};
pub use passage::KnownMelody;
pub use phrase::{MOST_GENERATED, MOST_STEPS, PhraseError};
