//! `continuo arrange`.

use crate::{Failure, arguments::ArrangeArguments, choices, progress::Progress};
use continuo_engine::{
    arrange::{Arrangement, arrange},
    arranger::Arranger,
    midi_file::{self, OutputFile, write::PartTrack},
    model::ModelSource,
    part::{Part, PartMap},
    polish::Polish,
    settings::Settings,
    song::Song,
};
use serde_json::json;
use std::{fmt::Write, path::Path};

pub fn run(arguments: &ArrangeArguments) -> Result<String, Failure> {
    let (input, output) = (&arguments.input, &arguments.output);
    let named = |error: &dyn std::fmt::Display| Failure::input(&format!("{}: {error}", input.display()));
    let mut song = midi_file::read_file(input).map_err(|error| named(&error))?;
    let melody_track = song.melody_track(arguments.track).map_err(|error| named(&error))?;
    if is_same_file(input, output) {
        return Err(Failure::input(&"the output would replace the input; give it another name"));
    }
    // Known before the work begins rather than after it.
    midi_file::save::check(output).map_err(|error| Failure::input(&error))?;
    let song_title = input.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    song.title = song.title.or(song_title);

    let mut progress = Progress::new();
    let mut arranger = Arranger::load(&ModelSource::from_environment(), choices::backend(arguments.backend))
        .map_err(|error| Failure::input(&error))?;
    if arguments.no_polish {
        arranger.set_polish(Polish::OFF);
    }
    let genre = choices::genre(arranger.card(), arguments.genre.as_deref())?;
    let on = choices::parts(arranger.card().genre(genre), arguments.parts.as_deref())?;
    let mut settings = Settings {
        genre,
        temperature: arguments.temperature,
        seed: arguments.seed,
        phrase_bars: arguments.phrase,
        ..Settings::default()
    };
    for part in Part::ALL {
        settings.parts[part].on = on[part];
    }
    let melody = &song.tracks[melody_track].notes;
    let made = arrange(&mut arranger, melody, &song.meters, &settings, |done, all| progress.told(done, all))
        .map_err(|error| Failure::model(&error))?;
    drop(progress);

    let programs = arranger.card().genre(genre).programs;
    let tracks = PartMap::from_fn(|part| {
        let program = (part != Part::Drums).then_some(programs[part]);
        on[part].then_some(PartTrack { channel: settings.parts[part].channel, program })
    });
    let file = OutputFile::arranged(&song, melody_track, &made.parts, &tracks);
    midi_file::save(output, &file.to_bytes()).map_err(|error| Failure::input(&error))?;
    let report = Report { song: &song, melody_track, made: &made, on, arranger: &arranger, genre };
    Ok(if arguments.json { report.json(output) } else { report.text(output) })
}

fn is_same_file(input: &Path, output: &Path) -> bool {
    matches!((input.canonicalize(), output.canonicalize()), (Ok(input), Ok(output)) if input == output)
}

/// What is told when the file is written.
struct Report<'a> {
    song: &'a Song,
    melody_track: usize,
    made: &'a Arrangement,
    on: PartMap<bool>,
    arranger: &'a Arranger,
    genre: u8,
}

impl Report<'_> {
    fn warnings(&self) -> Vec<String> {
        let fallback = self.arranger.backend().fallback_reason.clone();
        self.song.warnings.iter().map(ToString::to_string).chain(fallback).collect()
    }

    fn json(&self, output: &Path) -> String {
        let card = self.arranger.card();
        let mut notes = serde_json::Map::new();
        notes.insert("melody".to_owned(), json!(self.song.tracks[self.melody_track].notes.len()));
        for (part, _) in self.on.iter().filter(|(_, on)| **on) {
            notes.insert(part.id().to_owned(), json!(self.made.parts[part].len()));
        }
        let seconds: Vec<_> = self.made.phrases.iter().map(|(_, time)| time.as_secs_f64()).collect();
        json!({
            "output": output,
            "melody_track": self.melody_track + 1,
            "genre": card.genre(self.genre).id,
            "parts": choices::ids(self.on),
            "notes": notes,
            "phrases": self.made.phrases.len(),
            "seconds": seconds,
            "backend": self.arranger.backend().name,
            "model": format!("{} {}", card.name, card.version),
            "mended": self.arranger.mended(),
            "warnings": self.warnings(),
        })
        .to_string()
    }

    fn text(&self, output: &Path) -> String {
        let melody = &self.song.tracks[self.melody_track];
        let total: f64 = self.made.phrases.iter().map(|(_, time)| time.as_secs_f64()).sum();
        let mut text = format!("{}\n", output.display());
        // Writing to a `String` cannot fail.
        let mut row = |name: &str, count: usize| {
            let _ = writeln!(text, "  {name:<8} {count:>6} notes");
        };
        row("Melody", melody.notes.len());
        for (part, _) in self.on.iter().filter(|(_, on)| **on) {
            row(part.name(), self.made.parts[part].len());
        }
        let genre = &self.arranger.card().genre(self.genre).name;
        let (phrases, backend) = (self.made.phrases.len(), self.arranger.backend().name);
        let _ = writeln!(text, "  {genre}, {phrases} phrases in {total:.2} s with {backend}");
        let _ = writeln!(text, "  melody: track {} ({})", self.melody_track + 1, melody.label());
        for warning in self.warnings() {
            let _ = writeln!(text, "  note: {warning}");
        }
        text
    }
}
