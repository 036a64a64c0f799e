//! Controllers and notes that move parameters: they act at their sample, are no music, and stay with the project.

use continuo_harness::{
    Format, HostEvent, NoteEvent, NoteEventKind, PluginHost, Reported, ReportedKind, Setup, Transport,
    built::{FORMATS, RATE, host, host_with_song},
    state,
};
use serde_json::{Value, json};
use std::{thread, time::Duration};

const BLOCK: u32 = 480;

/// An instance with a song in its score and these bindings in its project.
fn ready(format: Format, bindings: &Value) -> Box<dyn PluginHost> {
    ready_in(format, bindings, "Off")
}

/// The same with the bypass on or off.
fn ready_in(format: Format, bindings: &Value, bypass: &str) -> Box<dyn PluginHost> {
    let mut saved = state::parse(&host_with_song(format).save().expect("the plugin saves its state"));
    saved["fields"]["learned"] = bindings.to_string().into();
    let mut host = host(format);
    let json = serde_json::to_vec(&saved).expect("the state becomes JSON");
    host.load(&state::wrapped(format, &json)).expect("the plugin accepts the state");
    host.set("Bypass", bypass).expect("the plugin has the parameter");
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: true }).expect("the plugin is activated");
    for _ in 0..50 {
        host.process(BLOCK, Some(&Transport::STOPPED), &[]).expect("the plugin stands");
        thread::sleep(Duration::from_millis(10));
    }
    host
}

/// Plays some blocks from the song's start, with events in the last of them; returns what the last one plays.
fn play(host: &mut dyn PluginHost, blocks: u32, events: &[HostEvent]) -> Vec<NoteEvent> {
    let mut last = vec![];
    for block in 0..blocks {
        let sample = u64::from(block * BLOCK);
        let transport = Transport { position: sample as f64 / 24_000.0, sample: sample as i64, ..Transport::ROLLING };
        let here = if block + 1 == blocks { events } else { &[] };
        let audio = host.audio().expect("the plugin is active");
        last = audio.process_events(BLOCK, Some(&transport), here).expect("the plugin plays");
    }
    last
}

fn ends(events: &[NoteEvent], channel: u8) -> Vec<u32> {
    events.iter().filter(|event| event.channel == channel && !event.is_on()).map(|event| event.time).collect()
}

#[test]
fn a_pad_or_a_pedal_acts_at_its_sample_and_is_no_music() {
    let pad = json!([{"parameter": "bass_on", "source": {"note": {"channel": 9, "number": 36}}}]);
    let pedal = json!([{"parameter": "bass_on", "source": {"controller": {"channel": 3, "number": 64}}}]);
    for format in FORMATS {
        for (bindings, event) in [
            (&pad, HostEvent::note(123, NoteEventKind::On(90), 9, 36)),
            (&pedal, HostEvent::Midi { time: 123, bytes: [0xB3, 64, 0] }),
        ] {
            let mut host = ready(format, bindings);
            let events = play(&mut *host, 3, &[event]);
            assert_eq!(ends(&events, 1), [123], "{format:?}: the bass ends there: {events:?}");
            assert!(events.iter().all(|event| event.channel != 9 || event.pitch != 36 || event.time != 123));
            let saved = state::parse(&host.save().expect("the plugin saves its state"));
            let kept: Value =
                serde_json::from_str(saved["fields"]["learned"].as_str().expect("a field")).expect("JSON");
            assert_eq!(&kept, bindings, "{format:?}");
        }
    }
}

#[test]
fn without_a_binding_and_in_bypass_it_passes() {
    let pad = json!([{"parameter": "bass_on", "source": {"note": {"channel": 9, "number": 36}}}]);
    for format in FORMATS {
        for (bindings, bypass) in [(json!([]), "Off"), (pad.clone(), "On")] {
            let mut host = ready_in(format, &bindings, bypass);
            let events = play(&mut *host, 3, &[HostEvent::note(123, NoteEventKind::On(91), 9, 36)]);
            let passes =
                events.iter().any(|event| event.is_on() && (event.time, event.channel, event.pitch) == (123, 9, 36));
            assert!(passes, "{format:?}, bypass {bypass}: {events:?}");
        }
    }
}

fn id_of(host: &mut dyn PluginHost, name: &str) -> u32 {
    let parameters = host.parameters().expect("the plugin lists its parameters");
    parameters.iter().find(|parameter| parameter.name == name).expect("the plugin has the parameter").id
}

/// Plays a block in which events arrive, and returns the parameter changes that the host receives.
fn told(host: &mut dyn PluginHost, events: &[HostEvent]) -> Vec<Reported> {
    let audio = host.audio().expect("the plugin is active");
    audio.process_events(BLOCK, Some(&Transport::STOPPED), events).expect("the plugin plays");
    assert!(audio.in_order(), "the events come in the order of time");
    audio.reported().to_vec()
}

#[test]
fn a_host_is_told_what_a_learned_control_moves_where_it_moves() {
    use ReportedKind::{Begin, End, Value};
    let knob = json!([{"parameter": "temperature", "source": {"controller": {"channel": 3, "number": 1}}}]);
    for format in FORMATS {
        let mut host = ready(format, &knob);
        let id = id_of(&mut *host, "Temperature");
        let moved = |time: u32, value: u8| HostEvent::Midi { time, bytes: [0xB3, 1, value] };
        // The melody plays between the moves.
        let note = |time, kind| HostEvent::melody(time, kind, 60);
        let (on, off) = (note(200, NoteEventKind::On(90)), note(400, NoteEventKind::Off));
        let played = play(&mut *host, 1, &[moved(100, 127), on, moved(300, 0), moved(301, 0), off]);
        assert!(played.iter().any(|event| event.time == 200) && played.iter().any(|event| event.time == 400));
        let audio = host.audio().expect("the plugin is active");
        assert!(audio.in_order(), "{format:?}");
        let tell = |time, kind| Reported { time, id, kind };
        let values = [tell(100, Value(1.0)), tell(300, Value(0.0))];
        if format == Format::Clap {
            assert_eq!(audio.reported(), [&[tell(100, Begin)][..], &values].concat());
        } else {
            assert_eq!(audio.reported(), values, "a VST3 host knows no hands");
        }
        assert_eq!(host.raw_value(id), Some(0.0), "{format:?}");
        // It lets go half a second later, and has nothing to tell before and after that.
        let quiet: Vec<Reported> = (0..100).flat_map(|_| told(&mut *host, &[])).collect();
        let expected = if format == Format::Clap { vec![tell(0, End)] } else { vec![] };
        assert_eq!(quiet, expected, "{format:?}");
    }
}

#[test]
fn a_control_that_is_held_when_the_plugin_stops_lets_go() {
    let knob = json!([{"parameter": "temperature", "source": {"controller": {"channel": 3, "number": 1}}}]);
    let mut host = ready(Format::Clap, &knob);
    told(&mut *host, &[HostEvent::Midi { time: 0, bytes: [0xB3, 1, 127] }]);
    host.deactivate();
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: true }).expect("the plugin is activated");
    let first = told(&mut *host, &[]);
    assert!(matches!(first[..], [Reported { kind: ReportedKind::End, .. }]), "{first:?}");
}

#[test]
fn a_host_that_hands_an_old_value_back_does_not_end_the_song_twice() {
    let pad = json!([{"parameter": "end", "source": {"note": {"channel": 9, "number": 36}}}]);
    for format in FORMATS {
        let mut host = ready(format, &pad);
        let id = id_of(&mut *host, "End");
        let strike = |time, kind| HostEvent::note(time, kind, 9, 36);
        let tells = told(&mut *host, &[strike(10, NoteEventKind::On(100)), strike(200, NoteEventKind::Off)]);
        let values: Vec<(u32, f64)> = tells
            .iter()
            .filter_map(|tell| match tell.kind {
                ReportedKind::Value(value) if tell.id == id => Some((tell.time, value)),
                _ => None,
            })
            .collect();
        assert_eq!(values, [(10, 1.0), (200, 0.0)], "{format:?}");
        if format == Format::Clap {
            continue;
        }
        // The host's main thread runs behind: it hands both values to the edit controller, and with the next block.
        for (_, value) in values {
            let text = if value > 0.5 { "On" } else { "Off" };
            host.set("End", text).expect("the plugin has the parameter");
            assert_eq!(host.raw_value(id), Some(0.0), "what came back is old");
        }
        host.process(BLOCK, Some(&Transport::STOPPED), &[]).expect("the plugin plays");
        assert_eq!(host.raw_value(id), Some(0.0), "what came back is old");
        // Two seconds later, the same value is the player's.
        for _ in 0..200 {
            told(&mut *host, &[]);
        }
        host.set("End", "On").expect("the plugin has the parameter");
        assert_eq!(host.raw_value(id), Some(1.0));
    }
}
