//! A plugin's state in memory.

use std::{cell::RefCell, ffi::c_void, ptr, slice};
use vst3::{
    Class,
    Steinberg::{
        IBStream, IBStream_::IStreamSeekMode_, IBStreamTrait, int32, int64, kInvalidArgument, kResultOk, tresult,
    },
};

/// A stream over bytes. The host and the plugin use it in turn, on one thread.
pub struct MemoryStream {
    /// The bytes, and the place in them.
    content: RefCell<(Vec<u8>, usize)>,
    /// The most bytes that it reads or writes at a time.
    most: usize,
}

impl MemoryStream {
    /// A stream over `bytes`, at their start, that moves at most `most` at a time.
    pub fn new(bytes: &[u8], most: usize) -> Self {
        Self { content: RefCell::new((bytes.to_vec(), 0)), most }
    }

    /// Everything in the stream.
    pub fn bytes(&self) -> Vec<u8> {
        self.content.borrow().0.clone()
    }
}

impl Class for MemoryStream {
    type Interfaces = (IBStream,);
}

/// Writes through a pointer that callers may leave null.
unsafe fn write_out<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller of the stream gives a valid place or null.
        unsafe { place.write(value) };
    }
}

impl IBStreamTrait for MemoryStream {
    unsafe fn read(&self, buffer: *mut c_void, wanted: int32, done: *mut int32) -> tresult {
        let mut stream = self.content.borrow_mut();
        let (bytes, position) = &mut *stream;
        let count = usize::try_from(wanted).unwrap_or(0).min(bytes.len() - *position).min(self.most);
        // SAFETY: the caller gives room for `wanted` bytes, and `count` is no more than that or what is left.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr().add(*position), buffer.cast(), count);
            write_out(done, count as int32);
        }
        *position += count;
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: int32, done: *mut int32) -> tresult {
        let Ok(wanted) = usize::try_from(count) else { return kInvalidArgument };
        let length = wanted.min(self.most);
        let mut stream = self.content.borrow_mut();
        let (bytes, position) = &mut *stream;
        // SAFETY: the caller gives `count` bytes, and `length` is no more than that.
        let new = unsafe { slice::from_raw_parts(buffer.cast::<u8>(), length) };
        let end = *position + length;
        bytes.resize(bytes.len().max(end), 0);
        bytes[*position..end].copy_from_slice(new);
        *position = end;
        // SAFETY: a valid place or null.
        unsafe { write_out(done, length as int32) };
        kResultOk
    }

    unsafe fn seek(&self, offset: int64, mode: int32, result: *mut int64) -> tresult {
        let mut stream = self.content.borrow_mut();
        let base = match mode {
            mode if mode == IStreamSeekMode_::kIBSeekSet as int32 => 0,
            mode if mode == IStreamSeekMode_::kIBSeekCur as int32 => stream.1,
            _ => stream.0.len(),
        };
        let Some(position) = usize::try_from(base as int64 + offset).ok().filter(|&to| to <= stream.0.len()) else {
            return kInvalidArgument;
        };
        stream.1 = position;
        // SAFETY: a valid place or null.
        unsafe { write_out(result, position as int64) };
        kResultOk
    }

    unsafe fn tell(&self, position: *mut int64) -> tresult {
        // SAFETY: a valid place or null.
        unsafe { write_out(position, self.content.borrow().1 as int64) };
        kResultOk
    }
}
