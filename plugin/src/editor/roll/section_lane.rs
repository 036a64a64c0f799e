//! The sections of the song, between the bars' numbers and the phrases: painted by dragging over bars.

use crate::editor::{
    context::EditorContext,
    roll::section_menu,
    state::{
        State,
        section_lane::{SectionDrag, SectionMenu},
    },
    theme,
    widgets::look,
};
use continuo_engine::score::Edit;
use continuo_music::{
    sections::{Section, SectionKind, Sections},
    time::Tick,
};
use egui::{Align2, Color32, CursorIcon, Key, Painter, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui};
use egui::{WidgetInfo, pos2};
use std::ops::Range;

/// The lane's height.
pub const HEIGHT: f32 = 20.0;
/// A border is grasped within so many points.
const NEAR: f32 = 5.0;

/// Draws the lane and handles the mouse and the keys on it. Returns its response: with the keyboard's focus, the arrow
/// keys choose phrases.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) -> Response {
    let response = ui.interact(rect, ui.scope_id().with("sections"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Sections"));
    handle_mouse(ui, rect, &response, context, state);
    if response.has_focus() {
        let erased = ui.input(|input| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace));
        if let Some(section) = state.snapshot.score.sections().at(state.target_tick()).filter(|_| erased) {
            let span = section.span.clone();
            change(context, state, |sections, meters| sections.erase(&span, meters));
        }
    }
    let painter = ui.painter_at(rect);
    let shown = dragged(state).unwrap_or_else(|| state.snapshot.score.sections().clone());
    for section in shown.all() {
        draw(&painter, rect, section, state);
    }
    if let Some(SectionDrag::Bars { from, to }) = state.section_lane.drag {
        let bars = whole_bars(&(from.min(to)..from.max(to)), state);
        let cell = cell(rect, &bars, state);
        painter.rect_filled(cell, theme::ROUND, theme::mix(theme::card(), theme::accent(), 0.35));
        painter.rect_stroke(cell, theme::ROUND, Stroke::new(1.0, theme::accent()), StrokeKind::Inside);
    } else if shown.is_empty() && !state.snapshot.is_unplayed() {
        let hint = "Sections: drag over bars to name them";
        let place = rect.left_center() + egui::vec2(7.0, 0.0);
        painter.text(place, Align2::LEFT_CENTER, hint, theme::small(), theme::quiet());
    }
    look::focus_ring(ui, &response, rect);
    section_menu::show(&response, context, state);
    response
}

/// Asks for other sections, as one step that can be undone.
fn change(
    context: &EditorContext,
    state: &mut State,
    work: impl FnOnce(&mut Sections, &continuo_music::meter::MeterMap),
) {
    let score = &state.snapshot.score;
    let mut sections = score.sections().clone();
    work(&mut sections, &score.meters);
    if sections != *score.sections() {
        state.request(Edit::SetSections { sections, undoing: false }, context.wiring);
    }
}

fn handle_mouse(ui: &Ui, rect: Rect, response: &Response, context: &EditorContext, state: &mut State) {
    let tick = |state: &State, pointer: Pos2| state.time_axis.tick(pointer.x - rect.left());
    if let Some(pointer) = response.hover_pos() {
        if near_border(rect, pointer, state).is_some() {
            ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
        }
        let text = hover_text(tick(state, pointer), state);
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(320.0);
            ui.label(text);
        });
    }
    let origin = ui.input(|input| input.pointer.press_origin());
    if let Some(origin) = origin.filter(|_| response.drag_started()) {
        let from = tick(state, origin);
        state.section_lane.drag = Some(match near_border(rect, origin, state) {
            Some(border) => SectionDrag::Border { from: border, to: border },
            None => SectionDrag::Bars { from, to: from },
        });
    }
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        let now = tick(state, pointer);
        if let Some(SectionDrag::Border { to, .. } | SectionDrag::Bars { to, .. }) = &mut state.section_lane.drag {
            *to = now;
        }
    }
    if response.drag_stopped() {
        let moved = dragged(state);
        match state.section_lane.drag.take() {
            Some(SectionDrag::Border { .. }) => {
                change(context, state, |sections, _| *sections = moved.unwrap_or_default());
            }
            Some(SectionDrag::Bars { from, to }) => {
                let at = ui.input(|input| input.pointer.latest_pos()).unwrap_or(rect.center());
                open_menu(whole_bars(&(from.min(to)..from.max(to)), state), at, false, state);
            }
            None => {}
        }
    } else if response.clicked() {
        let pointer = response.interact_pointer_pos();
        let at = pointer.map_or_else(|| state.target_tick(), |pointer| tick(state, pointer));
        let place = pointer.unwrap_or_else(|| pos2(rect.left() + state.time_axis.x(at).max(0.0), rect.bottom()));
        open_menu(stretch_at(at, state), place, pointer.is_none(), state);
    }
}

fn open_menu(stretch: Range<Tick>, at: Pos2, takes_focus: bool, state: &mut State) {
    let section = section_menu::exactly(&stretch, state.snapshot.score.sections());
    let name = section.and_then(Section::own_name).unwrap_or_default().to_owned();
    state.section_lane.menu = Some(SectionMenu { stretch, at, name, takes_focus });
}

/// The sections as the drag of a border in progress makes them.
fn dragged(state: &State) -> Option<Sections> {
    let Some(SectionDrag::Border { from, to }) = state.section_lane.drag else { return None };
    let mut sections = state.snapshot.score.sections().clone();
    sections.move_border(from, to, &state.snapshot.score.meters);
    Some(sections)
}

/// All bars that a stretch touches; one at least.
fn whole_bars(stretch: &Range<Tick>, state: &State) -> Range<Tick> {
    let meters = &state.snapshot.score.meters;
    let last = (stretch.end - 1).max(stretch.start);
    meters.phrase_at(stretch.start, 1).start..meters.phrase_at(last, 1).end
}

/// The section at a tick, or else the phrase there as far as it belongs to no section.
fn stretch_at(tick: Tick, state: &State) -> Range<Tick> {
    let score = &state.snapshot.score;
    if let Some(section) = score.sections().at(tick) {
        return section.span.clone();
    }
    let span = score.span_at(tick, 4);
    let borders = score.sections().borders();
    let after = borders.partition_point(|border| *border <= tick);
    let before = after.checked_sub(1).map_or(span.start, |before| borders[before].max(span.start));
    before..borders.get(after).map_or(span.end, |border| (*border).min(span.end))
}

/// The border near a point.
fn near_border(rect: Rect, point: Pos2, state: &State) -> Option<Tick> {
    let distance = |border: &Tick| (rect.left() + state.time_axis.x(*border) - point.x).abs();
    let borders = state.snapshot.score.sections().borders().into_iter();
    borders.filter(|border| distance(border) <= NEAR).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

fn cell(rect: Rect, span: &Range<Tick>, state: &State) -> Rect {
    let at = |tick: Tick| rect.left() + state.time_axis.x(tick);
    Rect::from_x_y_ranges(at(span.start) + 1.0..=at(span.end) - 1.0, rect.top() + 1.0..=rect.bottom() - 1.0)
}

/// The ground of a section: the fuller the band usually plays, the stronger.
fn fill(kind: SectionKind) -> Color32 {
    let strength = match kind {
        SectionKind::Intro | SectionKind::Ending => 0.04,
        SectionKind::Break => 0.0,
        SectionKind::Verse => 0.12,
        SectionKind::Bridge => 0.19,
        SectionKind::Chorus => 0.28,
    };
    theme::mix(theme::control(), theme::accent(), strength)
}

fn draw(painter: &Painter, rect: Rect, section: &Section, state: &State) {
    let cell = cell(rect, &section.span, state);
    if !cell.intersects(rect) {
        return;
    }
    painter.rect_filled(cell, theme::ROUND, fill(section.kind));
    let visible = cell.intersect(rect);
    let text = painter.layout_no_wrap(section.name().to_owned(), theme::small(), theme::bright());
    let middle = cell.center().y - text.size().y / 2.0;
    painter.with_clip_rect(visible.shrink2(egui::vec2(3.0, 0.0))).galley(
        pos2(visible.left() + 7.0, middle),
        text,
        theme::bright(),
    );
}

/// The text about a place on the lane.
fn hover_text(tick: Tick, state: &State) -> String {
    let score = &state.snapshot.score;
    let Some(section) = score.sections().at(tick) else {
        return "Sections of the song: drag over bars, or click on a phrase, to name a verse, a chorus and so on. Where none is named, they follow from the form of the melody.".to_owned();
    };
    let (first, last) = (state.snapshot.bar(section.span.start), state.snapshot.bar(section.span.end - 1));
    let kind = if section.own_name().is_some() { format!(" ({})", section.kind) } else { String::new() };
    format!(
        "{}{kind}, bars {first} to {last}. Click to name, copy or delete it; drag an edge to move it; Delete takes the chosen one away.",
        section.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_section_has_text_that_can_be_read() {
        let state = State::new();
        assert!(hover_text(0, &state).starts_with("Sections of the song"));
        let luminance = |colour: Color32| {
            let linear = [colour.r(), colour.g(), colour.b()].map(|channel| (f64::from(channel) / 255.0).powf(2.2));
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        for kind in SectionKind::ALL {
            let contrast = (luminance(theme::bright()) + 0.05) / (luminance(fill(kind)) + 0.05);
            assert!(contrast >= 4.5, "{kind}: {contrast}");
        }
    }
}
