//! `continuo infill`.

use super::{
    file::ToolFile,
    melody::{Bars, ChosenMelody, MelodyOptions, bars},
    part_bars::{PartBars, WrittenParts},
    revised::{Revised, Revising, Told},
    song_parts::{SongParts, Voice},
};
use crate::{failure::Failure, progress::Progress, shared_options::temperature};
use clap::{Args, ValueEnum};
use continuo_engine::melodies::{InfillRequest, Keep, infill};
use continuo_music::{part::PartMap, time::Tick};
use serde_json::{Value, json};
use std::{ops::Range, path::PathBuf, time::Instant};

#[derive(Args, Debug)]
pub struct InfillArguments {
    /// The MIDI file with the melody, and the parts if they are to be written (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// The bars to write again, such as 5-8; at most 128 of the melody.
    #[arg(long, value_parser = bars)]
    pub bars: Bars,
    /// What is written again in these bars, separated by commas: melody, drums, bass, chords, strings, counter. All else is
    /// heard and stays. A part's track is found by its name or instrument, or is named, such as bass=3.
    #[arg(long, value_name = "PARTS", value_delimiter = ',', default_value = "melody", value_parser = Voice::parse)]
    pub parts: Vec<Voice>,
    /// What stays of the melody in these bars: rhythm (new notes in the same rhythm) or pitches (the same notes in a new
    /// rhythm); if not given, nothing.
    #[arg(long, value_enum)]
    pub keep: Option<Kept>,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    #[command(flatten)]
    pub melody: MelodyOptions,
}

/// What stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kept {
    Rhythm,
    Pitches,
}

pub fn run(arguments: &InfillArguments) -> Result<String, Failure> {
    let options = &arguments.melody;
    let again = PartMap::from_fn(|part| {
        arguments.parts.iter().any(|voice| matches!(voice, Voice::Part(found, _) if *found == part))
    });
    let (with_melody, with_parts) = (arguments.parts.contains(&Voice::Melody), again.0.contains(&true));
    if arguments.keep.is_some() && !with_melody {
        return Err(Failure::input(
            &"only the melody keeps its rhythm or its pitches; leave --keep out, or add melody to --parts",
        ));
    }
    let mut file = ToolFile::open(&arguments.input, &arguments.output)?;
    let named = SongParts::named(&file.song, &arguments.parts).map_err(|error| file.fault(&error))?;
    let taken = if with_parts { named.taken_tracks() } else { vec![] };
    let chosen = ChosenMelody::find_without(&mut file, &taken, options.track, &options.timing)?;
    let span = arguments.bars.span(&file.song.meters);
    let parts = if with_parts {
        let tracks = named.with_instruments(&file.song, chosen.track).map_err(|error| file.fault(&error))?;
        Some(PartBars::new(&file, tracks, again, &chosen, span.clone())?)
    } else {
        None
    };
    let revising = with_melody.then(|| Revising::load(options)).transpose()?;
    let began = Instant::now();
    let melody = revising.map(|revising| melody_again(&revising, arguments, &chosen, &mut file, &span)).transpose()?;
    let parts = parts.map(|parts| parts.write(&mut file, &chosen, options, arguments.temperature)).transpose()?;
    let mut more = json!({
        "temperature": arguments.temperature,
        "milliseconds": began.elapsed().as_secs_f64() * 1000.0,
    });
    if let (Some(parts), Some(more)) = (&parts, more.as_object_mut()) {
        more.insert("parts".to_owned(), parts.json());
    }
    let lines = parts.as_ref().map(WrittenParts::lines).unwrap_or_default();
    let warnings = parts.map(|parts| parts.warnings).unwrap_or_default();
    Told { options, chosen: &chosen, span, melody: melody.as_ref(), more, lines, warnings }.save(&file)
}

/// Writes the bars of the melody again.
fn melody_again(
    revising: &Revising,
    arguments: &InfillArguments,
    chosen: &ChosenMelody,
    file: &mut ToolFile<'_>,
    span: &Range<Tick>,
) -> Result<Revised, Failure> {
    let (keep, kept, line) = match arguments.keep {
        None => (Keep::Nothing, Value::Null, "written again"),
        Some(Kept::Rhythm) => (Keep::Rhythm, json!("rhythm"), "the same rhythm with new notes"),
        Some(Kept::Pitches) => (Keep::Pitches, json!("pitches"), "the same notes in a new rhythm"),
    };
    let request = InfillRequest {
        melody: revising.known(chosen, file),
        span: span.clone(),
        keep,
        temperature: arguments.temperature,
        seed: arguments.melody.seed,
    };
    let mut progress = Progress::new("steps");
    let found = infill(&revising.network, &request, |done, all| progress.show(done, all))
        .map_err(|error| Revising::failure(file, &error))?;
    drop(progress);
    let revised = Revised {
        notes: found.notes,
        changes: found.changes,
        key: found.key,
        network: revising.network.file().name().to_owned(),
        backend: revising.network.backend().name,
        more: json!({"keep": kept}),
        line: line.to_owned(),
    };
    revised.put(chosen, file);
    Ok(revised)
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::part::Part;

    #[test]
    fn parts_are_separated_by_commas_and_the_melody_is_meant_without_any() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            infill: InfillArguments,
        }
        let parsed = |more: &[&str]| {
            let line = [&["infill", "a.mid", "-o", "b.mid", "--bars", "5-8"], more].concat();
            <Line as clap::Parser>::try_parse_from(line)
                .map(|line| line.infill.parts)
                .map_err(|error| error.to_string())
        };
        assert_eq!(parsed(&[]), Ok(vec![Voice::Melody]));
        let expected = vec![Voice::Part(Part::Bass, None), Voice::Part(Part::Chords, "3".parse().ok())];
        assert_eq!(parsed(&["--parts", "bass,chords=3"]), Ok(expected));
        assert!(parsed(&["--parts", "bass,tuba"]).is_err_and(|error| error.contains("tuba")));
    }
}
