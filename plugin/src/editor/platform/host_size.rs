//! Asking the host for another size.
//!
//! The window library asks the host once its own window has grown. A host that holds the window in a frame of its own
//! (Ardour's is a GTK socket) never lets it grow by itself, and so is never asked. Here the host is asked first, and by
//! nobody else.

use nice_plug::editor::{
    HostCallbacks, HostMainThreadCaller, HostMethods,
    dpi::{LogicalSize, Size},
};
use parking_lot::Mutex;
use std::{cell::RefCell, error::Error, rc::Rc, sync::Arc};

/// The size that the window would like to have. Written by the window's thread, taken by the host's main thread, which
/// is called for it; both hold the locks for moments only.
#[derive(Default)]
pub struct SizeWish {
    /// The size, and the system's scale at that time.
    wanted: Mutex<Option<(LogicalSize<f64>, f64)>>,
    caller: Mutex<Option<Box<dyn HostMainThreadCaller>>>,
}

impl SizeWish {
    /// Has the host asked for a size on its main thread. Does nothing where the host cannot be called.
    pub fn ask(&self, size: LogicalSize<f64>, system_scale: f64) {
        *self.wanted.lock() = Some((size, system_scale));
        self.call();
    }

    fn call(&self) {
        if let Some(caller) = &mut *self.caller.lock() {
            caller.call_main_thread();
        }
    }
}

/// The host's ears, on its main thread: for the window itself, and for the window library.
#[derive(Clone)]
pub struct Host {
    callbacks: Rc<RefCell<Box<dyn HostCallbacks>>>,
    wish: Arc<SizeWish>,
}

impl Host {
    /// Splits what the host gave: one half for the window library, one to hand on what is wished for.
    pub fn shared(methods: HostMethods, wish: &Arc<SizeWish>) -> (HostMethods, Self) {
        *wish.caller.lock() = Some(methods.main_thread_caller);
        let host = Self { callbacks: Rc::new(RefCell::new(methods.callbacks)), wish: Arc::clone(wish) };
        let methods =
            HostMethods { callbacks: Box::new(host.clone()), main_thread_caller: Box::new(Caller(Arc::clone(wish))) };
        (methods, host)
    }

    /// Asks the host for the size that is wished for, if there is one. Called on its main thread.
    pub fn hand_on(&self) {
        // Busy when the host calls from within a call: it calls again for what is left.
        let Ok(mut callbacks) = self.callbacks.try_borrow_mut() else { return self.wish.call() };
        let Some((size, scale)) = self.wish.wanted.lock().take() else { return };
        if let Err(error) = callbacks.request_resize(Size::Logical(size), scale) {
            nice_plug::nice_warn!("The host leaves Continuo's window as it is: {error}");
        }
    }
}

impl HostCallbacks for Host {
    /// The window library's own request, which comes whenever its window has another size than the library thought. All
    /// sizes that it is right about were wished for here. Those that it is wrong about come from a frame that has not
    /// grown yet and repeats its old size: handed on, they would undo what the host has just done.
    fn request_resize(&mut self, _new_size: Size, _scale_factor: f64) -> Result<(), Box<dyn Error>> {
        Ok(())
    }

    fn destroyed(&mut self) {
        if let Ok(mut callbacks) = self.callbacks.try_borrow_mut() {
            callbacks.destroyed();
        }
    }
}

struct Caller(Arc<SizeWish>);

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
    fn a_wish_reaches_the_host_once_and_on_its_main_thread() {
        let (asked, called, wish) = (Asked::default(), Called::default(), Arc::<SizeWish>::default());
        let methods = HostMethods { callbacks: Box::new(asked.clone()), main_thread_caller: Box::new(called.clone()) };
        let (mut methods, host) = Host::shared(methods, &wish);
        host.hand_on();
        assert!(asked.0.borrow().is_empty(), "nobody wished for anything");

        let size = LogicalSize::new(1425.0, 975.0);
        wish.ask(size, 2.0);
        assert_eq!(called.0.load(Ordering::Relaxed), 1);
        assert!(asked.0.borrow().is_empty(), "not on the window's thread");
        host.hand_on();
        host.hand_on();
        assert_eq!(*asked.0.borrow(), [(Size::Logical(size), 2.0)]);

        // The window library still reaches the main thread, but does not undo it.
        methods.main_thread_caller.call_main_thread();
        methods.callbacks.request_resize(Size::Logical(LogicalSize::new(1140.0, 780.0)), 1.0).unwrap();
        assert_eq!((called.0.load(Ordering::Relaxed), asked.0.borrow().len()), (2, 1));
    }
}
