//! The host's main thread: it saves and restores, and reads the counters and the status. It also keeps styles in the
//! user's folder, as other threads of the plugin do.

use crate::{Tally, scribe::STYLE_SPACE};
use continuo_engine::{
    composer::Shared,
    network::Genre,
    realtime::Progress,
    score::History,
    styles::{FIRST_OWN_SLOT, OwnStyle, StyleFolder},
};
use continuo_music::part::PartMap;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{hint::black_box, sync::atomic::Ordering::Relaxed, thread, time::Duration};

/// A saved score that cannot be read, as an older Continuo might find one.
const UNREADABLE: &str = "no score";

/// The host's main thread during the life of an instance.
pub struct MainThread<'a> {
    shared: &'a Shared,
    progress: &'a Progress,
    tally: &'a Tally,
    random: ChaCha8Rng,
    /// Score and history, as they were saved last.
    saved: Option<(String, String)>,
}

impl<'a> MainThread<'a> {
    pub fn new(shared: &'a Shared, progress: &'a Progress, tally: &'a Tally, seed: u64) -> Self {
        Self { shared, progress, tally, random: ChaCha8Rng::seed_from_u64(seed), saved: None }
    }

    /// Does one thing, then pauses.
    pub fn work(&mut self, styles: &StyleFolder) {
        let Self { shared, progress, .. } = *self;
        match self.random.random_range(0..16) {
            0..3 => self.saved = Some((shared.save(), shared.history.copy().to_json())),
            3 => self.restore(),
            // An unreadable score is kept, and saved again until there is something new.
            4 => assert!(shared.restore(UNREADABLE).is_err()),
            5 => {
                styles.keep(&[], self.style()).expect("a style can be kept");
                black_box(shared.refresh_styles());
            }
            _ => {
                let Progress { sent, done, lost, late } = progress;
                black_box((sent.load(Relaxed), done.load(Relaxed), lost.load(Relaxed), late.load(Relaxed)));
                black_box(shared.status.get());
            }
        }
        thread::sleep(Duration::from_micros(self.random.random_range(500..4000)));
    }

    fn restore(&self) {
        let Some((score, history)) = &self.saved else { return };
        let restored = self.shared.restore(score).is_ok();
        assert!(restored || score == UNREADABLE, "a saved score cannot be restored: {score}");
        let history = History::from_json(history);
        self.shared.history.edit(|present| *present = history);
        self.tally.restored.fetch_add(u64::from(restored), Relaxed);
    }

    fn style(&mut self) -> OwnStyle {
        let name = "own".to_owned();
        let vector = vec![self.random.random(); 2];
        let (parts, programs) = (PartMap([true; 5]), PartMap([0; 5]));
        let genre = Genre { id: name.clone(), name, style: vector, parts, programs };
        OwnStyle { genre, style_space: STYLE_SPACE.to_owned(), slot: FIRST_OWN_SLOT, sources: vec![] }
    }
}
