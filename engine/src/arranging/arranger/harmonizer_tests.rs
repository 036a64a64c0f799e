use super::{Arranger, LoadError};
use crate::network::{
    model::{ModelSource, Role},
    runtime::BackendChoice,
    test_models::hand_made,
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

type Outcome = Result<(), Box<dyn Error>>;

fn shipped(role: Role) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(role.file_name())
}

#[test]
fn the_shipped_model_has_a_harmonizer() -> Outcome {
    let arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    assert!(arranger.harmonizer().is_some_and(|harmonizer| harmonizer.name().starts_with("harmonizer ")));
    assert_eq!(arranger.harmonizer_fault(), None);
    Ok(())
}

#[test]
fn a_harmonizer_that_does_not_belong_is_reported_and_not_used() -> Outcome {
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("continuo.onnx");
    let harmonizer = folder.path().join(Role::Harmonizer.file_name());
    fs::copy(hand_made().join("continuo.onnx"), &model)?;
    let source = ModelSource::File(model);
    let fault = || -> Result<Option<String>, LoadError> {
        let arranger = Arranger::load(&source, BackendChoice::Tract)?;
        assert!(arranger.harmonizer().is_none());
        Ok(arranger.harmonizer_fault().map(str::to_owned))
    };
    assert_eq!(fault()?, None, "a model works without a harmonizer");
    let whole = fs::read(shipped(Role::Harmonizer))?;
    fs::write(&harmonizer, &whole)?;
    assert!(fault()?.is_some_and(|fault| fault.contains("style space")), "it belongs to the shipped generator");
    fs::write(&harmonizer, &whole[..whole.len() - 9])?;
    assert!(fault()?.is_some_and(|fault| fault.contains("harmonizer cannot be used")));
    fs::copy(shipped(Role::StyleEncoder), &harmonizer)?;
    assert!(fault()?.is_some_and(|fault| fault.contains("is a style encoder, not a harmonizer")));
    Ok(())
}
