//! The panels without a window, through egui's test kit.

mod chords;
mod gestures;
mod help;
mod legibility;
mod melody;
mod networks;
mod presets;
mod recording_host;
mod sections;
mod sounds;
mod truth;

use crate::{
    editor::{app, context::EditorContext, state::State, theme},
    files::take_folder::TakeFolderStatus,
    params::ContinuoParams,
    process::wiring::Wiring,
};
use continuo_engine::{
    arranging::{Arrange, ArrangedPhrase, PhraseRequest},
    composer::{Composer, Loaded, Shared},
    network::InferenceError,
    realtime::queues,
    score::{History, Phrase, Recipe, Score, Step},
    storage::DataFolder,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::{Part, PartNotes},
    settings::Settings,
};
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Role, TouchPhase, accesskit::Toggled, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use nice_plug::context::gui::GuiContext;
use std::{path::Path, sync::Arc, time::Duration};

const BAR: i64 = 3840;

fn wiring() -> Arc<Wiring> {
    wiring_in(None)
}

/// The same with the user's choices in a folder.
fn wiring_at(folder: &Path) -> Arc<Wiring> {
    wiring_in(Some(DataFolder::at(folder)))
}

fn wiring_in(data: Option<DataFolder>) -> Arc<Wiring> {
    let shared = Arc::new(Shared::new());
    let genres = vec!["Pop".to_owned(), "Jazz".to_owned()];
    let params = Arc::new(ContinuoParams::new(Arc::clone(&shared), genres, 0));
    Arc::new(Wiring::new(params, shared, data))
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
    harness_in(wiring, None)
}

/// The window, open in a host.
fn harness_in(wiring: &Arc<Wiring>, gui: Option<GuiContext>) -> Harness<'static, State> {
    let wired = Arc::clone(wiring);
    let show = move |ui: &mut egui::Ui, state: &mut State| {
        let context = EditorContext { gui: gui.as_ref(), wiring: &wired };
        app::show(ui, &context, state);
    };
    Harness::builder()
        // With the margin that the harness draws around the window.
        .with_size(vec2(1156.0, 850.0))
        .with_accessibility_check(true)
        .with_max_steps(20)
        // As often as a screen: two clicks in a row are a double-click.
        .with_step_dt(1.0 / 60.0)
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
fn a_click_on_a_switch_and_a_key_on_a_number_can_be_undone() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.get_by_label("Bass Lock").click();
    harness.run_steps(3);
    harness.get_by_label("Chords Density").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowUp);
    harness.run_steps(2);
    assert_eq!(wiring.shared.history.read(History::depth), (2, 0));
    harness.get_by_label("Undo").click();
    harness.run_steps(3);
    assert_eq!(wiring.shared.history.read(History::depth), (1, 1));
}

#[test]
fn a_step_that_cannot_be_undone_is_kept_and_reported() {
    let wiring = wiring();
    wiring.shared.history.edit(|history| history.record(Step::Score { other: "no score".to_owned() }));
    let mut harness = harness(&wiring);
    harness.run_steps(2);
    harness.get_by_label("Undo").click();
    harness.run_steps(3);
    assert_eq!(wiring.shared.history.read(History::depth), (1, 0));
    assert!(harness.query_by_label_contains("cannot be read").is_some());
}

#[test]
fn closing_the_window_releases_the_keys_that_the_mouse_holds() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.run_steps(2);
    let keys = harness.get_by_label("Keyboard").rect();
    harness.drag_at(keys.left_bottom() + vec2(10.0, -4.0));
    harness.run_steps(2);
    assert!(!harness.state().held_keys.is_empty());
    harness.state_mut().held_keys.release_all(&wiring.window_keys);
    let played: Vec<_> = wiring.window_keys.played().collect();
    assert_eq!(played.len(), 2, "{played:?}");
}

#[test]
fn the_dialog_reports_a_path_that_cannot_be_written() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.get_by_label("Save project").click();
    harness.run_steps(3);
    harness.get_by_label("Path").type_text("/no/such/folder.mid");
    harness.run_steps(2);
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("does not exist").is_some());
    assert_eq!(wiring.shared.score.copy(), score());
}

#[test]
fn the_window_shows_the_engines_errors() {
    let wiring = wiring();
    let _ = wiring.shared.restore("no score");
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("cannot be read").is_some());
}

#[test]
fn the_window_shows_errors_of_the_project_and_of_the_model_one_above_the_other() {
    let wiring = wiring();
    let _ = wiring.shared.restore("no score");
    let (_audio, ends) = queues();
    let missing = Box::new(|| Err("the model is not there".to_owned()));
    let composer = Composer::start(ends, Arc::clone(&wiring.shared), missing).unwrap();
    // The composer is joined after it has loaded.
    drop(composer);
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    let (project, model) =
        (harness.get_by_label_contains("cannot be read"), harness.get_by_label_contains("The model is not there"));
    assert!(project.rect().bottom() <= model.rect().top(), "one covers the other");
    assert!(model.rect().bottom() <= 836.0);
}

#[test]
fn the_window_says_when_another_model_made_the_score() {
    struct Silence;
    impl Arrange for Silence {
        fn arrange_phrase(&mut self, _: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
            Ok(ArrangedPhrase::default())
        }
    }

    let wiring = wiring();
    let mut arranged = score();
    let recipe = Some(Recipe::new("gone 1", &Settings::default(), 0, 0));
    let phrase = Phrase { recipe, ..arranged.phrases()[0].clone() };
    arranged.insert(phrase);
    wiring.shared.replace(arranged.clone());
    let (_audio, ends) = queues();
    let loader = Box::new(|| {
        let (model, backend) = ("silence 2".to_owned(), "nothing".to_owned());
        Ok(Loaded { arranger: Box::new(Silence), model, backend, conductor: None, remark: None, soloist: None })
    });
    let _composer = Composer::start(ends, Arc::clone(&wiring.shared), loader).unwrap();
    let mut harness = harness(&wiring);
    let until = |harness: &mut Harness<'static, State>, holds: &dyn Fn() -> bool| {
        for _ in 0..500 {
            harness.run_steps(3);
            if holds() {
                return harness.run_steps(3);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not come");
    };
    until(&mut harness, &|| wiring.shared.status.get().score_remark.is_some());
    let remark = "this was arranged with gone 1, which is not here; new takes use silence 2";
    assert!(harness.query_by_label_contains(remark).is_some());
    harness.get_by_label("Arrange anew").click();
    let model = || wiring.shared.score.read(|score| score.phrases()[0].recipe.clone().map(|recipe| recipe.model));
    until(&mut harness, &|| model().as_deref() == Some("silence 2"));
    until(&mut harness, &|| wiring.shared.status.get().score_remark.is_none());
    assert!(harness.query_by_label("Arrange anew").is_none());
    harness.get_by_label("Undo").click();
    until(&mut harness, &|| wiring.shared.score.copy() == arranged);
}

#[test]
fn a_message_stays_from_when_it_was_drawn() {
    let wiring = wiring();
    let mut state = State::new();
    state.show_error("The disk is full.");
    assert_eq!(state.next_repaint(), Some(Duration::ZERO), "it was not drawn yet");
    state.update(&wiring);
    assert!(state.message().is_some());
    assert!(state.next_repaint() > Some(Duration::from_secs(7)));
}

#[test]
fn an_existing_file_is_replaced_only_if_the_player_confirms_it() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("song.mid");
    std::fs::write(&file, "a song").unwrap();
    harness.get_by_label("Save project").click();
    harness.run_steps(3);
    let path = file.display().to_string();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Path").type_text(&path);
    harness.run_steps(2);
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("exists already").is_some());
    assert_eq!(std::fs::read(&file).unwrap(), b"a song");
    harness.get_by_label("Replace").click();
    harness.run_steps(3);
    assert!(std::fs::read(&file).unwrap().starts_with(b"MThd"));
    assert!(harness.query_by_label("Path").is_none(), "the dialog is gone");
}

#[test]
fn the_song_is_saved_in_the_format_that_a_button_or_the_ending_chooses() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    let folder = tempfile::tempdir().unwrap();
    for (format, file, begins) in [
        ("MIDI", "song.mid", "MThd"),
        ("DAWproject", "song.dawproject", "PK"),
        ("REAPER", "song.rpp", "<REAPER_PROJECT"),
        ("Ardour", "song/song.ardour", "<?xml"),
        ("MusicXML", "song.musicxml", "<?xml"),
    ] {
        harness.get_by_label("Save project").click();
        harness.run_steps(3);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.get_by_label("Path").type_text(&folder.path().join("song.mid").display().to_string());
        harness.run_steps(2);
        harness.get_by_label(format).click();
        harness.run_steps(2);
        harness.get_by_label("Save").click();
        harness.run_steps(3);
        assert!(harness.query_by_label("Path").is_none(), "{format}: the dialog is gone");
        assert!(std::fs::read(folder.path().join(file)).unwrap().starts_with(begins.as_bytes()), "{format}");
    }
    // Ardour's folder is not replaced.
    harness.get_by_label("Save project").click();
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Path").type_text(&folder.path().join("song.ardour").display().to_string());
    harness.run_steps(2);
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("exists already and may hold more").is_some());
}

#[test]
fn what_is_dragged_or_saved_is_chosen_in_a_list() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    assert!(harness.query_by_label("Drag phrase").is_some());
    harness.get_by_label("What to drag").click();
    harness.run_steps(3);
    harness.get_by_label("Section").click();
    harness.run_steps(3);
    harness.get_by_label("Save section").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("section is named there").is_some());
    harness.get_by_label("What to drag").click();
    harness.run_steps(3);
    harness.get_by_label("Everything").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Drag everything").is_some());
}

#[test]
fn the_arrow_keys_choose_a_phrase_on_the_roll() {
    let wiring = wiring();
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.run_steps(2);
    harness.get_by_label("Roll").focus();
    harness.run_steps(2);
    for (key, chosen) in [(Key::ArrowRight, 4 * BAR), (Key::ArrowRight, 4 * BAR), (Key::ArrowLeft, 0)] {
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(harness.state().selected, Some(chosen), "{key:?}");
    }
}

#[test]
fn the_wheel_moves_a_choice() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.run_steps(2);
    let place = harness.get_by_label("Mode: Arrange").rect().center();
    harness.hover_at(place);
    harness.run_steps(1);
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        source: MouseWheelSource::Wheel,
        delta: vec2(0.0, 1.0),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(2);
    assert_eq!(wiring.shared.history.read(History::depth), (1, 0));
    assert_eq!(harness.get_by_label("Mode: Live").accesskit_node().toggled(), Some(Toggled::True));
}

#[test]
fn a_new_player_sees_what_to_do_until_a_melody_was_played() {
    let wiring = wiring();
    let mut drums = Score::default();
    let mut phrase = score().phrases()[0].clone();
    phrase.parts = PartNotes::from_fn(|part| if part == Part::Drums { phrase.parts[part].clone() } else { Vec::new() });
    drums.insert(phrase);
    wiring.shared.replace(drums);
    let mut state = State::new();
    state.update(&wiring);
    assert!(state.snapshot.is_unplayed(), "drums are made before anything is played");
    wiring.shared.replace(score());
    state.update(&wiring);
    assert!(!state.snapshot.is_unplayed());
}

#[test]
fn the_window_asks_for_permission_for_the_projects_folder_and_one_click_gives_it() {
    let wiring = wiring();
    let folder = tempfile::tempdir().unwrap();
    let name = || wiring.set_take_folder(Some(folder.path().to_owned()));
    name();
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    let question = format!("This project wants to save its takes to {}.", folder.path().display());
    assert!(harness.query_by_label_contains(&question).is_some());
    assert!(harness.query_by_label("Take folder").is_none());
    harness.get_by_label("Refuse folder").click();
    harness.run_steps(3);
    assert_eq!(wiring.params.editor.read().takes_folder, None);
    assert!(harness.query_by_label_contains(&question).is_none());
    name();
    harness.run_steps(3);
    harness.get_by_label("Allow folder").click();
    harness.run_steps(3);
    assert_eq!(wiring.take_folder_status(), TakeFolderStatus::Active(folder.path().to_owned()));
    let switch = harness.get_by_label("Take folder");
    assert_eq!(switch.accesskit_node().toggled(), Some(Toggled::True));
}
