//! The performer as the audio thread runs it, with simulated hosts and composers.

mod behaviour;
mod chaos;
mod ensemble;
mod hosts;
mod no_allocation;
mod offline;
mod pads;
mod positions;
mod rig;
