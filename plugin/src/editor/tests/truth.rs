//! What the window says is so.

use crate::editor::{
    panels::top_bar::transport_word,
    roll::hover_text,
    state::State,
    tests::{BAR, harness, score, wiring},
};
use continuo_engine::score::Score;
use continuo_music::meter::{Meter, MeterMap};
use egui_kittest::kittest::Queryable;

#[test]
fn a_phrase_that_was_made_for_silence_is_not_called_final() {
    let wiring = wiring();
    let mut silent = Score::default();
    silent.hear(&[], 0..8 * BAR);
    for phrase in score().phrases() {
        silent.insert(phrase.clone());
    }
    wiring.shared.replace(silent);
    let mut state = State::new();
    state.update(&wiring);
    assert!(hover_text::ruler(0, &state).contains("made without a melody"));
    wiring.shared.replace(score());
    state.update(&wiring);
    assert!(hover_text::ruler(0, &state).contains("are final"));
}

#[test]
fn the_ensemble_listens_only_where_nothing_was_heard_yet() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut state = State::new();
    state.update(&wiring);
    assert_eq!(transport_word(false, &state), "Stopped");
    state.playback.rolling = true;
    assert_eq!(transport_word(false, &state), "Playing", "a later pass");
    state.playback.held = 1 << 60;
    assert_eq!(transport_word(false, &state), "Playing", "whatever is played in it");
    state.playback.playhead = 9 * BAR;
    assert_eq!(transport_word(false, &state), "Listening");
    assert_eq!(transport_word(true, &state), "Bypassed");
}

#[test]
fn clearing_everything_is_asked_first() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    harness.state_mut().opened = Some(MeterMap::default());
    for (answer, is_kept) in [("Keep them", true), ("Delete melody and parts", false)] {
        harness.get_by_label("Clear").click();
        harness.run_steps(3);
        assert!(harness.state().opened.is_some(), "a click alone deletes nothing");
        harness.get_by_label(answer).click();
        harness.run_steps(3);
        assert_eq!(harness.state().opened.is_some(), is_kept, "{answer}");
        assert!(harness.query_by_label(answer).is_none(), "the question is gone");
    }
}

#[test]
fn a_host_in_another_meter_than_the_melody_is_told_while_it_lasts() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    let warning =
        |harness: &egui_kittest::Harness<'_, State>| harness.query_by_label_contains("the host plays").is_some();
    harness.run_steps(3);
    assert!(!warning(&harness), "the host told no meter");
    wiring.show_meter(Some((3, 4)));
    harness.run_steps(3);
    assert!(warning(&harness));
    wiring.show_meter(Some((4, 4)));
    harness.run_steps(3);
    assert!(!warning(&harness));
    harness.state_mut().opened = Some(MeterMap::new(Meter { numerator: 3, denominator: 4 }));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("in 3/4 here, but the host plays 4/4").is_some());
}
