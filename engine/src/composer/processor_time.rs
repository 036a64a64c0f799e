//! How long a thread was at work: what a phrase costs, whatever else the machine does meanwhile.

use std::time::Duration;

/// The processor time of this thread since it began; `None` on systems that do not tell.
#[cfg(unix)]
pub fn of_this_thread() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

/// The processor time of this thread since it began; `None` on systems that do not tell.
#[cfg(not(unix))]
pub const fn of_this_thread() -> Option<Duration> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{thread, time::Instant};

    #[test]
    fn work_counts_and_waiting_does_not() {
        let before = of_this_thread().unwrap();
        thread::sleep(Duration::from_millis(60));
        let waited = of_this_thread().unwrap().saturating_sub(before);
        let begun = Instant::now();
        let mut worked = Duration::ZERO;
        while worked < Duration::from_millis(20) && begun.elapsed() < Duration::from_secs(20) {
            worked = of_this_thread().unwrap().saturating_sub(before);
        }
        assert!(waited < Duration::from_millis(30), "{waited:?}");
        assert!(worked >= Duration::from_millis(20), "{worked:?}");
    }
}
