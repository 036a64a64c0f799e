//! The composer's thread: it receives facts from the audio thread, runs the planner on them, and sends the phrases
//! back.
//!
//! Each instance has one, started when the plugin is activated and joined when it is dropped. It polls, since waking a
//! sleeping receiver would cost the audio thread a system call.

use super::{
    loader::{self, Loader},
    planner::Planner,
    shared::Shared,
};
use crate::realtime::queues::{ComposerEnds, Delivery};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Pause between two looks into the queue while there is work.
const BUSY_PAUSE: Duration = Duration::from_micros(200);
/// Pause while the transport rolls.
const ROLLING_PAUSE: Duration = Duration::from_millis(1);
/// Pause when no fact came in for a while. Well under the time that [`LEAD`](continuo_music::time::LEAD) takes at any
/// sensible tempo.
const IDLE_PAUSE: Duration = Duration::from_millis(5);

/// Time between two looks into the folder of styles, each a few system calls.
const STYLES_INTERVAL: Duration = Duration::from_secs(1);

/// A running composer. Dropping it stops the thread and waits for its end: until a model that is being loaded is ready,
/// or until the phrases for one fact or one edit are made, seldom more than two. Whatever else waits is left alone.
pub struct Composer {
    thread: Option<JoinHandle<()>>,
    pub(super) orders: Arc<Orders>,
}

/// The owner's orders to the composer's thread: written by the owner, read by the thread between two phrases.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) stop: AtomicBool,
    /// Reset by the thread.
    try_again: AtomicBool,
}

impl Orders {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

impl Composer {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system cannot start another thread.
    pub fn start(ends: ComposerEnds, shared: Arc<Shared>, loader: Loader) -> io::Result<Self> {
        let orders = Arc::new(Orders::default());
        let given = Arc::clone(&orders);
        let thread = thread::Builder::new().name("continuo composer".to_owned()).spawn(move || {
            shared.edits.attend(true);
            run(&ends, Planner::new(Arc::clone(&shared), loader), &given);
            shared.edits.attend(false);
        })?;
        Ok(Self { thread: Some(thread), orders })
    }

    /// Loads the model again if none is loaded, because loading failed or the network was switched off after panics.
    /// For an activation. Callable on any thread: it only stores a flag.
    pub fn try_again(&self) {
        self.orders.try_again.store(true, Ordering::Release);
    }
}

impl Drop for Composer {
    fn drop(&mut self) {
        self.orders.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic was reported where it happened; nobody is left to report it to.
            let _ = thread.join();
        }
    }
}

fn run(ends: &ComposerEnds, mut planner: Planner, orders: &Orders) {
    load(ends, &mut planner);
    let mut done = 0_u64;
    let mut quiet_rounds = 0_u32;
    let mut styles_read = Instant::now();
    while !orders.stopped() {
        // Boxes that the audio thread is done with are freed here.
        while ends.returns.try_recv().is_ok() {}
        if orders.try_again.swap(false, Ordering::AcqRel) && planner.model.is_missing() {
            load(ends, &mut planner);
            planner.fill_gaps();
        }
        let before = done;
        planner.follow_replaced_score();
        if styles_read.elapsed() > STYLES_INTERVAL {
            styles_read = Instant::now();
            planner.refresh_styles();
        }
        while let Ok(fact) = ends.facts.try_recv() {
            planner.receive(fact);
            done += 1;
            deliver(ends, &mut planner);
            if orders.stopped() {
                return;
            }
        }
        planner.update();
        // One in each round, so that stopping the thread does not wait for all of them.
        let edited = !orders.stopped() && planner.process_edit();
        if deliver(ends, &mut planner) {
            ends.progress.done.store(done, Ordering::Release);
        }
        if done != before {
            planner.show_hearing();
        }
        quiet_rounds = if done == before && !edited { quiet_rounds.saturating_add(1) } else { 0 };
        thread::park_timeout(match quiet_rounds {
            0..20 => BUSY_PAUSE,
            20..200 => ROLLING_PAUSE,
            _ => IDLE_PAUSE,
        });
    }
}

/// Loads the model on a thread of its own. Meanwhile a score that the host restores is sent at once: saved phrases play
/// without a model, and a project that was just opened may start before one is loaded. Facts wait in their queue, since
/// the phrases that they call for could not be made.
fn load(ends: &ComposerEnds, planner: &mut Planner) {
    let Some(mut loader) = planner.model.lend_loader() else { return };
    let outcome = thread::scope(|scope| {
        let name = "continuo loader".to_owned();
        let loading = thread::Builder::new().name(name).spawn_scoped(scope, || loader::run(&mut loader)).ok()?;
        while !loading.is_finished() {
            while ends.returns.try_recv().is_ok() {}
            planner.follow_replaced_score();
            deliver(ends, planner);
            thread::park_timeout(IDLE_PAUSE);
        }
        loading.join().ok()
    });
    // If the system cannot start another thread, this one loads and waits.
    let outcome = outcome.unwrap_or_else(|| loader::run(&mut loader));
    planner.model.finish_loading(loader, outcome);
    planner.report_origin();
}

/// Sends the planner's deliveries; `true` if all of them found room. While the host processes no blocks, the rest wait
/// in the planner.
fn deliver(ends: &ComposerEnds, planner: &mut Planner) -> bool {
    while let Some(delivery) = planner.outbox.pop_front() {
        if let Err(refused) = ends.deliveries.try_send(delivery) {
            let delivery: Delivery = refused.into_inner();
            planner.outbox.push_front(delivery);
            planner.keep_outbox_small();
            return false;
        }
    }
    true
}
