//! The built plugin in headless hosts of both formats.
//!
//! The library is loaded from beside this program, where cargo leaves it for being a dependency. It is built with
//! `assert_process_allocs`: an allocation on the audio thread ends the program.

#[path = "plugin/arrange.rs"]
mod arrange;
#[path = "plugin/built.rs"]
mod built;
#[path = "plugin/child.rs"]
mod child;
#[path = "plugin/consistency.rs"]
mod consistency;
#[path = "plugin/faults.rs"]
mod faults;
#[path = "plugin/generate.rs"]
mod generate;
#[path = "plugin/passing.rs"]
mod passing;
#[path = "plugin/state.rs"]
mod state;
#[path = "plugin/styles.rs"]
mod styles;
#[path = "plugin/take_folder.rs"]
mod take_folder;
#[path = "plugin/transport.rs"]
mod transport;
