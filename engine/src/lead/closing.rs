//! How Lead ends a song: as players do, with a tone of the tonic's chord that is held to the end.

use super::{
    request::LeadRequest,
    turns::{Known, turn},
};
use crate::{
    melodies::events::{Conditions, Event},
    network::{
        contract::{LONGEST_EVENT, MELODY_SYMBOLS, REST},
        melody_network::index_of,
    },
};
use continuo_music::{
    chord::{Chord, ChordSpan},
    key::Key,
    note::Note,
    time::Tick,
};
use std::ops::Range;

/// Lead ends a song if its last turn ends within so many bars of the song's end: a phrase.
const LAST_BARS: Tick = 4;
/// Where Lead plays last is looked up only so many bars before the song's end.
const LOOKED_AHEAD: Tick = 12;
/// The last note is at least so long, in steps, where there is room.
const SHORTEST: i64 = 4;

/// The stretch in which Lead plays its last note of a song, in ticks: the last bar of its last turn, or what that has of it.
/// `None` where no end is known, or the end is far.
pub fn last_stretch(request: &LeadRequest<'_>) -> Option<Range<Tick>> {
    let LeadRequest { settings, meters, known, song_end, .. } = *request;
    let song_end = song_end?;
    let bar = meters.at(request.span.start).meter.bar_ticks();
    if song_end - request.span.start > LOOKED_AHEAD * bar {
        return None;
    }
    let mut last = None;
    let mut span = request.span.clone();
    while span.start < song_end {
        let cut = span.start - (span.end - span.start);
        let known = Known { cut, until: known.until.max(cut), ..known };
        last = turn(settings, meters, known, &span).or(last);
        span = meters.beat_at(span.end);
    }
    let last = last?;
    let end = last.end.map_or(last.stretch.end, |end| end.min(last.stretch.end)).min(song_end);
    let from = meters.bar_start(end - 1).max(last.since);
    (song_end - end < LAST_BARS * bar && from < end).then_some(from..end)
}

/// The last bar of Lead's last turn, in steps.
pub struct Closing<'a> {
    conditions: &'a Conditions<'a>,
    /// The song's key.
    key: Key,
    from: i64,
    /// From here on, nothing but the last note begins.
    deadline: i64,
    /// Where the last note ends.
    pub end: i64,
    /// Whether the last note was played before.
    is_over: bool,
}

impl<'a> Closing<'a> {
    /// In this stretch, after Lead's `own` notes.
    pub fn new(conditions: &'a Conditions<'a>, key: Key, stretch: &Range<Tick>, own: &[Note]) -> Self {
        let grid = conditions.grid;
        let (from, end) = (grid.step(stretch.start), grid.step(stretch.end));
        // The middle of a bar, or the third beat of three; and in less than a bar, a beat or an eighth.
        let half = if grid.three { 8 } else { grid.bar / 2 };
        let room = (end - from) / 2;
        let deadline = from + if end - from >= grid.bar { half } else { room - room % if room >= 4 { 4 } else { 2 } };
        let home = triad(key);
        let is_last = |note: &Note| {
            let (begins, ends) = (grid.step(note.start), grid.step(note.end()));
            home.contains(&(note.pitch % 12)) && (begins >= from || ends > deadline)
        };
        let is_over = own.last().is_some_and(is_last);
        Self { conditions, key, from, deadline, end, is_over }
    }

    /// Whether the song's last note was played, before or as one of Lead's new events.
    fn is_over(&self, new: &[Event]) -> bool {
        let is_last = |event: &Event| event.start >= self.from || event.end() > self.deadline;
        self.is_over || new.iter().any(|event| self.is_home(event.symbol) && is_last(event))
    }

    /// Whether a symbol is a tone of the tonic's triad.
    pub fn is_home(&self, symbol: u8) -> bool {
        symbol != REST && triad(self.key).contains(&(self.conditions.pitch(symbol) % 12))
    }

    /// Whether a tone of the tonic's triad belongs to the chord as well, if one of them does.
    fn fits(&self, symbol: u8, start: i64) -> bool {
        let tick = self.conditions.grid.tick(start);
        let here = |chord: &&ChordSpan| chord.span.contains(&tick);
        let chord: Option<&Chord> = self.conditions.chords.iter().find(here).map(|chord| &chord.chord);
        let in_chord = |pitch: u8| chord.is_some_and(|chord| chord.contains(pitch));
        let any = triad(self.key).into_iter().any(in_chord);
        !any || in_chord(self.conditions.pitch(symbol))
    }

    /// Whether the event at a step is the last note, whose length is free up to the end.
    pub const fn is_near(&self, start: i64) -> bool {
        start >= self.from
    }

    /// Forbids what would not end the song, after Lead's `new` events.
    pub fn restrain(&self, likely: &mut [f32], new: &[Event], start: i64) {
        let over = self.is_over(new);
        for symbol in 0..MELODY_SYMBOLS as u8 {
            let home = self.is_home(symbol);
            let last = home && self.fits(symbol, start);
            for length in 1..=LONGEST_EVENT {
                let end = start + length as i64;
                // What ends before a last note must begin.
                let leads_on = end <= self.deadline;
                let holds = end == self.end || length as i64 >= SHORTEST.min(self.end - start);
                let allowed = match () {
                    () if over => symbol == REST,
                    () if symbol == REST => leads_on,
                    () if start >= self.from => leads_on && !home || last && holds,
                    // A note before the last bar may be held through it, if it is one to end with.
                    () => leads_on || home && end <= self.end,
                };
                if !allowed && let Some(value) = likely.get_mut(index_of(symbol, length)) {
                    *value = f32::NEG_INFINITY;
                }
            }
        }
    }
}

/// The pitch classes of the tonic's triad.
fn triad(key: Key) -> [u8; 3] {
    let tonic = key.tonic();
    [tonic, (tonic + if key.is_minor() { 3 } else { 4 }) % 12, (tonic + 7) % 12]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{melodies::events::BarGrid, network::melody_network::LIKELY};
    use continuo_music::{
        lead::{LeadMode, LeadSettings},
        meter::{Meter, MeterMap},
        swing::Feel,
    };

    const BAR: Tick = 3840;
    const D: Key = Key::major(2);

    fn stretch(mode: LeadMode, trade_bars: u8, melody: &[Note], at: Tick, song_end: Tick) -> Option<Range<Tick>> {
        let settings = LeadSettings { mode, trade_bars, ..LeadSettings::default() };
        let meters = MeterMap::default();
        last_stretch(&LeadRequest {
            settings: &settings,
            meters: &meters,
            span: at..at + 960,
            known: Known { melody, cut: at - 960, until: song_end },
            own: &[],
            key: D,
            chords: &[],
            feel: Feel::default(),
            genre: None,
            temperature: 1.0,
            seed: 1,
            take: 0,
            song_end: Some(song_end),
        })
    }

    #[test]
    fn the_last_turn_of_each_mode_ends_the_song_if_it_comes_in_the_last_phrase() {
        let note = |beat: Tick, beats: Tick| Note { start: beat * 960, pitch: 74, length: beats * 960, velocity: 90 };
        // Sixteen bars; rests in bar 14 and, after a beat, in bar 16.
        let melody: Vec<Note> =
            (0..16).filter(|bar| *bar != 13).map(|bar| note(4 * bar, if bar == 15 { 1 } else { 4 })).collect();
        let end = 16 * BAR;
        for at in [10 * BAR, 14 * BAR, 15 * BAR + 960] {
            assert_eq!(stretch(LeadMode::Solo, 4, &melody, at, end), Some(15 * BAR..end));
            assert_eq!(stretch(LeadMode::Trade, 4, &melody, at, end), Some(15 * BAR..end));
            assert_eq!(stretch(LeadMode::Fill, 4, &melody, at, end), Some(15 * BAR + 960..end));
        }
        // Where the melody plays to its end, the last fill lies before.
        let full: Vec<Note> = melody.iter().map(|note| Note { length: 3840, ..*note }).collect();
        assert_eq!(stretch(LeadMode::Fill, 4, &full, 13 * BAR, end), Some(13 * BAR..14 * BAR));
        assert_eq!(stretch(LeadMode::Fill, 4, &full, 14 * BAR, end), None);
        assert_eq!(stretch(LeadMode::Trade, 8, &melody, 2 * BAR, 12 * BAR), Some(11 * BAR..12 * BAR));
        assert_eq!(stretch(LeadMode::Trade, 4, &melody, 7 * BAR, 12 * BAR), None, "the player has the last turn");
        assert_eq!(stretch(LeadMode::Solo, 4, &melody, 0, 40 * BAR), None, "the end is far");
    }

    fn allowed(own: &[Note], events: &[Event], start: i64) -> Vec<(u8, usize)> {
        let conditions =
            Conditions { grid: BarGrid::new(Meter::COMMON, 0), key: D, genre: 0, chords: &[], end: Some(64) };
        let closing = Closing::new(&conditions, D, &(3 * BAR..4 * BAR), own);
        let mut likely = vec![0.0; LIKELY];
        closing.restrain(&mut likely, events, start);
        let places = (0..LIKELY).filter(|&place| likely[place].is_finite());
        places.map(|place| ((place / LONGEST_EVENT) as u8, place % LONGEST_EVENT + 1)).collect()
    }

    #[test]
    fn the_last_note_is_a_tone_of_the_tonics_chord_and_comes_by_the_middle_of_the_bar() {
        // In the network's key, D is C.
        let is_home = |symbol: u8| symbol != REST && [0, 4, 7].contains(&(symbol % 12));
        let at_bar = allowed(&[], &[], 48);
        assert!(at_bar.iter().all(|&(symbol, length)| is_home(symbol) && length >= 4 || length <= 8), "{at_bar:?}");
        assert!(at_bar.contains(&(26, 8)) && !at_bar.contains(&(26, 9)), "other notes end where the last may begin");
        assert!(at_bar.contains(&(24, 16)) && at_bar.contains(&(REST, 8)) && !at_bar.contains(&(REST, 9)));
        let late = allowed(&[], &[], 56);
        assert!(!late.is_empty() && late.iter().all(|&(symbol, length)| is_home(symbol) && length >= 4), "{late:?}");
        let last = Event { symbol: 28, length: 4, start: 48 };
        let played = Note { start: 3 * BAR, pitch: 66, length: 960, velocity: 90 };
        for rests in [allowed(&[], &[last], 52), allowed(&[played], &[], 52)] {
            assert!(!rests.is_empty() && rests.iter().all(|&(symbol, _)| symbol == REST), "then it is silent");
        }
        // Before the last bar, only what belongs there is held into it.
        let before = allowed(&[], &[], 44);
        assert!(before.contains(&(24, 20)) && before.contains(&(26, 12)) && !before.contains(&(26, 13)));
    }
}
