//! Parameters: how the plugin describes them, what it accepts, and what it leaves alone.

use crate::{
    PART, random_runs,
    watched::{Watched, keep_network},
};
use continuo_harness::{
    Format, HostEvent,
    built::{FORMATS, host},
    evidence,
};
use proptest::prelude::*;
use std::cell::Cell;

#[test]
fn values_stay_within_their_ranges_and_survive_as_text() {
    let mut values = 0;
    for format in FORMATS {
        let mut host = host(format);
        let parameters = host.parameters().expect("the plugin lists its parameters");
        assert!(parameters.len() >= 40, "{format:?}");
        for parameter in parameters {
            let name = &parameter.name;
            let (lowest, highest, default) = parameter.range;
            assert!(lowest < highest && (lowest..=highest).contains(&default), "{format:?} {name}: {parameter:?}");
            let before = host.raw_value(parameter.id).expect("the plugin has the value");
            assert!((before - default).abs() < 1e-6, "{format:?} {name} begins with {before}, not {default}");
            for step in 0..=64 {
                let value = parameter.at(f64::from(step) / 64.0);
                let text = host.text_of(parameter.id, value).unwrap_or_else(|| panic!("{format:?} {name} {value}"));
                assert!(!text.trim().is_empty(), "{format:?} {name} {value}");
                // Text is rounded, and stepped parameters snap: the value of the text must have the same text again.
                let read = host.value_of(parameter.id, &text).unwrap_or_else(|| panic!("{name} refuses {text}"));
                assert!((lowest..=highest).contains(&read), "{format:?} {name}: {text} is {read}");
                let again = host.text_of(parameter.id, read).expect("the plugin writes the value");
                assert_eq!(again, text, "{format:?} {name} at {value}");
                values += 1;
            }
        }
    }
    evidence::record(
        PART,
        "Each parameter's values stay in range, and survive the way to text and back",
        "65 values of each parameter in both formats",
        format!("{values} values"),
    );
}

#[test]
fn values_out_of_range_are_clamped_and_nan_is_ignored() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 512, false);
        for parameter in watched.host.parameters().expect("the plugin lists its parameters") {
            let (lowest, highest, _) = parameter.range;
            let hostile = [
                1e30,
                -1e30,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NAN,
                lowest - 1.0,
                highest + 1.0,
                f64::MIN_POSITIVE,
            ];
            for value in hostile {
                watched.block(64, &[HostEvent::Parameter { time: 0, id: parameter.id, value }]);
                let found = watched.host.raw_value(parameter.id).expect("the plugin has the value");
                assert!((lowest..=highest).contains(&found), "{format:?} {} is {found} after {value}", parameter.name);
            }
        }
        watched.finish();
    }
}

#[test]
fn a_change_acts_the_same_in_a_block_and_outside_one() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 512, false);
        let parameters = watched.host.parameters().expect("the plugin lists its parameters");
        for parameter in &parameters {
            let (lowest, highest, _) = parameter.range;
            for (value, in_block) in [(highest, true), (lowest, false), (highest, false), (lowest, true)] {
                let change = HostEvent::Parameter { time: 0, id: parameter.id, value };
                if in_block {
                    watched.block(64, &[change]);
                } else {
                    watched.host.audio().expect("the plugin is active").flush(&[change]);
                }
                let found = watched.host.raw_value(parameter.id).expect("the plugin has the value");
                assert!((found - value).abs() < 1e-6, "{format:?} {} holds {found}, not {value}", parameter.name);
            }
        }
        watched.finish();
    }
}

#[test]
fn unknown_parameters_change_nothing() {
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 512, false);
        let known = watched.host.parameters().expect("the plugin lists its parameters");
        let values = |watched: &mut Watched| -> Vec<Option<f64>> {
            known.iter().map(|parameter| watched.host.raw_value(parameter.id)).collect()
        };
        let before = values(&mut watched);
        for id in [0, 1, 77, u32::MAX - 1, 1 << 31].into_iter().filter(|id| known.iter().all(|one| one.id != *id)) {
            assert_eq!(watched.host.raw_value(id), None, "{format:?} knows {id}");
            assert_eq!(watched.host.value_of(id, "1"), None, "{format:?} reads {id}");
            watched.block(64, &[HostEvent::Parameter { time: 0, id, value: 1.0 }]);
            watched.host.audio().expect("the plugin is active").flush(&[HostEvent::Parameter {
                time: 0,
                id,
                value: 1.0,
            }]);
        }
        assert_eq!(values(&mut watched), before, "{format:?}");
        watched.finish();
    }
}

#[test]
fn text_without_a_meaning_is_refused_or_stays_in_range() {
    for format in FORMATS {
        let mut host = host(format);
        for parameter in host.parameters().expect("the plugin lists its parameters") {
            for text in ["", " ", "polka", "nan", "-", "9".repeat(300).as_str(), "\u{1F3B5}", "1e999"] {
                if let Some(value) = host.value_of(parameter.id, text) {
                    let (lowest, highest, _) = parameter.range;
                    assert!((lowest..=highest).contains(&value), "{format:?} {}: {text} is {value}", parameter.name);
                }
            }
        }
    }
}

#[test]
fn notes_end_whatever_is_automated() {
    const BLOCKS: usize = 60;
    let _network = keep_network();
    let change = (any::<prop::sample::Index>(), 0.0..=1.0_f64, 0..512_u32);
    let strategy = prop::collection::vec(prop::collection::vec(change, 0..8), BLOCKS);
    let changes = Cell::new(0);
    for format in FORMATS {
        proptest!(random_runs(), |(blocks in &strategy)| {
            let mut watched = Watched::new(format, 48_000.0, 512, false);
            let parameters = watched.host.parameters().expect("the plugin lists its parameters");
            for mut block in blocks {
                block.sort_by_key(|change| change.2);
                let events: Vec<HostEvent> = block
                    .iter()
                    .map(|(index, fraction, time)| {
                        let parameter = index.get(&parameters);
                        HostEvent::Parameter { time: *time, id: parameter.id, value: parameter.at(*fraction) }
                    })
                    .collect();
                changes.set(changes.get() + events.len());
                watched.block(512, &events);
                // Long blocks in between, so that phrases begin and end.
                for _ in 0..6 {
                    watched.block(512, &[]);
                }
            }
            watched.finish();
        });
    }
    evidence::record(
        PART,
        "Whatever is automated, notes end",
        "random values of random parameters while the arrangement plays, in both formats",
        format!("{} changes", changes.get()),
    );
}

/// The numbers of parameters in automation lanes and projects follow from the identifiers.
#[test]
fn both_formats_use_the_same_numbers() {
    let [clap, vst3] = [Format::Clap, Format::Vst3].map(|format| {
        let parameters = host(format).parameters().expect("the plugin lists its parameters");
        parameters.into_iter().map(|one| (one.id, one.name, one.automatable)).collect::<Vec<_>>()
    });
    assert_eq!(clap, vst3);
}
