//! `continuo arrange`.

use crate::{
    arguments::ArrangeArguments,
    choices,
    chords::GivenChords,
    failure::Failure,
    format::Format,
    lead::Lead,
    own_parts::KeptTracks,
    performance::Timing,
    progress::Progress,
    sections::GivenSections,
    sound::{WantedSound, WrittenSound},
};
use continuo_engine::{
    arranging::{Arrangement, Arranger, Polish, arrange_song},
    network::{Conductor, Harmonizer},
    score::WholeSong,
    styles::{Shelf, Style},
};
use continuo_music::{
    chord::ChordSpan,
    key::Key,
    lead::LEAD_NAME,
    midi_file::{self, OutputFile, PartTrack},
    note::Note,
    part::{Part, PartMap, PartNotes},
    project_files::FinishedSong,
    sections::Outline,
    settings::{Settings, Shape, USUAL_TAKES},
    song::{MelodyChoice, Song, Track, TrackError, without_drones},
    swing::{Level, Swing},
    time::TICKS_PER_QUARTER,
};
use continuo_sounds::mixer::mixed;
use serde_json::json;
use std::{fmt::Write, mem::ManuallyDrop, path::Path};

pub fn run(arguments: &ArrangeArguments) -> Result<String, Failure> {
    let (input, output) = (&arguments.input, &arguments.output);
    let in_input = |error: &dyn std::fmt::Display| Failure::input(&format!("{}: {error}", input.display()));
    let mut song = midi_file::read_file(input).map_err(|error| in_input(&error))?;
    let kept = KeptTracks::find(&arguments.keep, &song).map_err(|error| in_input(&error))?;
    let choice = song.melody_choice_without(&kept.taken(), arguments.track).map_err(|error| match error {
        TrackError::OnlyDrums => in_input(&format_args!("{error}; choose a track with --track")),
        _ => in_input(&error),
    })?;
    let melody_track = choice.track;
    kept.check_melody(melody_track).map_err(|error| in_input(&error))?;
    if is_same_file(input, output) {
        return Err(Failure::input(&"the output would replace the input; give it another name"));
    }
    let format = Format::of(arguments)?;
    // Fail before the work begins rather than after it.
    format.check(output)?;
    let (audio, stems) = (arguments.audio.as_deref(), arguments.stems.as_deref());
    let wanted_sound = WantedSound::check(audio, stems, &arguments.font, &[input, output])?;
    let file_name = input.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    song.title = song.title.or(file_name);
    let timing = Timing::settle(&mut song, melody_track, &arguments.timing).map_err(|error| in_input(&error))?;

    let mut progress = Progress::new("phrases");
    let mut arranger = loaded(arguments)?;
    let card = arranger.card();
    let shelf = choices::shelf(card);
    let genre = choices::genre(card, &shelf, arguments.genre.as_deref())?;
    let second = arguments.genre_b.as_deref().map(|name| choices::genre(card, &shelf, Some(name)));
    let genre_b = second.transpose()?;
    let shape = shape(arguments);
    let shape = shape.mixed(genre, genre_b.unwrap_or(genre), arguments.blend.unwrap_or(0.5));
    let mut settings = Settings { shape, phrase_bars: arguments.phrase, ..Settings::default() };
    let style = Style::chosen(card, &shelf, &settings);
    let name = choices::mix(card, &shelf, &settings);
    let on = choices::parts(&name, style.parts, arguments.parts.as_deref())?;
    for part in Part::ALL {
        settings.parts[part].on = on[part];
    }
    let written = PartMap::from_fn(|part| on[part] || kept.of(part).is_some());
    // A note that hangs is known for one only with the whole song.
    let melody = without_drones(&song.tracks[melody_track].notes);
    let own = PartMap::from_fn(|part| kept.of(part).map(|track| song.tracks[track].notes.clone()));
    let sounding = own.iter().filter_map(|(_, notes)| notes.as_ref()).flatten();
    let end = melody.iter().chain(sounding).map(Note::end).max().unwrap_or(0);
    let given = GivenChords::of(arguments, &song.chords, &song.meters, timing.first_full_bar(&song.meters), end)?;
    // The key that the player names comes before the chart's.
    settings.shape.key = arguments.key.or(given.chart.as_ref().and_then(|chart| chart.key));
    let outline = arguments.sections.as_deref();
    let (in_file, first) = (midi_file::marked_sections(&song), timing.first_full_bar(&song.meters));
    let sections = GivenSections::of(outline, given.chart.as_ref(), in_file, &song.meters, first, end);
    let (meters, chords) = (song.meters.clone(), given.spans.clone());
    let whole = WholeSong { melody, meters, chords, sections: sections.sections.clone(), own };
    let arrangement = arrange_song(&mut *arranger, &whole, &settings, &shelf, |done, all| progress.show(done, all))
        .map_err(|error| Failure::model(&error))?;
    drop(progress);
    let genre_id = arranger.card().genres.get(usize::from(genre)).map(|genre| genre.id.as_str());
    let lead = Lead::of(arguments, &whole, &arrangement, genre_id)?;

    let tracks = PartMap::from_fn(|part| {
        let program = (part != Part::Drums).then_some(style.programs[part]);
        let kept = kept.of(part);
        written[part].then_some(PartTrack { channel: settings.parts[part].channel, program, kept })
    });
    let mut file = OutputFile::arranged(&song, melody_track, &arrangement.parts, &tracks);
    file.chords.clone_from(&arrangement.chords);
    if let Some(lead) = &lead {
        lead.add_to(&mut file);
    }
    if sections.are_new {
        file.replace_sections(&sections.sections);
    }
    if !matches!(format, Format::Midi(_)) {
        file.replace_sections(&sections.sections);
    }
    let phrases: Vec<_> = arrangement.phrases.iter().map(|(span, _)| *span).collect();
    let chosen = arguments.swing.0.map(|percent| Swing::new(Level::usual(song.meters.at(0).meter), percent));
    let swing = chosen.unwrap_or(arrangement.swing);
    let sound = wanted_sound.map(|wanted| wanted.write(&mixed(&file), format.stem_place(output))).transpose()?;
    let (sound, stems) = sound.map_or_else(|| (None, Vec::new()), |(sound, stems)| (Some(sound), stems));
    let finished =
        || FinishedSong { stems, ..FinishedSong::new(&file, &song.meters, &phrases, arrangement.key, swing) };
    format.save(output, &file, finished)?;
    let report = Report {
        song: &song,
        hanging: song.tracks[melody_track].notes.len() - whole.melody.len(),
        choice,
        arrangement: &arrangement,
        on: written,
        kept,
        arranger: &arranger,
        settings: &settings,
        requested_takes: arguments.takes,
        shelf: &shelf,
        timing: &timing,
        given: &given,
        sections: &sections,
        sound: sound.as_ref(),
        lead: lead.as_ref(),
    };
    Ok(if arguments.report.json { report.json(&format.path(output)) } else { report.text(&format.path(output)) })
}

/// The model that the arguments name. The process ends with the command: to free the networks one by one would only take time.
fn loaded(arguments: &ArrangeArguments) -> Result<ManuallyDrop<Arranger>, Failure> {
    let source = arguments.model.source().map_err(|error| Failure::input(&error))?;
    let mut arranger = Arranger::load(&source, arguments.model.runtime()).map_err(|error| Failure::input(&error))?;
    if arguments.no_polish {
        arranger.set_polish(Polish::OFF);
    }
    Ok(ManuallyDrop::new(arranger))
}

/// What the options say of the music, without its genres.
fn shape(arguments: &ArrangeArguments) -> Shape {
    Shape {
        temperature: arguments.temperature,
        seed: arguments.seed,
        takes: arguments.takes.unwrap_or(USUAL_TAKES),
        variation: f32::from(arguments.variation) / 100.0,
        dynamics: f32::from(arguments.dynamics) / 100.0,
        intensity: f32::from(arguments.intensity) / 100.0,
        fills: f32::from(arguments.fills) / 100.0,
        key: arguments.key,
        swing: arguments.swing.0,
        ..Shape::default()
    }
}

fn is_same_file(input: &Path, output: &Path) -> bool {
    matches!((input.canonicalize(), output.canonicalize()), (Ok(input), Ok(output)) if input == output)
}

/// A warning for each part that is on but has no notes.
fn silent_parts(on: PartMap<bool>, notes: &PartNotes) -> Vec<String> {
    let silent = Part::ALL.into_iter().filter(|&part| on[part] && notes[part].is_empty());
    silent.map(|part| format!("{} plays nothing in this arrangement", part.name())).collect()
}

/// What is reported once the file is written.
struct Report<'a> {
    song: &'a Song,
    choice: MelodyChoice,
    /// How many notes of the melody were left out because they last through many bars of other notes.
    hanging: usize,
    arrangement: &'a Arrangement,
    on: PartMap<bool>,
    kept: KeptTracks,
    arranger: &'a Arranger,
    settings: &'a Settings,
    /// The number of takes requested on the command line.
    requested_takes: Option<u8>,
    shelf: &'a Shelf,
    timing: &'a Timing,
    given: &'a GivenChords,
    sections: &'a GivenSections,
    sound: Option<&'a WrittenSound>,
    lead: Option<&'a Lead>,
}

impl Report<'_> {
    fn melody(&self) -> &Track {
        &self.song.tracks[self.choice.track]
    }

    fn warnings(&self) -> Vec<String> {
        let fallback = self.arranger.backend().fallback_reason.clone();
        let conductor = match (self.arranger.conductor_fault(), self.arranger.conductor()) {
            (Some(fault), _) => Some(fault.to_owned()),
            (None, None) if self.requested_takes.is_some_and(|takes| takes > 1) => {
                Some("the model has no conductor to judge takes: one take of each phrase was drawn".to_owned())
            }
            _ => None,
        };
        let harmonizer = self.arranger.harmonizer_fault().map(str::to_owned);
        let others = self.melody().setup.notes_on_other_channels;
        let beside = (others > 0).then(|| {
            format!("the melody's track also has {others} notes on other channels, which are not part of the melody")
        });
        let silent = silent_parts(self.on, &self.arrangement.parts);
        let hanging = (self.hanging > 0).then(|| {
            format!("{} notes of the melody last through many bars of other notes: no part follows them", self.hanging)
        });
        let in_file = self
            .song
            .warnings
            .iter()
            .map(ToString::to_string)
            .chain(hanging)
            .chain(beside)
            .chain(self.timing.warning())
            .chain(self.given.warnings.clone())
            .chain(self.kept.warnings(self.song, self.choice.track))
            .chain(self.sections.warnings.clone());
        let no_chords = (self.given.source.is_some() && self.arranger.card().chords.is_none())
            .then(|| "this model takes no chords: the parts do not follow those that are given".to_owned());
        let lead = self.lead.and_then(|lead| lead.remark.clone());
        in_file.chain(no_chords).chain(lead).chain(fallback).chain(conductor).chain(harmonizer).chain(silent).collect()
    }

    fn json(&self, output: &Path) -> String {
        let card = self.arranger.card();
        let Shape { genre, blend, .. } = self.settings.shape;
        let mut notes = serde_json::Map::new();
        notes.insert("melody".to_owned(), json!(self.melody().notes.len()));
        for (part, _) in self.on.iter().filter(|(_, on)| **on) {
            notes.insert(part.id().to_owned(), json!(self.arrangement.parts[part].len()));
        }
        let seconds: Vec<_> = self.arrangement.phrases.iter().map(|(_, time)| time.as_secs_f64()).collect();
        json!({
            "output": output.display().to_string(),
            "melody_track": self.choice.track + 1,
            "melody_choice": {
                "name": self.melody().label(),
                "reasons": self.choice.reasons.iter().map(|reason| reason.id()).collect::<Vec<_>>(),
                "because": self.choice.because(),
                "next_best": self.choice.next_best.map(|track| {
                    json!({"track": track + 1, "name": self.song.tracks[track].label()})
                }),
            },
            "genre": self.shelf.genre(card, genre).id,
            "genre_b": blend.map(|blend| &self.shelf.genre(card, blend.genre).id),
            "blend": blend.map_or(0.0, |blend| blend.amount),
            "parts": choices::ids(self.on),
            "notes": notes,
            "lead": self.lead.map(Lead::json),
            "kept": self.kept.json(self.song),
            "phrases": self.arrangement.phrases.len(),
            "key": self.arrangement.key.map(Key::name),
            "form": self.arrangement.form.line(),
            "sections": self.sections.json(&self.song.meters),
            "swing": self.arrangement.swing,
            "chosen_swing": self.settings.shape.swing,
            "given_chords": self.given.source.map(|_| self.given.spans.len()),
            "chords": self.arrangement.chords.iter().map(|chord| self.chord_json(chord)).collect::<Vec<_>>(),
            "seconds": seconds,
            "conductor": self.arranger.conductor().map(Conductor::name),
            "harmonizer": self.arranger.harmonizer().map(Harmonizer::name),
            "backend": self.arranger.backend().name,
            "model": format!("{} {}", card.name, card.version),
            "mended": self.arranger.mended(),
            "pickup": self.timing.pickup_json(&self.song.meters),
            "followed": self.timing.followed_json(),
            "sound": self.sound.map(WrittenSound::json),
            "warnings": self.warnings(),
        })
        .to_string()
    }

    /// A chord with its bar and beat, counted from 1.
    fn chord_json(&self, ChordSpan { span, chord }: &ChordSpan) -> serde_json::Value {
        let meters = &self.song.meters;
        let beat = (span.start - meters.bar_start(span.start)) as f64 / meters.at(span.start).meter.beat_ticks() as f64;
        let quarters = (span.end - span.start) as f64 / TICKS_PER_QUARTER as f64;
        json!({
            "bar": meters.bar_number(span.start),
            "beat": beat + 1.0,
            "quarters": quarters,
            "chord": chord.spelled(self.arrangement.key),
            "given": self.given.spans.iter().any(|given| given.span.contains(&span.start)),
        })
    }

    fn text(&self, output: &Path) -> String {
        let melody = self.melody();
        let total: f64 = self.arrangement.phrases.iter().map(|(_, time)| time.as_secs_f64()).sum();
        let mut text = format!("{}\n", output.display());
        // Writing to a `String` cannot fail.
        let mut row = |name: &str, count: usize| {
            let _ = writeln!(text, "  {name:<8} {count:>6} notes");
        };
        row("Melody", melody.notes.len());
        if let Some(lead) = self.lead {
            row(LEAD_NAME, lead.notes.len());
        }
        for (part, _) in self.on.iter().filter(|(_, on)| **on) {
            row(part.name(), self.arrangement.parts[part].len());
        }
        let genre = choices::mix(self.arranger.card(), self.shelf, self.settings);
        let (phrases, backend) = (self.arrangement.phrases.len(), self.arranger.backend().name);
        let _ = writeln!(text, "  {genre}, {phrases} phrases in {total:.2} s with {backend}");
        if let Some(key) = self.arrangement.key {
            let _ = writeln!(text, "  key: {}; form: {}", key.name(), self.arrangement.form.line());
        }
        if let Some(source) = self.sections.source {
            let outline =
                Outline::of(&self.sections.sections, &self.song.meters, self.timing.first_full_bar(&self.song.meters));
            let _ = writeln!(text, "  sections: {outline} ({source})");
        }
        if let Some(percent) = self.settings.shape.swing {
            let _ = writeln!(text, "  swing: {percent} %, as chosen");
        } else if let Some(swing) = self.arrangement.swing {
            let _ = writeln!(text, "  swing: the melody's {swing}");
        }
        if let Some(source) = self.given.source {
            let _ = writeln!(text, "  chords: {source}, {} changes", self.given.spans.len());
        }
        let (number, because) = (self.choice.track + 1, self.choice.because());
        let _ = writeln!(text, "  melody: track {number} ({}): {because}", melody.label());
        if let Some(next) = self.choice.next_best {
            let (number, label) = (next + 1, self.song.tracks[next].label());
            let _ = writeln!(text, "  next best: track {number} ({label}), with --track {number}");
        }
        if let Some(line) = self.kept.line(self.song) {
            let _ = writeln!(text, "  {line}");
        }
        for line in self.timing.lines(&self.song.meters) {
            let _ = writeln!(text, "  {line}");
        }
        for line in self.sound.into_iter().flat_map(WrittenSound::lines) {
            let _ = writeln!(text, "  {line}");
        }
        for warning in self.warnings() {
            let _ = writeln!(text, "  note: {warning}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_parts_are_reported_if_they_were_requested() {
        let mut notes = PartNotes::default();
        notes[Part::Bass].push(Note { start: 0, pitch: 36, length: 960, velocity: 80 });
        let on = PartMap::from_fn(|part| matches!(part, Part::Bass | Part::Counter));
        assert_eq!(silent_parts(on, &notes), ["Counter plays nothing in this arrangement"]);
    }
}
