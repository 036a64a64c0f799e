//! A part: its description and its bars.

use super::{
    drums::{instrument, is_drums, stroke},
    dynamics,
    measure::{MeasureWriter, Voice},
    signs::Signs,
    staff::{Clef, MIDDLE_C, clefs},
    words::{Syllable, syllables},
    xml::{Xml, element, empty, number, text},
};
use crate::{
    chord::Chord,
    key::Key,
    meter::PhraseSpan,
    notation::{self, Bars, Cells, Onset, Piece, Written},
    note::Note,
    part::Part,
    project_files::finished_song::{FinishedSong, NamedChord, ProjectTrack},
    swing::{Level, Swing, SwingGrid},
    time::{TICKS_PER_QUARTER, Tick},
};
use std::{collections::BTreeSet, io};

/// Bars in a line of a lead sheet.
const BARS_IN_LINE: usize = 4;

/// A part with all that is written in it.
pub struct Staves<'a> {
    song: &'a FinishedSong,
    track: &'a ProjectTrack,
    clefs: Vec<Clef>,
    /// Voices from top to bottom, each with its pieces bar by bar.
    voices: Vec<Vec<Vec<Piece>>>,
    /// The keys of the kit that are struck.
    keys: BTreeSet<u8>,
    /// Each with the written position of its note.
    lyrics: Vec<(Tick, Syllable)>,
    is_lead_sheet: bool,
}

impl<'a> Staves<'a> {
    /// How many staves the part has: two if it is written as for a piano.
    pub fn count(&self) -> usize {
        self.clefs.len()
    }

    pub fn of(song: &'a FinishedSong, track: &'a ProjectTrack, bars: &Bars) -> Self {
        let notes: Vec<Note> = track.clips.iter().flat_map(|clip| clip.notes.iter().copied()).collect();
        let (cells, placed) = place(song, bars, &notes);
        let is_kit = is_drums(track);
        let (clefs, voices): (Vec<Clef>, Vec<Vec<Written>>) = if is_kit {
            let (feet, hands): (Vec<_>, Vec<_>) =
                placed.iter().map(|(note, _)| *note).partition(|note| stroke(note.pitch).is_foot);
            let written = |notes: Vec<Written>| notation::drum_ends(bars, &cells, notes);
            (vec![Clef::Percussion], vec![written(hands), written(feet)])
        } else {
            let is = |part: Part| track.name == part.name();
            let clefs = clefs(&notes, is(Part::Bass), is(Part::Chords) || is(Part::Strings));
            let staves = if clefs.len() == 1 {
                vec![placed.clone()]
            } else {
                let (upper, lower): (Vec<_>, Vec<_>) =
                    placed.iter().copied().partition(|(note, _)| note.pitch >= MIDDLE_C);
                vec![upper, lower]
            };
            let written = |mut notes: Vec<_>| notation::ends(bars, &cells, &mut notes);
            (clefs, staves.into_iter().map(written).collect())
        };
        let starts: Vec<Tick> = voices.iter().flatten().map(|note| note.start).collect();
        Self {
            song,
            track,
            clefs,
            lyrics: sung(syllables(&track.lyrics), bars, starts),
            keys: if is_kit { notes.iter().map(|note| note.pitch).collect() } else { BTreeSet::new() },
            voices: voices.iter().map(|notes| notation::pieces(bars, &cells, notes)).collect(),
            is_lead_sheet: song.tracks.len() == 1,
        }
    }

    /// Writes what the list of parts says of it.
    pub fn describe(&self, xml: &mut Xml, number_of_part: usize) -> io::Result<()> {
        let id = format!("P{number_of_part}");
        let channel = i64::from(self.track.channel) + 1;
        element(xml, "score-part", &[("id", &id)], |xml| {
            text(xml, "part-name", &self.track.name)?;
            let instruments: Vec<(String, &str, Option<u8>)> = if self.keys.is_empty() {
                vec![(format!("{id}-I1"), self.track.name.as_str(), None)]
            } else {
                self.keys.iter().map(|&key| (instrument(number_of_part, key), stroke(key).name, Some(key))).collect()
            };
            for (instrument, name, _) in &instruments {
                element(xml, "score-instrument", &[("id", instrument)], |xml| text(xml, "instrument-name", name))?;
            }
            for (instrument, _, key) in &instruments {
                element(xml, "midi-instrument", &[("id", instrument)], |xml| {
                    number(xml, "midi-channel", channel)?;
                    if let Some(program) = self.track.program.filter(|_| key.is_none()) {
                        number(xml, "midi-program", i64::from(program) + 1)?;
                    }
                    if let Some(key) = key {
                        number(xml, "midi-unpitched", i64::from(*key) + 1)?;
                    }
                    match self.track.volume {
                        Some(volume) => text(xml, "volume", &format!("{:.1}", f64::from(volume) / 1.27)),
                        None => Ok(()),
                    }
                })?;
            }
            Ok(())
        })
    }

    /// Writes its bars; `signs` are the score's if it is the first part.
    pub fn write(&self, xml: &mut Xml, number_of_part: usize, bars: &Bars, signs: Option<&Signs>) -> io::Result<()> {
        let has_pickup = bars.has_pickup();
        let (mut in_line, mut key) = (0, None);
        let begins = |bar: usize| self.song.sections.iter().any(|section| bars.nearest(section.span.start) == bar);
        let loudness = dynamics::marks(&self.voices, bars.all().len(), begins);
        for (index, bar) in bars.all().iter().enumerate() {
            let label = (index + usize::from(!has_pickup)).to_string();
            let mut attributes = vec![("number", label.as_str())];
            if has_pickup && index == 0 {
                attributes.push(("implicit", "yes"));
            }
            let now = self.key_of(bars, index);
            element(xml, "measure", &attributes, |xml| {
                let begins_section = signs.is_some_and(|signs| signs.begins_section(index));
                // A bar that leads to the first section stands before it.
                let breaks = in_line >= BARS_IN_LINE || begins_section && index > 1;
                if self.is_lead_sheet && breaks {
                    empty(xml, "print", &[("new-system", "yes")])?;
                    in_line = 0;
                }
                let is_upbeat = index == 0 && (has_pickup || signs.is_some_and(|signs| signs.begins_section(1)));
                in_line += usize::from(!is_upbeat);
                self.attributes(xml, bars, index, index == 0 || key != now)?;
                key = now;
                if let Some(signs) = signs {
                    signs.write(xml, index, bar)?;
                }
                if let Some(mark) = loudness.get(index).copied().flatten() {
                    dynamics::write(xml, mark)?;
                }
                let voices = self.voices.iter().enumerate().map(|(number, pieces)| Voice {
                    number: number + 1,
                    staff: (self.clefs.len() > 1).then_some(number + 1),
                    pieces: pieces.get(index).map_or(&[], Vec::as_slice),
                });
                let chord_at = |tick| self.chord_at(bars, index, tick);
                let writer = MeasureWriter {
                    bar,
                    is_whole: bars.written_meter(index).is_some_and(|meter| meter.bar_ticks() == bar.ticks),
                    key: now,
                    chord_at: &chord_at,
                    part: number_of_part,
                    is_kit: !self.keys.is_empty(),
                    lyrics: &self.lyrics,
                    symbols: signs.map_or(&[], |signs| signs.chords.as_slice()),
                };
                writer.write(xml, &voices.collect::<Vec<_>>())?;
                barline(xml, index + 1 == bars.all().len(), signs.is_some_and(|signs| signs.ends_section(index)))
            })?;
        }
        Ok(())
    }

    /// What changes at the beginning of a bar; all of it in the first.
    fn attributes(&self, xml: &mut Xml, bars: &Bars, index: usize, is_new_key: bool) -> io::Result<()> {
        let meter = bars.written_meter(index).unwrap_or_default();
        let is_new_meter = index == 0 || bars.written_meter(index - 1) != Some(meter);
        if !is_new_key && !is_new_meter {
            return Ok(());
        }
        element(xml, "attributes", &[], |xml| {
            if index == 0 {
                number(xml, "divisions", TICKS_PER_QUARTER)?;
            }
            if is_new_key && self.keys.is_empty() {
                let key = self.key_of(bars, index);
                element(xml, "key", &[], |xml| {
                    number(xml, "fifths", key.map_or(0, Key::signature))?;
                    let mode = |key: Key| if key.is_minor() { "minor" } else { "major" };
                    key.map_or(Ok(()), |key| text(xml, "mode", mode(key)))
                })?;
            }
            if is_new_meter {
                element(xml, "time", &[], |xml| {
                    number(xml, "beats", meter.numerator)?;
                    number(xml, "beat-type", meter.denominator)
                })?;
            }
            if index > 0 {
                return Ok(());
            }
            if self.clefs.len() > 1 {
                number(xml, "staves", self.clefs.len() as i64)?;
            }
            self.clefs
                .iter()
                .enumerate()
                .try_for_each(|(index, clef)| clef.write(xml, (self.clefs.len() > 1).then_some(index + 1)))
        })
    }

    /// The key of a bar: keys change at the bar line that is nearest to where the song changes them.
    fn key_of(&self, bars: &Bars, index: usize) -> Option<Key> {
        let in_force = self.song.keys.iter().rfind(|key| bars.nearest(key.tick) <= index);
        in_force.map(|key| key.key)
    }

    /// The chord that sounds at a place of a bar on the written axis.
    fn chord_at(&self, bars: &Bars, index: usize, written: Tick) -> Option<Chord> {
        let bar = &bars.all()[index];
        let tick = bar.song.start + written - bar.start;
        let chords = &self.song.chords;
        let after = chords.partition_point(|NamedChord { span, .. }| span.start <= tick);
        chords[..after].last().filter(|chord| chord.span.end > tick).map(|chord| chord.chord)
    }
}

fn barline(xml: &mut Xml, is_last: bool, ends_section: bool) -> io::Result<()> {
    let style = match (is_last, ends_section) {
        (true, _) => "light-heavy",
        (false, true) => "light-light",
        (false, false) => return Ok(()),
    };
    element(xml, "barline", &[("location", "right")], |xml| text(xml, "bar-style", style))
}

/// Notes with their written beginnings and their released ends, and the grid on which they lie: with the song's swing
/// straightened where that suits the track better.
fn place(song: &FinishedSong, bars: &Bars, notes: &[Note]) -> (Cells, Vec<(Written, Onset)>) {
    let placed = |swing: Option<Swing>| {
        let onset = |tick: Tick| {
            let bar = &bars.all()[bars.at(tick)];
            let span = PhraseSpan { start: bar.song.start, end: bar.song.end, meter: bar.meter };
            let straight = SwingGrid::of(&span, swing).unswing(tick);
            Onset { straight: bars.written(straight), played: bars.written(tick) }
        };
        let mut onsets: Vec<Onset> = notes.iter().map(|note| onset(note.start)).collect();
        let ends: Vec<Onset> = notes.iter().map(|note| onset(note.end())).collect();
        let in_notes = onsets.clone();
        onsets.sort_unstable();
        onsets.dedup();
        let swings = swing.is_some_and(|swing| swing.level == Level::Eighths);
        let (cells, cost) = Cells::of(bars, &onsets, swings);
        let written = notes.iter().zip(in_notes).zip(ends).map(|((note, onset), end)| {
            let start = cells.written(onset);
            (Written { start, end: start + 1, pitch: note.pitch, velocity: note.velocity }, end)
        });
        let written = written.collect();
        (cost, cells, written)
    };
    let plain = placed(None);
    let (_, cells, written) = match song.swing {
        Some(swing) => {
            let straightened = placed(Some(swing));
            if straightened.0 <= plain.0 { straightened } else { plain }
        }
        None => plain,
    };
    (cells, written)
}

/// The syllables, each with the beginning of the note that is nearest to it; those without a note of their own are left
/// out.
fn sung(syllables: Vec<Syllable>, bars: &Bars, mut starts: Vec<Tick>) -> Vec<(Tick, Syllable)> {
    const NEAR: Tick = TICKS_PER_QUARTER / 2;
    starts.sort_unstable();
    starts.dedup();
    let mut found: Vec<(Tick, Syllable)> = Vec::new();
    for syllable in syllables {
        let at = bars.written(syllable.tick);
        let nearest = starts.iter().copied().min_by_key(|start| (start - at).abs());
        let free = |start: &Tick| (start - at).abs() <= NEAR && found.last().is_none_or(|last| last.0 < *start);
        if let Some(start) = nearest.filter(free) {
            found.push((start, syllable));
        }
    }
    found
}
