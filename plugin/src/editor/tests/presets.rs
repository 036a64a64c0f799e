//! The menu of presets.

use crate::{
    editor::tests::{harness_in, recording_host::RecordingHost},
    params::ContinuoParams,
    presets::{folder, preset::Preset},
    process::wiring::Wiring,
};
use continuo_engine::{
    composer::Shared,
    score::{History, Step},
    storage::DataFolder,
};
use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use nice_plug::prelude::Param;
use std::sync::Arc;

fn wiring(data: &DataFolder) -> Arc<Wiring> {
    let shared = Arc::new(Shared::new());
    let genres = vec!["Pop".to_owned(), "Rock".to_owned()];
    let params = Arc::new(ContinuoParams::new(Arc::clone(&shared), genres, 0));
    Arc::new(Wiring::new(params, shared, Some(data.clone())))
}

#[test]
fn a_preset_is_one_step_that_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let wiring = wiring(&DataFolder::at(folder.path()));
    let host = RecordingHost::of(&wiring.params);
    let mut harness = harness_in(&wiring, Some(host.context()));
    harness.run_steps(3);
    let settings = || {
        let params = &wiring.params;
        (params.genre.value(), params.strings.on.value(), params.bass.density.unmodulated_normalized_value().to_bits())
    };
    let before = settings();
    harness.get_by_label("Presets").click();
    harness.run_steps(3);
    harness.get_by_label("Rock trio").click();
    harness.run_steps(3);
    assert_eq!((settings().0, settings().1), (1, false));
    assert_eq!(wiring.shared.history.read(History::depth), (1, 0));
    let is_one = wiring.shared.history.read(|history| matches!(history.last_done(), Some(Step::Parameters(_))));
    assert!(is_one);
    harness.get_by_label("Undo").click();
    harness.run_steps(3);
    assert_eq!(settings(), before);
}

#[test]
fn settings_are_saved_under_a_name_and_found_in_the_menu() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path());
    let wiring = wiring(&data);
    let mut harness = harness_in(&wiring, None);
    harness.run_steps(3);
    for (name, answers) in [("Rock trio", &["built in"][..]), ("Sunday", &[]), ("Sunday", &["There is a preset"])] {
        harness.get_by_label("Presets").click();
        harness.run_steps(3);
        harness.get_by_label("Save as a preset…").click();
        harness.run_steps(3);
        harness.get_by_label("Preset name").type_text(name);
        harness.run_steps(2);
        harness.get_by_label("Save preset").click();
        harness.run_steps(3);
        for answer in answers {
            assert!(harness.query_by_label_contains(answer).is_some(), "{name}: {answer}");
        }
        if !answers.is_empty() {
            harness.key_press(Key::Escape);
            harness.run_steps(3);
        }
        assert!(harness.query_by_label("Preset name").is_none());
    }
    let listing = folder::list(&data);
    assert_eq!(listing.presets, [("Sunday".to_owned(), Preset::of_current(&wiring.params))]);
    std::fs::write(data.presets().join("broken.json"), "{").unwrap();
    harness.get_by_label("Presets").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Sunday").is_some());
    assert!(harness.query_by_label("! broken").is_some(), "the menu names a bad file");
}

#[test]
fn a_preset_with_a_genre_that_is_not_here_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path());
    let wiring = wiring(&data);
    folder::keep(&data, "From afar", &Preset::of(&[("genre", "Polka"), ("bass_on", "Off")])).unwrap();
    let host = RecordingHost::of(&wiring.params);
    let mut harness = harness_in(&wiring, Some(host.context()));
    harness.run_steps(3);
    harness.get_by_label("Presets").click();
    harness.run_steps(3);
    harness.get_by_label("From afar").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Genre cannot be \"Polka\"").is_some());
    assert!(wiring.params.bass.on.value());
    assert_eq!(host.calls(), []);
    let undo = harness.get_by_label("Undo").accesskit_node().is_disabled();
    assert!(undo, "nothing to undo");
}
