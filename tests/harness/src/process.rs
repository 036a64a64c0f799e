//! What this process takes of the system: memory, threads, mapped files. As far as Linux reports it; `None` elsewhere.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Bytes that the allocator has given out and not taken back, over all threads. A leak shows here; the size of the
/// process also counts what the allocator keeps for each thread that ever lived.
#[must_use]
pub fn memory_in_use() -> Option<usize> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: it only reads the allocator's own counts.
        let taken = unsafe { libc::mallinfo2() };
        Some(taken.uordblks + taken.hblkhd)
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    None
}

/// Resident memory, in kB.
pub fn resident_kilobytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Memory that is this process's alone, in kB: what it wrote. Files that it mapped and only reads do not count, since the
/// system shares them and can read them again.
pub fn private_kilobytes() -> Option<f64> {
    let sums = fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = sums.lines().find_map(|line| line.strip_prefix("Anonymous:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The processor time that this thread has used, in nanoseconds.
pub fn thread_nanoseconds() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: it writes to the place that it is given, and to nothing else.
        let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
        (status == 0).then(|| time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs())
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// The names of all threads. Linux keeps fifteen letters of each.
pub fn thread_names() -> Option<Vec<String>> {
    let threads = fs::read_dir("/proc/self/task").ok()?;
    // A thread may end meanwhile.
    let names = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    Some(names.map(|name| name.trim_end().to_owned()).collect())
}

/// How many threads there are of composers. The test runner has threads of its own, which come and go.
pub fn composers() -> Option<usize> {
    Some(thread_names()?.iter().filter(|name| name.starts_with("continuo compo")).count())
}

/// The names of all threads, sorted, once they have been the same for a second: threads that load or end need time.
pub fn settled_thread_names() -> Option<Vec<String>> {
    const STILL: Duration = Duration::from_secs(1);
    const PATIENCE: Duration = Duration::from_mins(2);
    let sorted = || {
        let mut names = thread_names()?;
        names.sort();
        Some(names)
    };
    let begun = Instant::now();
    let (mut found, mut since) = (sorted()?, begun);
    while since.elapsed() < STILL && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
        let now = sorted()?;
        if now != found {
            (found, since) = (now, Instant::now());
        }
    }
    Some(found)
}

/// Whether this process has mapped any part of a file.
pub fn is_mapped(file: &Path) -> Option<bool> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    let file = file.to_str()?;
    Some(maps.lines().any(|line| line.contains(file)))
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn a_threads_own_time_leaves_out_what_it_sleeps() {
        let before = thread_nanoseconds().unwrap();
        thread::sleep(Duration::from_millis(300));
        let slept = thread_nanoseconds().unwrap() - before;
        assert!(slept < 150_000_000, "{slept} ns while it slept");
        let begun = thread_nanoseconds().unwrap();
        while thread_nanoseconds().unwrap() < begun + 1_000_000 {}
    }

    #[test]
    fn memory_counts_until_it_is_given_back() {
        const SIZE: usize = 32 << 20;
        let before = memory_in_use().unwrap();
        let taken = std::hint::black_box(vec![1_u8; SIZE]);
        let with = memory_in_use().unwrap();
        drop(taken);
        let after = memory_in_use().unwrap();
        assert!(with > before + SIZE / 2 && after < with - SIZE / 2, "{before}, {with}, {after}");
    }
}
