//! Whatever a host does with its transport, each note that begins ends.

use continuo_harness::{
    Balance, Format, HostEvent, NoteEvent, NoteEventKind, Setup, Transport,
    built::{FORMATS, host_with_song},
};
use proptest::{prelude::*, test_runner::Config};

/// What happens in a block.
#[derive(Clone, Debug)]
enum Action {
    Roll,
    Stop,
    Seek(f64),
    Loop(f64, f64),
    Tempo(f64),
    Meter(u16, u16),
    Set(&'static str, &'static str),
    KeyDown(u8),
    KeyUp(u8),
    /// "All notes off" or "all sound off".
    AllOff(u8),
    PreRoll(bool),
    /// The bars are counted anew from here.
    OddBar,
    /// A clip of so many beats begins to loop here while the position runs on, or ends.
    Clip(u8),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => Just(Action::Roll),
        1 => Just(Action::Stop),
        2 => (-4.0..40.0).prop_map(Action::Seek),
        1 => (0.0..16.0, 0.25..8.0).prop_map(|(start, length)| Action::Loop(start, start + length)),
        1 => (30.0..300.0).prop_map(Action::Tempo),
        1 => prop::sample::select(vec![(4, 4), (3, 4), (6, 8), (5, 4), (2, 4), (7, 8), (1, 4), (11, 16)])
            .prop_map(|(beats, value)| Action::Meter(beats, value)),
        2 => prop::sample::select(vec![
            ("Bass On", "Off"), ("Bass On", "On"), ("Drums Channel", "3"), ("Drums Channel", "10"),
            ("Melody Thru", "Off"), ("Melody Thru", "On"), ("Chords Octave", "+1"), ("Chords Octave", "0"),
            ("Bypass", "On"), ("Bypass", "Off"), ("Generate", "On"), ("Generate", "Off"), ("Mode", "Live"),
            ("Mode", "Arrange"), ("Intro", "On"), ("Intro", "Off"), ("End", "On"), ("End", "Off"), ("Keep Song", "On"),
        ]).prop_map(|(name, text)| Action::Set(name, text)),
        2 => (48_u8..84).prop_map(Action::KeyDown),
        2 => (48_u8..84).prop_map(Action::KeyUp),
        1 => prop::sample::select(vec![120, 123]).prop_map(Action::AllOff),
        1 => any::<bool>().prop_map(Action::PreRoll),
        1 => Just(Action::OddBar),
        1 => prop::sample::select(vec![0, 4, 8, 16]).prop_map(Action::Clip),
    ]
}

fn drive(format: Format, offline: bool, actions: &[(Action, u32)]) -> Result<(), TestCaseError> {
    const RATE: f64 = 48_000.0;
    let mut host = host_with_song(format);
    let setup = Setup { sample_rate: RATE, largest_block: 8192, offline };
    host.activate(setup).expect("the plugin is activated");

    let mut balance = Balance::default();
    let mut check = |frames: u32, played: &[NoteEvent]| balance.add(frames, played).map_err(TestCaseError::fail);
    let mut transport = Transport::ROLLING;
    let mut keys = Vec::new();
    let mut clip = (0, 0.0, None);
    for (action, frames) in actions {
        let mut notes = Vec::new();
        let mut key = |kind, pitch| notes.push(HostEvent::melody(frames / 2, kind, pitch));
        match *action {
            Action::Roll => transport.playing = true,
            Action::Stop => transport.playing = false,
            Action::Seek(position) => transport.position = position,
            Action::Loop(start, end) => transport.cycle = Some((start, end)),
            Action::Tempo(tempo) => transport.tempo = tempo,
            Action::Meter(beats, value) => transport.meter = (beats, value),
            Action::Set(name, text) => host.set(name, text).expect("the plugin accepts the value"),
            Action::KeyDown(pitch) if !keys.contains(&pitch) => {
                keys.push(pitch);
                key(NoteEventKind::On(100), pitch);
            }
            Action::KeyUp(pitch) if keys.contains(&pitch) => {
                keys.retain(|&held| held != pitch);
                key(NoteEventKind::Off, pitch);
            }
            Action::KeyDown(_) | Action::KeyUp(_) => {}
            Action::AllOff(number) => {
                notes.push(HostEvent::Midi { time: 0, bytes: [0xB0, number, 0] });
                keys.clear();
                clip.2 = None;
            }
            Action::PreRoll(on) => transport.pre_roll = on,
            Action::OddBar => transport.bars_from = transport.position.floor(),
            Action::Clip(beats) => (clip.0, clip.1) = (beats, transport.position),
        }
        transport.sample = (transport.position * 60.0 / transport.tempo * RATE) as i64;
        // The clip strikes a note in each block, the same ones in each round.
        notes.extend(clip.2.take().map(|pitch| HostEvent::melody(frames - 1, NoteEventKind::Off, pitch)));
        if clip.0 > 0 && transport.playing {
            let beat = (transport.position - clip.1).rem_euclid(f64::from(clip.0)) as u8;
            notes.push(HostEvent::melody(frames - 1, NoteEventKind::On(80), 30 + beat));
            clip.2 = Some(30 + beat);
        }
        let audio = host.audio().expect("the plugin is active");
        check(*frames, &audio.process_events(*frames, Some(&transport), &notes).expect("the plugin plays"))?;
        if transport.playing {
            transport.position += f64::from(*frames) / RATE * transport.tempo / 60.0;
            if let Some((start, end)) = transport.cycle
                && transport.position >= end
            {
                transport.position = start + (transport.position - end) % (end - start);
            }
        }
    }
    transport.playing = false;
    let offs: Vec<NoteEvent> =
        keys.iter().chain(clip.2.iter()).map(|&pitch| NoteEvent::melody(0, NoteEventKind::Off, pitch)).collect();
    check(512, &host.process(512, Some(&transport), &offs).expect("the plugin stops"))?;
    for _ in 0..4 {
        check(512, &host.process(512, Some(&transport), &[]).expect("the plugin processes"))?;
    }
    prop_assert!(balance.is_silent(), "still sounding: {:?}", balance.sounding().collect::<Vec<_>>());
    Ok(())
}

#[test]
fn every_note_ends() {
    let actions = prop::collection::vec((action(), 1_u32..8192), 1..60);
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    for format in FORMATS {
        proptest!(config.clone(), |(actions in &actions, offline in any::<bool>())| drive(format, offline, &actions)?);
    }
}
