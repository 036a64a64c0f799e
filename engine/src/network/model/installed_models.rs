//! The models in the user's data folder.

use super::{
    card::ModelCard,
    checked::Model,
    error::ModelError,
    helper::Helper,
    role::Role,
    source::{GENERATOR_FILE, ModelSource},
};
use crate::storage::data_folder::{DataFolder, is_name};
use std::{fs, path::PathBuf};

/// A model in the data folder, checked.
#[derive(Debug)]
pub struct InstalledModel {
    /// The name of its folder.
    pub name: String,
    /// The generator's file.
    pub path: PathBuf,
    /// Its card, or why the model is rejected.
    pub card: Result<ModelCard, ModelError>,
    /// For each network beside the generator, whether there is one, or why it is rejected; empty if the model is rejected.
    pub helpers: Vec<(Role, Result<bool, ModelError>)>,
}

/// Finds and fully checks the models in the data folder, sorted by name. Reads all their files.
pub fn installed_models(data: &DataFolder) -> Vec<InstalledModel> {
    let Ok(entries) = fs::read_dir(data.models()) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_name(name))
        .collect();
    names.sort_unstable();
    names.into_iter().map(|name| InstalledModel::check(data, name)).collect()
}

impl InstalledModel {
    fn check(data: &DataFolder, name: String) -> Self {
        let path = data.models().join(&name).join(GENERATOR_FILE);
        let source = ModelSource::File(path.clone());
        let card = Model::load(&source).map(|model| model.card().clone());
        let helper = |card: &ModelCard, role| (role, Helper::load(&source, role, card).map(|helper| helper.is_some()));
        let helpers = card.as_ref().map_or_else(
            |_| Vec::new(),
            |card| [Role::Conductor, Role::Harmonizer, Role::StyleEncoder].map(|role| helper(card, role)).into(),
        );
        Self { name, path, card, helpers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The bytes of a file in `tests/models`.
    fn hand_made(file: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models").join(file)).unwrap()
    }

    fn data() -> (tempfile::TempDir, DataFolder) {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path().join("continuo"));
        (folder, data)
    }

    #[test]
    fn models_are_found_and_each_rejected_one_has_its_reason() {
        let (_folder, data) = data();
        assert!(installed_models(&data).is_empty());
        let model = |name: &str, bytes: &[u8]| {
            let folder = data.models().join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(GENERATOR_FILE), bytes).unwrap();
        };
        let whole = hand_made("continuo.onnx");
        model("mine", &whole);
        model("cut", &whole[..whole.len() / 2]);
        model("half", &hand_made("split/continuo.onnx"));
        model("text", b"no model");
        fs::create_dir_all(data.models().join("empty")).unwrap();
        fs::write(data.models().join("file"), "").unwrap();
        // Ignored: the preferences do not accept this name.
        fs::create_dir_all(data.models().join("#mine")).unwrap();
        fs::write(data.models().join("mine").join(Role::Conductor.file_name()), "no conductor").unwrap();
        let found = installed_models(&data);
        let names: Vec<_> = found.iter().map(|model| (model.name.as_str(), model.card.is_ok())).collect();
        assert_eq!(names, [("cut", false), ("empty", false), ("half", false), ("mine", true), ("text", false)]);
        assert!(found[1].card.as_ref().unwrap_err().to_string().contains("no model file"));
        assert_eq!(found[2].card, Err(ModelError::NoEncoder));
        assert_eq!(
            found[3].helpers,
            [
                (Role::Conductor, Err(ModelError::NotOnnx)),
                (Role::Harmonizer, Ok(false)),
                (Role::StyleEncoder, Ok(false))
            ]
        );
        assert!(
            matches!(ModelSource::named(Some(&data), "MINE"), Ok(ModelSource::File(path)) if path == found[3].path)
        );
        let unknown = ModelSource::named(Some(&data), "../mine").unwrap_err().to_string();
        assert!(unknown.contains("built-in, cut, empty, half, mine, text"), "{unknown}");
        assert_eq!(ModelSource::named(None, "Built-in"), Ok(ModelSource::Embedded));
    }
}
