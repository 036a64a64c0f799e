//! The window for people who see little or use no mouse.

use crate::editor::{
    state::State,
    tests::{harness, harness_in, recording_host::RecordingHost, score, wiring, wiring_at},
    theme::Legibility,
};
use continuo_engine::storage::{DataFolder, Preferences};
use egui::{Key, Modifiers, Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use nice_plug::prelude::Param;

#[test]
fn larger_text_and_high_contrast_are_kept_for_all_windows() {
    let folder = tempfile::tempdir().unwrap();
    let wiring = wiring_at(folder.path());
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    for (switch, expected) in [
        ("Larger text", Legibility { larger_text: true, high_contrast: false }),
        ("High contrast", Legibility { larger_text: true, high_contrast: true }),
        ("Larger text", Legibility { larger_text: false, high_contrast: true }),
    ] {
        if harness.query_by_label(switch).is_none() {
            harness.get_by_label("Scale").click();
            harness.run_steps(3);
        }
        harness.get_by_label(switch).click();
        harness.run_steps(3);
        assert_eq!(harness.state().legibility, Some(expected));
        let kept = Preferences::read(&DataFolder::at(folder.path())).unwrap();
        assert_eq!((kept.larger_text, kept.high_contrast), (expected.larger_text, expected.high_contrast));
    }
    let mut another = State::new();
    another.update(&wiring_at(folder.path()));
    assert_eq!(another.legibility, Some(Legibility { larger_text: false, high_contrast: true }));
    assert_eq!(harness.ctx.global_style().visuals.panel_fill, egui::Color32::BLACK);
}

/// The names of all controls that take the keyboard's focus now.
fn controls(harness: &Harness<'static, State>) -> Vec<String> {
    let nodes = harness.root().children_recursive();
    let takes_focus = |node: &egui_kittest::Node<'_>| {
        let node = node.accesskit_node();
        node.data().supports_action(egui::accesskit::Action::Focus)
            && node.role() != Role::Window
            && !node.is_disabled()
    };
    nodes.filter(takes_focus).filter_map(|node| node.accesskit_node().label()).collect()
}

fn focused(harness: &Harness<'static, State>) -> Option<String> {
    let nodes = harness.root().children_recursive();
    nodes.filter(|node| node.accesskit_node().is_focused()).find_map(|node| node.accesskit_node().label())
}

#[test]
fn tab_reaches_every_control() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    let all = controls(&harness);
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..all.len() + 8 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        reached.extend(focused(&harness));
    }
    let missed: Vec<_> = all.iter().filter(|name| !reached.contains(*name)).collect();
    assert!(missed.is_empty(), "Tab passes by {missed:?}");
}

#[test]
fn keys_open_the_menu_of_a_control_and_choose_in_it() {
    let wiring = wiring();
    let host = RecordingHost::of(&wiring.params);
    let mut harness = harness_in(&wiring, Some(host.context()));
    harness.run_steps(2);
    harness.get_by_label("Chords Density").focus();
    harness.run_steps(2);
    let density = || wiring.params.chords.density.unmodulated_normalized_value();
    let usual = density();
    harness.key_press(Key::ArrowUp);
    harness.run_steps(2);
    assert!(density() > usual);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    harness.run_steps(3);
    let item = focused(&harness);
    assert!(item.as_ref().is_some_and(|name| name.starts_with("Reset to")), "{item:?}");
    assert!(harness.query_by_label("Learn").is_some());
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!((density() - usual).abs() < 1e-6);
    assert!(harness.query_by_label("Learn").is_none(), "the menu is closed");
}
