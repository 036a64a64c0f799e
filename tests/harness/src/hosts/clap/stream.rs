//! Streams for a CLAP plugin's state.

use std::io::{self, Read, Write};

/// A stream that moves at most so many bytes at a time, as the format allows every host.
pub(super) struct Pieces<T> {
    pub(super) inner: T,
    pub(super) most: usize,
}

impl Read for Pieces<&[u8]> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(self.most);
        self.inner.read(&mut buffer[..room])
    }
}

impl Write for Pieces<Vec<u8>> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(&bytes[..bytes.len().min(self.most)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
