//! `cargo xtask screenshots`: pictures of the real window in each of its states, on a screen without a monitor.

mod by_hand;

use crate::plugin_build::{self, Profile};
use anyhow::{Context, Result, bail};
use clap::Args;
use continuo_engine::storage::{DataFolder, Preferences};
use continuo_harness::{
    screen::{NEEDED, Screenshot, XServer},
    songs::tune_file,
    window_session::WindowSession,
    workspace,
};
use resvg::tiny_skia::{IntSize, Pixmap};
use std::{
    env, fs,
    ops::Range,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// What the build of the standalone program needs, as Debian calls it.
const HEADERS: &str = "pkg-config libasound2-dev libjack-jackd2-dev";

/// Which pictures are made, and where they go.
#[derive(Args)]
pub struct Options {
    /// Only these pictures; if none is named, all but the standalone's
    #[arg(value_name = "STATE")]
    states: Vec<State>,
    /// The folder for the pictures
    #[arg(long, default_value = "target/screenshots")]
    output: PathBuf,
    /// Use a debug build: faster to build, slower to draw
    #[arg(long)]
    debug: bool,
    /// Make the picture on the screen that `DISPLAY` names; this program starts itself so
    #[arg(long, hide = true)]
    here: bool,
}

/// What the window is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// Nothing was played yet
    Empty,
    /// The first pass: a melody is played and not yet known
    Listening,
    /// Live mode: the coming phrase is planned
    Live,
    /// A song that was arranged plays
    Playing,
    /// Chords that were set, locked and selected, with the popup of one
    Chords,
    /// Chords that stand in the file that was opened
    GivenChords,
    /// The melody's notes, large, with some selected
    Melody,
    /// Bars that are selected, with the menu of tools
    Tools,
    /// The melody's notes, large, with what Enhance would change
    Proposal,
    /// A model that knows no chords has no chord lane
    NoChords,
    /// The model is missing
    Fault,
    /// The same as playing, at one and a half times the size
    Larger,
    /// The same as playing, at twice the size
    Twice,
    /// The same as playing, in a window as small as it may be
    Smallest,
    /// The same as playing, with larger text and high contrast
    Legible,
    /// The help page
    Help,
    /// The instrument's window when it is new
    Instrument,
    /// The same with the popup of a part's sound
    Sounds,
    /// The same as playing, as a program of its own; its build needs the headers of ALSA and JACK
    Standalone,
}

impl State {
    /// Those for which nothing more is needed than for the plugin.
    const USUAL: [Self; 18] = [
        Self::Empty,
        Self::Listening,
        Self::Live,
        Self::Playing,
        Self::Chords,
        Self::GivenChords,
        Self::Melody,
        Self::Tools,
        Self::Proposal,
        Self::NoChords,
        Self::Fault,
        Self::Larger,
        Self::Twice,
        Self::Smallest,
        Self::Legible,
        Self::Help,
        Self::Instrument,
        Self::Sounds,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Listening => "listening",
            Self::Live => "live",
            Self::Playing => "playing",
            Self::Chords => "chords",
            Self::GivenChords => "given-chords",
            Self::Melody => "melody",
            Self::Tools => "tools",
            Self::Proposal => "proposal",
            Self::NoChords => "no-chords",
            Self::Fault => "fault",
            Self::Larger => "larger",
            Self::Twice => "twice",
            Self::Smallest => "smallest",
            Self::Legible => "legible",
            Self::Help => "help",
            Self::Instrument => "instrument",
            Self::Sounds => "sounds",
            Self::Standalone => "standalone",
        }
    }

    /// The rows of the window that the picture shows, in pixels; `None` for all.
    const fn rows(self) -> Option<Range<u32>> {
        match self {
            Self::Chords => Some(50..410),
            Self::GivenChords | Self::NoChords => Some(50..200),
            _ => None,
        }
    }

    /// Whether it shows the plugin that has sounds of its own.
    fn is_instrument(self) -> bool {
        matches!(self, Self::Instrument | Self::Sounds)
    }

    /// The scale that is chosen in the window, if it is not the usual one.
    const fn scale(self) -> Option<&'static str> {
        match self {
            Self::Larger => Some("150 %"),
            Self::Twice => Some("200 %"),
            _ => None,
        }
    }
}

/// Makes the pictures.
pub fn run(options: &Options) -> Result<()> {
    let states = if options.states.is_empty() { &State::USUAL[..] } else { &options.states };
    let profile = if options.debug { Profile::Debug } else { Profile::Release };
    if options.here {
        return states.iter().try_for_each(|&state| picture(state, profile, &options.output));
    }
    let mut features = vec!["continuo-plugin/probe"];
    if states.contains(&State::Standalone) {
        if !has_headers() {
            bail!("the standalone needs the headers of ALSA and JACK (Debian: apt-get install {HEADERS})");
        }
        features.push("continuo-plugin/standalone");
    }
    plugin_build::build(profile, &features)?;
    let folder = workspace::root().join(&options.output);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for &state in states {
        let Some(server) = XServer::start(2400, 1700)? else {
            bail!("Xvfb is not installed (Debian: apt-get install {NEEDED})");
        };
        let mut own = Command::new(env::current_exe()?);
        own.args(["screenshots", "--here", state.name(), "--output"]).arg(&folder);
        if options.debug {
            own.arg("--debug");
        }
        own.env("DISPLAY", server.display()).env("CONTINUO_PROBE", folder.join(format!("{}.controls", state.name())));
        // The user's own models and styles must not appear, nor what the picture before kept there.
        let data = workspace::target().join("no-data");
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("{} cannot be removed", data.display()))?;
        }
        own.env("CONTINUO_DATA", data).env_remove("CONTINUO_MODEL");
        if state == State::Fault {
            own.env("CONTINUO_MODEL", "missing.onnx");
        }
        if state == State::Legible {
            let data = folder.join("legible-data");
            let preferences = Preferences { larger_text: true, high_contrast: true, ..Preferences::default() };
            preferences.keep(&DataFolder::at(&data))?;
            own.env("CONTINUO_DATA", data);
        }
        if state == State::NoChords {
            own.env("CONTINUO_MODEL", workspace::root().join("tests/models/continuo.onnx"));
        }
        workspace::run(&mut own)?;
    }
    Ok(())
}

/// Whether the standalone can be built. Elsewhere than on Linux it needs no headers, but there is no Xvfb either.
fn has_headers() -> bool {
    Command::new("pkg-config").args(["--exists", "alsa", "jack"]).status().is_ok_and(|status| status.success())
}

/// Brings the window into a state and takes its picture.
fn picture(state: State, profile: Profile, folder: &Path) -> Result<()> {
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").context("there is no file for the probe")?);
    let mut session = if state == State::Standalone {
        let name = format!("continuo_plugin{}", env::consts::EXE_SUFFIX);
        WindowSession::of_program(&mut Command::new(plugin_build::built(profile, &name)), &probe)
    } else {
        let name = if state.is_instrument() { "Continuo (with audio out)" } else { "Continuo" };
        WindowSession::open_named(&plugin_build::library(profile), name, &probe)
    };
    let tune = tune_file("ode_to_joy");
    match state {
        State::Empty | State::Instrument => session.run(Duration::from_secs(2)),
        State::Help => {
            session.click("Help");
            session.run(Duration::from_secs(1));
        }
        State::Sounds => {
            session.click("Got it");
            session.click("Sound of Chords");
            session.click("All instruments");
            session.click("Guitars");
            session.run(Duration::from_secs(1));
        }
        State::Fault => drop(session.control_named(|name| name.contains("missing.onnx"))),
        State::NoChords => {
            drop(session.control_named(|name| name.contains("no chord lane")));
            session.click("Got it");
            session.run(Duration::from_secs(1));
        }
        State::Chords => {
            by_hand::open(&mut session, &tune);
            by_hand::set_chords(&mut session);
        }
        State::GivenChords => {
            let song = folder.join("given-chords.mid");
            by_hand::write_with_chords(&tune, &song)?;
            by_hand::open(&mut session, &song);
            session.run(Duration::from_secs(1));
        }
        State::Melody | State::Tools | State::Proposal => {
            by_hand::open(&mut session, &tune);
            session.click("Melody Source: Score");
            if state == State::Melody {
                by_hand::draw_notes(&mut session);
            } else if state == State::Proposal {
                by_hand::enhance(&mut session);
            } else {
                // The third and fourth bar of the lanes of the melody and the drums.
                let roll = session.control("Roll");
                let (left, top) = (roll.x + 250, roll.y + 120);
                session.drag_between((left, top), (left + 100, top + 60));
                session.click("Melody tools");
            }
            session.run(Duration::from_secs(1));
        }
        State::Listening => {
            // A player waits for the model too: otherwise the first phrase is late.
            session.until("the first phrase is made", WindowSession::has_phrase);
            session.roll(true);
            // An arpeggio, which rolls on into the second phrase.
            by_hand::play_keys(&mut session, &[0, 2, 4, 5, 4, 2, 1, 0, 4, 7, 6, 5, 4, 2, 3, 4, 2, 1]);
        }
        State::Live => {
            session.set("Mode", "Live");
            session.until("the first phrase is made", WindowSession::has_phrase);
            session.roll(true);
            by_hand::play_keys(&mut session, &[0, 2, 4, 5, 4, 2, 1, 0, 4, 7, 6, 5, 4]);
            // The plan is there an eighth note before the phrase begins.
            session.until("the second phrase is planned", |session| session.score().phrases().len() > 1);
            session.roll(false);
            session.run(Duration::from_secs(1));
        }
        State::Playing | State::Larger | State::Twice | State::Smallest | State::Legible | State::Standalone => {
            if state == State::Smallest {
                session.resize_slowly(1040, 736);
            }
            if let Some(scale) = state.scale() {
                session.click("Scale");
                session.click(scale);
                session.run(Duration::from_secs(2));
            }
            if state == State::Playing {
                session.set("Lead Mode", "Solo");
            }
            let roll = session.control("Roll");
            session.drop_file(&tune, (roll.x + roll.width / 2, roll.y + roll.height / 2));
            session.run(Duration::from_secs(4));
            session.click("Make another take");
            session.run(Duration::from_secs(2));
            // A section on the left half of the lane.
            let lane = session.control("Sections");
            let place = |tenths: i32| (lane.x + lane.width * tenths / 10, lane.y + lane.height / 2);
            session.drag_between(place(1), place(4));
            session.click("Verse section");
            if state == State::Standalone {
                session.click("Play");
            } else {
                session.roll(true);
            }
            session.run(Duration::from_millis(5300));
        }
    }
    let file = folder.join(format!("{}.png", state.name()));
    save(cropped(session.picture(), state), &file)?;
    println!("{}", file.display());
    Ok(())
}

/// The rows of a picture that the state shows.
fn cropped(mut picture: Screenshot, state: State) -> Screenshot {
    if let Some(rows) = state.rows() {
        let (row, first) = (4 * picture.width as usize, 4 * (rows.start * picture.width) as usize);
        picture.pixels = picture.pixels.into_iter().skip(first).take(row * rows.len()).collect();
        picture.height = rows.len() as u32;
    }
    picture
}

fn save(picture: Screenshot, file: &Path) -> Result<()> {
    let size = IntSize::from_wh(picture.width, picture.height).context("the picture is empty")?;
    let pixmap = Pixmap::from_vec(picture.pixels, size).context("the picture has another size than it says")?;
    pixmap.save_png(file).with_context(|| format!("{} cannot be written", file.display()))
}
