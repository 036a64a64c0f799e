//! The `.deb`: for all users of a Debian, Ubuntu or Mint.
//!
//! The runtime's library lies once in `/usr/lib/continuo`. Continuo looks for it beside each program and plugin, in a
//! folder `continuo` there: these are links.

use super::{archives, contents::Contents, parts::Parts};
use anyhow::{Context, Result};
use std::{fmt::Write, fs, path::Path};

/// What is looked for in a program to learn which C library it needs.
const C_VERSION: &[u8] = b"GLIBC_2.";

/// The package's file, as Debian names it.
pub fn file_name(parts: &Parts) -> String {
    format!("continuo_{}_{}.deb", parts.version, architecture(parts))
}

/// The package: an `ar` archive of two tar archives.
pub fn package(parts: &Parts) -> Result<Vec<u8>> {
    let files = files(parts)?;
    let mut control = Contents::default();
    control.text("control", &control_file(parts, &files)?);
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.xz", archives::xz(&archives::tar(&control, parts.time)?)?),
        ("data.tar.xz", archives::xz(&archives::tar(&files, parts.time)?)?),
    ];
    let mut package = b"!<arch>\n".to_vec();
    for (name, bytes) in members {
        let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", parts.time, 0, 0, 100_644, bytes.len());
        package.extend(header.into_bytes());
        package.extend(&bytes);
        if bytes.len() % 2 == 1 {
            package.push(b'\n');
        }
    }
    Ok(package)
}

fn files(parts: &Parts) -> Result<Contents> {
    let mut files = Contents::default();
    files.program(&parts.programs.command_line, "usr/lib/continuo/continuo")?;
    files.link("usr/bin/continuo", "../lib/continuo/continuo");
    files.copy(&parts.programs.clap, "usr/lib/clap/Continuo.clap")?;
    let folder = format!("{}-linux", parts.target.processor);
    let inside = format!("usr/lib/vst3/Continuo.vst3/Contents/{folder}");
    let plugin = parts.programs.vst3.join("Contents").join(folder).join("Continuo.so");
    files.copy(&plugin, &format!("{inside}/Continuo.so"))?;
    if let Some(library) = parts.library {
        let name = library.file_name().unwrap_or_default().to_string_lossy();
        files.copy(library, &format!("usr/lib/continuo/{name}"))?;
        files.link("usr/lib/clap/continuo", "../continuo");
        files.link(&format!("{inside}/continuo"), "../../../../continuo");
    }
    let documents = "usr/share/doc/continuo/";
    let readme = include_str!("texts/README-debian.txt").replace("VERSION", parts.version);
    files.text(&format!("{documents}README.txt"), &readme);
    files.text(&format!("{documents}copyright"), include_str!("texts/copyright"));
    parts.licences(&mut files, documents)?;
    Ok(files)
}

fn architecture(parts: &Parts) -> &'static str {
    if parts.target.processor == "aarch64" { "arm64" } else { "amd64" }
}

fn control_file(parts: &Parts, files: &Contents) -> Result<String> {
    let plugin = fs::read(&parts.programs.clap).with_context(|| shown(&parts.programs.clap))?;
    let program = fs::read(&parts.programs.command_line).with_context(|| shown(&parts.programs.command_line))?;
    let least = c_version(&plugin).max(c_version(&program));
    let mut depends = least.map_or_else(|| "libc6".to_owned(), |minor| format!("libc6 (>= 2.{minor})"));
    depends += ", libgcc-s1";
    if parts.library.is_some() {
        depends += ", libstdc++6";
    }
    let mut text = String::new();
    let _ = writeln!(text, "Package: continuo\nVersion: {}\nArchitecture: {}", parts.version, architecture(parts));
    let _ = writeln!(text, "Maintainer: The authors of Continuo\nSection: sound\nPriority: optional");
    let _ = writeln!(text, "Installed-Size: {}\nDepends: {depends}", files.bytes().div_ceil(1024));
    // The window's; in a host without a window they are not needed.
    let _ = writeln!(text, "Recommends: libgl1, libegl1, libx11-6, libx11-xcb1, libxkbcommon-x11-0");
    let _ = writeln!(
        text,
        "Description: an ensemble that joins in when you play a melody\n \
         Continuo is a MIDI effect plugin (CLAP and VST3) and a program for the command line.\n \
         A melody goes in; drums, bass, chords, strings and a counter-melody come out."
    );
    Ok(text)
}

fn shown(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

/// The newest 2.x of the C library that a program needs.
fn c_version(program: &[u8]) -> Option<u32> {
    let places = program.windows(C_VERSION.len()).enumerate().filter(|(_, bytes)| *bytes == C_VERSION);
    let minor = |(place, _): (usize, &[u8])| {
        let digits = program[place + C_VERSION.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.map(|&byte| char::from(byte)).collect::<String>().parse().ok()
    };
    places.filter_map(minor).max()
}

#[cfg(test)]
mod tests {
    use super::c_version;

    #[test]
    fn the_newest_c_library_counts() {
        assert_eq!(c_version(b"\0GLIBC_2.2.5\0memcpy\0GLIBC_2.34\0GLIBC_2.14\0GLIBC_PRIVATE"), Some(34));
        assert_eq!(c_version(b"no program"), None);
    }
}
