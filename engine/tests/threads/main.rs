//! Everything in the engine that crosses threads, at once and at random: an audio thread that plays, the composer's
//! thread behind it, an editor, and the host's main thread, which saves and restores, activates and deactivates, and
//! drops it all and begins anew.
//!
//! It is for ThreadSanitizer, with which `cargo xtask test --hosts real-time` builds it. It does without the usual test
//! library, in which ThreadSanitizer reports races, since the standard library is not built with it. Without
//! ThreadSanitizer, it still checks for a second that every note ends and that every thread makes progress.
//!
//! `CONTINUO_THREAD_SECONDS` sets how long it runs. With `CONTINUO_THREAD_RACE` it races on purpose instead, to show
//! that races are detected.

mod audio;
mod editor;
mod host;
mod race;
mod scribe;

use audio::AudioThread;
use continuo_engine::{
    composer::{Composer, Shared},
    realtime::{Monitor, Performer, queues},
    storage::DataFolder,
    styles::StyleFolder,
};
use host::MainThread;
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// A round lasts long enough for the composer to look into the folder of styles, which it does once a second.
const LONGEST_ROUND: Duration = Duration::from_millis(1500);
/// How often a host deactivates and activates again within a round; each time another thread is the audio thread.
const ACTIVATIONS: u64 = 2;
/// How long an activation may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// What was done. All counts are relaxed, so that they add no ordering that the engine lacks.
#[derive(Default)]
pub struct Tally {
    blocks: AtomicU64,
    /// Phrases that were heard, counted whenever another one begins to play.
    phrases: AtomicU64,
    edits: AtomicU64,
    /// Edits that were undone after the composer had processed them.
    undone: AtomicU64,
    restored: AtomicU64,
}

impl Tally {
    /// Whether every thread has done enough for this many activations.
    fn suffices(&self, activations: u64) -> bool {
        let each = [(&self.blocks, 100), (&self.phrases, 4), (&self.edits, 8), (&self.undone, 1), (&self.restored, 1)];
        each.iter().all(|(count, least)| count.load(Relaxed) >= least * activations)
    }
}

/// Stops another thread when dropped, also by a panic.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// The life of an instance.
fn round(number: u64, length: Duration, styles: &StyleFolder, tally: &Tally) {
    let shared = Arc::new(Shared::with_styles(Some(styles.clone()), scribe::STYLE_SPACE));
    let monitor = Monitor::default();
    let (audio, ends) = queues();
    let progress = Arc::clone(&audio.progress);
    let composer = Composer::start(ends, Arc::clone(&shared), scribe::loader(number)).expect("a thread can be started");
    let mut audio_thread = AudioThread::new(Performer::new(audio, audio::RATES[0]), &shared, &monitor, tally, number);
    let mut main_thread = MainThread::new(&shared, &progress, tally, number);
    let closed = AtomicBool::new(false);
    thread::scope(|scope| {
        let editor = scope.spawn(|| editor::work(&shared, &monitor, tally, number, &closed));
        let closing = StopOnDrop(&closed);
        for activation in 1..=ACTIVATIONS {
            let begun = Instant::now();
            let activations = (number - 1) * ACTIVATIONS + activation;
            let stopped = AtomicBool::new(false);
            thread::scope(|scope| {
                let playing = scope.spawn(|| audio_thread.play(&stopped));
                let stopping = StopOnDrop(&stopped);
                while begun.elapsed() < length / ACTIVATIONS as u32 || !tally.suffices(activations) {
                    assert!(begun.elapsed() < PATIENCE && !playing.is_finished(), "a thread has stopped working");
                    main_thread.work(styles);
                }
                drop(stopping);
                playing.join().expect("the audio thread plays to its end");
            });
            audio_thread.activate_again();
        }
        drop(closing);
        editor.join().expect("the editor works to its end");
    });
    let performer = audio_thread.finish();
    // A plugin drops the performer first. The queues must work in either order.
    if number.is_multiple_of(2) {
        drop(composer);
        drop(performer);
    } else {
        drop(performer);
        drop(composer);
    }
    assert_eq!(Arc::strong_count(&shared), 1, "nothing of the composer is left");
}

fn main() {
    if env::var_os("CONTINUO_THREAD_RACE").is_some() {
        race::race();
        return;
    }
    let seconds = env::var("CONTINUO_THREAD_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let whole = Duration::from_secs_f64(seconds);
    let data = tempfile::tempdir().expect("there is room for a folder");
    let styles = StyleFolder::of(&DataFolder::at(data.path()));
    let tally = Tally::default();
    let begun = Instant::now();
    let mut rounds = 0;
    while rounds < 2 || begun.elapsed() < whole {
        rounds += 1;
        round(rounds, LONGEST_ROUND.min(whole / 4), &styles, &tally);
    }
    let count = |count: &AtomicU64| count.load(Relaxed);
    println!(
        "threads: {} blocks, {} phrases heard, {} edits, {} undone, {} scores restored, {rounds} instances, {:.0} s",
        count(&tally.blocks),
        count(&tally.phrases),
        count(&tally.edits),
        count(&tally.undone),
        count(&tally.restored),
        begun.elapsed().as_secs_f64(),
    );
}
