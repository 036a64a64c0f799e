//! `continuo` on ARM writes the files that it writes on x86-64, and knows its system.

use crate::processor::{COMMAND_LINE, Processor, RUNTIMES};
use continuo_harness::{
    child,
    command_line::{arrange, json},
    evidence, songs,
};
use std::{fs, path::Path, process::Command};

/// The command line for a processor, without the user's data.
fn command_line(processor: Processor, folder: &Path) -> Command {
    let mut command = processor.program(COMMAND_LINE);
    command.env("HOME", folder).env("CONTINUO_DATA", folder.join("no-data"));
    command
}

#[test]
#[ignore = "needs QEMU: cargo xtask test --hosts arm"]
fn the_same_bytes_on_both_processors() {
    let folder = child::folder("arm-arranging");
    let mut compared = 0;
    for (tune, runtime, genre) in [
        ("ode_to_joy", "tract", "jazz"),
        ("ode_to_joy", "onnxruntime", "jazz"),
        ("greensleeves", "onnxruntime", "rock"),
    ] {
        let tune = songs::tune_file(tune);
        let options = ["--backend", runtime, "--genre", genre, "--seed", "7"];
        let [here, on_arm] = Processor::BOTH.map(|processor| {
            let output = folder.join(processor.name()).with_extension("mid");
            let command = command_line(processor, &folder);
            assert_eq!(arrange(command, tune.as_os_str(), output.as_os_str(), &options), runtime);
            fs::read(output).expect("the file is there")
        });
        assert!(here.len() > 1000 && here == on_arm, "{runtime}, {genre}: the files differ");
        compared += here.len();
    }
    evidence::record(
        "arm",
        "`continuo arrange` writes the same bytes as on x86-64",
        "two tunes, two genres, built-in runtime and ONNX Runtime's own library, by QEMU",
        format!("{compared} bytes compared"),
    );
}

#[test]
#[ignore = "needs QEMU: cargo xtask test --hosts arm"]
fn the_doctor_knows_the_processor_and_its_library() {
    let folder = child::folder("arm-doctor");
    let pinned = continuo_engine::network::pinned::for_system("linux", "aarch64").expect("ARM has a library");
    let report = json(command_line(Processor::Arm, &folder).arg("doctor"));
    assert_eq!(report["runtime"]["backend"], RUNTIMES[1]);
    assert_eq!(report["runtime"]["expected"]["sha256"], pinned.sha256);
    assert_eq!(report["runtime"]["found"][0]["sha256"], pinned.sha256);
    assert_eq!(report["processor"], Processor::Arm.name());
    // QEMU starts no further programs of that processor, so no plugin can be loaded here.
    let folders = report["plugin_folders"].as_array().expect("folders");
    assert!(folders.len() > 3, "{folders:?}");
    evidence::record(
        "arm",
        "The doctor names the processor, the runtime's library and its hash",
        "`continuo doctor`, by QEMU",
        format!("{} plugin folders", folders.len()),
    );
}
