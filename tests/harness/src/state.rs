//! The states that the plugin saves: JSON, which each format wraps in its own way.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use crate::hosts::Format;
use continuo_engine::score::Score;
use serde_json::Value;

/// The bytes of the length that CLAP has in front of the JSON.
const LENGTH: usize = size_of::<u64>();

/// How the framework's JSON begins.
const BEGIN: &[u8] = b"{\"version\":";

/// JSON as a format wraps it: CLAP has its length in front.
pub fn wrapped(format: Format, json: &[u8]) -> Vec<u8> {
    match format {
        Format::Clap => [&(json.len() as u64).to_le_bytes()[..], json].concat(),
        Format::Vst3 => json.to_vec(),
    }
}

/// The JSON in a format's state.
pub fn unwrapped(format: Format, state: &[u8]) -> &[u8] {
    match format {
        Format::Clap => &state[LENGTH..],
        Format::Vst3 => state,
    }
}

/// A state's JSON, whatever stands before and after it: a length, or what a workstation adds.
pub fn parse(state: &[u8]) -> Value {
    let begin = state.windows(BEGIN.len()).position(|bytes| bytes == BEGIN).expect("a state holds JSON");
    let mut values = serde_json::Deserializer::from_slice(&state[begin..]).into_iter();
    values.next().expect("a state holds a value").expect("a state is JSON")
}

/// The text in one of a state's fields; `None` if there is no such field.
pub fn field(state: &Value, name: &str) -> Option<String> {
    // The framework saves a field as JSON in a string, and this field is itself a string.
    serde_json::from_str(state["fields"][name].as_str()?).ok()
}

/// The score in a state.
pub fn score(state: &[u8]) -> Score {
    let text = field(&parse(state), "score").expect("a state holds a score");
    Score::from_json(&text).expect("the score can be read")
}

/// A state as a version saved it that did not have a parameter yet.
pub fn without_parameter(format: Format, state: &[u8], id: &str) -> Vec<u8> {
    let mut json = parse(state);
    let removed = json["params"].as_object_mut().expect("a state holds parameters").remove(id);
    assert!(removed.is_some(), "there is no parameter {id}");
    wrapped(format, json.to_string().as_bytes())
}

/// A state's JSON with a score of a version that this one cannot read, and otherwise as it was.
pub fn with_newer_score(mut state: Value) -> Value {
    let text = field(&state, "score").expect("a state holds a score");
    let mut newer: Value = serde_json::from_str(&text).expect("the score is JSON");
    newer["version"] = 1_000_000.into();
    let text = serde_json::to_string(&newer.to_string()).expect("text becomes JSON");
    state["fields"]["score"] = text.into();
    state
}
