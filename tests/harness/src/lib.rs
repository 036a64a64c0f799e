//! What tests and chores share: headless hosts that drive the built plugin in both formats, a screen for its window, and
//! music, evidence and measurements.

pub mod balance;
pub mod built;
pub mod busy;
pub mod child;
pub mod event;
pub mod evidence;
pub mod hosts;
#[cfg(target_os = "linux")]
pub mod on_a_screen;
pub mod played;
pub mod player;
pub mod process;
#[cfg(target_os = "linux")]
pub mod screen;
pub mod songs;
pub mod state;
pub mod transport;
pub mod tune;
#[cfg(target_os = "linux")]
pub mod window_session;

pub use self::{
    balance::Balance,
    event::{AddressedKind, HostEvent, NoteEvent, NoteEventKind, SongEvent},
    hosts::{AudioSide, Format, Parameter, PluginError, PluginHost, Setup, open, open_named},
    player::{Pace, Player},
    transport::Transport,
    tune::{MelodyNote, Tune},
};
