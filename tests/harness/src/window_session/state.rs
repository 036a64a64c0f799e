//! What a session reads: parameters, the score, notes, and what the window shows.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use super::{probe::Control, session::WindowSession};
use crate::{
    hosts::PluginHost,
    screen::{Place, Screenshot},
    state,
};
use continuo_engine::score::Score;
use std::time::Duration;

impl WindowSession {
    /// The window's width and height in pixels, as the screen reports them.
    pub fn size(&self) -> Option<(u16, u16)> {
        self.screen.place_of_child(self.frame).map(|place| (place.width, place.height))
    }

    /// The width and height in pixels that the window asked its host for last.
    pub fn size_wanted(&mut self) -> Option<(u32, u32)> {
        self.host().size_wanted()
    }

    /// How many windows people see: the program's own, and dialogs of the system.
    pub fn windows(&self) -> usize {
        self.screen.shown_in(self.frame)
    }

    /// Whether no note sounds at this moment.
    pub fn is_silent(&self) -> bool {
        self.balance.is_silent()
    }

    /// Whether a note of the melody sounds at this moment.
    pub fn melody_sounds(&self) -> bool {
        self.balance.sounding().any(|(channel, _)| channel == 0)
    }

    /// A parameter as the host sees it.
    pub fn value(&mut self, parameter: &str) -> String {
        self.host().value(parameter).expect("there is such a parameter")
    }

    /// Sets a parameter as the host does, and waits until the plugin has it.
    pub fn set(&mut self, parameter: &str, value: &str) {
        self.host().set(parameter, value).expect("the plugin accepts the value");
        self.until("the plugin has the value", |session| session.value(parameter) == value);
    }

    /// The state as the host saves it.
    pub fn save(&mut self) -> Vec<u8> {
        self.host().save().expect("the plugin saves its state")
    }

    /// The host gives the plugin a state that it saved.
    pub fn load(&mut self, state: &[u8]) {
        self.host().load(state).expect("the plugin accepts the state");
    }

    /// How many notes began so far.
    pub fn begun(&self) -> u64 {
        self.balance.begun()
    }

    /// The score as it would be saved.
    pub fn score(&mut self) -> Score {
        state::score(&self.save())
    }

    /// Whether a phrase in the score was made.
    pub fn has_phrase(&mut self) -> bool {
        self.score().phrases().iter().any(|phrase| phrase.recipe.is_some())
    }

    /// Whether the whole melody in the score has its phrases.
    pub fn is_arranged(&mut self) -> bool {
        let score = self.score();
        let end = score.melody().last().map_or(i64::MAX, |note| note.start);
        score.phrases().last().is_some_and(|phrase| phrase.span.end > end)
    }

    /// Which take of the first phrase plays, from 0, and how many takes there are.
    pub fn takes(&mut self) -> Option<(usize, usize)> {
        self.score().takes(0).map(|takes| (takes.chosen(), takes.list().len()))
    }

    /// What the window shows.
    pub fn picture(&mut self) -> Screenshot {
        self.run(Duration::from_millis(500));
        let usual = Place { width: self.size.0, height: self.size.1, ..Place::default() };
        let place = self.screen.place_of_child(self.frame).unwrap_or(usual);
        self.screen.picture(place).expect("the screen can be read")
    }

    /// Whether there is a control with a name.
    pub fn shows(&self, name: &str) -> bool {
        self.shows_any(|shown| shown == name)
    }

    /// Whether there is a control with a name for which `wanted` holds.
    pub fn shows_any(&self, wanted: impl Fn(&str) -> bool) -> bool {
        self.probe.controls().iter().any(|control| wanted(&control.name))
    }

    /// A control by its name; waits until it is there, and stays where it is: a dialog is laid out once before its size is
    /// known, and then moves to where it belongs.
    pub fn control(&mut self, name: &str) -> Control {
        let mut found = None;
        self.until(&format!("a control named {name}"), |session| {
            found = session.probe.control(name);
            found.is_some()
        });
        let mut control = found.expect("the control was found");
        // A program's window may lie anywhere on the screen.
        let place = self.screen.place_of_child(self.frame).unwrap_or_default();
        (control.x, control.y) = (control.x + i32::from(place.x), control.y + i32::from(place.y));
        control
    }

    /// The name of a control for which `wanted` holds; waits until there is one.
    pub fn control_named(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let find =
            |session: &Self| session.probe.controls().into_iter().map(|control| control.name).find(|name| wanted(name));
        let mut found = None;
        self.until("a control with such a name", |session| {
            found = find(session);
            found.is_some()
        });
        found.expect("the control was found")
    }

    /// How many frames the window has drawn.
    pub fn frames(&self) -> u64 {
        self.probe.frames()
    }

    /// The median time that the window needed for its last frames before it drew them.
    pub fn frame_time(&self) -> Option<Duration> {
        self.probe.frame_time()
    }
}
