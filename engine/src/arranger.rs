//! From a melody to the parts of one phrase: the pure core that the composer thread, the command line and the tests
//! share. The same request gives the same notes, whoever asks and whenever.

use crate::{
    conductor::{Conductor, Judged, JudgedWindow},
    decode::{Decoder, Jitter, fill_noise, random},
    generator::{self, BackendChoice, BackendError, BackendInfo, NetworkInput, SharedBackend, library, run_checked},
    meter::PhraseSpan,
    model::{Helper, Model, ModelCard, ModelError, ModelSource, Role},
    note::Note,
    part::{Part, PartMap},
    polish::Polish,
    settings::Settings,
    style::{Shelf, Style},
    time::Tick,
};
use draw::{Draw, Phrase, WindowInput};
use std::{ops::Range, path::PathBuf, sync::Arc};

mod draw;

/// The notes of every part.
pub type PartNotes = PartMap<Vec<Note>>;

/// What one phrase is made from. Nothing else shapes it, apart from the model.
#[derive(Clone, Debug)]
pub struct PhraseRequest<'a> {
    /// The stretch to fill.
    pub span: PhraseSpan,
    /// The melody of the whole song as far as it is known, sorted; only what lies in `heard` is looked at.
    pub melody: &'a [Note],
    /// Where the melody is known, sorted, not overlapping. A note that leaves a range is cut at its end.
    pub heard: &'a [Range<Tick>],
    /// The parts as the score holds them before `span.start` (at least four bars), sorted.
    pub before: &'a PartNotes,
    /// Parts that are kept: their notes in the span. The others are generated around them.
    pub given: &'a PartMap<Option<Vec<Note>>>,
    /// Genres and their mix, temperature, seed and densities.
    pub settings: &'a Settings,
    /// The user's own styles, which the genres of the settings may name.
    pub shelf: &'a Shelf,
    /// Which take of this phrase: the same request with another take gives other notes. With more than one take in the
    /// settings it is the first of those that are drawn: `take`, `take + 1` and so on.
    pub take: u32,
    /// Which of the takes that are drawn is to be played, counted from 0; the one that the conductor likes best if there
    /// is no such one.
    pub preferred: Option<u8>,
}

/// Why a phrase could not be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ComposeError {
    /// The network gave values that are no probabilities.
    #[error("the model gave numbers that are not probabilities ({0}); the phrase was left as it was")]
    NotProbabilities(String),
    /// The network gave times that are none.
    #[error("the model moves notes by more than half a step ({0}); the phrase was left as it was")]
    NotTimings(String),
    /// The network gave what is no number.
    #[error("the model gave what is no number ({0}); the phrase was left as it was")]
    NotFinite(String),
    /// The runtime failed.
    #[error("the model could not be run: {0}")]
    Runtime(String),
}

/// A phrase as it was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// The notes, inside the span, sorted by start.
    pub parts: PartNotes,
    /// General MIDI programs of bass, chords, strings, counter (zero-based) that suit the style.
    pub programs: [u8; 4],
    /// What the conductor said, if several takes were drawn.
    pub judged: Option<Judged>,
}

impl From<PartNotes> for Made {
    fn from(parts: PartNotes) -> Self {
        Self { parts, programs: [0; 4], judged: None }
    }
}

/// Makes phrases: [`PhraseRequest`] in, [`Made`] out.
pub trait Compose {
    /// Makes the parts of one phrase.
    ///
    /// # Errors
    /// When the network cannot be run or gives no probabilities; the score is to stay as it was.
    fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<Made, ComposeError>;
}

/// Why there is no arranger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The conductor beside the model cannot be used.
    #[error("the conductor cannot be used: {0}")]
    Conductor(#[source] ModelError),
    /// No runtime can run it.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Makes phrases with a model. Lives on one composer thread; the network's weights are shared between arrangers.
pub struct Arranger {
    card: Arc<ModelCard>,
    network: SharedBackend,
    backend: BackendInfo,
    conductor: Option<Conductor>,
    conductor_fault: Option<String>,
    polish: Polish,
    mended: usize,
}

impl Arranger {
    /// Loads a model and a runtime for it, or shares them with an arranger that has them. Takes up to a second the
    /// first time.
    ///
    /// # Errors
    /// When the model cannot be used, or the runtime asked for cannot be had.
    #[cfg(feature = "runtimes")]
    pub fn load(source: &ModelSource, choice: BackendChoice) -> Result<Self, LoadError> {
        Self::load_with_libraries(source, choice, &library::candidates())
    }

    /// As [`Arranger::load`], with the files that may be the ONNX Runtime library, first choice first.
    ///
    /// # Errors
    /// As [`Arranger::load`].
    #[cfg(feature = "runtimes")]
    pub fn load_with_libraries(
        source: &ModelSource,
        choice: BackendChoice,
        libraries: &[PathBuf],
    ) -> Result<Self, LoadError> {
        let model = Model::load(source)?;
        let (network, backend) = generator::load(model.file(), choice, libraries)?;
        let (conductor, conductor_fault) = match Self::load_conductor(source, model.card(), choice, libraries) {
            Ok(conductor) => (conductor, None),
            Err(error) => (None, Some(format!("takes are not judged: {error}"))),
        };
        let card = Arc::new(model.card().clone());
        Ok(Self { card, network, backend, conductor, conductor_fault, polish: Polish::default(), mended: 0 })
    }

    #[cfg(feature = "runtimes")]
    fn load_conductor(
        source: &ModelSource,
        card: &ModelCard,
        choice: BackendChoice,
        libraries: &[PathBuf],
    ) -> Result<Option<Conductor>, LoadError> {
        let Some(helper) = Helper::load(source, Role::Conductor, card).map_err(LoadError::Conductor)? else {
            return Ok(None);
        };
        let (network, _) = generator::load(helper.file(), choice, libraries)?;
        Ok(Some(Conductor::new(helper, network)))
    }

    /// Who judges takes, if anybody.
    pub const fn conductor(&self) -> Option<&Conductor> {
        self.conductor.as_ref()
    }

    /// Why a conductor that is there is not used, in a sentence.
    pub fn conductor_fault(&self) -> Option<&str> {
        self.conductor_fault.as_deref()
    }

    /// What the model says about itself.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Which runtime is in use, and why.
    pub const fn backend(&self) -> &BackendInfo {
        &self.backend
    }

    /// Chooses what is mended after the network; everything by default.
    pub const fn set_polish(&mut self, polish: Polish) {
        self.polish = polish;
    }

    /// How many notes were changed or left out after the network, in all phrases that were played so far.
    pub const fn mended(&self) -> usize {
        self.mended
    }

    /// How many takes of a phrase are drawn: one unless there is somebody to judge them.
    fn draws(&self, settings: &Settings) -> u8 {
        let Settings { takes, temperature, .. } = settings.within_ranges();
        // At temperature 0 all takes are the same.
        if self.conductor.is_some() && temperature > 0.0 { takes } else { 1 }
    }

    /// Adds one window's notes to every take, all in one run of the network. Returns what it read.
    fn add_window(
        &mut self,
        phrase: &Phrase<'_>,
        draws: &mut [Draw],
        window: usize,
    ) -> Result<Vec<WindowInput>, ComposeError> {
        let request = phrase.request;
        let temperature = request.settings.within_ranges().temperature;
        let mut inputs: Vec<WindowInput> = draws.iter().map(|draw| draw.input(phrase, window)).collect();
        let mut jitters = Vec::with_capacity(draws.len());
        for (index, read) in (0..).zip(&mut inputs) {
            let take = request.take.wrapping_add(index);
            let mut random = random(request.settings.seed, request.span.start, take, window);
            fill_noise(&mut random, temperature, &mut read.input.noise);
            jitters.push(Jitter::draw(&mut random, temperature));
        }
        let batch = NetworkInput::stacked(inputs.iter().map(|read| &read.input));
        let output = run_checked(&mut *self.network.lock(), &self.card, &batch)?;
        let cells = phrase.fit.window(window);
        for (row, draw) in draws.iter_mut().enumerate() {
            let shift = inputs[row].shift;
            let decoder = Decoder {
                output: output.row(row),
                cells,
                shift: shift.unwrap_or(0),
                jitter: &jitters[row],
                drum_voices: &self.card.drum_voices,
                one_hi_hat: self.polish.hi_hat,
            };
            for part in phrase.wanted() {
                let density = request.settings.parts[part].density;
                let notes = match part {
                    Part::Drums => decoder.drums(density),
                    // As long as no melody was heard no key is known, and a key is not made up.
                    _ if shift.is_none() => Vec::new(),
                    _ => {
                        let held = draw.take_held(part, cells, &request.span, self.polish.seams);
                        decoder.pitched(part, density, held)
                    }
                };
                draw.parts[part].extend(notes);
            }
        }
        Ok(inputs)
    }
}

impl Compose for Arranger {
    fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<Made, ComposeError> {
        let style = Style::chosen(&self.card, request.shelf, request.settings);
        let card = Arc::clone(&self.card);
        let phrase = Phrase::new(request, &style, &card);
        let anything = phrase.wanted().next().is_some();
        let count = if anything { self.draws(request.settings) } else { 1 };
        let mut draws: Vec<Draw> = (0..count).map(|_| Draw::new(&phrase)).collect();
        let mut read = Vec::new();
        if anything {
            for window in 0..phrase.fit.windows() {
                read.push(self.add_window(&phrase, &mut draws, window)?);
            }
        }
        let finished = draws.into_iter().map(|draw| draw.finish(&phrase, self.polish));
        let (mut takes, mended): (Vec<PartNotes>, Vec<usize>) = finished.unzip();
        let judged = match &self.conductor {
            Some(conductor) if takes.len() > 1 => {
                let windows: Vec<JudgedWindow<'_>> =
                    read.iter().enumerate().map(|(index, read)| phrase.judged(index, read)).collect();
                let scores = conductor.judge(&windows, &takes, phrase.playing(), &card.drum_voices)?;
                let kept = PartMap::from_fn(|part| request.given[part].is_some());
                Some(Judged::of(scores, request.preferred, kept))
            }
            _ => None,
        };
        let chosen = judged.as_ref().map_or(0, |judged| usize::from(judged.chosen));
        self.mended += mended.get(chosen).copied().unwrap_or(0);
        Ok(Made { parts: takes.swap_remove(chosen), programs: style.pitched_programs(), judged })
    }
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
