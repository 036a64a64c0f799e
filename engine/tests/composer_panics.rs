//! A network that panics: the panic is caught and reported, the network is loaded again, and meanwhile the melody passes
//! and the phrases in the score keep playing. Audio thread, queues and composer are real, and the network is the
//! hand-made one in `tests/models`; only the panic is artificial.

use continuo_engine::{
    arranging::{Arrange, ArrangedPhrase, Arranger, PhraseRequest},
    composer::{Composer, Loaded, Loader, Shared},
    network::{BackendChoice, InferenceError, ModelSource},
    realtime::{BlockTransport, KeyStroke, OutputEvent, OutputEventKind, Performer, queues},
};
use continuo_music::settings::{Mode, Settings};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

const RATE: f64 = 48_000.0;
const BLOCK: u32 = 512;
/// The counts must not depend on how fast the machine loads a network.
const PATIENCE: Duration = Duration::from_mins(10);

/// A network that panics at some phrases.
struct Faulty {
    network: Arranger,
    phrases: Arc<AtomicU32>,
    panics_at: Vec<u32>,
}

impl Arrange for Faulty {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let phrase = self.phrases.fetch_add(1, Ordering::Relaxed);
        assert!(!self.panics_at.contains(&phrase), "a network that fails on purpose");
        self.network.arrange_phrase(request)
    }
}

/// An instance whose network panics at some phrases, counted over all times that it was loaded.
struct Instance {
    performer: Performer,
    shared: Arc<Shared>,
    phrases: Arc<AtomicU32>,
    loads: Arc<AtomicU32>,
    position: f64,
    sounding: BTreeSet<(u8, u8)>,
    melody: u32,
    parts: u32,
    composer: Composer,
}

impl Instance {
    fn new(panics_at: &[u32]) -> Self {
        let (audio, composer) = queues();
        let shared = Arc::new(Shared::new());
        let (phrases, loads) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let (counted, loaded, panics_at) = (Arc::clone(&phrases), Arc::clone(&loads), panics_at.to_vec());
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/models/continuo.onnx");
        let source = ModelSource::File(model);
        let load: Loader = Box::new(move || {
            loaded.fetch_add(1, Ordering::Relaxed);
            let network = Arranger::load(&source, BackendChoice::Auto).map_err(|error| error.to_string())?;
            let faulty = Faulty { network, phrases: Arc::clone(&counted), panics_at: panics_at.clone() };
            Ok(Loaded {
                arranger: Box::new(faulty),
                model: "faulty 1".into(),
                backend: "a real one".into(),
                conductor: None,
                remark: None,
                soloist: None,
            })
        });
        let composer = Composer::start(composer, Arc::clone(&shared), load).expect("the composer thread should start");
        let mut performer = Performer::new(audio, RATE);
        performer.set_offline_patience(PATIENCE);
        Self {
            performer,
            shared,
            phrases,
            loads,
            position: 0.0,
            sounding: BTreeSet::new(),
            melody: 0,
            parts: 0,
            composer,
        }
    }

    /// Plays quarter notes for a number of bars in 4/4 at 120, offline, so that the audio thread waits for the composer.
    fn play(&mut self, bars: u32) {
        let settings = Settings { mode: Mode::Live, phrase_bars: 1, ..Settings::default() };
        let blocks = (f64::from(bars) * 4.0 * 24_000.0 / f64::from(BLOCK)).ceil() as u32;
        for _ in 0..blocks {
            let transport = BlockTransport {
                playing: true,
                tempo: Some(120.0),
                position_quarters: Some(self.position),
                meter: Some((4, 4)),
                offline: true,
                ..BlockTransport::default()
            };
            let next = self.position + f64::from(BLOCK) / 24_000.0;
            // A key goes down in the block that contains a quarter's start, and up in the middle of the quarter.
            let contains = |offset: f64| (self.position + offset).floor() < (next + offset).floor();
            let pitch = 60 + (next as u32 % 5) as u8;
            let stroke = if contains(0.0) {
                Some(KeyStroke::down(0, 0, pitch, 90))
            } else if contains(0.5) {
                Some(KeyStroke::up(0, 0, pitch))
            } else {
                None
            };
            let strokes: Vec<KeyStroke> = stroke.into_iter().collect();
            let mut played = Vec::new();
            self.performer
                .process(&transport, BLOCK, &settings, false, false, &strokes, &mut |event| played.push(event));
            self.receive(&played);
            self.position = next;
        }
    }

    fn receive(&mut self, played: &[OutputEvent]) {
        for event in played {
            match event.kind {
                OutputEventKind::NoteOn { channel, pitch, .. } => {
                    assert!(self.sounding.insert((channel, pitch)), "a note begins twice");
                    *if channel == 0 { &mut self.melody } else { &mut self.parts } += 1;
                }
                OutputEventKind::NoteOff { channel, pitch } => {
                    assert!(self.sounding.remove(&(channel, pitch)), "a note ends twice");
                }
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => {}
            }
        }
    }

    /// The counts, which `cargo xtask test --hosts` reads from the output.
    fn tally(&self) -> String {
        format!(
            "{} phrases asked for, the network loaded {} times, {} notes of the melody and {} of the parts",
            self.phrases.load(Ordering::Relaxed),
            self.loads.load(Ordering::Relaxed),
            self.melody,
            self.parts,
        )
    }

    fn stop(&mut self) {
        let settings = Settings { mode: Mode::Live, phrase_bars: 1, ..Settings::default() };
        // Without tempo and position the host would count as one that always rolls.
        let transport = BlockTransport {
            tempo: Some(120.0),
            position_quarters: Some(self.position),
            meter: Some((4, 4)),
            offline: true,
            ..BlockTransport::default()
        };
        let strokes: Vec<KeyStroke> = (0..128).map(|pitch| KeyStroke::up(0, 0, pitch)).collect();
        for block in 0..8 {
            let strokes = if block == 0 { &strokes[..] } else { &[] };
            let mut played = Vec::new();
            self.performer
                .process(&transport, BLOCK, &settings, false, false, strokes, &mut |event| played.push(event));
            self.receive(&played);
        }
        assert!(self.sounding.is_empty(), "notes hang: {:?}", self.sounding);
    }
}

#[test]
fn a_panic_is_caught_and_the_network_is_loaded_again() {
    let mut instance = Instance::new(&[3]);
    instance.play(12);
    assert_eq!(instance.loads.load(Ordering::Relaxed), 2, "the network was not loaded again");
    assert!(instance.phrases.load(Ordering::Relaxed) > 8, "no phrase was arranged after the panic");
    let status = instance.shared.status.get();
    assert_eq!(status.fault, None, "the next arranged phrase clears the fault");
    // Twelve bars of quarter notes, none missing.
    assert!((47..=49).contains(&instance.melody), "{} notes of the melody passed", instance.melody);
    assert!(instance.parts > 20, "the parts hardly play");
    instance.stop();
    println!("\npanic caught: {}", instance.tally());
}

#[test]
fn a_network_that_keeps_panicking_is_switched_off_and_reported() {
    let panics: Vec<u32> = (2..1000).collect();
    let mut instance = Instance::new(&panics);
    instance.play(4);
    let score = instance.shared.score.copy();
    assert!(!score.phrases().is_empty(), "no phrase was arranged before the panics");
    instance.play(8);
    assert_eq!(instance.loads.load(Ordering::Relaxed), 3, "the network is loaded three times in all");
    let fault = instance.shared.status.get().fault.expect("the fault should be reported");
    assert!(fault.contains("switched off"), "{fault}");
    for phrase in score.phrases() {
        assert_eq!(instance.shared.score.copy().phrase(&phrase.span), Some(phrase), "the score was damaged");
    }
    assert!((47..=49).contains(&instance.melody), "{} notes of the melody passed", instance.melody);
    // The phrases in the score keep playing without a network.
    let before = instance.parts;
    instance.position = 0.0;
    instance.play(2);
    assert!(instance.parts > before, "the score does not play");
    instance.stop();
    println!("\nswitched off: {}", instance.tally());
}

#[test]
fn a_network_that_was_switched_off_is_tried_again_when_the_plugin_is_activated() {
    let mut instance = Instance::new(&[2, 3, 4]);
    instance.play(8);
    assert_eq!(instance.loads.load(Ordering::Relaxed), 3);
    let fault = instance.shared.status.get().fault.expect("the fault should be reported");
    assert!(fault.contains("reactivate the plugin to try again"), "{fault}");
    // As in the plugin.
    instance.performer.set_sample_rate(RATE);
    instance.composer.try_again();
    let (phrases, parts) = (instance.phrases.load(Ordering::Relaxed), instance.parts);
    instance.play(8);
    assert_eq!(instance.loads.load(Ordering::Relaxed), 4, "the network was not loaded again");
    assert!(instance.phrases.load(Ordering::Relaxed) > phrases + 4, "no phrase was arranged");
    assert!(instance.parts > parts + 10, "the parts do not play");
    assert_eq!(instance.shared.status.get().fault, None);
    // The network is loaded already: another activation changes nothing.
    instance.composer.try_again();
    instance.play(2);
    assert_eq!(instance.loads.load(Ordering::Relaxed), 4);
    instance.stop();
}
