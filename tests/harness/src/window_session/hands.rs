//! Hands on the window: mouse and keyboard.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use super::session::WindowSession;
use crate::screen::{Key, Screen, ScreenError};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How long to wait for a window to draw what was done to it: on a slow machine a frame takes seconds.
const LOOK: Duration = Duration::from_mins(1);

impl WindowSession {
    /// Uses mouse or keyboard, and waits until the window has drawn two frames since: on a slow machine the window would
    /// take two actions that follow each other too fast for one.
    fn act(&mut self, hand: impl FnOnce(&Screen) -> Result<(), ScreenError>) {
        let before = self.frames();
        hand(&self.screen).expect("mouse and keyboard work");
        let begun = Instant::now();
        while self.frames() < before + 2 && begun.elapsed() < LOOK {
            self.run(Duration::from_millis(10));
        }
    }

    /// Moves the mouse. If it is there already, the window draws nothing.
    fn point(&mut self, (x, y): (i32, i32)) {
        if self.pointer.replace((x, y)) != Some((x, y)) {
            self.act(|screen| screen.point(x, y));
        }
    }

    /// Clicks a control.
    pub fn click(&mut self, name: &str) {
        let place = self.control(name).middle();
        self.click_at(place);
    }

    /// Clicks a place.
    pub fn click_at(&mut self, place: (i32, i32)) {
        self.point(place);
        self.act(Screen::press);
        self.act(Screen::release);
        self.run(Duration::from_millis(100));
    }

    /// Drags from one place to another, in steps as a hand does.
    pub fn drag_between(&mut self, from: (i32, i32), to: (i32, i32)) {
        const STEPS: i32 = 4;
        self.point(from);
        self.act(Screen::press);
        for step in 1..=STEPS {
            self.point((from.0 + (to.0 - from.0) * step / STEPS, from.1 + (to.1 - from.1) * step / STEPS));
        }
        self.act(Screen::release);
        self.run(Duration::from_millis(100));
    }

    /// Presses a key.
    pub fn press_key(&mut self, key: Key) {
        self.act(|screen| screen.key(key));
        self.run(Duration::from_millis(100));
    }

    /// Presses a letter together with Control.
    pub fn press_control(&mut self, letter: char) {
        self.act(|screen| screen.control(letter));
        self.run(Duration::from_millis(100));
    }

    /// Types a text into the control that has the keyboard's focus.
    pub fn write(&mut self, text: &str) {
        self.act(|screen| screen.write(text));
        self.run(Duration::from_millis(100));
    }

    /// Clicks a control twice.
    pub fn double_click(&mut self, name: &str) {
        let (x, y) = self.control(name).middle();
        self.point((x, y));
        self.screen.click(x, y).expect("the mouse works");
        self.act(|screen| screen.click(x, y));
        self.run(Duration::from_millis(400));
    }

    /// Opens the menu of a control with the right button, and chooses an item.
    pub fn choose(&mut self, name: &str, item: &str) {
        let (x, y) = self.control(name).middle();
        self.point((x, y));
        self.act(|screen| screen.click_right(x, y));
        self.click(item);
    }

    /// Turns the wheel over a control.
    pub fn wheel(&mut self, name: &str, notches: i32) {
        let (x, y) = self.control(name).middle();
        self.point((x, y));
        self.act(|screen| screen.wheel(x, y, notches));
        self.run(Duration::from_millis(400));
    }

    /// Drags from the middle of a control, in steps as a hand does.
    pub fn drag(&mut self, name: &str, by: (i32, i32)) {
        let (x, y) = self.control(name).middle();
        self.drag_between((x, y), (x + by.0, y + by.1));
    }

    /// Plays a key of the on-screen keyboard: holds the button down until the melody sounds, and releases it until the
    /// melody is silent.
    pub fn play(&mut self, place: (i32, i32)) {
        self.point(place);
        self.act(Screen::press);
        self.until("the key sounds", |session| session.melody_sounds());
        self.act(Screen::release);
        self.until("the key is silent", |session| !session.melody_sounds());
    }

    /// Closes the dialog that asks for a path.
    pub fn leave_dialog(&mut self) {
        self.act(|screen| screen.key(Key::Escape));
        self.wait_for_no_dialog();
    }

    /// Waits until the dialog that asks for a path is gone: until then clicks go to the dialog.
    pub fn wait_for_no_dialog(&mut self) {
        self.until("the dialog is gone", |session| !session.shows("Path"));
    }

    /// Holds the button down at a place while the host processes.
    pub fn hold(&mut self, (x, y): (i32, i32), time: Duration) {
        self.screen.point(x, y).expect("the mouse works");
        self.pointer = Some((x, y));
        self.screen.press().expect("the mouse works");
        self.run(time);
        self.screen.release().expect("the mouse works");
        self.run(Duration::from_millis(100));
    }

    /// Drops a file onto the window, which must accept it.
    pub fn drop_file(&mut self, file: &Path, (x, y): (i32, i32)) {
        assert!(
            self.screen.drop_file(file, x, y).expect("the window answers"),
            "the window refuses {}",
            file.display()
        );
        self.run(Duration::from_millis(400));
    }

    /// Types a path into the dialog that asks for it.
    pub fn type_path(&mut self, path: &Path) {
        self.click("Path");
        self.act(|screen| screen.control('a'));
        self.act(|screen| screen.write(&path.display().to_string()));
        self.act(|screen| screen.key(Key::Enter));
        self.run(Duration::from_millis(100));
    }
}
