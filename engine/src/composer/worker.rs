//! The composer: the worker thread that listens to the audio thread, decides which phrase is needed next, has it made,
//! keeps the score and sends the phrases back.
//!
//! One thread an instance, started when the plugin is activated and joined when it is dropped. It polls: a sleeping
//! receiver would make the audio thread wake it up, which is a system call.

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

/// How long the composer sleeps between two looks into its queue while there is something to do.
const BUSY_NAP: Duration = Duration::from_micros(200);
/// How long it sleeps while the transport rolls.
const NAP: Duration = Duration::from_millis(1);
/// How long it sleeps when nobody told it anything for a while. Well under the time that [`LEAD`](continuo_music::time::LEAD) takes
/// at any sensible tempo.
const IDLE_NAP: Duration = Duration::from_millis(5);

/// How long the composer leaves the folder of styles alone after it looked there: a few system calls at a time.
const STYLES_NAP: Duration = Duration::from_secs(1);

/// A running composer. Dropping it stops the thread and waits for its end: until the model is loaded, if it is being
/// loaded, or until the phrases are made that one fact or one edit calls for, seldom more than two. What else waits is left.
pub struct Composer {
    thread: Option<JoinHandle<()>>,
    pub(super) orders: Arc<Orders>,
}

/// What the composer's owner tells its thread: written by the owner, looked at by the thread between two phrases.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) stop: AtomicBool,
    /// Taken back by the thread.
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
    /// When the system has no more threads to give.
    pub fn start(ends: ComposerEnds, shared: Arc<Shared>, loader: Loader) -> io::Result<Self> {
        let orders = Arc::new(Orders::default());
        let given = Arc::clone(&orders);
        let thread = thread::Builder::new()
            .name("continuo composer".to_owned())
            .spawn(move || run(&ends, Planner::new(shared, loader), &given))?;
        Ok(Self { thread: Some(thread), orders })
    }

    /// Has the model loaded again if there is none: since it could not be loaded, or was switched off after panics. For an
    /// activation. May be called on any thread: it stores one number.
    pub fn try_again(&self) {
        self.orders.try_again.store(true, Ordering::Release);
    }
}

impl Drop for Composer {
    fn drop(&mut self) {
        self.orders.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic was reported where it happened; there is nobody left to tell.
            let _ = thread.join();
        }
    }
}

fn run(ends: &ComposerEnds, mut planner: Planner, orders: &Orders) {
    load(ends, &mut planner);
    let mut done = 0_u64;
    let mut quiet_rounds = 0_u32;
    let mut looked = Instant::now();
    while !orders.stopped() {
        // Boxes that the audio thread is done with are freed here.
        while ends.returns.try_recv().is_ok() {}
        if orders.try_again.swap(false, Ordering::AcqRel) && planner.model.is_missing() {
            load(ends, &mut planner);
            planner.look_again();
        }
        let before = done;
        planner.look_for_restored_score();
        if looked.elapsed() > STYLES_NAP {
            looked = Instant::now();
            planner.refresh_styles();
        }
        while let Ok(fact) = ends.facts.try_recv() {
            planner.take(fact);
            done += 1;
            deliver(ends, &mut planner);
            if orders.stopped() {
                return;
            }
        }
        planner.settle();
        // One in each round, so that nobody waits for all of them who stops the thread.
        let edited = !orders.stopped() && planner.work_off_an_edit();
        if deliver(ends, &mut planner) {
            ends.progress.done.store(done, Ordering::Release);
        }
        if done != before {
            planner.show_hearing();
        }
        quiet_rounds = if done == before && !edited { quiet_rounds.saturating_add(1) } else { 0 };
        thread::park_timeout(match quiet_rounds {
            0..20 => BUSY_NAP,
            20..200 => NAP,
            _ => IDLE_NAP,
        });
    }
}

/// Has a thread of its own load the model. Meanwhile a score that the host restores is sent at once: what was saved plays
/// without a model, and a project that was just opened may be started before there is one. What the audio thread tells
/// waits in its queue, since phrases that it calls for could not be made.
fn load(ends: &ComposerEnds, planner: &mut Planner) {
    let Some(mut loader) = planner.model.take_loader() else { return };
    let outcome = thread::scope(|scope| {
        let name = "continuo loader".to_owned();
        let loading = thread::Builder::new().name(name).spawn_scoped(scope, || loader::run(&mut loader)).ok()?;
        while !loading.is_finished() {
            while ends.returns.try_recv().is_ok() {}
            planner.look_for_restored_score();
            deliver(ends, planner);
            thread::park_timeout(IDLE_NAP);
        }
        loading.join().ok()
    });
    // A system that has no more threads to give has this one wait.
    let outcome = outcome.unwrap_or_else(|| loader::run(&mut loader));
    planner.model.settle(loader, outcome);
    planner.tell_origin();
}

/// Sends what the planner has ready; `true` if everything found room. A host that does not process takes nothing:
/// then phrases wait in the planner.
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
