//! Styles read by the hand-made style encoder in `tests/models`. Its four numbers are how much the parts, the drums and
//! the melody sound, and whether the meter has four beats.

use super::*;
use crate::network::{
    model::ModelSource,
    runtime::BackendChoice,
    style_encoder::EncoderError,
    test_models::{hand_made, hand_made_generator, with_library},
};
use continuo_music::{
    meter::Meter,
    midi_file::{OutputFile, OutputTrack},
    song::{MeterEvent, Track},
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn encoder(choice: BackendChoice) -> Result<StyleEncoder, EncoderError> {
    StyleEncoder::load(&hand_made_generator(), with_library(choice))
}

fn track(name: &str, channel: u8, program: Option<u8>, notes: Vec<Note>) -> OutputTrack {
    let track = Track { name: Some(name.to_owned()), channel, notes, ..Track::default() };
    OutputTrack { track, program, volume: None }
}

fn notes(count: i64, step: i64, length: i64, pitch: u8) -> Vec<Note> {
    (0..count).map(|index| Note { start: index * step, pitch, length, velocity: 80 }).collect()
}

/// `bars` bars: a melody in quarters, a bass note a bar, a kick a beat.
fn band(meter: Meter, bars: i64) -> OutputFile {
    let (bar, beats) = (meter.bar_ticks(), meter.bar_ticks() / 960);
    OutputFile {
        meters: vec![MeterEvent::new(0, meter)],
        tracks: vec![
            track("Lead", 0, None, notes(bars * beats, 960, 960, 72)),
            track("Bass", 1, Some(35), notes(bars, bar, bar, 40)),
            track("Kit", 9, None, notes(bars * beats, 960, 240, 35)),
        ],
        end: bars * bar,
        ..OutputFile::default()
    }
}

fn close(found: &[f32], wanted: [f32; 4]) -> bool {
    found.len() == 4 && found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-3)
}

#[test]
fn a_style_is_the_mean_over_the_windows_on_both_runtimes() -> Outcome {
    let folder = tempfile::tempdir()?;
    let four = folder.path().join("four.mid");
    fs::write(&four, band(Meter::COMMON, 8).to_bytes())?;
    let waltz = folder.path().join("waltz.mid");
    fs::write(&waltz, band(Meter { numerator: 3, denominator: 4 }, 8).to_bytes())?;
    for choice in [BackendChoice::OnnxRuntime, BackendChoice::Tract] {
        let encoder = encoder(choice)?;
        let reading = read_style(&encoder, std::slice::from_ref(&four), |_, _| true)?;
        assert_eq!((reading.windows, reading.sources.as_slice()), (2, ["four.mid".to_owned()].as_slice()));
        assert_eq!(reading.parts, PartMap([true, true, false, false, false]));
        assert_eq!(reading.programs, PartMap([0, 35, 0, 48, 73]), "its own bass program, the others from the model");
        // Of a window's 8 planes of 64 × 84: 4 onsets and 64 sounding steps of the bass; 16 of 64 × 12 strokes; 16
        // onsets and 64 sounding steps in 2 planes of melody.
        let window = (64 * 84) as f32;
        let four_four = [6800.0 / (8.0 * window), 160.0 / 768.0, 8000.0 / (2.0 * window), 1.0];
        assert!(close(&reading.vector, four_four), "{:?} {four_four:?}", reading.vector);
        // Three beats: three quarters of it in the same planes.
        let three_four = [5200.0 / (8.0 * window), 120.0 / 768.0, 6000.0 / (2.0 * window), 0.0];
        let both = read_style(&encoder, &[four.clone(), waltz.clone()], |_, _| true)?;
        let mean = std::array::from_fn(|index| f32::midpoint(four_four[index], three_four[index]));
        assert!(close(&both.vector, mean), "{:?} {mean:?}", both.vector);
        let style = both.into_style(" mine ");
        assert_eq!((style.genre.name.as_str(), style.style_space.as_str()), ("mine", "hand-made"));
    }
    Ok(())
}

/// A MIDI file behind a title in a RIFF file.
fn in_riff(midi: &[u8]) -> Vec<u8> {
    let chunk = |name: &[u8], body: &[u8]| [name, &(body.len() as u32).to_le_bytes(), body].concat();
    let chunks = [b"RMID", &chunk(b"LIST", b"INFOINAM\x02\0\0\0Ab")[..], &chunk(b"data", midi)].concat();
    chunk(b"RIFF", &chunks)
}

#[test]
fn unusable_files_are_named_with_the_reason_and_the_rest_are_used() -> Outcome {
    let encoder = encoder(BackendChoice::Tract)?;
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let whole = band(Meter::COMMON, 4);
    let with = |tracks: Vec<OutputTrack>| OutputFile { tracks, ..band(Meter::COMMON, 4) }.to_bytes();
    let many = (0..200).map(|index| track("Many", (index % 9) as u8, None, notes(4, 3840, 960, 60))).collect();
    fs::create_dir(path("empty"))?;
    fs::create_dir(path("songs"))?;
    for (name, bytes) in [
        ("none.mid", OutputFile::default().to_bytes()),
        ("drums.mid", with(vec![track("Kit", 9, None, notes(16, 960, 240, 36))])),
        ("melody.mid", with(vec![track("Lead", 0, None, notes(16, 960, 960, 72))])),
        ("many.mid", with(many)),
        ("cut.mid", whole.to_bytes()[..60].to_vec()),
        ("large.mid", vec![0; midi_file::MAX_FILE_BYTES as usize + 1]),
        ("songs/good.MID", whole.to_bytes()),
        ("songs/sung.kar", whole.to_bytes()),
        ("songs/cut.Rmi", in_riff(&whole.to_bytes()[..whole.to_bytes().len() - 50])),
        ("songs/text.txt", b"ignored".to_vec()),
    ] {
        fs::write(path(name), bytes)?;
    }
    let bad = ["none.mid", "drums.mid", "melody.mid", "many.mid", "cut.mid", "large.mid", "missing.mid", "empty"];
    let causes = [
        "no notes",
        "only drums",
        "no accompaniment",
        "200 tracks",
        "(byte ",
        "larger than",
        "could not be read",
        "no MIDI files",
    ];
    for (name, cause) in bad.into_iter().zip(causes) {
        let error = read_style(&encoder, &[path(name)], |_, _| true).expect_err(name).to_string();
        assert!(error.contains(cause) && error.contains(name), "{name}: {error}");
    }
    let all: Vec<PathBuf> = bad.into_iter().chain(["songs"]).map(path).collect();
    let mut steps = Vec::new();
    let reading = read_style(&encoder, &all, |done, all| {
        steps.push((done, all));
        true
    })?;
    // The empty folder has no file to read.
    assert_eq!(steps, (0..10).map(|done| (done, 10)).collect::<Vec<_>>());
    assert_eq!(reading.sources, ["cut.Rmi", "good.MID", "sung.kar"]);
    let damaged: Vec<_> = reading.damaged.iter().map(|(path, damage)| (path.clone(), damage.to_string())).collect();
    assert!(matches!(&damaged[..], [(file, damage)] if *file == path("songs/cut.Rmi") && damage.contains("(byte ")));
    assert_eq!(reading.refused.len(), bad.len());
    assert!(matches!(read_style(&encoder, &[], |_, _| true), Err(ReadStyleError::NoFiles)));
    assert!(matches!(read_style(&encoder, &[path("songs")], |_, _| false), Err(ReadStyleError::Stopped)));
    Ok(())
}

#[test]
fn a_model_without_an_encoder_says_what_is_missing() {
    let missing = StyleEncoder::load(&ModelSource::File(hand_made().join("nowhere.onnx")), BackendChoice::Tract);
    assert!(matches!(missing, Err(EncoderError::Model(_))));
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("continuo.onnx");
    fs::copy(hand_made().join("continuo.onnx"), &model).expect("a copy");
    let error =
        StyleEncoder::load(&ModelSource::File(model), BackendChoice::Tract).err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("style-encoder.onnx")));
}

#[test]
fn the_bars_of_a_file_that_begins_with_a_pickup_are_counted_from_its_first_full_bar() -> Outcome {
    let waltz = Meter { numerator: 3, denominator: 4 };
    let mut file = band(waltz, 16);
    let song = midi_file::read(&file.to_bytes())?;
    assert_eq!(spans(song)[0].end, 4 * 2880, "without a pickup the bars stay");
    for track in &mut file.tracks {
        for note in &mut track.track.notes {
            note.start += 960;
        }
    }
    let before = Note { start: 0, pitch: 67, length: 960, velocity: 80 };
    file.tracks[0].track.notes.insert(0, before);
    let ends: Vec<_> = spans(midi_file::read(&file.to_bytes())?).iter().take(2).map(|span| span.end).collect();
    assert_eq!(ends, [960, 960 + 4 * 2880]);
    Ok(())
}
