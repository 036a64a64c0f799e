//! What this process takes of the system, as Linux tells it.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

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

/// The names of all threads, sorted, once they have been the same for a second; none where the system does not tell.
/// Those that load or end take their time.
pub fn threads() -> Option<Vec<String>> {
    const STILL: Duration = Duration::from_secs(1);
    const PATIENCE: Duration = Duration::from_mins(2);
    let names = || {
        let threads = fs::read_dir("/proc/self/task").ok()?;
        let mut names: Vec<String> =
            threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok()).collect();
        names.sort();
        Some(names)
    };
    let begun = Instant::now();
    let (mut found, mut since) = (names()?, begun);
    while since.elapsed() < STILL && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
        let now = names()?;
        if now != found {
            (found, since) = (now, Instant::now());
        }
    }
    Some(found)
}

/// Whether anything of a file is mapped into this process; none where the system does not tell.
pub fn is_mapped(file: &Path) -> Option<bool> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    let file = file.to_str()?;
    Some(maps.lines().any(|line| line.contains(file)))
}
