//! What most programs that arrange melodies need.

pub use crate::{
    arranging::{Arrangement, Arranger, arrange_song},
    network::{BackendChoice, ModelSource},
    score::WholeSong,
    styles::Shelf,
};
pub use continuo_music::settings::{Settings, Shape};
