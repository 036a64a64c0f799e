//! Archives without a trace of who made them, when and where.

use super::contents::{Contents, Entry};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    io::{Cursor, Write},
    process::{Command, Stdio},
    thread,
};
use tar::{EntryType, Header};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The permissions of programs and folders, and of other files.
const PROGRAM: u32 = 0o755;
const PLAIN: u32 = 0o644;

/// A tar archive of root's files, with the folders on the way to them.
pub fn tar(contents: &Contents, time: u64) -> Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    let header = |kind: EntryType, size: u64, mode: u32| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(mode);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        header.set_username("root")?;
        header.set_groupname("root")?;
        anyhow::Ok(header)
    };
    let mut folders = BTreeSet::new();
    for (path, entry) in contents.entries() {
        for (end, _) in path.match_indices('/') {
            let folder = &path[..=end];
            if folders.insert(folder.to_owned()) {
                archive.append_data(&mut header(EntryType::Directory, 0, PROGRAM)?, folder, &[][..])?;
            }
        }
        match entry {
            Entry::File { bytes, is_program } => {
                let mode = if *is_program { PROGRAM } else { PLAIN };
                let mut header = header(EntryType::Regular, bytes.len() as u64, mode)?;
                archive.append_data(&mut header, path, bytes.as_slice())?;
            }
            Entry::Link(to) => archive.append_link(&mut header(EntryType::Symlink, 0, 0o777)?, path, to)?,
        }
    }
    Ok(archive.into_inner()?)
}

/// Compresses with `xz`, by one thread: what several threads write depends on their number.
pub fn xz(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut program = Command::new("xz")
        .args(["--compress", "--stdout", "-6", "--threads=1", "--check=crc64"])
        // Options of the user's own would change the bytes.
        .env_remove("XZ_DEFAULTS")
        .env_remove("XZ_OPT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("`xz` cannot be started; install it (on Debian xz-utils)")?;
    let mut input = program.stdin.take().context("`xz` has no input")?;
    let output = thread::scope(|scope| {
        let writing = scope.spawn(move || input.write_all(bytes));
        let output = program.wait_with_output();
        writing.join().map_err(|_| anyhow::anyhow!("`xz` could not be fed"))??;
        anyhow::Ok(output?)
    })?;
    if !output.status.success() {
        bail!("`xz` failed ({})", output.status);
    }
    Ok(output.stdout)
}

/// A zip archive; its times are 1980-01-01, the first that the format has.
pub fn zip(contents: &Contents) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, entry) in contents.entries() {
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        match entry {
            Entry::File { bytes, is_program } => {
                let mode = if *is_program { PROGRAM } else { PLAIN };
                archive.start_file(path, options.unix_permissions(mode))?;
                archive.write_all(bytes)?;
            }
            Entry::Link(to) => archive.add_symlink(path, to, options)?,
        }
    }
    Ok(archive.finish()?.into_inner())
}
