//! Swing: the network hears a swung melody in straight time, and what it writes is swung as the melody.
//!
//! The network knows sixteenths and small shifts of them. Swung eighths lie between its steps, so it hears a shuffle as dotted
//! rhythms and accompanies it straight. Therefore the melody, and what the parts played before, are moved to straight
//! time, and the new notes back. Some genres, such as jazz, swing by themselves: that is taken off before.

use super::{home::Home, own_parts::OwnInPhrase, recall::Recall, request::PhraseRequest};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    swing::{Level, MOST_SWING, Swing, SwingGrid},
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// How far a note may lie from its step in straight time, in ticks: a player's feel. The network's own swing lies further.
const FEEL: Tick = 36;
/// How far a triplet lies from the network's nearest step.
const TRIPLET: Tick = TICKS_PER_STEP / 3;
/// So many triplets in two phrases, and so many for each shorter note, are twelve eighths.
const TRIPLETS: usize = 4;

/// A request in straight time.
pub(super) struct Straightened {
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    before: PartNotes,
    given: PartMap<Option<Vec<Note>>>,
    own: Option<OwnInPhrase>,
    home: Option<Home>,
    recall: Option<Recall>,
    band: SwingGrid,
    /// The band's eighths swing.
    in_eighths: bool,
    /// The melody plays whole triplets: what it swings is twelve eighths.
    in_triplets: bool,
}

impl Straightened {
    /// The request in straight time; `None` if it is straight.
    pub fn of(request: &PhraseRequest<'_>) -> Option<Self> {
        let grid = |swing: Option<Swing>| SwingGrid::of(&request.span, swing);
        let (melody, band) = (grid(request.feel.melody), grid(request.feel.band));
        if melody.is_straight() && band.is_straight() {
            return None;
        }
        let straight_melody = straightened(request.melody, &melody);
        let in_eighths = |swing: Option<Swing>| swing.is_some_and(|swing| swing.level == Level::Eighths);
        let parts = |notes: &PartNotes| PartMap::from_fn(|part| straightened(&notes[part], &band));
        Some(Self {
            in_triplets: in_eighths(request.feel.melody) && plays_triplets(&straight_melody, &melody, request),
            melody: straight_melody,
            heard: request.heard.iter().map(|range| melody.unswing(range.start)..melody.unswing(range.end)).collect(),
            before: parts(request.before),
            given: PartMap::from_fn(|part| {
                // What the player plays beside the melody swings as the melody.
                let grid = if request.settings.shape.own[part] { &melody } else { &band };
                request.given[part].as_ref().map(|notes| straightened(notes, grid))
            }),
            own: request.own.map(|own| {
                let notes = |part| own.notes[part].as_ref().map(|notes| straightened(notes, &melody));
                OwnInPhrase { notes: PartMap::from_fn(notes), fingerprint: own.fingerprint }
            }),
            home: request.home.map(|home| Home { begins: home.begins.map(|tick| melody.unswing(tick)), ..home }),
            recall: request.recall.map(|recall| Recall {
                notes: recall.notes.as_ref().map(parts),
                before: parts(&recall.before),
                ..recall.clone()
            }),
            band,
            in_eighths: in_eighths(request.feel.band),
        })
    }

    /// The request.
    pub fn request<'a>(&'a self, request: &PhraseRequest<'a>) -> PhraseRequest<'a> {
        PhraseRequest {
            melody: &self.melody,
            heard: &self.heard,
            before: &self.before,
            given: &self.given,
            own: self.own.as_ref(),
            home: self.home,
            recall: self.recall.as_ref(),
            ..request.clone()
        }
    }

    /// The parts as they are played: parts that were `given` stay as they are.
    pub fn swung(&self, mut parts: PartNotes, given: &PartMap<Option<Vec<Note>>>) -> PartNotes {
        PartMap::from_fn(|part: Part| {
            if let Some(given) = &given[part] {
                return given.clone();
            }
            let mut notes = std::mem::take(&mut parts[part]);
            if self.in_eighths {
                settle(&mut notes, &self.band);
            }
            if self.in_triplets {
                leave_triplets(&mut notes, &self.band);
            }
            for note in &mut notes {
                *note = self.band.swung(*note);
            }
            notes.sort_unstable();
            notes
        })
    }
}

fn straightened(notes: &[Note], grid: &SwingGrid) -> Vec<Note> {
    let mut straight: Vec<Note> = notes.iter().map(|&note| grid.straightened(note)).collect();
    straight.sort_unstable();
    straight
}

/// Where a tick lies in its beat: the beat's start, the step, and how much later than the step it is.
fn place(tick: Tick, grid: &SwingGrid) -> Option<(Tick, Tick, Tick)> {
    // What begins shortly before a step belongs to it.
    let near = tick + TICKS_PER_STEP / 2;
    let beat = grid.pair_start(near)?;
    let step = (near - beat) / TICKS_PER_STEP;
    Some((beat, step, tick - beat - step * TICKS_PER_STEP))
}

/// Whether a straightened melody plays the second note of triplets in a phrase and the phrase before it, and no shorter
/// notes.
fn plays_triplets(melody: &[Note], grid: &SwingGrid, request: &PhraseRequest<'_>) -> bool {
    let (mut second, mut shorter) = (0, 0);
    let from = request.span.start - request.span.ticks();
    for note in melody.iter().filter(|note| (from..request.span.end).contains(&note.start)) {
        match place(note.start, grid) {
            Some((_, 1, _)) => second += 1,
            Some((_, 3, _)) => shorter += 1,
            _ => {}
        }
    }
    second >= TRIPLETS && shorter * TRIPLETS <= second
}

/// Removes what is shorter than a triplet's notes: the last sixteenth of a beat in which the one before it is played too.
/// What ended where a removed note began sounds as long as that one did.
fn leave_triplets(notes: &mut Vec<Note>, grid: &SwingGrid) {
    let on_second: Vec<Tick> = notes
        .iter()
        .filter_map(|note| place(note.start, grid))
        .filter(|place| place.1 == 2)
        .map(|place| place.0)
        .collect();
    let is_short =
        |note: &mut Note| place(note.start, grid).is_some_and(|(beat, step, _)| step == 3 && on_second.contains(&beat));
    for removed in notes.extract_if(.., is_short).collect::<Vec<Note>>() {
        for note in notes.iter_mut().filter(|note| note.end() == removed.start) {
            note.length += removed.length;
        }
    }
}

/// Takes the network's own swing off a part's notes: triplets go to the steps that swing to where a triplet lies, and a
/// dotted eighth's sixteenth, which shuffles write for the second of two swung eighths, goes there if nothing else does.
fn settle(notes: &mut [Note], grid: &SwingGrid) {
    let place = |tick: Tick| place(tick, grid);
    let on_second: Vec<Tick> =
        notes.iter().filter_map(|note| place(note.start)).filter(|place| place.1 == 2).map(|place| place.0).collect();
    let feel = |late: Tick| if late.abs() <= FEEL { Some(late) } else { None };
    let settled = |tick: Tick| {
        let Some((beat, step, late)) = place(tick) else { return tick };
        let at = |step: Tick, late: Option<Tick>| beat + step * TICKS_PER_STEP + late.unwrap_or(0);
        match step {
            1 if late > FEEL => at(1, feel(late - TRIPLET)),
            2 => at(2, feel(late)),
            3 if !on_second.contains(&beat) => at(2, feel(late + TRIPLET).or_else(|| feel(late))),
            _ => tick,
        }
    };
    move_starts(notes, settled);
}

/// Takes the network's own swing off where the player asks for straight notes: the second of two swung eighths goes
/// half-way between the beats. Triplets and dotted rhythms stay.
pub(super) fn straighten(notes: &mut [Note], span: &PhraseSpan) {
    // The grid only says where pairs of eighths begin.
    let grid = SwingGrid::of(span, Swing::new(Level::Eighths, MOST_SWING));
    let place = |tick: Tick| place(tick, &grid);
    let divided: Vec<Tick> = notes
        .iter()
        .filter_map(|note| place(note.start))
        .filter(|place| place.1 == 1 || place.1 == 2)
        .map(|place| place.0)
        .collect();
    move_starts(notes, |tick| match place(tick) {
        Some((beat, 3, late)) if (late + TRIPLET).abs() <= FEEL && !divided.contains(&beat) => {
            beat + 2 * TICKS_PER_STEP + late + TRIPLET
        }
        _ => tick,
    });
}

/// Moves where notes begin. What ended there ends there still.
fn move_starts(notes: &mut [Note], settled: impl Fn(Tick) -> Tick) {
    let mut moved: Vec<(Tick, Tick)> = notes.iter().map(|note| (note.start, settled(note.start))).collect();
    moved.retain(|(from, to)| from != to);
    moved.sort_unstable();
    moved.dedup();
    let began = |tick: Tick| moved.iter().find(|(from, _)| *from == tick).map_or(tick, |&(_, to)| to);
    for note in notes {
        let (start, mut end) = (began(note.start), note.end());
        // What ended where another note began, or sounded up to there, ends there still.
        let after = |&&(from, to): &&(Tick, Tick)| {
            start < to && end - TICKS_PER_QUARTER < to && (end == from || (to < end && end <= from))
        };
        if let Some(&(_, to)) = moved.iter().find(after) {
            end = to;
        }
        *note = Note { start, length: (end - start).max(1), ..*note };
    }
}

#[cfg(test)]
mod tests;
