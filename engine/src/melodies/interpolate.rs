//! The way from one melody to another, in steps that are melodies themselves.

use super::{
    cells::{Layout, is_pitch},
    passage::{KnownMelody, Passage},
    phrase::{Author, MOST_STEPS, PhraseError, grid_of, shape_of},
};
use crate::{
    arranging::random::Random,
    network::{
        PhraseSpace,
        cell_networks::PHRASE,
        contract::{ABSENT, CELL_SLOT, PHRASE_BARS},
    },
};
use continuo_music::{
    key::Key,
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// The most bars that count of each melody.
pub const MOST_MORPHED: usize = 16;
/// How much the ends pull at the beginning and at the end of the way, as a logarithm.
const PULL: f32 = 4.0;
/// The most phrases that are written side by side.
const MOST_AT_ONCE: usize = 64;

/// Between what to find a way, and how.
#[derive(Clone, Debug)]
pub struct InterpolateRequest<'a> {
    /// Where the way begins.
    pub from: KnownMelody<'a>,
    /// Where it ends.
    pub to: KnownMelody<'a>,
    /// Where the first full bar of each begins.
    pub first_full_bars: [Tick; 2],
    /// How many melodies lie between them, 1 to [`MOST_STEPS`].
    pub steps: u32,
    /// How boldly notes are chosen, 0 (the likeliest) to 2.
    pub temperature: f32,
    /// Chooses among the ways.
    pub seed: u32,
}

/// A melody on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Where it begins.
    pub start: Tick,
    /// How far it is from the first and from the last melody: the share of the steps that differ, 0 to 1.
    pub distances: [f32; 2],
}

/// The way from one melody to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpolation {
    /// All notes: the first melody, the steps, the last melody, one after the other from tick 0 on; in the first one's key.
    pub notes: Vec<Note>,
    /// The first melody, the steps and the last one.
    pub stations: Vec<Station>,
    /// Bars of each.
    pub bars: usize,
    /// The keys of the two melodies; all is in the first.
    pub keys: [Key; 2],
}

/// Finds a way. `progress` is called with the steps that are done.
///
/// # Errors
/// When the number of steps is out of range, a melody has no notes, the meters do not fit, or the network fails.
pub fn interpolate(
    space: &PhraseSpace,
    request: &InterpolateRequest<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<Interpolation, PhraseError> {
    if !(1..=MOST_STEPS).contains(&request.steps) {
        return Err(PhraseError::Steps(request.steps));
    }
    let ends = [(request.from, "first"), (request.to, "second")];
    let mut passages = Vec::new();
    for ((melody, name), first) in ends.into_iter().zip(request.first_full_bars) {
        let meter = melody.meters.at(first).meter;
        grid_of(meter)?;
        if melody.notes.is_empty() {
            return Err(PhraseError::NoNotes(name));
        }
        let passage = Passage::of(melody, &(first..first + meter.bar_ticks())).ok_or(PhraseError::TooLong)?;
        passages.push(passage);
    }
    let [from, to] = passages.as_slice() else { return Err(PhraseError::Meters) };
    let grid = from.layout.grid;
    if (grid.bar, grid.three) != (to.layout.grid.bar, to.layout.grid.three) {
        return Err(PhraseError::Meters);
    }
    let bars = [from, to].map(|passage| (passage.layout.len() / CELL_SLOT).min(MOST_MORPHED));
    let longest = bars[0].max(bars[1]);
    // A melody is written in whole phrases; the shorter one is repeated.
    let ends = [repeated(from, bars[0], longest), repeated(to, bars[1], longest)];
    for (end, name) in ends.iter().zip(["first", "second"]) {
        if !end.iter().flatten().any(|&symbol| is_pitch(symbol)) {
            return Err(PhraseError::NoNotes(name));
        }
    }
    let is_minor = from.conditions.key.is_minor();
    let whole_of = |passage: &Passage<'_>| {
        space.whole(passage.melody.genre, passage.conditions.key.is_minor(), passage.layout.grid.three)
    };
    let points = [(from, &ends[0]), (to, &ends[1])].map(|(passage, phrases)| {
        phrases.iter().map(|phrase| space.point_of(phrase, &whole_of(passage))).collect::<Result<Vec<_>, _>>()
    });
    let [from_points, to_points] = points;
    let (from_points, to_points) = (from_points?, to_points?);
    let whole = space.whole(request.from.genre, is_minor, grid.three);
    let random = Random::of_melody(request.seed);
    let mut author = Author::new(space, whole, request.temperature, random);
    let mut way: Vec<Vec<[u8; PHRASE]>> = vec![ends[0].clone()];
    let shapes: Vec<[u8; PHRASE]> = (0..from_points.len())
        .map(|number| shape_of(grid, (longest - number * PHRASE_BARS) as i64 * grid.bar))
        .collect();
    let steps: Vec<u32> = (1..=request.steps).collect();
    let at_once = (MOST_AT_ONCE / shapes.len().max(1)).max(1);
    for steps in steps.chunks(at_once) {
        let share = |row: usize| steps[row / shapes.len()] as f32 / (request.steps + 1) as f32;
        let rows = steps.len() * shapes.len();
        let place = |row: usize| row % shapes.len();
        let points: Vec<Vec<f32>> =
            (0..rows).map(|row| between(&from_points[place(row)], &to_points[place(row)], share(row))).collect();
        let written = author.write_all(&points, &shapes.repeat(steps.len()), |row, cell, likely| {
            let (near, far) = (&ends[0][place(row)], &ends[1][place(row)]);
            for (end, pull) in [(near, 1.0 - share(row)), (far, share(row))] {
                if let Some(value) = likely.get_mut(usize::from(end[cell])) {
                    *value += PULL * pull;
                }
            }
        })?;
        way.extend(written.chunks(shapes.len()).map(<[_]>::to_vec));
        progress(way.len() - 1, request.steps as usize);
    }
    way.push(ends[1].clone());
    Ok(told(from, to, &way, longest))
}

/// The way as notes.
fn told(from: &Passage<'_>, to: &Passage<'_>, way: &[Vec<[u8; PHRASE]>], bars: usize) -> Interpolation {
    let grid = from.layout.grid;
    let layout = Layout::new(grid, bars.div_ceil(PHRASE_BARS) * PHRASE_BARS);
    let length = bars as Tick * grid.bar * TICKS_PER_STEP;
    let (mut notes, mut stations) = (Vec::new(), Vec::new());
    let joined: Vec<Vec<u8>> = way.iter().map(|phrases| phrases.concat()).collect();
    let [first, last] = [joined.first(), joined.last()].map(|cells| cells.map(Vec::as_slice).unwrap_or_default());
    for (number, cells) in joined.iter().enumerate() {
        let start = number as Tick * length;
        let moved = from.rendered(cells, &layout).into_iter();
        notes.extend(moved.map(|note| Note { start: note.start - grid.origin + start, ..note }));
        stations.push(Station { start, distances: [distance(cells, first), distance(cells, last)] });
    }
    notes.sort_unstable();
    Interpolation { notes, stations, bars, keys: [from.conditions.key, to.conditions.key] }
}

/// The phrases of a melody's first `bars` bars, repeated to fill `all` bars.
fn repeated(passage: &Passage<'_>, bars: usize, all: usize) -> Vec<[u8; PHRASE]> {
    let slot = |bar: usize| {
        let first = bar % bars.max(1) * CELL_SLOT;
        passage.written.cells.get(first..first + CELL_SLOT).unwrap_or(&[ABSENT; CELL_SLOT])
    };
    (0..all)
        .step_by(PHRASE_BARS)
        .map(|first| {
            let mut phrase = [ABSENT; PHRASE];
            for (bar, cells) in (first..all).zip(phrase.chunks_exact_mut(CELL_SLOT)) {
                cells.copy_from_slice(slot(bar));
            }
            phrase
        })
        .collect()
}

/// A point on the arc between two: on the straight line, points would lie nearer to the middle of the space than phrases do.
fn between(first: &[f32], last: &[f32], share: f32) -> Vec<f32> {
    let length = |point: &[f32]| point.iter().map(|number| number * number).sum::<f32>().sqrt().max(1e-6);
    let product: f32 = first.iter().zip(last).map(|(a, b)| a * b).sum();
    let angle = (product / (length(first) * length(last))).clamp(-1.0, 1.0).acos();
    let (near, far) = if angle.sin() < 1e-3 {
        (1.0 - share, share)
    } else {
        (((1.0 - share) * angle).sin() / angle.sin(), (share * angle).sin() / angle.sin())
    };
    first.iter().zip(last).map(|(a, b)| near * a + far * b).collect()
}

/// The share of the cells that differ.
fn distance(left: &[u8], right: &[u8]) -> f32 {
    let there = || left.iter().zip(right).filter(|&(&a, &b)| a != ABSENT || b != ABSENT);
    there().filter(|(a, b)| a != b).count() as f32 / there().count().max(1) as f32
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
