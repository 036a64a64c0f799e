//! What happens in each block: `melody_input.rs` is where a melody note enters, `note_output.rs` where notes leave; and
//! what the threads of an instance share (`wiring.rs`).

pub mod host_transport;
pub mod instance;
pub mod instruments;
pub mod melody_input;
pub mod model;
pub mod note_output;
pub mod reporter;
pub mod sound;
pub mod sound_loader;
pub mod standalone_transport;
pub mod status_log;
pub mod window_keys;
pub mod wiring;
