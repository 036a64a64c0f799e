//! Waiting for other programs that have a file for a moment.

use std::{io, thread, time::Duration};

/// How often something is tried, and the pause between.
const TRIES: u32 = 25;
const PAUSE: Duration = Duration::from_millis(20);

/// Does something with a file. On Windows a file that another program opens or replaces at that moment is refused: it is
/// tried again for half a second. Elsewhere it is tried once.
pub fn patiently<T>(action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    tried(if cfg!(windows) { TRIES } else { 1 }, PAUSE, action)
}

fn tried<T>(tries: u32, pause: Duration, mut action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..tries {
        match action() {
            Err(error) if is_in_use(&error) => thread::sleep(pause),
            outcome => return outcome,
        }
    }
    action()
}

/// Whether Windows says that another program has the file: "access denied" while it is replaced, or "sharing violation".
fn is_in_use(error: &io::Error) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    error.kind() == io::ErrorKind::PermissionDenied || error.raw_os_error() == Some(SHARING_VIOLATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails this often with an error of this kind, and then succeeds; returns the outcome and how often it was tried.
    fn failing(times: u32, kind: io::ErrorKind) -> (io::Result<u32>, u32) {
        let mut count = 0;
        let outcome = tried(3, Duration::ZERO, || {
            count += 1;
            if count > times { Ok(count) } else { Err(kind.into()) }
        });
        (outcome, count)
    }

    #[test]
    fn what_is_in_use_is_tried_again_and_then_reported() {
        assert!(matches!(failing(0, io::ErrorKind::PermissionDenied), (Ok(1), 1)));
        assert!(matches!(failing(2, io::ErrorKind::PermissionDenied), (Ok(3), 3)));
        let (outcome, count) = failing(9, io::ErrorKind::PermissionDenied);
        assert_eq!((outcome.unwrap_err().kind(), count), (io::ErrorKind::PermissionDenied, 3));
        let (outcome, count) = failing(9, io::ErrorKind::NotFound);
        assert_eq!((outcome.unwrap_err().kind(), count), (io::ErrorKind::NotFound, 1));
    }
}
