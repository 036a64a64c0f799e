//! One lane of the roll: the notes of a part, or of the melody.

use crate::editor::{
    context::EditorContext,
    panels::part_strip,
    roll::{grid::Grid, rows::Rows},
    state::{State, proposal::Fate, time_axis::TimeAxis},
    theme,
};
use continuo_music::{note::Note, part::Part, time::Tick};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Draws Lead's lane.
pub fn show_lead(ui: &Ui, rect: Rect, grid: &Grid, context: &EditorContext, state: &State) {
    let painter = ground(ui, rect, grid, |highlight| {
        if let Some((from, to)) = grid.chosen {
            highlight(from, to);
        }
    });
    let params = &context.wiring.params;
    let notes = state.snapshot.score.lead().notes();
    let plays = params.lead.settings().plays();
    let colour = if plays && params.leads() { theme::lead() } else { theme::mix(theme::card(), theme::quiet(), 0.4) };
    let lane = Lane { painter: &painter, rect, state };
    let visible = notes.iter().filter(|note| is_visible(note, &grid.ticks));
    lane.draw(visible, &Rows::of_lead(state), colour, true);
    let text = match (plays, params.leads(), notes.is_empty()) {
        (false, ..) if !state.snapshot.is_unplayed() => "off: choose Fill, Trade or Solo",
        (true, false, false) => "silent",
        _ => return,
    };
    corner(&painter, rect, text);
}

/// Draws a lane.
pub fn show(ui: &Ui, rect: Rect, part: Option<Part>, grid: &Grid, context: &EditorContext, state: &State) {
    let painter = ground(ui, rect, grid, |highlight| {
        if part.is_none() {
            // Where the melody was heard.
            for range in state.snapshot.score.heard() {
                highlight(state.time_axis.x(range.start), state.time_axis.x(range.end));
            }
        } else if let Some((from, to)) = grid.chosen {
            highlight(from, to);
        }
    });
    let colour = theme::of(part);
    let lane = Lane { painter: &painter, rect, state };
    match part {
        None => {
            let score = &state.snapshot.score;
            let rows = Rows::of_lane(part, state);
            let known = score.melody().iter().filter(|note| is_visible(note, &grid.ticks));
            let stays = |note: &&Note| state.proposal.as_ref().is_none_or(|proposal| proposal.fate_of(note).is_none());
            lane.draw(known.clone().filter(stays), &rows, colour, true);
            if let Some(proposal) = &state.proposal {
                let go = known.filter_map(|note| Some((note, proposal.fate_of(note)?)));
                let come = proposal.coming().filter(|(note, _)| is_visible(note, &grid.ticks));
                for (note, fate) in go.chain(come) {
                    proposed_note(&painter, cell(rect, state.time_axis, note, &rows), fate);
                }
            }
            lane.draw(state.snapshot.hearing.iter(), &rows, colour, true);
            if state.snapshot.is_unplayed() {
                return;
            }
            let text = part_strip::heard(score, &state.snapshot.hearing);
            corner(&painter, rect, &text);
        }
        Some(part) => {
            let phrases = state.snapshot.score.phrases();
            let rows = Rows::of_lane(Some(part), state);
            let sounds = context.wiring.params.sounds(part);
            let colour = if sounds { colour } else { theme::mix(theme::card(), theme::quiet(), 0.4) };
            for (phrase, &settled) in phrases.iter().zip(&state.snapshot.settled) {
                if phrase.span.start < grid.ticks.end && grid.ticks.start < phrase.span.end {
                    let notes = phrase.parts[part].iter().filter(|note| is_visible(note, &grid.ticks));
                    lane.draw(notes, &rows, colour, settled);
                }
            }
            if !sounds && !phrases.is_empty() {
                corner(&painter, rect, "silent");
            }
        }
    }
}

/// Draws a lane's ground: what `highlights` says, and the lines of beats and bars.
fn ground(ui: &Ui, rect: Rect, grid: &Grid, highlights: impl FnOnce(&dyn Fn(f32, f32))) -> Painter {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUND, theme::card());
    let left = rect.left();
    highlights(&|from, to| {
        let stretch = Rect::from_x_y_ranges(left + from..=left + to, rect.y_range());
        painter.rect_filled(stretch, 0.0, theme::mix(theme::card(), theme::accent(), 0.055));
    });
    for &x in &grid.beats {
        painter.vline(left + x, rect.y_range(), Stroke::new(1.0, theme::beat_line()));
    }
    for &x in &grid.bars {
        painter.vline(left + x, rect.y_range(), Stroke::new(1.0, theme::bar_line()));
    }
    painter
}

/// Writes a few words into the corner of a lane.
fn corner(painter: &Painter, rect: Rect, text: &str) {
    painter.text(rect.right_top() + vec2(-8.0, 5.0), Align2::RIGHT_TOP, text, theme::small(), theme::quiet());
}

fn is_visible(note: &Note, ticks: &std::ops::Range<Tick>) -> bool {
    note.start < ticks.end && ticks.start < note.end()
}

/// The note at a point of a lane.
pub fn note_at(part: Option<Part>, rect: Rect, point: Pos2, state: &State) -> Option<&Note> {
    let rows = Rows::of_lane(part, state);
    let is_under = is_under(rect, point, &rows, state);
    match part {
        None => state.snapshot.hearing.iter().chain(state.snapshot.score.melody()).find(is_under),
        Some(part) => state.snapshot.score.phrases().iter().flat_map(|phrase| &phrase.parts[part]).find(is_under),
    }
}

/// Leaves the proposed change at a point of the melody's lane out, or takes it back in. Returns whether there is one.
pub fn toggle_proposed(lane: Rect, point: Pos2, state: &mut State) -> bool {
    let (rows, axis) = (Rows::of_lane(None, state), state.time_axis);
    let is_under = |note: &Note| cell(lane, axis, note, &rows).expand(3.0).contains(point);
    state.proposal.as_mut().is_some_and(|proposal| proposal.toggle(is_under))
}

/// Lead's note at a point of its lane.
pub fn lead_note_at(rect: Rect, point: Pos2, state: &State) -> Option<&Note> {
    let rows = Rows::of_lead(state);
    state.snapshot.score.lead().notes().iter().find(is_under(rect, point, &rows, state))
}

/// Whether a note is at a point.
fn is_under(rect: Rect, point: Pos2, rows: &Rows, state: &State) -> impl Fn(&&Note) -> bool {
    /// The tolerance, because notes are thin.
    const NEAR: f32 = 2.0;
    let axis = state.time_axis;
    move |note| cell(rect, axis, note, rows).expand(NEAR).contains(point)
}

/// Where a note of a lane is drawn.
fn cell(lane: Rect, axis: TimeAxis, note: &Note, rows: &Rows) -> Rect {
    let space = lane.shrink2(vec2(0.0, 5.0));
    let (at, height) = rows.place(note.pitch);
    let height = (height * space.height()).clamp(3.0, 9.0);
    let bottom = space.bottom() - at * (space.height() - height);
    let left = space.left() + axis.x(note.start);
    let right = (space.left() + axis.x(note.end()) - 1.0).max(left + 2.5);
    Rect::from_min_max(pos2(left, bottom - height), pos2(right, bottom))
}

/// Draws a note that a tool proposes or would take away: one that comes is full and framed, one that goes is hollow and struck
/// through, and one whose change the player leaves out is hollow and dim.
pub fn proposed_note(painter: &Painter, cell: Rect, fate: Fate) {
    let (fill, line) = match fate {
        Fate::Comes => (theme::mix(theme::card(), theme::of(Some(Part::Bass)), 0.8), theme::bright()),
        Fate::Goes => (theme::card(), theme::bright()),
        Fate::LeftOut => (theme::card(), theme::quiet()),
    };
    painter.rect_filled(cell, 1.5, fill);
    painter.rect_stroke(cell, 1.5, Stroke::new(1.0, line), StrokeKind::Inside);
    if fate == Fate::Goes {
        painter.line_segment([cell.left_center(), cell.right_center()], Stroke::new(1.5, line));
    }
}

/// A lane that is being drawn.
struct Lane<'a> {
    painter: &'a Painter,
    rect: Rect,
    state: &'a State,
}

impl Lane<'_> {
    /// Draws notes: solid for a settled phrase, outlined for a prediction.
    fn draw<'n>(&self, notes: impl Iterator<Item = &'n Note>, rows: &Rows, colour: Color32, settled: bool) {
        let playback = &self.state.playback;
        for note in notes {
            let cell = cell(self.rect, self.state.time_axis, note, rows);
            let loudness = 0.55 + 0.45 * f32::from(note.velocity) / 127.0;
            let sounding = playback.rolling && note.start <= playback.playhead && playback.playhead < note.end();
            let fill = if sounding {
                theme::mix(colour, theme::bright(), 0.55)
            } else {
                theme::mix(theme::card(), colour, if settled { loudness } else { 0.22 })
            };
            self.painter.rect_filled(cell, 1.5, fill);
            if !settled && !sounding {
                self.painter.rect_stroke(
                    cell,
                    1.5,
                    Stroke::new(1.0, theme::mix(theme::card(), colour, 0.8)),
                    StrokeKind::Inside,
                );
            }
        }
    }
}
