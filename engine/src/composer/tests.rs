use super::{loader::Loader, planner::Planner, *};
use crate::{
    arranging::{Arrange, ArrangedPhrase, ChordGuess, PhraseRequest},
    network::{conductor::Judged, runtime::InferenceError},
    realtime::queues::{Delivery, Fact, PLAY_AT_ONCE, PlayablePhrase, RolledTick, queues},
    score::{edit::Edit, score::Score},
};
use continuo_music::{
    chord::ChordSpan,
    meter::Meter,
    note::Note,
    part::{Part, PartMap},
    settings::{Mode, Settings, Shape},
    time::{LEAD, Tick},
};
use parking_lot::Mutex;
use std::{
    ops::Range,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

mod choices;
mod chords;
mod clips;
mod edits;
mod lead;
mod melody;
#[cfg(feature = "runtimes")]
mod memory;
mod meters;
mod modes;
mod moved_songs;
mod own_parts;
mod places;
mod restored;
#[cfg(feature = "runtimes")]
mod returns;
#[cfg(feature = "runtimes")]
mod rounding;
mod saved;
mod score_melody;
mod second_cuts;
mod silent_loops;
mod tools;
mod worker;

/// The request for one phrase.
#[derive(Clone, Debug, PartialEq)]
struct Request {
    start: Tick,
    end: Tick,
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    bass_before: Vec<Note>,
    given_bass: Option<Vec<Note>>,
    take: u32,
    preferred: Option<u8>,
    genre: u8,
    chords: Vec<ChordSpan>,
}

/// Answers with one bass note that identifies the request, and writes the request down.
struct Scribe(Arc<Mutex<Vec<Request>>>);

impl Arrange for Scribe {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let mut requests = self.0.lock();
        requests.push(Request {
            start: request.span.start,
            end: request.span.end,
            melody: request.melody.to_vec(),
            heard: request.heard.to_vec(),
            bass_before: request.before[Part::Bass].clone(),
            given_bass: request.given[Part::Bass].clone(),
            take: request.take,
            preferred: request.preferred,
            genre: request.settings.shape.genre,
            chords: request.chords.to_vec(),
        });
        assert_ne!(request.settings.shape.seed, 666, "a network that fails");
        let mut parts = PartMap::<Vec<Note>>::default();
        let pitch = 28 + (requests.len() % 40) as u8;
        parts[Part::Bass] = request.given[Part::Bass].clone().unwrap_or_else(|| {
            vec![Note { start: request.span.start, pitch, length: request.span.ticks(), velocity: 80 }]
        });
        let kept = PartMap::from_fn(|part| request.given[part].is_some());
        let judged = Judged::of(vec![0.1, 0.9, 0.4, 0.2], request.preferred, kept);
        Ok(ArrangedPhrase { judged: Some(judged), ..ArrangedPhrase::from(parts) })
    }

    fn knows_chords(&self) -> bool {
        true
    }

    fn guess_chords(&mut self, request: &PhraseRequest<'_>, tick: Tick) -> Result<Vec<ChordGuess>, InferenceError> {
        assert!(!request.chords.iter().any(|chord| chord.span.contains(&tick)), "the place is free");
        Ok(request.chords.iter().map(|chord| ChordGuess { chord: chord.chord, share: 0.5 }).collect())
    }
}

/// A planner that receives facts as if from the audio thread.
struct Stage {
    planner: Planner,
    shared: Arc<Shared>,
    requests: Arc<Mutex<Vec<Request>>>,
    rolled: RolledTick,
    block: Tick,
    cycle: Option<(Tick, Tick)>,
}

const PHRASE: Tick = 4 * 3840;

impl Stage {
    fn new(settings: Settings) -> Self {
        let requests = Arc::new(Mutex::new(vec![]));
        let scribe = Arc::clone(&requests);
        Self { requests, ..Self::with(settings, move || Box::new(Scribe(Arc::clone(&scribe)))) }
    }

    /// A stage whose phrases come from something else than the scribe; it writes no requests down.
    fn with(settings: Settings, arranger: impl Fn() -> Box<dyn Arrange + Send> + Send + 'static) -> Self {
        let shared = Arc::new(Shared::new());
        let loader: Loader = Box::new(move || {
            Ok(Loaded {
                arranger: arranger(),
                model: "scribe 1".to_owned(),
                backend: "none".to_owned(),
                conductor: None,
                remark: None,
                soloist: Some(Box::new(|| Ok(Box::new(lead::Pulse)))),
            })
        });
        let mut planner = Planner::new(Arc::clone(&shared), loader);
        planner.model.load();
        planner.follow_replaced_score();
        planner.receive(Fact::Settings(settings));
        Self { planner, shared, requests: Arc::default(), rolled: 0, block: 100, cycle: None }
    }

    /// Plays a stretch with these melody notes.
    fn roll(&mut self, from: Tick, to: Tick, notes: &[Note]) {
        self.planner.receive(Fact::Started { tick: from, rolled: self.rolled });
        let mut at = from;
        while at < to {
            let next = (at + self.block).min(to);
            let mut events: Vec<(Tick, bool, u8)> = vec![];
            for note in notes {
                events.push((note.start, true, note.pitch));
                events.push((note.end(), false, note.pitch));
            }
            events.sort_unstable();
            for (tick, on, pitch) in events.into_iter().filter(|event| (at..next).contains(&event.0)) {
                self.planner.receive(if on {
                    Fact::NoteOn { tick, pitch, velocity: 90 }
                } else {
                    Fact::NoteOff { tick, pitch }
                });
            }
            self.rolled += next - at;
            self.planner.receive(Fact::Rolled { from: at, to: next, rolled: self.rolled, cycle: self.cycle });
            at = next;
        }
        self.planner.receive(Fact::Left { tick: to });
    }

    fn locate(&mut self, tick: Tick) {
        self.planner.receive(Fact::Located { tick });
        self.planner.update();
    }

    fn drain_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock())
    }

    fn delivered(&mut self) -> Vec<PlayablePhrase> {
        let phrases = self.planner.outbox.drain(..).filter_map(|delivery| match delivery {
            Delivery::Phrase(phrase) => Some(*phrase),
            Delivery::Table(_) | Delivery::Melody(_) | Delivery::Lead(_) => None,
        });
        phrases.collect()
    }
}

fn note(start: Tick, length: Tick) -> Note {
    Note { start, pitch: 60, length, velocity: 90 }
}

fn tune(from: Tick, to: Tick) -> Vec<Note> {
    (from..to).step_by(960).map(|start| note(start, 900)).collect()
}
