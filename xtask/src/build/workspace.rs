//! The workspace's folders, and running other programs in them: shared with the harness.

pub use continuo_harness::workspace::*;
