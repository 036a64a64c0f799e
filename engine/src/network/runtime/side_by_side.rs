//! Loads two networks at once, on two cores.

use std::{panic, thread};

/// Runs `first` on a thread of its own while `second` runs on this one. Where no thread can be started, one after the
/// other. A panic of either goes on in the caller.
pub fn side_by_side<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
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
    use std::sync::Barrier;

    #[test]
    fn both_run_at_the_same_time() {
        // Each waits for the other: one after the other they would never end.
        let barrier = Barrier::new(2);
        let wait = |value| {
            barrier.wait();
            value
        };
        assert_eq!(side_by_side(|| wait(1), || wait(2)), (1, 2));
    }

    #[test]
    #[should_panic(expected = "the first")]
    fn a_panic_reaches_the_caller() {
        side_by_side(|| panic!("the first"), || ());
    }
}
