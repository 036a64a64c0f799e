//! Hosts of VST3 for Python: `pedalboard` and `dawdreamer`. `cargo test` leaves this out; `cargo xtask test --hosts python`
//! installs both and runs it.
#![cfg(target_os = "linux")]

use continuo_harness::{built, child, evidence, songs};
use serde_json::Value;
use std::{env, fs, path::PathBuf, process::Command};

/// The interpreter that has both.
const PYTHON: &str = "CONTINUO_PYTHON";

/// The plugin as a bundle.
fn bundle() -> PathBuf {
    let bundle = child::folder("python-hosts").join("Continuo.vst3");
    let folder = bundle.join("Contents").join(format!("{}-linux", env::consts::ARCH));
    fs::create_dir_all(&folder).expect("the folder is made");
    let library = folder.join("Continuo.so");
    fs::hard_link(built::library(), &library)
        .or_else(|_| fs::copy(built::library(), &library).map(drop))
        .expect("copied");
    bundle
}

#[test]
#[ignore = "needs pedalboard and DawDreamer: cargo xtask test --hosts python"]
fn each_class_is_listed_with_what_it_can_do() {
    let bundle = bundle();
    let folder = child::folder("python-hosts-states");
    let log = folder.join("plugin.log");
    let mut command = Command::new(env::var_os(PYTHON).expect("the interpreter is named"));
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python_hosts/hosts.py"))
        .args([&bundle, &songs::tune_file("ode_to_joy"), &folder])
        .env("NICE_LOG", &log);
    let output = command.output().expect("Python starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let shown = String::from_utf8_lossy(&output.stdout);
    let found: Vec<Value> = shown.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    let of = |host: &str, class: &str| {
        let mut these = found.iter().filter(|line| line["host"] == host && line["class"] == class);
        these.next().unwrap_or_else(|| panic!("{host} does not list {class}: {shown}"))
    };
    assert_eq!(found.len(), 3, "{shown}");

    // pedalboard finds both and plays what makes audio only.
    let refused = of("pedalboard", "Continuo");
    let reason = refused["reason"].as_str().unwrap_or_default();
    assert!(refused["loads"] == false && reason.contains("does not produce audio"), "{refused}");
    let instrument = of("pedalboard", "Continuo (with audio out)");
    works(instrument);
    assert_eq!(instrument["audio"][0], 2, "{instrument}");
    assert_eq!(instrument["silent"], false, "the instrument is heard: {instrument}");
    let effect = of("DawDreamer", "the first");
    works(effect);
    assert_eq!(effect["audio"][0], 0, "a note effect has no audio: {effect}");
    // In DawDreamer it renders, so its phrases are made.
    let log = fs::read_to_string(log).expect("the plugin wrote a log");
    let made = log.lines().filter_map(|line| line.split_once("Continuo status: ")).any(|(_, status)| {
        let status: Value = serde_json::from_str(status).expect("the status is JSON");
        status["generated"].as_u64().is_some_and(|generated| generated > 0) && status["fault"].is_null()
    });
    assert!(made, "{log}");

    let figure = |of: &Value| format!("{} parameters, {} bytes of state", of["parameters"], of["state"]);
    evidence::record(
        "python",
        "pedalboard 0.9.26 lists both VST3 classes, loads *Continuo (with audio out)*, and saves and loads its state; it refuses \
         *Continuo*, as it refuses all that makes no audio",
        "each class loaded, a state saved by one instance and loaded by another, a note played and heard",
        figure(instrument),
    );
    evidence::record(
        "python",
        "DawDreamer 0.9.0 loads *Continuo*, the first class, renders with it, and saves and loads its state; it cannot name the \
         second class, and gives nobody the notes that a plugin plays",
        "a state saved by one instance and loaded by another, 16 s of the demo's tune rendered, the plugin's log read",
        figure(effect),
    );
}

/// It has its parameters, and a state goes from one instance to another.
fn works(class: &Value) {
    assert!(class["loads"] == true && class["same_state"] == true, "{class}");
    assert!(class["parameters"].as_u64().is_some_and(|count| count >= 40), "{class}");
    let restored = (class["restored"][0].as_f64(), class["restored"][1].as_f64());
    assert_eq!(restored, (Some(25.0), Some(80.0)), "{class}");
}
