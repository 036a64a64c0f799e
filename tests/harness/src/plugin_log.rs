//! What the plugin wrote into its log.
//!
//! For tests: an error ends the program with a sentence.
#![allow(clippy::missing_panics_doc, reason = "a test fails by a panic")]

use serde_json::Value;
use std::{
    env, fs, thread,
    time::{Duration, Instant},
};

/// What stands before a status, which an instance writes when the host deactivates it.
const STATUS: &str = "Continuo status: ";
/// How long a busy machine may take to write a line.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until the log of this process has so many statuses. A thread of the logger's writes them, and a process that ends
/// before it loses them.
pub fn wait_for_statuses(count: usize) {
    let file = env::var_os("NICE_LOG").expect("the process has a log");
    let begun = Instant::now();
    loop {
        let log = fs::read_to_string(&file).unwrap_or_default();
        if log.matches(STATUS).count() >= count {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the log has not {count} statuses:\n{log}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The last status in a log.
pub fn last_status(log: &str) -> Value {
    let json = log.lines().rev().find_map(|line| line.split_once(STATUS)).map(|(_, json)| json);
    let json = json.unwrap_or_else(|| panic!("no status in the log:\n{log}"));
    serde_json::from_str(json.trim()).expect("the status is JSON")
}
