//! The folder that fills with takes: a project names it, and whoever made the project may be anybody.

use crate::{
    built::{FORMATS, host, played_state},
    child,
};
use continuo_harness::{Format, Pace, Player};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Longer than the plugin needs to fill a folder, if it does.
const LONG: Duration = Duration::from_secs(2);

/// The state of a project that keeps its takes in this folder.
fn state(format: Format, folder: &Path) -> Vec<u8> {
    let state = String::from_utf8(played_state().split_off(8)).expect("a state is text");
    // A text in a text: each quote has a backslash.
    let named = format!(r#"\"takes_folder\":\"{}\""#, folder.display());
    let named = state.replace(r#"\"takes_folder\":null"#, &named).into_bytes();
    assert_ne!(named.len(), state.len(), "the project has no folder for takes");
    // The formats wrap the same state: CLAP's has its length in front.
    let length = (named.len() as u64).to_le_bytes();
    if format == Format::Clap { [&length[..], &named].concat() } else { named }
}

/// The files in a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the entry is read").path());
    paths.map(|path| (path.clone(), fs::read(path).expect("the file is read"))).collect()
}

/// Stands for a while, as a host does that nobody plays.
fn stand(session: &mut Player) {
    let begun = Instant::now();
    while begun.elapsed() < LONG {
        session.stand(1).expect("the plugin stands");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_project_fills_only_folders_that_its_user_chose() {
    let (data, takes) = (child::folder("takes-data"), child::folder("takes"));
    let environment = [("CONTINUO_DATA", data.as_os_str()), ("CONTINUO_TEST_TAKES", takes.as_os_str())];
    child::run("take_folder::fills_only_folders_that_were_chosen", &environment);
}

/// Run by the test above.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn fills_only_folders_that_were_chosen() {
    let path = |variable| PathBuf::from(env::var_os(variable).expect("the parent names the folder"));
    let (preferences, takes) = (path("CONTINUO_DATA").join("preferences.json"), path("CONTINUO_TEST_TAKES"));
    for format in FORMATS {
        let one = takes.join(format!("{format:?} one"));
        let two = takes.join(format!("{format:?} two"));
        for folder in [&one, &two] {
            fs::create_dir(folder).expect("the folder is made");
        }
        let _ = fs::remove_file(&preferences);
        let mut stranger = host(format);
        stranger.load(&state(format, &one)).expect("the state is taken");
        let mut session =
            Player::new(&mut *stranger, 48_000.0, 480, false, Pace::Fast).expect("the plugin is activated");
        stand(&mut session);
        assert!(files(&one).is_empty(), "{format:?}: a stranger's project was believed");
        drop(session);
        drop(stranger);

        let chosen = format!(r#"{{"take_folders": ["{}", "{}"]}}"#, one.display(), two.display());
        fs::write(&preferences, chosen).expect("the preferences are written");
        let mut filled = BTreeMap::new();
        for opening in 1..=2 {
            let mut again = host(format);
            again.load(&state(format, &one)).expect("the state is taken");
            let mut session =
                Player::new(&mut *again, 48_000.0, 480, false, Pace::Fast).expect("the plugin is activated");
            stand(&mut session);
            let found = files(&one);
            assert!(!found.is_empty(), "{format:?}: the folder was chosen");
            if opening == 1 {
                filled = found;
                continue;
            }
            assert_eq!(found.keys().collect::<Vec<_>>(), filled.keys().collect::<Vec<_>>(), "{format:?}");
            assert!(files(&two).is_empty());
            session.host().load(&state(format, &two)).expect("the state is taken");
            stand(&mut session);
            assert!(!files(&two).is_empty(), "{format:?}: loaded while it runs, the project has its own folder");
            assert_eq!(files(&one), filled, "{format:?}");
        }
    }
}
