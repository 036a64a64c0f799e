//! The plugin under test, built beside the test programs, and what tests play with it.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use crate::{
    event::SongEvent,
    hosts::{Format, PluginHost, open, open_named},
    played::{self, PlayedNote},
    player::{Pace, Player},
    songs::ode,
    state,
    tune::Tune,
};
use std::{env, path::PathBuf, sync::OnceLock};

/// Both formats.
pub const FORMATS: [Format; 2] = [Format::Clap, Format::Vst3];
/// The sample rate of [`offline_player`].
pub const RATE: f64 = 48_000.0;

/// The plugin's library.
pub fn library() -> PathBuf {
    let program = env::current_exe().expect("a test program has a path");
    let name = format!("{}continuo_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    program.parent().expect("a program lies in a folder").join(name)
}

/// An instance in a host.
pub fn host(format: Format) -> Box<dyn PluginHost> {
    open(&library(), format).expect("the plugin loads")
}

/// An instance of the plugin with audio out in a host.
pub fn instrument(format: Format) -> Box<dyn PluginHost> {
    open_named(&library(), format, "Continuo (with audio out)").expect("the plugin loads")
}

/// An instance in a host that has loaded the state of [`played_state`].
pub fn host_with_song(format: Format) -> Box<dyn PluginHost> {
    let mut host = host(format);
    host.load(&played_state(format)).expect("the plugin accepts the state");
    host
}

/// Activates an instance to render offline, at 48 kHz in blocks of 480 samples.
pub fn offline_player(host: &mut dyn PluginHost) -> Player<'_> {
    Player::new(host, RATE, 480, true, Pace::Fast).expect("the plugin is activated")
}

/// What an instance plays in a pass over a tune.
pub fn pass(player: &mut Player<'_>, tune: &Tune) -> Vec<SongEvent> {
    player.pass(tune, &mut |_| {}).expect("the plugin plays")
}

/// What an instance plays in the second pass over a tune, when it has made all phrases after the first.
pub fn second_pass(player: &mut Player<'_>, tune: &Tune) -> Vec<SongEvent> {
    pass(player, tune);
    player.settle().expect("the plugin settles");
    pass(player, tune)
}

/// The notes in what an instance played, sorted. No note may begin while it already sounds. Notes that still sound at the
/// end, end with the tune.
pub fn notes(tune: &Tune, sample_rate: f64, played: &[SongEvent]) -> Vec<PlayedNote> {
    played::notes(tune, sample_rate, played, |event| panic!("a note begins while it already sounds: {event:?}"))
}

/// The state of an instance after one pass over the ode: all phrases are in the score.
pub fn played_state(format: Format) -> Vec<u8> {
    static STATE: OnceLock<Vec<u8>> = OnceLock::new();
    let played = || {
        let mut host = host(Format::Clap);
        let mut player = offline_player(&mut *host);
        pass(&mut player, &ode());
        player.settle().expect("the plugin settles");
        let state = player.host().save().expect("the plugin saves its state");
        state::unwrapped(Format::Clap, &state).to_vec()
    };
    state::wrapped(format, STATE.get_or_init(played))
}
