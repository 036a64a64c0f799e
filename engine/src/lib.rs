//! Continuo's engine: everything that is independent of plugin formats and windows.
//!
//! A melody goes in; five generated parts come out, in time with a host's transport. The modules, from the ground up:
//! [`storage`] keeps files; [`network`] runs the models; [`styles`] are the genres; [`score`] holds melody, phrases and
//! takes; [`arranging`] generates phrases from a melody; [`melodies`] goes on with the melody itself,
//! [`drumming`] drums to it, and [`lead`] improvises; [`tools`] work on selected bars; [`realtime`] plays them on the audio thread; [`composer`] is
//! the thread between the two. `docs/ARCHITECTURE.md` defines the terms.
//!
//! What the command line does, in short: read a melody and arrange an ensemble under it.
//!
//! ```
//! use continuo_engine::prelude::*;
//! use continuo_music::{midi_file, part::Part};
//!
//! # #[cfg(feature = "runtimes")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = midi_file::read_file("../tests/tunes/ode_to_joy.mid".as_ref())?;
//! let melody = file.tracks[file.melody_track(None)?].notes.clone();
//! let song = WholeSong { melody, meters: file.meters, ..WholeSong::default() };
//! let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Auto)?;
//! let shape = Shape { temperature: 0.8, seed: 7, ..Shape::default() };
//! let settings = Settings { shape, ..Settings::default() };
//!
//! let arrangement = arrange_song(&mut arranger, &song, &settings, &Shelf::default(), |_, _| {})?;
//! assert!(Part::ALL.iter().any(|&part| !arrangement.parts[part].is_empty()));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "runtimes"))]
//! # fn main() {}
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod arranging;
pub mod composer;
pub mod drumming;
pub mod lead;
pub mod melodies;
pub mod network;
pub mod prelude;
pub mod realtime;
pub mod score;
pub mod storage;
pub mod styles;
pub mod tools;

/// What the plugin's file contains, so that it shows its version without being loaded: [`PLUGIN_MARK_BEGIN`], the version,
/// [`PLUGIN_MARK_END`]. All crates of the workspace have one version.
pub const PLUGIN_MARK: &str = concat!("[the Continuo plugin, version ", env!("CARGO_PKG_VERSION"), "]");
/// The beginning of [`PLUGIN_MARK`].
pub const PLUGIN_MARK_BEGIN: &str = "[the Continuo plugin, version ";
/// The end of [`PLUGIN_MARK`].
pub const PLUGIN_MARK_END: char = ']';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_the_plugin_begins_and_ends_as_it_says() {
        let version = PLUGIN_MARK.strip_prefix(PLUGIN_MARK_BEGIN).and_then(|rest| rest.strip_suffix(PLUGIN_MARK_END));
        assert_eq!(version, Some(env!("CARGO_PKG_VERSION")));
    }
}
