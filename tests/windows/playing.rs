//! The plugins for Windows play what those for Linux play.

use crate::{
    plays::{EVENTS, FOLDER, FORMAT, PLUGIN, SAVED, STATE},
    wine::{HOME, Wine, on_c, on_z},
};
use continuo_harness::{
    Format,
    built::{self, FORMATS},
    child, evidence,
    plugin_log::last_status,
};
use serde_json::Value;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where a plugin plays.
#[derive(Clone, Copy)]
enum System<'a> {
    Linux,
    Windows(&'a Wine),
}

impl System<'_> {
    const fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows(_) => "windows",
        }
    }
}

/// A runtime as the plugin's status names it.
const RUNTIMES: [&str; 2] = ["tract", "onnxruntime"];

/// What a plugin played.
struct Played {
    events: String,
    saved: PathBuf,
}

/// Plays in a process of its own; `state` is loaded before.
fn play(system: System<'_>, format: Format, runtime: &str, state: Option<&Path>, name: &str) -> Played {
    let folder = child::folder(&format!("windows-{name}-{}-{format:?}-{runtime}", system.name()));
    let path =
        |path: &Path| if matches!(system, System::Windows(_)) { on_z(path) } else { path.as_os_str().to_owned() };
    let mut environment: Vec<(&str, OsString)> = vec![
        (FORMAT, if format == Format::Clap { "clap" } else { "vst3" }.into()),
        (FOLDER, path(&folder)),
        ("CONTINUO_DATA", path(&folder.join("no-data"))),
    ];
    environment.extend(state.map(|state| (STATE, path(state))));
    if runtime == "tract" {
        environment.push(("CONTINUO_ONNXRUNTIME", path(&folder.join("no-library"))));
    }
    let ending = if format == Format::Clap { "clap" } else { "vst3" };
    let mut command = match system {
        System::Linux => {
            environment.push((PLUGIN, built::library().into()));
            Command::new(child::own_program())
        }
        System::Windows(wine) => {
            environment.push((PLUGIN, on_c(&format!("{HOME}/Continuo.{ending}"))));
            wine.tests()
        }
    };
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_os_str())).collect();
    let log = child::run_by(&mut command, "plays::the_tune", &environment);
    let status = last_status(&log);
    // The version stands behind the name.
    let backend = status["backend"].as_str().and_then(|backend| backend.split(' ').next());
    assert_eq!(backend, Some(runtime), "{}, {format:?}: {status}", system.name());
    assert!(status["fault"].is_null() && status["score_fault"].is_null(), "{status}");
    let events = fs::read_to_string(folder.join(EVENTS)).expect("the events are there");
    Played { events, saved: folder.join(SAVED) }
}

/// How many of the events begin a note of a part.
fn notes(events: &str) -> usize {
    let begins = |line: &&str| line.contains(" on ") && line.split(' ').nth(2) != Some("0");
    events.lines().filter(begins).count()
}

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn event_for_event_in_both_formats_and_with_both_runtimes() {
    let wine = Wine::start();
    let (mut events, mut parts) = (0, 0);
    for format in FORMATS {
        for runtime in RUNTIMES {
            let linux = play(System::Linux, format, runtime, None, "new");
            let windows = play(System::Windows(&wine), format, runtime, None, "new");
            assert!(notes(&linux.events) > 200, "{format:?}, {runtime}: the parts hardly play");
            same(&linux.events, &windows.events, &format!("{format:?}, {runtime}"));
            events += linux.events.lines().count();
            parts += notes(&linux.events);

            // Each system goes on with what the other saved. What is saved plays without a network, so one runtime is enough.
            if runtime == "tract" {
                continue;
            }
            let natives = play(System::Linux, format, runtime, Some(&windows.saved), "crossed");
            let foreign = play(System::Windows(&wine), format, runtime, Some(&linux.saved), "crossed");
            assert!(notes(&natives.events) > 100, "{format:?}, {runtime}: the saved parts hardly play");
            same(&natives.events, &foreign.events, &format!("{format:?}, {runtime}, loaded"));
            let score = |file: &Path| {
                let state: Value = serde_json::from_slice(&fs::read(file).expect("a state")).expect("JSON");
                state["fields"]["score"].clone()
            };
            assert_eq!(score(&natives.saved), score(&windows.saved), "what Windows saved is saved again");
            assert_eq!(score(&foreign.saved), score(&linux.saved), "what Linux saved is saved again");
        }
    }
    evidence::record(
        "windows",
        "CLAP and VST3 play the demo's tune event for event as on Linux, with both runtimes",
        "the project's own headless hosts and the plugins, built for Windows, under Wine 8.0, in a folder with a space, \
         Cyrillic and a character beyond 16 bits; two passes each",
        format!("{events} events compared, {parts} notes of the parts"),
    );
    evidence::record(
        "windows",
        "A project saved on Windows plays on Linux, and one saved on Linux plays on Windows",
        "states of both formats loaded on the other system, played, and saved again",
        "4 states",
    );
}

fn same(linux: &str, windows: &str, what: &str) {
    let differs = linux.lines().zip(windows.lines()).find(|(one, other)| one != other);
    assert!(differs.is_none(), "{what}: Linux and Windows play {differs:?}");
    assert_eq!(linux.lines().count(), windows.lines().count(), "{what}");
}

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn wine_is_another_system_for_the_plugin() {
    // Otherwise all of the above would compare Linux with Linux.
    let wine = Wine::start();
    let clap = fs::read(wine.drive().join(HOME).join("Continuo.clap")).expect("the plugin is there");
    assert!(clap.starts_with(b"MZ"), "the plugin is no Windows library");
}
