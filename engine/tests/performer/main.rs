//! The performer, as the audio thread runs it, with hosts and composers of the tests' own.

mod behaviour;
mod chaos;
mod ensemble;
mod hosts;
mod no_allocation;
mod offline;
mod positions;
mod rig;
