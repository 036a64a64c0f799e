//! A stand-in for the network that makes phrases for the composer, sometimes slowly or with an error.

use continuo_engine::{
    arranging::{Arrange, ArrangedPhrase, PhraseRequest},
    composer::{Loaded, Loader},
    network::{InferenceError, Judged},
};
use continuo_music::{
    note::Note,
    part::{Part, PartMap},
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{thread, time::Duration};

/// The styles that it understands.
pub const STYLE_SPACE: &str = "scribe";

/// Loads at once or after a while, like a model that other instances already use or do not.
pub fn loader(seed: u64) -> Loader {
    Box::new(move || {
        thread::sleep(Duration::from_millis(seed % 3 * 20));
        Ok(Loaded {
            arranger: Box::new(Scribe { made: 0, random: ChaCha8Rng::seed_from_u64(seed) }),
            model: "scribe 1".to_owned(),
            backend: "none".to_owned(),
            conductor: None,
            remark: None,
            soloist: None,
        })
    })
}

struct Scribe {
    made: usize,
    random: ChaCha8Rng,
}

impl Arrange for Scribe {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        match self.random.random_range(0..40) {
            0 => thread::sleep(Duration::from_millis(self.random.random_range(5..50))),
            1 => return Err(InferenceError::Runtime("it failed on purpose".to_owned())),
            _ => {}
        }
        self.made += 1;
        let parts = PartMap::from_fn(|part| {
            request.given[part].clone().unwrap_or_else(|| match part {
                Part::Bass => self.bass(request),
                _ => self.figure(part, request),
            })
        });
        let judged =
            Judged { chosen: request.preferred.unwrap_or(1) % 4, scores: vec![0.25; 4], kept: PartMap::default() };
        Ok(ArrangedPhrase { parts, programs: [32, 0, 48, 73], judged: Some(judged) })
    }
}

impl Scribe {
    /// One note with a new pitch in each phrase, so that the output shows which phrase plays.
    fn bass(&self, request: &PhraseRequest<'_>) -> Vec<Note> {
        let pitch = 28 + (self.made % 40) as u8;
        vec![Note { start: request.span.start, pitch, length: request.span.ticks(), velocity: 80 }]
    }

    fn figure(&mut self, part: Part, request: &PhraseRequest<'_>) -> Vec<Note> {
        let step = if part == Part::Drums { 240 } else { 960 };
        let starts = (request.span.start..request.span.end).step_by(step);
        starts
            .map(|start| Note {
                start,
                pitch: self.random.random_range(36..84),
                length: step as i64,
                velocity: self.random.random_range(1..128),
            })
            .collect()
    }
}
