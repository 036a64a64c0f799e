//! Scores that a host restores while an instance runs, with the real composer thread, performer and queues. Only the
//! network is a stand-in.

use super::*;
use crate::{
    realtime::{
        note_tracker::{OutputEvent, OutputEventKind},
        performer::Performer,
        transport::BlockTransport,
    },
    score::score::Score,
};
use continuo_music::part::MELODY_CHANNEL;

const BLOCK: u32 = 512;

/// Answers with a bass note on every quarter.
struct Quarters;

impl Arrange for Quarters {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let mut parts = PartMap::<Vec<Note>>::default();
        let quarters = (request.span.start..request.span.end).step_by(960);
        parts[Part::Bass] = quarters.map(|start| Note { start, pitch: 40, length: 480, velocity: 80 }).collect();
        Ok(parts.into())
    }
}

/// An instance that rolls at 120 beats a minute, offline so that it waits for the composer.
struct Running {
    performer: Performer,
    shared: Arc<Shared>,
    settings: Settings,
    position: f64,
    _composer: Composer,
}

impl Running {
    fn new(shared: Arc<Shared>, settings: Settings) -> Self {
        Self::with_model(shared, settings, "quarters 1")
    }

    fn with_model(shared: Arc<Shared>, settings: Settings, model: &'static str) -> Self {
        let (audio, ends) = queues();
        let loader: Loader = Box::new(move || {
            Ok(Loaded {
                arranger: Box::new(Quarters),
                model: model.to_owned(),
                backend: "none".to_owned(),
                conductor: None,
                remark: None,
                soloist: None,
            })
        });
        let composer = Composer::start(ends, Arc::clone(&shared), loader).unwrap();
        let mut performer = Performer::new(audio, 48_000.0);
        performer.set_offline_patience(Duration::from_mins(10));
        Self { performer, shared, settings, position: 0.0, _composer: composer }
    }

    /// Plays a number of quarters; returns how many notes of the parts began.
    fn play(&mut self, quarters: f64) -> usize {
        let (end, mut begun) = (self.position + quarters, 0);
        while self.position < end {
            let transport = BlockTransport {
                playing: true,
                tempo: Some(120.0),
                position_quarters: Some(self.position),
                meter: Some((4, 4)),
                offline: true,
                ..BlockTransport::default()
            };
            let settings = self.settings;
            self.performer.process(&transport, BLOCK, &settings, false, false, &[], &mut |event: OutputEvent| {
                let part = matches!(event.kind, OutputEventKind::NoteOn { channel, .. } if channel != MELODY_CHANNEL);
                begun += usize::from(part);
            });
            self.position += f64::from(BLOCK) / 24_000.0;
        }
        begun
    }
}

#[test]
fn a_newer_score_is_reported_until_it_is_replaced() {
    let shared = Arc::new(Shared::new());
    // As hosts do it: the state is loaded, then the plugin is activated, and then the model is loaded.
    let newer = Score::default().to_json().replace("\"version\":1", "\"version\":99");
    assert!(shared.restore(&newer).is_err());
    let mut running = Running::new(Arc::clone(&shared), Settings::default());
    assert!(running.play(32.0) > 20, "the parts do not play");
    let status = shared.status.get();
    assert!(status.model.is_some() && status.generated > 0, "{status:?}");
    let fault = status.score_fault.expect("the status reports the newer score");
    assert!(fault.contains("update the plugin to play it"), "{fault}");
    assert_eq!(status.fault, None, "nothing is wrong with the model");
    shared.restore(&Score::default().to_json()).unwrap();
    assert_eq!(shared.status.get().score_fault, None);
}

#[test]
fn an_empty_score_that_is_loaded_within_a_phrase_is_filled_at_once() {
    let shared = Arc::new(Shared::new());
    let settings = Settings { mode: Mode::Live, ..Settings::default() };
    let mut running = Running::new(shared, settings);
    running.play(3.0);
    running.shared.restore(&Score::default().to_json()).unwrap();
    // The phrase is sixteen quarters long.
    let begun = running.play(9.0);
    assert!(begun >= 8, "{begun} notes of the parts began in nine quarters");
}

#[test]
fn a_score_that_another_model_made_is_reported_with_the_names_of_both_models() {
    let mut older = Running::with_model(Arc::new(Shared::new()), Settings::default(), "quarters 0.9");
    older.play(32.0);
    assert_eq!(older.shared.status.get().score_remark, None, "its own model made all of it");
    let saved = older.shared.save();
    drop(older);

    let shared = Arc::new(Shared::new());
    shared.restore(&saved).unwrap();
    let mut running = Running::new(Arc::clone(&shared), Settings::default());
    let played = running.play(15.0);
    assert!(played > 10, "the other model's parts play");
    let remark = "this was arranged with quarters 0.9, which is not here; new takes use quarters 1";
    assert_eq!(shared.status.get().score_remark.as_deref(), Some(remark));
    assert!(shared.edits.push(Edit::Clear));
    running.play(4.0);
    assert_eq!(shared.status.get().score_remark, None, "the score was replaced");
    // Also while the model is loaded already.
    shared.restore(&saved).unwrap();
    running.play(4.0);
    assert_eq!(shared.status.get().score_remark.as_deref(), Some(remark));
}
