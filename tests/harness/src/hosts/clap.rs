//! A headless CLAP host.

mod adapter;
mod audio;
mod callbacks;
mod dialect;
mod events;
mod stream;
mod window;

pub use adapter::ClapHost;
pub use dialect::Dialect;
