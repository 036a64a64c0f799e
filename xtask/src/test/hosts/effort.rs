//! How thoroughly the parts test.

/// How thoroughly the parts test.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Random runs of each test with hostile hosts, in each format.
    pub cases: u32,
    /// Hours of music that the soak plays.
    pub soak_hours: f64,
    /// Seconds that each fuzz target runs.
    pub fuzz_seconds: u32,
    /// Seconds that play under `strace`, in each format.
    pub traced_seconds: u32,
    /// Seconds that ThreadSanitizer watches the engine's threads.
    pub thread_seconds: u32,
    /// Songs of four phrases that an emulated processor arranges.
    pub emulated_songs: u32,
}

impl Effort {
    /// For a run on every change.
    pub const SHORT: Self =
        Self { cases: 24, soak_hours: 0.1, fuzz_seconds: 20, traced_seconds: 8, thread_seconds: 5, emulated_songs: 1 };
    /// For a release.
    pub const LONG: Self = Self {
        cases: 400,
        soak_hours: 24.0,
        fuzz_seconds: 600,
        traced_seconds: 60,
        thread_seconds: 60,
        emulated_songs: 125,
    };
}
