//! `cargo xtask test --hosts`: real hosts, hostile hosts, long sessions, damaged files. The tests of each part record
//! their results; `--save` writes them to `docs/RELIABILITY.md`.

mod arm;
mod cargo_test;
mod counts;
mod cross;
mod effort;
mod fuzz;
mod needs;
mod python_hosts;
mod report;
mod sanitizer;
mod threads;
mod windows;

pub use effort::Effort;

use anyhow::{Result, bail};
use needs::Program;
use std::time::{Duration, Instant};

/// A part that can be tested by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Part {
    /// The VST3 in Ardour, the CLAP in Qtractor, written notes in MuseScore; installs Debian's packages if
    /// permitted
    Ardour,
    /// Headless hosts that are careless, hostile or just unusual, and projects of older versions
    Hosts,
    /// Eight instances for hours; instances that come and go; a network that panics
    Soak,
    /// Fuzzed MIDI files, saved states, models, notes and transports
    Fuzz,
    /// Files read and written; no network; crashes while saving; missing or damaged models and libraries
    Files,
    /// System calls, locks and allocations on the audio thread; data races between all threads
    RealTime,
    /// The VST3 in hosts for Python, which it installs
    Python,
    /// The command line and the plugins for Windows under Wine, compared with those for Linux; only if named
    Windows,
    /// The engine's tests and the command line for Linux on ARM under QEMU, compared with those for x86-64; only if named
    Arm,
}

impl Part {
    /// All parts in the order in which they run: the first to be skipped for lack of time comes last.
    const ALL: [Self; 9] = [
        Self::Ardour,
        Self::Hosts,
        Self::Python,
        Self::Files,
        Self::RealTime,
        Self::Windows,
        Self::Fuzz,
        Self::Soak,
        Self::Arm,
    ];

    /// Whether a slow machine may skip it. Every version is tested in a real workstation.
    const fn may_be_left_out(self) -> bool {
        !matches!(self, Self::Ardour)
    }

    /// Whether it runs where no part is named. QEMU takes long, and under Wine the built-in runtime may load so slowly that
    /// a first pass has no phrases.
    const fn is_usual(self) -> bool {
        !matches!(self, Self::Windows | Self::Arm)
    }

    /// The name on the command line and in the report.
    fn name(self) -> &'static str {
        match self {
            Self::Ardour => "ardour",
            Self::Hosts => "hosts",
            Self::Soak => "soak",
            Self::Fuzz => "fuzz",
            Self::Files => "files",
            Self::RealTime => "real-time",
            Self::Python => "python",
            Self::Windows => "windows",
            Self::Arm => "arm",
        }
    }

    /// The programs that it needs.
    fn needs(self) -> &'static [Program] {
        match self {
            Self::Ardour => &needs::ARDOUR,
            Self::Files => &needs::STRACE,
            Self::RealTime => &needs::REAL_TIME,
            Self::Fuzz => &needs::COMPILER,
            // The last three ask for their own, because they may be skipped.
            Self::Hosts | Self::Soak | Self::Python | Self::Windows | Self::Arm => &[],
        }
    }
}

/// Runs the parts, all usual ones if `parts` is empty. After `most`, starts only Ardour's and prints which parts it
/// skipped.
pub fn run(parts: &[Part], effort: Effort, most: Option<Duration>, save: bool) -> Result<()> {
    let is_wanted = |part: &Part| if parts.is_empty() { part.is_usual() } else { parts.contains(part) };
    let parts = Part::ALL.into_iter().filter(is_wanted);
    let evidence = cargo_test::evidence_folder();
    let begun = Instant::now();
    let mut times: Vec<(Part, Duration)> = Vec::new();
    let (mut failed, mut left_out) = (Vec::new(), Vec::new());
    for part in parts {
        if part.may_be_left_out() && most.is_some_and(|most| begun.elapsed() >= most) {
            left_out.push(part.name());
            continue;
        }
        println!("== {}", part.name());
        let part_begun = Instant::now();
        let outcome = report::forget(&evidence, part.name())
            .and_then(|()| needs::provide(part.needs()))
            .and_then(|()| run_part(part, effort));
        if let Err(error) = outcome {
            println!("{error:#}");
            failed.push(part.name());
        }
        times.push((part, part_begun.elapsed()));
    }
    println!();
    report::print(&evidence)?;
    for (part, time) in times {
        println!("{:<16} {:>6.0} s", part.name(), time.as_secs_f64());
    }
    if !left_out.is_empty() {
        println!("Skipped for lack of time: {}", left_out.join(", "));
    }
    if !failed.is_empty() {
        bail!("these parts failed: {}", failed.join(", "));
    }
    if save {
        report::save(&evidence)?;
    }
    Ok(())
}

fn run_part(part: Part, effort: Effort) -> Result<()> {
    match part {
        Part::Hosts => cargo_test::run(&["--test", "hostile", "--test", "compatible"], &[], effort),
        Part::Files => {
            cargo_test::run(&["--test", "traced"], &["--include-ignored", "files::"], effort)?;
            cargo_test::run(&["--test", "plugin"], &["faults::"], effort)
        }
        Part::RealTime => {
            let filter = ["--include-ignored", "audio_thread::no_system_call", "trace::"];
            cargo_test::run(&["--test", "traced"], &filter, effort)?;
            counts::allocations(effort, &cargo_test::evidence_folder())?;
            sanitizer::run(effort)?;
            threads::run(effort.thread_seconds, &cargo_test::evidence_folder())
        }
        Part::Soak => {
            counts::panics(effort, &cargo_test::evidence_folder())?;
            let arguments = ["--test", "endurance"];
            cargo_test::run(&arguments, &["--ignored", "--test-threads", "1"], effort)
        }
        Part::Python => python_hosts::run(effort),
        Part::Windows => windows::run(effort),
        Part::Arm => arm::run(effort),
        Part::Fuzz => fuzz::run(effort.fuzz_seconds, &cargo_test::evidence_folder()),
        Part::Ardour => {
            let arguments = ["--test", "programs", "--test", "qtractor", "--test", "ardour"];
            // One Ardour at a time: it needs the whole machine.
            cargo_test::run(&arguments, &["--ignored", "--test-threads", "1"], effort)
        }
    }
}
