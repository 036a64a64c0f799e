//! Loads two networks, on two cores at once or one after the other.

use super::options::Loading;
use std::{panic, thread};

/// Runs `first` on a thread of its own while `second` runs on this one. Where no thread can be started, and in turn,
/// one after the other. A panic of either goes on in the caller.
pub fn side_by_side<A: Send, B>(loading: Loading, first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    if loading == Loading::InTurn {
        return (first(), second());
    }
    thread::scope(|scope| {
        let beside = thread::Builder::new().name("continuo loads".to_owned()).spawn_scoped(scope, &first);
        let here = second();
        let there = beside
            .map_or_else(|_| first(), |beside| beside.join().unwrap_or_else(|payload| panic::resume_unwind(payload)));
        (there, here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;
    use std::sync::Barrier;

    #[test]
    fn both_run_at_the_same_time() {
        // Each waits for the other: one after the other they would never end.
        let barrier = Barrier::new(2);
        let wait = |value| {
            barrier.wait();
            value
        };
        assert_eq!(side_by_side(Loading::SideBySide, || wait(1), || wait(2)), (1, 2));
    }

    #[test]
    fn in_turn_both_run_on_the_callers_thread() {
        let order = Mutex::new(Vec::new());
        let note = |value| {
            order.lock().push((value, thread::current().id()));
            value
        };
        assert_eq!(side_by_side(Loading::InTurn, || note(1), || note(2)), (1, 2));
        let here = thread::current().id();
        assert_eq!(order.into_inner(), [(1, here), (2, here)]);
    }

    #[test]
    #[should_panic(expected = "the first")]
    fn a_panic_reaches_the_caller() {
        side_by_side(Loading::SideBySide, || panic!("the first"), || ());
    }
}
