//! The editor: it draws what the other threads show, and asks the composer for edits.

use crate::Tally;
use continuo_engine::{
    composer::Shared,
    realtime::Monitor,
    score::{ChordEdit, Edit, HandChord, History, LeadPassage, Passage, Score, Step, WholeSong},
};
use continuo_music::{
    chord::{Chord, Quality},
    part::Part,
    time::Tick,
};
use rand::{
    Rng, SeedableRng,
    seq::{IndexedRandom, IteratorRandom},
};
use rand_chacha::ChaCha8Rng;
use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

/// Works until the window is closed.
pub fn work(shared: &Shared, monitor: &Monitor, tally: &Tally, seed: u64, closed: &AtomicBool) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut window = Window { shared, tally, seen: None, seen_score: None, score: Score::default() };
    while !closed.load(Relaxed) {
        window.draw();
        let playhead = monitor.read().playhead;
        if random.random_ratio(1, 3) {
            window.act(playhead, &mut random);
        }
        thread::sleep(Duration::from_micros(random.random_range(0..3000)));
    }
}

struct Window<'a> {
    shared: &'a Shared,
    tally: &'a Tally,
    /// The count of changes when it was drawn last.
    seen: Option<u64>,
    seen_score: Option<u64>,
    score: Score,
}

impl Window<'_> {
    /// Copies what changed, as the plugin's window does.
    fn draw(&mut self) {
        let changes = self.shared.changes();
        if self.seen.replace(changes) == Some(changes) {
            return;
        }
        let changes = self.shared.score.changes();
        if self.seen_score.replace(changes) != Some(changes) {
            self.score = self.shared.score.copy();
        }
        black_box((self.shared.status.hearing(), self.shared.status.get(), self.shared.styles.shelf()));
        black_box(self.shared.guesses.get());
        black_box(self.shared.history.read(|history| (history.depth(), history.last_done().cloned())));
    }

    fn act(&self, playhead: Tick, random: &mut ChaCha8Rng) {
        match random.random_range(0..30) {
            0..3 => self.ask(Edit::Regenerate { tick: playhead, part: None }),
            3 => self.ask(Edit::LeadAgain { bars: random.random_bool(0.5).then_some(playhead..playhead + 7680) }),
            4..8 => self.ask(Edit::Regenerate { tick: playhead, part: Part::ALL.choose(random).copied() }),
            8..12 => {
                if let Some((start, takes)) = self.score.all_takes().choose(random)
                    && let Some(take) = takes.list().choose(random)
                {
                    self.ask(Edit::Choose { start, take: take.id, undoing: false });
                }
            }
            12..15 => {
                let start = self.score.phrase_at(playhead).map_or(0, |phrase| phrase.span.start);
                self.ask(Edit::Favourite { start, take: None, on: random.random(), undoing: false });
            }
            15..18 => {
                let (joined, after) = random.random();
                self.shared.history.edit(|history| history.record_parameter("temperature", 0.5, after, joined));
            }
            26..28 => {
                let stretch = playhead..playhead + random.random_range(1..20_000);
                let chord = Chord::new(random.random_range(0..12), Quality::Minor7);
                let locked = random.random();
                self.ask(Edit::Chords(match random.random_range(0..3) {
                    0 => ChordEdit::Set(vec![HandChord { span: stretch, chord, locked }]),
                    1 => ChordEdit::Remove(stretch),
                    _ => ChordEdit::Lock { stretch, on: locked },
                }));
            }
            28 => self.ask(Edit::GuessChords { tick: playhead }),
            18 => {
                let (melody, meters) = (self.score.melody().to_vec(), self.score.meters.clone());
                self.ask(Edit::Arrange(Box::new(WholeSong { melody, meters, ..WholeSong::default() })));
            }
            19 => self.ask(Edit::Clear),
            20..22 => self.undo(),
            22..24 => self.redo(),
            _ => {
                let start = self.score.phrase_at(playhead).map_or(0, |phrase| phrase.span.start);
                self.ask(Edit::Draw { start, index: random.random_range(0..4) });
            }
        }
    }

    fn ask(&self, edit: Edit) {
        if self.shared.edits.push(edit) {
            self.tally.edits.fetch_add(1, Relaxed);
        }
    }

    fn undo(&self) {
        let Some(step) = self.shared.history.edit(History::pop_done) else { return };
        // The editor records parameters itself; the composer records everything else, after its work.
        let by_composer = !matches!(step, Step::Parameter { .. });
        let undone = self.apply_step(&step, true);
        self.shared.history.edit(|history| match undone {
            Some(undone) => history.keep_undone(undone),
            None => history.keep_done(step),
        });
        self.tally.undone.fetch_add(u64::from(by_composer), Relaxed);
    }

    fn redo(&self) {
        let Some(step) = self.shared.history.edit(History::pop_undone) else { return };
        let done = self.apply_step(&step, false);
        self.shared.history.edit(|history| match done {
            Some(done) => history.keep_done(done),
            None => history.keep_undone(step),
        });
    }

    /// Redoes or undoes a step; returns it in the form in which the history keeps it.
    fn apply_step(&self, step: &Step, back: bool) -> Option<Step> {
        match *step {
            Step::Take { start, from, to } => {
                self.ask(Edit::Choose { start, take: if back { from } else { to }, undoing: true });
            }
            Step::Favourite { start, take, on } => {
                self.ask(Edit::Favourite { start, take: Some(take), on: on != back, undoing: true });
            }
            Step::Sections { ref before, ref after } => {
                let sections = if back { before } else { after }.clone();
                self.ask(Edit::SetSections { sections, undoing: true });
            }
            Step::Lead { ref before, ref after, .. } => {
                let passage = LeadPassage::from_json(if back { before } else { after }).ok()?;
                self.ask(Edit::BringBackLead(Box::new(passage)));
            }
            Step::Rest { ref bars } => self.ask(Edit::Rest { bars: bars.clone(), on: !back }),
            Step::Score { ref other } => {
                let now = self.shared.score.copy().to_json();
                self.shared.replace(Score::from_json(other).ok()?);
                return Some(Step::Score { other: now });
            }
            Step::Chords { ref before, ref after, .. }
            | Step::Melody { ref before, ref after, .. }
            | Step::Part { ref before, ref after, .. } => {
                let passage = Passage::from_json(if back { before } else { after }).ok()?;
                self.ask(Edit::BringBack(Box::new(passage)));
            }
            Step::Parameter { .. } | Step::Parameters(_) => {}
        }
        Some(step.clone())
    }
}
