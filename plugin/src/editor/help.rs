//! The help page: how the parts get onto tracks in the host at hand, what every control does, and the keys.

pub mod controls;
pub mod first_sound;
pub mod hint;
pub mod host;
pub mod page;
pub mod picture;
pub mod routes;
