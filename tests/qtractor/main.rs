//! Qtractor's scanner reads the CLAP. `cargo test` leaves this out, since Qtractor may not be installed; `cargo xtask test
//! --hosts ardour` installs it where it may and runs this.
#![cfg(target_os = "linux")]

use continuo_harness::{built, child, evidence};
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Where Debian installs the scanner, by the machine's architecture.
const SCANNERS: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/qtractor/qtractor_plugin_scan",
    "/usr/lib/aarch64-linux-gnu/qtractor/qtractor_plugin_scan",
];

#[test]
#[ignore = "needs Qtractor: cargo xtask test --hosts ardour"]
fn the_scanner_reads_the_clap() {
    let scanner = SCANNERS.into_iter().find(|path| Path::new(path).exists()).expect("Qtractor is installed");
    let folder = child::folder("qtractor");
    let plugin = folder.join("Continuo.clap");
    fs::copy(built::library(), &plugin).expect("the plugin is copied");
    let mut scan = Command::new(scanner)
        .env("NICE_LOG", folder.join("plugin.log"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the scanner starts");
    let mut input = scan.stdin.take().expect("the scanner has an input");
    writeln!(input, "CLAP:{}", plugin.display()).expect("the scanner reads the path");
    drop(input);
    let output = scan.wait_with_output().expect("the scanner ends");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{shown}");
    // Name, audio, notes, controls: each in and out.
    let found: Vec<&str> = shown.lines().find(|line| line.starts_with("CLAP|")).unwrap_or(&shown).split('|').collect();
    assert_eq!(found[..4], ["CLAP", "Continuo", "0:0", "1:1"], "{shown}");
    let controls = found[4].split(':').next().and_then(|count| count.parse::<u32>().ok());
    assert!(controls.is_some_and(|count| count >= 40), "{shown}");
    evidence::record("ardour", "Qtractor's scanner reads the CLAP", "qtractor_plugin_scan", found[..5].join(" "));
}
