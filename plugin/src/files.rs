//! Threads that read and write files, so that nothing else waits for a disk.

pub mod dragged;
pub mod reader;
pub mod take_folder;
