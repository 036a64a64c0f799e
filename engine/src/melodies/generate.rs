//! A melody from nothing: phrases from points of the space of phrases, in a form.

use super::{
    cells::{Layout, is_pitch},
    events::Conditions,
    feel::Feel,
    phrase::{Author, MOST_GENERATED, PhraseError, ends_well, grid_of, shape_of},
};
use crate::{
    arranging::random::Random,
    network::{
        PhraseSpace,
        cell_networks::PHRASE,
        contract::{ABSENT, CELL_SLOT, HOLD, PHRASE_BARS, SILENCE},
    },
};
use continuo_music::{key::Key, meter::Meter, note::Note, time::TICKS_PER_STEP};

/// How often an ending is drawn until it ends well; the last time, it is made to.
const TRIES: usize = 12;
/// How near the point of a contrasting phrase lies to the first one's: they are of one melody.
const KINSHIP: f32 = 0.6;
/// How much likelier nothing but the key's scale is made, as a logarithm.
const SCALE_BONUS: f32 = 1.0;
/// What it costs, as a logarithm, to hold a note or a rest for a sixteenth longer once it has lasted so many.
const STILL_COST: f32 = 0.4;
const LONG: usize = 10;
/// C major's signature.
const SCALE: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];

/// What melody to make.
#[derive(Clone, Debug)]
pub struct GenerateRequest<'a> {
    /// How many bars, 1 to [`MOST_GENERATED`].
    pub bars: u32,
    /// Their meter: 4/4, 3/4, or one that divides into the same bars.
    pub meter: Meter,
    /// The key.
    pub key: Key,
    /// The id of a genre; the network need not know it.
    pub genre: Option<&'a str>,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    pub temperature: f32,
    /// Chooses among the melodies.
    pub seed: u32,
}

/// A melody from nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// Its notes from tick 0 on, sorted.
    pub notes: Vec<Note>,
    /// The letter of each phrase of four bars: phrases with one letter begin alike.
    pub form: String,
    /// Whether the last note is the tonic.
    pub ends_on_tonic: bool,
}

/// Makes a melody. `progress` is called with the phrases that are done.
///
/// # Errors
/// When the number of bars is out of range, the meter has no phrases, or the network fails.
pub fn generate(
    space: &PhraseSpace,
    request: &GenerateRequest<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<Generated, PhraseError> {
    if !(1..=MOST_GENERATED).contains(&request.bars) {
        return Err(PhraseError::Bars(request.bars));
    }
    let grid = grid_of(request.meter)?;
    let steps = i64::from(request.bars) * request.meter.bar_ticks() / TICKS_PER_STEP;
    let phrase = PHRASE_BARS as i64 * grid.bar;
    let count = (steps + phrase - 1) / phrase;
    let conditions = Conditions { grid, key: request.key, genre: 0, chords: &[], end: None };
    let whole = space.whole(request.genre, request.key.is_minor(), grid.three);
    let random = Random::of_melody(request.seed);
    let mut author = Author::new(space, whole, request.temperature, random);
    let mut melody = Melody { points: Vec::new(), firsts: Vec::new() };
    let mut notes = Vec::new();
    let mut form = String::new();
    let mut ends_on_tonic = false;
    for number in 0..count {
        let letter = letter_of(number as usize);
        let shape = shape_of(grid, steps - number * phrase);
        let is_last = number + 1 == count;
        let written = melody.phrase(&mut author, letter, &shape, is_last.then_some(&conditions))?;
        let offset = number * phrase * TICKS_PER_STEP;
        notes.extend(
            notes_of(&written, &conditions).into_iter().map(|note| Note { start: note.start + offset, ..note }),
        );
        form.push(char::from(b'A' + (letter % 26) as u8));
        if is_last {
            let last = written.iter().rfind(|&&symbol| is_pitch(symbol));
            ends_on_tonic = last.is_some_and(|&symbol| conditions.is_tonic(symbol));
        }
        progress(number as usize + 1, count as usize);
    }
    Ok(Generated { notes, form, ends_on_tonic })
}

/// A A B A, A A C A, and so on, as songs go.
const fn letter_of(number: usize) -> usize {
    if number % 4 == 2 { 1 + number / 4 } else { 0 }
}

/// What was written of each letter.
struct Melody {
    points: Vec<Vec<f32>>,
    /// The first phrase of each letter.
    firsts: Vec<Option<[u8; PHRASE]>>,
}

impl Melody {
    fn phrase(
        &mut self,
        author: &mut Author<'_>,
        letter: usize,
        shape: &[u8; PHRASE],
        home: Option<&Conditions<'_>>,
    ) -> Result<[u8; PHRASE], PhraseError> {
        while self.points.len() <= letter {
            let mut point = author.point();
            if let Some(first) = self.points.first() {
                let rest = (1.0 - KINSHIP * KINSHIP).sqrt();
                point.iter_mut().zip(first).for_each(|(new, old)| *new = KINSHIP * old + rest * *new);
            }
            self.points.push(point);
            self.firsts.push(None);
        }
        let (Some(point), Some(first)) = (self.points.get(letter), self.firsts.get(letter).copied()) else {
            return Ok(*shape);
        };
        let bars = shape.iter().rposition(|&symbol| symbol != ABSENT).map_or(0, |last| last / CELL_SLOT + 1);
        // What comes again comes with an ending of its own; the last phrase has an ending that comes home.
        let kept = (bars.saturating_sub(1)) * CELL_SLOT;
        let begins: Vec<u8> = match first {
            Some(first) => first.get(..kept).unwrap_or_default().to_vec(),
            None => Vec::new(),
        };
        let mut written = author.write(point, shape, &begins, keep_going)?;
        if let Some(conditions) = home {
            let begins = written.get(..kept).unwrap_or_default().to_vec();
            let mut attempt = 1;
            while !ends_well(&written, conditions) && attempt < TRIES {
                written = author.write(point, shape, &begins, keep_going)?;
                attempt += 1;
            }
            if !ends_well(&written, conditions) {
                come_home(&mut written, conditions);
            }
        }
        if let Some(place) = self.firsts.get_mut(letter)
            && place.is_none()
        {
            *place = Some(written);
        }
        Ok(written)
    }
}

/// Makes the key's notes likelier, since a melody that begins from nothing has no reason to leave it; and what goes on and on
/// less likely, be it a note or silence.
fn keep_going(_: usize, written: &[u8], likely: &mut [f32]) {
    for (symbol, value) in likely.iter_mut().enumerate().take(usize::from(HOLD)) {
        let class = (symbol as u8 + crate::network::contract::MELODY_LOWEST) % 12;
        if !SCALE.contains(&class) {
            *value -= SCALE_BONUS;
        }
    }
    for still in [HOLD, SILENCE] {
        let there = written.iter().rev().filter(|&&symbol| symbol != ABSENT);
        let long = there.take_while(|&&symbol| symbol == still).count();
        if let Some(value) = likely.get_mut(usize::from(still)) {
            *value -= STILL_COST * long.saturating_sub(LONG) as f32;
        }
    }
}

/// Holds the tonic that is nearest to what came before from the middle of the last bar on.
fn come_home(phrase: &mut [u8; PHRASE], conditions: &Conditions<'_>) {
    let Some(end) = phrase.iter().rposition(|&symbol| symbol != ABSENT) else { return };
    let bar = end / CELL_SLOT * CELL_SLOT;
    let middle = bar + if end - bar >= 8 { 8.min((end - bar).div_ceil(2) / 4 * 4) } else { 0 };
    let near = phrase.iter().take(middle).rfind(|&&symbol| is_pitch(symbol)).copied().unwrap_or(28);
    let tonics = (0..HOLD).filter(|&symbol| conditions.is_tonic(symbol));
    let Some(tonic) = tonics.min_by_key(|symbol| symbol.abs_diff(near)) else { return };
    for (cell, symbol) in phrase.iter_mut().enumerate().skip(middle).filter(|(_, symbol)| **symbol != ABSENT) {
        *symbol = if cell == middle { tonic } else { HOLD };
    }
}

/// The notes of a phrase that begins at tick 0.
fn notes_of(phrase: &[u8; PHRASE], conditions: &Conditions<'_>) -> Vec<Note> {
    let (layout, feel) = (Layout::new(conditions.grid, PHRASE_BARS), Feel::usual());
    let mut found = Vec::new();
    for (cell, &symbol) in phrase.iter().enumerate().filter(|&(_, &symbol)| is_pitch(symbol)) {
        let Some(step) = layout.step(cell) else { continue };
        let steps = 1 + super::cells::held(phrase, cell).count() as i64;
        found.push(Note {
            start: conditions.grid.tick(step),
            pitch: conditions.pitch(symbol),
            length: steps * TICKS_PER_STEP,
            velocity: feel.velocity(step, conditions.grid),
        });
    }
    found
}

const _: () = assert!(SILENCE > HOLD);

#[cfg(all(test, feature = "runtimes"))]
mod tests;
