//! Plays Lead with the melody network.

use super::{
    closing::{Closing, last_stretch},
    harmony::{Harmony, middle_of},
    line::{Window, line_before},
    request::{Improvise, LeadRequest, Played},
    turns::{Turn, turn},
};
use crate::{
    arranging::random::Random,
    melodies::{
        choice::draw,
        events::{BarGrid, Conditions, Event, events_of},
        feel::{Feel, legato},
        restraint::{Colour, Rules, Subdivision, restrain},
    },
    network::{
        InferenceError, MelodyNetwork,
        contract::REST,
        melody_network::{Memory, Reading},
    },
};
use continuo_music::{
    lead::LeadMode,
    meter::PhraseSpan,
    note::Note,
    swing::SwingGrid,
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};

/// How far a note may sound on beyond the span in which it begins, in steps: soon enough, Lead follows another chord.
const BEYOND: i64 = 8;
/// Where nobody knows where a turn ends, the network takes it for so many steps away.
const FAR: i64 = 64;
/// The most events that are read when the window moves, so that Lead is not late.
const MOST_READ: usize = 40;

/// The melody network, and what it read last: the next span mostly goes on with it.
pub struct Soloist {
    network: MelodyNetwork,
    memory: Memory,
    readings: Vec<Reading>,
    asked: usize,
}

impl Soloist {
    /// Plays with a network.
    pub fn new(network: MelodyNetwork) -> Self {
        Self { memory: network.memory(), network, readings: Vec::new(), asked: 0 }
    }

    /// Name and version of its network, or of both.
    pub fn network(&self) -> String {
        self.network.name()
    }

    /// How often the network was asked.
    pub const fn asked(&self) -> usize {
        self.asked
    }

    /// The chances of the next event. What was read of these events before is not read again.
    fn ask(&mut self, readings: &[Reading]) -> Result<Vec<f32>, InferenceError> {
        let same = self.readings.iter().zip(readings).take_while(|(old, new)| old == new).count();
        let same = if readings.len() > self.memory.room() { 0 } else { same.min(readings.len().saturating_sub(1)) };
        self.memory.rewind(same);
        self.readings.truncate(same);
        let mut likely = Vec::new();
        for reading in readings.iter().skip(same) {
            likely = self.network.next(&mut self.memory, reading)?;
            self.readings.push(reading.clone());
            self.asked += 1;
        }
        Ok(likely)
    }
}

impl Improvise for Soloist {
    fn improvise(&mut self, request: &LeadRequest<'_>) -> Result<Played, InferenceError> {
        let LeadRequest { settings, meters, known, own, .. } = *request;
        let span = request.span.clone();
        let has_ended = request.song_end.is_some_and(|end| span.start >= end);
        let found = turn(settings, meters, known, &span).filter(|_| !has_ended);
        let last_stretch = last_stretch(request).filter(|_| !has_ended);
        let silent = Turn { stretch: span.end..span.end, since: span.end, end: None, hushed_from: Tick::MAX };
        let is_silent = found.is_none();
        let turn = found.unwrap_or(silent);
        let window = Window::at(meters, span.start);
        let line = line_before(settings.mode, known.melody, own, window, &turn, span.start);
        let genres = self.network.genres();
        let genre = request.genre.and_then(|id| genres.iter().position(|genre| genre == id)).unwrap_or(genres.len());
        let grid = BarGrid::new(meters.at(span.start).meter, window.origin);
        // A solo lasts as long as its song.
        let turn_end = if settings.mode == LeadMode::Solo { request.song_end } else { turn.end };
        let end = turn_end.map(|end| grid.step(end));
        let key = request.key_at(span.start);
        let conditions = Conditions { grid, key, genre: genre as u8, chords: request.chords, end };
        let mut page = Page::new(request, &conditions, &line, window, &turn);
        if is_silent {
            // Reads what was played, so that the turn that comes is not late.
            if page.read_from < page.events.len() {
                self.ask(&page.readings(request, &conditions))?;
            }
            return Ok(Played { notes: Vec::new(), hushed_from: Tick::MAX });
        }
        let (first, stop) = (page.events.len(), grid.step(page.swing.unswing(turn.stretch.end)));
        let beside = std::mem::take(&mut page.beside);
        let harmony = Harmony {
            conditions: &conditions,
            beside: &beside,
            density: settings.density,
            fills: settings.mode == LeadMode::Fill,
            end,
            middle: middle_of(&page.events),
        };
        let last = end.unwrap_or(stop + FAR);
        let rules = Rules {
            conditions: &conditions,
            end: last,
            subdivision: Subdivision::of(&page.events),
            colour: Colour::of(&page.events),
        };
        let before = own.get(..own.partition_point(|note| note.start < span.start)).unwrap_or_default();
        let closing = last_stretch.map(|stretch| Closing::new(&conditions, request.key, &stretch, before));
        let mut random = Random::of_lead(request.seed, span.start, request.take);
        while page.at < stop.min(last) {
            let readings = page.readings(request, &conditions);
            let mut likely = self.ask(&readings)?;
            harmony.pull(&mut likely, page.at);
            restrain(&mut likely, &page.events, page.at, &rules, false);
            let closing = closing.as_ref();
            if let Some(closing) = closing {
                closing.restrain(&mut likely, page.events.get(first..).unwrap_or_default(), page.at);
            }
            let beyond = if closing.is_some_and(|closing| closing.is_near(page.at)) { last } else { stop + BEYOND };
            let longest = beyond - page.at;
            for (place, value) in likely.iter_mut().enumerate() {
                if (place % crate::network::contract::LONGEST_EVENT) as i64 >= longest {
                    *value = f32::NEG_INFINITY;
                }
            }
            let rest = (grid.bar - page.at.rem_euclid(grid.bar)).min(stop - page.at).max(1);
            let (symbol, length) = draw(&likely, request.temperature, &mut random).unwrap_or((REST, rest));
            page.push(Event { symbol, length, start: page.at });
        }
        let notes = page.notes(first, &conditions);
        Ok(Played { notes, hushed_from: turn.hushed_from })
    }
}

/// The events before Lead's, and Lead's.
struct Page {
    swing: SwingGrid,
    band: SwingGrid,
    events: Vec<Event>,
    /// From which event on the network reads.
    read_from: usize,
    /// The step where the next event begins.
    at: i64,
    /// The melody that may sound at the same time, in straight time.
    beside: Vec<Note>,
    feel: Feel,
}

impl Page {
    fn new(request: &LeadRequest<'_>, conditions: &Conditions<'_>, line: &[Note], window: Window, turn: &Turn) -> Self {
        let grid = conditions.grid;
        let meter = request.meters.at(request.span.start).meter;
        let whole = PhraseSpan { start: window.origin, end: request.span.end.max(window.origin + 1), meter };
        let swing = SwingGrid::of(&whole, request.feel.melody);
        let band = SwingGrid::of(&whole, request.feel.band);
        // The network reads each note in the key of its place, so that the line goes on in another key as it did before.
        let moved = |note: Note| {
            let by = request.key_at(note.start).shift() - conditions.key.shift();
            Note { pitch: (i64::from(note.pitch) + by).clamp(0, 127) as u8, ..note }
        };
        let straight: Vec<Note> = line.iter().map(|&note| swing.straightened(moved(note))).collect();
        let feel = Feel::of(&straight, grid);
        let line = legato(&straight);
        // Lead's last note may sound on into the span.
        let sounds_to = line.last().map_or(i64::MIN, |last| grid.step(last.end()));
        let begin = grid.step(swing.unswing(turn.stretch.start));
        let at = begin.max(sounds_to);
        let mut events = events_of(&line, conditions, at);
        let first_note = events.iter().find(|event| !event.is_rest()).map_or(i64::MAX, |first| first.start);
        // What is silent before the first note is no music.
        let first_bar = if first_note == i64::MAX { i64::MAX } else { first_note.div_euclid(grid.bar) * grid.bar };
        let begins = events.partition_point(|event| event.start < first_bar);
        events.drain(..begins);
        let moved_at = grid.step(window.moved_at);
        let (from, mut read_from) = (grid.step(window.read_from), 0);
        let known = events.partition_point(|event| event.start < moved_at);
        while read_from < known {
            let event = &events[read_from];
            if event.start >= from && event.start % grid.bar == 0 && known - read_from <= MOST_READ {
                break;
            }
            read_from += 1;
        }
        let until = request.span.end + 2 * TICKS_PER_QUARTER;
        let near = |note: &&Note| note.end() > request.span.start && note.start < until;
        let beside = request.known.melody.iter().filter(near).map(|&note| swing.straightened(note)).collect();
        Self { swing, band, events, read_from, at, beside, feel }
    }

    fn push(&mut self, event: Event) {
        self.events.push(event);
        self.at = event.end();
    }

    /// What the network reads before the next event.
    fn readings(&self, request: &LeadRequest<'_>, conditions: &Conditions<'_>) -> Vec<Reading> {
        let starts = self.events.iter().map(|event| event.start).chain([self.at]);
        let before = |count: usize| self.events.get(..count).unwrap_or_default();
        let read = |(count, start): (usize, i64)| {
            let key = request.key_at(conditions.grid.tick(start));
            Conditions { key, ..*conditions }.reading(before(count), start)
        };
        starts.enumerate().skip(self.read_from).map(read).collect()
    }

    /// The new events as they are played.
    fn notes(&self, first: usize, conditions: &Conditions<'_>) -> Vec<Note> {
        let grid = conditions.grid;
        let new = self.events.get(first..).unwrap_or_default().iter().filter(|event| !event.is_rest());
        new.map(|event| {
            let length = event.length * TICKS_PER_STEP;
            let gate = if length <= 2 * TICKS_PER_QUARTER { self.feel.gate() } else { 1.0 };
            self.band.swung(Note {
                start: grid.tick(event.start),
                pitch: conditions.pitch(event.symbol),
                length: ((length as f32 * gate).round() as Tick).max(1),
                velocity: self.feel.velocity(event.start, grid),
            })
        })
        .collect()
    }
}
