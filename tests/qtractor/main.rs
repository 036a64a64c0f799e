//! Qtractor reads the CLAP and plays it. `cargo test` leaves this out, since Qtractor may not be installed; `cargo xtask test
//! --hosts ardour` installs it where it may and runs this.
#![cfg(target_os = "linux")]

mod playing;
mod session;

use continuo_harness::{Format, built, child, evidence, songs, state};
use continuo_music::part::{MELODY_CHANNEL, Part};
use playing::Sent;
use std::{
    collections::BTreeSet,
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

#[test]
#[ignore = "needs Qtractor: cargo xtask test --hosts ardour"]
fn what_leaves_its_midi_bus_is_the_score() {
    /// Qtractor counts frames and rounds them to its ticks.
    const ROUNDING: i64 = 1;
    let folder = child::folder("qtractor-session");
    let plugin = folder.join("Continuo.clap");
    fs::copy(built::library(), &plugin).expect("the plugin is copied");
    let saved = built::played_state(Format::Clap);
    let melody = songs::melody_in_ticks(&songs::ode());
    let session = session::write(&folder, &plugin, &saved, &melody);
    // Not the last bar: the ends of what sounds when the transport stops are Qtractor's.
    let end = 7 * 3840;
    let played = playing::play(&folder, &session, end);

    let score = state::score(&saved);
    let mut expected: Vec<Sent> = Vec::new();
    let mut expect = |notes: &[continuo_music::note::Note], channel| {
        // A note a little before the first beat is played on it: the transport starts there.
        for note in notes.iter().filter(|note| note.start < end) {
            let (tick, pitch, velocity) = (note.start.max(0), note.pitch, note.velocity);
            expected.push(Sent { tick, channel, pitch, velocity });
        }
    };
    expect(&melody, MELODY_CHANNEL);
    for part in Part::ALL {
        score.phrases().iter().for_each(|phrase| expect(&phrase.parts[part], part.default_channel()));
    }
    let mut begun: Vec<Sent> = played.iter().copied().filter(|event| event.velocity > 0 && event.tick < end).collect();
    let by_note = |event: &Sent| (event.channel, event.pitch, event.tick);
    expected.sort_by_key(by_note);
    begun.sort_by_key(by_note);
    let is_same = |one: &Sent, other: &Sent| {
        (one.channel, one.pitch, one.velocity) == (other.channel, other.pitch, other.velocity)
            && (one.tick - other.tick).abs() <= ROUNDING
    };
    let differs = begun.iter().zip(&expected).find(|(one, other)| !is_same(one, other));
    let only = |these: &[Sent], those: &[Sent]| -> Vec<Sent> {
        these.iter().copied().filter(|one| !those.iter().any(|other| is_same(one, other))).collect()
    };
    let (more, missing) = (only(&begun, &expected), only(&expected, &begun));
    assert_eq!((begun.len(), differs), (expected.len(), None), "more: {more:?}; missing: {missing:?}");
    // In the order in which they left, each end ends a note that sounds, and none begins while it sounds.
    let mut sounding = BTreeSet::new();
    for event in &played {
        let key = (event.channel, event.pitch);
        let fits = if event.velocity > 0 { sounding.insert(key) } else { sounding.remove(&key) };
        assert!(fits, "{event:?}");
    }
    evidence::record(
        "ardour",
        "What leaves Qtractor's MIDI bus is the score, note for note, at its velocities",
        "Qtractor 0.9.31 in its own loop, with JACK's silent driver and a sequencer that needs no kernel: a clip, the CLAP with a saved song, and a \
         MIDI send behind it; seven bars played in real time and compared with the score",
        format!("{} notes, {} of them the parts'", begun.len(), begun.iter().filter(|note| note.channel != 0).count()),
    );
}
