//! The roll: a ruler, and beneath it a lane for the melody and for each part, drawn from the snapshot.

pub mod chord_lane;
pub mod grid;
pub mod hover_text;
pub mod lane;
pub mod melody_editor;
pub mod range;
pub mod rows;
pub mod ruler;
pub mod section_lane;
pub mod section_menu;
pub mod tools;

use self::{grid::Grid, range::Lanes};
use crate::editor::{
    context::EditorContext,
    panels::{lead_strip, part_strip},
    state::State,
    theme,
    widgets::{look, steps},
};
use continuo_music::part::Part;
use egui::{Align2, Key, Pos2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The height of the ruler: the numbers of the bars, the sections, the phrases.
const RULER: f32 = 50.0 + section_lane::HEIGHT;
/// The height of the chords' row.
const CHORDS: f32 = 24.0;
/// The gap between lanes.
const GAP: f32 = 4.0;

/// Draws strips, ruler and lanes into a rectangle. Returns where a file can be dropped to be arranged.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) -> Rect {
    let song = Rect::from_min_max(pos2(rect.left() + part_strip::WIDTH + GAP, rect.top()), rect.max);
    let ruler = Rect::from_min_size(song.min, vec2(song.width(), RULER));
    let chords = Rect::from_min_size(pos2(song.left(), ruler.bottom() + 2.0), vec2(song.width(), CHORDS));
    let lanes = Rect::from_min_max(pos2(song.left(), chords.bottom() + GAP), song.max);
    let height = (lanes.height() - 6.0 * GAP) / 7.0;
    let lead = Rect::from_min_max(pos2(lanes.left(), lanes.bottom() - height), lanes.max);
    // Bars of Lead cannot be selected: no tool works on them.
    let selectable = Rect::from_min_max(lanes.min, pos2(lanes.right(), lead.top() - GAP));
    let places = Lanes { rect: selectable, height, gap: GAP };
    // The page does not turn under a note that is being dragged.
    if state.melody.drag.is_none() {
        state.time_axis.follow_playhead(state.playback.playhead, song.width());
    }
    let corner = Rect::from_min_size(rect.min, vec2(part_strip::WIDTH, RULER));
    ruler::corner(ui, corner, song.width(), state);
    tools::show(ui, corner, context, state);
    let response = handle_input(ui, song, places, context, state);
    ruler::show(ui, ruler, state);
    let lane = section_lane::show(ui, ruler::sections(ruler), context, state);
    handle_arrows(ui, &lane, song.width(), state);
    let beside = Rect::from_min_size(pos2(rect.left(), chords.top()), vec2(part_strip::WIDTH, CHORDS));
    let chord_lane = chord_lane::show(ui, chords, beside, context, state);
    for over in [&lane, &chord_lane] {
        if let Some(pointer) = over.hover_pos() {
            turn_wheel(ui, pointer, song, state);
        }
    }
    let grid = Grid::new(state, lanes.width());
    let over_ruler = response.hover_pos().filter(|&pointer| ruler.contains(pointer));
    let mut hover = over_ruler.map(|pointer| hover_text::ruler(state.time_axis.tick(pointer.x - song.left()), state));
    for (index, part) in [None].into_iter().chain(Part::ALL.map(Some)).enumerate() {
        let right = places.place(index);
        let left = Rect::from_min_size(pos2(rect.left(), right.top()), vec2(part_strip::WIDTH, height));
        if let Some(pointer) = response.hover_pos().filter(|&pointer| right.contains(pointer)) {
            hover = hover_text::lane(part, right, pointer, state);
        }
        if !state.melody.open {
            lane::show(ui, right, part, &grid, context, state);
            range::draw(ui, right, part, state);
        }
        match part {
            None => part_strip::show_melody(ui, left, context, state),
            Some(part) => part_strip::show(ui, left, part, context, state),
        }
    }
    let left = Rect::from_min_size(pos2(rect.left(), lead.top()), vec2(part_strip::WIDTH, height));
    if !state.melody.open {
        lane::show_lead(ui, lead, &grid, context, state);
    }
    if let Some(pointer) = response.hover_pos().filter(|&pointer| lead.contains(pointer)) {
        hover = hover_text::lead(lead, pointer, state);
    }
    lead_strip::show(ui, left, context, state);
    if state.melody.open {
        let editor = melody_editor::show(ui, lanes, &grid, context, state);
        if let Some(pointer) = editor.hover_pos() {
            turn_wheel(ui, pointer, song, state);
        }
    }
    playhead(ui, song, state);
    if let Some(text) = hover {
        response.on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(320.0);
            ui.label(text);
        });
    }
    // The hint of the first time says the same, with pictures.
    if state.snapshot.is_unplayed() && state.hint != Some(true) && !state.melody.open {
        welcome(ui, lanes);
    }
    song
}

/// Handles wheel, drag, click and keys over ruler and lanes.
fn handle_input(ui: &Ui, song: Rect, lanes: Lanes, context: &EditorContext, state: &mut State) -> Response {
    let response = ui.interact(song, ui.scope_id().with("roll"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Roll"));
    if !range::drag(ui, &response, lanes, state) && response.dragged() {
        state.time_axis.scroll(-response.drag_delta().x);
    }
    if let Some(pointer) = response.hover_pos() {
        turn_wheel(ui, pointer, song, state);
    }
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        if lane::toggle_proposed(lanes.place(0), pointer, state) {
            return response;
        }
        let tick = state.time_axis.tick(pointer.x - song.left());
        let chosen = state.snapshot.score.phrase_at(tick).map(|phrase| phrase.span.start);
        // A click on the chosen phrase makes the choice follow the playhead again.
        state.selected = chosen.filter(|_| state.selected != chosen);
        state.range = None;
    }
    if response.double_clicked() {
        state.time_axis.follow = true;
        state.selected = None;
    }
    if !range::keys(ui, &response, context, state) {
        handle_arrows(ui, &response, song.width(), state);
    }
    range::keep_escape(ui, &response, state);
    look::focus_ring(ui, &response, song);
    response
}

/// Chooses phrases and zooms with the arrow keys while a lane or the roll has the keyboard's focus.
fn handle_arrows(ui: &Ui, focused: &Response, width: f32, state: &mut State) {
    if !focused.has_focus() {
        return;
    }
    steps::keep_arrows(ui, focused);
    let pressed = |key| ui.input(|input| input.num_presses(key)) as isize;
    choose_beside(state, pressed(Key::ArrowRight) - pressed(Key::ArrowLeft), width);
    let zoom = pressed(Key::ArrowUp) - pressed(Key::ArrowDown);
    if zoom != 0 {
        state.time_axis.zoom(1.4_f32.powi(zoom as i32), width / 2.0);
    }
}

/// Scrolls and zooms with the wheel.
fn turn_wheel(ui: &Ui, pointer: Pos2, song: Rect, state: &mut State) {
    let (delta, zoom) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    if (zoom - 1.0).abs() > 1e-4 {
        state.time_axis.zoom(zoom, pointer.x - song.left());
    }
    let along = delta.x + delta.y;
    if along != 0.0 {
        state.time_axis.scroll(-along);
    }
}

/// Moves the choice by some phrases to the right, and scrolls to it.
fn choose_beside(state: &mut State, steps: isize, width: f32) {
    let phrases = state.snapshot.score.phrases();
    if steps == 0 || phrases.is_empty() {
        return;
    }
    // The phrase that edits apply to, or else the first one after it.
    let now = phrases.partition_point(|phrase| phrase.span.end <= state.target_tick());
    let to = now.saturating_add_signed(steps).min(phrases.len() - 1);
    let span = phrases[to].span;
    state.selected = Some(span.start);
    if state.time_axis.x(span.start) < 0.0 || state.time_axis.x(span.end) > width {
        state.time_axis.scroll(state.time_axis.x(span.start));
    }
}

fn playhead(ui: &Ui, song: Rect, state: &State) {
    let x = song.left() + state.time_axis.x(state.playback.playhead);
    if !song.x_range().contains(x) {
        return;
    }
    let colour = if state.playback.rolling { theme::bright() } else { theme::quiet() };
    ui.painter().vline(x, song.top() + 8.0..=song.bottom(), Stroke::new(1.5, colour));
    let tip = pos2(x, song.top() + 12.0);
    let head = vec![tip, tip + vec2(-5.5, -8.0), tip + vec2(5.5, -8.0)];
    ui.painter().add(egui::Shape::convex_polygon(head, colour, Stroke::NONE));
}

/// Tells a new player what to do.
fn welcome(ui: &Ui, lanes: Rect) {
    let sentences = [
        ("Play a melody.", theme::heading(), theme::bright()),
        ("Start the transport and play: drums come in at once, the ensemble follows.", theme::text(), theme::quiet()),
        ("Or drop a MIDI file of a melody here to arrange the whole song at once.", theme::text(), theme::quiet()),
    ];
    let width = 560.0_f32.min(lanes.width() - 16.0);
    let card = Rect::from_center_size(lanes.center(), vec2(width, 112.0));
    ui.painter().rect_filled(card, 8.0, theme::card());
    ui.painter().rect_stroke(card, 8.0, Stroke::new(1.0, theme::bar_line()), egui::StrokeKind::Inside);
    for (index, (line, font, colour)) in sentences.into_iter().enumerate() {
        let at = pos2(card.center().x, card.top() + 26.0 + 30.0 * index as f32);
        ui.painter().text(at, Align2::CENTER_CENTER, line, font, colour);
    }
}
