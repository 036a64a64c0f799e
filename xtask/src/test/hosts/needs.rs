//! Programs that the tests need besides Rust.

use crate::build::workspace;
use anyhow::{Result, bail};
use std::{collections::BTreeSet, env, path::Path, process::Command};

/// A program and its Debian package.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name, or its full path if it is not in `PATH`.
    name: &'static str,
    package: &'static str,
}

/// Ardour, Qtractor with a sound server, a screen and a compiler, and MuseScore.
pub const ARDOUR: [Program; 8] = [
    Program { name: "ardour7-lua", package: "ardour" },
    Program { name: "/usr/lib/ardour7/ardour-vst3-scanner", package: "ardour" },
    Program { name: "/usr/lib/x86_64-linux-gnu/qtractor/qtractor_plugin_scan", package: "qtractor" },
    Program { name: "qtractor", package: "qtractor" },
    Program { name: "jackd", package: "jackd2" },
    Program { name: "Xvfb", package: "xvfb" },
    Program { name: "cc", package: "gcc" },
    Program { name: "mscore3", package: "musescore3" },
];

/// To record system calls, and to run without a network.
pub const STRACE: [Program; 2] =
    [Program { name: "strace", package: "strace" }, Program { name: "unshare", package: "util-linux" }];

/// The same, and the program that gives ThreadSanitizer the names of functions.
pub const REAL_TIME: [Program; 3] = [STRACE[0], STRACE[1], Program { name: "addr2line", package: "binutils" }];

/// For the fuzzer, which is written in C++.
pub const COMPILER: [Program; 1] = [Program { name: "c++", package: "g++" }];

/// The compiler for Windows.
pub const WINDOWS_COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// Wine without its 32-bit half, a screen for it, and the compiler.
pub const WINE: [Program; 4] = [
    Program { name: "Xvfb", package: "xvfb" },
    Program { name: "wine", package: "wine" },
    Program { name: "/usr/lib/wine/wine64", package: "wine64" },
    Program { name: WINDOWS_COMPILER, package: "gcc-mingw-w64-x86-64" },
];

/// The compiler for Linux on ARM.
pub const ARM_COMPILER: &str = "aarch64-linux-gnu-gcc";

/// What runs programs for Linux on ARM, their libraries, and the compiler.
pub const QEMU: [Program; 4] = [
    Program { name: "qemu-aarch64", package: "qemu-user" },
    Program { name: ARM_COMPILER, package: "gcc-aarch64-linux-gnu" },
    Program { name: "/usr/aarch64-linux-gnu/include/stdio.h", package: "libc6-dev-arm64-cross" },
    Program { name: "/usr/aarch64-linux-gnu/lib/libstdc++.so.6", package: "libstdc++6-arm64-cross" },
];

/// Installs the missing programs if this user may; otherwise the error lists their packages.
pub fn provide(programs: &[Program]) -> Result<()> {
    let missing: BTreeSet<&str> =
        programs.iter().filter(|program| !is_there(program.name)).map(|program| program.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().copied().collect::<Vec<_>>().join(" ");
    if !(is_there("apt-get") && is_root()) {
        bail!("these tests need programs that are missing; please install these Debian packages: {names}");
    }
    println!("Installing {names}");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        workspace::run(&mut command)
    };
    apt(&["update"])?;
    let arguments: Vec<&str> =
        ["install", "--yes", "--no-install-recommends"].into_iter().chain(missing.iter().copied()).collect();
    apt(&arguments)
}

fn is_there(name: &str) -> bool {
    if name.starts_with('/') {
        return Path::new(name).exists();
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

/// Whether this user may install packages.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
