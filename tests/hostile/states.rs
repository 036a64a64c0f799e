//! States that are empty, cut short, random, from another plugin, or from the future.

use crate::{
    PART, cases, random_runs,
    watched::{Watched, keep_network},
};
use continuo_harness::{
    Format, PluginHost,
    built::{FORMATS, host, host_with_song, played_state},
    evidence,
    state::{self, wrapped},
};
use proptest::prelude::*;

/// Loads a state and plays: no note may hang, and the plugin must still save. Returns whether the plugin accepted the
/// state.
fn load_and_play(format: Format, state: &[u8]) -> bool {
    let mut watched = Watched::new(format, 48_000.0, 2048, false);
    for _ in 0..20 {
        watched.block(2048, &[]);
    }
    let accepted = watched.host.load(state).is_ok();
    for _ in 0..20 {
        watched.block(2048, &[]);
    }
    watched.host.save().expect("the plugin saves its state");
    watched.finish();
    accepted
}

#[test]
fn a_state_cut_anywhere_is_refused() {
    let mut cuts = 0;
    for format in FORMATS {
        let state = played_state(format);
        let mut host = host(format);
        // All of the format's own header, and a hundred places after it.
        let places = (0..40).chain((40..state.len()).step_by(state.len() / 100));
        for place in places {
            assert!(
                host.load(&state[..place]).is_err(),
                "{format:?} accepted the first {place} bytes of {}",
                state.len()
            );
            cuts += 1;
        }
        host.load(&state).expect("the plugin accepts the whole state afterwards");
        assert_eq!(host.save().expect("the plugin saves its state"), state, "{format:?}");
    }
    evidence::record(
        PART,
        "A state that was cut short is refused, and the instance stays usable",
        "the first n bytes of a project's state, for n up to its length",
        format!("{cuts} cuts"),
    );
}

#[test]
fn an_empty_state_and_foreign_ones_are_refused_while_playing() {
    let foreign: [&[u8]; 6] = [
        b"",
        b"{}",
        b"null",
        b"\x00\xff\xfe\x01 another plugin's chunk",
        b"<?xml version=\"1.0\"?><state plugin=\"another\"/>",
        b"[1,2,3]",
    ];
    let _network = keep_network();
    for format in FORMATS {
        for state in foreign {
            assert!(!load_and_play(format, state), "{format:?} accepted {state:?}");
            assert!(!load_and_play(format, &wrapped(format, state)), "{format:?} accepted {state:?}");
        }
    }
    evidence::record(
        PART,
        "An empty state, and states of other programs, are refused while the arrangement plays on",
        "each loaded as it is and in the format's own wrapping, both formats; each event checked",
        format!("{} states", 2 * FORMATS.len() * foreign.len()),
    );
}

#[test]
fn a_newer_arrangement_still_brings_the_parameters_back() {
    let mut state = state::with_newer_score(state::parse(&played_state(Format::Vst3)));
    state["params"]["seed"] = serde_json::json!({ "i32": 1234 });
    let bytes = serde_json::to_vec(&state).expect("the state becomes JSON");
    for format in FORMATS {
        let mut host = host(format);
        host.load(&wrapped(format, &bytes)).expect("the plugin accepts the parameters");
        assert_eq!(host.value("Seed").expect("the plugin has the value"), "1234", "{format:?}");
        assert!(load_and_play(format, &wrapped(format, &bytes)), "{format:?}");
    }
    evidence::record(
        PART,
        "A project of a newer version gives its parameters back, and nothing hangs",
        "an arrangement of version 1,000,000 loaded at rest and while another plays",
        format!("{} formats", FORMATS.len()),
    );
}

/// A state of another plugin with the same framework is a valid state, but this plugin has none of its parameters.
#[test]
fn a_state_of_another_plugin_of_the_same_framework_changes_no_parameter() {
    let other = br#"{"version":"0.4.0","params":{"gain":{"f32":0.25},"voices":{"i32":7}},"fields":{}}"#;
    let _network = keep_network();
    for format in FORMATS {
        let mut host = host_with_song(format);
        let values = |host: &mut dyn PluginHost| -> Vec<Option<f64>> {
            let parameters = host.parameters().expect("the plugin lists its parameters");
            parameters.iter().map(|parameter| host.raw_value(parameter.id)).collect()
        };
        let before = values(&mut *host);
        let _ = host.load(&wrapped(format, other));
        assert_eq!(values(&mut *host), before, "{format:?}");
        load_and_play(format, &wrapped(format, other));
    }
}

#[test]
fn random_bytes_are_refused() {
    let bytes = prop::collection::vec(any::<u8>(), 0..4096);
    for format in FORMATS {
        let state = played_state(format);
        let host = std::cell::RefCell::new(host_with_song(format));
        proptest!(random_runs(), |(bytes in &bytes)| {
            let mut host = host.borrow_mut();
            prop_assert!(host.load(&bytes).is_err(), "{:?} accepted random bytes", format);
            prop_assert!(host.load(&wrapped(format, &bytes)).is_err(), "{:?} accepted wrapped random bytes", format);
        });
        assert_eq!(host.into_inner().save().expect("the plugin saves its state"), state, "{format:?}");
    }
    evidence::record(
        PART,
        "Random bytes are refused and change nothing",
        "up to 4096 random bytes as they are and after their true length, both formats; the state saved afterwards is compared",
        format!("{} states", 4 * cases()),
    );
}

#[test]
fn random_damage_never_ends_the_host() {
    let _network = keep_network();
    let length = played_state(Format::Vst3).len();
    let wound = (0..length, any::<u8>());
    let strategy = prop::collection::vec(wound, 1..6);
    for format in FORMATS {
        proptest!(random_runs(), |(wounds in &strategy)| {
            let mut json = played_state(Format::Vst3);
            for (place, byte) in wounds {
                json[place] = byte;
            }
            load_and_play(format, &wrapped(format, &json));
        });
    }
    evidence::record(
        PART,
        "A damaged state never ends the host or hangs a note",
        "bytes of a project's state overwritten at random and loaded while the arrangement plays",
        format!("{} states", 2 * cases()),
    );
}

#[test]
fn the_same_arrangement_is_saved_as_the_same_bytes() {
    for format in FORMATS {
        let state = played_state(format);
        let saved: Vec<Vec<u8>> =
            (0..3).map(|_| host_with_song(format).save().expect("the plugin saves its state")).collect();
        assert!(saved.iter().all(|bytes| *bytes == state), "{format:?}");
    }
    evidence::record(
        PART,
        "The same arrangement is saved as the same bytes",
        "a played project loaded into new instances and saved again, both formats",
        format!("{} bytes, {} times", played_state(Format::Clap).len(), 3 * FORMATS.len()),
    );
}

/// A state in one format is the same project in the other.
#[test]
fn a_project_moves_between_the_formats() {
    let mut clap = host(Format::Clap);
    clap.load(&wrapped(Format::Clap, &played_state(Format::Vst3))).expect("the plugin accepts the state");
    assert_eq!(clap.save().expect("the plugin saves its state"), played_state(Format::Clap));
}
