//! `cargo xtask demo`: the built plugin plays a tune in a headless host; its ensemble is saved as MIDI files, sound and a picture.

mod report;
mod song;

use anyhow::{Context, Result, bail};
use continuo_engine::network::{Genre, ModelSource};
use continuo_harness::{Format, Pace, Player, SongEvent, open, workspace};
use indicatif::{ProgressBar, ProgressStyle};
use song::LoadedTune;
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

#[derive(clap::Args)]
pub struct Options {
    /// The melody, a MIDI file
    #[arg(long, value_name = "FILE.mid", default_value = "tests/tunes/ode_to_joy.mid")]
    input: PathBuf,
    /// Which of the built plugins plays
    #[arg(long, value_enum, default_value_t = FormatOption::Clap)]
    format: FormatOption,
    /// The genre to play in; the model's default one unless given
    #[arg(long)]
    genre: Option<String>,
    /// Samples in a block
    #[arg(long, value_name = "SAMPLES", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=16384))]
    block: u32,
    /// Samples a second
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(8000..=768_000))]
    rate: u32,
    /// Render offline, as fast as possible, instead of in real time
    #[arg(long)]
    fast: bool,
    /// The bundled plugins; without them the program only checks the other options
    #[arg(long, hide = true, num_args = 2, value_names = ["CLAP", "VST3"])]
    bundles: Option<Vec<PathBuf>>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum FormatOption {
    Clap,
    Vst3,
}

/// How long the transport stands before the first pass, as if a player loads the plugin and then starts.
const BEFORE: Duration = Duration::from_secs(2);
/// How long it stands after each pass.
const AFTER: Duration = Duration::from_millis(500);

/// Plays two passes and saves the music.
pub fn run(options: &Options) -> Result<()> {
    let input = if options.input.is_absolute() { options.input.clone() } else { from_here(&options.input) };
    let tune = song::read(&input)?;
    let genre = genre(options)?;
    // Without plugins the caller wants to know, before it builds them, whether tune and genre exist.
    let Some([clap, vst3]) = options.bundles.as_deref() else { return Ok(()) };
    let plugin = match options.format {
        FormatOption::Clap => clap,
        FormatOption::Vst3 => vst3,
    };

    let folder = workspace::target().join("demo");
    fs::create_dir_all(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
    let log = folder.join("plugin.log");
    let _ = fs::remove_file(&log);
    // SAFETY: this program has one thread so far.
    unsafe { env::set_var("NICE_LOG", &log) };

    println!("Playing {} twice to {}.", shown(&input), shown(plugin));
    let passes = play(plugin, &tune, options, &genre)?;
    let status = report::status(&log)?;

    let names = ["continuo-first-pass.mid", "continuo.mid"];
    for (name, pass) in names.iter().zip(&passes) {
        song::write(&folder.join(name), &tune, pass, f64::from(options.rate), &genre)?;
    }
    let sound = folder.join("continuo.wav");
    song::write_sound(&sound, &tune, &passes[1], f64::from(options.rate), &genre)?;
    let second = song::parts(&tune, &passes[1], f64::from(options.rate));
    let picture = folder.join("continuo.png");
    let subtitle = [Some(genre.name.clone()), status.model.clone(), status.backend.clone()];
    song::draw(&picture, &tune, &second, &subtitle.into_iter().flatten().collect::<Vec<_>>().join(" · "))?;
    report::print(&tune, &second, &status);
    println!();
    println!("{}  the second pass as sound", shown(&sound));
    println!("{}  the second pass, where the ensemble knows the melody", shown(&folder.join(names[1])));
    println!("{}  the first pass, where it listens", shown(&folder.join(names[0])));
    println!("{}  its picture", shown(&picture));
    if second.iter().skip(1).all(|part| part.notes.is_empty()) {
        bail!("no part played{}", status.fault.map(|fault| format!(": {fault}")).unwrap_or_default());
    }
    Ok(())
}

/// The genre to play in.
fn genre(options: &Options) -> Result<Genre> {
    let card = ModelSource::from_environment().card()?;
    let index = match &options.genre {
        Some(name) => card.genre_index(name).with_context(|| {
            let known: Vec<&str> = card.genres.iter().map(|genre| genre.id.as_str()).collect();
            format!("the model has no genre {name}; it has {}", known.join(", "))
        })?,
        None => card.default_genre,
    };
    Ok(card.genre(index as u8).clone())
}

/// Plays both passes; returns their events.
fn play(plugin: &Path, tune: &LoadedTune, options: &Options, genre: &Genre) -> Result<[Vec<SongEvent>; 2]> {
    let format = match options.format {
        FormatOption::Clap => Format::Clap,
        FormatOption::Vst3 => Format::Vst3,
    };
    let mut host = open(plugin, format)?;
    if options.genre.is_some() {
        host.set("Genre", &genre.name)?;
    }
    let pace = if options.fast { Pace::Fast } else { Pace::Timed(1.0) };
    let rate = f64::from(options.rate);
    let mut player = Player::new(&mut *host, rate, options.block, options.fast, pace)?;
    let blocks = |time: Duration| (time.as_secs_f64() * rate / f64::from(options.block)).ceil() as u32;

    player.locate(&tune.melody);
    player.stand(blocks(BEFORE))?;
    let mut pass = |name: &'static str| -> Result<Vec<SongEvent>> {
        let bar = progress_bar(name, tune.melody.length);
        let events = player.pass(&tune.melody, &mut |quarters| bar.set_position(quarters as u64))?;
        player.stand(blocks(AFTER))?;
        bar.finish_and_clear();
        Ok(events)
    };
    Ok([pass("first pass ")?, pass("second pass")?])
}

/// A progress bar in quarter notes, which only a terminal shows.
fn progress_bar(name: &'static str, quarters: f64) -> ProgressBar {
    let bar = ProgressBar::new(quarters.ceil() as u64).with_message(name);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// A path that a person typed: from the current folder, or else from the project's.
fn from_here(path: &Path) -> PathBuf {
    if path.exists() { path.to_path_buf() } else { workspace::root().join(path) }
}

fn shown(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(workspace::root()).unwrap_or(path).display()
}
