//! Makes a melody better: takes notes away, adds some and moves others, as long as that makes it likelier. The reviser proposes,
//! and the network that goes on with melodies judges with it.

use super::{
    cells::{before, held, is_pitch},
    change::{Change, MOST_CHANGES, ReviseError, changes},
    judged::Judge,
    passage::{KnownMelody, Passage},
    revision::Revision,
};
use crate::{
    arranging::random::Random,
    network::{
        InferenceError, MelodyNetwork, Reviser,
        cell_networks::likely_at,
        contract::{CELL_SLOT, CELL_SYMBOLS, HOLD, REST, SILENCE},
    },
};
use continuo_music::{key::Key, note::Note, time::Tick};
use std::ops::Range;

/// The share of notes that may be wrong: what the network reads without risk, and what each unit of risk adds.
const DOUBT: f32 = 0.1;
const RISKY_DOUBT: f32 = 0.08;
/// How much likelier a change makes the melody at least, as a logarithm: without risk, where the melody network judges.
const LEAST_GAIN: f32 = 4.0;
/// A change must gain so many times as much as the reviser finds what is there unlikely, on average: in an unusual melody much
/// seems wrong.
const GAIN_FOR_SURPRISE: f32 = 1.7;
/// The same where the reviser decides alone, and by how much a risk of 1 lowers that. More risk lowers it more and more: of what
/// comes again and again the reviser is very sure.
const LEAST_GAIN_ALONE: f32 = 2.0;
const RISKY_GAIN_ALONE: f32 = 2.3;
/// How much more a change must gain that makes notes fewer or more, without risk: melodies of fewer notes are likelier.
const OTHER_NUMBER: f32 = 8.0;
/// So many of the reviser's proposals are judged for each slot in which notes may change, the likeliest.
const PROPOSALS: usize = 8;
/// Of the changes that gain enough, those are made that do not lie nearer to each other than so many cells.
const NEAR: usize = 2;
/// How much chance counts beside the gain, for each unit of risk.
const CHANCE: f32 = 0.5;
/// What it costs to change a cell again.
const AGAIN: f32 = 2.0;
/// A note that is added where the melody rests sounds at most so many cells.
const LONGEST_ADDED: usize = 16;

/// What to make better, and how.
#[derive(Clone, Debug)]
pub struct EnhanceRequest<'a> {
    /// The melody.
    pub melody: KnownMelody<'a>,
    /// The bars in which notes may change.
    pub span: Range<Tick>,
    /// The most notes that are added and taken away; a note that changes its pitch is both. 0 to [`MOST_CHANGES`].
    pub add: u32,
    /// As `add`.
    pub remove: u32,
    /// How often something is changed at most, 0 to [`MOST_CHANGES`].
    pub iterations: u32,
    /// How much is dared, 0 (only what is surely better) to 2.
    pub risk: f32,
    /// Chooses among the results.
    pub seed: u32,
}

/// A melody that was made better.
#[derive(Clone, Debug, PartialEq)]
pub struct Enhanced {
    /// All notes of the melody, sorted.
    pub notes: Vec<Note>,
    /// What changed, sorted by start.
    pub changes: Vec<Change>,
    /// The key.
    pub key: Key,
    /// How likely the reviser finds the melody before and after, nats a note: the mean log-probability of each note's
    /// beginning, read with the notes around it.
    pub likelihood: [f32; 2],
    /// How often something was changed.
    pub iterations: u32,
}

/// Makes a melody better. Without a `judge`, the network that goes on with melodies, and from a risk of 1 on, the
/// reviser decides alone. `progress` is called with the iterations that are done.
///
/// # Errors
/// When there are no notes, a number is out of range, the song is too long, or a network fails.
pub fn enhance(
    network: &Reviser,
    judge: Option<&MelodyNetwork>,
    request: &EnhanceRequest<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<Enhanced, ReviseError> {
    if request.melody.notes.is_empty() {
        return Err(ReviseError::NoNotes);
    }
    if [request.add, request.remove, request.iterations].iter().any(|&number| number > MOST_CHANGES) {
        return Err(ReviseError::OutOfRange);
    }
    let judge = judge.filter(|_| request.risk < 1.0);
    let passage = Passage::of(request.melody, &request.span).ok_or(ReviseError::TooLong)?;
    let within = passage.cells_of(&request.span);
    if !within.clone().any(|cell| is_pitch(passage.written.cells[cell])) {
        return Err(ReviseError::NothingThere);
    }
    let mut work = Work {
        judge: judge.map(|network| Judge::new(network, passage.conditions, passage.layout, request.melody.genre)),
        revision: Revision::new(network, &passage),
        original: passage.written.cells.clone(),
        cells: passage.written.cells.clone(),
        likely: vec![0.0; passage.layout.len() * CELL_SYMBOLS],
        touched: vec![0; passage.layout.len()],
        within,
        doubt: DOUBT + RISKY_DOUBT * request.risk,
        random: Random::of_melody(request.seed),
        request,
    };
    work.ask(0..passage.layout.len())?;
    let first = work.likelihood();
    let mut iterations = 0;
    // What the melody network judged is made at once. To judge again would cost as much, and changes more right notes.
    let rounds = if judge.is_some() { 1 } else { MOST_CHANGES };
    for _ in 0..rounds {
        if iterations >= request.iterations {
            break;
        }
        let edits = work.better(request.iterations - iterations)?;
        if edits.is_empty() {
            break;
        }
        for edit in &edits {
            work.apply(edit)?;
            iterations += 1;
            progress(iterations as usize, request.iterations as usize);
        }
    }
    let last = work.likelihood();
    let changes = changes(&passage, &work.cells);
    let notes = passage.notes(&work.cells);
    Ok(Enhanced { notes, changes, key: passage.conditions.key, likelihood: [first, last], iterations })
}

/// New symbols of some cells, in order.
type Edit = Vec<(usize, u8)>;

struct Work<'a> {
    revision: Revision<'a>,
    judge: Option<Judge<'a>>,
    original: Vec<u8>,
    cells: Vec<u8>,
    /// `[cells, 63]`.
    likely: Vec<f32>,
    /// How often each cell was changed.
    touched: Vec<u8>,
    within: Range<usize>,
    doubt: f32,
    random: Random,
    request: &'a EnhanceRequest<'a>,
}

impl Work<'_> {
    fn ask(&mut self, changed: Range<usize>) -> Result<(), InferenceError> {
        self.revision.update(&mut self.likely, &self.cells, &changed, self.doubt)
    }

    fn at(&self, cell: usize, symbol: u8) -> f32 {
        self.likely.get(likely_at(cell, symbol)).copied().unwrap_or(f32::NEG_INFINITY)
    }

    /// By how much an edit raises the log-probability.
    fn gain(&self, edit: &Edit) -> f32 {
        edit.iter().map(|&(cell, symbol)| self.at(cell, symbol) - self.at(cell, self.cells[cell])).sum()
    }

    /// The edits that make the melody better, at most so many, the best first: several that do not lie near each other where the
    /// melody network judges, or else one.
    fn better(&mut self, most: u32) -> Result<Vec<Edit>, InferenceError> {
        let risk = self.request.risk;
        let alone = LEAST_GAIN_ALONE - RISKY_GAIN_ALONE * risk * risk.sqrt();
        let proposals = self.proposals();
        let judged = LEAST_GAIN.max(GAIN_FOR_SURPRISE * self.surprise(&proposals));
        let least = if self.judge.is_some() { mixed(self.caution(), judged, alone) } else { alone };
        let mut better: Vec<(f32, Edit)> = Vec::new();
        for (revised, edit) in proposals {
            let again = f32::from(edit.iter().map(|&(cell, _)| self.touched[cell]).max().unwrap_or(0));
            let gain = self.judgement(revised, &edit)? - AGAIN * again;
            if gain > least {
                // Gumbel's numbers choose in proportion to the probabilities.
                let chance = -(-self.random.uniform().clamp(1e-6, 1.0 - 1e-6).ln()).ln();
                better.push((gain + CHANCE * self.request.risk * chance, edit));
            }
        }
        better.sort_by(|one, other| other.0.total_cmp(&one.0));
        let most = if self.judge.is_some() { most } else { most.min(1) } as usize;
        let mut chosen: Vec<Edit> = Vec::new();
        let mut all: Edit = Vec::new();
        for (_, edit) in better {
            if chosen.len() >= most {
                break;
            }
            let is_apart = chosen.iter().all(|other| !is_near(other, &edit) && !self.is_exchange(other, &edit));
            if !is_apart || !self.is_allowed(&[&*all, &*edit].concat()) {
                continue;
            }
            all.extend(&edit);
            chosen.push(edit);
        }
        Ok(chosen)
    }

    /// Whether two edits exchange what stands at the same place of two bars. Each bar learnt from the other: where one of them is
    /// wrong, only the better edit mends it, and both would move the fault.
    fn is_exchange(&self, one: &Edit, other: &Edit) -> bool {
        let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (*one, *other)));
        let mut alike = pairs.filter(|((one, _), (other, _))| one % CELL_SLOT == other % CELL_SLOT);
        alike.any(|((one, first), (other, second))| first == self.cells[other] && second == self.cells[one])
    }

    /// Whether no more notes are added and taken away than the request allows.
    fn is_allowed(&self, edit: &[(usize, u8)]) -> bool {
        let (added, removed) = self.counts(edit);
        added <= self.request.add && removed <= self.request.remove
    }

    /// What the reviser proposes within the limits, and by how much it finds the melody likelier then, in order of cells.
    fn proposals(&self) -> Vec<(f32, Edit)> {
        let edits = self.within.clone().flat_map(|cell| self.edits(cell));
        let mut found: Vec<(f32, Edit)> =
            edits.filter(|edit| self.is_allowed(edit)).map(|edit| (self.gain(&edit), edit)).collect();
        if self.judge.is_some() {
            found.sort_by(|one, other| other.0.total_cmp(&one.0));
            found.truncate(PROPOSALS * self.within.len().div_ceil(CELL_SLOT));
            // The judge reads the surroundings of a bar once.
            found.sort_by_key(|(_, edit)| edit.first().map_or(0, |&(cell, _)| cell));
        }
        found
    }

    /// How unlikely the reviser finds what is there where it proposes something else, nats a proposal.
    fn surprise(&self, proposals: &[(f32, Edit)]) -> f32 {
        let cells = || proposals.iter().filter_map(|(_, edit)| edit.first()).map(|&(cell, _)| cell);
        -cells().map(|cell| self.at(cell, self.cells[cell])).sum::<f32>() / cells().count().max(1) as f32
    }

    /// How much better the melody is with an edit that the reviser finds so much likelier.
    fn judgement(&mut self, revised: f32, edit: &Edit) -> Result<f32, InferenceError> {
        let Some(judge) = &mut self.judge else { return Ok(revised) };
        let found = judge.gain(&self.cells, edit)?;
        let was_note = edit.first().is_some_and(|&(cell, _)| is_pitch(self.cells[cell]));
        let is_note = edit.first().is_some_and(|&(_, symbol)| is_pitch(symbol));
        let other_number = if was_note && is_note { 0.0 } else { OTHER_NUMBER };
        Ok(self.caution() * (found - other_number) + revised)
    }

    /// How much the melody network has to say, 1 without risk; from a risk of 1 on the reviser decides alone.
    fn caution(&self) -> f32 {
        (1.0 - self.request.risk).clamp(0.0, 1.0)
    }

    /// What could change in a cell: another pitch, no note, or a new one.
    fn edits(&self, cell: usize) -> Vec<Edit> {
        let now = self.cells[cell];
        let is_note = is_pitch(now);
        if !is_note && !matches!(now, HOLD | SILENCE) {
            return Vec::new();
        }
        let mut pitches: Vec<u8> = (0..REST).filter(|&symbol| symbol != now).collect();
        pitches.sort_by(|&a, &b| self.at(cell, b).total_cmp(&self.at(cell, a)));
        pitches.truncate(3);
        let mut found: Vec<Edit> = Vec::new();
        if is_note {
            found.extend(pitches.iter().map(|&pitch| vec![(cell, pitch)]));
            if before(&self.cells, cell).is_some_and(|symbol| symbol != SILENCE) {
                found.push(vec![(cell, HOLD)]);
            }
            // It and what is held of it fall silent, as far as that lies in the bars.
            let held: Vec<usize> = held(&self.cells, cell).collect();
            if held.iter().all(|held| self.within.contains(held)) {
                found.push([cell].into_iter().chain(held).map(|cell| (cell, SILENCE)).collect());
            }
        } else {
            for pitch in pitches {
                let mut edit = vec![(cell, pitch)];
                if now == SILENCE {
                    edit.extend(self.held_from(cell).map(|cell| (cell, HOLD)));
                }
                found.push(edit);
            }
        }
        found
    }

    /// The silent cells after a cell that are likeliest to hold what begins there.
    fn held_from(&self, cell: usize) -> impl Iterator<Item = usize> {
        let silent = (cell + 1..self.within.end).take_while(|&next| self.cells[next] == SILENCE).take(LONGEST_ADDED);
        let (mut sum, mut most, mut end) = (0.0, 0.0, cell + 1);
        for next in silent {
            sum += self.at(next, HOLD) - self.at(next, SILENCE);
            if sum > most {
                (most, end) = (sum, next + 1);
            }
        }
        cell + 1..end
    }

    /// How many notes an edit leaves that were not there, and how many of those that were there are gone.
    fn counts(&self, edit: &[(usize, u8)]) -> (u32, u32) {
        let mut found = (0, 0);
        let edited = |cell: usize| edit.iter().find(|&&(there, _)| there == cell).map(|&(_, symbol)| symbol);
        for cell in self.within.clone() {
            let (was, is) = (self.original[cell], edited(cell).unwrap_or(self.cells[cell]));
            if was != is {
                found.0 += u32::from(is_pitch(is));
                found.1 += u32::from(is_pitch(was));
            }
        }
        found
    }

    fn apply(&mut self, edit: &Edit) -> Result<(), InferenceError> {
        for &(cell, symbol) in edit {
            self.cells[cell] = symbol;
            self.touched[cell] = self.touched[cell].saturating_add(1);
        }
        let (Some(first), Some(last)) = (edit.first(), edit.last()) else { return Ok(()) };
        self.ask(first.0..last.0 + 1)
    }

    /// The mean log-probability of the beginnings of notes.
    fn likelihood(&self) -> f32 {
        let notes = || self.within.clone().filter(|&cell| is_pitch(self.cells[cell]));
        notes().map(|cell| self.at(cell, self.cells[cell])).sum::<f32>() / notes().count().max(1) as f32
    }
}

/// So much of one number, and the rest of the other.
fn mixed(share: f32, one: f32, other: f32) -> f32 {
    share * one + (1.0 - share) * other
}

/// Whether two edits lie near each other.
fn is_near(one: &Edit, other: &Edit) -> bool {
    let ends = |edit: &Edit| edit.first().zip(edit.last()).map_or((0, 0), |(first, last)| (first.0, last.0));
    let ((one, one_end), (other, other_end)) = (ends(one), ends(other));
    one < other_end + NEAR && other < one_end + NEAR
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
