//! The menu behind a part's name: how it is heard.

use crate::{
    editor::tests::{harness_in, recording_host::RecordingHost},
    params::ContinuoParams,
    process::wiring::Wiring,
};
use continuo_engine::composer::Shared;
use continuo_sounds::programs;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn wiring() -> Arc<Wiring> {
    let shared = Arc::new(Shared::new());
    let params = Arc::new(ContinuoParams::new(Arc::clone(&shared), vec!["Pop".to_owned()], 0));
    Arc::new(Wiring::new(params, shared, None))
}

#[test]
fn an_instrument_is_chosen_by_its_family_and_name_and_the_choice_is_undone() {
    let wiring = wiring();
    let host = RecordingHost::of(&wiring.params);
    let mut harness = harness_in(&wiring, Some(host.context()));
    harness.run_steps(3);
    let program = || wiring.params.strings.sound.program.value();
    assert_eq!(program(), 0, "the genre's");
    for label in ["Sound of Strings", "All instruments"] {
        harness.get_by_label(label).click();
        harness.run_steps(3);
    }
    assert!(harness.query_by_label("Grand Piano").is_some(), "the first family is open");
    assert!(harness.query_by_label("Cello").is_none());
    harness.get_by_label("Solo Strings").click();
    harness.run_steps(3);
    harness.get_by_label("Cello").click();
    harness.run_steps(3);
    let chosen = programs::find("Cello").map(|program| i32::from(program) + 1);
    assert_eq!(Some(program()), chosen);
    assert!(harness.query_by_label("Cello").is_some(), "the list stays, so that others can be tried");
    harness.get_by_label("By Genre").click();
    harness.run_steps(3);
    assert_eq!(program(), 0);
    for wanted in [chosen, Some(0)] {
        harness.get_by_label("Undo").click();
        harness.run_steps(3);
        assert_eq!(Some(program()), wanted);
    }
}

#[test]
fn the_drums_have_kits() {
    let wiring = wiring();
    let host = RecordingHost::of(&wiring.params);
    let mut harness = harness_in(&wiring, Some(host.context()));
    harness.run_steps(3);
    for label in ["Sound of Drums", "All instruments", "Brush"] {
        harness.get_by_label(label).click();
        harness.run_steps(3);
    }
    assert!(harness.query_by_label("Solo Strings").is_none());
    assert_eq!(wiring.params.drums.sound.program.value(), 3);
}
