//! A race on purpose: two threads write to the same place.

use std::{cell::UnsafeCell, hint::black_box, thread};

/// A number without a guard.
struct Unguarded(UnsafeCell<u64>);

// SAFETY: none. Threads that share this race on purpose, for ThreadSanitizer to find; only a number can be damaged.
unsafe impl Sync for Unguarded {}

impl Unguarded {
    fn count(&self) {
        for _ in 0..1000 {
            let number = black_box(self.0.get());
            // SAFETY: the pointer is valid as long as `self` is. Another thread writes to it on purpose.
            unsafe { *number += 1 };
        }
    }
}

/// Runs the race.
pub fn race() {
    let unguarded = Unguarded(UnsafeCell::new(0));
    thread::scope(|scope| {
        let others = [scope.spawn(|| unguarded.count()), scope.spawn(|| unguarded.count())];
        for other in others {
            other.join().expect("counting to a thousand does not fail");
        }
    });
    println!("threads: raced to {}", unguarded.0.into_inner());
}
