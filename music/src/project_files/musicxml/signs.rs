//! What applies to the whole score at a bar line: tempos, sections, markers, swing, chord symbols.

use super::{
    harmony::{direction, rounded, tempo},
    xml::{Xml, element, empty, text, text_with},
};
use crate::{
    chord::Chord,
    notation::{Bar, Bars},
    project_files::finished_song::FinishedSong,
    swing::{Level, Swing},
    time::{TICKS_PER_QUARTER, Tick, quarters_from_ticks},
};
use std::{io, ops::Range};

/// A tempo that differs by less is the same to the ear; it is written for players that keep time with it.
const SAME: f64 = 0.002;
/// A tempo that differs by so much is a new one to a reader.
const NEW: f64 = 0.08;

const EIGHTH: Tick = TICKS_PER_QUARTER / 2;

/// The signs of each bar, and the chord symbols.
pub struct Signs {
    bars: Vec<BarSigns>,
    /// On the written axis, in order.
    pub chords: Vec<(Tick, Chord)>,
}

#[derive(Clone, Debug, Default)]
struct BarSigns {
    /// Quarters a minute, and whether it is printed.
    tempo: Option<(f64, bool)>,
    section: Option<String>,
    words: Vec<String>,
    swing: Option<Swing>,
    ends_section: bool,
}

impl Signs {
    pub fn of(song: &FinishedSong, bars: &Bars) -> Self {
        let mut signs = vec![BarSigns::default(); bars.all().len()];
        let (mut sounding, mut printed) = (0.0, 0.0);
        for (sign, bar) in signs.iter_mut().zip(bars.all()) {
            let tempo = tempo_of(song, &bar.song);
            let differs = |before: f64, by: f64| (tempo - before).abs() > by * before;
            if differs(sounding, SAME) {
                let is_printed = differs(printed, NEW);
                sign.tempo = Some((tempo, is_printed));
                sounding = tempo;
                printed = if is_printed { tempo } else { printed };
            }
        }
        for section in &song.sections {
            signs[bars.nearest(section.span.start)].section = Some(section.name().to_owned());
            let last = bars.at(section.span.end - 1);
            signs[last].ends_section = true;
        }
        for marker in &song.markers {
            signs[bars.nearest(marker.tick)].words.push(marker.name.clone());
        }
        if let Some(first) = signs.first_mut() {
            first.swing = song.swing.filter(|swing| is_heard(*swing));
        }
        Self { bars: signs, chords: chords(song, bars) }
    }

    /// Whether a section begins in a bar.
    pub fn begins_section(&self, bar: usize) -> bool {
        self.bars.get(bar).is_some_and(|signs| signs.section.is_some())
    }

    /// Whether a section ends with a bar.
    pub fn ends_section(&self, bar: usize) -> bool {
        self.bars.get(bar).is_some_and(|signs| signs.ends_section)
    }

    /// Writes the directions of a bar.
    pub fn write(&self, xml: &mut Xml, index: usize, bar: &Bar) -> io::Result<()> {
        let Some(signs) = self.bars.get(index) else { return Ok(()) };
        if let Some(section) = &signs.section {
            direction(xml, |xml| element(xml, "direction-type", &[], |xml| text(xml, "rehearsal", section)))?;
        }
        if let Some((quarters_per_minute, is_printed)) = signs.tempo {
            if is_printed {
                direction(xml, |xml| {
                    element(xml, "direction-type", &[], |xml| metronome(xml, bar, quarters_per_minute))?;
                    tempo(xml, quarters_per_minute)
                })?;
            } else {
                tempo(xml, quarters_per_minute)?;
            }
        }
        if let Some(swing) = signs.swing {
            write_swing(xml, swing)?;
        }
        signs.words.iter().try_for_each(|words| {
            direction(xml, |xml| element(xml, "direction-type", &[], |xml| text(xml, "words", words)))
        })
    }
}

fn metronome(xml: &mut Xml, bar: &Bar, quarters_per_minute: f64) -> io::Result<()> {
    element(xml, "metronome", &[], |xml| {
        let is_dotted = bar.is_compound() && bar.beat() == TICKS_PER_QUARTER * 3 / 2;
        text(xml, "beat-unit", "quarter")?;
        if is_dotted {
            empty(xml, "beat-unit-dot", &[])?;
        }
        let shown = if is_dotted { quarters_per_minute / 1.5 } else { quarters_per_minute };
        text(xml, "per-minute", &shown.round().to_string())
    })
}

/// Whether a swing is so strong that players say that the music swings.
fn is_heard(swing: Swing) -> bool {
    swing.percent >= if swing.level == Level::Eighths { 56 } else { 60 }
}

/// Swing is a word, and the notes are written straight.
fn write_swing(xml: &mut Xml, swing: Swing) -> io::Result<()> {
    let (word, level) = match swing.level {
        Level::Eighths => ("Swing", "eighth"),
        Level::Sixteenths => ("Swing 16ths", "16th"),
    };
    let (first, second) = match swing.percent {
        67 => (2, 1),
        percent => {
            let (mut left, mut right) = (u32::from(percent), 100 - u32::from(percent.min(99)));
            while right != 0 {
                (left, right) = (right, left % right);
            }
            (u32::from(percent) / left, (100 - u32::from(percent.min(99))) / left)
        }
    };
    direction(xml, |xml| {
        element(xml, "direction-type", &[], |xml| text_with(xml, "words", &[("font-weight", "bold")], word))?;
        element(xml, "sound", &[], |xml| {
            element(xml, "swing", &[], |xml| {
                text(xml, "first", &first.to_string())?;
                text(xml, "second", &second.to_string())?;
                text(xml, "swing-type", level)
            })
        })
    })
}

/// The tempo with which a stretch takes as long as it does in the song.
fn tempo_of(song: &FinishedSong, stretch: &Range<Tick>) -> f64 {
    let ends = song.tempos.iter().skip(1).map(|tempo| tempo.tick).chain([Tick::MAX]);
    let mut minutes = 0.0;
    let mut only = None;
    for (tempo, until) in song.tempos.iter().zip(ends) {
        let (from, to) = (tempo.tick.max(stretch.start), until.min(stretch.end));
        if from < to {
            minutes += quarters_from_ticks(to - from) / tempo.quarters_per_minute;
            only = Some(tempo.quarters_per_minute).filter(|_| from == stretch.start && to == stretch.end);
        }
    }
    let mean = quarters_from_ticks(stretch.end - stretch.start) / minutes;
    only.unwrap_or(if mean.is_finite() { rounded(mean).parse().unwrap_or(mean) } else { 120.0 })
}

/// The chord symbols, at eighths, each once while it lasts; where none follows for a beat or more, no chord.
fn chords(song: &FinishedSong, bars: &Bars) -> Vec<(Tick, Chord)> {
    let mut found: Vec<(Tick, Chord)> = Vec::new();
    let place = |tick: Tick| {
        let bar = &bars.all()[bars.at(tick)];
        let line = (bars.written(tick) - bar.start + EIGHTH / 2) / EIGHTH * EIGHTH;
        bar.start + line.min(bar.ticks)
    };
    for (index, chord) in song.chords.iter().enumerate() {
        let at = place(chord.span.start);
        // A chord that is over before the next place is never heard by itself.
        while found.last().is_some_and(|last| last.0 >= at) {
            found.pop();
        }
        if found.last().is_none_or(|last| last.1 != chord.chord) {
            found.push((at, chord.chord));
        }
        let next = song.chords.get(index + 1).map_or(song.end, |next| next.span.start);
        if next - chord.span.end >= TICKS_PER_QUARTER {
            found.push((place(chord.span.end), Chord::NONE));
        }
    }
    found
}
