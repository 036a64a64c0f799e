//! The audio thread's side: transport and melody in, notes out, and what crosses between it and the composer.
//!
//! Nothing here allocates, frees, locks, waits or calls the system while a host plays in real time.

pub(crate) mod capture;
pub(crate) mod controls;
mod cues;
pub(crate) mod monitor;
pub(crate) mod note_tracker;
pub(crate) mod performer;
pub(crate) mod queues;
pub(crate) mod schedule;
pub(crate) mod transport;

pub use capture::KeyStroke;
pub use controls::{Control, ControlEvent, Expression, NO_BEND};
pub use monitor::{Monitor, MonitorReading};
pub use note_tracker::{EVENTS_PER_BLOCK, OutputEvent, OutputEventKind};
pub use performer::Performer;
pub use queues::{
    AudioEnds, ComposerEnds, Delivery, FACT_CAPACITY, Fact, LeadNote, MelodyBar, MelodyNote, PLAY_AT_ONCE, PartNote,
    PlayableLead, PlayableMelody, PlayablePhrase, Progress, RolledTick, TABLE_CAPACITY, queues,
};
pub use transport::BlockTransport;
