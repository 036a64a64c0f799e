//! How thorough the parts are.

/// How thorough the parts are.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Random runs of each test with hostile hosts, in each format.
    pub cases: u32,
    /// Music that the soak plays, in hours.
    pub soak_hours: f64,
    /// Seconds that each fuzz target runs.
    pub fuzz_seconds: u32,
    /// Seconds that are played under `strace`, in each format.
    pub traced_seconds: u32,
    /// Seconds that the engine's threads are watched by ThreadSanitizer.
    pub thread_seconds: u32,
}

impl Effort {
    /// What fits in a run on every change.
    pub const SHORT: Self = Self { cases: 24, soak_hours: 0.1, fuzz_seconds: 20, traced_seconds: 8, thread_seconds: 5 };
    /// What a release deserves.
    pub const LONG: Self =
        Self { cases: 400, soak_hours: 24.0, fuzz_seconds: 600, traced_seconds: 60, thread_seconds: 60 };
}
