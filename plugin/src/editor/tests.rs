//! The panels without a window and without a host, through egui's own test kit.

use super::{app, gesture::Hands, state::State, theme};
use crate::{params::ContinuoParams, wiring::Wiring};
use continuo_engine::{
    arranger::PartNotes,
    history::History,
    meter::{Meter, PhraseSpan},
    note::Note,
    score::{Phrase, Score},
    shared::Shared,
};
use egui::{Key, Role, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use std::{sync::Arc, time::Duration};

const BAR: i64 = 3840;

fn wiring() -> Arc<Wiring> {
    let shared = Arc::new(Shared::new());
    let genres = vec!["Pop".to_owned(), "Jazz".to_owned()];
    let params = Arc::new(ContinuoParams::new(Arc::clone(&shared), genres, 0));
    Arc::new(Wiring::new(params, shared))
}

/// A score with two phrases of four bars.
fn score() -> Score {
    let mut score = Score::default();
    let melody: Vec<_> = (0..32).map(|beat| Note { start: beat * 960, pitch: 72, length: 900, velocity: 90 }).collect();
    score.hear(&melody, 0..8 * BAR);
    for start in [0, 4 * BAR] {
        let parts = PartNotes::from_fn(|part| {
            let pitch = 36 + 12 * part.index() as u8;
            (0..8).map(|note| Note { start: start + note * 1920, pitch, length: 960, velocity: 80 }).collect()
        });
        let span = PhraseSpan { start, end: start + 4 * BAR, meter: Meter::COMMON };
        score.insert(Phrase { span, recipe: None, take: 0, judged: None, programs: [0; 4], parts });
    }
    score
}

fn harness(wiring: &Arc<Wiring>) -> Harness<'static, State> {
    let wired = Arc::clone(wiring);
    let show = move |ui: &mut egui::Ui, state: &mut State| {
        let hands = Hands { context: None, wiring: &wired };
        app::show(ui, &hands, state);
    };
    Harness::builder()
        .with_size(vec2(1140.0, 780.0))
        .with_accessibility_check(true)
        .with_max_steps(20)
        .with_context_setup(theme::apply)
        .build_ui_state(show, State::new())
}

#[test]
fn every_control_has_a_name_and_no_two_have_the_same() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    let mut names = Vec::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let takes_focus = node.data().supports_action(egui::accesskit::Action::Focus);
        if takes_focus && node.role() != Role::Window {
            let name = node.label();
            assert!(name.is_some(), "a control without a name: {:?} {:?}", node.role(), node.raw_bounds());
            names.extend(name);
        }
    }
    let all = names.len();
    assert!(all > 60, "only {all} controls");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "two controls with one name");
}

#[test]
fn a_switch_is_clicked_and_a_number_is_stepped_with_the_keys_and_both_can_be_undone() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.get_by_label("Bass Lock").click();
    harness.run_steps(3);
    harness.get_by_label("Chords Density").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowUp);
    harness.run_steps(2);
    assert_eq!(wiring.shared.read_history(History::depth), (2, 0));
    harness.get_by_label("Undo").click();
    harness.run_steps(3);
    assert_eq!(wiring.shared.read_history(History::depth), (1, 1));
}

#[test]
fn the_pad_moves_blend_and_temperature() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    let from = harness.get_by_label("Style pad").rect().center();
    let to = from + vec2(30.0, 30.0);
    harness.hover_at(from);
    harness.drag_at(from);
    harness.hover_at(to);
    harness.run_steps(1);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(wiring.shared.read_history(History::depth), (2, 0));
}

#[test]
fn keys_that_the_mouse_holds_are_let_go_with_the_window() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.run_steps(2);
    let keys = harness.get_by_label("Keyboard").rect();
    harness.drag_at(keys.left_bottom() + vec2(10.0, -4.0));
    harness.run_steps(2);
    assert_eq!(harness.state().pressed.len(), 1);
    let hands = Hands { context: None, wiring: &wiring };
    super::keyboard::let_go(&hands, harness.state_mut());
    let played: Vec<_> = wiring.keys.played().collect();
    assert_eq!(played.len(), 2, "{played:?}");
}

#[test]
fn a_path_that_cannot_be_written_is_told_in_the_dialog() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.get_by_label("Save score").click();
    harness.run_steps(3);
    harness.get_by_label("Path").type_text("/no/such/folder.mid");
    harness.run_steps(2);
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("does not exist").is_some());
    assert_eq!(wiring.shared.score(), score());
}

#[test]
fn what_the_engine_tells_is_to_be_read() {
    let wiring = wiring();
    let _ = wiring.shared.restore("no score");
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("cannot be read").is_some());
}

#[test]
fn remembered_sizes_fit_on_a_screen() {
    let odd = super::Remembered { width: f64::NAN, height: 1e12, scale: -1.0, takes_folder: None };
    let size = odd.size();
    assert!((800.0..=8000.0).contains(&size.width) && (600.0..=8000.0).contains(&size.height));
    assert!((0.5..=3.0).contains(&odd.scale()));
}

#[test]
fn a_remark_stays_from_when_it_was_drawn() {
    let wiring = wiring();
    let mut state = State::new();
    state.complain("The disk is full.");
    assert_eq!(state.next_look(), Some(Duration::ZERO), "nobody has seen it");
    state.update(&wiring);
    assert!(state.remark().is_some());
    assert!(state.next_look() > Some(Duration::from_secs(7)));
}
