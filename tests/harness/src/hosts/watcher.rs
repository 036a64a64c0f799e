//! Calls a watcher when the audio thread enters a plugin and when it leaves it.

use std::sync::OnceLock;

/// The functions that the audio thread calls right before a plugin processes a block, and right after. Set once for the
/// whole process; audio threads read it without waiting.
static WATCHER: OnceLock<Watcher> = OnceLock::new();

struct Watcher {
    enters: fn(),
    leaves: fn(),
}

/// From now on the thread that processes a block calls `enters` right before it, and `leaves` right after. Only the first
/// watcher of a process counts.
pub fn watch(enters: fn(), leaves: fn()) {
    let _ = WATCHER.set(Watcher { enters, leaves });
}

/// Processes a block.
pub(super) fn watched<T>(process: impl FnOnce() -> T) -> T {
    let watcher = WATCHER.get();
    if let Some(watcher) = watcher {
        (watcher.enters)();
    }
    let result = process();
    if let Some(watcher) = watcher {
        (watcher.leaves)();
    }
    result
}
