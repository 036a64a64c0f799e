//! Songs as sound files.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn tune() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tunes/ode_to_joy.mid")
}

fn continuo(arguments: &[&str], files: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_continuo"));
    command.args(arguments).env_remove("CONTINUO_SOUNDFONT");
    for (option, path) in files {
        command.arg(option).arg(path);
    }
    command.output().expect("the command")
}

fn render(input: &Path, files: &[(&str, &Path)]) -> Output {
    let input = input.display().to_string();
    continuo(&["render", &input, "--json"], files)
}

/// The samples of a WAV file, of both sides by turns.
fn samples(path: &Path) -> Vec<i32> {
    let mut reader = hound::WavReader::open(path).expect("a WAV file");
    assert_eq!((reader.spec().channels, reader.spec().bits_per_sample), (2, 16));
    reader.samples::<i32>().map(|sample| sample.expect("a sample")).collect()
}

fn line(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    text
}

#[test]
fn a_midi_file_becomes_sound_at_the_usual_loudness_and_its_stems_add_up_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let arranged = folder.path().join("arranged.mid");
    let (song, stems) = (folder.path().join("song.wav"), folder.path().join("stems"));
    let input = tune().display().to_string();
    let output = continuo(
        &["arrange", &input, "--json", "--backend", "tract", "--takes", "1"],
        &[("-o", &arranged), ("--audio", &song), ("--stems", &stems)],
    );
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let loudness = report["sound"]["loudness"].as_f64().expect("a loudness");
    assert!((loudness + 16.0).abs() < 1.0, "{loudness}");
    let whole = samples(&song);
    assert!(whole.iter().all(|sample| sample.abs() < 32_000), "it clips");
    let mut names: Vec<String> = fs::read_dir(&stems)
        .expect("stems")
        .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    assert!(names.contains(&"Melody.wav".to_owned()) && names.contains(&"Bass.wav".to_owned()), "{names:?}");
    let mut sum = vec![0; whole.len()];
    for name in &names {
        let stem = samples(&stems.join(name));
        assert_eq!(stem.len(), whole.len(), "{name}");
        assert!(stem.iter().any(|sample| sample.abs() > 300), "{name} is silent");
        sum.iter_mut().zip(stem).for_each(|(sum, sample)| *sum += sample);
    }
    // Where the limiter does nothing they are the song.
    let close = whole.iter().zip(&sum).filter(|(one, other)| (*one - *other).abs() < 600).count();
    assert!(close * 100 > whole.len() * 90, "{close} of {}", whole.len());
}

#[test]
fn flac_holds_the_same_as_wav_in_24_bits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (wav, flac) = (folder.path().join("a.wav"), folder.path().join("a.flac"));
    for path in [&wav, &flac] {
        let output = render(&tune(), &[("-o", path)]);
        assert!(output.status.success(), "{output:?}");
    }
    let mut reader = claxon::FlacReader::open(&flac).expect("a FLAC file");
    assert_eq!(reader.streaminfo().bits_per_sample, 24);
    let read: Vec<i32> = reader.samples().map(|sample| sample.expect("a sample")).collect();
    let wav = samples(&wav);
    assert_eq!(read.len(), wav.len());
    assert!(read.iter().zip(&wav).all(|(fine, coarse)| (fine / 256 - coarse).abs() <= 1));
}

#[test]
fn what_cannot_be_written_is_reported_before_the_work_and_old_files_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    fs::write(place("old.wav"), "old").expect("a file");
    fs::write(place("empty.mid"), b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0").expect("a file");
    fs::write(place("bad.sf2"), b"RIFF\x04\0\0\0WAVE").expect("a file");
    let text = line(&render(&tune(), &[("-o", &place("song.mp3"))]));
    assert!(text.contains(".wav or .flac"), "{text}");
    let text = line(&render(&place("empty.mid"), &[("-o", &place("old.wav"))]));
    assert!(text.contains("no note"), "{text}");
    let text = line(&render(&tune(), &[("-o", &place("old.wav")), ("--soundfont", &place("bad.sf2"))]));
    assert!(text.contains("bad.sf2") && text.contains("not a SoundFont"), "{text}");
    let text = line(&render(&tune(), &[("-o", &place("old.wav")), ("--soundfont", &place("none.sf2"))]));
    assert!(text.contains("cannot be read"), "{text}");
    let text = line(&render(&tune(), &[("-o", &place("no folder/a.wav"))]));
    assert!(text.contains("does not exist"), "{text}");
    let text = line(&render(&tune(), &[("-o", &place("old.wav")), ("--stems", &place("bad.sf2"))]));
    assert!(text.contains("is a file"), "{text}");
    assert_eq!(fs::read(place("old.wav")).expect("the old file"), b"old");
    let arrange =
        |input: &Path, options: &[(&str, &Path)]| line(&continuo(&["arrange", &input.display().to_string()], options));
    let text = arrange(&tune(), &[("-o", &place("a.wav"))]);
    assert!(text.contains("--audio"), "{text}");
    fs::copy(tune(), place("tune.wav")).expect("a copy");
    let text = arrange(&place("tune.wav"), &[("-o", &place("a.mid")), ("--audio", &place("tune.wav"))]);
    assert!(text.contains("its own"), "{text}");
}

#[test]
fn a_dawproject_with_sound_holds_its_stems_and_a_reaper_project_names_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let input = tune().display().to_string();
    let arrange = ["arrange", &input, "--json", "--backend", "tract", "--takes", "1"];
    let output = continuo(&arrange, &[("-o", &at("song.dawproject")), ("--audio", &at("song.flac"))]);
    assert!(output.status.success(), "{output:?}");
    let file = fs::File::open(at("song.dawproject")).expect("the project");
    let archive = zip::ZipArchive::new(file).expect("a ZIP file");
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    assert!(["Melody", "Drums"].iter().all(|part| names.contains(&format!("audio/{part}.flac"))), "{names:?}");
    let output = continuo(&arrange, &[("-o", &at("song.rpp")), ("--stems", &at("stems"))]);
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(at("song.rpp")).expect("the project");
    let path = Path::new("stems").join("Melody.wav");
    assert!(text.contains(&format!("FILE \"{}\"", path.display())), "{text}");
    assert!(at("stems/Melody.wav").is_file());
}
