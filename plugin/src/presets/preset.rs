//! One preset: parameters with their values as a host shows them, so that a file can be read and written by hand, and a
//! genre keeps its name whatever its slot.

use crate::params::ContinuoParams;
use continuo_music::{lead::LEAD_ID, part::Part};
use nice_plug::params::internals::ParamPtr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the files.
const VERSION: u32 = 1;

/// The parameters of the whole band that a preset holds: those that say what the music is like. Seed, key and what is
/// about the project (channels, solo, lock, how much is made at a time) stay as they are.
const BAND: [&str; 9] =
    ["genre", "genre_b", "blend", "temperature", "variation", "dynamics", "intensity", "fills", "swing"];
/// The parameters of each part that a preset holds.
const OF_PART: [&str; 4] = ["on", "density", "octave", "velocity"];
/// The parameters of Lead that a preset holds. Presets from before it existed have it off.
const OF_LEAD: [&str; 6] = ["mode", "trade_bars", "on", "density", "octave", "velocity"];

/// A preset.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Preset {
    /// The version of the file.
    version: u32,
    /// Identifiers of parameters, and their values as text. One that is missing has its default.
    parameters: BTreeMap<String, String>,
}

/// Why a preset cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// The file is not a preset.
    #[error("it is not a preset of Continuo ({0})")]
    Foreign(#[from] serde_json::Error),
    /// A newer version wrote it.
    #[error("a newer Continuo wrote it (version {0})")]
    Newer(u32),
    /// The plugin lacks this parameter, or presets may not set it.
    #[error("presets have no parameter \"{0}\"")]
    UnknownParameter(String),
    /// A parameter cannot have the value.
    #[error("{name} cannot be \"{value}\"")]
    Value {
        /// The parameter's name.
        name: String,
        /// The text.
        value: String,
    },
}

/// The identifiers of the parameters that a preset holds.
pub fn parameters() -> impl Iterator<Item = String> {
    let of_parts = Part::ALL.into_iter().flat_map(|part| OF_PART.map(|what| format!("{}_{what}", part.id())));
    // A drum's pitch says what is struck.
    let of_lead = OF_LEAD.map(|what| format!("{LEAD_ID}_{what}"));
    BAND.into_iter().map(str::to_owned).chain(of_parts).filter(|id| id != "drums_octave").chain(of_lead)
}

impl Preset {
    /// A preset with these values; all other parameters have their defaults.
    pub fn of(values: &[(&str, &str)]) -> Self {
        let parameters = values.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
        Self { version: VERSION, parameters }
    }

    /// The current settings.
    pub fn of_current(params: &ContinuoParams) -> Self {
        let value = |id: String| Some((id.clone(), current_text(params, &id)?));
        Self { version: VERSION, parameters: parameters().filter_map(value).collect() }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// The text is not a preset, or a newer version's.
    pub fn from_json(text: &str) -> Result<Self, PresetError> {
        let preset: Self = serde_json::from_str(text)?;
        if preset.version > VERSION {
            return Err(PresetError::Newer(preset.version));
        }
        Ok(preset)
    }

    /// The text of a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The values, 0 to 1, of all parameters that presets hold.
    ///
    /// # Errors
    /// The preset names a parameter that presets do not hold, or a value that a parameter cannot have, such as a genre
    /// that is not here.
    pub fn values(&self, params: &ContinuoParams) -> Result<Vec<(ParamPtr, f32)>, PresetError> {
        if let Some(unknown) = self.parameters.keys().find(|id| !parameters().any(|known| known == **id)) {
            return Err(PresetError::UnknownParameter(unknown.clone()));
        }
        let value = |id: String| {
            let pointer = params.pointer(&id)?;
            let text = self.parameters.get(&id).map(String::as_str);
            Some(value_of(pointer, text).map(|value| (pointer, value)))
        };
        parameters().filter_map(value).collect()
    }
}

/// The text of a parameter's value.
fn current_text(params: &ContinuoParams, id: &str) -> Option<String> {
    let pointer = params.pointer(id)?;
    // SAFETY: the pointer belongs to `params`, which outlives this call.
    Some(unsafe { pointer.normalized_value_to_string(pointer.unmodulated_normalized_value(), true) })
}

/// A parameter's value, 0 to 1, from its text; the default without one. `pointer` must be one of a living
/// [`ContinuoParams`].
fn value_of(pointer: ParamPtr, text: Option<&str>) -> Result<f32, PresetError> {
    // SAFETY: the parameter lives, as said above.
    let (default, name) = unsafe { (pointer.default_normalized_value(), pointer.name()) };
    let Some(text) = text else { return Ok(default) };
    // SAFETY: as above.
    let value = unsafe { pointer.string_to_normalized_value(text) };
    value.ok_or_else(|| PresetError::Value { name: name.to_owned(), value: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::composer::Shared;
    use std::sync::Arc;

    fn params() -> ContinuoParams {
        ContinuoParams::new(Arc::new(Shared::new()), vec!["Pop".to_owned(), "Jazz".to_owned()], 0)
    }

    #[test]
    fn every_parameter_of_a_preset_is_there() {
        let params = params();
        for id in parameters() {
            assert!(params.pointer(&id).is_some(), "{id}");
        }
    }

    #[test]
    fn what_is_saved_comes_back_and_what_is_missing_has_its_default() {
        let params = params();
        let preset = Preset::of(&[
            ("genre", "jazz"),
            ("bass_octave", "+1"),
            ("drums_on", "Off"),
            ("blend", "30 %"),
            ("lead_mode", "Trade"),
            ("lead_trade_bars", "8 bars"),
        ]);
        let again = Preset::from_json(&preset.to_json()).unwrap();
        assert_eq!(again, preset);
        let values = again.values(&params).unwrap();
        let of = |id: &str| {
            let pointer = params.pointer(id).unwrap();
            values.iter().find(|(other, _)| *other == pointer).map(|(_, value)| *value).unwrap()
        };
        assert!((of("genre") - 1.0 / 31.0).abs() < 1e-6 && (of("bass_octave") - 0.75).abs() < 1e-6);
        assert!(of("drums_on") < 0.5 && of("bass_on") > 0.5 && (of("blend") - 0.3).abs() < 1e-6);
        assert!((of("lead_mode") - 2.0 / 3.0).abs() < 1e-6 && (of("lead_trade_bars") - 1.0).abs() < 1e-6);
        assert!((of("temperature") - 0.5).abs() < 1e-6, "the default");
        let current = Preset::of_current(&params);
        for (pointer, value) in current.values(&params).unwrap() {
            // SAFETY: the pointer belongs to `params`.
            let (now, name) = unsafe { (pointer.unmodulated_normalized_value(), pointer.name()) };
            assert!((now - value).abs() < 0.005, "{name}: {now} is saved as {value}");
        }
    }

    #[test]
    fn a_bad_file_is_refused_with_the_reason() {
        let params = params();
        let error = |text: &str| match Preset::from_json(text) {
            Ok(preset) => preset.values(&params).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(error("no preset").contains("not a preset of Continuo"));
        assert!(error(r#"{"version":9,"parameters":{}}"#).contains("newer Continuo"));
        assert!(error(r#"{"version":1,"parameters":{"genre":"Polka"}}"#).contains("Genre cannot be \"Polka\""));
        assert!(error(r#"{"version":1,"parameters":{"seed":"3"}}"#).contains("no parameter \"seed\""));
    }
}
