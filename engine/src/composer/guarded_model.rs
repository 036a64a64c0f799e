//! The loaded model, run so that its panics do no harm.

use super::{
    loader::{self, Loaded, Loader},
    shared::Shared,
};
use crate::arranging::{ArrangedPhrase, PhraseRequest};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

/// Panics after which the network is not tried again until [`Composer::try_again`](super::Composer::try_again).
const MOST_PANICS: u32 = 3;

/// The loaded model, and the way to load it. Owned by the composer thread, which lends the latter to a thread that loads.
pub struct GuardedModel {
    shared: Arc<Shared>,
    /// Away while another thread runs it.
    loader: Option<Loader>,
    loaded: Option<Loaded>,
    panics: u32,
}

impl GuardedModel {
    /// Nothing is loaded yet.
    pub fn new(shared: Arc<Shared>, loader: Loader) -> Self {
        Self { shared, loader: Some(loader), loaded: None, panics: 0 }
    }

    /// Loads the model and tells the outcome.
    pub fn load(&mut self) {
        if let Some(mut loader) = self.loader.take() {
            let outcome = loader::run(&mut loader);
            self.settle(loader, outcome);
        }
    }

    /// Whether no model is loaded.
    pub fn is_missing(&self) -> bool {
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
        self.shared.status.update(|status| match &outcome {
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
    pub fn name(&self) -> Option<&str> {
        self.loaded.as_ref().map(|loaded| loaded.model.as_str())
    }

    /// Whether takes are judged.
    pub fn judges(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.conductor.is_some())
    }

    /// Makes a phrase; `None` when that failed, which the status then tells.
    pub fn arrange(&mut self, request: &PhraseRequest<'_>) -> Option<ArrangedPhrase> {
        let loaded = self.loaded.as_mut()?;
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| loaded.arranger.arrange_phrase(request)));
        let took = began.elapsed();
        match outcome {
            Ok(Ok(made)) => {
                self.shared.status.update(|status| {
                    status.last_generation = Some(took);
                    status.slowest_generation = status.slowest_generation.max(Some(took));
                    status.generated += 1;
                    status.fault = None;
                });
                Some(ArrangedPhrase { parts: inside(&made.parts, &request.span), ..made })
            }
            Ok(Err(error)) => {
                self.shared.status.update(|status| status.fault = Some(error.to_string()));
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
                self.shared.status.update(|status| status.fault = Some(fault));
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
