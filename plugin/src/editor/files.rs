//! Files in the window: the dialog that asks for a path, files that are dropped, and what happens with them.

pub mod destination;
pub mod dialog;
pub mod drop;
pub mod export;
pub mod import;
pub mod take_folder;
