//! Lists of files as windows give them to each other: `text/uri-list`, RFC 2483, with file URIs, RFC 8089.

use std::{
    ffi::OsString,
    fmt::Write,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

/// The files in a list. What is no file of this machine is left out.
pub fn files(list: &[u8]) -> Vec<PathBuf> {
    list.split(|&byte| byte == b'\n' || byte == b'\r').filter_map(file).collect()
}

/// The file that a line names.
fn file(line: &[u8]) -> Option<PathBuf> {
    let after = line.strip_prefix(b"file://")?;
    let path = &after[after.iter().position(|&byte| byte == b'/')?..];
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
            assert_eq!(files(list(Path::new(path)).as_bytes()), [PathBuf::from(path)]);
        }
    }

    #[test]
    fn comments_other_machines_addresses_and_cut_ones_are_survived() {
        let list =
            b"# a comment\r\nhttps://example.org/a.mid\r\nfile://host/tmp/b%2\r\nfile:///tmp/c%2emid\r\nfile://\r\n";
        assert_eq!(files(list), [PathBuf::from("/tmp/b%2"), PathBuf::from("/tmp/c.mid")]);
    }
}
