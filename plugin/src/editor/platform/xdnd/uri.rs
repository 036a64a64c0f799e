//! Lists of files as windows give them to each other: `text/uri-list`, RFC 2483, with file URIs, RFC 8089.

use std::{
    ffi::OsString,
    fmt::Write,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

/// The files in a list. What is no file of this machine is left out; `machine` is its name, if it is known.
pub fn files(list: &[u8], machine: Option<&str>) -> Vec<PathBuf> {
    list.split(|&byte| byte == b'\n' || byte == b'\r').filter_map(|line| file(line, machine)).collect()
}

/// This machine's name, as other programs put it into file URIs.
pub fn machine() -> Option<String> {
    Some(std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?.trim().to_owned())
}

/// The file that a line names.
fn file(line: &[u8], machine: Option<&str>) -> Option<PathBuf> {
    let after = line.strip_prefix(b"file://")?;
    let (host, path) = after.split_at(after.iter().position(|&byte| byte == b'/')?);
    let is = |name: &str| host.eq_ignore_ascii_case(name.as_bytes());
    if !is("") && !is("localhost") && !machine.is_some_and(is) {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let digit = |at: usize| after.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => bytes.push(first),
        }
    }
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

/// A list of one file.
pub fn list(path: &Path) -> String {
    let mut list = "file://".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            list.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(list, "%{byte:02X}");
        }
    }
    list + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written() {
        for path in ["/tmp/a b/Ode an die Freude é%20.mid", "/x"] {
            assert_eq!(files(list(Path::new(path)).as_bytes(), None), [PathBuf::from(path)]);
        }
    }

    #[test]
    fn comments_other_addresses_and_cut_ones_are_survived() {
        let list = b"# a comment\r\nhttps://example.org/a.mid\r\nfile:///tmp/b%2\r\nfile:///tmp/c%2emid\r\nfile://\r\n";
        assert_eq!(files(list, None), [PathBuf::from("/tmp/b%2"), PathBuf::from("/tmp/c.mid")]);
    }

    #[test]
    fn files_of_other_machines_are_left_out() {
        let list = b"file://elsewhere/tmp/a.mid\nfile://LocalHost/tmp/b.mid\nfile://studio/tmp/c.mid\n";
        assert_eq!(files(list, Some("Studio")), [PathBuf::from("/tmp/b.mid"), PathBuf::from("/tmp/c.mid")]);
        assert_eq!(files(list, None), [PathBuf::from("/tmp/b.mid")]);
        assert!(machine().is_some_and(|name| !name.is_empty()));
    }
}
