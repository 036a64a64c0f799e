//! `cargo xtask screenshots`: pictures of the real window in each of its states, on a screen without a monitor.

use crate::{runtime, workspace};
use anyhow::{Context, Result, bail};
use clap::Args;
use continuo_tests::{
    screen::{Picture, Server},
    session::Session,
};
use resvg::tiny_skia::{IntSize, Pixmap};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// What the window on a screen without a monitor needs, as Debian calls it.
pub const NEEDED: &str = "xvfb libgl1 libegl1 libgl1-mesa-dri";

/// Which pictures are made, and where they go.
#[derive(Args)]
pub struct Options {
    /// The folder for the pictures
    #[arg(long, default_value = "target/screenshots")]
    output: PathBuf,
    /// Make one picture on the screen that `DISPLAY` names; what this program asks of itself
    #[arg(long, hide = true)]
    state: Option<State>,
}

/// What the window is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// Nothing was played yet.
    Empty,
    /// The first pass: a melody is played and not yet known.
    Listening,
    /// A song that was arranged plays.
    Playing,
    /// The model is missing.
    Fault,
    /// The same as playing, at twice the size.
    Twice,
}

impl State {
    const ALL: [Self; 5] = [Self::Empty, Self::Listening, Self::Playing, Self::Fault, Self::Twice];

    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Listening => "listening",
            Self::Playing => "playing",
            Self::Fault => "fault",
            Self::Twice => "twice",
        }
    }
}

/// Makes the pictures.
pub fn run(options: &Options) -> Result<()> {
    if let Some(state) = options.state {
        return picture(state, &options.output);
    }
    build()?;
    let runtime = runtime::run()?;
    let folder = workspace::root().join(&options.output);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for state in State::ALL {
        let Some(server) = Server::start(2400, 1700)? else {
            bail!("Xvfb is not installed (Debian: apt-get install {NEEDED})");
        };
        let mut own = Command::new(env::current_exe()?);
        own.args(["screenshots", "--state", state.name(), "--output"]).arg(&folder);
        own.env("DISPLAY", server.display()).env("CONTINUO_PROBE", folder.join(format!("{}.controls", state.name())));
        if let Some(library) = &runtime {
            own.env("CONTINUO_ONNXRUNTIME", library);
        }
        if state == State::Fault {
            own.env("CONTINUO_MODEL", "missing.onnx");
        }
        workspace::run(&mut own)?;
    }
    Ok(())
}

/// Builds the plugin so that it tells where its controls are; returns its library.
pub fn build() -> Result<PathBuf> {
    // The packages that are bundled, so that nothing of what they use is built again with other features.
    let packages = ["--package", "continuo-engine", "--package", "continuo-plugin"];
    let probe = ["--release", "--features", "continuo-plugin/probe"];
    workspace::run(workspace::cargo(["build"]).args(packages).args(probe))?;
    Ok(library())
}

fn library() -> PathBuf {
    let name = format!("{}continuo_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    workspace::target().join("release").join(name)
}

/// Brings the window into a state and takes its picture.
fn picture(state: State, folder: &Path) -> Result<()> {
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").context("there is no file for the probe")?);
    let mut session = Session::open(&library(), &probe);
    let tune = workspace::root().join("tests/tunes/ode_to_joy.mid");
    match state {
        State::Empty => session.run(Duration::from_secs(2)),
        State::Fault => drop(session.named(|name| name.contains("missing.onnx"))),
        State::Listening => {
            // A player waits for the model, too; else the first phrase is late.
            session.until("the first phrase is made", |session| session.score().contains("\"recipe\":{"));
            session.roll(true);
            let keys = session.place("Keyboard");
            // An arpeggio over the white keys, which rolls on into the second phrase.
            for key in [0, 2, 4, 5, 4, 2, 1, 0, 4, 7, 6, 5, 4, 2, 3, 4, 2, 1] {
                let place = (keys.x + keys.width * (2 * key + 1) / 30, keys.y + keys.height - 14);
                session.hold(place, Duration::from_millis(380));
            }
        }
        State::Playing | State::Twice => {
            if state == State::Twice {
                session.click("Scale");
                session.click("200 %");
                session.run(Duration::from_secs(2));
            }
            let roll = session.place("Roll");
            session.drop_file(&tune, (roll.x + roll.width / 2, roll.y + roll.height / 2));
            session.run(Duration::from_secs(4));
            session.click("Make another take");
            session.run(Duration::from_secs(2));
            session.roll(true);
            session.run(Duration::from_millis(5300));
        }
    }
    let file = folder.join(format!("{}.png", state.name()));
    save(session.picture(), &file)?;
    println!("{}", file.display());
    Ok(())
}

fn save(picture: Picture, file: &Path) -> Result<()> {
    let size = IntSize::from_wh(picture.width, picture.height).context("the picture is empty")?;
    let pixmap = Pixmap::from_vec(picture.pixels, size).context("the picture has another size than it says")?;
    pixmap.save_png(file).with_context(|| format!("{} cannot be written", file.display()))
}
