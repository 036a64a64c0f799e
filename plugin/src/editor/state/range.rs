//! Bars of some lanes, selected by the player.

use continuo_music::{meter::MeterMap, part::Part, time::Tick};
use std::ops::Range;

/// The lanes from the top: the melody, then the parts.
const LANES: usize = 1 + Part::ALL.len();

/// What is in a lane; `None` for the melody.
pub fn lane(index: usize) -> Option<Part> {
    index.checked_sub(1).and_then(|index| Part::ALL.get(index).copied())
}

/// A bar of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The lane, from the top.
    pub lane: usize,
    /// The bar's ticks.
    pub bar: Range<Tick>,
}

impl Field {
    /// The bar of a lane that holds a tick; the song begins at 0.
    pub fn at(lane: usize, tick: Tick, meters: &MeterMap) -> Self {
        let bar = meters.phrase_at(tick.max(0), 1);
        Self { lane: lane.min(LANES - 1), bar: bar.start.max(0)..bar.end }
    }
}

/// Selected bars of neighbouring lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedRange {
    /// Where the selection began.
    pub anchor: Field,
    /// Up to where it was extended.
    pub end: Field,
}

impl SelectedRange {
    /// One bar of one lane.
    pub fn of(field: Field) -> Self {
        Self { anchor: field.clone(), end: field }
    }

    /// The bars.
    pub fn bars(&self) -> Range<Tick> {
        self.anchor.bar.start.min(self.end.bar.start)..self.anchor.bar.end.max(self.end.bar.end)
    }

    /// What is in the lanes; `None` for the melody.
    pub fn lanes(&self) -> impl Iterator<Item = Option<Part>> + use<> {
        let (one, other) = (self.anchor.lane, self.end.lane);
        (one.min(other)..=one.max(other)).map(lane)
    }

    /// Whether a lane is selected.
    pub fn has(&self, wanted: Option<Part>) -> bool {
        self.lanes().any(|lane| lane == wanted)
    }

    /// The lanes and bars in words, such as `Melody to Bass, bars 3-6`.
    pub fn in_words(&self, meters: &MeterMap) -> String {
        let name = |lane: Option<Part>| lane.map_or("Melody", Part::name);
        let lanes: Vec<Option<Part>> = self.lanes().collect();
        let lanes = match lanes[..] {
            [only] => name(only).to_owned(),
            [first, .., last] => format!("{} to {}", name(first), name(last)),
            [] => String::new(),
        };
        let bars = self.bars();
        let (first, last) = (meters.bar_number(bars.start), meters.bar_number(bars.end - 1));
        if first == last { format!("{lanes}, bar {first}") } else { format!("{lanes}, bars {first}-{last}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_reaches_from_its_anchor_in_all_directions() {
        let meters = MeterMap::default();
        let mut range = SelectedRange::of(Field::at(2, 9000, &meters));
        assert_eq!(range.in_words(&meters), "Bass, bar 3");
        range.end = Field::at(0, 100, &meters);
        assert_eq!((range.bars(), range.in_words(&meters)), (0..11_520, "Melody to Bass, bars 1-3".to_owned()));
        assert!(range.has(None) && range.has(Some(Part::Drums)) && !range.has(Some(Part::Chords)));
        range.end = Field::at(99, -50, &meters);
        assert_eq!((range.end.lane, range.end.bar.start), (5, 0), "there is no lane below and no bar before");
    }
}
