//! What one plugin plays on one system, written into files that are compared with those of another system.

use continuo_harness::{
    Format, NoteEventKind, SongEvent,
    built::{offline_player, pass},
    open,
    plugin_log::wait_for_statuses,
    songs, state,
};
use continuo_music::midi_file;
use std::{env, ffi::OsString, fmt::Write, fs, path::PathBuf};

/// Environment variables: the plugin, its format, the folder for the results, and a state to load.
pub const PLUGIN: &str = "CONTINUO_PLAYS_PLUGIN";
pub const FORMAT: &str = "CONTINUO_PLAYS_FORMAT";
pub const FOLDER: &str = "CONTINUO_PLAYS_FOLDER";
pub const STATE: &str = "CONTINUO_PLAYS_STATE";

/// The results: one line for each event, and the saved state without what its format adds.
pub const EVENTS: &str = "events.txt";
pub const SAVED: &str = "state.json";

/// The tune of the demo.
const TUNE: &[u8] = include_bytes!("../tunes/ode_to_joy.mid");

fn variable(name: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| panic!("{name} is not set"))
}

/// Run by the other tests, on both systems. Plays the tune twice to a new instance, or once to one that loads a state.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn the_tune() {
    let plugin = PathBuf::from(variable(PLUGIN));
    let format = if variable(FORMAT) == "clap" { Format::Clap } else { Format::Vst3 };
    let folder = PathBuf::from(variable(FOLDER));
    let file = midi_file::read(TUNE).expect("the tune is read");
    let melody = file.melody_track(None).expect("the tune has a melody");
    let tune = songs::of_file(&file, melody).expect("the melody has notes");

    let mut host = open(&plugin, format).expect("the plugin loads");
    let mut events = String::new();
    let mut list = |pass: &str, played: &[SongEvent]| {
        for SongEvent { sample, event } in played {
            let kind = match event.kind {
                NoteEventKind::On(velocity) => format!("on {velocity}"),
                NoteEventKind::Off => "off".to_owned(),
                NoteEventKind::Program => "program".to_owned(),
            };
            writeln!(events, "{pass} {sample} {} {} {kind}", event.channel, event.pitch).expect("text grows");
        }
    };
    if let Some(file) = env::var_os(STATE) {
        let json = fs::read(file).expect("the state is there");
        host.load(&state::wrapped(format, &json)).expect("the plugin accepts the state");
        let mut player = offline_player(&mut *host);
        list("loaded", &pass(&mut player, &tune));
    } else {
        let mut player = offline_player(&mut *host);
        list("first", &pass(&mut player, &tune));
        player.settle().expect("the plugin settles");
        list("second", &pass(&mut player, &tune));
    }
    let saved = host.save().expect("the plugin saves its state");
    fs::write(folder.join(EVENTS), events).expect("the events are written");
    fs::write(folder.join(SAVED), state::unwrapped(format, &saved)).expect("the state is written");
    drop(host);
    wait_for_statuses(1);
}
