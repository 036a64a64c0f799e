//! The score as MIDI files for a DAW's timeline.

use super::{chords::chords_of, hand_chords::laid_over, phrase::Phrase, score::Score};
use continuo_music::{
    chord::ChordSpan,
    lead::{LEAD_NAME, LEAD_VOLUME},
    meter::PhraseSpan,
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    part::{MELODY_CHANNEL, Part, PartMap, PartNotes},
    project_files::FinishedSong,
    sections::Section,
    settings::Settings,
    song::{MeterEvent, Text, Track},
    tempo::{TempoMap, USUAL_TEMPO},
    time::Tick,
};

/// What to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The melody and all parts, at their bars from bar 1 on.
    Score,
    /// One part, at its bars from bar 1 on.
    Part(Part),
    /// The melody and all parts of the phrase at a tick; the file begins with the phrase's first bar.
    Phrase(Tick),
    /// The melody and all parts of the named section at a tick; the file begins with the section's first bar.
    Section(Tick),
}

/// A file that is ready to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// A name for it, such as `Continuo bars 5-8 take 2.mid`.
    pub name: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// Why nothing was exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The score holds no notes there.
    #[error("there is nothing to save yet: play a melody, or drop a MIDI file onto the roll")]
    Empty,
    /// No section is named there.
    #[error("no section is named there: drag over bars in the lane above the roll and name one")]
    NoSection,
}

/// Exports what sounds: parts that are off are left out, and octaves and velocities follow the settings. `tempo` is in
/// quarter notes a minute.
///
/// # Errors
/// If there are no notes to export.
pub fn export(score: &Score, extent: Extent, settings: &Settings, tempo: f64) -> Result<Export, ExportError> {
    match extent {
        Extent::Score => {
            let file = file(score, &(0..Tick::MAX), settings, tempo, true, &Part::ALL);
            named("Continuo score", &file)
        }
        Extent::Part(part) => {
            let mut settings = *settings;
            settings.parts[part].on = true;
            let file = file(score, &(0..Tick::MAX), &settings, tempo, false, &[part]);
            named(&format!("Continuo {}", part.name().to_lowercase()), &file)
        }
        Extent::Phrase(tick) => {
            let phrase = score.phrase_at(tick).ok_or(ExportError::Empty)?;
            phrase_file(score, phrase, settings, tempo)
        }
        Extent::Section(tick) => {
            let section = score.sections().at(tick).ok_or(ExportError::NoSection)?;
            let mut file = file(score, &section.span, settings, tempo, true, &Part::ALL);
            // The last bar is whole even if nothing sounds to its end.
            file.end = file.end.max(section.span.end - section.span.start);
            let (start, end) = (section.span.start, section.span.end);
            let span = PhraseSpan { start, end, meter: score.meters.at(start).meter };
            let bars = score.meters.bar_numbers(&span);
            named(&format!("Continuo {} bars {bars}", file_name(section.name())), &file)
        }
    }
}

/// The whole score for a DAW's project or for players who read.
///
/// # Errors
/// If there are no notes to export.
pub fn finished_song(score: &Score, settings: &Settings, tempo: f64) -> Result<FinishedSong, ExportError> {
    let file = file(score, &(0..Tick::MAX), settings, tempo, true, &Part::ALL);
    if file.tracks.iter().all(|track| track.track.notes.is_empty()) {
        return Err(ExportError::Empty);
    }
    let phrases: Vec<_> = score.phrases().iter().map(|phrase| phrase.span).collect();
    let key = settings.shape.key.or_else(|| score.keys().mostly(&(0..Tick::MAX)));
    Ok(FinishedSong::new(&file, &score.meters, &phrases, key, None))
}

/// A name without what file systems refuse.
fn file_name(name: &str) -> String {
    name.replace(|letter: char| "/\\:*?\"<>|".contains(letter), "-")
}

/// As [`export`] of a phrase, but also for a take that does not play.
///
/// # Errors
/// If it has no notes.
pub fn phrase_file(score: &Score, phrase: &Phrase, settings: &Settings, tempo: f64) -> Result<Export, ExportError> {
    let span = phrase.span;
    let mut alone = score.clone();
    alone.insert(phrase.clone());
    let mut file = file(&alone, &(span.start..span.end), settings, tempo, true, &Part::ALL);
    let name = format!("Continuo bars {} take {}", score.meters.bar_numbers(&span), phrase.take + 1);
    file.markers = vec![Text { tick: 0, bytes: format!("bar {}", score.meters.bar_number(span.start)).into_bytes() }];
    named(&name, &file)
}

fn named(name: &str, file: &OutputFile) -> Result<Export, ExportError> {
    if file.tracks.iter().all(|track| track.track.notes.is_empty()) {
        return Err(ExportError::Empty);
    }
    Ok(Export { name: format!("{name}.mid"), bytes: file.to_bytes() })
}

/// A stretch as a file that begins with it.
fn file(
    score: &Score,
    stretch: &std::ops::Range<Tick>,
    settings: &Settings,
    tempo: f64,
    melody: bool,
    parts: &[Part],
) -> OutputFile {
    let notes: PartNotes = PartMap::from_fn(|part| score.part_notes(part, stretch));
    let moved = |note: &Note| Note { start: note.start - stretch.start, ..*note };
    let inside = score
        .melody()
        .iter()
        .filter(|note| stretch.contains(&note.start))
        .map(|note| Note { length: note.length.min(stretch.end.saturating_sub(note.start)), ..moved(note) });
    let track = |name: &str, channel: u8, notes: Vec<Note>| Track {
        name: Some(name.to_owned()),
        channel,
        notes,
        ..Track::default()
    };
    let mut tracks = Vec::new();
    if melody {
        tracks.push(OutputTrack {
            track: track("Melody", MELODY_CHANNEL, inside.collect()),
            program: None,
            volume: None,
        });
    }
    if melody && settings.lead.sounds() {
        let within = score.lead().notes().iter().filter(|note| stretch.contains(&note.start));
        let notes: Vec<Note> = within.map(|note| settings.lead.sounding(moved(note))).collect();
        if !notes.is_empty() {
            let track = track(LEAD_NAME, settings.lead.play.channel, notes);
            let is_whole = stretch.end == Tick::MAX;
            let program = is_whole.then_some(score.lead().program());
            tracks.push(OutputTrack { track, program, volume: is_whole.then_some(LEAD_VOLUME) });
        }
    }
    for &part in parts.iter().filter(|&&part| settings.parts[part].on) {
        let chosen = &settings.parts[part];
        let sounding = notes[part].iter().map(|note| chosen.sounding(part, moved(note)));
        let track = track(part.name(), chosen.channel, sounding.collect());
        let index = Part::PITCHED.iter().position(|&pitched| pitched == part);
        let first = score.phrases().iter().find(|phrase| phrase.span.end > stretch.start);
        let program = index.and_then(|index| first.map(|phrase| phrase.programs[index]));
        // A whole song is for any player; what is dragged into a project finds its instruments there.
        let is_whole = melody && stretch.end == Tick::MAX;
        let program = program.filter(|_| is_whole || settings.program_changes);
        tracks.push(OutputTrack { track, program, volume: is_whole.then(|| part.channel_volume()) });
    }
    let last = tracks.iter().flat_map(|track| &track.track.notes).map(Note::end).max().unwrap_or(0);
    let at = score.meters.at(stretch.start);
    let mut meters = vec![MeterEvent::new(0, at.meter)];
    meters.extend(
        score
            .meters
            .changes()
            .iter()
            .filter(|change| change.tick > stretch.start && change.tick < stretch.end.min(stretch.start + last))
            .map(|change| MeterEvent::new(change.tick - stretch.start, change.meter)),
    );
    let last_bar = score.meters.bar_start(stretch.start + (last - 1).max(0));
    let end = last_bar + score.meters.at(last_bar).meter.bar_ticks() - stretch.start;
    // Those that the player set are named as they were set.
    let by_hand: Vec<ChordSpan> = score.hand_chords().iter().map(ChordSpan::from).collect();
    let played = || laid_over(&by_hand, &chords_of(&notes, &score.meters, &score.keys()));
    let chords = if melody { played() } else { Vec::new() };
    let chords = chords.into_iter().filter_map(|chord| {
        let span = chord.span.start.max(stretch.start)..chord.span.end.min(stretch.end);
        (!span.is_empty())
            .then(|| ChordSpan { span: span.start - stretch.start..span.end - stretch.start, chord: chord.chord })
    });
    let sections = score.sections().all().iter().filter_map(|section| {
        let span = section.span.start.max(stretch.start)..section.span.end.min(stretch.start.saturating_add(end));
        let moved = || span.start - stretch.start..span.end - stretch.start;
        (!span.is_empty()).then(|| Section::new(moved(), section.kind, section.own_name()))
    });
    OutputFile {
        title: Some("Continuo".to_owned()),
        tempos: TempoMap::constant(if tempo.is_finite() { tempo.clamp(10.0, 999.0) } else { USUAL_TEMPO }),
        meters,
        tracks,
        sections: sections.collect(),
        chords: chords.collect(),
        end,
        ..OutputFile::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::hand_chords::{ChordEdit, HandChord};
    use continuo_music::{
        meter::{Meter, MeterMap, PhraseSpan},
        midi_file,
        sections::Outline,
    };

    const WALTZ: Meter = Meter { numerator: 3, denominator: 4 };

    fn score() -> Score {
        let mut score = Score { meters: MeterMap::new(WALTZ), ..Score::default() };
        score.hear(&[Note { start: 2880, pitch: 72, length: 960, velocity: 90 }], 0..5760);
        let mut parts = PartNotes::default();
        parts[Part::Bass].push(Note { start: 3840, pitch: 40, length: 480, velocity: 100 });
        score.insert(Phrase {
            span: PhraseSpan { start: 2880, end: 5760, meter: WALTZ },
            recipe: None,
            take: 1,
            judged: None,
            programs: [33, 0, 48, 73],
            parts,
        });
        score
    }

    #[test]
    fn a_score_keeps_its_bars_tempo_meter_and_names() {
        let mut settings = Settings::default();
        settings.parts[Part::Bass].octave = 1;
        settings.parts[Part::Bass].velocity = 0.5;
        let exported = export(&score(), Extent::Score, &settings, 96.0).unwrap();
        assert_eq!(exported.name, "Continuo score.mid");
        let song = midi_file::read(&exported.bytes).unwrap();
        assert_eq!(song.meters.at(0).meter, WALTZ);
        assert!((song.tempos.at(0).quarters_per_minute() - 96.0).abs() < 1e-3);
        let names: Vec<_> = song.tracks.iter().filter_map(|track| track.name.clone()).collect();
        assert_eq!(names, ["Melody", "Bass"]);
        assert_eq!(song.tracks[0].notes[0].start, 2880);
        let bass = song.tracks[1].notes[0];
        assert_eq!((bass.start, bass.pitch, bass.velocity), (3840, 52, 50));
        assert_eq!(song.end, 5760);
    }

    #[test]
    fn a_whole_score_has_programs_and_volumes_and_a_phrase_only_if_they_are_sent() {
        let mut settings = Settings::default();
        let setup = |extent, settings: &Settings| {
            let song = midi_file::read(&export(&score(), extent, settings, 120.0).unwrap().bytes).unwrap();
            (song.tracks[1].program(), song.tracks[1].events.len())
        };
        assert_eq!(setup(Extent::Score, &settings), (Some(33), 2));
        assert_eq!(setup(Extent::Phrase(3000), &settings), (None, 0));
        settings.program_changes = true;
        assert_eq!(setup(Extent::Phrase(3000), &settings), (Some(33), 1));
    }

    #[test]
    fn a_phrase_begins_with_its_own_bar_and_says_which_that_is() {
        let exported = export(&score(), Extent::Phrase(3000), &Settings::default(), 120.0).unwrap();
        assert_eq!(exported.name, "Continuo bars 2 take 2.mid");
        let song = midi_file::read(&exported.bytes).unwrap();
        assert_eq!(song.tracks[0].notes[0].start, 0);
        assert_eq!(song.tracks[1].notes[0].start, 960);
        assert_eq!(song.markers[0].bytes, b"bar 2");
    }

    #[test]
    fn sections_are_written_as_markers_as_far_as_the_file_reaches() {
        let mut score = score();
        score.set_sections("Intro 1 | Verse 8".parse::<Outline>().unwrap().placed(&score.meters, 0));
        let markers = |extent: Extent| {
            let song = midi_file::read(&export(&score, extent, &Settings::default(), 120.0).unwrap().bytes).unwrap();
            let text = |marker: &Text| (marker.tick, String::from_utf8_lossy(&marker.bytes).into_owned());
            song.markers.iter().map(text).collect::<Vec<_>>()
        };
        let marker = |tick: Tick, text: &str| (tick, text.to_owned());
        // Behind them come the chords.
        assert_eq!(markers(Extent::Score)[..2], [marker(0, "Intro"), marker(2880, "Verse")]);
        assert_eq!(markers(Extent::Phrase(3000))[..2], [marker(0, "bar 2"), marker(0, "Verse")]);
    }

    #[test]
    fn a_section_begins_with_its_own_bar_and_is_as_long_as_it_is() {
        let mut score = score();
        score.set_sections("- 1 | Verse \"A/B\" 3".parse::<Outline>().unwrap().placed(&score.meters, 0));
        let exported = export(&score, Extent::Section(3000), &Settings::default(), 120.0).unwrap();
        assert_eq!(exported.name, "Continuo A-B bars 2-4.mid");
        let song = midi_file::read(&exported.bytes).unwrap();
        assert_eq!((song.tracks[0].notes[0].start, song.tracks[1].notes[0].start), (0, 960));
        assert_eq!(song.end, 3 * 2880);
        let none = export(&score, Extent::Section(0), &Settings::default(), 120.0);
        assert_eq!(none, Err(ExportError::NoSection));
    }

    #[test]
    fn a_finished_song_has_what_sounds_in_clips_of_its_phrases() {
        let song = finished_song(&score(), &Settings::default(), 96.0).unwrap();
        assert!((song.tempos[0].quarters_per_minute - 96.0).abs() < 1e-9);
        let clips = |name: &str| {
            let track = song.tracks.iter().find(|track| track.name == name);
            track.map(|track| track.clips.iter().map(|clip| clip.name.as_str()).collect::<Vec<_>>())
        };
        assert_eq!(
            [clips("Melody"), clips("Bass"), clips("Drums")],
            [Some(vec!["bar 2"]), Some(vec!["bar 2"]), Some(vec![])]
        );
        assert_eq!(finished_song(&Score::default(), &Settings::default(), 96.0), Err(ExportError::Empty));
    }

    #[test]
    fn chords_set_by_hand_are_named_in_the_file() {
        let mut score = score();
        let chord = HandChord { span: 2880..5760, chord: "Bbm7/Eb".parse().unwrap(), locked: false };
        score.edit_chords(&ChordEdit::Set(vec![chord]));
        let exported = export(&score, Extent::Score, &Settings::default(), 120.0).unwrap();
        let song = midi_file::read(&exported.bytes).unwrap();
        let marker = song.markers.iter().find(|marker| marker.tick == 2880);
        assert_eq!(marker.map(|marker| marker.bytes.as_slice()), Some(&b"Bbm7/Eb"[..]));
    }

    #[test]
    fn an_invalid_tempo_is_not_written() {
        for (tempo, written) in [(f64::NAN, 120.0), (f64::INFINITY, 120.0), (97.0, 97.0), (2000.0, 999.0)] {
            let exported = export(&score(), Extent::Score, &Settings::default(), tempo).unwrap();
            assert_eq!(midi_file::read(&exported.bytes).unwrap().tempos, TempoMap::constant(written), "{tempo}");
        }
    }

    #[test]
    fn a_part_that_is_off_is_left_out_of_the_score_but_can_be_saved_by_itself() {
        let mut settings = Settings::default();
        settings.parts[Part::Bass].on = false;
        let all = midi_file::read(&export(&score(), Extent::Score, &settings, 120.0).unwrap().bytes).unwrap();
        assert_eq!(all.tracks.len(), 1);
        let alone = export(&score(), Extent::Part(Part::Bass), &settings, 120.0).unwrap();
        assert_eq!(midi_file::read(&alone.bytes).unwrap().tracks[0].name.as_deref(), Some("Bass"));
        assert_eq!(export(&score(), Extent::Part(Part::Drums), &settings, 120.0), Err(ExportError::Empty));
    }
}
