//! How the editor looks.

use super::view::{Target, View};
use crate::editor::{
    roll::{grid::Grid, hover_text::pitch_name, lane::proposed_note},
    state::{State, melody_editor::NoteDrag, proposal::ProposalInHand},
    theme,
};
use continuo_music::{note::Note, part::Part};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// The pitch classes of the black keys.
const BLACK: [u8; 5] = [1, 3, 6, 8, 10];

/// Draws the editor.
pub fn show(ui: &Ui, view: &View, grid: &Grid, state: &State) {
    let painter = ui.painter_at(view.rect);
    painter.rect_filled(view.rect, theme::ROUND, theme::card());
    rows(&painter, view);
    let left = view.rect.left();
    for &x in &grid.beats {
        painter.vline(left + x, view.rect.y_range(), Stroke::new(1.0, theme::beat_line()));
    }
    for &x in &grid.bars {
        painter.vline(left + x, view.rect.y_range(), Stroke::new(1.0, theme::bar_line()));
    }
    let visible = |note: &&Note| note.start < grid.ticks.end && grid.ticks.start < note.end();
    // What the band plays, faintly, to write the melody over it.
    for phrase in state.snapshot.score.phrases_in(&grid.ticks) {
        for part in [Part::Bass, Part::Chords, Part::Counter] {
            let colour = theme::mix(theme::card(), theme::of(Some(part)), 0.28);
            for note in phrase.parts[part].iter().filter(visible) {
                painter.rect_filled(view.cell(note), 1.5, colour);
            }
        }
    }
    let drag = state.melody.drag;
    for note in state.snapshot.score.melody().iter().filter(visible) {
        let is_selected = state.melody.selected.contains(note) || drag.is_some_and(|drag| drag.selects(note));
        let shown = drag.filter(|_| is_selected).map_or(*note, |drag| drag.applied(*note));
        match state.proposal.as_ref().and_then(|proposal| proposal.fate_of(note)) {
            Some(fate) => proposed_note(&painter, view.cell(note), fate),
            None => draw(&painter, view, &shown, is_selected, state),
        }
    }
    for (note, fate) in state.proposal.iter().flat_map(ProposalInHand::coming).filter(|(note, _)| visible(note)) {
        proposed_note(&painter, view.cell(note), fate);
    }
    for note in &state.snapshot.hearing {
        draw(&painter, view, note, false, state);
    }
    match drag {
        Some(NoteDrag::Draw(note)) => draw(&painter, view, &note, true, state),
        Some(NoteDrag::Select(one, other)) => {
            let corner = |(tick, pitch): (i64, u8)| pos2(view.x(tick), view.top(pitch) + view.row() / 2.0);
            let rect = Rect::from_two_pos(corner(one), corner(other));
            painter.rect_stroke(rect, 0.0, Stroke::new(1.0, theme::accent()), StrokeKind::Inside);
        }
        _ => {}
    }
    if state.snapshot.score.melody().is_empty() {
        let hint = "Drag to draw a note.";
        painter.text(view.rect.center(), Align2::CENTER_CENTER, hint, theme::text(), theme::quiet());
    }
}

/// Draws the rows of the black keys, and the names of the Cs.
fn rows(painter: &Painter, view: &View) {
    for pitch in view.pitches.0..=view.pitches.1 {
        let row = Rect::from_min_size(pos2(view.rect.left(), view.top(pitch)), vec2(view.rect.width(), view.row()));
        if BLACK.contains(&(pitch % 12)) {
            painter.rect_filled(row, 0.0, theme::mix(theme::card(), theme::ground(), 0.55));
        }
        if pitch % 12 == 0 {
            painter.hline(view.rect.x_range(), row.bottom(), Stroke::new(1.0, theme::beat_line()));
            let at = row.left_bottom() + vec2(5.0, 0.0);
            painter.text(at, Align2::LEFT_BOTTOM, pitch_name(pitch), theme::small(), theme::quiet());
        }
    }
}

/// Draws a note: the louder, the brighter, with its velocity as a line.
fn draw(painter: &Painter, view: &View, note: &Note, is_selected: bool, state: &State) {
    let (cell, colour) = (view.cell(note), theme::of(None));
    let loudness = f32::from(note.velocity) / 127.0;
    let playback = &state.playback;
    let sounding = playback.rolling && note.start <= playback.playhead && playback.playhead < note.end();
    let fill = if sounding {
        theme::mix(colour, theme::bright(), 0.55)
    } else {
        theme::mix(theme::card(), colour, 0.4 + 0.5 * loudness)
    };
    painter.rect_filled(cell, 2.0, fill);
    let line = pos2(cell.left() + cell.width() * loudness, cell.bottom() - 1.0);
    painter.line_segment([cell.left_bottom() - vec2(0.0, 1.0), line], Stroke::new(1.5, Color32::from_black_alpha(110)));
    if is_selected {
        painter.rect_stroke(cell, 2.0, Stroke::new(1.5, theme::bright()), StrokeKind::Inside);
    }
}

/// The text about a point.
pub fn hover_text(view: &View, pointer: Pos2, state: &State) -> String {
    match view.target(pointer, state) {
        Target::Note(note) | Target::End(note) => {
            let (bar, beat) = (state.snapshot.bar(note.start), state.snapshot.beat(note.start));
            format!(
                "{} at bar {bar}, beat {beat}, velocity {}. Drag it to move it, its end to lengthen it; with Ctrl, up and \
                 down for its velocity; with Alt off the grid. A double-click deletes it.",
                pitch_name(note.pitch),
                note.velocity
            )
        }
        Target::Nothing => {
            let (_, pitch) = view.place(pointer);
            format!("{}. Drag to draw a note; with Shift to select several.", pitch_name(pitch))
        }
    }
}
