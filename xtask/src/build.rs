//! What the other rooms build with: the workspace and its packages, the toolchain, Python and the runtime library.

pub mod dependencies;
pub mod python;
pub mod runtime;
pub mod shipped;
pub mod toolchain;
pub mod workspace;
