//! Small drawings on buttons, made of shapes because no font has them all.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A triangle to the right.
    Play,
    /// A square.
    Stop,
    /// A bar and a triangle to the left.
    Rewind,
    /// A triangle to the left.
    Back,
    /// A triangle to the right.
    Forward,
    /// An arrow that turns back.
    Undo,
    /// An arrow that turns forward.
    Redo,
    /// Two arrows in a circle.
    Again,
    /// A padlock.
    Lock,
    /// Five points.
    Star,
    /// Five points, filled.
    StarFilled,
    /// A die.
    Dice,
    /// A question mark.
    Help,
    /// A minus.
    Less,
    /// A plus.
    More,
}

/// Draws an icon in the middle of a rectangle, about 14 points wide.
pub fn draw(painter: &Painter, icon: Icon, rect: Rect, colour: Color32) {
    let c = rect.center();
    let stroke = Stroke::new(1.7, colour);
    let filled = |points: Vec<Pos2>| Shape::convex_polygon(points, colour, Stroke::NONE);
    let triangle = |c: Pos2, to: f32| {
        filled(vec![pos2(c.x - 4.0 * to, c.y - 5.5), pos2(c.x + 5.0 * to, c.y), pos2(c.x - 4.0 * to, c.y + 5.5)])
    };
    match icon {
        Icon::Play | Icon::Forward => {
            painter.add(triangle(c, 1.0));
        }
        Icon::Back => {
            painter.add(triangle(c, -1.0));
        }
        Icon::Stop => {
            painter.rect_filled(Rect::from_center_size(c, vec2(10.0, 10.0)), 1.0, colour);
        }
        Icon::Rewind => {
            painter.rect_filled(Rect::from_center_size(c - vec2(5.5, 0.0), vec2(2.0, 10.0)), 0.0, colour);
            painter.add(triangle(c + vec2(1.0, 0.0), -1.0));
        }
        Icon::Undo => turn(painter, c, -1.0, stroke),
        Icon::Redo => turn(painter, c, 1.0, stroke),
        Icon::Again => {
            let arc = |from: f32, to: f32| -> Vec<Pos2> {
                (0..=10).map(|step| c + 5.5 * egui::Vec2::angled(from + (to - from) * step as f32 / 10.0)).collect()
            };
            for from in [0.35_f32, 0.35 + std::f32::consts::PI] {
                let points = arc(from, from + 2.2);
                let end = points[points.len() - 1];
                painter.line(points, stroke);
                let along = egui::Vec2::angled(from + 2.2 + std::f32::consts::FRAC_PI_2);
                let across = egui::Vec2::angled(from + 2.2);
                painter.add(filled(vec![end + 3.6 * along, end + 2.8 * across, end - 2.8 * across]));
            }
        }
        Icon::Lock => {
            painter.rect_filled(Rect::from_center_size(c + vec2(0.0, 2.5), vec2(10.0, 7.5)), 1.5, colour);
            let shackle: Vec<Pos2> = (0..=10)
                .map(|step| std::f32::consts::PI * (1.0 + step as f32 / 10.0))
                .map(|angle| c + vec2(3.2 * angle.cos(), -1.5 + 4.0 * angle.sin()))
                .collect();
            painter.line(shackle, stroke);
        }
        Icon::Star | Icon::StarFilled => {
            let points: Vec<Pos2> = (0..10)
                .map(|point| {
                    let radius = if point % 2 == 0 { 7.0 } else { 3.0 };
                    c + radius * egui::Vec2::angled(std::f32::consts::PI * (point as f32 / 5.0 - 0.5))
                })
                .collect();
            if icon == Icon::StarFilled {
                // A star is not convex, so it is drawn as five convex points around its centre.
                for point in (0..10).step_by(2) {
                    painter.add(filled(vec![c, points[(point + 9) % 10], points[point], points[(point + 1) % 10]]));
                }
            } else {
                painter.add(Shape::closed_line(points, Stroke::new(1.3, colour)));
            }
        }
        Icon::Dice => {
            let face = Rect::from_center_size(c, vec2(13.0, 13.0));
            painter.rect_stroke(face, 3.0, Stroke::new(1.4, colour), StrokeKind::Middle);
            for offset in [vec2(-3.0, -3.0), vec2(3.0, 3.0), vec2(0.0, 0.0), vec2(3.0, -3.0), vec2(-3.0, 3.0)] {
                painter.circle_filled(c + offset, 1.3, colour);
            }
        }
        Icon::Help => {
            let bow: Vec<Pos2> = (0..=10)
                .map(|step| std::f32::consts::PI * (1.0 + 1.45 * step as f32 / 10.0))
                .map(|angle| c + vec2(3.6 * angle.cos(), -2.6 + 3.4 * angle.sin()))
                .chain([c + vec2(0.0, 3.0)])
                .collect();
            painter.line(bow, stroke);
            painter.circle_filled(c + vec2(0.0, 6.2), 1.3, colour);
        }
        Icon::Less | Icon::More => {
            painter.line_segment([c - vec2(5.0, 0.0), c + vec2(5.0, 0.0)], stroke);
            if icon == Icon::More {
                painter.line_segment([c - vec2(0.0, 5.0), c + vec2(0.0, 5.0)], stroke);
            }
        }
    }
}

/// An arrow that goes over the top; `to` is -1 for left and 1 for right.
fn turn(painter: &Painter, c: Pos2, to: f32, stroke: Stroke) {
    let arc: Vec<Pos2> = (0..=12)
        .map(|step| std::f32::consts::PI * (1.0 + step as f32 / 12.0))
        .map(|angle| c + vec2(5.0 * angle.cos(), 2.5 + 5.0 * angle.sin()))
        .collect();
    painter.line(arc, stroke);
    let tip = c + vec2(5.0 * to, 6.5);
    let head = vec![tip, tip + vec2(-3.8, -4.6), tip + vec2(3.8, -4.6)];
    painter.add(Shape::convex_polygon(head, stroke.color, Stroke::NONE));
}
