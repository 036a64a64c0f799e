//! An Ardour session with Continuo in it, and Ardour at work on it.

use crate::{
    recording::{self, Played, Recording},
    session_file::{self, LOOP, MELODY_FILE},
};
use continuo_engine::{note::Note, part::Part, score::Score};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

const QUARTER: i64 = 960;
/// The longest that a program of Ardour's may take: its longest work here takes less than one minute.
const PATIENCE: Duration = Duration::from_mins(4);

/// A session in a home folder of its own, so that no plugin and no setting of the user's plays a part.
pub struct Project {
    home: PathBuf,
}

/// The melody that every session has: eight bars in C, quarter notes mostly, an eighth and two half notes.
pub fn melody() -> Vec<Note> {
    const PITCHES: [u8; 30] = [
        64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62, 64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62,
        60, 60,
    ];
    let mut start = 0;
    let next = |(index, &pitch): (usize, &u8)| {
        let length = match index % 15 {
            12 => 3 * QUARTER / 2,
            13 => QUARTER / 2,
            14 => 2 * QUARTER,
            _ => QUARTER,
        };
        // A little apart, so that a repeated pitch is two notes in any host.
        let note = Note { start, pitch, length: length - 60, velocity: 90 };
        start += length;
        note
    };
    PITCHES.iter().enumerate().map(next).collect()
}

/// Where Ardour's scripts lie.
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
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ardour").join(name);
        let _ = fs::remove_dir_all(&home);
        let project = Self { home };
        project.install();
        project.install_witness();
        project.lua("make.lua", &[]);
        let folder = project.folder().join("interchange/arrangement/midifiles");
        fs::create_dir_all(&folder).expect("the folder is made");
        fs::write(folder.join(MELODY_FILE), melody_file()).expect("the file is written");
        project.edit(session_file::with_melody);
        project
    }

    /// Puts the library that was built for the tests into a bundle. Ardour takes what its scanner found for current if
    /// the plugin is older, by whole seconds.
    fn install(&self) {
        let program = env::current_exe().expect("a test program has a path");
        let library = program.parent().expect("a program lies in a folder").join("libcontinuo_plugin.so");
        let binaries = self.home.join(".vst3/Continuo.vst3/Contents/x86_64-linux");
        fs::create_dir_all(&binaries).expect("the folder is made");
        let installed = binaries.join("Continuo.so");
        fs::copy(&library, &installed).expect("the plugin is copied");
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = fs::File::options().write(true).open(&installed).expect("the plugin is there");
        file.set_modified(long_ago).expect("its time is set");
        drop(file);
        let bundle = self.home.join(".vst3/Continuo.vst3");
        let mut scan = Command::new("/usr/lib/ardour7/ardour-vst3-scanner");
        scan.env("LD_LIBRARY_PATH", "/usr/lib/ardour7").arg("-f").arg(&bundle);
        self.run(&mut scan);
    }

    /// Puts the witness's script where Ardour looks for scripts.
    fn install_witness(&self) {
        let scripts = self.home.join(".config/ardour7/scripts");
        fs::create_dir_all(&scripts).expect("the folder is made");
        fs::copy(scripts_folder().join("witness.lua"), scripts.join("witness.lua")).expect("the script is copied");
    }

    /// Opens the session in Ardour and does these steps; `play.lua` says what there is. Returns what was shown.
    pub fn steps(&self, speed: &str, steps: &[&str]) -> String {
        let shown = self
            .lua("play.lua", &[("CONTINUO_STEPS", &steps.join("\n")), ("CONTINUO_SPEED", &format!("{speed} Speed"))]);
        assert!(shown.contains("the steps are done"), "Ardour did not do all steps:\n{shown}");
        shown
    }

    /// As [`Project::steps`], with an export among them. Ardour 7.3 may break off while it exports (`play.lua`): then it
    /// begins again. How it ends once everything is told does not count.
    pub fn steps_with_export(&self, steps: &[&str]) -> String {
        const ATTEMPTS: usize = 5;
        let environment = [("CONTINUO_STEPS", steps.join("\n")), ("CONTINUO_SPEED", "Normal Speed".to_owned())];
        let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut shown = String::new();
        for _ in 0..ATTEMPTS {
            shown = self.ended(&mut self.script("play.lua", &environment)).1;
            if let Some((told, _)) = shown.split_once("all is told") {
                return told.to_owned();
            }
        }
        panic!("Ardour broke off {ATTEMPTS} times before all was told:\n{shown}");
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

    /// Runs a program of Ardour's in the session's home folder, and returns what it said.
    fn run(&self, command: &mut Command) -> String {
        let (status, shown) = self.ended(command);
        assert!(status.success() && !shown.contains("Error: "), "{command:?} failed ({status}):\n{shown}");
        shown
    }

    /// How a program of Ardour's ended, and what it said.
    fn ended(&self, command: &mut Command) -> (ExitStatus, String) {
        let output = self.home.join("output.txt");
        let file = fs::File::create(&output).expect("the file is made");
        let mut child = command
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
            if let Some(status) = child.try_wait().expect("the program can be waited for") {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
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

    /// What the plugin logged.
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

    /// What a track recorded, all takes together.
    pub fn recording(&self, track: &str) -> Recording {
        let text = fs::read_to_string(self.session_file()).expect("the session is there");
        Recording::read(&text, &self.folder(), track)
    }
}

/// The notes of a score's parts that begin in a stretch, on the channels that they have at first.
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

/// The loop of the session, in ticks.
pub const LOOPED: std::ops::Range<i64> = LOOP.start * QUARTER..LOOP.end * QUARTER;
