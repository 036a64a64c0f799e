//! How the lane looks. A state shows in the shape of a chord's field as well as in its colour.

use super::looking::{Plan, chord_at, in_words, is_shown, plan, selected, symbol};
use crate::editor::{
    state::{
        State,
        chords::{LaneChord, LaneDrag, LaneState},
    },
    theme,
    widgets::icon::{self, Icon},
};
use continuo_music::time::Tick;
use egui::{Align2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// The room for the padlock of a locked chord.
const PADLOCK: f32 = 13.0;

/// What a state means, for tooltips.
fn meaning(state: LaneState) -> &'static str {
    match state {
        LaneState::Planned => "what the parts play together, as the band chose",
        LaneState::Given => "given with the song; the parts keep to it",
        LaneState::ByHand => "set by you; the parts keep to it",
        LaneState::Locked => "set by you and locked; other edits leave it alone",
    }
}

/// The text about the chord at a tick.
pub fn hover_text(tick: Tick, state: &State) -> String {
    const HINT: &str = "Click to change it, drag to select a stretch, drag a border to move it.";
    let Some(chord) = chord_at(tick, state).filter(|chord| is_shown(chord)) else {
        return "No chord is known here yet. Click to set one, drag to select a stretch.".to_owned();
    };
    let key = state.snapshot.form.key_at(tick).map_or(String::new(), |key| format!(", in {}", key.name()));
    let place = in_words(chord.span.start, state);
    let meaning = match plan(chord, state) {
        Some(Plan::Next) => "what the band is about to play; hold another chord to change it",
        Some(Plan::Later) => "what the band has in mind; hold another chord to change it",
        None => meaning(chord.state),
    };
    format!("{} from {place}{key}: {meaning}. {HINT}", symbol(chord, state))
}

/// Draws a sentence in place of the lane.
pub fn sentence(ui: &Ui, rect: Rect, text: &str) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUND, theme::card());
    painter.text(rect.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER, text, theme::small(), theme::quiet());
    let response = ui.interact(rect, ui.scope_id().with("no chord lane"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}

/// Draws the chords' symbols, each where it begins, and the selection.
pub fn show(ui: &Ui, rect: Rect, state: &State) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUND, theme::card());
    let at = |tick: Tick| rect.left() + state.time_axis.x(tick);
    for chord in &state.snapshot.lane {
        let (left, right) = (at(chord.span.start), at(chord.span.end));
        if left > rect.right() {
            break;
        }
        if right > rect.left() {
            one(ui, Rect::from_x_y_ranges(left..=right, rect.y_range()), rect, chord, state);
        }
    }
    if let Some(stretch) = selected(state) {
        let frame = Rect::from_x_y_ranges(at(stretch.start)..=at(stretch.end), rect.y_range()).shrink(0.5);
        painter.rect_filled(frame, 0.0, theme::accent().gamma_multiply(0.12));
        painter.rect_stroke(frame, 2.0, Stroke::new(1.0, theme::bright()), StrokeKind::Inside);
    }
    if let Some(LaneDrag::Border { to, .. }) = state.chords.drag {
        painter.vline(at(to), rect.y_range(), Stroke::new(3.0, theme::accent()));
    }
}

/// Draws one chord into its cell.
fn one(ui: &Ui, cell: Rect, lane: Rect, chord: &LaneChord, state: &State) {
    let painter = ui.painter_at(lane);
    let sounds = state.playback.rolling && chord.span.contains(&state.playback.playhead);
    let field = cell.shrink2(vec2(1.0, 2.0));
    let border = || {
        painter.vline(cell.left(), cell.top() + 4.0..=cell.bottom() - 4.0, Stroke::new(1.0, theme::bar_line()));
    };
    let colour = match chord.state {
        LaneState::Planned => {
            border();
            match plan(chord, state) {
                Some(Plan::Next) => {
                    // A mark like a play button's: this one comes now.
                    let (left, middle) = (cell.left() + 1.0, cell.center().y);
                    let corners = vec![pos2(left, middle - 3.5), pos2(left, middle + 3.5), pos2(left + 4.0, middle)];
                    painter.add(Shape::convex_polygon(corners, theme::accent(), Stroke::NONE));
                    theme::bright()
                }
                Some(Plan::Later) => theme::mix(theme::card(), theme::quiet(), 0.65),
                None if sounds => theme::bright(),
                None => theme::quiet(),
            }
        }
        LaneState::Given => {
            border();
            // A line below, as under a word that is stressed.
            painter.hline(field.x_range(), field.bottom() - 1.0, Stroke::new(1.5, theme::quiet()));
            theme::bright()
        }
        LaneState::ByHand => {
            painter.rect_filled(field, theme::ROUND, theme::mix(theme::card(), theme::accent(), 0.16));
            painter.rect_stroke(field, theme::ROUND, Stroke::new(1.2, theme::accent()), StrokeKind::Inside);
            theme::bright()
        }
        LaneState::Locked => {
            painter.rect_filled(field, theme::ROUND, theme::accent());
            theme::ink()
        }
    };
    if !is_shown(chord) {
        return;
    }
    let visible = cell.intersect(lane);
    let text = symbol(chord, state);
    let name = format!("Chord {text} at {}, {}", in_words(chord.span.start, state), meaning(chord.state));
    let node = ui.interact(visible, ui.scope_id().with(("chord", chord.span.start)), Sense::hover());
    node.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    // A chord that began before the window is named at its edge.
    let mut from = visible.left() + 6.0;
    if chord.state == LaneState::Locked && visible.width() > PADLOCK + 8.0 {
        let place = Rect::from_center_size(pos2(from + 4.0, cell.center().y), vec2(11.0, 11.0));
        icon::draw(&painter, Icon::Lock, place, colour);
        from += PADLOCK;
    }
    let galley = painter.layout_no_wrap(text, theme::small(), colour);
    if from + galley.size().x < cell.right() {
        painter.galley(pos2(from, cell.center().y - galley.size().y / 2.0), galley, colour);
    } else if cell.right() - from > 4.0 {
        painter.text(pos2(from, cell.center().y), Align2::LEFT_CENTER, "·", theme::small(), colour);
    }
}
