//! From a melody to the parts of one phrase: the pure core that the composer thread, the command line and the tests
//! share. The same request always gives the same notes.

use super::{
    chord_guesses::{self, ChordGuess},
    decode::{Decoder, Jitter},
    draw::{Draw, Drawing},
    given_chords,
    groove::{self, Grooves},
    home,
    over_bass::{self, Place},
    planned_chords::{self, Sureness},
    polish::Polish,
    request::{Arrange, ArrangedPhrase, PhraseRequest},
    swung::{self, Straightened},
    take_in_progress::{PhraseContext, TakeInProgress, WindowInput, nearest_genre},
    voicing::SparedTones,
};
use crate::{
    network::{
        conductor::{Conductor, Judged, JudgedWindow},
        contract::{CHORD_SLOTS, DRUM_VOICES, STEPS},
        generator::{NetworkInput, NetworkOutput, OutputRow, run_checked},
        harmonizer::Harmonizer,
        model::{Helper, Model, ModelCard, ModelError, ModelSource, Role},
        runtime::{
            BackendError, BackendInfo, InferenceError, RuntimeOptions, SharedBackend, load_generator, load_network,
            side_by_side,
        },
    },
    styles::Style,
};
use continuo_music::{
    note::Note,
    part::{Part, PartMap, PartNotes},
    settings::{Settings, Shape},
    step_grid::StepGrid,
    swing::STRAIGHT,
    time::Tick,
};
use std::sync::Arc;

/// Why an arranger cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The conductor beside the model cannot be used.
    #[error("the conductor cannot be used: {0}")]
    Conductor(#[source] ModelError),
    /// The harmonizer beside the model cannot be used.
    #[error("the harmonizer cannot be used: {0}")]
    Harmonizer(#[source] ModelError),
    /// No runtime can run the model.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// What the network wrote for one window of every take, and what it read.
struct WrittenWindow {
    inputs: Vec<WindowInput>,
    jitters: Vec<Jitter>,
    output: NetworkOutput,
    /// How likely the harmonizer finds each chord, see [`Harmonizer::likely`].
    likely: Option<Vec<f32>>,
    /// How many notes the song's chords have.
    sizes: PartMap<Option<usize>>,
}

/// Arranges phrases with a model. One composer thread owns it; arrangers share the network's weights.
pub struct Arranger {
    card: Arc<ModelCard>,
    network: SharedBackend,
    backend: BackendInfo,
    conductor: Option<Conductor>,
    conductor_fault: Option<String>,
    harmonizer: Option<Harmonizer>,
    harmonizer_fault: Option<String>,
    polish: Polish,
    grooves: Grooves,
    mended: usize,
}

impl Arranger {
    /// Loads a model and a runtime for it, or shares them with an arranger that has loaded them. Needs up to a second
    /// the first time.
    ///
    /// # Errors
    /// When the model cannot be used, or the requested runtime is not available.
    pub fn load(source: &ModelSource, runtime: impl Into<RuntimeOptions>) -> Result<Self, LoadError> {
        let runtime = runtime.into();
        let model = Model::load(source)?;
        let card = model.card();
        let ((conductor, harmonizer), generator) = side_by_side(
            runtime.loading,
            || (Self::load_conductor(source, card, &runtime), Self::load_harmonizer(source, card, &runtime)),
            || load_generator(&model, &runtime),
        );
        let (network, backend) = generator?;
        let (conductor, conductor_fault) = match conductor {
            Ok(conductor) => (conductor, None),
            Err(error) => (None, Some(format!("takes are not judged: {error}"))),
        };
        let (harmonizer, harmonizer_fault) = match harmonizer {
            Ok(harmonizer) => (harmonizer, None),
            Err(error) => (None, Some(format!("chords are the generator's own: {error}"))),
        };
        let card = Arc::new(model.card().clone());
        Ok(Self {
            card,
            network,
            backend,
            conductor,
            conductor_fault,
            harmonizer,
            harmonizer_fault,
            polish: Polish::default(),
            grooves: Grooves::default(),
            mended: 0,
        })
    }

    fn load_conductor(
        source: &ModelSource,
        card: &ModelCard,
        runtime: &RuntimeOptions,
    ) -> Result<Option<Conductor>, LoadError> {
        let Some(helper) = Helper::load(source, Role::Conductor, card).map_err(LoadError::Conductor)? else {
            return Ok(None);
        };
        let (network, _) = load_network(helper.file(), runtime)?;
        Ok(Some(Conductor::new(helper, network)))
    }

    fn load_harmonizer(
        source: &ModelSource,
        card: &ModelCard,
        runtime: &RuntimeOptions,
    ) -> Result<Option<Harmonizer>, LoadError> {
        let Some(helper) = Helper::load(source, Role::Harmonizer, card).map_err(LoadError::Harmonizer)? else {
            return Ok(None);
        };
        let (network, _) = load_network(helper.file(), runtime)?;
        Ok(Some(Harmonizer::new(helper, network)))
    }

    /// The conductor in use, if any.
    pub const fn conductor(&self) -> Option<&Conductor> {
        self.conductor.as_ref()
    }

    /// Why an existing conductor is not used, in a sentence.
    pub fn conductor_fault(&self) -> Option<&str> {
        self.conductor_fault.as_deref()
    }

    /// The harmonizer in use, if any.
    pub const fn harmonizer(&self) -> Option<&Harmonizer> {
        self.harmonizer.as_ref()
    }

    /// Why an existing harmonizer is not used, in a sentence.
    pub fn harmonizer_fault(&self) -> Option<&str> {
        self.harmonizer_fault.as_deref()
    }

    /// The model's card.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.backend
    }

    /// Chooses the corrections of the network's notes; all by default.
    pub const fn set_polish(&mut self, polish: Polish) {
        self.polish = polish;
    }

    /// How many of the network's notes were changed or removed, in all phrases that were arranged so far.
    pub const fn mended(&self) -> usize {
        self.mended
    }

    /// How many takes of a phrase to generate: one unless a conductor can judge them.
    fn take_count(&self, settings: &Settings) -> u8 {
        let Shape { takes, temperature, .. } = settings.shape.within_ranges();
        // At temperature 0 all takes are the same.
        if self.conductor.is_some() && temperature > 0.0 { takes } else { 1 }
    }

    /// Runs the network for one window of every take, all in one run.
    fn run_window(
        &mut self,
        phrase: &PhraseContext<'_>,
        takes: &[TakeInProgress],
        window: usize,
    ) -> Result<WrittenWindow, InferenceError> {
        let request = phrase.request;
        let shape = request.settings.shape.within_ranges();
        let mut inputs: Vec<WindowInput> = match takes {
            // The takes of a phrase begin alike.
            [first, ..] if window == 0 => vec![first.input(phrase, window); takes.len()],
            _ => takes.iter().map(|take| take.input(phrase, window)).collect(),
        };
        let mut jitters = Vec::with_capacity(takes.len());
        let (anew, kinds) = (phrase.anew(window), phrase.kinds(window));
        for (index, window_input) in (0..).zip(&mut inputs) {
            let drawing = Drawing {
                shape: &shape,
                start: request.span.start,
                take: request.take.wrapping_add(index),
                recalled: request.recall.and_then(|recall| recall.recalled.drawn),
                kinds,
                noise_size: self.card.noise_size,
            };
            let Draw { noise, jitter } = drawing.window(window, &phrase.fit, &anew);
            window_input.input.noise = noise;
            jitters.push(jitter);
        }
        let likely = self.plan(phrase, &mut inputs)?;
        let batch = NetworkInput::stacked(inputs.iter().map(|window_input| &window_input.input));
        let mut network = self.network.lock();
        let mut output = run_checked(&mut *network, &self.card, &batch)?;
        if let (Some(bass), Some(vocabulary)) = (phrase.own_bass(), &self.card.chords) {
            let mut changed = false;
            for (row, window_input) in inputs.iter_mut().enumerate() {
                let (plan, shift) = (output.row(row), window_input.shift.unwrap_or(0));
                let place = Place { cells: phrase.fit.window(window), in_three: phrase.fit.in_three(), shift };
                changed |= over_bass::keep_to(bass, &place, vocabulary, &plan, &mut window_input.input);
            }
            if changed {
                let batch = NetworkInput::stacked(inputs.iter().map(|window_input| &window_input.input));
                output = run_checked(&mut *network, &self.card, &batch)?;
            }
        }
        let style = &phrase.style.vector;
        let in_three = phrase.fit.in_three();
        let mut sizes = PartMap::default();
        for (bar, kind) in kinds.into_iter().enumerate() {
            if let Some(pull) = self.grooves.of_song(&mut *network, &self.card, style, &shape, kind, in_three)? {
                if bar == 0 {
                    sizes = pull.sizes;
                }
                let steps = || groove::steps_of_bar(bar, in_three);
                output.drums.chunks_mut(STEPS * DRUM_VOICES).for_each(|drums| pull.apply(drums, steps()));
            }
        }
        Ok(WrittenWindow { inputs, jitters, output, likely, sizes })
    }

    /// Gives likely chords to every take of a window, and returns how likely each chord is.
    fn plan(
        &mut self,
        phrase: &PhraseContext<'_>,
        inputs: &mut [WindowInput],
    ) -> Result<Option<Vec<f32>>, InferenceError> {
        let (Some(harmonizer), Some(vocabulary)) = (&mut self.harmonizer, &self.card.chords) else { return Ok(None) };
        // Takes have one melody. Until any was heard, no key is known, and no chord is likely.
        let Some(first) = inputs.first().filter(|first| first.shift.is_some()) else { return Ok(None) };
        let likely = harmonizer.likely(&first.input)?;
        let temperature = phrase.request.settings.shape.within_ranges().temperature;
        let sure = Sureness::of(nearest_genre(&phrase.style.vector, &self.card), temperature);
        let slots = if phrase.fit.in_three() { CHORD_SLOTS / 2 } else { CHORD_SLOTS };
        for window_input in inputs {
            planned_chords::write(&likely, slots, vocabulary, sure, &mut window_input.input);
        }
        Ok(Some(likely))
    }

    /// Adds one window's notes to every take. Returns the network's inputs.
    fn add_window(
        &mut self,
        phrase: &PhraseContext<'_>,
        takes: &mut [TakeInProgress],
        window: usize,
    ) -> Result<Vec<WindowInput>, InferenceError> {
        let request = phrase.request;
        let WrittenWindow { inputs, mut jitters, output, sizes, .. } = self.run_window(phrase, takes, window)?;
        let cells = phrase.fit.window(window);
        for (row, take) in takes.iter_mut().enumerate() {
            let shift = inputs[row].shift;
            for (bars, factors) in phrase.intensity.factors() {
                let steps = phrase.steps(window, bars);
                let bar_steps = groove::steps_of_bar(0, phrase.fit.in_three()).len();
                jitters[row].lift(output.row(row), (&steps, bar_steps), &request.settings.shape.density, &factors);
            }
            let mut spared = SparedTones::default();
            if let Some(vocabulary) = &self.card.chords {
                let slots = if phrase.fit.in_three() { CHORD_SLOTS / 2 } else { CHORD_SLOTS };
                take.harmony.add(&output.row(row), vocabulary, &inputs[row].input.chords_given, slots);
                spared = SparedTones::of(output.row(row).chosen_chords, vocabulary, slots);
            }
            let decoder = Decoder {
                output: output.row(row),
                cells,
                shift: shift.unwrap_or(0),
                jitter: &jitters[row],
                drum_voices: &self.card.drum_voices,
                one_hi_hat: self.polish.hi_hat,
                sizes,
                spared,
            };
            for part in phrase.wanted() {
                let density = request.settings.shape.density[part];
                let notes = match part {
                    Part::Drums => decoder.drums(density),
                    // Until a melody was heard, no key is known, and none is guessed.
                    _ if shift.is_none() => Vec::new(),
                    _ => {
                        let held = take.notes_to_continue(part, cells, &request.span, self.polish.seams);
                        decoder.pitched(part, density, held)
                    }
                };
                take.parts[part].extend(notes);
            }
        }
        Ok(inputs)
    }

    /// Arranges a phrase in straight time.
    fn arrange_straight(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let style = Style::chosen(&self.card, request.shelf, request.settings);
        let card = Arc::clone(&self.card);
        let ending = request.home.and_then(|home| {
            // One sample must not decide.
            let grid = StepGrid::of(&request.span);
            let mut melody: Vec<Note> = request.melody.iter().map(|&note| grid.rounded_note(note)).collect();
            melody.sort_unstable();
            home.last_chord(&melody, request.span.end)
        });
        let with_ending = given_chords::together(request.chords.to_vec(), ending.as_slice());
        let request = &PhraseRequest { chords: &with_ending, ..request.clone() };
        let phrase = PhraseContext::new(request, &style, &card);
        if let Some(parts) = phrase.unchanged_return() {
            let parts = phrase.without_predicted(parts);
            return Ok(ArrangedPhrase { parts, programs: style.pitched_programs(), judged: None });
        }
        let anything = phrase.wanted().next().is_some();
        let count = match self.take_count(request.settings) {
            _ if !anything => 1,
            takes if takes > 1 && request.home.is_some() => takes.max(home::TAKES),
            takes => takes,
        };
        let mut unfinished: Vec<TakeInProgress> = (0..count).map(|_| TakeInProgress::new(&phrase)).collect();
        let mut inputs = Vec::new();
        if anything {
            for window in 0..phrase.fit.windows() {
                inputs.push(self.add_window(&phrase, &mut unfinished, window)?);
            }
        }
        let harmony: Vec<f32> = unfinished.iter().map(|take| take.harmony.score()).collect();
        let finished = unfinished.into_iter().map(|take| take.finish(&phrase, self.polish));
        let (mut takes, mended): (Vec<PartNotes>, Vec<usize>) = finished.unzip();
        let judged = match &self.conductor {
            Some(conductor) if takes.len() > 1 => {
                let windows: Vec<JudgedWindow<'_>> =
                    inputs.iter().enumerate().map(|(window, inputs)| phrase.judged(window, inputs)).collect();
                let mut scores = conductor.judge(&windows, &takes, phrase.playing(), &card.drum_voices)?;
                scores.iter_mut().zip(harmony).for_each(|(score, harmony)| *score += harmony);
                let kept = PartMap::from_fn(|part| request.given[part].is_some());
                let preferred = request.preferred.or_else(|| nearest_home(&phrase, &takes, &scores));
                Some(Judged::of(scores, preferred, kept))
            }
            _ => None,
        };
        let chosen = judged.as_ref().map_or(0, |judged| usize::from(judged.chosen));
        self.mended += mended.get(chosen).copied().unwrap_or(0);
        let parts = phrase.without_predicted(takes.swap_remove(chosen));
        Ok(ArrangedPhrase { parts, programs: style.pitched_programs(), judged })
    }
}

impl Arrange for Arranger {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let Some(straightened) = Straightened::of(request) else {
            let mut arranged = self.arrange_straight(request)?;
            if request.settings.shape.swing == Some(STRAIGHT) {
                // Some genres, such as jazz, swing by themselves.
                let generated = Part::ALL.into_iter().filter(|&part| request.given[part].is_none());
                generated.for_each(|part| swung::straighten(&mut arranged.parts[part], &request.span));
            }
            return Ok(arranged);
        };
        let arranged = self.arrange_straight(&straightened.request(request))?;
        Ok(ArrangedPhrase { parts: straightened.swung(arranged.parts, request.given), ..arranged })
    }

    fn knows_chords(&self) -> bool {
        self.card.chords.is_some()
    }

    fn guess_chords(&mut self, request: &PhraseRequest<'_>, tick: Tick) -> Result<Vec<ChordGuess>, InferenceError> {
        let style = Style::chosen(&self.card, request.shelf, request.settings);
        let card = Arc::clone(&self.card);
        let straightened = Straightened::of(request);
        let straight = straightened.as_ref().map(|straightened| straightened.request(request));
        let phrase = PhraseContext::new(straight.as_ref().unwrap_or(request), &style, &card);
        let mut take = [TakeInProgress::new(&phrase)];
        let Some(vocabulary) = &card.chords else { return Ok(Vec::new()) };
        for window in 0..phrase.fit.windows() {
            let Some(slot) = given_chords::slot_at(phrase.fit.window(window), phrase.fit.in_three(), tick) else {
                // Later windows follow what this one plays.
                self.add_window(&phrase, &mut take, window)?;
                continue;
            };
            let written = self.run_window(&phrase, &take, window)?;
            let shift = written.inputs.first().and_then(|window_input| window_input.shift);
            let row = written.output.row(0);
            // Both networks count: the harmonizer knows more of melodies, the generator more of what was played.
            let together: Vec<f32> = written.likely.as_ref().map_or_else(
                || row.chords.to_vec(),
                |likely| row.chords.iter().zip(likely).map(|(own, likely)| (own + likely) / 2.0).collect(),
            );
            let row = OutputRow { chords: &together, ..row };
            let guesses = |shift| chord_guesses::in_slot(&row, slot, shift, vocabulary);
            return Ok(shift.map_or_else(Vec::new, guesses));
        }
        Ok(Vec::new())
    }
}

/// Of the takes that come home best, the one with the highest score; `None` where the song neither begins nor ends.
fn nearest_home(phrase: &PhraseContext<'_>, takes: &[PartNotes], scores: &[f32]) -> Option<u8> {
    phrase.request.home?;
    let reached: Vec<u32> = takes.iter().map(|take| phrase.reached(take)).collect();
    let best = (0..takes.len()).max_by(|&a, &b| {
        // The first of equals.
        reached[a].cmp(&reached[b]).then(scores[a].total_cmp(&scores[b])).then(b.cmp(&a))
    });
    best.map(|best| best as u8)
}

#[cfg(all(test, feature = "runtimes"))]
mod conductor_tests;
#[cfg(all(test, feature = "runtimes"))]
mod edge_tests;
#[cfg(all(test, feature = "runtimes"))]
mod harmonizer_tests;
#[cfg(all(test, feature = "runtimes"))]
mod rounding_tests;
#[cfg(all(test, feature = "runtimes"))]
mod swing_tests;
#[cfg(all(test, feature = "runtimes"))]
mod tests;
