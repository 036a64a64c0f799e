//! Projects that an older version saved: what they lack is set to what that version did.

use nice_plug::prelude::PluginState;

/// Each parameter that came later, with its value in JSON at which it does nothing new: each phrase was drawn by itself, as
/// loud and as straight as the network wrote it, without drum fills, stayed where the melody was gone, and was not
/// heard. The melody was what comes in, and there was no Lead.
const LATER: [(&str, &str); 9] = [
    ("variation", r#"{"f32": 1.0}"#),
    ("dynamics", r#"{"f32": 0.0}"#),
    ("intensity", r#"{"f32": 0.5}"#),
    ("fills", r#"{"f32": 0.0}"#),
    ("keep_song", r#"{"bool": true}"#),
    ("swing", r#"{"i32": 50}"#),
    ("sounds", r#"{"bool": false}"#),
    ("melody_source", r#"{"string": "input"}"#),
    ("lead_mode", r#"{"string": "off"}"#),
];

/// Adds the parameters that the state's version did not have, so that it sounds as it did.
pub fn migrate(state: &mut PluginState) {
    // Every version had this parameter: without it, the state is another plugin's.
    if !state.params.contains_key("temperature") {
        return;
    }
    for (id, value) in LATER {
        if state.params.contains_key(id) {
            continue;
        }
        // The framework does not name the type of its values; it can be read from JSON.
        match serde_json::from_str(value) {
            Ok(value) => drop(state.params.insert(id.to_owned(), value)),
            Err(error) => nice_plug::prelude::nice_error!("an older project's {id}: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn state(params: &str) -> PluginState {
        let params = serde_json::from_str(params).expect("parameters");
        PluginState { version: "0.1.0".to_owned(), params, fields: BTreeMap::new() }
    }

    fn migrated(params: &str) -> String {
        let mut state = state(params);
        migrate(&mut state);
        serde_json::to_string(&state.params).expect("parameters")
    }

    #[test]
    fn an_older_project_sounds_as_it_did() {
        assert_eq!(
            migrated(r#"{"temperature":{"f32":0.8}}"#),
            r#"{"dynamics":{"f32":0.0},"fills":{"f32":0.0},"intensity":{"f32":0.5},"keep_song":{"bool":true},"lead_mode":{"string":"off"},"melody_source":{"string":"input"},"sounds":{"bool":false},"swing":{"i32":50},"temperature":{"f32":0.8},"variation":{"f32":1.0}}"#
        );
        let newer = r#"{"dynamics":{"f32":0.5},"fills":{"f32":0.2},"intensity":{"f32":0.7},"keep_song":{"bool":false},"lead_mode":{"string":"fill"},"melody_source":{"string":"both"},"sounds":{"bool":true},"swing":{"i32":49},"temperature":{"f32":0.8},"variation":{"f32":0.4}}"#;
        assert_eq!(migrated(newer), newer);
        assert_eq!(migrated("{}"), "{}");
        assert_eq!(migrated(r#"{"gain":{"f32":0.8}}"#), r#"{"gain":{"f32":0.8}}"#, "another plugin's state");
    }
}
