//! The roll: a lane for the melody and for each part beneath a ruler, drawn from the snapshot.

mod hover_text;
mod lane;
mod ruler;

use crate::editor::{gesture::Hands, panels::part_strip as strip, state::State, theme, widgets::control};
use continuo_engine::{part::Part, time::Tick};
use egui::{Align2, Key, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The ruler's height.
const RULER: f32 = 50.0;
/// The gap between lanes.
const GAP: f32 = 4.0;

/// Draws strips, ruler and lanes into a rectangle. Returns where files can be dropped to be arranged.
pub fn show(ui: &mut Ui, rect: Rect, hands: &Hands, state: &mut State) -> Rect {
    let song = Rect::from_min_max(pos2(rect.left() + strip::WIDTH + GAP, rect.top()), rect.max);
    let ruler = Rect::from_min_size(song.min, vec2(song.width(), RULER));
    let lanes = Rect::from_min_max(pos2(song.left(), ruler.bottom() + GAP), song.max);
    state.view.follow(state.reading.playhead, song.width());
    let corner = Rect::from_min_size(rect.min, vec2(strip::WIDTH, RULER));
    ruler::corner(ui, corner, song.width(), state);
    let response = hand(ui, song, state);
    ruler::show(ui, ruler, state);
    let height = (lanes.height() - 5.0 * GAP) / 6.0;
    let place = |index: usize| lanes.top() + index as f32 * (height + GAP);
    let scale = lane::Scale::new(state, lanes);
    let over_ruler = response.hover_pos().filter(|&pointer| ruler.contains(pointer));
    let mut told = over_ruler.map(|pointer| hover_text::ruler(state.view.tick(pointer.x - song.left()), state));
    for (index, part) in [None].into_iter().chain(Part::ALL.map(Some)).enumerate() {
        let left = Rect::from_min_size(pos2(rect.left(), place(index)), vec2(strip::WIDTH, height));
        let right = Rect::from_min_size(pos2(lanes.left(), place(index)), vec2(lanes.width(), height));
        if let Some(pointer) = response.hover_pos().filter(|&pointer| right.contains(pointer)) {
            told = hover_text::lane(part, right, pointer, state);
        }
        lane::show(ui, right, part, &scale, hands, state);
        match part {
            None => strip::show_melody(ui, left, hands, state),
            Some(part) => strip::show(ui, left, part, hands, state),
        }
    }
    playhead(ui, song, state);
    if let Some(told) = told {
        response.on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(320.0);
            ui.label(told);
        });
    }
    if is_new(state) {
        welcome(ui, lanes);
    }
    song
}

/// The last tick that there is anything at.
pub fn end_of_song(state: &State) -> Tick {
    let score = &state.snapshot.score;
    let phrases = score.phrases().last().map_or(0, |phrase| phrase.span.end);
    let melody = score.melody().iter().map(continuo_engine::note::Note::end).max().unwrap_or(0);
    phrases.max(melody)
}

/// Wheel, drag, click and keys over ruler and lanes.
fn hand(ui: &Ui, song: Rect, state: &mut State) -> Response {
    let response = ui.interact(song, ui.scope_id().with("roll"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Roll"));
    if response.dragged() {
        state.view.scroll(-response.drag_delta().x);
    }
    let pointer = response.hover_pos();
    if let Some(pointer) = pointer {
        let (delta, zoom) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
        if (zoom - 1.0).abs() > 1e-4 {
            state.view.zoom(zoom, pointer.x - song.left());
        }
        let along = delta.x + delta.y;
        if along != 0.0 {
            state.view.scroll(-along);
        }
    }
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        let tick = state.view.tick(pointer.x - song.left());
        let chosen = state.snapshot.score.phrase_at(tick).map(|phrase| phrase.span.start);
        // Clicking the chosen phrase again lets the choice follow the playhead.
        state.selected = chosen.filter(|_| state.selected != chosen);
    }
    if response.double_clicked() {
        state.view.follow = true;
        state.selected = None;
    }
    if response.has_focus() {
        control::keep_arrows(ui, &response);
        let pressed = |key| ui.input(|input| input.num_presses(key)) as isize;
        choose_beside(state, pressed(Key::ArrowRight) - pressed(Key::ArrowLeft), song.width());
        let zoom = pressed(Key::ArrowUp) - pressed(Key::ArrowDown);
        if zoom != 0 {
            state.view.zoom(1.4_f32.powi(zoom as i32), song.width() / 2.0);
        }
    }
    control::focus_ring(ui, &response, song);
    response
}

/// Chooses a phrase so many to the right of the one that edits are about, and brings it into sight.
fn choose_beside(state: &mut State, steps: isize, width: f32) {
    let phrases = state.snapshot.score.phrases();
    if steps == 0 || phrases.is_empty() {
        return;
    }
    // The one that holds the focus, or else the first after it.
    let now = phrases.partition_point(|phrase| phrase.span.end <= state.focus());
    let to = now.saturating_add_signed(steps).min(phrases.len() - 1);
    let span = phrases[to].span;
    state.selected = Some(span.start);
    if state.view.x(span.start) < 0.0 || state.view.x(span.end) > width {
        state.view.scroll(state.view.x(span.start));
    }
}

fn playhead(ui: &Ui, song: Rect, state: &State) {
    let x = song.left() + state.view.x(state.reading.playhead);
    if !song.x_range().contains(x) {
        return;
    }
    let colour = if state.reading.rolling { theme::BRIGHT } else { theme::QUIET };
    ui.painter().vline(x, song.top() + 8.0..=song.bottom(), Stroke::new(1.5, colour));
    let tip = pos2(x, song.top() + 12.0);
    let head = vec![tip, tip + vec2(-5.5, -8.0), tip + vec2(5.5, -8.0)];
    ui.painter().add(egui::Shape::convex_polygon(head, colour, Stroke::NONE));
}

/// Whether nothing was played yet. Drums may be there: they are made before a melody is.
pub fn is_new(state: &State) -> bool {
    let score = &state.snapshot.score;
    let has_pitches =
        || score.phrases().iter().any(|phrase| Part::PITCHED.iter().any(|&part| !phrase.parts[part].is_empty()));
    score.melody().is_empty() && state.snapshot.hearing.is_empty() && !has_pitches()
}

/// What to do when there is nothing yet.
fn welcome(ui: &Ui, lanes: Rect) {
    let sentences = [
        ("Play a melody.", theme::heading(), theme::BRIGHT),
        ("Let the transport roll and play: drums come in at once, the ensemble follows.", theme::text(), theme::QUIET),
        ("Or drop a MIDI file of a melody here, and the whole song is arranged at once.", theme::text(), theme::QUIET),
    ];
    let width = 560.0_f32.min(lanes.width() - 16.0);
    let card = Rect::from_center_size(lanes.center(), vec2(width, 112.0));
    ui.painter().rect_filled(card, 8.0, theme::CARD);
    ui.painter().rect_stroke(card, 8.0, Stroke::new(1.0, theme::BAR_LINE), egui::StrokeKind::Inside);
    for (index, (line, font, colour)) in sentences.into_iter().enumerate() {
        let at = pos2(card.center().x, card.top() + 26.0 + 30.0 * index as f32);
        ui.painter().text(at, Align2::CENTER_CENTER, line, font, colour);
    }
}
