//! What nothing here may do, done on purpose: two threads write to the same place.

use std::{cell::UnsafeCell, hint::black_box, thread};

/// A number without a guard.
struct Unguarded(UnsafeCell<u64>);

// SAFETY: there is none. Threads that share this race, which is wrong, and is what ThreadSanitizer is to find; nothing
// but a number can be damaged.
unsafe impl Sync for Unguarded {}

impl Unguarded {
    fn count(&self) {
        for _ in 0..1000 {
            let number = black_box(self.0.get());
            // SAFETY: the place is valid as long as `self` is. That another thread writes to it is wrong on purpose.
            unsafe { *number += 1 };
        }
    }
}

/// Races.
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
