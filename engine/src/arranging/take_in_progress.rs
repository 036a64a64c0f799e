//! One take of a phrase while it is made, window by window.

use super::{
    polish::{self, Polish},
    request::PhraseRequest,
};
use crate::{
    network::{
        conductor::JudgedWindow,
        contract::PLANE,
        fit::{Cell, Fit},
        generator::NetworkInput,
        model::ModelCard,
        roll::{self, add_weights},
    },
    styles::Style,
};
use continuo_music::{
    key::{Key, Weights},
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    song::{melody_line, melody_line_in},
    time::{TICKS_PER_STEP, Tick},
};

/// How many bars before a window the network sees.
const BARS_LOOKED_BACK: Tick = 4;

/// What all takes of a phrase have in common.
pub(super) struct PhraseContext<'a> {
    pub request: &'a PhraseRequest<'a>,
    pub style: &'a Style,
    pub card: &'a ModelCard,
    pub fit: Fit,
    /// All of the melody that is known.
    known: Vec<Note>,
    /// Its line, where the phrase sees it.
    pub melody: Vec<Note>,
}

impl<'a> PhraseContext<'a> {
    /// What is asked for, read.
    pub fn new(request: &'a PhraseRequest<'a>, style: &'a Style, card: &'a ModelCard) -> Self {
        let (fit, known) = (Fit::new(&request.span), roll::known(request.melody, request.heard));
        // The network was taught single lines; where a player plays chords, their highest line is the melody.
        let melody = melody_line_in(&known, &fit.sight());
        Self { request, style, card, fit, known, melody }
    }

    /// The parts that the network is to make.
    pub fn wanted(&self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(|&part| self.style.parts[part] && self.request.given[part].is_none())
    }

    /// The parts that play: those made and those given.
    pub fn playing(&self) -> PartMap<bool> {
        PartMap::from_fn(|part| self.style.parts[part] || self.request.given[part].is_some())
    }

    /// How much each pitch class weighs in the last bars of the melody that begin before a tick, as many as the network
    /// looks back. In a longer rest the key is theirs: that of the parts themselves would drift away from it.
    fn last_heard(&self, before: Tick) -> Weights {
        let line = melody_line(&self.known);
        let heard = || line.iter().filter(|note| note.start < before);
        let reach = BARS_LOOKED_BACK * self.request.span.meter.bar_ticks();
        let from = heard().map(Note::end).max().unwrap_or(before) - reach;
        let mut weights = [0.0; 12];
        for note in heard().filter(|note| note.end() > from) {
            let steps = (note.end() - note.start.max(from)) as f64 / TICKS_PER_STEP as f64;
            weights[usize::from(note.pitch % 12)] += 1.0 + steps;
        }
        weights
    }

    /// What was read for a window of all takes, for the conductor.
    pub fn judged<'b>(&'b self, window: usize, read: &'b [WindowInput]) -> JudgedWindow<'b> {
        let read = read.iter().map(|read| (&read.input, read.shift.unwrap_or(0))).collect();
        JudgedWindow { read, cells: self.fit.window(window) }
    }
}

/// What the network read for one window of a take.
pub(super) struct WindowInput {
    /// One row; the noise is not in it yet.
    pub input: NetworkInput,
    /// Semitones by which everything was moved; `None` if no melody was heard yet and so no key.
    pub shift: Option<i64>,
}

/// One take.
pub(super) struct TakeInProgress {
    /// What came before, and what the phrase has so far.
    pub parts: PartNotes,
}

impl TakeInProgress {
    /// Nothing is made yet.
    pub fn new(phrase: &PhraseContext<'_>) -> Self {
        let request = phrase.request;
        let sight = phrase.fit.sight();
        let before = |part| {
            let seen = |note: &&Note| note.start < request.span.start && note.end() > sight.start;
            request.before[part].iter().filter(seen)
        };
        Self {
            parts: PartMap::from_fn(|part| before(part).chain(request.given[part].iter().flatten()).copied().collect()),
        }
    }

    /// What the network reads for a window.
    pub fn input(&self, phrase: &PhraseContext<'_>, window: usize) -> WindowInput {
        let (request, card) = (phrase.request, phrase.card);
        let mut input = NetworkInput::silent(card, 1);
        let (cells, before) = (phrase.fit.window(window), phrase.fit.context(window));
        roll::write_heard(request.heard, cells, &mut input.heard);
        let write_melody = |input: &mut NetworkInput, shift: i64| {
            roll::write(&phrase.melody, cells, shift, &mut input.melody);
            roll::mask(&mut input.melody, &input.heard);
            roll::write(&phrase.melody, before, shift, &mut input.context[..2 * PLANE]);
        };
        write_melody(&mut input, 0);
        let mut weights = [0.0; 12];
        add_weights(&input.melody, &mut weights);
        add_weights(&input.context[..2 * PLANE], &mut weights);
        let is_any = |weights: &Weights| weights.iter().any(|&weight| weight > 0.0);
        if !is_any(&weights) {
            weights = phrase.last_heard(cells.first().map_or(request.span.start, |cell| cell.from));
        }
        let shift = is_any(&weights).then(|| Key::estimate(&weights).shift());
        if shift.is_some_and(|shift| shift != 0) {
            input.melody.fill(0.0);
            input.context.fill(0.0);
            write_melody(&mut input, shift.unwrap_or(0));
        }
        let (given, in_context) = (&mut input.given, &mut input.context[2 * PLANE..]);
        for (index, part) in Part::PITCHED.into_iter().enumerate() {
            let planes = 2 * index * PLANE..2 * (index + 1) * PLANE;
            roll::write(&self.parts[part], before, shift.unwrap_or(0), &mut in_context[planes.clone()]);
            if let Some(notes) = &request.given[part] {
                roll::write(notes, cells, shift.unwrap_or(0), &mut given[planes]);
            }
        }
        roll::write_drums(&self.parts[Part::Drums], before, &card.drum_voices, &mut input.context_drums);
        if let Some(notes) = &request.given[Part::Drums] {
            roll::write_drums(notes, cells, &card.drum_voices, &mut input.given_drums);
        }
        for (part, notes) in request.given.iter() {
            input.given_parts[part.index()] = f32::from(u8::from(notes.is_some()));
        }
        input.style.copy_from_slice(&phrase.style.vector);
        input.meter[usize::from(phrase.fit.in_three())] = 1.0;
        WindowInput { input, shift }
    }

    /// The notes that end where a window starts. Those of the phrase itself are taken out, to be continued; those of
    /// the phrase before stay, and may go on as new notes of this one, which keeps a seam from falling silent.
    pub fn take_held(&mut self, part: Part, cells: &[Cell], span: &PhraseSpan, seams: bool) -> Vec<Note> {
        let Some(start) = cells.first().map(|cell| cell.from) else { return Vec::new() };
        let ends_here = |note: &Note| note.end() == start;
        if start == span.start {
            let before = self.parts[part].iter().filter(|note| seams && ends_here(note));
            return before.map(|note| Note { start, ..*note }).collect();
        }
        let within = |note: &mut Note| note.start >= span.start && note.end() == start;
        self.parts[part].extract_if(.., within).collect()
    }

    /// The phrase's notes, mended, and how many were changed or left out for that.
    pub fn finish(self, phrase: &PhraseContext<'_>, polish: Polish) -> (PartNotes, usize) {
        let (start, given) = (phrase.request.span.start, phrase.request.given);
        let mut notes = PartMap::from_fn(|part| match &given[part] {
            Some(given) => given.clone(),
            None => self.parts[part].iter().filter(|note| note.start >= start).copied().collect(),
        });
        let mut mended = 0;
        for part in Part::PITCHED.into_iter().filter(|&part| given[part].is_none()) {
            let before = &phrase.request.before[part];
            let before = &before[..before.partition_point(|note| note.start < start)];
            mended += polish::apply(polish, part, &mut notes[part], &phrase.melody, before);
        }
        for part in Part::ALL {
            notes[part].sort_unstable();
        }
        if given[Part::Chords].is_none() {
            mended += polish::thin_chords(polish, &mut notes, &phrase.melody, &phrase.request.span);
        }
        (notes, mended)
    }
}
