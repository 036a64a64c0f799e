//! Both runtimes choose the same notes on both processors, although they round differently.

use crate::processor::{CHOICES, Processor, RUNTIMES};
use continuo_harness::{child, evidence};
use std::{env, fs, path::Path};

/// How many songs of four phrases are arranged; one if it is not set. QEMU is slow.
const SONGS: &str = "CONTINUO_EMULATED_SONGS";

/// What a runtime chooses on a processor: a line for each phrase and part, with its notes.
fn choices(processor: Processor, runtime: &str, songs: usize, folder: &Path) -> String {
    let file = folder.join(format!("{}-{runtime}.txt", processor.name()));
    let mut command = processor.program(CHOICES);
    command
        .env("CONTINUO_CHOICES_FILE", &file)
        .env("CONTINUO_CHOICES_RUNTIME", runtime)
        .env("CONTINUO_CHOICES_SONGS", songs.to_string());
    if let Some(library) = continuo_engine::network::pinned::for_system("linux", processor.name()) {
        command.env("CONTINUO_ONNXRUNTIME", processor.file(library.file));
    }
    child::succeed(&mut command, "choices_are_written");
    fs::read_to_string(&file).expect("the choices are there")
}

#[test]
#[ignore = "needs QEMU: cargo xtask test --hosts arm"]
fn both_processors_and_both_runtimes_choose_the_same_notes() {
    let songs = env::var(SONGS).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let folder = child::folder("arm-choices");
    let expected = choices(Processor::X86, RUNTIMES[0], songs, &folder);
    let parts = expected.lines().count();
    let notes = expected.lines().filter_map(|line| line.split_once(": ")).map(|(_, notes)| notes.split(' ').count());
    let notes: usize = notes.sum();
    assert!(notes > 200 * songs, "{songs} songs have hardly a note: {notes}");
    for processor in Processor::BOTH {
        for runtime in RUNTIMES {
            let found = choices(processor, runtime, songs, &folder);
            let differs = expected.lines().zip(found.lines()).find(|(one, other)| one != other);
            assert!(differs.is_none(), "{runtime} on {} chooses {differs:#?}", processor.name());
            assert_eq!(found.lines().count(), parts, "{runtime} on {}", processor.name());
        }
    }
    evidence::record(
        "arm",
        "Both runtimes choose the same notes on both processors",
        "songs of four phrases in many genres, meters and temperatures, arranged by the built-in runtime and by ONNX \
         Runtime, on x86-64 and, by QEMU, on ARM",
        format!("{notes} notes in {} phrases, four times", 4 * songs),
    );
}
