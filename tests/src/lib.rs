//! Headless hosts: they load a built plugin the way a workstation does, feed it a transport and notes, and collect
//! what it plays. Tests and the demonstration drive both formats through one trait, [`Host`].

pub mod event;
pub mod host;
pub mod performance;
#[cfg(target_os = "linux")]
pub mod screen;
#[cfg(target_os = "linux")]
pub mod session;
pub mod transport;

pub use self::{
    event::{NoteEvent, NoteEventKind, SongEvent},
    host::{Format, Host, HostError, Parameter, Setup, open},
    performance::{MelodyNote, Pace, Player, Song},
    transport::Transport,
};
