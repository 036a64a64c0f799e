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
        .env("CONTINUO_CACHE", home.join("cache"))
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
    assert_eq!(report["model"]["source"], "built-in");
    assert!(report["model"]["name"].as_str().is_some_and(|name| name.starts_with("continuo ")), "{text}");
    assert!(report["model"]["checksum"].as_str().is_some_and(|checksum| checksum.len() == 64));
    assert!(report["runtime"]["expected"]["sha256"].as_str().is_none_or(|hash| hash.len() == 64));
    assert_eq!(report["data"]["path"].as_str().map(Path::new), Some(home.path().join("data").as_path()));
    assert_eq!(report["data"]["exists"], false);
    assert_eq!(report["cache"]["path"].as_str().map(Path::new), Some(home.path().join("cache").as_path()));
    assert_eq!(report["cache"]["bytes_of_networks"], 0);
    for network in ["conductor", "harmonizer"] {
        assert!(report["model"][network].is_string(), "{network}");
    }
    let folders = report["plugin_folders"].as_array().ok_or("no folders")?;
    for format in ["CLAP", "VST3"] {
        assert!(folders.iter().any(|folder| folder["format"] == format), "{folders:?}");
    }
    // The same in words, each fact on a line of its own.
    let (_, words) = doctor(home.path(), &[], &[])?;
    for fact in [
        &report["model"]["name"],
        &report["model"]["checksum"],
        &report["data"]["path"],
        &report["cache"]["path"],
        &report["system"],
    ] {
        let fact = fact.as_str().ok_or("a fact is no text")?;
        assert!(words.contains(fact), "{fact} is not in {words}");
    }
    for folder in folders {
        let path = folder["path"].as_str().ok_or("a folder has no path")?;
        assert!(words.lines().any(|line| line.contains(path)), "{path} is not in {words}");
    }
    // Nothing is installed in this home: that is a problem unless the system's own folders have Continuo.
    let installed = folders.iter().any(|folder| folder["continuo"].as_array().is_some_and(|found| !found.is_empty()));
    let said = problems(&report).iter().any(|what| what.starts_with("no host will find Continuo"));
    assert_eq!(said, !installed, "{text}");
    for (number, what) in (1..).zip(problems(&report)) {
        let numbered = words.lines().find(|line| line.starts_with(&format!("{number}. ")));
        let rest = what.get(1..).unwrap_or_default().trim_end_matches('.');
        assert!(numbered.is_some_and(|line| line.contains(rest)), "{what} is not problem {number} in {words}");
    }
    assert_eq!(words.contains("Nothing is wrong."), problems(&report).is_empty(), "{words}");
    Ok(())
}

#[test]
fn it_names_the_runtimes_hash_and_says_when_it_is_another() -> Outcome {
    let home = tempfile::tempdir()?;
    let library = home.path().join("not the runtime");
    fs::write(&library, "abc")?;
    let (_, text) = doctor(home.path(), &[("CONTINUO_ONNXRUNTIME", &library)], &["--json"])?;
    let report: Value = serde_json::from_str(&text)?;
    let found = &report["runtime"]["found"][0];
    // The hash of "abc" as every implementation gives it.
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!((found["path"].as_str(), found["sha256"].as_str()), (library.to_str(), Some(hash)), "{text}");
    assert_eq!(report["variables"]["CONTINUO_ONNXRUNTIME"].as_str(), library.to_str());
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
