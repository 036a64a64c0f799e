//! Files in the window: the dialog that asks for a path, and files that are dropped.

pub mod dialog;
pub mod drop;
