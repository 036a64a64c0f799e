//! A melody as the network reads it: notes and rests one after the other, on the grid of sixteenths.

use crate::network::{
    contract::{CHORD_FEATURES, LONGEST_EVENT, LOOKBACK, MELODY_LOWEST, MELODY_PITCHES, MELODY_PLACES, NO_EVENT, REST},
    melody_network::Reading,
};
use continuo_music::{
    chord::{Chord, ChordSpan},
    key::Key,
    meter::Meter,
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// Places of a bar that the network knows, in 4/4.
const PLACES_IN_BAR: i64 = 16;
/// Bars that are counted before the count begins anew.
const GROUP: i64 = 8;
/// What the network reads where nobody knows how many bars are left, and the largest number that it reads.
const UNKNOWN_LEFT: u8 = 17;
const MOST_LEFT: i64 = 16;

/// A note or a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// A pitch in the network's key, or [`REST`].
    pub symbol: u8,
    /// Steps.
    pub length: i64,
    /// The step where it begins, counted from the grid's origin.
    pub start: i64,
}

impl Event {
    pub const fn end(&self) -> i64 {
        self.start + self.length
    }

    pub const fn is_rest(&self) -> bool {
        self.symbol == REST
    }
}

/// The steps of a melody in one meter, counted from a bar line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BarGrid {
    pub origin: Tick,
    /// Steps of a bar as the network counts them: of one bar, or of several short ones.
    pub bar: i64,
    /// The network takes the bar for one of three quarters.
    pub three: bool,
}

impl BarGrid {
    pub fn new(meter: Meter, origin: Tick) -> Self {
        let steps = (meter.bar_ticks() / TICKS_PER_STEP).max(1);
        let (bar, three) = match steps {
            _ if steps % 16 == 0 || 16 % steps == 0 => (16, false),
            _ if steps % 12 == 0 || 12 % steps == 0 => (12, true),
            _ => (steps, false),
        };
        Self { origin, bar, three }
    }

    pub const fn tick(&self, step: i64) -> Tick {
        self.origin + step * TICKS_PER_STEP
    }

    /// The nearest step.
    pub const fn step(&self, tick: Tick) -> i64 {
        (tick - self.origin + TICKS_PER_STEP / 2).div_euclid(TICKS_PER_STEP)
    }
}

/// What stays the same through a melody.
#[derive(Clone, Copy)]
pub(crate) struct Conditions<'a> {
    pub grid: BarGrid,
    pub key: Key,
    pub genre: u8,
    pub chords: &'a [ChordSpan],
    /// The step where the melody ends; `None`: it stays open.
    pub end: Option<i64>,
}

impl Conditions<'_> {
    /// The symbol of a pitch; what lies outside the network's range moves by octaves.
    pub fn symbol(&self, pitch: u8) -> u8 {
        let lowest = i64::from(MELODY_LOWEST);
        let mut moved = i64::from(pitch) + self.key.shift();
        while moved < lowest {
            moved += 12;
        }
        while moved >= lowest + MELODY_PITCHES as i64 {
            moved -= 12;
        }
        (moved - lowest) as u8
    }

    /// The pitch of a symbol.
    pub fn pitch(&self, symbol: u8) -> u8 {
        (i64::from(symbol) + i64::from(MELODY_LOWEST) - self.key.shift()).clamp(0, 127) as u8
    }

    /// Whether a symbol is the key's tonic.
    pub const fn is_tonic(&self, symbol: u8) -> bool {
        let class = (symbol + MELODY_LOWEST) % 12;
        symbol != REST && class == if self.key.is_minor() { 9 } else { 0 }
    }

    /// The numbers of the place where an event begins.
    pub fn place(&self, start: i64) -> [u8; MELODY_PLACES] {
        let BarGrid { bar, three, .. } = self.grid;
        let number = start.div_euclid(bar);
        let left = self.end.map_or(UNKNOWN_LEFT, |end| {
            let last = (end - 1).div_euclid(bar);
            (last - number).clamp(0, MOST_LEFT) as u8
        });
        [
            start.rem_euclid(bar).min(PLACES_IN_BAR - 1) as u8,
            number.rem_euclid(GROUP) as u8,
            left,
            u8::from(three),
            self.genre,
            u8::from(self.key.is_minor()),
        ]
    }

    /// Steps for which one chord holds: half a bar, in 3/4 a bar.
    pub const fn chord_slot(&self) -> i64 {
        if self.grid.three { 12 } else { 8 }
    }

    /// The chord where an event begins, and the one in the next half bar (in 3/4 the next bar).
    pub fn chords_at(&self, start: i64) -> [f32; 2 * CHORD_FEATURES] {
        let slot = self.chord_slot();
        let here = start.div_euclid(slot) * slot;
        let mut features = [0.0; 2 * CHORD_FEATURES];
        for (half, step) in features.chunks_exact_mut(CHORD_FEATURES).zip([here, here + slot]) {
            self.write_chord_of(half, step, step + slot);
        }
        features
    }

    /// What the network reads before the event that begins at a step, after these.
    pub fn reading(&self, before: &[Event], start: i64) -> Reading {
        let last = before.last();
        Reading {
            event: last.map_or((NO_EVENT, 0), |event| (event.symbol, event.length as u8)),
            event_start: last.map_or(start, |event| event.start),
            start,
            place: self.place(start),
            back: lookback(before, start, self.grid.bar),
            chords: self.chords_at(start),
        }
    }

    /// Writes the numbers of the chord that fills most of the steps from `from` to `to`, if one is known.
    pub fn write_chord_of(&self, features: &mut [f32], from: i64, to: i64) {
        if let Some(chord) = self.longest_chord(self.grid.tick(from), self.grid.tick(to)) {
            write_chord(features, chord.transposed(self.key.shift()));
        }
    }

    /// The chord that fills most of a stretch.
    fn longest_chord(&self, from: Tick, to: Tick) -> Option<Chord> {
        let inside = |span: &ChordSpan| (span.span.end.min(to) - span.span.start.max(from)).max(0);
        self.chords.iter().filter(|span| inside(span) > 0).max_by_key(|span| inside(span)).map(|span| span.chord)
    }
}

fn write_chord(features: &mut [f32], chord: Chord) {
    if let Some(known) = features.last_mut() {
        *known = 1.0;
    }
    if chord.is_none() {
        return;
    }
    for place in std::iter::once(chord.root()).chain(chord.tones().map(|tone| 12 + tone)) {
        if let Some(feature) = features.get_mut(usize::from(place)) {
            *feature = 1.0;
        }
    }
}

/// The events of a line of notes (sorted, in straight time) from step 0 to the step `end`.
pub(crate) fn events_of(line: &[Note], conditions: &Conditions<'_>, end: i64) -> Vec<Event> {
    let grid = conditions.grid;
    let mut found = Vec::new();
    let mut now = 0;
    let starts = line.iter().skip(1).map(|note| grid.step(note.start)).chain([end]);
    for (note, following) in line.iter().zip(starts) {
        let start = grid.step(note.start);
        let following = following.min(end);
        if start < now || following <= start {
            continue;
        }
        add_rests(&mut found, now, start, grid.bar);
        let length = (grid.step(note.end()) - start).max(1).min(following - start).min(LONGEST_EVENT as i64);
        found.push(Event { symbol: conditions.symbol(note.pitch), length, start });
        now = start + length;
    }
    add_rests(&mut found, now, end, grid.bar);
    found
}

/// Rests end at bar lines.
fn add_rests(events: &mut Vec<Event>, mut from: i64, to: i64, bar: i64) {
    while from < to {
        let end = to.min((from.div_euclid(bar) + 1) * bar);
        events.push(Event { symbol: REST, length: end - from, start: from });
        from = end;
    }
}

/// Symbol and length of the events that began one, two, four and eight bars before a step.
pub(crate) fn lookback(events: &[Event], start: i64, bar: i64) -> [(u8, u8); LOOKBACK.len()] {
    LOOKBACK.map(|bars| {
        let there = start - bars * bar;
        let found = events.binary_search_by_key(&there, |event| event.start).ok().and_then(|index| events.get(index));
        found.map_or((NO_EVENT, 0), |event| (event.symbol, event.length as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(meter: Meter, key: Key) -> Conditions<'static> {
        Conditions { grid: BarGrid::new(meter, 0), key, genre: 0, chords: &[], end: None }
    }

    fn note(step: Tick, length: Tick, pitch: u8) -> Note {
        Note { start: 240 * step, pitch, length: 240 * length, velocity: 90 }
    }

    #[test]
    fn notes_and_rests_fill_the_bars_and_rests_end_at_bar_lines() {
        let c = conditions(Meter::COMMON, Key::major(2));
        let events = events_of(&[note(2, 4, 74), note(20, 20, 69)], &c, 48);
        let plain: Vec<_> = events.iter().map(|event| (event.symbol, event.length, event.start)).collect();
        // D major is moved down by two.
        let (d, a) = (74 - 2 - 36, 69 - 2 - 36);
        assert_eq!(plain, [(REST, 2, 0), (d, 4, 2), (REST, 10, 6), (REST, 4, 16), (a, 20, 20), (REST, 8, 40)]);
        assert!(c.is_tonic(d) && !c.is_tonic(a) && !c.is_tonic(REST));
        assert_eq!(c.pitch(d), 74);
    }

    #[test]
    fn the_network_sees_what_began_some_bars_before() {
        let c = conditions(Meter::COMMON, Key::major(0));
        let line: Vec<Note> = (0..16).map(|beat| note(4 * beat, 4, 60 + beat as u8)).collect();
        let events = events_of(&line, &c, 64);
        let back = lookback(&events, 64, 16);
        assert_eq!(back, [(36, 4), (32, 4), (24, 4), (NO_EVENT, 0)]);
        assert_eq!(lookback(&events, 65, 16), [(NO_EVENT, 0); 4]);
    }

    #[test]
    fn bars_of_every_meter_have_places_that_the_network_knows() {
        for (numerator, denominator, bar, three) in [
            (4, 4, 16, false),
            (3, 4, 12, true),
            (6, 8, 12, true),
            (2, 4, 16, false),
            (5, 4, 20, false),
            (12, 8, 12, true),
        ] {
            let meter = Meter::new(numerator, denominator).expect("a meter");
            let c = conditions(meter, Key::minor(9));
            assert_eq!((c.grid.bar, c.grid.three), (bar, three), "{numerator}/{denominator}");
            for start in 0..200 {
                let [place, group, left, ..] = c.place(start);
                assert!(place < 16 && group < 8 && left == UNKNOWN_LEFT, "{numerator}/{denominator}");
            }
        }
        let ends = Conditions { end: Some(64), ..conditions(Meter::COMMON, Key::major(0)) };
        assert_eq!([0, 17, 63].map(|start| ends.place(start)[2]), [3, 2, 0]);
    }

    #[test]
    fn chords_are_told_in_the_networks_key_now_and_next() {
        let spans = [
            ChordSpan { span: 0..1920, chord: "D".parse().expect("a chord") },
            ChordSpan { span: 1920..3840, chord: "A7".parse().expect("a chord") },
        ];
        let c = Conditions { chords: &spans, ..conditions(Meter::COMMON, Key::major(2)) };
        let features = c.chords_at(3);
        let ones: Vec<usize> = (0..50).filter(|&place| features[place] > 0.0).collect();
        assert_eq!(ones, [0, 12, 16, 19, 24, 25 + 7, 25 + 12 + 2, 25 + 12 + 5, 25 + 12 + 7, 25 + 12 + 11, 49]);
        assert!(c.chords_at(16).iter().all(|&feature| feature == 0.0), "unknown");
    }
}
