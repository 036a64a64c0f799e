//! A line of the picture: a stretch of bars with the pitched roll above and the drums below.

use super::{colour, svg::Svg, voice::Voice};
use continuo_music::{
    meter::MeterMap,
    note::Note,
    part::Part,
    time::{TICKS_PER_STEP, Tick},
};
use std::collections::BTreeSet;

/// Height of the lane with the bar numbers.
const RULER: f32 = 26.0;
/// Space between the roll and the drums.
const BETWEEN: f32 = 10.0;
const DRUM_HEIGHT: f32 = 15.0;
const MOST_PITCH_HEIGHT: f32 = 11.0;

/// The rows of the roll and of the drum lane.
pub struct Rows {
    lowest: u8,
    highest: u8,
    /// General MIDI keys, lowest row first.
    drums: Vec<u8>,
}

impl Rows {
    /// Rows for all notes of the voices.
    pub fn of(voices: &[Voice<'_>]) -> Self {
        let tonal = voices.iter().filter(|voice| voice.part != Some(Part::Drums));
        let pitches: BTreeSet<u8> = tonal.flat_map(|voice| voice.notes.iter().map(|note| note.pitch)).collect();
        let strokes: BTreeSet<u8> = voices
            .iter()
            .filter(|voice| voice.part == Some(Part::Drums))
            .flat_map(|voice| voice.notes.iter().map(|note| note.pitch))
            .collect();
        Self {
            lowest: pitches.first().map_or(48, |pitch| pitch.saturating_sub(2)),
            highest: pitches.last().map_or(72, |pitch| (pitch + 2).min(127)),
            drums: strokes.into_iter().collect(),
        }
    }

    fn pitches(&self) -> f32 {
        f32::from(self.highest - self.lowest) + 1.0
    }

    fn drum_lane(&self) -> f32 {
        if self.drums.is_empty() { 0.0 } else { BETWEEN + DRUM_HEIGHT * self.drums.len() as f32 }
    }

    /// A greater height makes the picture larger, not clearer.
    pub fn comfortable_height(&self) -> f32 {
        RULER + self.pitches() * MOST_PITCH_HEIGHT + self.drum_lane()
    }
}

/// A stretch of the song and where it is drawn.
pub struct System<'a> {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub start: Tick,
    pub end: Tick,
    pub rows: &'a Rows,
}

impl System<'_> {
    /// Draws the ground, the bars and the notes.
    pub fn draw(&self, svg: &mut Svg, voices: &[Voice<'_>], meters: &MeterMap) {
        self.ground(svg);
        self.bars(svg, meters);
        // The melody is drawn last and lies on top, long soft parts lie below.
        let order = [Some(Part::Strings), Some(Part::Chords), Some(Part::Bass), Some(Part::Counter), None];
        for part in order {
            for voice in voices.iter().filter(|voice| voice.part == part) {
                self.pitched(svg, voice);
            }
        }
        for voice in voices.iter().filter(|voice| voice.part == Some(Part::Drums)) {
            self.drums(svg, voice);
        }
    }

    fn x(&self, tick: Tick) -> f32 {
        self.left + self.width * (tick - self.start) as f32 / (self.end - self.start) as f32
    }

    fn roll_top(&self) -> f32 {
        self.top + RULER
    }

    fn roll_height(&self) -> f32 {
        self.height - RULER - self.rows.drum_lane()
    }

    fn row_height(&self) -> f32 {
        self.roll_height() / self.rows.pitches()
    }

    /// The top of a pitch's row.
    fn y(&self, pitch: u8) -> f32 {
        self.roll_top() + f32::from(self.rows.highest - pitch) * self.row_height()
    }

    fn drum_top(&self) -> f32 {
        self.roll_top() + self.roll_height() + BETWEEN
    }

    /// The top of a drum's row: low drums below.
    fn drum_y(&self, row: usize) -> f32 {
        self.drum_top() + DRUM_HEIGHT * (self.rows.drums.len() - 1 - row) as f32
    }

    fn ground(&self, svg: &mut Svg) {
        svg.rectangle((self.left, self.roll_top(), self.width, self.roll_height()), 0.0, colour::ROLL, 1.0);
        for pitch in self.rows.lowest..=self.rows.highest {
            if matches!(pitch % 12, 1 | 3 | 6 | 8 | 10) {
                svg.rectangle((self.left, self.y(pitch), self.width, self.row_height()), 0.0, colour::BLACK_KEYS, 1.0);
            }
            if pitch % 12 == 0 {
                let line = self.y(pitch) + self.row_height();
                svg.line((self.left, line), (self.left + self.width, line), colour::BEAT_LINE, 1.0);
                let name = format!("C{}", i32::from(pitch) / 12 - 1);
                svg.text(self.left - 10.0, line - 1.0, 15.0, colour::QUIET, "end", &name);
            }
        }
        if !self.rows.drums.is_empty() {
            let height = DRUM_HEIGHT * self.rows.drums.len() as f32;
            svg.rectangle((self.left, self.drum_top(), self.width, height), 0.0, colour::ROLL, 1.0);
        }
        for (row, &key) in self.rows.drums.iter().enumerate() {
            let y = self.drum_y(row);
            if row % 2 == 1 {
                svg.rectangle((self.left, y, self.width, DRUM_HEIGHT), 0.0, colour::BLACK_KEYS, 1.0);
            }
            svg.text(self.left - 10.0, y + DRUM_HEIGHT - 3.0, 13.0, colour::QUIET, "end", drum_name(key));
        }
    }

    fn bars(&self, svg: &mut Svg, meters: &MeterMap) {
        let bottom = self.top + self.height;
        let mut bar_start = self.start;
        while bar_start < self.end {
            let bar = meters.phrase_at(bar_start, 1);
            let mut beat = bar_start + bar.meter.beat_ticks();
            while beat < bar.end {
                svg.line((self.x(beat), self.roll_top()), (self.x(beat), bottom), colour::BEAT_LINE, 1.0);
                beat += bar.meter.beat_ticks();
            }
            let x = self.x(bar_start);
            svg.line((x, self.top + 6.0), (x, bottom), colour::BAR_LINE, 1.5);
            let number = meters.bar_number(bar_start).to_string();
            svg.text(x + 7.0, self.top + 19.0, 15.0, colour::QUIET, "start", &number);
            if meters.changes().iter().any(|change| change.tick == bar_start) {
                let meter = format!("{}/{}", bar.meter.numerator, bar.meter.denominator);
                svg.text(x + 36.0, self.top + 19.0, 15.0, colour::BRIGHT, "start", &meter);
            }
            bar_start = bar.end;
        }
        svg.line((self.x(self.end), self.top + 6.0), (self.x(self.end), bottom), colour::BAR_LINE, 1.5);
    }

    /// The notes that sound in this system, with their ends cut to it.
    fn visible<'n>(&self, notes: &'n [Note]) -> impl Iterator<Item = (Tick, Tick, &'n Note)> {
        let (start, end) = (self.start, self.end);
        notes
            .iter()
            .filter(move |note| note.start < end && note.end() > start)
            .map(move |note| (note.start.max(start), note.end().min(end), note))
    }

    fn pitched(&self, svg: &mut Svg, voice: &Voice<'_>) {
        let melody = voice.part.is_none();
        for (start, end, note) in self.visible(voice.notes) {
            let x = self.x(start);
            let width = (self.x(end) - x - 1.5).max(2.0);
            let (y, height) = (self.y(note.pitch), self.row_height());
            let loudness = 0.55 + 0.45 * f32::from(note.velocity) / 127.0;
            if melody {
                // A dark rim lifts the melody off the parts.
                svg.rectangle((x - 1.5, y - 2.5, width + 3.0, height + 5.0), 3.5, colour::BACKGROUND, 0.9);
                svg.rectangle((x, y - 1.0, width, height + 2.0), 2.5, &colour::of(voice.part), 1.0);
            } else {
                svg.rectangle((x, y + 0.5, width, height - 1.0), 2.0, &colour::of(voice.part), loudness);
            }
        }
    }

    fn drums(&self, svg: &mut Svg, voice: &Voice<'_>) {
        for (start, _, note) in self.visible(voice.notes) {
            let Ok(row) = self.rows.drums.binary_search(&note.pitch) else { continue };
            let loudness = 0.35 + 0.65 * f32::from(note.velocity) / 127.0;
            let width = (self.x(start + TICKS_PER_STEP) - self.x(start) - 2.0).max(3.0);
            let y = self.drum_y(row);
            svg.rectangle((self.x(start), y + 2.0, width, DRUM_HEIGHT - 4.0), 2.5, &colour::of(voice.part), loudness);
        }
    }
}

/// The General MIDI name of a drum, short.
fn drum_name(key: u8) -> &'static str {
    match key {
        35 | 36 => "kick",
        37 => "stick",
        38 | 40 => "snare",
        39 => "clap",
        42 | 44 => "hat",
        46 => "open hat",
        41 | 43 | 45 => "low tom",
        47 | 48 | 50 => "high tom",
        49 | 52 | 55 | 57 => "crash",
        51 | 53 | 59 => "ride",
        54 | 69 | 70 | 82 => "shaker",
        60 | 62 | 63 => "conga hi",
        61 | 64 => "conga lo",
        _ => "perc",
    }
}
