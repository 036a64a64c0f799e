//! Lists of files as windows exchange them: `text/uri-list`, RFC 2483, with file URIs, RFC 8089.

use std::{
    ffi::OsString,
    fmt::Write,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

/// The files of this machine in a list; other entries are left out. `machine` is this machine's name, if it is known.
pub fn files(list: &[u8], machine: Option<&str>) -> Vec<PathBuf> {
    list.split(|&byte| byte == b'\n' || byte == b'\r').filter_map(|line| file(line, machine)).collect()
}

/// This machine's name, as other programs put it into file URIs.
pub fn machine() -> Option<String> {
    Some(std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?.trim().to_owned())
}

/// The file in a line.
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
    fn reading_a_list_reverses_writing_it() {
        for path in ["/tmp/a b/Ode an die Freude é%20.mid", "/x"] {
            assert_eq!(files(list(Path::new(path)).as_bytes(), None), [PathBuf::from(path)]);
        }
    }

    #[test]
    fn comments_and_other_or_damaged_addresses_do_no_harm() {
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
