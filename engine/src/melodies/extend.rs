//! Goes on with a melody.

use super::{
    choice::draw,
    events::{BarGrid, Conditions, Event, events_of},
    feel::{Feel, legato},
    restraint::{Colour, Rules, Subdivision, restrain},
    returns::Returns,
};
use crate::{
    arranging::random::Random,
    network::{InferenceError, MelodyNetwork, melody_network::Memory},
};
use continuo_music::{
    chord::ChordSpan,
    key::{Key, KeyMap},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    swing::{SwingGrid, SwingMap},
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// A melody of fewer notes says too little to go on from.
pub const FEWEST_NOTES: usize = 3;
/// The most bars that are written at a time.
pub const MOST_BARS: u32 = 128;

/// What was played more bars ago does not count.
const CONTEXT_BARS: i64 = 32;
/// Silence of so many bars ends what came before.
const LONG_REST: i64 = 3;
/// How often the last bars are written again until they end well; the last time, they must.
const TRIES: usize = 12;
/// How many bars are written again.
const ENDING_BARS: i64 = 2;

/// What to go on with, and how.
#[derive(Clone, Debug)]
pub struct ExtendRequest<'a> {
    /// One line of notes, sorted.
    pub melody: &'a [Note],
    /// The song's meters.
    pub meters: &'a MeterMap,
    /// Where the first full bar begins; notes before it are a pickup.
    pub first_full_bar: Tick,
    /// How many bars to write, 1 to [`MOST_BARS`].
    pub bars: u32,
    /// The key; `None`: found in the melody.
    pub key: Option<Key>,
    /// Chords, of the melody and of what follows, as far as they are known.
    pub chords: &'a [ChordSpan],
    /// The id of a genre; the network need not know it.
    pub genre: Option<&'a str>,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    pub temperature: f32,
    /// Chooses among the continuations.
    pub seed: u32,
    /// Leave the end open instead of coming home to the tonic.
    pub open: bool,
}

/// How a melody goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    /// The new notes, sorted.
    pub notes: Vec<Note>,
    /// The bars that they fill.
    pub span: Range<Tick>,
    /// The key in which they are.
    pub key: Key,
    /// Whether the last note is the tonic.
    pub ends_on_tonic: bool,
    /// The events that the network was asked for.
    pub events: usize,
}

/// Why a melody does not go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExtendError {
    /// The melody is too short.
    #[error("the melody has {0} note(s); at least {FEWEST_NOTES} are needed to go on from")]
    TooFewNotes(usize),
    /// The number of bars is out of range.
    #[error("{0} bars cannot be written; give a number from 1 to {MOST_BARS}")]
    Bars(u32),
    /// The melody ends too late in the song.
    #[error("the melody ends too late in the song to go on from")]
    TooLate,
    /// The network failed.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}

/// The latest tick at which a melody goes on: about 600 hours.
const LATEST: Tick = 1 << 40;

/// Goes on with a melody from the bar line after its last note. `progress` is called with the bars that are written.
///
/// # Errors
/// When the melody is too short, the number of bars is out of range, or the network fails.
pub fn extend(
    network: &MelodyNetwork,
    request: &ExtendRequest<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<Extension, ExtendError> {
    if !(1..=MOST_BARS).contains(&request.bars) {
        return Err(ExtendError::Bars(request.bars));
    }
    let (Some(last), true) = (request.melody.last(), request.melody.len() >= FEWEST_NOTES) else {
        return Err(ExtendError::TooFewNotes(request.melody.len()));
    };
    if last.end() > LATEST {
        return Err(ExtendError::TooLate);
    }
    let frame = Frame::of(request);
    let key = request.key.or_else(|| key_of(request)).unwrap_or(Key::major(0));
    let genres = network.genres();
    let genre = request.genre.and_then(|id| genres.iter().position(|genre| genre == id)).unwrap_or(genres.len());
    let conditions = Conditions {
        grid: frame.grid,
        key,
        genre: genre as u8,
        chords: request.chords,
        end: (!request.open).then_some(frame.end),
    };
    let straight: Vec<Note> = frame.line.iter().map(|&note| frame.swing.straightened(note)).collect();
    let feel = Feel::of(&straight, frame.grid);
    let heard = events_of(&legato(&straight), &conditions, frame.from);
    let mut writer = Writer {
        network,
        rules: Rules {
            conditions: &conditions,
            end: frame.end,
            subdivision: Subdivision::of(&heard),
            colour: Colour::of(&heard),
        },
        memory: network.memory(),
        returns: Returns::of(&heard, frame.grid.bar),
        first_new: heard.len(),
        events: heard,
        read: 0,
        temperature: request.temperature,
        random: Random::of_melody(request.seed),
        asked: 0,
    };
    // What returns is drawn; without a temperature nothing is left to chance.
    if request.temperature < 0.01 {
        writer.returns.end();
    }
    writer.listen()?;
    let ending = frame.from.max(frame.end - ENDING_BARS * frame.grid.bar);
    let bars = request.bars as usize;
    let done = |step: i64| ((step - frame.from) * bars as i64 / (frame.end - frame.from).max(1)) as usize;
    writer.write_to(ending, false, |step| progress(done(step), bars))?;
    if !request.open {
        writer.returns.end();
    }
    let before = writer.clone_state();
    for attempt in 1..=TRIES {
        let forced = !request.open && attempt == TRIES;
        writer.write_to(frame.end, forced, |_| {})?;
        if request.open || writer.ends_well() || attempt == TRIES {
            break;
        }
        writer.restore(&before);
    }
    progress(bars, bars);
    let new = writer.events.get(writer.first_new..).unwrap_or_default();
    let ends_on_tonic = new.iter().rfind(|event| !event.is_rest()).is_some_and(|last| conditions.is_tonic(last.symbol));
    let notes = frame.notes(new, &conditions, &feel);
    let span = frame.grid.tick(frame.from)..frame.grid.tick(frame.end);
    Ok(Extension { notes, span, key, ends_on_tonic, events: writer.asked })
}

/// The bar line from which a melody goes on: the next one after its last note, which may be held a little over a bar line.
pub fn next_bar(melody: &[Note], meters: &MeterMap) -> Tick {
    let Some(last) = melody.last() else { return 0 };
    let played_to = (last.end() - TICKS_PER_STEP / 2).max(last.start);
    meters.phrase_at(played_to, 1).end
}

/// Where the melody lies, and where it goes on.
struct Frame {
    grid: BarGrid,
    /// The melody that counts.
    line: Vec<Note>,
    swing: SwingGrid,
    /// The steps from which and to which notes are written.
    from: i64,
    end: i64,
}

impl Frame {
    fn of(request: &ExtendRequest<'_>) -> Self {
        let meters = request.meters;
        let from = next_bar(request.melody, meters);
        let meter = meters.at(from).meter;
        let bar_ticks = meter.bar_ticks().max(1);
        let first = Self::first_bar(request, from, bar_ticks);
        let grid = BarGrid::new(meter, first);
        let line: Vec<Note> =
            request.melody.iter().filter(|note| note.start >= first - TICKS_PER_STEP / 2).copied().collect();
        let end = from + Tick::from(request.bars) * bar_ticks;
        let span = PhraseSpan { start: first, end, meter };
        let swing = SwingMap::of(request.melody, &[Tick::MIN..Tick::MAX], meters).at(&span);
        let step = |tick: Tick| (tick - first).div_euclid(TICKS_PER_STEP);
        Self { grid, line, swing: SwingGrid::of(&span, swing), from: step(from), end: step(end) }
    }

    /// The bar line from which the melody counts, a whole number of bars before `from`.
    fn first_bar(request: &ExtendRequest<'_>, from: Tick, bar: Tick) -> Tick {
        let melody = request.melody;
        let mut first = melody.first().map_or(0, |note| note.start).max(request.first_full_bar);
        for pair in melody.windows(2) {
            if pair[1].start - pair[0].end() >= LONG_REST * bar {
                first = first.max(pair[1].start);
            }
        }
        let bars = (from - first + bar - 1).div_euclid(bar).max(1);
        // Groups of eight bars stay together.
        let forgotten = if bars > CONTEXT_BARS { (bars - CONTEXT_BARS + 7) / 8 * 8 } else { 0 };
        from - (bars - forgotten) * bar
    }

    /// The new events as they are played.
    fn notes(&self, new: &[Event], conditions: &Conditions<'_>, feel: &Feel) -> Vec<Note> {
        let mut notes = Vec::new();
        for (index, event) in new.iter().enumerate() {
            if event.is_rest() {
                continue;
            }
            let length = event.length * TICKS_PER_STEP;
            let is_followed = new.get(index + 1).is_some_and(|next| !next.is_rest());
            let gated = if is_followed && length <= 2 * TICKS_PER_QUARTER {
                ((length as f32 * feel.gate()).round() as Tick).max(1)
            } else {
                length
            };
            let straight = Note {
                start: self.grid.tick(event.start),
                pitch: conditions.pitch(event.symbol),
                length: gated,
                velocity: feel.velocity(event.start, self.grid),
            };
            notes.push(self.swing.swung(straight));
        }
        notes
    }
}

/// The key where the melody goes on.
fn key_of(request: &ExtendRequest<'_>) -> Option<Key> {
    let last = request.melody.last()?;
    KeyMap::of(request.melody, &[Tick::MIN..Tick::MAX], request.meters).at(last.start)
}

/// Writes events.
struct Writer<'a> {
    network: &'a MelodyNetwork,
    rules: Rules<'a>,
    memory: Memory,
    returns: Returns,
    events: Vec<Event>,
    first_new: usize,
    /// How many of the events the network has read.
    read: usize,
    temperature: f32,
    random: Random,
    asked: usize,
}

/// Where a writer was.
struct State {
    memory: Memory,
    events: usize,
    read: usize,
}

impl Writer<'_> {
    /// Lets the network read what was heard, as much as it remembers.
    fn listen(&mut self) -> Result<(), InferenceError> {
        self.read = (self.events.len() + 1).saturating_sub(self.memory.room());
        while self.read < self.events.len() {
            self.ask()?;
        }
        Ok(())
    }

    /// The chances of the event after those that were read; the event before it counts as read then.
    fn ask(&mut self) -> Result<Vec<f32>, InferenceError> {
        let before = self.events.get(..self.read).unwrap_or_default();
        let start = before.last().map_or(0, Event::end);
        let reading = self.rules.conditions.reading(before, start);
        self.read += 1;
        self.asked += 1;
        self.network.next(&mut self.memory, &reading)
    }

    /// Writes events until one begins at a step or later.
    fn write_to(&mut self, step: i64, forced: bool, mut progress: impl FnMut(i64)) -> Result<(), InferenceError> {
        loop {
            let start = self.events.last().map_or(0, Event::end);
            if start >= step {
                return Ok(());
            }
            let mut likely = self.ask()?;
            self.returns.pull(&mut likely, &self.events, start, self.rules.conditions, &mut self.random);
            restrain(&mut likely, &self.events, start, &self.rules, forced);
            // Something is always allowed but where a forced ending contradicts the other rules; there it rests.
            let rest = self.rules.conditions.grid.bar - start.rem_euclid(self.rules.conditions.grid.bar);
            let silence = (crate::network::contract::REST, rest.min(self.rules.end - start).max(1));
            let (symbol, length) = draw(&likely, self.temperature, &mut self.random).unwrap_or(silence);
            self.events.push(Event { symbol, length, start });
            progress(start);
        }
    }

    /// Whether the last note is the tonic, in the last bar, on a beat of its first half or held from before, and not short.
    fn ends_well(&self) -> bool {
        let Some(last) = self.events.iter().rfind(|event| !event.is_rest()) else { return false };
        let (bar, end) = (self.rules.conditions.grid.bar, self.rules.end);
        let in_last_bar = last.start >= end - bar || last.end() > end - bar / 2;
        let in_time = last.start <= end - bar / 2 && last.start % 4 == 0 && last.length >= 4;
        self.rules.conditions.is_tonic(last.symbol) && in_last_bar && in_time
    }

    fn clone_state(&self) -> State {
        State { memory: self.memory.clone(), events: self.events.len(), read: self.read }
    }

    /// Goes back; the random numbers go on.
    fn restore(&mut self, state: &State) {
        self.memory.clone_from(&state.memory);
        self.events.truncate(state.events);
        self.read = state.read;
    }
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
