//! What tests and chores share: headless hosts that drive the built plugin in both formats, a screen for its window, music,
//! evidence and measurements.
#![cfg_attr(
    windows,
    allow(clippy::unnecessary_cast, clippy::useless_conversion, reason = "C's numbers have other types elsewhere")
)]

pub mod evidence;
pub mod figures;
pub mod workspace;

#[cfg(feature = "hosts")]
pub mod balance;
#[cfg(feature = "hosts")]
pub mod built;
#[cfg(feature = "hosts")]
pub mod busy;
#[cfg(feature = "hosts")]
pub mod child;
#[cfg(feature = "hosts")]
pub mod command_line;
#[cfg(feature = "hosts")]
pub mod event;
#[cfg(feature = "hosts")]
pub mod hosts;
#[cfg(all(feature = "hosts", target_os = "linux"))]
pub mod on_a_screen;
#[cfg(feature = "hosts")]
pub mod played;
#[cfg(feature = "hosts")]
pub mod player;
#[cfg(feature = "hosts")]
pub mod plugin_log;
#[cfg(feature = "hosts")]
pub mod process;
#[cfg(all(feature = "hosts", target_os = "linux"))]
pub mod screen;
#[cfg(feature = "hosts")]
pub mod songs;
#[cfg(feature = "hosts")]
pub mod state;
#[cfg(feature = "hosts")]
pub mod transport;
#[cfg(feature = "hosts")]
pub mod tune;
#[cfg(all(feature = "hosts", target_os = "linux"))]
pub mod window_session;

#[cfg(feature = "programs")]
pub mod picture;
#[cfg(feature = "programs")]
pub mod tunes;

#[cfg(feature = "hosts")]
pub use self::{
    balance::Balance,
    event::{
        AddressedKind, HostEvent, Moved, MovedControl, NoteEvent, NoteEventKind, Reported, ReportedKind, SongEvent,
    },
    hosts::{AudioSide, Format, Parameter, PluginError, PluginHost, Setup, open, open_named},
    player::{Pace, Player},
    transport::Transport,
    tune::{MelodyNote, Tune},
};
