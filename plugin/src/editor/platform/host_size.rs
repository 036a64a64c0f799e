//! Asks the host for another window size.
//!
//! The window library asks the host only after its own window has grown. A host that keeps the window in a frame of its
//! own (Ardour's is a GTK socket) never lets it grow by itself, so the library never asks. Here the host is asked
//! first, and only from here.

use nice_plug::editor::{
    HostCallbacks, HostMainThreadCaller, HostMethods,
    dpi::{LogicalSize, Size},
};
use parking_lot::Mutex;
use std::{cell::RefCell, error::Error, rc::Rc, sync::Arc};

/// The size that the window requests. The window's thread writes it and has the host's main thread called, which
/// removes it; both hold the locks for moments only.
#[derive(Default)]
pub struct SizeRequest {
    /// The size, and the system's scale at that time.
    wanted: Mutex<Option<(LogicalSize<f64>, f64)>>,
    caller: Mutex<Option<Box<dyn HostMainThreadCaller>>>,
}

impl SizeRequest {
    /// Asks the host for a size, on its main thread. Does nothing if the host cannot be called.
    pub fn send(&self, size: LogicalSize<f64>, system_scale: f64) {
        *self.wanted.lock() = Some((size, system_scale));
        self.call();
    }

    fn call(&self) {
        if let Some(caller) = &mut *self.caller.lock() {
            caller.call_main_thread();
        }
    }
}

/// Passes size requests to the host, on its main thread. Stands between the host and the window library.
#[derive(Clone)]
pub struct SizeRelay {
    callbacks: Rc<RefCell<Box<dyn HostCallbacks>>>,
    request: Arc<SizeRequest>,
}

impl SizeRelay {
    /// Wraps the host's methods: the first result is for the window library, the second passes requests on.
    pub fn wrap(methods: HostMethods, request: &Arc<SizeRequest>) -> (HostMethods, Self) {
        *request.caller.lock() = Some(methods.main_thread_caller);
        let relay = Self { callbacks: Rc::new(RefCell::new(methods.callbacks)), request: Arc::clone(request) };
        let main_thread_caller = Box::new(Caller(Arc::clone(request)));
        (HostMethods { callbacks: Box::new(relay.clone()), main_thread_caller }, relay)
    }

    /// Passes the requested size to the host, if there is one. Called on its main thread.
    pub fn pass_on(&self) {
        // Borrowed while the host calls from within a call; it will call again for this request.
        let Ok(mut callbacks) = self.callbacks.try_borrow_mut() else { return self.request.call() };
        let Some((size, scale)) = self.request.wanted.lock().take() else { return };
        if let Err(error) = callbacks.request_resize(Size::Logical(size), scale) {
            nice_plug::nice_warn!("The host does not resize Continuo's window: {error}");
        }
    }
}

impl HostCallbacks for SizeRelay {
    /// The window library's own request, which comes whenever its window has another size than the library expects. If
    /// the size is right, it was requested here already. If it is wrong, it comes from a frame that has not grown yet
    /// and repeats its old size: passing it on would undo what the host has just done.
    fn request_resize(&mut self, _new_size: Size, _scale_factor: f64) -> Result<(), Box<dyn Error>> {
        Ok(())
    }

    fn destroyed(&mut self) {
        if let Ok(mut callbacks) = self.callbacks.try_borrow_mut() {
            callbacks.destroyed();
        }
    }
}

struct Caller(Arc<SizeRequest>);

impl HostMainThreadCaller for Caller {
    fn call_main_thread(&mut self) {
        self.0.call();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Clone, Default)]
    struct Asked(Rc<RefCell<Vec<(Size, f64)>>>);

    impl HostCallbacks for Asked {
        fn request_resize(&mut self, new_size: Size, scale_factor: f64) -> Result<(), Box<dyn Error>> {
            self.0.borrow_mut().push((new_size, scale_factor));
            Ok(())
        }

        fn destroyed(&mut self) {}
    }

    #[derive(Clone, Default)]
    struct Called(Arc<AtomicU32>);

    impl HostMainThreadCaller for Called {
        fn call_main_thread(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_request_reaches_the_host_once_and_on_its_main_thread() {
        let (asked, called, request) = (Asked::default(), Called::default(), Arc::<SizeRequest>::default());
        let methods = HostMethods { callbacks: Box::new(asked.clone()), main_thread_caller: Box::new(called.clone()) };
        let (mut methods, relay) = SizeRelay::wrap(methods, &request);
        relay.pass_on();
        assert!(asked.0.borrow().is_empty(), "nothing was requested");

        let size = LogicalSize::new(1425.0, 975.0);
        request.send(size, 2.0);
        assert_eq!(called.0.load(Ordering::Relaxed), 1);
        assert!(asked.0.borrow().is_empty(), "not on the window's thread");
        relay.pass_on();
        relay.pass_on();
        assert_eq!(*asked.0.borrow(), [(Size::Logical(size), 2.0)]);

        // The window library still reaches the main thread, but cannot undo the request.
        methods.main_thread_caller.call_main_thread();
        methods.callbacks.request_resize(Size::Logical(LogicalSize::new(1140.0, 780.0)), 1.0).unwrap();
        assert_eq!((called.0.load(Ordering::Relaxed), asked.0.borrow().len()), (2, 1));
    }
}
