//! The built plugin in headless hosts of both formats.
//!
//! The hosts load the library from beside this program, where cargo leaves it because it is a dependency. It is built with
//! `assert_process_allocs`: an allocation on the audio thread ends the program.

mod arrange;
mod bars;
mod clips;
mod consistency;
mod controls;
mod cues;
mod dialects;
mod faults;
mod generate;
mod lead;
mod learned;
mod loudness;
mod moved_song;
mod note_ends;
mod own_parts;
mod pads;
mod passing;
mod rolling;
mod score_melody;
mod second_cuts;
mod sounds;
mod sounds_and_transport;
mod state;
mod styles;
mod swinging;
mod take_folder;
mod transport;
