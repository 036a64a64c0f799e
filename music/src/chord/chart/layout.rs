//! What a chart consists of.

use super::beats::Beats;
use crate::{
    chord::{Chord, ChordSpan},
    key::Key,
    meter::{Meter, MeterChange, MeterMap},
    time::Tick,
};
use std::ops::Range;

/// The most bars of a chart, repeats counted as often as they are played.
pub const MAX_BARS: usize = 10_000;

/// A chord chart. [`Chart::from_str`](std::str::FromStr) reads one, `to_string` writes one.
///
/// ```text
/// Key: Am              # if it is known; names of chords are written as in this key
/// Time: 3/4            # for the bars that follow; 4/4 without
/// [Intro]
/// Am | F | %           # % is the bar before once more
/// Verse:
/// ||: C | Am F | Dm7 G7 . | C/E :|| x3
/// F G / C | N.C.
/// ```
/// Bars are divided by `|` and by the ends of lines. The words of a bar share its beats evenly; `.` and `/` hold the chord
/// before for one more share, also over a bar line, and so does an empty bar. `||: … :||` is played twice, or as often as
/// `x` and a number say; without `||:` from the end of the repeat before, or from the beginning of the section. `#` begins a
/// comment at the beginning of a line or behind a space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its key, if it is written.
    pub key: Option<Key>,
    /// Its sections in order. Bars before the first heading are a section without a name.
    pub sections: Vec<Section>,
}

/// A part of a chart under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub name: Option<String>,
    /// Its bars as they are played, with all repeats.
    pub bars: Vec<Bar>,
}

/// A bar of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub(super) meter: Meter,
    pub(super) slots: Vec<Slot>,
}

/// A chord in a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The chord.
    pub chord: Chord,
    /// Its place in the bar, in the meter's beats.
    pub start: Beats,
    /// Its length, in the meter's beats.
    pub length: Beats,
}

impl Bar {
    /// Its meter.
    pub const fn meter(&self) -> Meter {
        self.meter
    }

    /// Its chords, one after another from its first beat to its last; at least one.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }
}

impl Chart {
    /// All bars in order.
    pub fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.sections.iter().flat_map(|section| &section.bars)
    }

    /// The number of bars.
    pub fn bar_count(&self) -> usize {
        self.bars().count()
    }

    /// Each section with its bars, counted from 0.
    pub fn section_bars(&self) -> impl Iterator<Item = (&Section, Range<usize>)> {
        self.sections.iter().scan(0, |next, section| {
            let first = *next;
            *next += section.bars.len();
            Some((section, first..*next))
        })
    }

    /// The meters that the chart writes, for a song that begins with its first bar at position 0.
    pub fn meters(&self) -> MeterMap {
        let mut tick = 0;
        MeterMap::from_changes(self.bars().map(|bar| {
            let change = MeterChange { tick, meter: bar.meter };
            tick += bar.meter.bar_ticks();
            change
        }))
    }

    /// The chords in a song, one chart bar for each of the song's bars from the one that contains `from`. In a bar of
    /// another length than the chart's, each chord keeps its share. A chord that is written again is one with the one
    /// before.
    ///
    /// ```
    /// use continuo_music::{chord::Chart, meter::MeterMap};
    ///
    /// let chart: Chart = "C | F G".parse()?;
    /// let spans = chart.placed(&MeterMap::default(), 0);
    /// assert_eq!(spans.iter().map(|span| span.span.start).collect::<Vec<_>>(), [0, 3840, 5760]);
    /// # Ok::<(), continuo_music::chord::ChartError>(())
    /// ```
    pub fn placed(&self, meters: &MeterMap, from: Tick) -> Vec<ChordSpan> {
        let mut spans: Vec<ChordSpan> = Vec::new();
        let mut start = meters.bar_start(from);
        for bar in self.bars() {
            let end = meters.phrase_at(start, 1).end;
            let tick = |beats: Beats| {
                let whole = i64::from(bar.meter.numerator) * i64::from(beats.denominator());
                start + ((end - start) * i64::from(beats.numerator()) + whole / 2) / whole
            };
            for slot in &bar.slots {
                let span = tick(slot.start)..tick(slot.start.plus(slot.length));
                match spans.last_mut() {
                    Some(last) if last.chord == slot.chord => last.span.end = span.end,
                    _ => spans.push(ChordSpan { span, chord: slot.chord }),
                }
            }
            start = end;
        }
        spans
    }

    /// A chart of a song's chords (`spans` in order, not overlapping), from the bar where the first begins to the bar where
    /// the last ends. Chords begin at the nearest half beat; gaps between them
    /// become "no chord". `headings` are the places where sections begin, in order, with their names.
    pub fn of(spans: &[ChordSpan], meters: &MeterMap, key: Option<Key>, headings: &[(Tick, String)]) -> Self {
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
            return Self { key, sections: Vec::new() };
        };
        let mut sections = Vec::new();
        let mut section = Section::default();
        let mut headings = headings.iter().peekable();
        let mut changes = changes(spans).into_iter().peekable();
        let mut chord = Chord::NONE;
        let mut start = meters.bar_start(first.span.start);
        for _ in 0..MAX_BARS {
            if start >= last.span.end {
                break;
            }
            let bar = meters.phrase_at(start, 1);
            while let Some((_, name)) = headings.next_if(|(tick, _)| *tick < bar.end) {
                let before = std::mem::replace(&mut section, Section { name: Some(name.clone()), bars: Vec::new() });
                sections.extend(Some(before).filter(|before| !before.bars.is_empty() || before.name.is_some()));
            }
            let halves = 2 * u32::from(bar.meter.numerator);
            let half =
                |tick: Tick| ((2 * (tick - start) * i64::from(halves) + bar.ticks()) / (2 * bar.ticks())).max(0) as u32;
            let mut starts = vec![(0, chord)];
            while let Some((tick, changed)) = changes.next_if(|(tick, _)| half(*tick) < halves) {
                starts.retain(|(place, _)| *place < half(tick));
                starts.push((half(tick), changed));
                chord = changed;
            }
            starts.dedup_by_key(|(_, chord)| *chord);
            let ends = starts.iter().skip(1).map(|(place, _)| *place).chain([halves]);
            let slots = starts.iter().zip(ends).map(|(&(place, chord), end)| Slot {
                chord,
                start: Beats::new(place, 2),
                length: Beats::new(end - place, 2),
            });
            section.bars.push(Bar { meter: bar.meter, slots: slots.collect() });
            start = bar.end;
        }
        sections.push(section);
        Self { key, sections }
    }
}

/// Where each chord begins, and where none does.
fn changes(spans: &[ChordSpan]) -> Vec<(Tick, Chord)> {
    let mut changes = Vec::with_capacity(spans.len());
    for (index, ChordSpan { span, chord }) in spans.iter().enumerate() {
        changes.push((span.start, *chord));
        if spans.get(index + 1).is_none_or(|next| next.span.start > span.end) {
            changes.push((span.end, Chord::NONE));
        }
    }
    changes
}
