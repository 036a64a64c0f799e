//! The picture of a whole song.
//!
//! It is composed as SVG text, and `resvg` draws it with a font of its own, so that it looks the same on a machine without
//! fonts.

use super::{
    colour,
    svg::{Svg, text_width},
    system::{Rows, System},
    voice::Voice,
};
use anyhow::{Context, Result};
use continuo_music::{meter::MeterMap, part::Part, time::Tick};
use std::path::Path;

/// Width in pixels.
const WIDTH: f32 = 1920.0;
/// Height in pixels of a song that fits onto one page of two systems; a longer song makes a longer picture.
const PAGE_HEIGHT: f32 = 1080.0;
const MARGIN: f32 = 36.0;
const HEADER: f32 = 112.0;
const GAP: f32 = 30.0;
/// Most quarter notes in a system: eight bars of 4/4.
const QUARTERS_IN_SYSTEM: Tick = 32;

/// What the picture shows.
pub struct SongPicture<'a> {
    /// The tune's name.
    pub title: &'a str,
    /// More about it: genre, tempo, model.
    pub subtitle: &'a str,
    /// The melody and the parts.
    pub voices: &'a [Voice<'a>],
    /// The bars.
    pub meters: &'a MeterMap,
    /// Where the song ends.
    pub end: Tick,
}

impl SongPicture<'_> {
    /// Draws the picture into a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn draw(&self, file: &Path) -> Result<()> {
        let (svg, height) = self.compose();
        let mut options = resvg::usvg::Options { font_family: "Ubuntu".to_owned(), ..Default::default() };
        options.fontdb_mut().load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
        let tree = resvg::usvg::Tree::from_str(&svg, &options).context("the picture could not be composed")?;
        let mut pixels =
            resvg::tiny_skia::Pixmap::new(WIDTH as u32, height as u32).context("the picture is too large")?;
        resvg::render(&tree, resvg::tiny_skia::Transform::identity(), &mut pixels.as_mut());
        let png = pixels.encode_png().context("the picture could not be encoded")?;
        std::fs::write(file, png).with_context(|| format!("{} could not be written", file.display()))
    }

    fn compose(&self) -> (String, f32) {
        let spans = self.systems();
        let rows = Rows::of(self.voices);
        let on_a_page = PAGE_HEIGHT - HEADER - MARGIN + GAP;
        let height = (on_a_page / spans.len().clamp(1, 2) as f32 - GAP).min(rows.comfortable_height());
        let page = HEADER + (height + GAP) * spans.len() as f32 - GAP + MARGIN;
        let mut svg = Svg::new(WIDTH, page, colour::BACKGROUND);
        self.header(&mut svg);
        for (index, &(start, end)) in spans.iter().enumerate() {
            let top = HEADER + (height + GAP) * index as f32;
            let longest = spans.iter().map(|span| span.1 - span.0).max().unwrap_or(1);
            let system = System {
                left: MARGIN + 64.0,
                top,
                width: (WIDTH - 2.0 * MARGIN - 64.0) * (end - start) as f32 / longest as f32,
                height,
                start,
                end,
                rows: &rows,
            };
            system.draw(&mut svg, self.voices, self.meters);
        }
        (svg.finish(), page)
    }

    /// Whole bars, as many as fit, in each system.
    pub(super) fn systems(&self) -> Vec<(Tick, Tick)> {
        let mut systems = vec![];
        let mut start = 0;
        while start < self.end {
            let mut end = start;
            loop {
                let next = self.meters.phrase_at(end, 1).end;
                if end > start && next - start > QUARTERS_IN_SYSTEM * 960 {
                    break;
                }
                end = next;
                if end >= self.end {
                    break;
                }
            }
            systems.push((start, end));
            start = end;
        }
        systems
    }

    fn header(&self, svg: &mut Svg) {
        svg.text(MARGIN, 52.0, 34.0, colour::BRIGHT, "start", self.title);
        svg.text(MARGIN, 84.0, 19.0, colour::QUIET, "start", self.subtitle);
        let mut right = WIDTH - MARGIN;
        for voice in self.voices.iter().rev() {
            let name = voice.part.map_or("Melody", Part::name);
            let label = format!("{name} · ch {}", voice.channel);
            right -= text_width(&label, 19.0);
            svg.text(right, 52.0, 19.0, colour::BRIGHT, "start", &label);
            right -= 26.0;
            svg.rectangle((right, 38.0, 18.0, 16.0), 3.0, &colour::of(voice.part), 1.0);
            right -= 26.0;
        }
    }
}
