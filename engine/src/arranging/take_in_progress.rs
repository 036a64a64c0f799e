//! One take of a phrase while it is generated, window by window.

use super::{
    draw::Kinds,
    dynamics,
    fills::Fills,
    given_chords, groove,
    harmony::Harmony,
    intensity::PhraseIntensity,
    polish::{self, Polish},
    recall,
    request::PhraseRequest,
};
use crate::{
    network::{
        conductor::JudgedWindow,
        contract::PLANE,
        fit::{Cell, Fit},
        generator::NetworkInput,
        model::ModelCard,
        roll,
    },
    styles::Style,
};
use continuo_music::{
    key::Key,
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    song::melody_line_in,
    step_grid::StepGrid,
    time::Tick,
};
use std::ops::Range;

/// What all takes of a phrase share.
pub(super) struct PhraseContext<'a> {
    pub request: &'a PhraseRequest<'a>,
    pub style: &'a Style,
    pub card: &'a ModelCard,
    pub fit: Fit,
    /// Where the melody is known.
    heard: Vec<Range<Tick>>,
    /// Its highest line, where the phrase sees it.
    melody: Vec<Note>,
    /// The same line in the window before a phrase that comes back: what was played there before the first time.
    melody_before: Option<Vec<Note>>,
    /// For each bar of a phrase that comes back, whether it stays as it was the first time.
    kept: Vec<bool>,
    /// What the parts played the first time, as loud as the melody is now.
    earlier: Option<PartNotes>,
    /// The factor on the velocities of each bar.
    loudness: Vec<f32>,
    /// How full the band plays.
    pub intensity: PhraseIntensity,
    /// The notes of the parts that the player plays which sound in the phrase, without their rounding.
    own: PartMap<Option<Vec<Note>>>,
}

impl<'a> PhraseContext<'a> {
    /// Prepares a request.
    pub fn new(request: &'a PhraseRequest<'a>, style: &'a Style, card: &'a ModelCard) -> Self {
        let (fit, grid) = (Fit::new(&request.span), StepGrid::of(&request.span));
        let heard: Vec<Range<Tick>> =
            request.heard.iter().map(|range| grid.rounded(range.start)..grid.rounded(range.end)).collect();
        // One sample must not decide what the network hears, nor what is decided after it.
        let mut rounded: Vec<Note> = request.melody.iter().map(|&note| grid.rounded_note(note)).collect();
        rounded.sort_unstable();
        let known = roll::known(&rounded, &heard);
        // The network was trained on single lines; where a player plays chords, their highest line is the melody.
        let melody = melody_line_in(&known, &fit.visible_range());
        let melody_before = request.recall.map(|recall| {
            let visible = fit.visible_range();
            let mut line = melody_line_in(&known, &(visible.start - recall.back..request.span.start - recall.back));
            for note in &mut line {
                note.start += recall.back;
                note.pitch = note.pitch.saturating_add_signed(recall.transposed).min(127);
            }
            line
        });
        let kept = request.recall.map_or_else(Vec::new, |recall| {
            let shape = &request.settings.shape.within_ranges();
            let varied = recall::varied_bars(shape, request.span.start, request.take, recall.same_bars.len());
            let has_notes = recall.notes.is_some();
            let mut kept: Vec<bool> =
                recall.same_bars.iter().zip(varied).map(|(&same, varied)| has_notes && same && !varied).collect();
            if let (Some(home), Some(notes)) = (request.home, &recall.notes)
                && let Some(ends) = home.ends
                && !home.is_reached_at_end(notes, &melody, request.span.meter.bar_ticks() / 2)
            {
                // This time it comes home.
                let last = (ends - 1 - request.span.start).div_euclid(request.span.meter.bar_ticks().max(1));
                kept.iter_mut().skip(last.max(0) as usize).for_each(|kept| *kept = false);
            }
            kept
        });
        let dynamics = request.settings.shape.within_ranges().dynamics;
        let span = &request.span;
        let loudness = dynamics::factors(&melody, span.start, span, dynamics);
        let earlier = request.recall.and_then(|recall| {
            let mut notes = recall.notes.clone()?;
            let start = span.start - recall.back;
            let there = melody_line_in(&known, &(fit.visible_range().start - recall.back..start + span.ticks()));
            let there = dynamics::factors(&there, start, span, dynamics);
            let ratios: Vec<f32> = loudness.iter().zip(there).map(|(here, there)| here / there).collect();
            dynamics::apply(&mut notes, &ratios, span, |_| true);
            Some(notes)
        });
        let shape = request.settings.shape.within_ranges();
        let intensity = PhraseIntensity::of(&shape, request.place, span, style.parts);
        let own = PartMap::from_fn(|part| {
            let notes = request.own?.notes[part].as_ref()?;
            Some(notes.iter().map(|&note| grid.rounded_note(note)).collect())
        });
        Self { request, style, card, fit, heard, melody, melody_before, kept, earlier, loudness, intensity, own }
    }

    /// How well a take comes home.
    pub fn reached(&self, parts: &PartNotes) -> u32 {
        let half_bar = self.request.span.meter.bar_ticks() / 2;
        self.request.home.map_or(0, |home| home.reached(parts, &self.melody, half_bar))
    }

    /// Plays drum fills, unless the drums are given, and ends the song, if it ends in this phrase.
    pub fn end_sections_and_song(&self, parts: &mut PartNotes) {
        if self.request.given[Part::Drums].is_none() {
            let PhraseRequest { span, place, take, settings, .. } = self.request;
            let shape = settings.shape.within_ranges();
            let genre = nearest_genre(&self.style.vector, self.card);
            Fills::of(&shape, span, place, *take, genre).play(&mut parts[Part::Drums], &self.card.drum_voices);
        }
        self.end_song(parts);
    }

    /// Ends the song, if it ends in this phrase. What the player plays stays as it is.
    fn end_song(&self, parts: &mut PartNotes) {
        let Some(home) = self.request.home else { return };
        let played: Vec<(Part, Vec<Note>)> = Part::ALL
            .into_iter()
            .filter(|&part| self.own[part].is_some())
            .map(|part| (part, std::mem::take(&mut parts[part])))
            .collect();
        // The melody may end before the last note of the player's parts.
        let mut last = self.melody.clone();
        last.extend(self.own.iter().filter_map(|(_, notes)| notes.as_deref()?.last().copied()));
        last.sort_unstable();
        home.end_song(parts, &last);
        for (part, notes) in played {
            parts[part] = notes;
        }
    }

    /// Removes what was predicted of the parts that the player plays: nobody hears it.
    pub fn without_predicted(&self, mut parts: PartNotes) -> PartNotes {
        for part in Part::ALL {
            if self.request.settings.shape.own[part] && self.request.given[part].is_none() {
                parts[part].clear();
            }
        }
        parts
    }

    /// The cells of a window in the bars that are drawn anew although the phrase comes back.
    pub fn anew(&self, window: usize) -> Vec<Cell> {
        let bar = self.request.span.meter.bar_ticks().max(1);
        let is_new = |cell: &&Cell| {
            let bar = (cell.from - self.request.span.start).div_euclid(bar);
            self.kept.get(bar as usize).is_some_and(|kept| !kept)
        };
        self.fit.window(window).iter().filter(is_new).copied().collect()
    }

    /// The steps of a window that lie in some of the phrase's bars.
    pub fn steps(&self, window: usize, bars: Range<usize>) -> Vec<usize> {
        let bar = self.request.span.meter.bar_ticks().max(1);
        let bar_of = |cell: &Cell| (cell.from - self.request.span.start).div_euclid(bar) as usize;
        self.fit.window(window).iter().filter(|cell| bars.contains(&bar_of(cell))).map(|cell| cell.step).collect()
    }

    /// The section in each bar of a window.
    pub fn kinds(&self, window: usize) -> Kinds {
        let (cells, in_three) = (self.fit.window(window), self.fit.in_three());
        std::array::from_fn(|bar| {
            let steps = groove::steps_of_bar(bar, in_three);
            let first = cells.iter().find(|cell| steps.contains(&cell.step))?;
            self.request.place.section_at(first.from, &self.request.span)
        })
    }

    /// The parts of a phrase that comes back as it was the first time: no network is needed.
    pub fn unchanged_return(&self) -> Option<PartNotes> {
        let notes = self.earlier.as_ref()?;
        self.kept.iter().all(|&kept| kept).then(|| {
            let mut parts = PartMap::from_fn(|part| match &self.request.given[part] {
                Some(given) => given.clone(),
                None => notes[part].clone(),
            });
            self.end_sections_and_song(&mut parts);
            parts
        })
    }

    /// The bass, if the player plays it and it is known in the phrase.
    pub fn own_bass(&self) -> Option<&[Note]> {
        self.own[Part::Bass].as_deref().filter(|notes| !notes.is_empty())
    }

    /// The parts for the network to generate.
    pub fn wanted(&self) -> impl Iterator<Item = Part> {
        let plays = |part: Part| self.style.parts[part] && !self.intensity.rests(part);
        Part::ALL.into_iter().filter(move |&part| plays(part) && self.request.given[part].is_none())
    }

    /// The parts that play: generated and given ones.
    pub fn playing(&self) -> PartMap<bool> {
        let plays = |part: Part| self.style.parts[part] && !self.intensity.rests(part);
        PartMap::from_fn(|part| plays(part) || self.request.given[part].is_some())
    }

    /// A window with the inputs of all takes, for the conductor.
    pub fn judged<'b>(&'b self, window: usize, inputs: &'b [WindowInput]) -> JudgedWindow<'b> {
        let inputs = inputs.iter().map(|window| (&window.input, window.shift.unwrap_or(0))).collect();
        JudgedWindow { inputs, cells: self.fit.window(window) }
    }
}

/// The id of the model's genre that is nearest to a point in style space.
pub(super) fn nearest_genre<'a>(style: &[f32], card: &'a ModelCard) -> &'a str {
    let distance = |other: &[f32]| -> f32 { style.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum() };
    let nearest = card.genres.iter().min_by(|a, b| distance(&a.style).total_cmp(&distance(&b.style)));
    nearest.map_or("", |genre| &genre.id)
}

/// The network's input for one window of a take.
#[derive(Clone)]
pub(super) struct WindowInput {
    /// One row; the caller fills in the noise.
    pub input: NetworkInput,
    /// The transposition in semitones; `None` while there is no key because no melody was heard yet.
    pub shift: Option<i64>,
}

/// One take.
pub(super) struct TakeInProgress {
    /// The notes before the phrase, and the notes of the phrase so far.
    pub parts: PartNotes,
    /// How plausible the chords are so far.
    pub harmony: Harmony,
}

impl TakeInProgress {
    /// A take before anything is generated.
    pub fn new(phrase: &PhraseContext<'_>) -> Self {
        let request = phrase.request;
        let visible = phrase.fit.visible_range();
        let notes_before = request.recall.map_or(request.before, |recall| &recall.before);
        let before = |part| {
            let is_visible = |note: &&Note| note.start < request.span.start && note.end() > visible.start;
            notes_before[part].iter().filter(is_visible)
        };
        Self {
            parts: PartMap::from_fn(|part| before(part).chain(request.given[part].iter().flatten()).copied().collect()),
            harmony: Harmony::default(),
        }
    }

    /// The network's input for a window.
    pub fn input(&self, phrase: &PhraseContext<'_>, window: usize) -> WindowInput {
        let (request, card) = (phrase.request, phrase.card);
        let mut input = NetworkInput::silent(card, 1);
        let (cells, before) = (phrase.fit.window(window), phrase.fit.context(window));
        roll::write_heard(&phrase.heard, cells, &mut input.heard);
        let write_melody = |input: &mut NetworkInput, shift: i64| {
            roll::write(&phrase.melody, cells, shift, &mut input.melody);
            roll::mask(&mut input.melody, &input.heard);
            let melody_before = phrase.melody_before.as_ref().filter(|_| window == 0).unwrap_or(&phrase.melody);
            roll::write(melody_before, before, shift, &mut input.context[..2 * PLANE]);
        };
        let shift = request.key.map(Key::shift);
        write_melody(&mut input, shift.unwrap_or(0));
        let (given, in_context) = (&mut input.given, &mut input.context[2 * PLANE..]);
        for (index, part) in Part::PITCHED.into_iter().enumerate() {
            let planes = 2 * index * PLANE..2 * (index + 1) * PLANE;
            roll::write(&self.parts[part], before, shift.unwrap_or(0), &mut in_context[planes.clone()]);
            // What the player plays may sound on from before the phrase.
            if let Some(notes) = phrase.own[part].as_ref().or(request.given[part].as_ref()) {
                roll::write(notes, cells, shift.unwrap_or(0), &mut given[planes]);
            }
        }
        roll::write_drums(&self.parts[Part::Drums], before, &card.drum_voices, &mut input.context_drums);
        if let Some(notes) = phrase.own[Part::Drums].as_ref().or(request.given[Part::Drums].as_ref()) {
            roll::write_drums(notes, cells, &card.drum_voices, &mut input.given_drums);
        }
        for (part, notes) in request.given.iter() {
            input.given_parts[part.index()] = f32::from(u8::from(notes.is_some()));
        }
        if let Some(vocabulary) = &card.chords {
            given_chords::write(
                request.chords,
                cells,
                phrase.fit.in_three(),
                shift.unwrap_or(0),
                vocabulary,
                &mut input,
            );
        }
        input.style.copy_from_slice(&phrase.style.vector);
        input.meter[usize::from(phrase.fit.in_three())] = 1.0;
        WindowInput { input, shift }
    }

    /// The notes that end where a window starts and may continue in it. Notes of the phrase itself are removed, since
    /// the decoder returns them; notes of the phrase before stay, and may continue as new notes of this one, so that the
    /// seam does not fall silent.
    pub fn notes_to_continue(&mut self, part: Part, cells: &[Cell], span: &PhraseSpan, seams: bool) -> Vec<Note> {
        let Some(start) = cells.first().map(|cell| cell.from) else { return Vec::new() };
        let ends_here = |note: &Note| note.end() == start;
        if start == span.start {
            let before = self.parts[part].iter().filter(|note| seams && ends_here(note));
            return before.map(|note| Note { start, ..*note }).collect();
        }
        let within = |note: &mut Note| note.start >= span.start && note.end() == start;
        self.parts[part].extract_if(.., within).collect()
    }

    /// The phrase's corrected notes, and how many notes the corrections changed or removed.
    pub fn finish(self, phrase: &PhraseContext<'_>, polish: Polish) -> (PartNotes, usize) {
        let (start, given) = (phrase.request.span.start, phrase.request.given);
        let mut notes = PartMap::from_fn(|part| match &given[part] {
            Some(given) => given.clone(),
            None => self.parts[part].iter().filter(|note| note.start >= start).copied().collect(),
        });
        let polish = Polish { texture: polish.texture && phrase.request.settings.shape.variation < 1.0, ..polish };
        let mut mended = 0;
        for part in Part::PITCHED.into_iter().filter(|&part| given[part].is_none()) {
            let before = &phrase.request.before[part];
            let before = &before[..before.partition_point(|note| note.start < start)];
            mended += polish::apply(polish, part, &mut notes[part], &phrase.melody, before);
            mended += polish::around_own_parts(polish, part, &mut notes[part], &phrase.own);
        }
        for part in Part::ALL {
            notes[part].sort_unstable();
        }
        if given[Part::Counter].is_none() {
            mended += polish::counter_line(polish, &mut notes[Part::Counter], &phrase.request.span);
        }
        if given[Part::Chords].is_none() {
            mended += polish::thin_chords(polish, &mut notes, &phrase.melody, &phrase.request.span);
        }
        dynamics::apply(&mut notes, &phrase.loudness, &phrase.request.span, |part| given[part].is_none());
        phrase.intensity.apply(&mut notes, &phrase.request.span, |part| given[part].is_none());
        if let Some(earlier) = &phrase.earlier {
            let wanted = PartMap::from_fn(|part| given[part].is_none());
            notes = recall::splice(&notes, earlier, &phrase.kept, &phrase.request.span, wanted);
        }
        phrase.end_sections_and_song(&mut notes);
        (notes, mended)
    }
}
