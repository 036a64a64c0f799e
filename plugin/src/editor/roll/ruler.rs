//! The ruler above the lanes, with bars, the loop and the phrases; and the corner beside it, with the buttons that
//! scroll and zoom.

use crate::editor::{
    panels::part_strip,
    roll::section_lane,
    state::State,
    theme,
    widgets::{
        button::{button, toggle},
        icon::{self, Icon},
        look::Face,
    },
};
use continuo_engine::score::{Phrase, Takes};
use egui::{Align2, Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

/// The height of the row of phrases.
const PHRASES: f32 = 22.0;

/// Where the sections lie on the ruler: between the numbers of the bars and the phrases.
pub fn sections(ruler: Rect) -> Rect {
    let bottom = ruler.bottom() - PHRASES;
    Rect::from_min_max(pos2(ruler.left(), bottom - section_lane::HEIGHT), pos2(ruler.right(), bottom))
}

/// Draws the ruler.
pub fn show(ui: &Ui, rect: Rect, state: &State) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUND, theme::card());
    let (axis, score) = (state.time_axis, &state.snapshot.score);
    let at = |tick| rect.left() + axis.x(tick);
    let bars = Rect::from_min_max(rect.min, pos2(rect.right(), sections(rect).top()));
    if let Some((start, end)) = state.playback.cycle {
        let cycle = Rect::from_x_y_ranges(at(start)..=at(end), bars.bottom() - 4.0..=bars.bottom());
        painter.rect_filled(cycle, 2.0, theme::fill());
    }
    let mut bar = score.meters.bar_start(axis.tick(0.0));
    let end = axis.tick(rect.width());
    // The room for a number.
    let wide = |step: &i64| axis.x(step * score.meters.at(bar).meter.bar_ticks()) - axis.x(0) >= 34.0;
    let step = [1, 2, 4, 8, 16, 32, 64].into_iter().find(wide).unwrap_or(128);
    while bar <= end {
        let number = state.snapshot.bar(bar);
        let shown = (number - 1).rem_euclid(step) == 0;
        let top = if shown { bars.top() + 6.0 } else { bars.bottom() - 6.0 };
        painter.vline(at(bar), top..=bars.bottom(), Stroke::new(1.0, theme::bar_line()));
        if shown {
            let place = pos2(at(bar) + 5.0, bars.center().y);
            painter.text(place, Align2::LEFT_CENTER, number.to_string(), theme::small(), theme::quiet());
        }
        bar = score.meters.bar_start(bar + score.meters.at(bar).meter.bar_ticks());
    }
    let chosen = score.phrase_at(state.target_tick()).map(|phrase| phrase.span.start);
    for (phrase, &settled) in score.phrases().iter().zip(&state.snapshot.settled) {
        let cell = Rect::from_x_y_ranges(
            at(phrase.span.start) + 1.0..=at(phrase.span.end) - 1.0,
            rect.bottom() - PHRASES + 2.0..=rect.bottom() - 2.0,
        );
        if cell.intersects(rect) {
            phrase_chip(ui, rect, cell, phrase, settled, chosen == Some(phrase.span.start), state);
        }
    }
}

/// Draws a phrase: whether it is final or a prediction, and which take it is.
fn phrase_chip(ui: &Ui, clip: Rect, cell: Rect, phrase: &Phrase, settled: bool, chosen: bool, state: &State) {
    let painter = ui.painter_at(clip);
    let fill = if chosen { theme::fill() } else { theme::control() };
    painter.rect_filled(cell, theme::ROUND, if settled { fill } else { theme::mix(theme::card(), fill, 0.5) });
    let edge = if chosen { theme::accent() } else { theme::bar_line() };
    if settled {
        if chosen {
            painter.rect_stroke(cell, theme::ROUND, Stroke::new(1.0, edge), StrokeKind::Inside);
        }
    } else {
        let corners = [cell.left_top(), cell.right_top(), cell.right_bottom(), cell.left_bottom(), cell.left_top()];
        painter.extend(egui::Shape::dashed_line(&corners, Stroke::new(1.0, edge), 4.0, 3.0));
    }
    let takes = state.snapshot.score.takes(phrase.span.start);
    let marked = takes.and_then(Takes::current).is_some_and(|take| take.favourite);
    let word = match settled {
        true if state.snapshot.is_silent(&phrase.span) => "no melody",
        true => "final",
        false => "prediction",
    };
    let text = match takes.map(|takes| (takes.chosen() + 1, takes.list().len())) {
        Some((chosen, all)) if all > 1 => format!("{word} · take {chosen} of {all}"),
        _ => word.to_owned(),
    };
    let letter = state.snapshot.form.letter(phrase.span.start).map(|letter| letter.to_string());
    let with_letter = |text: String| letter.as_ref().map_or(text.clone(), |letter| format!("{letter} · {text}"));
    let visible = cell.intersect(clip);
    let text = [with_letter(text), with_letter(word.to_owned()), letter.clone().unwrap_or_else(|| word.to_owned())]
        .into_iter()
        .map(|text| painter.layout_no_wrap(text, theme::small(), theme::bright()))
        .find(|galley| galley.size().x + 14.0 + if marked { 18.0 } else { 0.0 } < visible.width());
    let mut x = visible.left() + 7.0;
    if marked && visible.width() > 20.0 {
        let star = Rect::from_center_size(pos2(x + 6.0, cell.center().y), vec2(14.0, 14.0));
        icon::draw(&painter, Icon::StarFilled, star, theme::accent());
        x += 18.0;
    }
    if let Some(text) = text {
        painter.galley(pos2(x, cell.center().y - text.size().y / 2.0), text, theme::bright());
    }
}

/// Draws the corner: follow, zoom.
pub fn corner(ui: &mut Ui, rect: Rect, width: f32, state: &mut State) {
    let row =
        Rect::from_min_size(rect.min + vec2(0.0, rect.height() - theme::ROW), vec2(part_strip::WIDTH, theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("corner"), |ui| {
        ui.horizontal(|ui| {
            let help = "keep the playhead visible. A double-click on the roll also switches this on.";
            let size = vec2(96.0, theme::ROW);
            if toggle(ui, size, state.time_axis.follow, Face::Word("Follow"), "Follow", help, theme::accent()).clicked()
            {
                state.time_axis.follow = !state.time_axis.follow;
            }
            let small = vec2(36.0, theme::ROW);
            let help = "Show more of the song. Or turn the wheel over the roll while you hold Ctrl.";
            if button(ui, small, Face::Icon(Icon::Less), "Zoom out", help).clicked() {
                state.time_axis.zoom(1.0 / 1.4, width / 2.0);
            }
            let help = "Show the song larger. Or turn the wheel over the roll while you hold Ctrl.";
            if button(ui, small, Face::Icon(Icon::More), "Zoom in", help).clicked() {
                state.time_axis.zoom(1.4, width / 2.0);
            }
            let help = "Show the whole song.";
            if button(ui, vec2(96.0, theme::ROW), Face::Word("Whole song"), "Whole song", help).clicked() {
                state.time_axis.show_all(state.snapshot.end(), width);
            }
        });
    });
}
