//! The worker thread: it loads, works without a model, stops and ends.

use super::*;

#[test]
fn a_network_that_panics_is_reported_and_the_score_stays() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let score = stage.shared.score.copy();
    for seed in [666, 666, 666, 666, 666] {
        stage
            .planner
            .receive(Fact::Settings(Settings { shape: Shape { seed, ..Shape::default() }, ..Settings::default() }));
        stage.planner.receive(Fact::Generate { tick: 0 });
    }
    assert!(stage.shared.status.get().fault.unwrap().contains("unharmed"));
    assert_eq!(stage.shared.score.copy(), score);
    assert_eq!(stage.requests.lock().len(), 3 + 3, "after three panics it does not run again");
}

#[test]
fn without_a_model_the_melody_is_still_kept_and_the_fault_reported() {
    let shared = Arc::new(Shared::new());
    let mut planner = Planner::new(Arc::clone(&shared), Box::new(|| Err("no model".to_owned())));
    planner.model.load();
    planner.receive(Fact::Started { tick: 0, rolled: 0 });
    planner.receive(Fact::NoteOn { tick: 0, pitch: 60, velocity: 90 });
    planner.receive(Fact::Rolled { from: 0, to: PHRASE, rolled: PHRASE, cycle: None });
    planner.receive(Fact::Left { tick: PHRASE });
    assert_eq!(shared.status.get().fault.as_deref(), Some("no model"));
    assert_eq!(shared.score.copy().melody(), [note(0, PHRASE)]);
    assert_eq!(shared.score.copy().phrases(), []);
}

#[test]
fn the_thread_processes_facts_and_ends_when_dropped() {
    let (audio, ends) = queues();
    let shared = Arc::new(Shared::new());
    let requests = Arc::new(Mutex::new(vec![]));
    let scribe = Arc::clone(&requests);
    let loader: Loader = Box::new(move || {
        Ok(Loaded {
            arranger: Box::new(Scribe(Arc::clone(&scribe))),
            model: "scribe 1".to_owned(),
            backend: "none".to_owned(),
            conductor: None,
            remark: None,
            soloist: None,
        })
    });
    let composer = Composer::start(ends, Arc::clone(&shared), loader).unwrap();
    audio.facts.try_send(Fact::Located { tick: 0 }).unwrap();
    let began = Instant::now();
    while audio.progress.done.load(Ordering::Acquire) < 1 {
        assert!(began.elapsed() < Duration::from_mins(2), "the composer does not answer");
        thread::sleep(Duration::from_millis(1));
    }
    let deliveries: Vec<_> = audio.deliveries.try_iter().collect();
    assert!(matches!(deliveries.last(), Some(Delivery::Phrase(phrase)) if phrase.span.start == 0));
    drop(composer);
    assert_eq!(Arc::strong_count(&shared), 1, "nothing of the thread is left");
}

#[test]
fn a_thread_that_is_stopped_leaves_the_waiting_edits() {
    /// Makes a phrase once its gate opens.
    struct Gated(std::sync::mpsc::Receiver<()>, Arc<Mutex<u32>>);

    impl Arrange for Gated {
        fn arrange_phrase(&mut self, _: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
            *self.1.lock() += 1;
            let _ = self.0.recv();
            Ok(PartMap::<Vec<Note>>::default().into())
        }
    }

    let (_audio, ends) = queues();
    let shared = Arc::new(Shared::new());
    let made = Arc::new(Mutex::new(0));
    let (go_on, gate) = std::sync::mpsc::channel();
    let mut gated = Some(Gated(gate, Arc::clone(&made)));
    let loader: Loader = Box::new(move || {
        let (model, backend) = ("gated 1".to_owned(), "none".to_owned());
        let arranger = Box::new(gated.take().ok_or("it is loaded once")?);
        Ok(Loaded { arranger, model, backend, conductor: None, remark: None, soloist: None })
    });
    for _ in 0..100 {
        assert!(shared.edits.push(Edit::Regenerate { tick: 0, part: None }));
    }
    let composer = Composer::start(ends, Arc::clone(&shared), loader).unwrap();
    // Declared after the composer, which waits for its phrase: a failing test must open the gate first.
    let gate = go_on;
    let began = Instant::now();
    while *made.lock() == 0 {
        assert!(began.elapsed() < Duration::from_mins(2), "the first edit is not processed");
        thread::sleep(Duration::from_millis(1));
    }
    composer.orders.stop.store(true, Ordering::Release);
    drop(gate);
    drop(composer);
    assert_eq!(*made.lock(), 1, "edits were processed after the stop");
}

#[test]
fn a_saved_score_is_sent_while_the_model_is_still_being_loaded() {
    let mut stage = Stage::new(Settings::default());
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let phrases = stage.shared.score.copy().phrases().len();
    assert!(phrases > 0);
    let saved = stage.shared.save();

    let (audio, ends) = queues();
    let shared = Arc::new(Shared::new());
    let (go_on, held) = std::sync::mpsc::channel::<()>();
    let loader: Loader = Box::new(move || {
        let _ = held.recv();
        Err("no model".to_owned())
    });
    let composer = Composer::start(ends, Arc::clone(&shared), loader).unwrap();
    // Declared after the composer, which waits for its loader: a failing test must let the loader go on first.
    let gate = go_on;
    shared.restore(&saved).unwrap();
    let began = Instant::now();
    loop {
        let mut deliveries = audio.deliveries.try_iter();
        if deliveries.any(|delivery| matches!(delivery, Delivery::Table(table) if table.len() == phrases)) {
            break;
        }
        assert!(began.elapsed() < Duration::from_mins(2), "the score waits for the model");
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(shared.status.get().fault, None, "the model is still being loaded");
    drop(gate);
    drop(composer);
    assert_eq!(shared.status.get().fault.as_deref(), Some("no model"));
}
