//! A headless VST3 host.

mod adapter;
mod answer;
mod audio;
mod controllers;
mod events;
pub mod module;
mod parameters;
mod reports;
mod stream;

pub use adapter::Vst3Host;
