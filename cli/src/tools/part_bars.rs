//! Bars of the parts of a file, written again by the generator.

use super::{
    file::ToolFile,
    melody::{ChosenMelody, MelodyOptions},
    song_parts::SongParts,
};
use crate::{choices, failure::Failure, progress::Progress};
use continuo_engine::{
    arranging::{Arranger, BarsAgain, arrange_bars, sounds_in},
    score::WholeSong,
};
use continuo_music::{
    midi_file,
    part::{Part, PartMap},
    settings::{Settings, Shape, USUAL_TAKES},
    song::{Track, without_drones},
    time::Tick,
};
use serde_json::{Value, json};
use std::ops::Range;

/// The bars in a phrase.
const PHRASE: u8 = 4;

/// Which bars of which parts are to be written.
pub struct PartBars {
    tracks: SongParts,
    again: BarsAgain,
}

impl PartBars {
    /// Checks that the file has these parts, and that there is music in these bars.
    ///
    /// # Errors
    /// If a part is missing, or nothing sounds in the bars.
    pub fn new(
        file: &ToolFile<'_>,
        tracks: SongParts,
        parts: PartMap<bool>,
        melody: &ChosenMelody,
        bars: Range<Tick>,
    ) -> Result<Self, Failure> {
        for part in Part::ALL.into_iter().filter(|&part| parts[part]) {
            tracks.of(&file.song, part).map_err(|error| file.fault(&error))?;
        }
        let found = Self { tracks, again: BarsAgain { bars, parts } };
        let (song, bars) = (found.song(file, melody), &found.again.bars);
        if !sounds_in(&song, bars) {
            let meters = &file.song.meters;
            let [first, last] = [meters.bar_number(bars.start), meters.bar_number(bars.end - 1)];
            let sounding = song.own.iter().filter_map(|(_, notes)| notes.as_ref()).flatten().chain(&song.melody);
            let end = sounding.map(|note| meters.bar_number(note.end() - 1)).max().unwrap_or(0);
            return Err(file.fault(&format_args!(
                "nothing sounds in bars {first} to {last}, so there is nothing to play with; the song has {end} bars"
            )));
        }
        Ok(found)
    }

    /// The song as the generator hears it.
    fn song(&self, file: &ToolFile<'_>, melody: &ChosenMelody) -> WholeSong {
        let song = &file.song;
        let notes = song.tracks.get(melody.track).map(|track| without_drones(&track.notes));
        WholeSong {
            melody: notes.unwrap_or_default(),
            meters: song.meters.clone(),
            chords: song.chords.clone(),
            own: self.tracks.notes(song),
            sections: midi_file::marked_sections(song),
        }
    }

    /// Writes the bars, and puts them into the song.
    ///
    /// # Errors
    /// If the model cannot be loaded, has no such genre, or fails.
    pub fn write(
        &self,
        into: &mut ToolFile<'_>,
        melody: &ChosenMelody,
        options: &MelodyOptions,
        temperature: f32,
    ) -> Result<WrittenParts, Failure> {
        let source = options.model.source().map_err(|error| Failure::input(&error))?;
        let mut arranger = Arranger::load(&source, options.model.runtime()).map_err(|error| Failure::input(&error))?;
        let card = arranger.card();
        let own_styles = choices::shelf(card);
        let genre = choices::genre(card, &own_styles, options.genre.as_deref())?;
        let shape = Shape { temperature, seed: options.seed, takes: USUAL_TAKES, key: options.key, ..Shape::default() };
        let settings = Settings { shape: shape.mixed(genre, genre, 0.5), phrase_bars: PHRASE, ..Settings::default() };
        let name = choices::mix(card, &own_styles, &settings);
        let song = self.song(into, melody);
        let mut progress = Progress::new("phrases");
        let notes = arrange_bars(&mut arranger, &song, &self.again, &settings, &own_styles, |done, all| {
            progress.show(done, all);
        })
        .map_err(|error| Failure::model(&error))?;
        drop(progress);
        let bars = &self.again.bars;
        let mut rows = vec![];
        for part in Part::ALL.into_iter().filter(|&part| self.again.parts[part]) {
            let count =
                |notes: &[continuo_music::note::Note]| notes.iter().filter(|note| bars.contains(&note.start)).count();
            let index = self.tracks.of(&into.song, part).map_err(|error| into.fault(&error))?;
            let label = into.song.tracks.get(index).map(Track::label).unwrap_or_default();
            let before = song.own[part].as_deref().map_or(0, count);
            rows.push(Row { part, number: index + 1, label, before, after: count(&notes[part]) });
        }
        self.tracks.put(&mut into.song, &notes, self.again.parts);
        let meters = &into.song.meters;
        let silent = rows.iter().filter(|row| row.after == 0);
        let silent = silent.map(|row| format!("{} plays nothing in these bars now", row.part.name()));
        let warnings = silent.chain(arranger.backend().fallback_reason.clone()).collect();
        let bars = [meters.bar_number(bars.start), meters.bar_number(bars.end - 1)];
        Ok(WrittenParts { rows, bars, genre: name, backend: arranger.backend().name, warnings })
    }
}

/// A part that was written.
struct Row {
    part: Part,
    /// The number of its track, and its name.
    number: usize,
    label: String,
    /// The notes that began in the bars before, and those that do now.
    before: usize,
    after: usize,
}

/// What was written.
pub struct WrittenParts {
    rows: Vec<Row>,
    bars: [i64; 2],
    genre: String,
    backend: &'static str,
    pub warnings: Vec<String>,
}

impl WrittenParts {
    /// For programs.
    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "part": row.part.id(),
                "track": row.number,
                "name": row.label,
                "notes": {"before": row.before, "after": row.after},
                "genre": self.genre,
                "backend": self.backend,
            })
        };
        self.rows.iter().map(row).collect()
    }

    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let [first, last] = self.bars;
        let row = |row: &Row| {
            let Row { part, number, label, before, after } = row;
            let name = part.name();
            format!(
                "{name}, track {number} ({label}), bars {first} to {last}: {after} notes for {before}, {}",
                self.genre
            )
        };
        self.rows.iter().map(row).collect()
    }
}
