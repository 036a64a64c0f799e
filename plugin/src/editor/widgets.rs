//! The controls that panels are made of. Each has a name for screen readers and a tooltip, and takes the keyboard's
//! focus. All controls of a parameter have the menu that resets it (`reset.rs`).

pub mod button;
pub mod card;
pub mod cells;
pub mod choice;
pub mod icon;
pub mod learn;
pub mod list;
pub mod look;
pub mod networks;
pub mod number;
pub mod reset;
pub mod steps;
pub mod switch;
pub mod text;
pub mod trigger;
