//! Gestures on parameters: the calls to the host, and undo.

use crate::editor::{
    state::State,
    tests::{
        harness_in,
        recording_host::{HostCall, RecordingHost},
        wiring,
    },
};
use crate::process::wiring::Wiring;
use continuo_engine::score::History;
use egui::{Event, Modifiers, PointerButton, Pos2, Vec2, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use nice_plug::prelude::{Param, ParamPtr, Params};
use std::sync::Arc;

/// The window in a host.
struct Stage {
    wiring: Arc<Wiring>,
    host: Arc<RecordingHost>,
    harness: Harness<'static, State>,
}

impl Stage {
    fn new() -> Self {
        let wiring = wiring();
        let host = RecordingHost::of(&wiring.params);
        let mut harness = harness_in(&wiring, Some(host.context()));
        harness.run_steps(3);
        Self { wiring, host, harness }
    }

    fn pointer(&self, id: &str) -> ParamPtr {
        self.wiring.params.pointer(id).expect("there is such a parameter")
    }

    fn value(&self, id: &str) -> f32 {
        // SAFETY: the pointer belongs to the parameters in `wiring`, which live on.
        unsafe { self.pointer(id).unmodulated_normalized_value() }
    }

    fn default_of(&self, id: &str) -> f32 {
        // SAFETY: as in `value`.
        unsafe { self.pointer(id).default_normalized_value() }
    }

    /// Moves a parameter without a gesture, as the host's automation does.
    fn automate(&mut self, id: &str, value: f32) {
        // SAFETY: as in `value`.
        unsafe { self.pointer(id)._internal_set_normalized_value(value) };
        self.harness.run_steps(2);
    }

    /// Blend and temperature, 0 to 1.
    fn place(&self) -> (f32, f32) {
        let params = &self.wiring.params;
        (params.blend.unmodulated_normalized_value(), params.temperature.unmodulated_normalized_value())
    }

    fn depth(&self) -> (usize, usize) {
        self.wiring.shared.history.read(History::depth)
    }

    fn pad(&self) -> Pos2 {
        self.harness.get_by_label("Style pad").rect().center()
    }

    /// Presses and releases a button, each in a frame of its own.
    fn click(&mut self, pos: Pos2, button: PointerButton) {
        self.harness.hover_at(pos);
        self.harness.run_steps(1);
        for pressed in [true, false] {
            self.harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
            self.harness.run_steps(1);
        }
        self.harness.run_steps(1);
    }

    fn drag(&mut self, from: Pos2, by: Vec2) {
        self.harness.hover_at(from);
        self.harness.drag_at(from);
        for step in 1..=3 {
            self.harness.hover_at(from + by * step as f32 / 3.0);
            self.harness.run_steps(1);
        }
        self.harness.drop_at(from + by);
        self.harness.run_steps(2);
    }

    fn press(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }

    /// Chooses from the menu that the secondary button opens on a control.
    fn reset(&mut self, control: &str, item: &str) {
        let at = self.harness.get_by_label(control).rect().center();
        self.click(at, PointerButton::Secondary);
        self.press(item);
    }

    /// Undoes and redoes a gesture on the pad.
    fn assert_one_step(&mut self, before: (f32, f32)) {
        let after = self.place();
        assert!(after.0.to_bits() != before.0.to_bits() && after.1.to_bits() != before.1.to_bits(), "both moved");
        let depth = self.depth();
        self.press("Undo");
        assert_eq!(self.place(), before, "one undo takes back both");
        assert_eq!(self.depth(), (depth.0 - 1, depth.1 + 1));
        self.press("Redo");
        assert_eq!(self.place(), after, "one redo brings back both");
        assert_eq!(self.depth(), depth);
    }
}

#[test]
fn a_drag_on_the_pad_is_undone_and_redone_in_one_step() {
    let mut stage = Stage::new();
    let before = stage.place();
    stage.drag(stage.pad(), vec2(30.0, 30.0));
    assert_eq!(stage.depth(), (1, 0));
    stage.assert_one_step(before);
}

#[test]
fn a_click_on_the_pad_is_undone_and_redone_in_one_step() {
    let mut stage = Stage::new();
    let before = stage.place();
    stage.click(stage.pad() + vec2(20.0, 10.0), PointerButton::Primary);
    assert_eq!(stage.depth(), (1, 0));
    assert_eq!(
        stage.harness.state().snapshot.undo.as_deref(),
        Some("Blend and Temperature"),
        "the tooltip of Undo names both"
    );
    stage.assert_one_step(before);
}

#[test]
fn a_double_click_on_the_pad_is_one_step_although_its_first_click_moves_the_handle() {
    let mut stage = Stage::new();
    stage.drag(stage.pad(), vec2(30.0, 30.0));
    let before = stage.place();
    let elsewhere = stage.pad() - vec2(30.0, 20.0);
    stage.click(elsewhere, PointerButton::Primary);
    stage.click(elsewhere, PointerButton::Primary);
    assert_eq!(stage.depth(), (2, 0), "one for the drag, one for the double-click");
    let params = &stage.wiring.params;
    let defaults = (params.blend.default_normalized_value(), params.temperature.default_normalized_value());
    assert_eq!(stage.place(), defaults);
    stage.assert_one_step(before);
}

#[test]
fn a_drag_begins_and_ends_a_gesture_on_each_parameter() {
    let mut stage = Stage::new();
    stage.drag(stage.pad(), vec2(30.0, 30.0));
    let calls = stage.host.calls();
    for id in ["blend", "temperature"].map(str::to_owned) {
        let own: Vec<_> = calls
            .iter()
            .filter(|call| match call {
                HostCall::Begin(other) | HostCall::Move(other, _) | HostCall::End(other) => *other == id,
            })
            .collect();
        assert_eq!(own.first(), Some(&&HostCall::Begin(id.clone())));
        assert_eq!(own.last(), Some(&&HostCall::End(id.clone())));
        assert!(own[1..own.len() - 1].iter().all(|call| matches!(call, HostCall::Move(..))), "{own:?}");
    }
}

/// One control of each kind: its name, the menu's item, the parameter, and a value that is not its default.
const RESETS: [(&str, &str, &str, f32); 8] = [
    ("Genre", "Reset to Pop", "genre", 1.0 / 31.0),
    ("Genre B", "Reset to Jazz", "genre_b", 0.0),
    ("Mode: Answer", "Reset to Arrange", "mode", 0.5),
    ("Phrase Length: 1", "Reset to 4 bars", "phrase_length", 0.0),
    ("Bass On", "Reset to On", "bass_on", 0.0),
    ("Bass Lock", "Reset to Off", "bass_lock", 1.0),
    ("Vary", "Reset to Off", "vary", 1.0),
    ("Chords Density", "Reset to 50 %", "chords_density", 0.25),
];

#[test]
fn every_kind_of_control_can_be_reset_in_one_step() {
    for (control, item, id, moved) in RESETS {
        let mut stage = Stage::new();
        let default = stage.default_of(id);
        stage.automate(id, moved);
        let before = stage.value(id);
        assert!((before - default).abs() > 0.01, "{id} is not at its default at first");

        stage.reset(control, item);
        assert_eq!(stage.value(id).to_bits(), default.to_bits(), "{control} is reset");
        let calls = [HostCall::Begin(id.into()), HostCall::Move(id.into(), default), HostCall::End(id.into())];
        assert_eq!(stage.host.calls(), calls, "{control}: the host sees a whole gesture");
        assert_eq!(stage.depth(), (1, 0), "{control}");
        stage.press("Undo");
        assert_eq!(stage.value(id).to_bits(), before.to_bits(), "{control} can be undone");
        assert_eq!(stage.depth(), (0, 1), "{control}");
    }
}

#[test]
fn every_control_of_a_parameter_has_the_menu_that_resets_it() {
    let mut stage = Stage::new();
    let names: Vec<String> = stage
        .wiring
        .params
        .param_map()
        .into_iter()
        // SAFETY: the pointer belongs to the parameters in `wiring`, which live on.
        .map(|(_, pointer, _)| unsafe { pointer.name() }.to_owned())
        .collect();
    // The host's own switch, a trigger, a number that needs a model's conductor, and one that does nothing.
    let elsewhere = ["Bypass", "Generate", "Takes", "Drums Octave"];
    // In the menus of the names.
    let in_a_menu = |name: &str| {
        [" Level", " Pan", " Program"].iter().any(|ending| name.ends_with(ending)) && name != "Sounds Level"
    };
    for name in names.iter().filter(|name| !elsewhere.contains(&name.as_str()) && !in_a_menu(name)) {
        let one_of = ["Mode: Arrange", "Phrase Length: 2", "Melody Source: Input"]
            .into_iter()
            .find(|one| one.starts_with(name.as_str()));
        let at = stage.harness.get_by_label(one_of.unwrap_or(name)).rect().center();
        stage.click(at, PointerButton::Secondary);
        assert!(stage.harness.query_by_label_contains("Reset to").is_some(), "{name} has no menu");
        stage.harness.key_press(egui::Key::Escape);
        stage.harness.run_steps(2);
        assert!(stage.harness.query_by_label_contains("Reset to").is_none(), "the menu of {name} closes");
    }
    assert_eq!(stage.depth(), (0, 0), "opening the menu moves nothing");
    assert_eq!(stage.host.calls(), []);
}

#[test]
fn a_control_at_its_default_cannot_be_reset() {
    let mut stage = Stage::new();
    for (is_there, moved) in [(true, 1.0), (false, 0.0)] {
        stage.automate("bass_on", moved);
        let at = stage.harness.get_by_label("Bass On").rect().center();
        stage.click(at, PointerButton::Secondary);
        let item = stage.harness.get_by_label("Reset to On").accesskit_node().is_disabled();
        assert_eq!(item, is_there);
        stage.harness.key_press(egui::Key::Escape);
        stage.harness.run_steps(2);
    }
}

#[test]
fn the_tooltip_of_a_switch_says_how_to_reset_it() {
    let mut stage = Stage::new();
    let at = stage.harness.get_by_label("Bass Lock").rect().center();
    stage.harness.hover_at(at);
    // A tooltip waits until the pointer rests.
    stage.harness.run_steps(120);
    assert!(stage.harness.query_by_label_contains("Right-click to reset to Off.").is_some());
}

#[test]
fn the_secondary_button_drags_nothing() {
    let mut stage = Stage::new();
    for name in ["Style pad", "Chords Density"] {
        let from = stage.harness.get_by_label(name).rect().center();
        let button = PointerButton::Secondary;
        let press = |pos, pressed| Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE };
        stage.harness.hover_at(from);
        stage.harness.event(press(from, true));
        stage.harness.run_steps(1);
        stage.harness.hover_at(from + vec2(30.0, 20.0));
        stage.harness.run_steps(1);
        stage.harness.event(press(from + vec2(30.0, 20.0), false));
        stage.harness.run_steps(2);
    }
    assert_eq!(stage.host.calls(), []);
}
