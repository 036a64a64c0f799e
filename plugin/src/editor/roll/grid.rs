//! Where bars, beats and phrases lie.

use crate::editor::state::State;
use continuo_music::time::Tick;
use std::ops::Range;

/// Where bars, beats and phrases lie; the same for all lanes.
pub struct Grid {
    /// The bar lines, in points from the left edge.
    pub bars: Vec<f32>,
    /// The beats between them, likewise.
    pub beats: Vec<f32>,
    /// The edges of the chosen phrase, likewise, if it is visible.
    pub chosen: Option<(f32, f32)>,
    /// The visible ticks.
    pub ticks: Range<Tick>,
}

impl Grid {
    /// The grid of what is visible in a width.
    pub fn new(state: &State, width: f32) -> Self {
        let axis = state.time_axis;
        let ticks = axis.tick(0.0)..axis.tick(width) + 1;
        let meters = &state.snapshot.score.meters;
        let (mut bars, mut beats) = (Vec::new(), Vec::new());
        let mut bar = meters.bar_start(ticks.start);
        while bar < ticks.end {
            let meter = meters.at(bar).meter;
            bars.push(axis.x(bar));
            // Beats that are closer would only make the background grey.
            if axis.x(meter.beat_ticks()) - axis.x(0) >= 11.0 {
                beats.extend((1..Tick::from(meter.numerator)).map(|beat| axis.x(bar + beat * meter.beat_ticks())));
            }
            bar = meters.bar_start(bar + meter.bar_ticks());
        }
        let chosen = state.snapshot.score.phrase_at(state.target_tick()).map(|phrase| phrase.span);
        let chosen = chosen.filter(|span| span.start < ticks.end && ticks.start < span.end);
        let chosen = chosen.map(|span| (axis.x(span.start), axis.x(span.end)));
        Self { bars, beats, chosen, ticks }
    }
}
