//! Tells a watcher when the audio thread enters a plugin and when it leaves it.

use std::sync::OnceLock;

/// What is called on the audio thread: right before a plugin processes a block, and right after. Set once for the whole
/// process, read by audio threads without waiting.
static WATCHER: OnceLock<Watcher> = OnceLock::new();

struct Watcher {
    enters: fn(),
    leaves: fn(),
}

/// From now on `enters` is called right before a plugin processes a block, and `leaves` right after, on the thread that
/// processes it. Only the first watcher of a process counts.
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
