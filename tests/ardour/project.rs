//! An Ardour session with Continuo in it, and Ardour at work on it.

use crate::{
    recording::{self, Played, Recording},
    session_file::{self, LOOP, MELODY_FILE},
};
use continuo_engine::score::Score;
use continuo_harness::{
    built, child,
    songs::{melody_in_ticks, ode},
};
use continuo_music::{note::Note, part::Part};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

const QUARTER: i64 = 960;
/// The longest that a program of Ardour's may run: its longest work here takes less than one minute.
const PATIENCE: Duration = Duration::from_mins(4);

/// A session in a home folder of its own, without the user's plugins and settings.
pub struct Project {
    home: PathBuf,
}

/// The melody that every session has: the ode, with notes a little apart, so that a repeated pitch is two notes in any host.
pub fn melody() -> Vec<Note> {
    melody_in_ticks(&ode()).into_iter().map(|note| Note { length: note.length - 60, ..note }).collect()
}

/// The folder of Ardour's scripts.
fn scripts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ardour")
}

/// The melody as Ardour keeps MIDI: a file with one track.
fn melody_file() -> Vec<u8> {
    let mut edges: Vec<(i64, bool, u8, u8)> = Vec::new();
    for note in melody() {
        edges.push((note.start, true, note.pitch, note.velocity));
        edges.push((note.end(), false, note.pitch, 64));
    }
    edges.sort_unstable();
    let mut at = 0;
    let mut track: Vec<TrackEvent<'_>> = edges
        .into_iter()
        .map(|(tick, on, pitch, velocity)| {
            let (key, vel) = (pitch.into(), velocity.into());
            let message = if on { MidiMessage::NoteOn { key, vel } } else { MidiMessage::NoteOff { key, vel } };
            let delta = ((tick - at) as u32).into();
            at = tick;
            TrackEvent { delta, kind: TrackEventKind::Midi { channel: 0_u8.into(), message } }
        })
        .collect();
    track.push(TrackEvent { delta: 0_u32.into(), kind: TrackEventKind::Meta(MetaMessage::EndOfTrack) });
    let header = Header::new(Format::SingleTrack, Timing::Metrical((QUARTER as u16).into()));
    let mut bytes = Vec::new();
    Smf { header, tracks: vec![track] }.write_std(&mut bytes).expect("memory takes the file");
    bytes
}

impl Project {
    /// Makes the session, with the built plugin in the home folder's plugin folder.
    pub fn new(name: &str) -> Self {
        let project = Self { home: child::folder(&format!("ardour/{name}")) };
        project.install();
        project.install_witness();
        project.lua("make.lua", &[]);
        let folder = project.folder().join("interchange/arrangement/midifiles");
        fs::create_dir_all(&folder).expect("the folder is made");
        fs::write(folder.join(MELODY_FILE), melody_file()).expect("the file is written");
        project.edit(session_file::with_melody);
        project
    }

    /// Puts the library that was built for the tests into a bundle. Ardour trusts what its scanner found only if the plugin
    /// is older than that, by whole seconds.
    fn install(&self) {
        let binaries = self.home.join(".vst3/Continuo.vst3/Contents/x86_64-linux");
        fs::create_dir_all(&binaries).expect("the folder is made");
        let installed = binaries.join("Continuo.so");
        fs::copy(built::library(), &installed).expect("the plugin is copied");
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = fs::File::options().write(true).open(&installed).expect("the plugin is there");
        file.set_modified(long_ago).expect("its time is set");
        drop(file);
        let bundle = self.home.join(".vst3/Continuo.vst3");
        let mut scan = Command::new("/usr/lib/ardour7/ardour-vst3-scanner");
        scan.env("LD_LIBRARY_PATH", "/usr/lib/ardour7").arg("-f").arg(&bundle);
        self.run(&mut scan);
    }

    /// Copies the witness's script to where Ardour looks for scripts.
    fn install_witness(&self) {
        let scripts = self.home.join(".config/ardour7/scripts");
        fs::create_dir_all(&scripts).expect("the folder is made");
        fs::copy(scripts_folder().join("witness.lua"), scripts.join("witness.lua")).expect("the script is copied");
    }

    /// Opens the session in Ardour and runs these steps; `play.lua` lists them. Returns what Ardour printed.
    pub fn steps(&self, speed: &str, steps: &[&str]) -> String {
        let shown = self
            .lua("play.lua", &[("CONTINUO_STEPS", &steps.join("\n")), ("CONTINUO_SPEED", &format!("{speed} Speed"))]);
        assert!(shown.contains("the steps are done"), "Ardour did not finish all steps:\n{shown}");
        shown
    }

    /// As [`Project::steps`], with an export among them. Ardour 7.3 may crash while it exports (`play.lua`): then it starts
    /// again. How it ends after everything was printed does not count.
    pub fn steps_with_export(&self, steps: &[&str]) -> String {
        const ATTEMPTS: usize = 5;
        let environment = [("CONTINUO_STEPS", steps.join("\n")), ("CONTINUO_SPEED", "Normal Speed".to_owned())];
        let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut shown = String::new();
        for _ in 0..ATTEMPTS {
            shown = self.ended(&mut self.script("play.lua", &environment)).1;
            if let Some((printed, _)) = shown.split_once("everything is printed") {
                return printed.to_owned();
            }
        }
        panic!("Ardour crashed {ATTEMPTS} times before everything was printed:\n{shown}");
    }

    fn lua(&self, script: &str, environment: &[(&str, &str)]) -> String {
        self.run(&mut self.script(script, environment))
    }

    fn script(&self, script: &str, environment: &[(&str, &str)]) -> Command {
        let scripts = scripts_folder();
        let mut ardour = Command::new("ardour7-lua");
        ardour
            .arg(scripts.join(script))
            .env("CONTINUO_SCRIPTS", &scripts)
            .env("CONTINUO_SESSION", self.folder())
            .env("NICE_LOG", self.log())
            .envs(environment.iter().copied());
        ardour
    }

    /// Runs a program of Ardour's in the session's home folder, and returns what it printed.
    fn run(&self, command: &mut Command) -> String {
        let (status, shown) = self.ended(command);
        assert!(status.success() && !shown.contains("Error: "), "{command:?} failed ({status}):\n{shown}");
        shown
    }

    /// How a program of Ardour's ended, and what it printed.
    fn ended(&self, command: &mut Command) -> (ExitStatus, String) {
        let output = self.home.join("output.txt");
        let file = fs::File::create(&output).expect("the file is made");
        let mut program = command
            .env("HOME", &self.home)
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("the file is shared"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start ({error}): is Ardour installed?"));
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = program.try_wait().expect("the program can be waited for") {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                let _ = program.kill();
            }
            thread::sleep(Duration::from_millis(50));
        };
        (status, String::from_utf8_lossy(&fs::read(&output).unwrap_or_default()).into_owned())
    }

    fn folder(&self) -> PathBuf {
        self.home.join("arrangement")
    }

    fn session_file(&self) -> PathBuf {
        self.folder().join("arrangement.ardour")
    }

    /// The plugin's log.
    pub fn log(&self) -> PathBuf {
        self.home.join("plugin.log")
    }

    /// Changes the session file.
    pub fn edit(&self, change: impl FnOnce(&str) -> String) {
        let text = fs::read_to_string(self.session_file()).expect("the session is there");
        fs::write(self.session_file(), change(&text)).expect("the session is written");
    }

    /// The score in the session.
    pub fn score(&self) -> Score {
        session_file::score(&fs::read_to_string(self.session_file()).expect("the session is there"))
    }

    /// Everything that a track recorded.
    pub fn recording(&self, track: &str) -> Recording {
        let text = fs::read_to_string(self.session_file()).expect("the session is there");
        Recording::read(&text, &self.folder(), track)
    }
}

/// The notes of a score's parts that begin in a stretch, on the parts' default channels.
pub fn parts_of(score: &Score, from: i64, to: i64) -> Vec<Played> {
    let notes = |part: Part| {
        score.part_notes(part, &(from..to)).into_iter().map(move |note| Played {
            start: note.start as f64 / QUARTER as f64,
            end: note.end() as f64 / QUARTER as f64,
            channel: part.default_channel(),
            pitch: note.pitch,
            velocity: note.velocity,
        })
    };
    let mut played: Vec<Played> = Part::ALL.into_iter().flat_map(notes).collect();
    recording::sort(&mut played);
    played
}

/// The session's loop, in ticks.
pub const LOOPED: std::ops::Range<i64> = LOOP.start * QUARTER..LOOP.end * QUARTER;
