//! What this process takes of the system, as Linux tells it.

use std::fs;

/// Memory that is resident, in MB; none where the system does not tell.
pub fn resident_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

/// How many composers' threads there are; none where the system does not tell. The test runner has threads of its own,
/// which come and go.
pub fn composers() -> Option<usize> {
    let threads = fs::read_dir("/proc/self/task").ok()?;
    let names = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    // Linux keeps fifteen letters of a thread's name.
    Some(names.filter(|name| name.starts_with("continuo compo")).count())
}
