//! What happens in each block: where a melody note enters, where notes leave, and what the threads share.

pub mod instance;
pub mod wiring;

pub mod melody_input;
pub mod model;
pub mod standalone_transport;
pub mod status_log;
pub mod window_keys;
