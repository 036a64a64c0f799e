use super::*;
use crate::{
    arranger::{ComposeError, Made, PhraseRequest},
    conductor::Judged,
    edit::Edit,
    meter::Meter,
    note::Note,
    part::{Part, PartMap},
    queues::{Fact, PLAY_AT_ONCE, PlayablePhrase, RolledTick, queues},
    score::Score,
    settings::{Mode, Settings},
    time::{LEAD, Tick},
};
use parking_lot::Mutex;
use std::ops::Range;

mod edits;
mod restored;

/// What one phrase was asked to be made from.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    start: Tick,
    end: Tick,
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    bass_before: Vec<Note>,
    given_bass: Option<Vec<Note>>,
    take: u32,
    preferred: Option<u8>,
    genre: u8,
}

/// Answers with one bass note that tells which request it was, and writes the request down.
struct Scribe(Arc<Mutex<Vec<Asked>>>);

impl Compose for Scribe {
    fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<Made, ComposeError> {
        let mut asked = self.0.lock();
        asked.push(Asked {
            start: request.span.start,
            end: request.span.end,
            melody: request.melody.to_vec(),
            heard: request.heard.to_vec(),
            bass_before: request.before[Part::Bass].clone(),
            given_bass: request.given[Part::Bass].clone(),
            take: request.take,
            preferred: request.preferred,
            genre: request.settings.genre,
        });
        assert_ne!(request.settings.seed, 666, "a network that fails");
        let mut parts = PartMap::<Vec<Note>>::default();
        let pitch = 28 + (asked.len() % 40) as u8;
        parts[Part::Bass] = request.given[Part::Bass].clone().unwrap_or_else(|| {
            vec![Note { start: request.span.start, pitch, length: request.span.ticks(), velocity: 80 }]
        });
        let kept = PartMap::from_fn(|part| request.given[part].is_some());
        let judged = Judged::of(vec![0.1, 0.9, 0.4, 0.2], request.preferred, kept);
        Ok(Made { judged: Some(judged), ..Made::from(parts) })
    }
}

/// A planner with the audio thread's facts at hand.
struct Stage {
    planner: Planner,
    shared: Arc<Shared>,
    asked: Arc<Mutex<Vec<Asked>>>,
    rolled: RolledTick,
    block: Tick,
    cycle: Option<(Tick, Tick)>,
}

const PHRASE: Tick = 4 * 3840;

impl Stage {
    fn new(settings: Settings) -> Self {
        let asked = Arc::new(Mutex::new(vec![]));
        let shared = Arc::new(Shared::new());
        let scribe = Arc::clone(&asked);
        let loader: Loader = Box::new(move || {
            Ok(Loaded {
                compose: Box::new(Scribe(Arc::clone(&scribe))),
                model: "scribe 1".to_owned(),
                backend: "none".to_owned(),
                conductor: None,
                remark: None,
            })
        });
        let mut planner = Planner::new(Arc::clone(&shared), loader);
        planner.maker.load();
        planner.look_for_restored_score();
        planner.take(Fact::Settings(settings));
        Self { planner, shared, asked, rolled: 0, block: 100, cycle: None }
    }

    /// Plays a stretch with these melody notes.
    fn roll(&mut self, from: Tick, to: Tick, notes: &[Note]) {
        self.planner.take(Fact::Started { tick: from, rolled: self.rolled });
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
                self.planner.take(if on {
                    Fact::NoteOn { tick, pitch, velocity: 90 }
                } else {
                    Fact::NoteOff { tick, pitch }
                });
            }
            self.rolled += next - at;
            self.planner.take(Fact::Rolled { from: at, to: next, rolled: self.rolled, cycle: self.cycle });
            at = next;
        }
        self.planner.take(Fact::Left { tick: to });
    }

    fn locate(&mut self, tick: Tick) {
        self.planner.take(Fact::Located { tick });
        self.planner.settle();
    }

    fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock())
    }

    fn delivered(&mut self) -> Vec<PlayablePhrase> {
        let phrases = self.planner.outbox.drain(..).filter_map(|delivery| match delivery {
            Delivery::Phrase(phrase) => Some(*phrase),
            Delivery::Table(_) => None,
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

#[test]
fn the_first_pass_predicts_and_each_heard_phrase_is_made_again_with_its_melody() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let asked = stage.asked();
    let summary: Vec<_> = asked.iter().map(|asked| (asked.start, asked.heard.clone())).collect();
    let cut = PHRASE - LEAD;
    assert_eq!(
        summary,
        [
            (0, vec![]),
            (PHRASE, vec![0..cut]),
            (0, vec![0..PHRASE]),
            (2 * PHRASE, vec![0..2 * PHRASE - LEAD]),
            (PHRASE, vec![0..2 * PHRASE]),
        ]
    );
    assert!(asked[1].melody.iter().all(|note| note.start < cut));
    assert_eq!(asked[2].melody, tune(0, PHRASE));
    assert_eq!(asked[4].bass_before, stage.shared.score().phrases()[0].parts[Part::Bass]);
}

#[test]
fn nothing_depends_on_the_block_size() {
    let run = |block| {
        let mut stage = Stage::new(Settings { phrase_bars: 2, ..Settings::default() });
        stage.block = block;
        stage.locate(0);
        stage.cycle = Some((0, 2 * PHRASE));
        for _ in 0..3 {
            stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
        }
        (stage.asked(), stage.delivered(), stage.shared.save())
    };
    let reference = run(1);
    assert_eq!(reference, run(7));
    assert_eq!(reference, run(333));
    assert_eq!(reference, run(9000));
    assert_eq!(reference, run(2 * PHRASE));
}

#[test]
fn a_replay_makes_nothing_new() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.cycle = Some((0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.asked();
    let score = stage.shared.save();
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &[]);
    assert_eq!(stage.asked(), []);
    assert_eq!(stage.shared.save(), score, "listening without playing keeps the melody");
}

#[test]
fn a_loop_of_one_phrase_is_prepared_before_it_wraps_and_finished_after() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.cycle = Some((0, PHRASE));
    stage.delivered();
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let heard: Vec<_> = stage.asked().into_iter().map(|asked| asked.heard).collect();
    assert_eq!(heard, [vec![], vec![0..PHRASE - LEAD], vec![0..PHRASE]]);
    let ready: Vec<_> = stage.delivered().iter().map(|phrase| phrase.ready_at).collect();
    assert_eq!(ready, [PHRASE, PHRASE + LEAD], "the second pass plays the prepared one, live and offline alike");
}

#[test]
fn genre_and_density_act_at_the_next_phrase_and_a_settled_song_is_left_alone() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.locate(0);
    stage.asked();
    stage.planner.take(Fact::Started { tick: 0, rolled: stage.rolled });
    stage.planner.take(Fact::Rolled { from: 0, to: 960, rolled: stage.rolled + 960, cycle: None });
    stage.planner.take(Fact::Settings(Settings { genre: 3, ..Settings::default() }));
    stage.planner.settle();
    assert_eq!(stage.asked(), [], "the phrase that plays is not touched");
    stage.planner.take(Fact::Rolled { from: 960, to: PHRASE - LEAD + 1, rolled: 0, cycle: None });
    let asked = stage.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].start, asked[0].genre), (PHRASE, 3));
    assert_eq!(asked[0].heard, [0..2 * PHRASE], "its melody is known by now");
}

#[test]
fn a_change_while_the_transport_stands_counts_for_the_first_phrase() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.asked();
    stage.planner.take(Fact::Settings(Settings { genre: 2, ..Settings::default() }));
    stage.planner.settle();
    let asked = stage.asked();
    assert_eq!((asked.len(), asked[0].start, asked[0].genre), (1, 0, 2));
}

#[test]
fn a_blend_makes_phrases_anew_but_its_rounding_does_not() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.asked();
    let mut asked_with = |genre_b, blend| {
        stage.planner.take(Fact::Settings(Settings { genre_b, blend, ..Settings::default() }));
        stage.planner.settle();
        stage.asked().len()
    };
    assert_eq!(asked_with(7, 0.0), 0, "a second genre that is not mixed in says nothing");
    assert_eq!(asked_with(7, 0.3), 1);
    assert_eq!(asked_with(7, 0.300_04), 0, "the same mix after a host's rounding");
    assert_eq!(asked_with(7, 0.31), 1);
}

#[test]
fn vary_makes_each_pass_a_new_take_and_a_lock_keeps_its_part() {
    let mut settings = Settings { vary: true, ..Settings::default() };
    settings.parts[Part::Bass].lock = true;
    let mut stage = Stage::new(settings);
    stage.locate(0);
    stage.cycle = Some((0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.asked();
    let bass = stage.shared.score().phrases()[1].parts[Part::Bass].clone();
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let second = stage.asked();
    assert_eq!(second.iter().map(|asked| (asked.start, asked.take)).collect::<Vec<_>>(), [(PHRASE, 1), (0, 2)]);
    assert_eq!(second[0].given_bass.as_ref(), Some(&bass));
    assert_eq!(stage.shared.score().phrases()[1].parts[Part::Bass], bass);
}

#[test]
fn live_mode_knows_only_what_was_played_and_follows_a_wrap() {
    let mut stage = Stage::new(Settings { mode: Mode::Live, ..Settings::default() });
    stage.locate(0);
    stage.cycle = Some((0, PHRASE));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let asked = stage.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].start, 0);
    assert_eq!(asked[1].heard, [-PHRASE..-LEAD], "what was just played stands before the phrase");
    assert_eq!(asked[1].melody[0].start, -PHRASE);
}

#[test]
fn answer_mode_accompanies_the_phrase_before() {
    let mut stage = Stage::new(Settings { mode: Mode::Answer, ..Settings::default() });
    stage.locate(0);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let asked = stage.asked();
    let last = asked.last().unwrap();
    assert_eq!(last.start, PHRASE);
    assert_eq!(last.heard, [PHRASE..2 * PHRASE - LEAD]);
    assert_eq!(last.melody[0].start, PHRASE);
}

#[test]
fn another_phrase_length_acts_after_the_phrase_that_plays() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.planner.take(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.take(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: None });
    stage.planner.take(Fact::Settings(Settings { phrase_bars: 1, ..Settings::default() }));
    stage.asked();
    stage.planner.take(Fact::Rolled { from: 3840, to: PHRASE + 1, rolled: PHRASE + 1, cycle: None });
    let spans: Vec<_> = stage.asked().iter().map(|asked| (asked.start, asked.end)).collect();
    assert_eq!(spans, [(PHRASE, PHRASE + 3840), (0, PHRASE)]);
}

#[test]
fn a_start_in_the_middle_and_a_jump_into_the_unknown_are_answered_at_once() {
    let mut stage = Stage::new(Settings::default());
    stage.planner.take(Fact::Started { tick: 5000, rolled: 0 });
    let phrases = stage.delivered();
    assert_eq!((phrases[0].span.start, phrases[0].ready_at), (0, PLAY_AT_ONCE));
    stage.planner.take(Fact::Left { tick: 5000 });
    stage.planner.take(Fact::Started { tick: 10 * PHRASE - 100, rolled: 0 });
    let starts: Vec<_> = stage.delivered().iter().map(|phrase| (phrase.span.start, phrase.ready_at)).collect();
    assert_eq!(starts, [(9 * PHRASE, PLAY_AT_ONCE), (10 * PHRASE, 100)], "so close to the boundary, both are needed");
}

#[test]
fn a_meter_learnt_late_is_answered_with_a_phrase_on_its_grid() {
    let mut stage = Stage::new(Settings::default());
    stage.planner.take(Fact::Meter { tick: 0, meter: Meter::COMMON });
    stage.locate(0);
    stage.planner.take(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.take(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: None });
    stage.asked();
    stage.planner.take(Fact::Meter { tick: 3840, meter: Meter { numerator: 3, denominator: 4 } });
    let spans: Vec<_> = stage.asked().iter().map(|asked| (asked.start, asked.end)).collect();
    assert_eq!(spans, [(3840, 3840 + 4 * 2880)]);
    assert_eq!(stage.shared.score().phrases()[0].span.end, 3840, "what was made for bars that are none is cut");
}

#[test]
fn generate_makes_another_take_of_the_phrase_at_the_playhead_at_once() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    stage.asked();
    stage.delivered();
    stage.planner.take(Fact::Generate { tick: 100 });
    assert_eq!(stage.asked().iter().map(|asked| (asked.start, asked.take)).collect::<Vec<_>>(), [(0, 1)]);
    assert_eq!(stage.delivered()[0].ready_at, PLAY_AT_ONCE);
}

#[test]
fn a_network_that_panics_is_reported_and_the_score_stays() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let score = stage.shared.score();
    for seed in [666, 666, 666, 666, 666] {
        stage.planner.take(Fact::Settings(Settings { seed, ..Settings::default() }));
        stage.planner.take(Fact::Generate { tick: 0 });
    }
    assert!(stage.shared.status().fault.unwrap().contains("unharmed"));
    assert_eq!(stage.shared.score(), score);
    assert_eq!(stage.asked.lock().len(), 3 + 3, "after three panics it is left alone");
}

#[test]
fn a_song_arranged_by_another_model_is_left_as_it_is_until_another_take_is_wanted() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let saved = stage.shared.save();
    assert!(saved.contains("scribe 1"));

    let mut reopened = Stage::new(Settings::default());
    reopened.shared.restore(&saved.replace("scribe 1", "an older one 3")).unwrap();
    reopened.planner.look_for_restored_score();
    reopened.locate(0);
    reopened.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    assert_eq!(reopened.asked(), []);
    reopened.planner.take(Fact::Generate { tick: 0 });
    assert_eq!(reopened.asked().len(), 1);
}

#[test]
fn a_state_without_a_phrase_at_the_rolling_playhead_gets_one_at_once() {
    let mut stage = Stage::new(Settings { mode: Mode::Live, ..Settings::default() });
    stage.planner.take(Fact::Started { tick: 100, rolled: 0 });
    stage.asked();
    stage.shared.restore(&Score::default().to_json()).unwrap();
    stage.planner.look_for_restored_score();
    assert_eq!(stage.asked().iter().map(|asked| asked.start).collect::<Vec<_>>(), [0]);
    assert!(stage.delivered().iter().any(|phrase| phrase.ready_at == PLAY_AT_ONCE));
}

/// A score may be replaced when the next phrase is made already, for the score before.
#[test]
fn a_score_that_is_replaced_just_before_a_boundary_has_its_next_phrase_made() {
    for mode in [Mode::Live, Mode::Arrange] {
        let mut stage = Stage::new(Settings { mode, ..Settings::default() });
        stage.locate(0);
        stage.planner.take(Fact::Started { tick: 0, rolled: 0 });
        let at = PHRASE - LEAD / 2;
        stage.planner.take(Fact::Rolled { from: 0, to: at, rolled: at, cycle: None });
        stage.shared.replace(Score::default());
        stage.planner.look_for_restored_score();
        stage.planner.take(Fact::Rolled { from: at, to: PHRASE + 960, rolled: PHRASE + 960, cycle: None });
        let score = stage.shared.score();
        assert!(score.phrase_at(PHRASE).is_some(), "{mode:?}: the phrase after the boundary is silent");
        let ready: Vec<_> = stage.delivered().into_iter().filter(|phrase| phrase.span.start == PHRASE).collect();
        assert_eq!(ready.last().map(|phrase| phrase.ready_at), Some(PHRASE), "{mode:?}");
    }
}

#[test]
fn a_saved_score_plays_again_without_the_network() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let saved = stage.shared.save();
    let mut again = Stage::new(Settings::default());
    again.planner.outbox.clear();
    again.shared.restore(&saved).unwrap();
    again.planner.look_for_restored_score();
    let tables: Vec<_> = again.planner.outbox.drain(..).collect();
    assert!(matches!(&tables[..], [Delivery::Table(table)] if table.len() == 3));
    again.locate(0);
    again.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    assert_eq!(again.asked(), []);
    assert_eq!(again.shared.save(), saved);
}

#[test]
fn without_a_model_the_melody_is_still_kept_and_the_fault_told() {
    let shared = Arc::new(Shared::new());
    let mut planner = Planner::new(Arc::clone(&shared), Box::new(|| Err("no model".to_owned())));
    planner.maker.load();
    planner.take(Fact::Started { tick: 0, rolled: 0 });
    planner.take(Fact::NoteOn { tick: 0, pitch: 60, velocity: 90 });
    planner.take(Fact::Rolled { from: 0, to: PHRASE, rolled: PHRASE, cycle: None });
    planner.take(Fact::Left { tick: PHRASE });
    assert_eq!(shared.status().fault.as_deref(), Some("no model"));
    assert_eq!(shared.score().melody(), [note(0, PHRASE)]);
    assert_eq!(shared.score().phrases(), []);
}

#[test]
fn the_thread_works_off_facts_and_ends_when_dropped() {
    let (audio, ends) = queues();
    let shared = Arc::new(Shared::new());
    let asked = Arc::new(Mutex::new(vec![]));
    let scribe = Arc::clone(&asked);
    let loader: Loader = Box::new(move || {
        Ok(Loaded {
            compose: Box::new(Scribe(Arc::clone(&scribe))),
            model: "scribe 1".to_owned(),
            backend: "none".to_owned(),
            conductor: None,
            remark: None,
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
fn a_thread_that_is_stopped_leaves_the_edits_that_wait() {
    /// Makes a phrase when it is let go on.
    struct Gated(std::sync::mpsc::Receiver<()>, Arc<Mutex<u32>>);

    impl Compose for Gated {
        fn compose(&mut self, _: &PhraseRequest<'_>) -> Result<Made, ComposeError> {
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
        let compose = Box::new(gated.take().ok_or("it is loaded once")?);
        Ok(Loaded { compose, model, backend, conductor: None, remark: None })
    });
    for _ in 0..100 {
        assert!(shared.ask(Edit::Regenerate { tick: 0, part: None }));
    }
    let composer = Composer::start(ends, Arc::clone(&shared), loader).unwrap();
    // Declared after the composer, which waits for its phrase: a test that fails must let it go on first.
    let gate = go_on;
    let began = Instant::now();
    while *made.lock() == 0 {
        assert!(began.elapsed() < Duration::from_mins(2), "the first edit is not worked off");
        thread::sleep(Duration::from_millis(1));
    }
    composer.orders.stop.store(true, Ordering::Release);
    drop(gate);
    drop(composer);
    assert_eq!(*made.lock(), 1, "edits were worked off after the stop");
}

#[test]
fn a_saved_score_is_sent_while_the_model_is_still_being_loaded() {
    let mut stage = Stage::new(Settings::default());
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let phrases = stage.shared.score().phrases().len();
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
    // Declared after the composer, which waits for its loader: a test that fails must let the loader go on first.
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
    assert_eq!(shared.status().fault, None, "the model is still being loaded");
    drop(gate);
    drop(composer);
    assert_eq!(shared.status().fault.as_deref(), Some("no model"));
}

/// Two phrases over which automation has drawn two genres: the second begins exactly at the phrase.
fn automated_pass(stage: &mut Stage) {
    let genre = |genre| Fact::Settings(Settings { genre, ..Settings::default() });
    stage.planner.take(genre(1));
    stage.locate(0);
    stage.planner.take(Fact::Started { tick: 0, rolled: stage.rolled });
    for (from, to) in [(0, PHRASE), (PHRASE, 2 * PHRASE)] {
        if from == PHRASE {
            stage.planner.take(genre(2));
        }
        for tick in (from..to).step_by(960) {
            stage.planner.take(Fact::NoteOn { tick, pitch: 60, velocity: 90 });
            stage.planner.take(Fact::NoteOff { tick: tick + 900, pitch: 60 });
            stage.rolled += 960;
            let rolled = stage.rolled;
            stage.planner.take(Fact::Rolled { from: tick, to: tick + 960, rolled, cycle: None });
        }
    }
    stage.planner.take(Fact::Left { tick: 2 * PHRASE });
}

#[test]
fn a_phrase_is_shaped_by_what_is_chosen_where_it_begins() {
    let mut stage = Stage::new(Settings::default());
    automated_pass(&mut stage);
    let genres = |stage: &Stage| {
        let score = stage.shared.score();
        let recipes = score.phrases().iter().filter_map(|phrase| phrase.recipe.as_ref());
        recipes.map(|recipe| recipe.genre).collect::<Vec<_>>()
    };
    assert_eq!(genres(&stage)[..2], [1, 2]);
    stage.asked();

    // It is played as it is kept: nothing is made with what was in force at its cut.
    let made = |stage: &Stage| stage.asked().iter().filter(|asked| asked.start < 2 * PHRASE).count();
    automated_pass(&mut stage);
    assert_eq!((genres(&stage)[..2].to_vec(), made(&stage)), (vec![1, 2], 0));
    let saved = stage.shared.save();
    stage.shared.restore(&saved).unwrap();
    stage.planner.look_for_restored_score();
    automated_pass(&mut stage);
    assert_eq!((genres(&stage)[..2].to_vec(), made(&stage)), (vec![1, 2], 0), "after the project was opened again");

    // Without the automation it follows the player again.
    let genre = Settings { genre: 1, ..Settings::default() };
    stage.planner.take(Fact::Settings(genre));
    for _ in 0..2 {
        stage.locate(0);
        stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    }
    assert_eq!(genres(&stage)[..2], [1, 1]);
}

#[test]
fn what_is_chosen_within_a_looped_phrase_counts_from_the_next_round_on() {
    let mut stage = Stage::new(Settings::default());
    stage.cycle = Some((0, PHRASE));
    stage.locate(0);
    stage.planner.take(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.take(Fact::NoteOn { tick: 0, pitch: 60, velocity: 90 });
    stage.planner.take(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: stage.cycle });
    stage.asked();
    stage.planner.take(Fact::Settings(Settings { genre: 3, ..Settings::default() }));
    stage.planner.take(Fact::Rolled { from: 3840, to: PHRASE, rolled: PHRASE, cycle: stage.cycle });
    stage.planner.take(Fact::Left { tick: PHRASE });
    let asked: Vec<(Tick, u8)> = stage.asked().iter().map(|asked| (asked.start, asked.genre)).collect();
    assert_eq!(asked, [(0, 3), (0, 3)], "prepared for the next round, and then for what was heard");
}

#[test]
fn what_is_chosen_within_a_phrase_counts_for_the_one_after_it() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.planner.take(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.take(Fact::NoteOn { tick: 0, pitch: 60, velocity: 90 });
    stage.planner.take(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: None });
    stage.asked();
    stage.planner.take(Fact::Settings(Settings { genre: 3, ..Settings::default() }));
    stage.planner.take(Fact::Rolled { from: 3840, to: PHRASE, rolled: PHRASE, cycle: None });
    let asked: Vec<(Tick, u8)> = stage.asked().iter().map(|asked| (asked.start, asked.genre)).collect();
    assert_eq!(asked, [(PHRASE, 3), (0, 0)]);
}
