//! The grid that a song's notes are written on, beat by beat: sixteenths, thirty-seconds where they are meant, triplets
//! of quarters, eighths or sixteenths.

use super::bars::Bars;
use crate::time::{TICKS_PER_QUARTER, Tick};

const SIXTEENTH: Tick = TICKS_PER_QUARTER / 4;
/// How near, in ticks, a note of a beat must lie to the second or third place of a triplet that may be one.
const NEAR: Tick = 70;
/// What a grid costs beside its mean error in ticks: what is harder to read must fit better.
const THIRTY_SECONDS: f64 = 60.0;
/// Thirty-seconds are meant only where notes lie so close to them, in ticks on average.
const EXACT: f64 = 15.0;
const TRIPLET: f64 = 22.0;
const SHORT_TRIPLET: f64 = 25.0;
/// What two notes cost that would be written at one place.
const COLLISION: f64 = 60.0;
/// Notes that lie this close are played together.
const TOGETHER: Tick = 90;

/// Where a note begins on the written axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Onset {
    /// Where it lies if what swings is straightened.
    pub straight: Tick,
    /// Where it is played.
    pub played: Tick,
}

/// A stretch with one grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its beginning.
    pub start: Tick,
    /// Its length.
    pub ticks: Tick,
    /// Whether it is divided by three; otherwise into values of `unit` ticks.
    pub is_triplet: bool,
    unit: Tick,
}

/// The cells of a song, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells(Vec<Cell>);

impl Cell {
    const fn straight(start: Tick, ticks: Tick, unit: Tick) -> Self {
        Self { start, ticks, is_triplet: false, unit }
    }

    const fn triplet(start: Tick, ticks: Tick) -> Self {
        Self { start, ticks, is_triplet: true, unit: ticks / 3 }
    }

    /// Where an onset lies in the cell.
    const fn place(&self, onset: Onset) -> Tick {
        if self.is_triplet { onset.played - self.start } else { onset.straight - self.start }
    }

    /// The nearest line of the grid, from 0 to the cell's end.
    fn line(&self, place: Tick) -> Tick {
        ((place + self.unit / 2).div_euclid(self.unit) * self.unit).clamp(0, self.ticks)
    }

    /// How far onsets lie from the grid, in ticks on average, and how many are written where another one is.
    fn cost(&self, onsets: &[Onset]) -> f64 {
        let mut far = 0;
        let mut collisions = 0;
        let mut before: Option<(Tick, Tick)> = None;
        for onset in onsets {
            let place = self.place(*onset);
            let line = self.line(place);
            far += (place - line).abs();
            if before.is_some_and(|(place_before, line_before)| line == line_before && place - place_before > TOGETHER)
            {
                collisions += 1;
            }
            before = Some((place, line));
        }
        far as f64 / onsets.len().max(1) as f64 + COLLISION * f64::from(collisions)
    }

    /// Whether a note lies near the second or third place of the triplet.
    fn has_inner(&self, onsets: &[Onset]) -> bool {
        let near = NEAR * self.ticks / TICKS_PER_QUARTER;
        onsets.iter().any(|onset| {
            let place = self.place(*onset);
            [self.unit, 2 * self.unit].iter().any(|line| (place - line).abs() <= near)
        })
    }
}

impl Cells {
    /// The cells that fit these onsets, in order, best, and how badly they fit: a sum over beats. `swings` if eighths
    /// swing, where the second third of a beat is more often of a triplet than a sixteenth.
    pub fn of(bars: &Bars, onsets: &[Onset], swings: bool) -> (Self, f64) {
        let mut cells: Vec<Cell> = Vec::new();
        let mut cost = 0.0;
        for bar in bars.all() {
            let end = bar.start + bar.ticks;
            let mut at = bar.start;
            while at < end {
                let ticks = bar.beat().min(end - at);
                let first = onsets.partition_point(|onset| onset.straight < at);
                let after = onsets.partition_point(|onset| onset.straight < at + ticks);
                let inside = &onsets[first..after];
                let (chosen, own) = beat(at, ticks, inside, swings, !bar.is_compound());
                cost += own * inside.len() as f64;
                let is_second = (at - bar.start) % (2 * TICKS_PER_QUARTER) == TICKS_PER_QUARTER;
                cells.extend(chosen);
                if is_second {
                    join_quarters(&mut cells, onsets);
                }
                at += ticks;
            }
        }
        (Self(cells), cost)
    }

    /// The cell at a place of the written axis.
    pub fn at(&self, written: Tick) -> Option<&Cell> {
        self.0.get(self.0.partition_point(|cell| cell.start + cell.ticks <= written))
    }

    /// Where an onset is written.
    pub fn written(&self, onset: Onset) -> Tick {
        self.at(onset.straight).map_or(onset.straight, |cell| cell.start + cell.line(cell.place(onset)))
    }

    /// The triplets within a stretch.
    pub fn triplets(&self, from: Tick, to: Tick) -> impl Iterator<Item = &Cell> {
        let first = self.0.partition_point(|cell| cell.start + cell.ticks <= from);
        self.0[first..].iter().take_while(move |cell| cell.start < to).filter(|cell| cell.is_triplet)
    }
}

/// The cells of a beat with their cost.
fn beat(start: Tick, ticks: Tick, onsets: &[Onset], swings: bool, may_divide: bool) -> (Vec<Cell>, f64) {
    let cell = Cell::straight(start, ticks, SIXTEENTH);
    let mut best = (vec![cell], cell.cost(onsets));
    let mut offer = |cells: Vec<Cell>, cost: f64| {
        if cost < best.1 {
            best = (cells, cost);
        }
    };
    let fine = Cell::straight(start, ticks, SIXTEENTH / 2);
    if fine.cost(onsets) <= EXACT {
        offer(vec![fine], fine.cost(onsets) + THIRTY_SECONDS);
    }
    if !may_divide || ticks != TICKS_PER_QUARTER {
        return best;
    }
    let triplet = Cell::triplet(start, ticks);
    if triplet.has_inner(onsets) {
        let is_near = |onset: &Onset, place: Tick| (onset.played - start - place).abs() <= TOGETHER;
        let has = |place: Tick| onsets.iter().any(|onset| is_near(onset, place));
        let preferred = swings && has(triplet.unit) && !has(ticks - SIXTEENTH * 2 / 3);
        offer(vec![triplet], triplet.cost(onsets) + if preferred { -COLLISION } else { TRIPLET });
    }
    let half = ticks / 2;
    let middle = onsets.partition_point(|onset| onset.straight < start + half);
    let (first, second) = onsets.split_at(middle);
    let choose = |start: Tick, onsets: &[Onset]| {
        let (plain, short) = (Cell::straight(start, half, SIXTEENTH), Cell::triplet(start, half));
        let (cost, cost_short) = (plain.cost(onsets), short.cost(onsets) + SHORT_TRIPLET);
        if onsets.len() > 1 && short.has_inner(onsets) && cost_short < cost {
            (short, cost_short)
        } else {
            (plain, cost)
        }
    };
    let ((left, cost_left), (right, cost_right)) = (choose(start, first), choose(start + half, second));
    if left.is_triplet || right.is_triplet {
        let count = onsets.len().max(1) as f64;
        offer(vec![left, right], (cost_left * first.len() as f64 + cost_right * second.len() as f64) / count);
    }
    best
}

/// Two beats of triplets whose notes lie on the thirds of both together are one triplet of quarters.
fn join_quarters(cells: &mut Vec<Cell>, onsets: &[Onset]) {
    let [.., left, right] = cells.as_slice() else { return };
    let (left, right) = (*left, *right);
    let is_pair = |cell: &Cell| cell.is_triplet && cell.ticks == TICKS_PER_QUARTER;
    if !is_pair(&left) || !is_pair(&right) || left.start + left.ticks != right.start {
        return;
    }
    let joined = Cell::triplet(left.start, left.ticks + right.ticks);
    let first = onsets.partition_point(|onset| onset.straight < left.start);
    let after = onsets.partition_point(|onset| onset.straight < right.start + right.ticks);
    let lines = onsets[first..after].iter().map(|onset| {
        let cell = if onset.straight < right.start { &left } else { &right };
        cell.start + cell.line(cell.place(*onset)) - left.start
    });
    let mut inner = [false; 2];
    for line in lines {
        match line / joined.unit {
            _ if line % joined.unit != 0 => return,
            place @ 1..=2 => inner[place as usize - 1] = true,
            _ => {}
        }
    }
    if inner == [true; 2] {
        cells.truncate(cells.len() - 2);
        cells.push(joined);
    }
}
