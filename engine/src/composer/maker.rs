//! Runs what makes phrases, and survives it.

use super::{Loaded, Loader};
use crate::{
    arranger::{Made, PartNotes, PhraseRequest},
    meter::PhraseSpan,
    note::Note,
    part::PartMap,
    shared::Shared,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

/// Panics after which the network is not tried again until [`super::Composer::try_again`].
const MOST_PANICS: u32 = 3;

/// The loaded model, and the way to load it. Owned by the composer thread, which lends the latter to a thread that loads.
pub struct Maker {
    shared: Arc<Shared>,
    /// Away while another thread runs it.
    loader: Option<Loader>,
    loaded: Option<Loaded>,
    panics: u32,
}

/// Runs a loader, and survives it.
pub fn run(loader: &mut Loader) -> Result<Loaded, String> {
    catch_unwind(AssertUnwindSafe(loader))
        .unwrap_or_else(|_| Err("the model could not be loaded: its runtime failed unexpectedly".to_owned()))
}

impl Maker {
    /// Nothing is loaded yet.
    pub fn new(shared: Arc<Shared>, loader: Loader) -> Self {
        Self { shared, loader: Some(loader), loaded: None, panics: 0 }
    }

    /// Loads the model and tells the outcome.
    pub fn load(&mut self) {
        if let Some(mut loader) = self.loader.take() {
            let outcome = run(&mut loader);
            self.settle(loader, outcome);
        }
    }

    /// Whether no model is loaded.
    pub fn has_none(&self) -> bool {
        self.loaded.is_none()
    }

    /// The way to load the model afresh, to be run on another thread: panics are counted from here.
    pub fn take_loader(&mut self) -> Option<Loader> {
        self.panics = 0;
        self.loader.take()
    }

    /// Takes the loader back, and tells what came of it.
    pub fn settle(&mut self, loader: Loader, outcome: Result<Loaded, String>) {
        self.loader = Some(loader);
        self.shared.with_status(|status| match &outcome {
            Ok(ready) => {
                status.model = Some(ready.model.clone());
                status.backend = Some(ready.backend.clone());
                status.conductor.clone_from(&ready.conductor);
                status.remark.clone_from(&ready.remark);
                if self.panics == 0 {
                    status.fault = None;
                }
            }
            Err(reason) => status.fault = Some(reason.clone()),
        });
        self.loaded = outcome.ok();
    }

    /// Name and version of the loaded model.
    pub fn model(&self) -> Option<&str> {
        self.loaded.as_ref().map(|loaded| loaded.model.as_str())
    }

    /// Whether takes are judged.
    pub fn judges(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.conductor.is_some())
    }

    /// Makes a phrase; `None` when that failed, which the status then tells.
    pub fn make(&mut self, request: &PhraseRequest<'_>) -> Option<Made> {
        let loaded = self.loaded.as_mut()?;
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| loaded.compose.compose(request)));
        let took = began.elapsed();
        match outcome {
            Ok(Ok(made)) => {
                self.shared.with_status(|status| {
                    status.last_generation = Some(took);
                    status.slowest_generation = status.slowest_generation.max(Some(took));
                    status.generated += 1;
                    status.fault = None;
                });
                Some(Made { parts: inside(&made.parts, &request.span), ..made })
            }
            Ok(Err(error)) => {
                self.shared.with_status(|status| status.fault = Some(error.to_string()));
                None
            }
            Err(_) => {
                self.panics += 1;
                self.loaded = None;
                if self.panics < MOST_PANICS {
                    self.load();
                }
                let retry = if self.loaded.is_some() {
                    "it was loaded again"
                } else {
                    "it was switched off; reactivate the plugin to try again"
                };
                let fault = format!(
                    "the network failed unexpectedly while making a phrase; {retry}, the melody and the score are unharmed"
                );
                self.shared.with_status(|status| status.fault = Some(fault));
                None
            }
        }
    }
}

/// The notes that begin inside a phrase, ending with it at the latest, whatever made them.
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
