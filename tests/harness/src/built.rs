//! The plugin under test and melodies to play to it.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use crate::{Format, Host, MelodyNote, NoteEventKind, Pace, Player, Song, SongEvent, open};
use std::{collections::BTreeMap, env, path::PathBuf, sync::OnceLock};

/// Both formats.
pub const FORMATS: [Format; 2] = [Format::Clap, Format::Vst3];

/// The plugin's library.
pub fn library() -> PathBuf {
    let program = env::current_exe().expect("a test program has a path");
    let name = format!("{}continuo_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    program.parent().expect("a program lies in a folder").join(name)
}

/// An instance in a host.
pub fn host(format: Format) -> Box<dyn Host> {
    open(&library(), format).expect("the plugin loads")
}

/// The first half of the *Ode to Joy* (Beethoven, 1824), eight bars in C at 120 beats a minute.
pub fn ode() -> Song {
    const PITCHES: [u8; 30] = [
        64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62, // first phrase
        64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, 60, 60, // second phrase
    ];
    let mut start = 0.0;
    let melody = PITCHES
        .iter()
        .enumerate()
        .map(|(index, &pitch)| {
            let length = match index % 15 {
                12 => 1.5,
                13 => 0.5,
                14 => 2.0,
                _ => 1.0,
            };
            let note = MelodyNote { start, length, pitch, velocity: 90 };
            start += length;
            note
        })
        .collect();
    Song { melody, tempos: vec![(0.0, 120.0)], meters: vec![(0.0, (4, 4))], length: 32.0 }
}

/// A note that was played, with its place in ticks, 960 to a quarter note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartNote {
    /// Where it starts.
    pub start: i64,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// MIDI pitch.
    pub pitch: u8,
    /// Where it ends.
    pub end: i64,
    /// MIDI velocity.
    pub velocity: u8,
}

/// The notes in what was played, sorted. Those that still sound at the end, end with the song.
pub fn notes(song: &Song, sample_rate: f64, played: &[SongEvent]) -> Vec<PartNote> {
    let tick = |sample: u64| (song.position_at(sample as f64, sample_rate) * 960.0).round() as i64;
    let mut sounding: BTreeMap<(u8, u8), PartNote> = BTreeMap::new();
    let mut notes = Vec::new();
    for SongEvent { sample, event } in played {
        let key = (event.channel, event.pitch);
        match event.kind {
            NoteEventKind::On(velocity) => {
                let (channel, pitch) = key;
                let note = PartNote { start: tick(*sample), channel, pitch, end: tick(*sample), velocity };
                assert!(sounding.insert(key, note).is_none(), "a note begins twice: {event:?}");
            }
            NoteEventKind::Off => {
                if let Some(note) = sounding.remove(&key) {
                    notes.push(PartNote { end: tick(*sample), ..note });
                }
            }
            NoteEventKind::Program => {}
        }
    }
    let end = (song.length * 960.0) as i64;
    notes.extend(sounding.into_values().map(|note| PartNote { end, ..note }));
    notes.sort_unstable();
    notes
}

/// The state of a CLAP instance after the ode was played to it once: all phrases are in the score.
pub fn played_state() -> Vec<u8> {
    static STATE: OnceLock<Vec<u8>> = OnceLock::new();
    let played = || {
        let mut host = host(Format::Clap);
        let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        session.pass(&ode(), &mut |_| {}).expect("the plugin plays");
        session.settle().expect("the plugin settles");
        session.host().save().expect("the state is saved")
    };
    STATE.get_or_init(played).clone()
}
