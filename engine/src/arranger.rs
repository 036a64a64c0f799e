//! From a melody to the parts of one phrase: the pure core that the composer thread, the command line and the tests
//! share. The same request gives the same notes, whoever asks and whenever.

use crate::{
    decode::{Decoder, Jitter, fill_noise, random},
    fit::{Cell, Fit},
    generator::{
        self, BackendChoice, BackendError, BackendInfo, NetworkInput, PLANE, SharedBackend, library, run_checked,
    },
    key::{Key, add_weights},
    meter::PhraseSpan,
    model::{Model, ModelCard, ModelError, ModelSource},
    note::Note,
    part::{Part, PartMap},
    polish::{self, Polish},
    roll,
    settings::Settings,
    song::melody_line,
    time::Tick,
};
use std::{ops::Range, path::PathBuf};

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
    /// Genre, temperature, seed and densities.
    pub settings: &'a Settings,
    /// Which take of this phrase: the same request with another take gives other notes.
    pub take: u32,
}

/// Why a phrase could not be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ComposeError {
    /// The network gave values that are no probabilities.
    #[error("the model gave numbers that are not probabilities ({0}); the phrase was left as it was")]
    NotProbabilities(String),
    /// The runtime failed.
    #[error("the model could not be run: {0}")]
    Runtime(String),
}

/// Makes phrases. [`PhraseRequest`] in, notes out, inside the span, sorted by start.
pub trait Compose {
    /// Makes the parts of one phrase.
    ///
    /// # Errors
    /// When the network cannot be run or gives no probabilities; the score is to stay as it was.
    fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<PartNotes, ComposeError>;
}

/// Why there is no arranger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// No runtime can run it.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Makes phrases with a model. Lives on one composer thread; the network's weights are shared between arrangers.
pub struct Arranger {
    card: ModelCard,
    network: SharedBackend,
    backend: BackendInfo,
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
        let (network, backend) = generator::load(&model, choice, libraries)?;
        Ok(Self { card: model.card().clone(), network, backend, polish: Polish::default(), mended: 0 })
    }

    /// What the model says about itself.
    pub const fn card(&self) -> &ModelCard {
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

    /// How many notes were changed or left out after the network in all phrases so far.
    pub const fn mended(&self) -> usize {
        self.mended
    }

    /// What the network reads for one window, and the shift of its key; no shift if there is no melody.
    fn input(&self, request: &PhraseRequest<'_>, song: &Song, fit: &Fit, window: usize) -> (NetworkInput, Option<i64>) {
        let mut input = NetworkInput::silent(&self.card, 1);
        let (cells, before) = (fit.window(window), fit.context(window));
        roll::write_heard(request.heard, cells, &mut input.heard);
        let write_melody = |input: &mut NetworkInput, shift: i64| {
            roll::write(&song.melody, cells, shift, &mut input.melody);
            roll::mask(&mut input.melody, &input.heard);
            roll::write(&song.melody, before, shift, &mut input.context[..2 * PLANE]);
        };
        write_melody(&mut input, 0);
        let mut weights = [0.0; 12];
        add_weights(&input.melody, &mut weights);
        add_weights(&input.context[..2 * PLANE], &mut weights);
        let shift = weights.iter().any(|&weight| weight > 0.0).then(|| Key::estimate(&weights).shift());
        if shift.is_some_and(|shift| shift != 0) {
            input.melody.fill(0.0);
            input.context.fill(0.0);
            write_melody(&mut input, shift.unwrap_or(0));
        }
        let (given, in_context) = (&mut input.given, &mut input.context[2 * PLANE..]);
        for (index, part) in Part::PITCHED.into_iter().enumerate() {
            let planes = 2 * index * PLANE..2 * (index + 1) * PLANE;
            roll::write(&song.parts[part], before, shift.unwrap_or(0), &mut in_context[planes.clone()]);
            if let Some(notes) = &request.given[part] {
                roll::write(notes, cells, shift.unwrap_or(0), &mut given[planes]);
            }
        }
        roll::write_drums(&song.parts[Part::Drums], before, &self.card.drum_voices, &mut input.context_drums);
        if let Some(notes) = &request.given[Part::Drums] {
            roll::write_drums(notes, cells, &self.card.drum_voices, &mut input.given_drums);
        }
        for (part, notes) in request.given.iter() {
            input.given_parts[part.index()] = f32::from(u8::from(notes.is_some()));
        }
        input.style.copy_from_slice(&self.card.genre(request.settings.genre).style);
        input.meter[usize::from(fit.in_three())] = 1.0;
        (input, shift)
    }

    /// Adds one window's notes to the song.
    fn add_window(
        &mut self,
        request: &PhraseRequest<'_>,
        song: &mut Song,
        fit: &Fit,
        window: usize,
    ) -> Result<(), ComposeError> {
        let (mut input, shift) = self.input(request, song, fit, window);
        let temperature = request.settings.temperature;
        let temperature = if temperature.is_finite() { temperature.clamp(0.0, 2.0) } else { 1.0 };
        let mut random = random(request.settings.seed, request.span.start, request.take, window);
        fill_noise(&mut random, temperature, &mut input.noise);
        let jitter = Jitter::draw(&mut random, temperature);
        let output = run_checked(&mut *self.network.lock(), &input)?;
        let cells = fit.window(window);
        let drum_voices = &self.card.drum_voices;
        let decoder = Decoder { output: &output, cells, shift: shift.unwrap_or(0), jitter: &jitter, drum_voices };
        let genre = self.card.genre(request.settings.genre);
        for part in Part::ALL.into_iter().filter(|&part| genre.parts[part] && request.given[part].is_none()) {
            let density = request.settings.parts[part].density;
            let notes = match part {
                Part::Drums => decoder.drums(density),
                // With no melody at all no key is known, and a key is not made up.
                _ if shift.is_none() => Vec::new(),
                _ => {
                    let held = song.take_held(part, cells, &request.span, self.polish.seams);
                    decoder.pitched(part, density, held)
                }
            };
            song.parts[part].extend(notes);
        }
        Ok(())
    }
}

/// The notes known while a phrase is made.
struct Song {
    melody: Vec<Note>,
    /// What came before, and what the phrase has so far.
    parts: PartNotes,
}

impl Song {
    /// The notes that end where a window starts. Those of the phrase itself are taken out, to be continued; those of
    /// the phrase before stay, and may go on as new notes of this one, which keeps a seam from falling silent.
    fn take_held(&mut self, part: Part, cells: &[Cell], span: &PhraseSpan, seams: bool) -> Vec<Note> {
        let Some(start) = cells.first().map(|cell| cell.from) else { return Vec::new() };
        let ends_here = |note: &Note| note.end() == start;
        if start == span.start {
            let before = self.parts[part].iter().filter(|note| seams && ends_here(note));
            return before.map(|note| Note { start, ..*note }).collect();
        }
        let within = |note: &mut Note| note.start >= span.start && note.end() == start;
        self.parts[part].extract_if(.., within).collect()
    }
}

impl Compose for Arranger {
    fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<PartNotes, ComposeError> {
        let span = &request.span;
        let fit = Fit::new(span);
        // The network was taught single lines; where a player plays chords, their highest line is the melody.
        let melody = melody_line(&roll::known(request.melody, request.heard));
        let mut song = Song { melody, parts: PartMap::default() };
        for part in Part::ALL {
            song.parts[part].extend(request.before[part].iter().filter(|note| note.start < span.start));
            song.parts[part].extend(request.given[part].iter().flatten());
        }
        let genre = self.card.genre(request.settings.genre);
        if Part::ALL.into_iter().any(|part| genre.parts[part] && request.given[part].is_none()) {
            for window in 0..fit.windows() {
                self.add_window(request, &mut song, &fit, window)?;
            }
        }
        let mut notes = PartMap::from_fn(|part| match &request.given[part] {
            Some(given) => given.clone(),
            None => song.parts[part].iter().filter(|note| note.start >= span.start).copied().collect(),
        });
        for part in Part::PITCHED.into_iter().filter(|&part| request.given[part].is_none()) {
            let before = &request.before[part];
            let before = &before[..before.partition_point(|note| note.start < span.start)];
            self.mended += polish::apply(self.polish, part, &mut notes[part], &song.melody, before);
        }
        for part in Part::ALL {
            notes[part].sort_unstable();
        }
        Ok(notes)
    }
}

#[cfg(all(test, feature = "runtimes"))]
mod tests;
