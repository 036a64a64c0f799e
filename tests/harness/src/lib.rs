//! Headless hosts: they load a built plugin the way a workstation does, feed it a transport and notes, and collect
//! what it plays. Tests and the demonstration drive both formats through one trait, [`Host`].

pub mod balance;
pub mod built;
pub mod busy;
pub mod child;
pub mod event;
pub mod evidence;
pub mod host;
pub mod memory;
pub mod performance;
#[cfg(target_os = "linux")]
pub mod screen;
#[cfg(target_os = "linux")]
pub mod session;
pub mod transport;

pub use self::{
    balance::Balance,
    event::{AddressedKind, HostEvent, NoteEvent, NoteEventKind, SongEvent},
    host::{Audio, Format, Host, HostError, Parameter, Setup, open, open_named},
    performance::{MelodyNote, Pace, Player, Song},
    transport::Transport,
};
