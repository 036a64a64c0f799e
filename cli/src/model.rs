//! `continuo model`.

use crate::{arguments::ModelArguments, failure::Failure};
use continuo_engine::{
    network::{BUILT_IN, InstalledModel, MODEL_VARIABLE, MelodyEngine, Model, ModelSource, Role, installed_models},
    storage::{DataFolder, Preferences, PreferencesError},
};
use serde_json::{Value, json};
use std::{fmt::Write, path::Path};

pub fn run(arguments: &ModelArguments) -> Result<String, Failure> {
    let data = DataFolder::of_user()
        .ok_or_else(|| Failure::input(&"this system has no folder for your data; set CONTINUO_DATA to one"))?;
    if let Some(name) = &arguments.r#use {
        choose(&data, name)?;
    }
    if let Some(engine) = arguments.melody {
        engine.choose_in(&data).map_err(|error| Failure::input(&error))?;
    }
    let chosen = Preferences::read(&data).map_err(|error| Failure::input(&error))?.model;
    let models = installed_models(&data);
    if arguments.report.json {
        let chosen = chosen.as_deref().unwrap_or(BUILT_IN);
        let folder = data.models().display().to_string();
        let models: Vec<Value> = models.iter().map(described).collect();
        return Ok(
            json!({"chosen": chosen, "melody": MelodyEngine::of_user().id(), "folder": folder, "models": models})
                .to_string(),
        );
    }
    let mark = |name: &str| if chosen.as_deref().unwrap_or(BUILT_IN) == name { "* " } else { "  " };
    let mut text = format!("{}{BUILT_IN}", mark(BUILT_IN));
    for model in &models {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n{}{}", mark(&model.name), line(model));
    }
    let _ = write!(text, "\nmelodies go on with: {}", MelodyEngine::of_user().id());
    let _ = write!(text, "\nthe models are in {}", data.models().display());
    if std::env::var_os(MODEL_VARIABLE).is_some_and(|path| !path.is_empty()) {
        let _ = write!(text, "\n{MODEL_VARIABLE} is set: the file that it names overrides the choice");
    }
    Ok(text)
}

/// Saves the choice, if the model can be used.
fn choose(data: &DataFolder, name: &str) -> Result<(), Failure> {
    let source = ModelSource::named(Some(data), name).map_err(|error| Failure::input(&error))?;
    Model::load(&source).map_err(|error| Failure::input(&format!("{name}: {error}")))?;
    let model = match source {
        ModelSource::Embedded => None,
        // The folder's own name, whatever case the user typed.
        ModelSource::File(path) => {
            path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned())
        }
    };
    match Preferences::change(data, |preferences| preferences.model.clone_from(&model)) {
        // As the message of this error promises, a choice replaces the invalid file.
        Err(PreferencesError::Foreign { .. }) => Preferences { model, ..Preferences::default() }.keep(data),
        result => result,
    }
    .map_err(|error| Failure::input(&error))
}

/// One model in one line.
pub fn line(model: &InstalledModel) -> String {
    let card = match &model.card {
        Ok(card) => card,
        Err(error) => return format!("{}: refused: {error}", model.name),
    };
    let mut text = format!("{}: {} {}", model.name, card.name, card.version);
    for (role, state) in &model.helpers {
        let _ = match state {
            Ok(true) => write!(text, ", {}", role.name()),
            Ok(false) => write!(text, ", no {}", role.name()),
            Err(error) => write!(text, ", {} refused: {error}", role.name()),
        };
    }
    text
}

/// One model as JSON.
pub fn described(model: &InstalledModel) -> Value {
    let card = model.card.as_ref();
    let helper = |role: Role| -> Value {
        match model.helpers.iter().find(|(other, _)| *other == role) {
            Some((_, Ok(exists))) => json!(exists),
            Some((_, Err(error))) => json!(error.to_string()),
            None => Value::Null,
        }
    };
    json!({
        "name": model.name,
        "model": card.ok().map(|card| format!("{} {}", card.name, card.version)),
        "refused": card.err().map(ToString::to_string),
        "conductor": helper(Role::Conductor),
        "harmonizer": helper(Role::Harmonizer),
        "style_encoder": helper(Role::StyleEncoder),
    })
}
