//! The small pictures of the help page's steps, drawn with shapes.

use crate::editor::theme;
use continuo_music::part::Part;
use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// The melody's track, with Continuo on it.
    Plugin,
    /// Continuo's channels, each on its way to a track.
    Channels,
    /// Copies of Continuo's track, each with another part.
    Copies,
    /// A loop: a first pass that listens, and a second one that knows.
    Loop,
    /// A MIDI file and the timeline.
    Files,
    /// Keys, one of which is down.
    Keys,
    /// Continuo, and a loudspeaker.
    Sound,
}

/// The size of a picture.
pub const SIZE: egui::Vec2 = vec2(200.0, 92.0);

/// Draws a picture.
pub fn draw(painter: &Painter, picture: Picture, rect: Rect) {
    painter.rect_filled(rect, theme::ROUND, theme::ground());
    match picture {
        Picture::Plugin => plugin(painter, rect),
        Picture::Channels => channels(painter, rect),
        Picture::Copies => copies(painter, rect),
        Picture::Loop => passes(painter, rect),
        Picture::Files => files(painter, rect),
        Picture::Keys => keys(painter, rect),
        Picture::Sound => sound(painter, rect),
    }
}

fn words(painter: &Painter, at: Pos2, text: &str, colour: Color32) {
    painter.text(at, Align2::CENTER_CENTER, text, theme::small(), colour);
}

/// A box with a word.
fn device(painter: &Painter, rect: Rect, text: &str) {
    painter.rect_filled(rect, theme::ROUND, theme::control());
    painter.rect_stroke(rect, theme::ROUND, Stroke::new(1.0, theme::accent()), StrokeKind::Inside);
    words(painter, rect.center(), text, theme::bright());
}

/// A tune of five notes.
fn notes(painter: &Painter, rect: Rect, colour: Color32) {
    let width = rect.width() / 5.0;
    for (index, height) in [0.7_f32, 0.4, 0.1, 0.4, 0.7].into_iter().enumerate() {
        let at = rect.min + vec2(width * index as f32, height * (rect.height() - 4.0));
        painter.rect_filled(Rect::from_min_size(at, vec2(width - 2.0, 4.0)), 1.0, colour);
    }
}

/// An arrow to the right.
fn arrow(painter: &Painter, from: Pos2, to: Pos2, colour: Color32) {
    painter.line_segment([from, to], Stroke::new(1.5, colour));
    let along = (to - from).normalized();
    let across = vec2(-along.y, along.x);
    let head = vec![to, to - 7.0 * along + 3.5 * across, to - 7.0 * along - 3.5 * across];
    painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));
}

/// A track with a word, in a part's colour.
fn track(painter: &Painter, rect: Rect, text: &str, colour: Color32) {
    painter.rect_filled(rect, theme::ROUND, theme::card());
    painter.rect_filled(Rect::from_min_size(rect.min, vec2(4.0, rect.height())), 2.0, colour);
    painter.text(rect.left_center() + vec2(10.0, 0.0), Align2::LEFT_CENTER, text, theme::small(), theme::bright());
}

fn plugin(painter: &Painter, rect: Rect) {
    let lane = Rect::from_center_size(rect.center(), vec2(rect.width() - 16.0, 56.0));
    track(painter, lane, "", theme::of(None));
    notes(painter, Rect::from_min_size(lane.min + vec2(12.0, 16.0), vec2(58.0, 24.0)), theme::of(None));
    let place = Rect::from_min_size(lane.min + vec2(98.0, 14.0), vec2(78.0, 28.0));
    arrow(painter, lane.left_center() + vec2(74.0, 0.0), place.left_center() - vec2(3.0, 0.0), theme::quiet());
    device(painter, place, "Continuo");
}

fn channels(painter: &Painter, rect: Rect) {
    let place = Rect::from_min_size(rect.left_center() + vec2(8.0, -14.0), vec2(70.0, 28.0));
    device(painter, place, "Continuo");
    let rows = [(Part::Bass, "Bass: 2"), (Part::Chords, "Chords: 3"), (Part::Drums, "Drums: 10")];
    for (index, (part, text)) in rows.into_iter().enumerate() {
        let lane = Rect::from_min_size(rect.min + vec2(108.0, 7.0 + 27.0 * index as f32), vec2(84.0, 24.0));
        track(painter, lane, text, theme::of(Some(part)));
        arrow(painter, place.right_center(), lane.left_center() - vec2(2.0, 0.0), theme::of(Some(part)));
    }
}

fn copies(painter: &Painter, rect: Rect) {
    let rows = [(Part::Bass, "Solo: Bass"), (Part::Chords, "Solo: Chords"), (Part::Drums, "Solo: Drums")];
    for (index, (part, text)) in rows.into_iter().enumerate() {
        let top = rect.min + vec2(8.0, 7.0 + 27.0 * index as f32);
        device(painter, Rect::from_min_size(top, vec2(70.0, 24.0)), "Continuo");
        let lane = Rect::from_min_size(top + vec2(84.0, 0.0), vec2(100.0, 24.0));
        track(painter, lane, text, theme::of(Some(part)));
    }
}

fn passes(painter: &Painter, rect: Rect) {
    let half = (rect.width() - 24.0) / 2.0;
    for (index, text) in ["1: listens", "2: knows"].into_iter().enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(8.0 + index as f32 * (half + 8.0), 10.0), vec2(half, 46.0));
        painter.rect_filled(place, theme::ROUND, theme::card());
        let inside = place.shrink2(vec2(8.0, 6.0));
        let upper = Rect::from_min_size(inside.min, vec2(inside.width(), 14.0));
        notes(painter, upper, theme::of(None));
        if index == 1 {
            let lower = Rect::from_min_max(inside.left_center() + vec2(0.0, 4.0), inside.max);
            notes(painter, lower, theme::of(Some(Part::Strings)));
        }
        words(painter, pos2(place.center().x, rect.bottom() - 17.0), text, theme::quiet());
    }
}

fn files(painter: &Painter, rect: Rect) {
    let sheet = Rect::from_min_size(rect.min + vec2(14.0, 14.0), vec2(52.0, 64.0));
    painter.rect_filled(sheet, theme::ROUND, theme::control());
    painter.rect_stroke(sheet, theme::ROUND, Stroke::new(1.0, theme::accent()), StrokeKind::Inside);
    words(painter, sheet.center(), ".mid", theme::bright());
    arrow(painter, sheet.right_center() + vec2(6.0, 0.0), rect.left_center() + vec2(98.0, 0.0), theme::quiet());
    for (index, part) in [Part::Bass, Part::Chords, Part::Drums].into_iter().enumerate() {
        let lane = Rect::from_min_size(rect.min + vec2(106.0, 7.0 + 27.0 * index as f32), vec2(86.0, 24.0));
        track(painter, lane, "", theme::of(Some(part)));
        notes(painter, lane.shrink2(vec2(12.0, 6.0)), theme::of(Some(part)));
    }
}

fn keys(painter: &Painter, rect: Rect) {
    const WHITE: usize = 10;
    let place = rect.shrink2(vec2(10.0, 14.0));
    let width = place.width() / WHITE as f32;
    for index in 0..WHITE {
        let key = Rect::from_min_size(place.min + vec2(width * index as f32, 0.0), vec2(width - 1.0, place.height()));
        let colour = if index == 4 { theme::of(None) } else { theme::mix(theme::bright(), theme::card(), 0.15) };
        painter.rect_filled(key, 2.0, colour);
    }
    for index in (1..WHITE).filter(|index| ![3, 7].contains(index)) {
        let at = place.min + vec2(width * index as f32 - 0.3 * width, 0.0);
        painter.rect_filled(Rect::from_min_size(at, vec2(0.6 * width, 0.6 * place.height())), 1.0, theme::ground());
    }
}

fn sound(painter: &Painter, rect: Rect) {
    let place = Rect::from_min_size(rect.left_center() + vec2(14.0, -14.0), vec2(78.0, 28.0));
    device(painter, place, "Continuo");
    let at = rect.left_center() + vec2(128.0, 0.0);
    arrow(painter, place.right_center() + vec2(4.0, 0.0), at - vec2(6.0, 0.0), theme::quiet());
    painter.rect_filled(Rect::from_min_max(at - vec2(0.0, 8.0), at + vec2(10.0, 8.0)), 1.0, theme::bright());
    let cone = vec![at + vec2(10.0, -8.0), at + vec2(22.0, -18.0), at + vec2(22.0, 18.0), at + vec2(10.0, 8.0)];
    painter.add(Shape::convex_polygon(cone, theme::bright(), Stroke::NONE));
    for (radius, part) in [(10.0_f32, Part::Chords), (18.0, Part::Bass), (26.0, Part::Drums)] {
        let wave = (-6_i8..=6).map(|step| {
            let angle = f32::from(step) * 0.12;
            at + vec2(22.0 + radius * angle.cos(), radius * angle.sin() * 1.3)
        });
        painter.add(Shape::line(wave.collect(), Stroke::new(2.0, theme::of(Some(part)))));
    }
}
