//! One lane of the roll: the notes of a part, or of the melody.

use crate::editor::{
    gesture::Hands,
    state::{State, time_axis::View},
    theme,
};
use continuo_engine::{note::Note, part::Part, time::Tick};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Where bars, beats and phrases lie; the same for all lanes.
pub struct Scale {
    /// Points from the left edge of bar lines, and of the beats between them.
    bars: Vec<f32>,
    beats: Vec<f32>,
    /// Phrases in sight: their edges and whether they are settled and chosen.
    phrases: Vec<(f32, f32, bool, bool)>,
    /// What is in sight.
    ticks: std::ops::Range<Tick>,
}

impl Scale {
    /// Of what is in sight.
    pub fn new(state: &State, lanes: Rect) -> Self {
        let view = state.view;
        let after = view.tick(lanes.width()) + 1;
        let ticks = view.tick(0.0)..after;
        let meters = &state.snapshot.score.meters;
        let (mut bars, mut beats) = (Vec::new(), Vec::new());
        let mut bar = meters.bar_start(ticks.start);
        while bar < ticks.end {
            let meter = meters.at(bar).meter;
            bars.push(view.x(bar));
            // Beats that are closer than this only make the ground grey.
            if view.x(meter.beat_ticks()) - view.x(0) >= 11.0 {
                beats.extend((1..Tick::from(meter.numerator)).map(|beat| view.x(bar + beat * meter.beat_ticks())));
            }
            bar = meters.bar_start(bar + meter.bar_ticks());
        }
        let chosen = state.snapshot.score.phrase_at(state.focus()).map(|phrase| phrase.span.start);
        let score = state.snapshot.score.phrases().iter().zip(&state.snapshot.settled);
        let phrases = score
            .filter(|(phrase, _)| phrase.span.start < ticks.end && ticks.start < phrase.span.end)
            .map(|(phrase, &settled)| {
                let span = phrase.span;
                (view.x(span.start), view.x(span.end), settled, chosen == Some(span.start))
            })
            .collect();
        Self { bars, beats, phrases, ticks }
    }
}

/// Draws a lane.
pub fn show(ui: &Ui, rect: Rect, part: Option<Part>, scale: &Scale, hands: &Hands, state: &State) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUND, theme::CARD);
    let left = rect.left();
    for &(from, to, _, chosen) in scale.phrases.iter().filter(|_| part.is_some()) {
        if chosen {
            let stretch = Rect::from_x_y_ranges(left + from..=left + to, rect.y_range());
            painter.rect_filled(stretch, 0.0, theme::mix(theme::CARD, theme::ACCENT, 0.055));
        }
    }
    if part.is_none() {
        // Where the melody was listened to.
        for range in state.snapshot.score.heard() {
            let stretch = left + state.view.x(range.start)..=left + state.view.x(range.end);
            let ground = theme::mix(theme::CARD, theme::ACCENT, 0.055);
            painter.rect_filled(Rect::from_x_y_ranges(stretch, rect.y_range()), 0.0, ground);
        }
    }
    for &x in &scale.beats {
        painter.vline(left + x, rect.y_range(), Stroke::new(1.0, theme::BEAT_LINE));
    }
    for &x in &scale.bars {
        painter.vline(left + x, rect.y_range(), Stroke::new(1.0, theme::BAR_LINE));
    }
    let colour = theme::of(part);
    let draw = Draw { painter: &painter, rect, state };
    match part {
        None => {
            let score = &state.snapshot.score;
            let rows = Rows::of_lane(part, state);
            let known = score.melody().iter().filter(|note| in_sight(note, &scale.ticks));
            draw.notes(known, &rows, colour, true);
            draw.notes(state.snapshot.hearing.iter(), &rows, colour, true);
        }
        Some(part) => {
            let phrases = state.snapshot.score.phrases();
            let rows = Rows::of_lane(Some(part), state);
            let sounds = hands.wiring.params.sounds(part);
            let colour = if sounds { colour } else { theme::mix(theme::CARD, theme::QUIET, 0.4) };
            for (phrase, &settled) in phrases.iter().zip(&state.snapshot.settled) {
                if phrase.span.start < scale.ticks.end && scale.ticks.start < phrase.span.end {
                    let notes = phrase.parts[part].iter().filter(|note| in_sight(note, &scale.ticks));
                    draw.notes(notes, &rows, colour, settled);
                }
            }
            if !sounds && !phrases.is_empty() {
                painter.text(
                    rect.right_top() + vec2(-8.0, 5.0),
                    Align2::RIGHT_TOP,
                    "silent",
                    theme::small(),
                    theme::QUIET,
                );
            }
        }
    }
}

fn in_sight(note: &Note, ticks: &std::ops::Range<Tick>) -> bool {
    note.start < ticks.end && ticks.start < note.end()
}

/// The note of a lane that is drawn at a point.
pub fn note_at(part: Option<Part>, rect: Rect, point: Pos2, state: &State) -> Option<&Note> {
    /// As exactly as a hand points at a thin note.
    const NEAR: f32 = 2.0;
    let rows = Rows::of_lane(part, state);
    let found = |note: &&Note| cell(rect, state.view, note, &rows).expand(NEAR).contains(point);
    match part {
        None => state.snapshot.hearing.iter().chain(state.snapshot.score.melody()).find(found),
        Some(part) => state.snapshot.score.phrases().iter().flat_map(|phrase| &phrase.parts[part]).find(found),
    }
}

/// Where a note of a lane is drawn.
fn cell(lane: Rect, view: View, note: &Note, rows: &Rows) -> Rect {
    let space = lane.shrink2(vec2(0.0, 5.0));
    let (at, height) = rows.place(note.pitch);
    let height = (height * space.height()).clamp(3.0, 9.0);
    let bottom = space.bottom() - at * (space.height() - height);
    let left = space.left() + view.x(note.start);
    let right = (space.left() + view.x(note.end()) - 1.0).max(left + 2.5);
    Rect::from_min_max(pos2(left, bottom - height), pos2(right, bottom))
}

/// Which pitch is drawn at which height.
struct Rows {
    /// The pitches from the lowest: all between two for parts with pitches, only those that play for drums.
    pitches: Vec<u8>,
}

impl Rows {
    /// The rows of a whole lane, which stay when the view moves.
    fn of_lane(part: Option<Part>, state: &State) -> Self {
        let score = &state.snapshot.score;
        match part {
            None => Self::of(score.melody().iter().chain(&state.snapshot.hearing)),
            Some(Part::Drums) => Self::drums(score.phrases().iter().flat_map(|phrase| &phrase.parts[Part::Drums])),
            Some(part) => Self::of(score.phrases().iter().flat_map(|phrase| &phrase.parts[part])),
        }
    }

    fn of<'a>(notes: impl Iterator<Item = &'a Note>) -> Self {
        let (low, high) = notes.fold((127, 0), |(low, high), note| (note.pitch.min(low), note.pitch.max(high)));
        let (low, high) = if low > high { (60, 72) } else { (low, high) };
        // At least an octave and a half, so that one held note does not fill the lane.
        let missing = 18_u8.saturating_sub(high - low);
        let low = low.saturating_sub(missing / 2);
        Self { pitches: (low..=(high + missing.div_ceil(2)).min(127)).collect() }
    }

    fn drums<'a>(notes: impl Iterator<Item = &'a Note>) -> Self {
        let mut used = [false; 128];
        notes.for_each(|note| used[usize::from(note.pitch & 127)] = true);
        let mut pitches: Vec<u8> = (0..128).filter(|&pitch| used[usize::from(pitch)]).collect();
        if pitches.len() < 6 {
            pitches.resize(6, 127);
        }
        Self { pitches }
    }

    /// Height from the bottom, 0 to 1, and how high a row is.
    fn place(&self, pitch: u8) -> (f32, f32) {
        let row = self.pitches.partition_point(|&other| other < pitch);
        let count = self.pitches.len() as f32;
        (row as f32 / count, 1.0 / count)
    }
}

struct Draw<'a> {
    painter: &'a Painter,
    rect: Rect,
    state: &'a State,
}

impl Draw<'_> {
    /// Notes of a settled phrase are solid, those of a prediction are outlines.
    fn notes<'n>(&self, notes: impl Iterator<Item = &'n Note>, rows: &Rows, colour: Color32, settled: bool) {
        let reading = &self.state.reading;
        for note in notes {
            let cell = cell(self.rect, self.state.view, note, rows);
            let loudness = 0.55 + 0.45 * f32::from(note.velocity) / 127.0;
            let sounding = reading.rolling && note.start <= reading.playhead && reading.playhead < note.end();
            let fill = if sounding {
                theme::mix(colour, theme::BRIGHT, 0.55)
            } else {
                theme::mix(theme::CARD, colour, if settled { loudness } else { 0.22 })
            };
            self.painter.rect_filled(cell, 1.5, fill);
            if !settled && !sounding {
                self.painter.rect_stroke(
                    cell,
                    1.5,
                    Stroke::new(1.0, theme::mix(theme::CARD, colour, 0.8)),
                    StrokeKind::Inside,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pitch: u8) -> Note {
        Note { start: 0, pitch, length: 1, velocity: 1 }
    }

    #[test]
    fn every_pitch_has_a_row_of_its_own_inside_the_lane() {
        let notes = [note(0), note(40), note(127)];
        for rows in [Rows::of(notes.iter()), Rows::of(notes[1..2].iter()), Rows::drums(notes.iter())] {
            let places: Vec<_> = notes.iter().map(|note| rows.place(note.pitch)).collect();
            assert!(places.iter().all(|(at, height)| (0.0..=1.0).contains(at) && *height > 0.0));
        }
        let rows = Rows::of(notes.iter());
        assert!(rows.place(40).0 < rows.place(41).0);
    }
}
