//! Keeps what libraries print away from the user's terminal, on Windows.
//!
//! ONNX Runtime looks for graphics cards when it starts, although Continuo never uses them. Where it finds none, it prints
//! "Failed to create DXGI factory" past its own log, so no setting silences it.

use libloading::Library;
use std::{
    ffi::{c_char, c_int, c_void},
    io,
    mem::ManuallyDrop,
    os::windows::io::{AsHandle, IntoRawHandle},
};

/// `_O_WRONLY`.
const WRITE_ONLY: c_int = 1;
/// The standard error, as C numbers its files.
const ERRORS: c_int = 2;
/// The same, as Windows numbers its standard handles.
const STD_ERROR_HANDLE: u32 = -12_i32 as u32;

/// From here on, what C and C++ libraries print as errors is dropped. This program's own errors still reach the terminal.
/// Does nothing if the system lacks what this takes.
pub fn hush_libraries() {
    // The C library closes its own handle.
    let Ok(kept) = io::stderr().as_handle().try_clone_to_owned() else { return };
    // SAFETY: system libraries, which stay loaded: nothing may unload the C library under its other users.
    let libraries = unsafe { (Library::new("ucrtbase.dll"), Library::new("kernel32.dll")) };
    let (Ok(c), Ok(kernel)) = libraries else { return };
    let (c, kernel) = (ManuallyDrop::new(c), ManuallyDrop::new(kernel));
    // SAFETY: Microsoft documents these functions with these signatures. The text ends in zero, and the handle is a
    // valid duplicate that is never closed. No other thread runs yet.
    unsafe {
        let open = c.get::<unsafe extern "C" fn(*const c_char, c_int, ...) -> c_int>(b"_open");
        let replace = c.get::<unsafe extern "C" fn(c_int, c_int) -> c_int>(b"_dup2");
        let close = c.get::<unsafe extern "C" fn(c_int) -> c_int>(b"_close");
        let set = kernel.get::<unsafe extern "system" fn(u32, *mut c_void) -> c_int>(b"SetStdHandle");
        let (Ok(open), Ok(replace), Ok(close), Ok(set)) = (open, replace, close, set) else { return };
        let nowhere = open(c"NUL".as_ptr(), WRITE_ONLY);
        if nowhere < 0 {
            return;
        }
        replace(nowhere, ERRORS);
        close(nowhere);
        // In a console program the C library has changed this, too.
        set(STD_ERROR_HANDLE, kept.into_raw_handle());
    }
}
