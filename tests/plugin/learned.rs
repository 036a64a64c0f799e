//! Controllers and notes that move parameters: they act at their sample, are no music, and stay with the project.

use continuo_harness::{
    Format, HostEvent, NoteEvent, NoteEventKind, PluginHost, Setup, Transport,
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
