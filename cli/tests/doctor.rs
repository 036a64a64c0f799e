//! Runs the built `continuo doctor`.

use serde_json::Value;
use std::{error::Error, fs, path::Path, process::Command};

type Outcome = Result<(), Box<dyn Error>>;

/// The doctor in a home of its own, without the user's plugins and data.
fn doctor(home: &Path, variables: &[(&str, &Path)], arguments: &[&str]) -> Result<(bool, String), Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_continuo"));
    command.args(["doctor", "--backend", "tract"]).args(arguments);
    command
        .env("HOME", home)
        .env("CONTINUO_DATA", home.join("data"))
        .env_remove("CONTINUO_MODEL")
        .env_remove("CLAP_PATH");
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = command.output()?;
    Ok((output.status.success(), String::from_utf8(output.stdout)?))
}

fn problems(report: &Value) -> Vec<&str> {
    report["problems"].as_array().into_iter().flatten().filter_map(|problem| problem["what"].as_str()).collect()
}

#[test]
fn it_names_versions_model_runtime_and_folders() -> Outcome {
    let home = tempfile::tempdir()?;
    let (succeeds, text) = doctor(home.path(), &[], &["--json"])?;
    assert!(succeeds);
    let report: Value = serde_json::from_str(&text)?;
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["runtime"]["backend"], "tract");
    assert!(report["model"]["checksum"].as_str().is_some_and(|checksum| checksum.len() == 64));
    for network in ["conductor", "harmonizer"] {
        assert!(report["model"][network].is_string(), "{network}");
    }
    let formats: Vec<_> =
        report["plugin_folders"].as_array().into_iter().flatten().map(|folder| &folder["format"]).collect();
    assert!(formats.contains(&&"CLAP".into()) && formats.contains(&&"VST3".into()));
    let (_, words) = doctor(home.path(), &[], &[])?;
    assert!(words.contains("To do:") || words.contains("Nothing is wrong."), "{words}");
    Ok(())
}

#[test]
fn a_broken_plugin_and_a_broken_data_folder_are_problems_with_remedies() -> Outcome {
    let home = tempfile::tempdir()?;
    let folder = home.path().join(if cfg!(target_os = "linux") { ".clap" } else { "plugins" });
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("continuo.clap"), "no plugin")?;
    fs::write(home.path().join("data"), "no folder")?;
    let (_, text) = doctor(home.path(), &[("CLAP_PATH", &folder)], &["--json"])?;
    let report: Value = serde_json::from_str(&text)?;
    let found = problems(&report);
    assert!(found.iter().any(|what| what.contains("continuo.clap")), "{found:?}");
    assert!(found.iter().any(|what| what.contains("data")), "{found:?}");
    let remedies = report["problems"]
        .as_array()
        .into_iter()
        .flatten()
        .all(|problem| problem["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
    assert!(remedies);
    Ok(())
}
