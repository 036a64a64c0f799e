//! What the other rooms share: the workspace, its packages, the toolchain, Python and the runtime library.

pub mod dependencies;
pub mod files;
pub mod python;
pub mod runtime;
pub mod shipped;
pub mod target;
pub mod toolchain;
pub mod workspace;
