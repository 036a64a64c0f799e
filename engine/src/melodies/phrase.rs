//! Writes phrases from points of the space of phrases.

use super::{
    cells::{before, is_pitch},
    choice::drawn_from,
    events::{BarGrid, Conditions},
};
use crate::{
    arranging::random::Random,
    network::{
        InferenceError, PhraseSpace,
        cell_networks::{PHRASE, PhraseWriter, Whole},
        contract::{ABSENT, CELL_SLOT, HOLD, SILENCE},
        tensors::same_bits,
    },
};
use continuo_music::{meter::Meter, time::TICKS_PER_STEP};

/// The most bars that are written at a time.
pub const MOST_GENERATED: u32 = 128;
/// The most steps between two melodies.
pub const MOST_STEPS: u32 = 64;

/// Why no phrase is made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PhraseError {
    /// The number of bars is out of range.
    #[error("{0} bars cannot be written; give a number from 1 to {MOST_GENERATED}")]
    Bars(u32),
    /// The number of steps is out of range.
    #[error("{0} steps cannot be written; give a number from 1 to {MOST_STEPS}")]
    Steps(u32),
    /// The meter has no phrases.
    #[error("there are no phrases in {numerator}/{denominator}; choose 4/4, 2/4, 3/4, 6/8 or 12/8")]
    Meter {
        /// Beats of a bar.
        numerator: u8,
        /// What a beat is.
        denominator: u8,
    },
    /// A melody is too short.
    #[error("the {0} melody has no notes in its first bars")]
    NoNotes(&'static str),
    /// One melody has bars of three beats, the other has not.
    #[error("one melody has bars of three quarters and the other has not; there is no way between them")]
    Meters,
    /// A melody is too long.
    #[error("a melody is too long; cut it into parts")]
    TooLong,
    /// The network failed.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}

/// The grid of a meter with bars that phrases have.
pub(super) fn grid_of(meter: Meter) -> Result<BarGrid, PhraseError> {
    let grid = BarGrid::new(meter, 0);
    let whole = meter.bar_ticks() % TICKS_PER_STEP == 0;
    if whole && (grid.bar == 16 || grid.three && grid.bar == 12) {
        return Ok(grid);
    }
    Err(PhraseError::Meter { numerator: meter.numerator, denominator: meter.denominator })
}

/// Writes phrases of one melody.
pub(super) struct Author<'a> {
    space: &'a PhraseSpace,
    whole: Whole,
    temperature: f32,
    random: Random,
    /// The newest is the last.
    written: Vec<Beginnings>,
}

/// The phrase that was written last from a point, up to each of its bars: another that begins like it goes on from there.
struct Beginnings {
    point: Vec<f32>,
    writers: Vec<PhraseWriter>,
}

impl Beginnings {
    /// The cells of the longest.
    fn longest(&self) -> usize {
        self.writers.last().map_or(0, |writer| writer.cells.len())
    }
}

/// Of so many points beginnings are kept.
const BEGUN: usize = 16;

impl<'a> Author<'a> {
    pub const fn new(space: &'a PhraseSpace, whole: Whole, temperature: f32, random: Random) -> Self {
        Self { space, whole, temperature, random, written: Vec::new() }
    }

    /// A normally distributed point.
    pub fn point(&mut self) -> Vec<f32> {
        let mut point = vec![0.0; self.space.file().point()];
        self.random.fill_noise(1.0, &mut point);
        point
    }

    /// The phrase of a point: `shape` says which cells there are (those that are absent in it stay absent), `begins` is
    /// what the first cells hold already, and `nudge` may change the log-probabilities of a cell.
    pub fn write(
        &mut self,
        point: &[f32],
        shape: &[u8; PHRASE],
        begins: &[u8],
        mut nudge: impl FnMut(usize, &[u8], &mut [f32]),
    ) -> Result<[u8; PHRASE], InferenceError> {
        let mut beginnings = self.begun(point, begins);
        let mut writer = [beginnings.writers.last().cloned().unwrap_or_else(|| self.space.writer())];
        for cell in writer[0].cells.len()..end_of(shape) {
            if cell % CELL_SLOT == 0 && cell > beginnings.longest() {
                beginnings.writers.push(writer[0].clone());
            }
            let likely = self.space.next(&mut writer, &[point], &self.whole)?.concat();
            let symbol = match begins.get(cell) {
                Some(&symbol) => symbol,
                None => self.chosen(&writer[0].cells, shape, likely, &mut nudge),
            };
            writer[0].cells.push(symbol);
        }
        if self.written.len() >= BEGUN {
            self.written.remove(0);
        }
        self.written.push(beginnings);
        Ok(whole_phrase(&writer[0].cells))
    }

    /// The phrases of several points, side by side: the network writes a cell of each in one run. `nudge` is also called
    /// with the phrase's number.
    pub fn write_all(
        &mut self,
        points: &[Vec<f32>],
        shapes: &[[u8; PHRASE]],
        mut nudge: impl FnMut(usize, usize, &mut [f32]),
    ) -> Result<Vec<[u8; PHRASE]>, InferenceError> {
        let mut writers = vec![self.space.writer(); points.len()];
        let points: Vec<&[f32]> = points.iter().map(Vec::as_slice).collect();
        for _ in 0..shapes.iter().map(end_of).max().unwrap_or(0) {
            let likely = self.space.next(&mut writers, &points, &self.whole)?;
            for (number, ((writer, shape), likely)) in writers.iter_mut().zip(shapes).zip(likely).enumerate() {
                let symbol =
                    self.chosen(&writer.cells, shape, likely, &mut |cell, _, likely| nudge(number, cell, likely));
                writer.cells.push(symbol);
            }
        }
        Ok(writers.iter().map(|writer| whole_phrase(&writer.cells)).collect())
    }

    /// The symbol of the next cell, after those that were written.
    fn chosen(
        &mut self,
        written: &[u8],
        shape: &[u8; PHRASE],
        mut likely: Vec<f32>,
        nudge: &mut impl FnMut(usize, &[u8], &mut [f32]),
    ) -> u8 {
        let cell = written.len();
        if shape.get(cell).is_none_or(|&there| there == ABSENT) {
            return ABSENT;
        }
        nudge(cell, written, &mut likely);
        if before(written, cell).is_none_or(|symbol| symbol == SILENCE)
            && let Some(hold) = likely.get_mut(usize::from(HOLD))
        {
            *hold = f32::NEG_INFINITY;
        }
        drawn_from(&likely, self.temperature, &mut self.random).map_or(SILENCE, |symbol| symbol as u8)
    }

    /// What was written of a point's phrase and begins as is wanted.
    fn begun(&mut self, point: &[f32], begins: &[u8]) -> Beginnings {
        let there = self.written.iter().position(|written| same_bits(&written.point, point));
        let mut found = there.map_or_else(
            || Beginnings { point: point.to_vec(), writers: Vec::new() },
            |there| self.written.remove(there),
        );
        found.writers.retain(|writer| begins.starts_with(&writer.cells));
        found
    }
}

/// The number of cells up to the last that there is.
fn end_of(shape: &[u8; PHRASE]) -> usize {
    shape.iter().rposition(|&symbol| symbol != ABSENT).map_or(0, |last| last + 1)
}

/// A phrase of these cells; what is not written is absent.
fn whole_phrase(cells: &[u8]) -> [u8; PHRASE] {
    let mut phrase = [ABSENT; PHRASE];
    phrase.iter_mut().zip(cells).for_each(|(cell, &symbol)| *cell = symbol);
    phrase
}

/// The cells that a phrase of a grid has, all silent; from `end`, counted in steps, on they are absent.
pub(super) fn shape_of(grid: BarGrid, end: i64) -> [u8; PHRASE] {
    std::array::from_fn(|cell| {
        let place = (cell % CELL_SLOT) as i64;
        let step = (cell / CELL_SLOT) as i64 * grid.bar + place;
        if place < grid.bar && step < end { SILENCE } else { ABSENT }
    })
}

/// Whether a phrase ends on the tonic, on a beat of the last bar's first half or held from before, and not short.
pub(super) fn ends_well(phrase: &[u8], conditions: &Conditions<'_>) -> bool {
    let Some(last) = phrase.iter().rposition(|&symbol| is_pitch(symbol)) else { return false };
    let held = super::cells::held(phrase, last).count();
    let end = phrase.iter().rposition(|&symbol| symbol != ABSENT).unwrap_or(0);
    let in_last_bar = last / CELL_SLOT == end / CELL_SLOT || last + held >= end / CELL_SLOT * CELL_SLOT + 4;
    let in_time = (last % CELL_SLOT) as i64 <= conditions.grid.bar / 2 && last % 4 == 0 && held >= 3;
    conditions.is_tonic(phrase[last]) && in_time && in_last_bar
}

#[cfg(all(test, feature = "runtimes"))]
mod tests {
    use super::*;
    use crate::network::{BackendChoice, ModelSource};

    /// Whatever was written before, a phrase is the one that an author writes who has written nothing.
    #[test]
    fn a_phrase_that_goes_on_from_a_beginning_is_written_as_from_nothing() -> Result<(), InferenceError> {
        let space = PhraseSpace::load(&ModelSource::Embedded, BackendChoice::Tract).expect("the built-in networks");
        let author = |seed| Author::new(&space, space.whole(None, false, false), 0.9, Random::of_melody(seed));
        let shape = shape_of(BarGrid::new(Meter::COMMON, 0), 1000);
        let mut one = author(1);
        let points = [one.point(), one.point()];
        let whole = one.write(&points[0], &shape, &[], |_, _, _| {})?;
        let mut other = whole;
        other[20] = if other[20] == SILENCE { 30 } else { SILENCE };
        let begins = [(0, &whole[..48]), (1, &whole[..48]), (0, &other[..48]), (0, &whole[..40]), (0, &whole[..0])];
        for (point, begins) in begins {
            one.random = Random::of_melody(5);
            let written = one.write(&points[point], &shape, begins, |_, _, _| {})?;
            assert_eq!(written, author(5).write(&points[point], &shape, begins, |_, _, _| {})?, "{}", begins.len());
            assert!(written.starts_with(begins));
            let beginnings = one.begun(&points[point], &written);
            assert_eq!(beginnings.longest(), 48, "beginnings are kept");
            one.written.push(beginnings);
        }
        Ok(())
    }
    /// At temperature 0, where no chance is left.
    #[test]
    fn phrases_that_are_written_side_by_side_are_those_that_are_written_alone() -> Result<(), InferenceError> {
        let space = PhraseSpace::load(&ModelSource::Embedded, BackendChoice::Tract).expect("the built-in networks");
        let mut author = Author::new(&space, space.whole(None, false, false), 0.0, Random::of_melody(1));
        let grid = BarGrid::new(Meter::COMMON, 0);
        let (points, shapes) = ([author.point(), author.point()], [shape_of(grid, 1000), shape_of(grid, 40)]);
        let together = author.write_all(&points, &shapes, |number, cell, likely| {
            if number == 1 && cell == 0 {
                likely[30] += 100.0;
            }
        })?;
        let first = author.write(&points[0], &shapes[0], &[], |_, _, _| {})?;
        let second = author.write(&points[1], &shapes[1], &[], |cell, _, likely| {
            if cell == 0 {
                likely[30] += 100.0;
            }
        })?;
        assert_eq!(together, [first, second]);
        assert!(first[0] != second[0] && second[0] == 30 && second[40..].iter().all(|&symbol| symbol == ABSENT));
        Ok(())
    }
}
