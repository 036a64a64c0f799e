//! What validators of plugins check, and what they do not: the built plugin in hosts that are careless, hostile or
//! merely unusual. Whatever happens, each note that begins ends, in order, and inside its block.
//!
//! Built like the tests in `plugin`, with `assert_process_allocs`: an allocation on the audio thread ends the
//! program.

mod blocks;
mod descriptors;
mod events;
mod factory;
mod parameters;
mod pinned;
mod render_mode;
#[cfg(target_os = "linux")]
mod scan;
mod states;
mod streams;
mod threads;
mod transports;
mod watched;

use proptest::test_runner::Config;
use std::env;

/// The part of the report that these tests fill.
const PART: &str = "hosts";

/// How many random runs a test makes in each format: few, unless `CONTINUO_CASES` sets more.
fn cases() -> u32 {
    env::var("CONTINUO_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// The configuration of random runs. A failure is made smaller only for a while, since each try is an instance that plays.
fn random_runs() -> Config {
    Config { cases: cases(), failure_persistence: None, max_shrink_iters: 100, ..Config::default() }
}
