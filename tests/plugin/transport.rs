//! Whatever a host does with its transport, each note that begins ends.

use continuo_harness::built::{FORMATS, host, played_state};
use continuo_harness::{Format, Host, NoteEvent, NoteEventKind, Setup, Transport};
use proptest::{prelude::*, test_runner::Config};
use std::collections::BTreeMap;

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
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => Just(Action::Roll),
        1 => Just(Action::Stop),
        2 => (-1.0..40.0).prop_map(Action::Seek),
        1 => (0.0..16.0, 0.25..8.0).prop_map(|(start, length)| Action::Loop(start, start + length)),
        1 => (30.0..300.0).prop_map(Action::Tempo),
        1 => prop::sample::select(vec![(4, 4), (3, 4), (6, 8), (5, 4), (2, 4)])
            .prop_map(|(beats, value)| Action::Meter(beats, value)),
        2 => prop::sample::select(vec![
            ("Bass On", "Off"), ("Bass On", "On"), ("Drums Channel", "3"), ("Drums Channel", "10"),
            ("Melody Thru", "Off"), ("Melody Thru", "On"), ("Chords Octave", "+1"), ("Chords Octave", "0"),
            ("Bypass", "On"), ("Bypass", "Off"), ("Generate", "On"), ("Generate", "Off"), ("Mode", "Live"),
        ]).prop_map(|(name, text)| Action::Set(name, text)),
        2 => (48_u8..84).prop_map(Action::KeyDown),
        2 => (48_u8..84).prop_map(Action::KeyUp),
    ]
}

/// The notes that sound, by channel and pitch.
#[derive(Default)]
struct Sounding(BTreeMap<(u8, u8), i32>);

impl Sounding {
    fn take(&mut self, frames: u32, events: &[NoteEvent]) -> Result<(), TestCaseError> {
        let mut last = 0;
        for event in events {
            prop_assert!(event.time >= last, "out of order: {:?}", events);
            prop_assert!(event.time < frames, "outside its block of {}: {:?}", frames, event);
            last = event.time;
            let count = self.0.entry((event.channel, event.pitch)).or_default();
            match event.kind {
                NoteEventKind::On(_) => *count += 1,
                NoteEventKind::Off => *count -= 1,
                NoteEventKind::Program => {}
            }
            prop_assert!((0..=1).contains(count), "{} notes at once: {:?}", count, event);
        }
        Ok(())
    }

    fn is_silent(&self) -> bool {
        self.0.values().all(|&count| count == 0)
    }
}

fn drive(format: Format, offline: bool, actions: &[(Action, u32)]) -> Result<(), TestCaseError> {
    const RATE: f64 = 48_000.0;
    let state = played_state();
    let mut host: Box<dyn Host> = host(format);
    // The formats wrap the same state: CLAP's has its length in front.
    let _ = host.load(if format == Format::Clap { &state } else { &state[8..] });
    let setup = Setup { sample_rate: RATE, largest_block: 8192, offline };
    host.activate(setup).expect("the plugin is activated");

    let mut sounding = Sounding::default();
    let mut transport = Transport { playing: true, tempo: 120.0, position: 0.0, sample: 0, meter: (4, 4), cycle: None };
    let mut keys = Vec::new();
    for (action, frames) in actions {
        let mut notes = Vec::new();
        let mut key = |kind, pitch| notes.push(NoteEvent { time: frames / 2, kind, channel: 0, pitch });
        match *action {
            Action::Roll => transport.playing = true,
            Action::Stop => transport.playing = false,
            Action::Seek(position) => transport.position = position,
            Action::Loop(start, end) => transport.cycle = Some((start, end)),
            Action::Tempo(tempo) => transport.tempo = tempo,
            Action::Meter(beats, value) => transport.meter = (beats, value),
            Action::Set(name, text) => host.set(name, text).expect("the value is taken"),
            Action::KeyDown(pitch) if !keys.contains(&pitch) => {
                keys.push(pitch);
                key(NoteEventKind::On(100), pitch);
            }
            Action::KeyUp(pitch) if keys.contains(&pitch) => {
                keys.retain(|&held| held != pitch);
                key(NoteEventKind::Off, pitch);
            }
            Action::KeyDown(_) | Action::KeyUp(_) => {}
        }
        transport.sample = (transport.position * 60.0 / transport.tempo * RATE) as i64;
        sounding.take(*frames, &host.process(*frames, Some(&transport), &notes).expect("the plugin plays"))?;
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
        keys.iter().map(|&pitch| NoteEvent { time: 0, kind: NoteEventKind::Off, channel: 0, pitch }).collect();
    sounding.take(512, &host.process(512, Some(&transport), &offs).expect("the plugin stops"))?;
    for _ in 0..4 {
        sounding.take(512, &host.process(512, Some(&transport), &[]).expect("the plugin stands"))?;
    }
    prop_assert!(sounding.is_silent(), "still sounding: {:?}", sounding.0);
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
