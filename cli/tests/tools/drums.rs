//! Runs the built `continuo drumify` and `continuo groove`.

use super::files::{self, Outcome, file, track, written};
use continuo_music::{midi_file::OutputFile, note::Note, song::Song};
use serde_json::Value;
use std::{error::Error, fs, path::Path, process::Output};

const USUAL: [&str; 4] = ["--backend", "tract", "--pickup", "0"];

fn run(folder: &Path, command: &str, input: &OutputFile, more: &[&str]) -> Result<Output, Box<dyn Error>> {
    files::run_on(folder, command, input, &[&USUAL, more].concat())
}

fn made(folder: &Path, command: &str, input: &OutputFile, more: &[&str]) -> Result<Song, Box<dyn Error>> {
    files::made(folder, command, input, &[&USUAL, more].concat())
}

/// Eight bars of a bass line: on one, the *and* of two, three and the *and* of four.
fn bass() -> OutputFile {
    let places = [0, 1440, 1920, 3360];
    let notes = (0..8).flat_map(|bar| {
        places.map(|place| Note { start: 3840 * bar + place, pitch: 36 + (bar % 3) as u8, length: 400, velocity: 90 })
    });
    file(vec![track("Bass", 1, notes.collect())], 8)
}

/// Four bars of a stiff beat.
fn beat() -> OutputFile {
    let mut notes = Vec::new();
    for eighth in 0..32 {
        let note = |pitch| Note { start: 480 * eighth, pitch, length: 120, velocity: 100 };
        notes.push(note(42));
        match eighth % 8 {
            0 | 4 => notes.push(note(36)),
            2 | 6 => notes.push(note(38)),
            _ => {}
        }
    }
    notes.sort_unstable();
    file(vec![track("Drums", 9, notes)], 4)
}

#[test]
fn drums_lock_to_a_bass_line() -> Outcome {
    let folder = tempfile::tempdir()?;
    let song = made(folder.path(), "drumify", &bass(), &["--genre", "pop"])?;
    assert_eq!(song.tracks[0].notes, bass().tracks[0].track.notes, "the bass stays");
    let drums = &song.tracks[1];
    assert!(drums.is_drums() && drums.notes.iter().all(|note| note.start < 8 * 3840));
    for note in &song.tracks[0].notes {
        let locked = |drum: &Note| matches!(drum.pitch, 36..=38) && (drum.start - note.start).abs() <= 120;
        assert!(drums.notes.iter().any(locked), "nothing at {}", note.start);
    }
    let again = made(folder.path(), "drumify", &bass(), &["--genre", "pop"])?;
    assert_eq!(again.tracks[1].notes, drums.notes);
    let other = made(folder.path(), "drumify", &bass(), &["--genre", "pop", "--seed", "2"])?;
    assert_ne!(other.tracks[1].notes, drums.notes);
    Ok(())
}

#[test]
fn drums_play_where_a_rhythm_is_tapped() -> Outcome {
    let folder = tempfile::tempdir()?;
    let output = run(folder.path(), "drumify", &bass(), &["--rhythm", "taps", "--json"])?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(report["rhythm"], "taps");
    let song = written(folder.path())?;
    let taps = &song.tracks[0].notes;
    let (taps, drums) = (taps, &song.tracks[1].notes);
    let near = |note: &Note, others: &[Note]| others.iter().any(|other| (other.start - note.start).abs() <= 240);
    let recall = taps.iter().filter(|note| near(note, drums)).count() as f64 / taps.len() as f64;
    let precision = drums.iter().filter(|note| near(note, taps)).count() as f64 / drums.len() as f64;
    let agreement = 2.0 * recall * precision / (recall + precision);
    assert!(agreement >= 0.8, "recall {recall}, precision {precision}");
    Ok(())
}

#[test]
fn a_tapped_clave_gets_more_than_cymbals_in_each_bar() -> Outcome {
    const BAR: i64 = 3840;
    let folder = tempfile::tempdir()?;
    let taps = (0..4).flat_map(|bar| [0, 3, 6, 10, 12].map(|step| (bar * BAR + step * 240, 75, 200)));
    let mut clave = bass();
    clave.tracks[0].track.notes =
        taps.map(|(start, pitch, length)| Note { start, pitch, length, velocity: 90 }).collect();
    for seed in ["0", "1", "17"] {
        let drums = made(folder.path(), "drumify", &clave, &["--rhythm", "taps", "--seed", seed])?;
        let has = |bar: i64, keys: &[u8]| {
            let mut notes = drums.tracks[1].notes.iter().filter(|note| keys.contains(&note.pitch));
            notes.any(|note| (note.start + 120).div_euclid(BAR) == bar)
        };
        for bar in 0..4 {
            assert!(has(bar, &[36, 38, 37]), "seed {seed}: cymbals alone in bar {}", bar + 1);
        }
    }
    Ok(())
}

#[test]
fn a_stiff_beat_is_played_as_much_as_is_asked_for() -> Outcome {
    let folder = tempfile::tempdir()?;
    let before = beat().tracks[0].track.notes.clone();
    let none = made(folder.path(), "groove", &beat(), &["--amount", "0"])?;
    assert_eq!(none.tracks[0].notes, before);
    let all = made(folder.path(), "groove", &beat(), &["--genre", "rock"])?;
    let half = made(folder.path(), "groove", &beat(), &["--genre", "rock", "--amount", "50"])?;
    let played = |song: &Song| -> (f64, f64) {
        // Each stroke finds its own: none moves further than half a step.
        let (mut moved, mut changed) = (0, 0);
        for note in &before {
            let found = song.tracks[0]
                .notes
                .iter()
                .find(|new| new.pitch == note.pitch && (new.start - note.start).abs() <= 120);
            let found = found.expect("each stroke is still there");
            moved += (found.start - note.start).abs();
            changed += i64::from(found.velocity.abs_diff(note.velocity));
        }
        (moved as f64 / before.len() as f64, changed as f64 / before.len() as f64)
    };
    let (far, loud) = played(&all);
    let (near, soft) = played(&half);
    assert!(far > 1.0 && loud > 3.0, "{far} {loud}");
    assert!(near < 0.8 * far && soft < 0.8 * loud, "{near} {soft}");
    Ok(())
}

#[test]
fn a_stiff_beat_is_played_like_another_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut shuffle = beat();
    for note in &mut shuffle.tracks[0].track.notes {
        let is_off_beat = note.start % 960 == 480;
        note.start += if is_off_beat { 80 } else { 0 };
        note.velocity = if is_off_beat { 40 } else { 111 };
    }
    let template = folder.path().join("shuffle.mid");
    fs::write(&template, shuffle.to_bytes())?;
    let template = template.to_string_lossy();
    let all = made(folder.path(), "groove", &beat(), &["--template", &template])?;
    assert_eq!(all.tracks[0].notes, shuffle.tracks[0].track.notes);
    let half = made(folder.path(), "groove", &beat(), &["--template", &template, "--amount", "50"])?;
    assert!(half.tracks[0].notes.iter().all(|note| [0, 480 + 40].contains(&(note.start % 960))));
    let output = run(folder.path(), "groove", &beat(), &["--template", &template, "--json"])?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(report["player"]["bars"], 4);
    let none = folder.path().join("none.mid");
    fs::write(&none, OutputFile::default().to_bytes())?;
    let output = run(folder.path(), "groove", &beat(), &["--template", &none.to_string_lossy()])?;
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr)?.contains("no notes to play like"));
    Ok(())
}

#[test]
fn wrong_input_is_reported_in_a_sentence_and_nothing_is_lost() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("out.mid"), "the old file")?;
    for (command, input, more, expected) in [
        ("drumify", &OutputFile::default(), [].as_slice(), "in.mid"),
        ("groove", &OutputFile::default(), &[], "in.mid"),
        ("drumify", &bass(), &["--genre", "polka"], "rock"),
        ("groove", &bass(), &["--genre", "chorale"], "rock"),
        ("drumify", &bass(), &["--track", "Harp"], "Harp"),
        ("groove", &beat(), &["--amount", "101"], "percent"),
        ("groove", &beat(), &["--tracks", "Harp"], "Harp"),
    ] {
        let output = run(folder.path(), command, input, more)?;
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(expected), "{command} {more:?}: {text}");
        assert_eq!(text.trim().lines().count(), 1, "{text}");
        assert_eq!(fs::read_to_string(folder.path().join("out.mid"))?, "the old file", "{more:?}");
    }
    Ok(())
}

#[test]
fn one_note_is_drummed_to_and_grooved() -> Outcome {
    let folder = tempfile::tempdir()?;
    let one = file(vec![track("Bass", 1, vec![Note { start: 0, pitch: 40, length: 960, velocity: 90 }])], 1);
    assert!(made(folder.path(), "drumify", &one, &[])?.tracks[1].notes.iter().any(|note| note.start < 240));
    assert_eq!(made(folder.path(), "groove", &one, &[])?.tracks[0].notes.len(), 1);
    Ok(())
}
