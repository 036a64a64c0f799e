//! Closing the window for good: nothing of it may run any more when the host hears that it is closed.
//!
//! Under X11 the window lives on a thread. The window library joins that thread, but only if the thread still answers a
//! request that it sends first; a thread that was quick to stop is left alone with the rest of its work. A host that
//! unloads the plugin then takes the code away under it. It also loses the word to stop if the thread has not begun to
//! listen yet, and then waits for ever. And the clipboard answers other programs on a thread that nobody joins. All three
//! are made up for here.

use crate::editor::platform::host_size::Host;
use nice_plug::editor::{EditorHandle, ParentWindowHandle, dpi::NativeSize};
use nice_plug_egui::{
    EguiEditorHandle,
    baseview::{Error, Window},
};
use std::sync::Arc;

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

/// How long the threads may take for their last steps before they are given up, which is told. Long: a host that waits is
/// better off than one whose plugin is unloaded while it runs.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_mins(1);

/// How many windows' threads were named, so that each bears a name of its own.
#[cfg(target_os = "linux")]
static NAMED: AtomicU32 = AtomicU32::new(0);

/// The thread on which a window lives, and those that it started. Written once by that thread, read by the host's main
/// thread when it closes the window; a `OnceLock` may be shared for that.
#[derive(Default)]
pub struct WindowThread {
    /// The name that the kernel knows them by: a thread that gets no name has that of the thread which started it.
    #[cfg(target_os = "linux")]
    name: OnceLock<String>,
}

impl WindowThread {
    /// Notes the calling thread, and all that it starts from now on.
    pub fn is_this(&self) {
        #[cfg(target_os = "linux")]
        if self.name.get().is_none() {
            let name = format!("continuo-{:x}", NAMED.fetch_add(1, Ordering::Relaxed) & 0xf_ffff);
            if fs::write("/proc/thread-self/comm", &name).is_ok() {
                let _ = self.name.set(name);
            }
        }
    }

    /// Waits until the threads have ended; at once where the window has none.
    pub fn wait(&self) {
        #[cfg(target_os = "linux")]
        if let Some(name) = self.name.get() {
            let begun = Instant::now();
            while runs(name) {
                if begun.elapsed() > PATIENCE {
                    nice_plug::nice_warn!("Continuo's window is closed, but a thread of it has not ended");
                    return;
                }
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// Whether the kernel still shows another thread of this process by that name, in whichever of its last steps.
#[cfg(target_os = "linux")]
fn runs(name: &str) -> bool {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return false };
    // A window without a thread of its own is closed by the thread that it lives on.
    let own = fs::read_link("/proc/thread-self").ok();
    let own = own.as_deref().and_then(Path::file_name);
    let others = threads.flatten().filter(|thread| Some(thread.file_name().as_os_str()) != own);
    let mut names = others.map(|thread| fs::read_to_string(thread.path().join("comm")));
    names.any(|found| found.is_ok_and(|found| found.trim_end() == name))
}

/// The open window, owned by the host's main thread. When it is dropped, it is closed and its thread has ended.
pub struct OpenWindow {
    window: Option<Window>,
    thread: Arc<WindowThread>,
    host: Option<Host>,
}

impl OpenWindow {
    /// A window that lives on this thread, and the host that it is in.
    pub fn new(window: Window, thread: Arc<WindowThread>, host: Option<Host>) -> Self {
        Self { window: Some(window), thread, host }
    }
}

impl Drop for OpenWindow {
    fn drop(&mut self) {
        if let Some(window) = self.window.take() {
            // Answered once the thread listens. Whether it could be shown does not matter any more.
            #[cfg(target_os = "linux")]
            let _ = window.show();
            drop(window);
        }
        self.thread.wait();
    }
}

/// What hosts do with the open window.
pub struct ContinuoEditorHandle(pub EguiEditorHandle);

/// Does something with a window that is there until it is dropped.
fn with<T>(open: &OpenWindow, act: impl FnOnce(&Window) -> Result<T, Error>) -> Result<Option<T>, Error> {
    open.window.as_ref().map(act).transpose()
}

impl EditorHandle for ContinuoEditorHandle {
    type Window = OpenWindow;
    type Error = Error;

    fn run_until_closed(mut open: Self::Window) -> Result<(), Self::Error> {
        open.window.take().map_or(Ok(()), EguiEditorHandle::run_until_closed)
    }

    fn set_parent(&self, parent: ParentWindowHandle, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.set_parent(parent, window)).map(Option::unwrap_or_default)
    }

    fn show(&self, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.show(window)).map(Option::unwrap_or_default)
    }

    fn hide(&self, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.hide(window)).map(Option::unwrap_or_default)
    }

    fn set_size(&self, new_size: NativeSize<u32>, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.set_size(new_size, window)).map(Option::unwrap_or_default)
    }

    fn host_main_thread_callback(&self, open: &Self::Window) {
        if let Some(window) = &open.window {
            self.0.host_main_thread_callback(window);
        }
        if let Some(host) = &open.host {
            host.hand_on();
        }
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, open: &Self::Window) -> Option<NativeSize<u32>> {
        open.window.as_ref().and_then(|window| self.0.adjust_size(new_size, window))
    }

    fn set_fallback_scale_factor(&self, scale_factor: f64, open: &Self::Window) -> Result<(), Self::Error> {
        with(open, |window| self.0.set_fallback_scale_factor(scale_factor, window)).map(Option::unwrap_or_default)
    }

    fn state_changed(&self) {
        self.0.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.0.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.0.param_modulation_changed(id, modulation_offset);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::{
        sync::{atomic::AtomicBool, mpsc::channel},
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
    fn a_thread_and_those_it_started_have_ended_when_it_was_waited_for() {
        let noted = Arc::new(WindowThread::default());
        let (tell, told) = channel();
        let thread = Arc::clone(&noted);
        thread::spawn(move || {
            LAST.with(|_| thread.is_this());
            // As the clipboard does: nobody joins it.
            thread::spawn(|| {
                thread::sleep(Duration::from_millis(150));
                CHILD_AT_ITS_END.store(true, Ordering::Release);
            });
            tell.send(()).expect("it is waited for");
        });
        told.recv().expect("the thread runs");
        noted.wait();
        assert!(AT_ITS_END.load(Ordering::Acquire), "its last destructor has run");
        assert!(CHILD_AT_ITS_END.load(Ordering::Acquire), "what it started has ended");
        assert!(!runs(noted.name.get().expect("it was noted")), "the kernel has forgotten them");
    }

    #[test]
    fn each_window_waits_for_its_own_threads_only() {
        let (one, other) = (Arc::new(WindowThread::default()), Arc::new(WindowThread::default()));
        let (tell, told) = channel();
        let (keep, kept) = channel::<()>();
        let thread = Arc::clone(&other);
        let stays = thread::spawn(move || {
            thread.is_this();
            tell.send(()).expect("it is waited for");
            let _ = kept.recv();
        });
        told.recv().expect("the thread runs");
        let thread = Arc::clone(&one);
        thread::spawn(move || thread.is_this()).join().expect("it ends");
        one.wait();
        assert!(runs(other.name.get().expect("it was noted")), "another window's thread goes on");
        drop(keep);
        stays.join().expect("it ends");
        other.wait();
    }

    #[test]
    fn a_window_without_a_thread_is_not_waited_for() {
        WindowThread::default().wait();
        let own = thread::spawn(|| {
            let thread = WindowThread::default();
            thread.is_this();
            let begun = Instant::now();
            thread.wait();
            begun.elapsed()
        });
        assert!(own.join().expect("it ends") < PATIENCE / 2, "a thread does not wait for itself");
    }
}
