//! `continuo.exe arrange` writes the file that `continuo arrange` writes.

use crate::wine::{Wine, linux_command_line, on_c, on_z};
use continuo_harness::{child, command_line::arrange, evidence, songs};
use std::{ffi::OsStr, fs, path::Path};

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn the_same_bytes_as_on_linux() {
    let wine = Wine::start();
    let folder = child::folder("windows-arranging");
    let inside = wine.drive().join("Lieder & Töne");
    fs::create_dir_all(&inside).expect("the folder is made");
    let tunes = ["ode_to_joy", "greensleeves"].map(songs::tune_file);
    let mut compared = 0;
    for tune in &tunes {
        // Once with an ending of three alphabets, once in capitals.
        let own = inside.join("мелодия 旋律.MID");
        fs::copy(tune, &own).expect("the tune is copied");
        for (backend, genre) in [("tract", "jazz"), ("onnxruntime", "jazz"), ("onnxruntime", "rock")] {
            let options = ["--backend", backend, "--genre", genre, "--seed", "7"];
            let native = folder.join("linux.mid");
            let on_linux = arrange(linux_command_line(), tune.as_os_str(), native.as_os_str(), &options);
            let input = on_c("Lieder & Töne/мелодия 旋律.MID");
            let output = on_c("Lieder & Töne/fertig für “Anna” #1.mid");
            let on_windows = arrange(wine.command_line(), &input, &output, &options);
            assert_eq!([on_linux.as_str(), on_windows.as_str()], [backend; 2]);
            let expected = fs::read(&native).expect("the file is there");
            let found = fs::read(inside.join("fertig für “Anna” #1.mid")).expect("the file is there");
            assert!(expected.len() > 1000 && expected == found, "{backend}, {genre}: the files differ");
            compared += expected.len();
        }
    }
    // Another drive, and a path that is relative to the current folder.
    let output = folder.join("other drive.mid");
    let mut command = wine.command_line();
    command.current_dir(&folder);
    fs::copy(&tunes[0], folder.join("tune.mid")).expect("the tune is copied");
    arrange(
        command,
        OsStr::new(".\\tune.mid"),
        &on_z(&output),
        &["--backend", "tract", "--genre", "jazz", "--seed", "7"],
    );
    let native = folder.join("linux.mid");
    arrange(
        linux_command_line(),
        tunes[0].as_os_str(),
        native.as_os_str(),
        &["--backend", "tract", "--genre", "jazz", "--seed", "7"],
    );
    assert_eq!(fs::read(native).expect("the file is there"), fs::read(output).expect("the file is there"));
    evidence::record(
        "windows",
        "`continuo.exe arrange` writes the same bytes as on Linux, and nothing else speaks to the user",
        "two tunes, two genres, built-in runtime and ONNX Runtime's own DLL, under Wine 8.0; folders and files with \
         spaces and four alphabets, two drives, a relative path",
        format!("{compared} bytes compared"),
    );
}

#[test]
#[ignore = "needs Wine: cargo xtask test --hosts windows"]
fn bad_paths_are_refused_in_words_and_nothing_is_lost() {
    let wine = Wine::start();
    let folder = child::folder("windows-paths");
    let kept = folder.join("kept.mid");
    fs::write(&kept, "mine").expect("written");
    let tune = songs::tune_file("ode_to_joy");
    let refuse = |input: &OsStr, output: &OsStr| {
        let mut command = wine.command_line();
        let done = command.arg("arrange").arg(input).arg("-o").arg(output).output().expect("it starts");
        let errors = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && errors.starts_with("continuo: "), "{errors}");
        errors
    };
    let errors = refuse(&on_c("nichts/da.mid"), &on_z(&kept));
    assert!(errors.contains("nichts\\da.mid"), "{errors}");
    let errors = refuse(&on_z(&tune), &on_c("nowhere at all/out.mid"));
    assert!(errors.contains("nowhere at all"), "{errors}");
    let errors = refuse(&on_z(&tune), OsStr::new("Q:\\out.mid"));
    assert!(errors.contains("Q:"), "{errors}");
    assert_eq!(fs::read_to_string(&kept).expect("it is there"), "mine");
    assert_eq!(entries(&folder), 1, "nothing is left behind");
    evidence::record(
        "windows",
        "Paths that do not exist are refused in a sentence that names them, and the old file stays",
        "a missing file, a missing folder and a missing drive, under Wine 8.0",
        "3 paths",
    );
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).expect("the folder is there").count()
}
