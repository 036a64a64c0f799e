//! The thread, with real folders.

use super::*;
use crate::{
    params::{ContinuoParams, saved_editor::SavedEditor},
    process::wiring::Wiring,
};
use continuo_engine::{
    composer::Shared,
    realtime::MonitorReading,
    score::{Phrase, Recipe, Score},
    storage::Preferences,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::PartNotes,
    settings::{Mode, Settings},
};
use nice_plug::prelude::Params;
use std::{collections::BTreeMap, fs, time::Instant};

/// Longer than the thread needs to notice a folder and write takes to it.
const LONG: Duration = Duration::from_millis(1200);

fn instance(data: &Path) -> Wiring {
    let shared = Arc::new(Shared::new());
    let params = Arc::new(ContinuoParams::new(Arc::clone(&shared), vec![], 0));
    Wiring::new(params, shared, Some(DataFolder::at(data)))
}

/// A phrase of one bar, made while somebody played.
fn score(pitch: u8) -> Score {
    let span = PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON };
    let recipe = Recipe::new("model 1", &Settings { mode: Mode::Live, ..Settings::default() }, 0, 0);
    let parts = PartNotes::from_fn(|_| vec![Note { start: 0, pitch, length: 960, velocity: 80 }]);
    let mut score = Score::default();
    score.insert(Phrase { span, recipe: Some(recipe), take: 0, judged: None, programs: [0; 4], parts });
    score
}

/// What a host saves with a project of this score and this folder for takes; an empty path means no folder.
fn project(score: &Score, folder: &Path) -> BTreeMap<String, String> {
    let folder = (!folder.as_os_str().is_empty()).then(|| folder.to_owned());
    let saved = SavedEditor { takes_folder: folder, ..SavedEditor::default() };
    let editor = serde_json::to_string(&saved).unwrap();
    let score = serde_json::to_string(&score.to_json()).unwrap();
    [("editor".to_owned(), editor), ("score".to_owned(), score)].into()
}

fn play(wiring: &Wiring, tempo: f64) {
    wiring.monitor.show(&MonitorReading { tempo, ..MonitorReading::default() });
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

fn fills(folder: &Path, files: usize) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if count(folder) == files {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn takes_wait_for_permission_which_then_counts_for_every_instance() {
    let (data, takes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let state = project(&score(60), takes.path());
    let wiring = instance(data.path());
    wiring.params.deserialize_fields(&state);
    wiring.start_take_folder();
    play(&wiring, 97.0);
    thread::sleep(LONG);
    assert_eq!(count(takes.path()), 0, "a stranger's project was trusted");
    assert_eq!(wiring.take_folder_status(), TakeFolderStatus::NeedsPermission(takes.path().to_owned()));
    wiring.allow_take_folder(takes.path()).unwrap();
    assert!(fills(takes.path(), 1));
    assert_eq!(wiring.take_folder_status(), TakeFolderStatus::Active(takes.path().to_owned()));
    drop(wiring);
    fs::remove_file(fs::read_dir(takes.path()).unwrap().next().unwrap().unwrap().path()).unwrap();
    let another = instance(data.path());
    another.params.deserialize_fields(&state);
    another.start_take_folder();
    play(&another, 97.0);
    assert!(fills(takes.path(), 1), "the folder was chosen on this machine before");
    assert_eq!(another.take_folder.fault(), None);
}

#[test]
fn an_instance_notices_the_permission_that_another_one_got() {
    let (data, takes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let wiring = instance(data.path());
    wiring.params.deserialize_fields(&project(&score(60), takes.path()));
    wiring.start_take_folder();
    play(&wiring, 120.0);
    thread::sleep(LONG);
    assert_eq!(count(takes.path()), 0);
    instance(data.path()).allow_take_folder(takes.path()).unwrap();
    assert!(fills(takes.path(), 1));
}

#[test]
fn a_relative_folder_is_reported_and_not_written_to() {
    let data = tempfile::tempdir().unwrap();
    let name = Path::new("continuo-takes-without-a-path");
    Preferences::change(&DataFolder::at(data.path()), |chosen| chosen.choose_take_folder(name.to_owned())).unwrap();
    let wiring = instance(data.path());
    wiring.params.deserialize_fields(&project(&score(60), name));
    wiring.start_take_folder();
    play(&wiring, 120.0);
    thread::sleep(LONG);
    let fault = wiring.take_folder.fault().unwrap();
    assert!(fault.contains("without its full path"), "{fault}");
    assert!(!name.exists());
}

#[test]
fn no_take_is_written_twice_when_a_project_or_its_folder_is_opened_again() {
    let (data, takes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let state = project(&score(60), takes.path());
    for begins_at_once in [true, false] {
        let wiring = instance(data.path());
        wiring.allow_take_folder(takes.path()).unwrap();
        wiring.params.deserialize_fields(&state);
        wiring.start_take_folder();
        if !begins_at_once {
            // As in a host that opens a project and processes later: until then the tempo is unknown.
            thread::sleep(LONG);
        }
        play(&wiring, 97.0);
        assert!(fills(takes.path(), 1));
        wiring.set_take_folder(None);
        thread::sleep(LONG);
        wiring.set_take_folder(Some(takes.path().to_owned()));
        thread::sleep(LONG);
        assert_eq!(count(takes.path()), 1);
    }
}

#[test]
fn a_project_that_is_loaded_while_the_plugin_runs_uses_its_own_folder() {
    let (data, one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let wiring = instance(data.path());
    for folder in [&one, &two] {
        wiring.allow_take_folder(folder.path()).unwrap();
    }
    wiring.params.deserialize_fields(&project(&score(60), one.path()));
    wiring.start_take_folder();
    play(&wiring, 120.0);
    assert!(fills(one.path(), 1));
    wiring.params.deserialize_fields(&project(&score(62), two.path()));
    assert!(fills(two.path(), 1), "the thread stayed with the previous project");
    assert_eq!(count(one.path()), 1);
    // A project without a folder: its takes go nowhere.
    wiring.params.deserialize_fields(&project(&score(64), Path::new("")));
    thread::sleep(LONG);
    assert_eq!((count(one.path()), count(two.path())), (1, 1));
}

#[test]
fn a_missing_folder_is_reported_until_it_exists() {
    let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let takes = home.path().join("takes");
    let wiring = instance(data.path());
    wiring.allow_take_folder(&takes).unwrap();
    wiring.params.deserialize_fields(&project(&score(60), &takes));
    wiring.start_take_folder();
    play(&wiring, 120.0);
    thread::sleep(LONG);
    let fault = wiring.take_folder.fault().unwrap();
    assert!(fault.contains("does not exist"), "{fault}");
    fs::create_dir(&takes).unwrap();
    assert!(fills(&takes, 1));
    thread::sleep(PAUSE * 2);
    assert_eq!(wiring.take_folder.fault(), None);
}

#[test]
fn nothing_starts_after_the_plugin_is_gone() {
    let (data, takes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let wiring = instance(data.path());
    wiring.params.deserialize_fields(&project(&score(60), takes.path()));
    wiring.start_take_folder();
    play(&wiring, 120.0);
    wiring.take_folder.stop();
    wiring.start_take_folder();
    wiring.allow_take_folder(takes.path()).unwrap();
    thread::sleep(LONG);
    assert_eq!(count(takes.path()), 0);
}
