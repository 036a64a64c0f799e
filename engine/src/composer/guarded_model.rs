//! The loaded model, run so that its panics do no harm.

use super::{
    loader::{self, Loaded, Loader},
    processor_time,
    shared::Shared,
};
use crate::{
    arranging::{Arrange, ArrangedPhrase, ChordGuess, PhraseRequest},
    lead::{Improvise, LeadRequest, Played},
    network::InferenceError,
};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
    time::Tick,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

/// Panics after which the network is not tried again until [`Composer::try_again`](super::Composer::try_again).
const MAX_PANICS: u32 = 3;

/// The loaded model and its loader. Owned by the composer thread, which lends the loader to a thread that loads.
pub struct GuardedModel {
    shared: Arc<Shared>,
    /// `None` while another thread runs it.
    loader: Option<Loader>,
    loaded: Option<Loaded>,
    /// Plays Lead, once that is wanted.
    soloist: Option<Box<dyn Improvise + Send>>,
    panics: u32,
}

impl GuardedModel {
    /// A guard without a loaded model.
    pub fn new(shared: Arc<Shared>, loader: Loader) -> Self {
        Self { shared, loader: Some(loader), loaded: None, soloist: None, panics: 0 }
    }

    /// Loads the model and shows the outcome in the status.
    pub fn load(&mut self) {
        if let Some(mut loader) = self.loader.take() {
            let outcome = loader::run(&mut loader);
            self.finish_loading(loader, outcome);
        }
    }

    /// Whether no model is loaded.
    pub fn is_missing(&self) -> bool {
        self.loaded.is_none()
    }

    /// Lends the loader, to load the model afresh on another thread. Restarts the count of panics.
    pub fn lend_loader(&mut self) -> Option<Loader> {
        self.panics = 0;
        self.loader.take()
    }

    /// Receives the loader back, and shows its outcome in the status.
    pub fn finish_loading(&mut self, loader: Loader, outcome: Result<Loaded, String>) {
        self.loader = Some(loader);
        self.shared.status.update(|status| match &outcome {
            Ok(ready) => {
                status.model = Some(ready.model.clone());
                status.backend = Some(ready.backend.clone());
                status.conductor.clone_from(&ready.conductor);
                status.knows_chords = Some(ready.arranger.knows_chords());
                status.remark.clone_from(&ready.remark);
                if self.panics == 0 {
                    status.fault = None;
                }
            }
            Err(reason) => status.fault = Some(reason.clone()),
        });
        self.loaded = outcome.ok();
        self.soloist = None;
    }

    /// Loads what plays Lead, if that is still to be done.
    pub fn load_soloist(&mut self) {
        if self.soloist.is_some() {
            return;
        }
        let Some(mut loader) = self.loaded.as_mut().and_then(|loaded| loaded.soloist.take()) else { return };
        let outcome = catch_unwind(AssertUnwindSafe(&mut loader))
            .unwrap_or_else(|_| Err("its runtime failed unexpectedly while loading".to_owned()));
        match outcome {
            Ok(soloist) => self.soloist = Some(soloist),
            Err(reason) => self.silence_lead(&reason),
        }
    }

    /// Plays Lead; `None` on failure, with the reason in the status.
    pub fn improvise(&mut self, request: &LeadRequest<'_>) -> Option<Played> {
        self.load_soloist();
        let soloist = self.soloist.as_mut()?;
        match catch_unwind(AssertUnwindSafe(|| soloist.improvise(request))) {
            Ok(Ok(played)) => Some(played),
            Ok(Err(error)) => {
                self.silence_lead(&error.to_string());
                None
            }
            Err(_) => {
                self.silence_lead("its network failed unexpectedly");
                None
            }
        }
    }

    /// Lead is silent until the plugin is loaded again.
    fn silence_lead(&mut self, reason: &str) {
        self.soloist = None;
        let fault = format!("Lead is silent: {reason}; open the project again to try again");
        self.shared.status.update(|status| status.fault = Some(fault));
    }

    /// Name and version of the loaded model.
    pub fn name(&self) -> Option<&str> {
        self.loaded.as_ref().map(|loaded| loaded.model.as_str())
    }

    /// Whether takes are judged.
    pub fn judges(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.conductor.is_some())
    }

    /// Whether the loaded model keeps to chords, and tells which ones it would choose.
    pub fn knows_chords(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.arranger.knows_chords())
    }

    /// Makes a phrase; `None` on failure, with the reason in the status.
    pub fn arrange(&mut self, request: &PhraseRequest<'_>) -> Option<ArrangedPhrase> {
        let (began, before) = (Instant::now(), processor_time::of_this_thread());
        let arranged = self.run("making a phrase", |arranger| arranger.arrange_phrase(request))?;
        let took = began.elapsed();
        // The runtimes have no threads of their own.
        let worked = before.and_then(|before| processor_time::of_this_thread()?.checked_sub(before));
        self.shared.status.update(|status| {
            status.last_generation = Some(took);
            status.last_processor_time = worked;
            status.slowest_generation = status.slowest_generation.max(Some(took));
            status.generated += 1;
            status.fault = None;
        });
        Some(ArrangedPhrase { parts: inside(&arranged.parts, &request.span), ..arranged })
    }

    /// What the model would choose at a tick; `None` on failure, with the reason in the status.
    pub fn guess_chords(&mut self, request: &PhraseRequest<'_>, tick: Tick) -> Option<Vec<ChordGuess>> {
        self.run("looking for chords", |arranger| arranger.guess_chords(request, tick))
    }

    /// Runs the model; `None` on failure, with the reason in the status.
    fn run<T>(
        &mut self,
        doing: &str,
        work: impl FnOnce(&mut (dyn Arrange + Send)) -> Result<T, InferenceError>,
    ) -> Option<T> {
        let loaded = self.loaded.as_mut()?;
        match catch_unwind(AssertUnwindSafe(|| work(&mut *loaded.arranger))) {
            Ok(Ok(outcome)) => Some(outcome),
            Ok(Err(error)) => {
                self.shared.status.update(|status| status.fault = Some(error.to_string()));
                None
            }
            Err(_) => {
                self.panics += 1;
                self.loaded = None;
                if self.panics < MAX_PANICS {
                    self.load();
                }
                let state = if self.loaded.is_some() {
                    "was loaded again"
                } else {
                    "was switched off: reactivate the plugin to try again"
                };
                let fault = format!(
                    "the network failed unexpectedly while {doing} and {state}; the melody and the score are unharmed"
                );
                self.shared.status.update(|status| status.fault = Some(fault));
                None
            }
        }
    }
}

/// The notes that begin inside a phrase, cut at its end, with valid numbers only.
fn inside(parts: &PartNotes, span: &PhraseSpan) -> PartNotes {
    PartMap::from_fn(|part| {
        let mut notes: Vec<Note> = parts[part]
            .iter()
            .filter(|note| span.contains(note.start) && note.length > 0 && note.pitch < 128)
            .map(|note| Note {
                length: note.length.min(span.end - note.start),
                velocity: note.velocity.clamp(1, 127),
                ..*note
            })
            .collect();
        notes.sort_unstable();
        notes
    })
}
