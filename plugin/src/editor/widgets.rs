//! The controls that all panels are made of.

pub mod control;
pub mod icon;
pub mod reset;
