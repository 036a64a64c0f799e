//! What a program's or library's file says of itself: the system and processor that it was built for, and Continuo's
//! version.

use continuo_engine::{PLUGIN_MARK_BEGIN, PLUGIN_MARK_END};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The longest version that is believed, in bytes.
const LONGEST_VERSION: usize = 40;
/// How much of a file is read at a time, in bytes.
const PIECE: usize = 1 << 20;

/// What a file says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProgramFile {
    /// The systems and processors that it was built for, named as in [`std::env::consts`]; empty if it is no program.
    pub built_for: Vec<(&'static str, &'static str)>,
    /// The version of Continuo's plugin; `None` if it is not Continuo.
    pub version: Option<String>,
}

impl ProgramFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        Self::of(&mut File::open(path)?)
    }

    fn of(file: &mut impl Read) -> io::Result<Self> {
        let mark = PLUGIN_MARK_BEGIN.as_bytes();
        // So much is kept of each piece, for a mark that crosses its end.
        let overlap = mark.len() + LONGEST_VERSION;
        let mut kept: Vec<u8> = Vec::with_capacity(PIECE + overlap);
        let mut found = Self::default();
        let mut first = true;
        loop {
            let read = file.by_ref().take(PIECE as u64).read_to_end(&mut kept)?;
            if first {
                found.built_for = built_for(&kept);
                first = false;
            }
            if found.version.is_none() {
                found.version = version(&kept, mark);
            }
            if read == 0 || found.version.is_some() {
                return Ok(found);
            }
            kept.drain(..kept.len().saturating_sub(overlap));
        }
    }
}

/// The version behind a whole mark in these bytes.
fn version(bytes: &[u8], mark: &[u8]) -> Option<String> {
    let mut begins = bytes.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark);
    begins.find_map(|(place, _)| {
        let rest = &bytes[place + mark.len()..];
        let end = rest.iter().take(LONGEST_VERSION).position(|&byte| byte == PLUGIN_MARK_END as u8)?;
        let version = std::str::from_utf8(&rest[..end]).ok()?;
        version.chars().all(|letter| letter.is_ascii_graphic()).then(|| version.to_owned())
    })
}

/// What the first bytes of an ELF, PE or Mach-O file say.
fn built_for(bytes: &[u8]) -> Vec<(&'static str, &'static str)> {
    let little = |place: usize, length: usize| {
        let bytes = bytes.get(place..place + length)?;
        Some(bytes.iter().rev().fold(0_u32, |number, &byte| number << 8 | u32::from(byte)))
    };
    let big = |place: usize| Some(little(place, 4)?.swap_bytes());
    let one = |system, processor: Option<&'static str>| vec![(system, processor.unwrap_or("an unknown processor"))];
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => one("linux", little(18, 2).and_then(|machine| name(machine, [62, 183]))),
        [b'M', b'Z', ..] => {
            let header = little(0x3c, 4).and_then(|place| usize::try_from(place).ok()).unwrap_or(usize::MAX / 2);
            if bytes.get(header..).and_then(|header| header.get(..4)) != Some(b"PE\0\0") {
                return Vec::new();
            }
            one("windows", little(header + 4, 2).and_then(|machine| name(machine, [0x8664, 0xaa64])))
        }
        [0xcf, 0xfa, 0xed, 0xfe, ..] => one("macos", little(4, 4).and_then(|processor| name(processor, APPLE))),
        // A universal binary: a table of 20 bytes for each processor, in the other byte order.
        [0xca, 0xfe, 0xba, 0xbe, ..] => {
            let count = big(4).unwrap_or(0).min(8) as usize;
            let processors = (0..count).filter_map(|index| name(big(8 + 20 * index)?, APPLE));
            processors.map(|processor| ("macos", processor)).collect()
        }
        _ => Vec::new(),
    }
}

/// Mach-O's numbers for x86-64 and ARM64.
const APPLE: [u32; 2] = [0x0100_0007, 0x0100_000c];

/// The processor's name, from a format's numbers for x86-64 and ARM64.
fn name(number: u32, numbers: [u32; 2]) -> Option<&'static str> {
    ["x86_64", "aarch64"].into_iter().zip(numbers).find(|(_, known)| *known == number).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::PLUGIN_MARK;
    use std::io::Cursor;

    #[test]
    fn a_mark_is_found_wherever_it_lies() -> io::Result<()> {
        for before in [0, PIECE - PLUGIN_MARK.len(), PIECE - 20, PIECE - 1, PIECE, 3 * PIECE + 7] {
            // The beginning alone is no mark.
            let mut bytes = PLUGIN_MARK_BEGIN.as_bytes().to_vec();
            bytes.resize(before.max(bytes.len() + LONGEST_VERSION), 0);
            bytes.extend(PLUGIN_MARK.as_bytes());
            bytes.extend([0; 100]);
            let found = ProgramFile::of(&mut Cursor::new(&bytes))?;
            assert_eq!(found.version.as_deref(), Some(env!("CARGO_PKG_VERSION")), "{before}");
            bytes.truncate(bytes.len() - 101);
            assert_eq!(ProgramFile::of(&mut Cursor::new(&bytes))?.version, None, "{before}");
        }
        Ok(())
    }

    #[test]
    fn this_program_says_what_it_was_built_for() -> io::Result<()> {
        let found = ProgramFile::read(&std::env::current_exe()?)?;
        assert_eq!(found.built_for, [(std::env::consts::OS, std::env::consts::ARCH)]);
        Ok(())
    }

    #[test]
    fn headers_of_other_systems_are_read() {
        let mut windows = vec![0; 0x100];
        windows[..2].copy_from_slice(b"MZ");
        windows[0x3c] = 0x80;
        assert_eq!(built_for(&windows), []);
        windows[0x80..0x86].copy_from_slice(b"PE\0\0\x64\xaa");
        assert_eq!(built_for(&windows), [("windows", "aarch64")]);
        let mut universal = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2];
        for processor in APPLE {
            universal.extend(processor.to_be_bytes());
            universal.extend([0; 16]);
        }
        assert_eq!(built_for(&universal), [("macos", "x86_64"), ("macos", "aarch64")]);
        assert_eq!(built_for(&universal[..8]), []);
        assert_eq!(built_for(b"\xcf\xfa\xed\xfe\x07\0\0\x01"), [("macos", "x86_64")]);
        assert_eq!(built_for(b"#!/bin/sh"), []);
        assert_eq!(built_for(b"MZ"), []);
    }
}
