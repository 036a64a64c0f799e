//! Waits for the threads of a closed window, so that nothing of it runs when the host learns that it is closed.
//!
//! The window library joins its thread only if that thread still answers a request; a thread that stops quickly is left
//! alone with the rest of its work, and nobody joins the clipboard's thread. A host that then unloads the plugin would
//! remove the code under them.
#![cfg_attr(
    not(target_os = "linux"),
    allow(clippy::unused_self, reason = "windows of other systems have no thread of their own")
)]

#[cfg(target_os = "linux")]
use std::{
    fs,
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long the threads may take to end before a warning is logged instead. Long, because waiting is better than being
/// unloaded while a thread runs.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_mins(1);

/// The number of windows whose threads were named, so that each window's threads have a name of their own.
#[cfg(target_os = "linux")]
static NAMED: AtomicU32 = AtomicU32::new(0);

/// The thread on which a window lives, and the threads that it started. That thread writes the name once, the host's
/// main thread reads it when it closes the window; a `OnceLock` may be shared for this.
#[derive(Default)]
pub struct WindowThread {
    /// The threads' name in the kernel: an unnamed thread inherits the name of the thread that started it.
    #[cfg(target_os = "linux")]
    name: OnceLock<String>,
}

impl WindowThread {
    /// Registers the calling thread and all threads that it starts from now on.
    pub fn register_current(&self) {
        #[cfg(target_os = "linux")]
        if self.name.get().is_none() {
            let name = format!("continuo-{:x}", NAMED.fetch_add(1, Ordering::Relaxed) & 0xf_ffff);
            if fs::write("/proc/thread-self/comm", &name).is_ok() {
                let _ = self.name.set(name);
            }
        }
    }

    /// Waits until the threads have ended; returns at once if the window has no thread of its own.
    pub fn wait_for_end(&self) {
        #[cfg(target_os = "linux")]
        if let Some(name) = self.name.get() {
            let begun = Instant::now();
            while is_running(name) {
                if begun.elapsed() > PATIENCE {
                    nice_plug::nice_warn!("Continuo's window is closed, but one of its threads has not ended");
                    return;
                }
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// Whether the kernel still lists another thread of this process by that name.
#[cfg(target_os = "linux")]
fn is_running(name: &str) -> bool {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return false };
    // A window without a thread of its own is closed by the thread on which it lives.
    let own = fs::read_link("/proc/thread-self").ok();
    let own = own.as_deref().and_then(Path::file_name);
    let others = threads.flatten().filter(|thread| Some(thread.file_name().as_os_str()) != own);
    let mut names = others.map(|thread| fs::read_to_string(thread.path().join("comm")));
    names.any(|found| found.is_ok_and(|found| found.trim_end() == name))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::{
        sync::{Arc, atomic::AtomicBool, mpsc::channel},
        thread_local,
    };

    static AT_ITS_END: AtomicBool = AtomicBool::new(false);
    static CHILD_AT_ITS_END: AtomicBool = AtomicBool::new(false);

    struct Slow;

    impl Drop for Slow {
        fn drop(&mut self) {
            thread::sleep(Duration::from_millis(50));
            AT_ITS_END.store(true, Ordering::Release);
        }
    }

    thread_local! {
        static LAST: Slow = const { Slow };
    }

    #[test]
    fn waiting_ends_after_a_thread_and_those_that_it_started() {
        let window = Arc::new(WindowThread::default());
        let (sender, receiver) = channel();
        let thread = Arc::clone(&window);
        thread::spawn(move || {
            LAST.with(|_| thread.register_current());
            // Nobody joins it, like the clipboard's thread.
            thread::spawn(|| {
                thread::sleep(Duration::from_millis(150));
                CHILD_AT_ITS_END.store(true, Ordering::Release);
            });
            sender.send(()).expect("the test waits for it");
        });
        receiver.recv().expect("the thread runs");
        window.wait_for_end();
        assert!(AT_ITS_END.load(Ordering::Acquire), "its last destructor has run");
        assert!(CHILD_AT_ITS_END.load(Ordering::Acquire), "what it started has ended");
        assert!(!is_running(window.name.get().expect("it was registered")), "the kernel has forgotten them");
    }

    #[test]
    fn each_window_waits_for_its_own_threads_only() {
        let (one, other) = (Arc::new(WindowThread::default()), Arc::new(WindowThread::default()));
        let (sender, receiver) = channel();
        let (keep, kept) = channel::<()>();
        let thread = Arc::clone(&other);
        let stays = thread::spawn(move || {
            thread.register_current();
            sender.send(()).expect("the test waits for it");
            let _ = kept.recv();
        });
        receiver.recv().expect("the thread runs");
        let thread = Arc::clone(&one);
        thread::spawn(move || thread.register_current()).join().expect("it ends");
        one.wait_for_end();
        assert!(is_running(other.name.get().expect("it was registered")), "another window's thread still runs");
        drop(keep);
        stays.join().expect("it ends");
        other.wait_for_end();
    }

    #[test]
    fn a_window_without_a_thread_needs_no_waiting() {
        WindowThread::default().wait_for_end();
        let own = thread::spawn(|| {
            let thread = WindowThread::default();
            thread.register_current();
            let begun = Instant::now();
            thread.wait_for_end();
            begun.elapsed()
        });
        assert!(own.join().expect("it ends") < PATIENCE / 2, "a thread does not wait for itself");
    }
}
