//! Projects that an older version saved: what they lack is set to what that version did.

use nice_plug::prelude::PluginState;

/// Adds the parameters that the state's version did not have, so that it sounds as it did.
pub fn migrate(state: &mut PluginState) {
    // Each phrase was drawn by itself. A state without any parameter is no project.
    if !state.params.is_empty() && !state.params.contains_key("variation") {
        // The framework does not name the type of its values; it can be read from JSON.
        match serde_json::from_str(r#"{"f32": 1.0}"#) {
            Ok(all) => drop(state.params.insert("variation".to_owned(), all)),
            Err(error) => nice_plug::prelude::nice_error!("an older project's variation: {error}"),
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
    fn an_older_project_draws_each_phrase_by_itself() {
        assert_eq!(
            migrated(r#"{"temperature":{"f32":0.8}}"#),
            r#"{"temperature":{"f32":0.8},"variation":{"f32":1.0}}"#
        );
        let newer = r#"{"temperature":{"f32":0.8},"variation":{"f32":0.4}}"#;
        assert_eq!(migrated(newer), newer);
        assert_eq!(migrated("{}"), "{}");
    }
}
