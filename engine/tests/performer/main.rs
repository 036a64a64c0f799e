//! The performer as the audio thread runs it, with simulated hosts and composers.

mod behaviour;
mod chaos;
mod count_in;
mod cues;
mod ensemble;
mod glitches;
mod hosts;
mod lead;
mod live;
mod no_allocation;
mod offline;
mod own_parts;
mod pads;
mod positions;
mod rig;
mod score_melody;
mod second_cuts;
mod silent_loops;
