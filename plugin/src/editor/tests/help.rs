//! The help page and the hint that points to it.

use crate::{
    editor::{
        help::{first_sound, host::Host, routes},
        tests::{harness, wiring},
    },
    params::ContinuoParams,
    process::wiring::Wiring,
};
use continuo_engine::{composer::Shared, storage::DataFolder};
use egui::Key;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

#[test]
fn the_key_and_the_button_open_the_help_and_escape_closes_it() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    for open in [true, false] {
        assert!(harness.query_by_label("Keys and mouse").is_none());
        if open {
            harness.key_press(Key::F1);
        } else {
            harness.get_by_label("Help").click();
        }
        harness.run_steps(3);
        assert!(harness.query_by_label("Step 3").is_some());
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        assert!(harness.query_by_label("Step 3").is_none());
    }
}

#[test]
fn the_help_shows_the_steps_of_the_host_that_is_chosen() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    for host in Host::ALL {
        harness.state_mut().help = Some(host);
        harness.run_steps(3);
        for step in routes::steps(host) {
            assert!(harness.query_by_label(step.text).is_some(), "{host:?}: {}", step.text);
        }
        let untried = harness.query_by_label_contains("has not tried these steps").is_some();
        assert_eq!(untried, !routes::is_tried(host));
    }
}

#[test]
fn the_hint_comes_until_it_is_closed_and_never_again() {
    let folder = tempfile::tempdir().unwrap();
    let new_window = || {
        let shared = Arc::new(Shared::new());
        let params = Arc::new(ContinuoParams::new(Arc::clone(&shared), vec!["Pop".to_owned()], 0));
        Arc::new(Wiring::new(params, shared, Some(DataFolder::at(folder.path()))))
    };
    for _ in 0..2 {
        let mut harness = harness(&new_window());
        harness.run_steps(3);
        assert!(harness.query_by_label("Got it").is_some(), "looking at it does not close it");
    }
    let mut first = harness(&new_window());
    first.run_steps(3);
    for step in first_sound::steps(Host::at_hand(false), true) {
        assert!(first.query_by_label(step.text).is_some(), "{}", step.text);
    }
    first.get_by_label("Got it").click();
    first.run_steps(3);
    assert!(first.query_by_label("Got it").is_none());
    let mut second = harness(&new_window());
    second.run_steps(3);
    assert!(second.query_by_label("Got it").is_none());
}

#[test]
fn recording_is_explained_for_each_host() {
    for host in Host::ALL {
        assert!(first_sound::recording(host).ends_with('.'), "{host:?}");
        for heard in [true, false] {
            assert!(
                first_sound::steps(host, heard).iter().all(|step| step.text.len() < 200),
                "{host:?}: too long to read"
            );
        }
    }
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    harness.get_by_label("Record").click();
    harness.run_steps(3);
    assert!(harness.query_by_label(first_sound::recording(Host::at_hand(false))).is_some());
}
