//! How states travel: through streams that move a few bytes at a time, and from the same values set in different ways.

use crate::PART;
use continuo_harness::{
    Format, HostEvent, PluginHost, Setup, Transport,
    built::{FORMATS, host, played_state},
    evidence, state,
};
use std::{
    thread,
    time::{Duration, Instant},
};

#[test]
fn a_stream_may_move_a_few_bytes_at_a_time() {
    const PIECES: [usize; 4] = [1, 2, 5, 7];
    let mut bytes = 0;
    for format in FORMATS {
        let state = played_state(format);
        for most in PIECES {
            let mut host = host(format);
            host.load_in_pieces(&state, most).unwrap_or_else(|error| panic!("{format:?} in pieces of {most}: {error}"));
            let saved = host.save_in_pieces(most).expect("the plugin saves its state");
            assert_eq!(saved.len(), state.len(), "{format:?} in pieces of {most}: some bytes were lost");
            assert_eq!(saved, state, "{format:?} in pieces of {most}");
            bytes += state.len() + saved.len();
        }
    }
    evidence::record(
        PART,
        "A state survives streams that move a few bytes at a time",
        "loaded and saved in pieces of 1 to 7 bytes, both formats, and compared",
        format!("{bytes} bytes"),
    );
}

/// Parameters and their new values.
const CHOICES: [(&str, &str); 6] =
    [("Seed", "77"), ("Temperature", "0.80"), ("Mode", "Live"), ("Vary", "On"), ("Bass Octave", "+1"), ("Takes", "3")];

/// How a host may set parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    BeforeActivation,
    Flush,
    Block,
    OneBlockEach,
}

/// The state that is saved after the parameters were set in one of the ways.
fn saved(format: Format, way: Way) -> Vec<u8> {
    let mut host = host(format);
    let mut changes = Vec::new();
    for (name, text) in CHOICES {
        let parameters = host.parameters().expect("the plugin lists its parameters");
        let id = parameters.iter().find(|parameter| parameter.name == name).expect("there is such a parameter").id;
        let value = host.value_of(id, text).expect("the plugin understands the value");
        changes.push(HostEvent::Parameter { time: 0, id, value });
    }
    if way == Way::BeforeActivation {
        for (name, text) in CHOICES {
            host.set(name, text).expect("the plugin accepts the value");
        }
    }
    host.activate(Setup { sample_rate: 48_000.0, largest_block: 512, offline: false })
        .expect("the plugin is activated");
    let stopped = Transport::STOPPED;
    // In VST3, values that a host sets before activation arrive with the first block.
    host.process(512, Some(&stopped), &[]).expect("the plugin processes");
    let audio = host.audio().expect("the plugin is active");
    match way {
        Way::BeforeActivation => {}
        Way::Flush => audio.flush(&changes),
        Way::Block => drop(audio.process_events(512, Some(&stopped), &changes).expect("the plugin processes")),
        Way::OneBlockEach => {
            for change in changes.iter().rev() {
                audio.process_events(64, Some(&stopped), &[*change]).expect("the plugin processes");
            }
        }
    }
    let while_active = saved_with_the_meter(&mut *host);
    host.deactivate();
    assert_eq!(host.save().expect("the plugin saves its state"), while_active, "{format:?} {way:?}");
    while_active
}

/// The state once the composer has learnt the host's meter, which it does on a thread of its own after loading a model.
fn saved_with_the_meter(host: &mut dyn PluginHost) -> Vec<u8> {
    let began = Instant::now();
    loop {
        let state = host.save().expect("the plugin saves its state");
        if String::from_utf8_lossy(&state).contains(r#"assumed\\\":false"#) {
            return state;
        }
        assert!(began.elapsed() < Duration::from_mins(2), "the composer did not learn the meter");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_same_values_are_saved_as_the_same_bytes_however_they_were_set() {
    const WAYS: [Way; 4] = [Way::BeforeActivation, Way::Flush, Way::Block, Way::OneBlockEach];
    let clap = WAYS.map(|way| saved(Format::Clap, way));
    let vst3 = WAYS.map(|way| saved(Format::Vst3, way));
    for (way, (clap, vst3)) in WAYS.iter().zip(clap.iter().zip(&vst3)) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(state::unwrapped(Format::Clap, clap)), text(vst3), "{way:?}");
    }
    assert!(clap.iter().all(|bytes| *bytes == clap[0]), "the saved state depends on the way");
    evidence::record(
        PART,
        "The same values are saved as the same bytes, whichever way they were set",
        "set before activation, by a flush, in a block, and in a block each; an instance each, both formats",
        format!("{} instances", 2 * WAYS.len()),
    );
}
