//! Just enough SVG.

use std::fmt::Write;

/// SVG text that grows.
pub struct Svg(String);

impl Svg {
    /// A page of one colour, in pixels.
    pub fn new(width: f32, height: f32, background: &str) -> Self {
        let mut svg = Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"Ubuntu\">"
        ));
        svg.rectangle((0.0, 0.0, width, height), 0.0, background, 1.0);
        svg
    }

    /// A filled rectangle: left, top, width, height, radius of its corners.
    pub fn rectangle(&mut self, (x, y, width, height): (f32, f32, f32, f32), radius: f32, colour: &str, opacity: f32) {
        let _ = write!(
            self.0,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" rx=\"{radius}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>"
        );
    }

    /// A line.
    pub fn line(&mut self, (x1, y1): (f32, f32), (x2, y2): (f32, f32), colour: &str, width: f32) {
        let _ = write!(
            self.0,
            "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        );
    }

    /// Text at a baseline; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, x: f32, y: f32, size: f32, colour: &str, anchor: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace(|c: char| c.is_control(), " ");
        let _ = write!(
            self.0,
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" fill=\"{colour}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }
}

/// About how wide a text is, in pixels.
pub fn text_width(text: &str, size: f32) -> f32 {
    text.chars().count() as f32 * size * 0.53
}
