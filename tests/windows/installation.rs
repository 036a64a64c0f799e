//! What users find on Windows: the doctor, the data folder, preferences.

use crate::wine::{HOME, LIBRARY, Wine, on_c};
use continuo_harness::{command_line::json, evidence, songs};
use serde_json::Value;
use std::{fs, process::Stdio};

/// The hash of the library that this system's runtime needs, as the engine has it.
fn expected() -> &'static str {
    let pinned = continuo_engine::network::pinned::for_system("windows", "x86_64");
    pinned.expect("Windows has a library").sha256
}

fn doctor(wine: &Wine) -> Value {
    json(wine.command_line().arg("doctor"))
}

fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().into_iter().flatten().filter_map(|entry| entry[field].as_str()).collect()
}

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn the_doctor_knows_windows_and_what_is_wrong_there() {
    let wine = Wine::start();
    let common = wine.user().join("AppData/Local/Programs/Common");
    let _ = fs::remove_dir_all(&common);
    let before = doctor(&wine);
    assert_eq!(before["runtime"]["backend"], "onnxruntime");
    assert_eq!(before["runtime"]["expected"]["sha256"], expected());
    assert_eq!(before["runtime"]["found"][0]["sha256"], expected());
    let library = before["runtime"]["library"].as_str().unwrap_or_default();
    assert!(library.contains("Плагины 𝄞") && library.ends_with(LIBRARY), "{library}");
    let problems = texts(&before["problems"], "what");
    assert!(problems.len() == 1 && problems[0].starts_with("no host will find Continuo"), "{problems:?}");
    let system = before["system"].as_str().unwrap_or_default();
    assert!(system.contains("Windows"), "{system}");

    // Installed as the package says: the library in a folder of Continuo's own.
    let installed = wine.drive().join(HOME);
    let clap = common.join("CLAP");
    fs::create_dir_all(clap.join("continuo")).expect("the folder is made");
    fs::copy(installed.join("Continuo.clap"), clap.join("Continuo.clap")).expect("copied");
    fs::copy(installed.join(LIBRARY), clap.join("continuo").join(LIBRARY)).expect("copied");
    let after = doctor(&wine);
    assert_eq!(texts(&after["problems"], "what"), [""; 0]);
    let folders = after["plugin_folders"].as_array().expect("folders");
    let own = folders
        .iter()
        .find(|folder| folder["path"].as_str().is_some_and(|path| path.ends_with("Local\\Programs\\Common\\CLAP")));
    let copy = &own.unwrap_or_else(|| panic!("{folders:?}"))["continuo"][0];
    assert_eq!(copy["version"], env!("CARGO_PKG_VERSION"));
    assert!(copy["library"].as_str().is_some_and(|path| path.ends_with("continuo\\onnxruntime.dll")), "{copy}");

    // A plugin for Linux in its place, and a library that was cut short.
    fs::write(clap.join("Continuo.clap"), fs::read(continuo_harness::built::library()).expect("it is there"))
        .expect("written");
    let whole = fs::read(installed.join(LIBRARY)).expect("the library is there");
    fs::write(clap.join("continuo").join(LIBRARY), &whole[..whole.len() / 2]).expect("written");
    let broken = doctor(&wine);
    let problems = texts(&broken["problems"], "what");
    assert!(problems.iter().any(|what| what.contains("was built for linux")), "{problems:?}");
    assert!(problems.iter().any(|what| what.contains(LIBRARY) && what.contains("SHA-256")), "{problems:?}");
    fs::remove_dir_all(&common).expect("removed");
    evidence::record(
        "windows",
        "The doctor names the runtime's library and hash, the plugin folders and what is wrong",
        "`continuo.exe doctor` before and after an installation, with a plugin for Linux in its place and with half a \
         library, under Wine 8.0",
        format!("{} plugin folders, {} problems found", folders.len(), problems.len()),
    );
}

/// The scripts of the package, with Windows' line ends.
const SCRIPTS: [(&str, &str); 2] = [
    ("install.cmd", include_str!("../../xtask/src/release/package/texts/install.cmd")),
    ("uninstall.cmd", include_str!("../../xtask/src/release/package/texts/uninstall.cmd")),
];

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn the_packages_scripts_install_and_remove_only_continuo() {
    let wine = Wine::start();
    // Small files with the names of the package's.
    let package = wine.drive().join("Neuer Ordner (2)");
    let library = "Continuo.vst3/Contents/x86_64-win/Continuo.vst3";
    fs::create_dir_all(package.join("Continuo.vst3/Contents/x86_64-win")).expect("the folder is made");
    for name in ["Continuo.clap", library, "continuo.exe", LIBRARY, "LICENSE", "README.txt"] {
        fs::write(package.join(name), name).expect("written");
    }
    for (name, text) in SCRIPTS {
        fs::write(package.join(name), text.replace('\n', "\r\n")).expect("written");
    }
    let programs = wine.user().join("AppData/Local/Programs");
    let other = programs.join("Common/CLAP/Other.clap");
    fs::create_dir_all(programs.join("Common/CLAP")).expect("the folder is made");
    fs::write(&other, "another's").expect("written");
    let run = |script: &str| {
        let mut command = wine.command(std::path::Path::new("cmd"));
        let status = command.current_dir(&package).args(["/c", script]).stdout(Stdio::null()).status();
        status.expect("it starts").success()
    };
    // A second time over the first.
    assert!(run("install.cmd") && run("install.cmd"));
    for (place, name) in [
        ("Common/CLAP/Continuo.clap", "Continuo.clap"),
        ("Common/CLAP/continuo/onnxruntime.dll", LIBRARY),
        ("Common/VST3/Continuo.vst3/Contents/x86_64-win/Continuo.vst3", library),
        ("Continuo/continuo.exe", "continuo.exe"),
        ("Continuo/onnxruntime.dll", LIBRARY),
        ("Continuo/LICENSE", "LICENSE"),
    ] {
        assert_eq!(fs::read_to_string(programs.join(place)).expect(place), name);
    }
    assert!(run("uninstall.cmd"));
    for place in ["Common/CLAP/Continuo.clap", "Common/CLAP/continuo", "Common/VST3/Continuo.vst3", "Continuo"] {
        assert!(!programs.join(place).exists(), "{place} is left");
    }
    assert_eq!(fs::read_to_string(&other).expect("another's plugin stays"), "another's");
    // What is missing is said, and not called installed.
    fs::remove_file(package.join("Continuo.clap")).expect("removed");
    assert!(!run("install.cmd"));
    assert!(run("uninstall.cmd"));
    evidence::record(
        "windows",
        "The package's scripts install Continuo for one user and remove it, and nothing else",
        "`install.cmd` twice, `uninstall.cmd`, and `install.cmd` with a file missing, with small files, under Wine 8.0",
        "6 files",
    );
}

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn own_genres_and_preferences_are_kept_in_the_users_folder() {
    let wine = Wine::start();
    let data = wine.user().join("AppData/Roaming/continuo");
    let name = "Küche Спокойно 静か";
    let music = wine.drive().join("Eigene Musik");
    fs::create_dir_all(&music).expect("the folder is made");
    fs::write(music.join("Band №1.mid"), songs::band()).expect("written");
    let mut reading = wine.command_line();
    let style = json(reading.arg("style").arg(on_c("Eigene Musik")).args(["--name", name]));
    assert_eq!(style["slot"], 16);
    let kept = fs::read_dir(data.join("styles")).expect("the data folder was made").count();
    assert_eq!(kept, 1);
    let listed = json(wine.command_line().args(["style", "--list"]));
    assert_eq!(texts(&listed["styles"], "name"), [name]);
    // Many programs at once write the same file: each finds it whole.
    let mut running: Vec<_> = (0..6)
        .map(|_| {
            wine.command_line().args(["model", "--use", "built-in"]).stdout(Stdio::null()).spawn().expect("it starts")
        })
        .collect();
    assert!(running.iter_mut().all(|program| program.wait().expect("it ends").success()));
    let preferences = fs::read(data.join("preferences.json")).expect("the preferences are there");
    serde_json::from_slice::<Value>(&preferences).expect("the preferences are whole");
    json(wine.command_line().args(["style", "--remove", name]));
    assert_eq!(fs::read_dir(data.join("styles")).expect("the folder is there").count(), 0);
    // Another place, on another drive, by the variable.
    let other = wine.drive().join("Daten и ещё");
    let _ = fs::remove_dir_all(&other);
    let mut elsewhere = wine.command_line();
    elsewhere.env("CONTINUO_DATA", on_c("Daten и ещё"));
    json(elsewhere.arg("style").arg(on_c("Eigene Musik")).args(["--name", "other"]));
    assert_eq!(fs::read_dir(other.join("styles")).expect("the folder was made").count(), 1);
    fs::remove_dir_all(&other).expect("removed");
    evidence::record(
        "windows",
        "Genres of the user's own and preferences are kept whole in the user's folder",
        "made, listed and removed by `continuo.exe`; the preferences written by six programs at once; another folder by \
         `CONTINUO_DATA`; names in three alphabets, under Wine 8.0",
        "2 genres, 6 programs",
    );
}
