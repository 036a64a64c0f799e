//! The folder that fills with takes: a project names it, and a stranger may have made the project.

use continuo_harness::{
    Format, Pace, Player, PluginHost,
    built::{FORMATS, RATE, host, played_state},
    child, state,
};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Longer than the plugin needs to fill a folder.
const LONG: Duration = Duration::from_secs(2);

/// The state of a project that keeps its takes in this folder.
fn state_with_folder(format: Format, folder: &Path) -> Vec<u8> {
    let state = String::from_utf8(played_state(Format::Vst3)).expect("a state is text");
    // Text within text: each quote has a backslash.
    let named = format!(r#"\"takes_folder\":\"{}\""#, folder.display());
    let named = state.replace(r#"\"takes_folder\":null"#, &named).into_bytes();
    assert_ne!(named.len(), state.len(), "the state has no field for the folder");
    state::wrapped(format, &named)
}

/// The files in a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the entry is read").path());
    paths.map(|path| (path.clone(), fs::read(path).expect("the file is read"))).collect()
}

fn live_player(host: &mut dyn PluginHost) -> Player<'_> {
    Player::new(host, RATE, 480, false, Pace::Fast).expect("the plugin is activated")
}

/// Lets the transport stand for a while, as in a host that nobody plays.
fn stand(player: &mut Player<'_>) {
    let begun = Instant::now();
    while begun.elapsed() < LONG {
        player.stand(1).expect("the plugin processes");
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
        stranger.load(&state_with_folder(format, &one)).expect("the plugin accepts the state");
        let mut player = live_player(&mut *stranger);
        stand(&mut player);
        assert!(files(&one).is_empty(), "{format:?}: the plugin trusted a stranger's project");
        drop(player);
        drop(stranger);

        let chosen = format!(r#"{{"take_folders": ["{}", "{}"]}}"#, one.display(), two.display());
        fs::write(&preferences, chosen).expect("the preferences are written");
        let mut filled = BTreeMap::new();
        for opening in 1..=2 {
            let mut again = host(format);
            again.load(&state_with_folder(format, &one)).expect("the plugin accepts the state");
            let mut player = live_player(&mut *again);
            stand(&mut player);
            let found = files(&one);
            assert!(!found.is_empty(), "{format:?}: the plugin did not fill a folder that the user chose");
            if opening == 1 {
                filled = found;
                continue;
            }
            assert_eq!(found.keys().collect::<Vec<_>>(), filled.keys().collect::<Vec<_>>(), "{format:?}");
            assert!(files(&two).is_empty());
            player.host().load(&state_with_folder(format, &two)).expect("the plugin accepts the state");
            stand(&mut player);
            assert!(!files(&two).is_empty(), "{format:?}: a project loaded meanwhile does not fill its own folder");
            assert_eq!(files(&one), filled, "{format:?}");
        }
    }
}
