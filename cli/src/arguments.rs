//! The commands and their options.

use crate::{
    own_parts::KeptTrack,
    shared_options::{ModelOptions, ReportOptions, TimingOptions, percent, seed, temperature, track},
    sound::{FontOptions, RenderArguments},
    tools::{
        drumify::DrumifyArguments,
        enhance::EnhanceArguments,
        extend::{ExtendArguments, engine},
        generate::GenerateArguments,
        groove::GrooveArguments,
        infill::InfillArguments,
        interpolate::InterpolateArguments,
        quantise::QuantiseArguments,
    },
};
use clap::{Args, CommandFactory, Parser, Subcommand};
use continuo_engine::network::MelodyEngine;
use continuo_music::{
    key::Key,
    lead::LeadMode,
    settings::MOST_TAKES,
    swing::{MOST_SWING, STRAIGHT},
};
use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

/// Accompanies a melody with drums, bass, chords, strings and a counter-melody, as MIDI.
#[derive(Debug, Parser)]
#[command(name = "continuo", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Arranges a melody: reads a MIDI file and writes the melody with its parts to another, or to a DAW's project.
    Arrange(Box<ArrangeArguments>),
    /// Plays a MIDI file into a sound file, WAV or FLAC.
    Render(RenderArguments),
    /// Makes a drum part for a tapped rhythm or a bass line.
    Drumify(Box<DrumifyArguments>),
    /// Makes a melody better: takes wrong notes away, adds some and moves others.
    Enhance(Box<EnhanceArguments>),
    /// Goes on with a melody: writes so many bars more, in its key, meter and manner.
    Extend(Box<ExtendArguments>),
    /// Makes a melody from nothing, in a genre and a key.
    Generate(Box<GenerateArguments>),
    /// Plays a part with a drummer's loudness and timing.
    Groove(Box<GrooveArguments>),
    /// Writes bars of a melody again: all of them, or new notes in their rhythm, or their notes in a new rhythm.
    Infill(Box<InfillArguments>),
    /// Finds the way from one melody to another: so many steps that are melodies themselves.
    Interpolate(Box<InterpolateArguments>),
    /// Moves notes to a grid, wholly or in part, and keeps their swing.
    Quantise(QuantiseArguments),
    /// Shows the model, its genres and yours, the parts, the runtime in use, and what else is installed.
    Info(InfoArguments),
    /// Shows what is installed and where, what is wrong and what to do: for you, and for a report of a fault.
    Doctor(DoctorArguments),
    /// Reads a genre of your own from MIDI files, lists your genres, or removes one.
    Style(StyleArguments),
    /// Lists the installed models, or chooses one for the plugin and these commands.
    Model(ModelArguments),
}

#[derive(Args, Debug)]
pub struct ArrangeArguments {
    /// The MIDI file with the melody (type 0 or 1).
    pub input: PathBuf,
    /// The file to write: `song.mid` for MIDI, or by its ending `song.dawproject` for Bitwig Studio, Studio One, Cubase
    /// and others, `song.rpp` for REAPER, `song.ardour` for a folder `song` with Ardour's session, `song.musicxml` or
    /// `song.mxl` for written notes.
    #[arg(short, long)]
    pub output: PathBuf,
    /// Write a MIDI file of type 0, with everything in one track, as some players and keyboards need it.
    #[arg(long)]
    pub type_0: bool,
    /// Also write the song as sound, by the name's ending: .wav (16 bits) or .flac (24 bits). A .dawproject then holds the
    /// sound of each track, too.
    #[arg(long, value_name = "FILE")]
    pub audio: Option<PathBuf>,
    /// Also write the melody and each part as sound by themselves into this folder, from the song's start and equally long;
    /// FLAC if --audio is, else WAV.
    #[arg(long, value_name = "FOLDER")]
    pub stems: Option<PathBuf>,
    #[command(flatten)]
    pub font: FontOptions,
    /// Write only the melody with chord symbols and sections, for players who read; for MusicXML.
    #[arg(long)]
    pub lead_sheet: bool,
    /// The genre, by id or name: the model's or your own; if not given, the model's default genre.
    #[arg(long)]
    pub genre: Option<String>,
    /// A genre to mix in, by id or name; --blend sets how much.
    #[arg(long)]
    pub genre_b: Option<String>,
    /// The mix, from --genre (0) to --genre-b (1); if only --genre-b is given, half of each.
    #[arg(long, requires = "genre_b", value_parser = blend, allow_hyphen_values = true)]
    pub blend: Option<f32>,
    /// How boldly notes are chosen, 0 to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_hyphen_values = true)]
    pub temperature: f32,
    /// Chooses among the possible accompaniments, 0 to 9999.
    #[arg(long, default_value_t = 1, value_parser = seed, allow_hyphen_values = true)]
    pub seed: u32,
    /// How many takes of each phrase the model's conductor chooses from, 1 to 8; if not given, 4.
    #[arg(long, value_parser = takes, allow_hyphen_values = true)]
    pub takes: Option<u8>,
    /// How freely the band plays from phrase to phrase, 0 to 100 percent. At 0 a phrase whose melody comes back has the
    /// accompaniment of before, at 100 each phrase is drawn by itself.
    #[arg(long, value_name = "PERCENT", default_value_t = 25, value_parser = percent, allow_hyphen_values = true)]
    pub variation: u8,
    /// The key, such as "Bb major", "F# minor", C or Am; if not given, found in the melody.
    #[arg(long, value_name = "KEY")]
    pub key: Option<Key>,
    /// How much the parts follow the melody's loudness, 0 to 100 percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = percent, allow_hyphen_values = true)]
    pub dynamics: u8,
    /// By how much the parts swing, 50 (straight) to 75 percent, and 67 is triplets; auto: as the melody does.
    #[arg(long, value_name = "PERCENT", default_value = "auto", value_parser = swing, allow_hyphen_values = true)]
    pub swing: ChosenSwing,
    /// How full the band plays, 0 to 100 percent: how many parts, notes and drum voices, and how loud, as songs build. 50
    /// changes nothing.
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = percent, allow_hyphen_values = true)]
    pub intensity: u8,
    /// How often and how long drum fills lead from section to section, 0 to 100 percent; 50: about as in songs.
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = percent, allow_hyphen_values = true)]
    pub fills: u8,
    /// The chords that the parts keep to, from the first full bar on: bars between |, chords in a bar evenly spread, such as
    /// "C | Am F | Dm7 G7 | C". If not given, the chords that the file itself names; "none" for none.
    #[arg(long, value_name = "CHART", conflicts_with = "chord_chart")]
    pub chords: Option<String>,
    /// A text file with such a chart, in lines, with sections and repeats.
    #[arg(long, value_name = "FILE")]
    pub chord_chart: Option<PathBuf>,
    /// The song's sections from the first full bar on, each with its number of bars, such as "Intro 4 | Verse 8 | Chorus 8".
    /// Kinds are Intro, Verse, Chorus, Bridge, Break and Ending; a name of your own stands in quotation marks behind the
    /// kind, and "-" stands for bars of no section. If not given, the chord chart's, or those that the file's markers name;
    /// "none" for none.
    #[arg(long, value_name = "OUTLINE", allow_hyphen_values = true)]
    pub sections: Option<String>,
    /// The parts to write, separated by commas; if not given, all that the genre plays.
    #[arg(long, value_delimiter = ',')]
    pub parts: Option<Vec<String>>,
    /// Keep a track as one of the parts, such as bass=3, bass="Slap Bass" or drums=ch10 (a track's number, name or channel);
    /// the other parts are made around it. May be given for several parts.
    #[arg(long, value_name = "PART=TRACK", value_parser = KeptTrack::parse)]
    pub keep: Vec<KeptTrack>,
    /// Let a sixth part improvise: fill (where the melody rests), trade (in turns of --trade-bars with the melody), solo
    /// (always), or off.
    #[arg(long, value_name = "MODE", default_value = "off", value_parser = lead)]
    pub lead: LeadMode,
    /// The bars of a turn of --lead trade: 2, 4 or 8; the melody begins.
    #[arg(long, value_name = "BARS", default_value_t = 4, value_parser = trade_bars, allow_hyphen_values = true)]
    pub trade_bars: u8,
    /// How densely Lead plays, 0 to 100 percent; 50: as its network does.
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = percent, allow_hyphen_values = true)]
    pub lead_density: u8,
    /// Bars in a phrase: 1, 2 or 4.
    #[arg(long, default_value_t = 4, value_parser = phrase, allow_hyphen_values = true)]
    pub phrase: u8,
    /// The track of the melody, counted from 1 over the tracks that have notes; if not given, chosen automatically.
    #[arg(long, value_parser = track, allow_hyphen_values = true)]
    pub track: Option<usize>,
    /// Leave the model's notes as they are: no post-processing.
    #[arg(long)]
    pub no_polish: bool,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

/// By how many percent the parts swing; `None`: as the melody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenSwing(pub Option<u8>);

#[derive(Args, Debug)]
pub struct StyleArguments {
    /// MIDI files in this genre, or folders of them. Files that cannot be used are listed; the rest are used.
    #[arg(required_unless_present_any = ["list", "remove"])]
    pub files: Vec<PathBuf>,
    /// The name of the genre; replaces your genre of this name.
    #[arg(long, required_unless_present_any = ["list", "remove"])]
    pub name: Option<String>,
    /// List your own genres.
    #[arg(long, conflicts_with_all = ["files", "name", "remove"])]
    pub list: bool,
    /// Remove your genre of this name. Projects that use it keep it.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["files", "name"])]
    pub remove: Option<String>,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

#[derive(Args, Debug)]
pub struct ModelArguments {
    /// Use the model of this name, or built-in, from now on.
    #[arg(long, value_name = "NAME")]
    pub r#use: Option<String>,
    /// What goes on with melodies and plays Lead from now on: both networks together, transformer, or lstm, which is smaller
    /// and faster, for slow machines.
    #[arg(long, value_name = "NETWORK", value_parser = engine)]
    pub melody: Option<MelodyEngine>,
    #[command(flatten)]
    pub report: ReportOptions,
}

#[derive(Args, Debug)]
pub struct InfoArguments {
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

#[derive(Args, Debug)]
pub struct DoctorArguments {
    /// Load this plugin's library and do nothing else: so the command tries plugins, in processes of their own.
    #[arg(long, hide = true, value_name = "LIBRARY")]
    pub load: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

fn swing(text: &str) -> Result<ChosenSwing, String> {
    if text.eq_ignore_ascii_case("auto") {
        return Ok(ChosenSwing(None));
    }
    match text.trim_end_matches('%').trim_end().parse() {
        Ok(percent) if (STRAIGHT..=MOST_SWING).contains(&percent) => Ok(ChosenSwing(Some(percent))),
        _ => Err("give a whole number from 50 to 75, or auto".to_owned()),
    }
}

fn blend(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(blend) if (0.0..=1.0).contains(&blend) => Ok(blend),
        _ => Err("give a number from 0 to 1".to_owned()),
    }
}

fn takes(text: &str) -> Result<u8, String> {
    match text.parse() {
        Ok(takes) if (1..=MOST_TAKES).contains(&takes) => Ok(takes),
        _ => Err(format!("give a whole number from 1 to {MOST_TAKES}")),
    }
}

fn lead(text: &str) -> Result<LeadMode, String> {
    let known = LeadMode::ALL.map(LeadMode::id).join(", ");
    LeadMode::from_id(text).ok_or_else(|| format!("give one of {known}"))
}

fn trade_bars(text: &str) -> Result<u8, String> {
    match text {
        "2" | "4" | "8" => Ok(text.as_bytes()[0] - b'0'),
        _ => Err("give 2, 4 or 8".to_owned()),
    }
}

fn phrase(text: &str) -> Result<u8, String> {
    match text {
        "1" | "2" | "4" => Ok(text.as_bytes()[0] - b'0'),
        _ => Err("give 1, 2 or 4".to_owned()),
    }
}

/// The error in one line. `words` are the command line, with the program's name first.
pub fn one_line(error: &clap::Error, words: impl IntoIterator<Item = OsString>) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let line = first.split_whitespace().collect::<Vec<_>>().join(" ");
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let commands =
            Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect::<Vec<_>>();
        return format!("no command given: use one of {}; see \"continuo --help\"", commands.join(", "));
    }
    let definition = Arguments::command();
    let command = words.into_iter().nth(1).and_then(|word| definition.find_subcommand(OsStr::new(&word)));
    let command = command.map(|command| format!("{} ", command.get_name())).unwrap_or_default();
    format!("{line}; see \"continuo {command}--help\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_line(arguments: &[&str]) -> String {
        let all = || ["continuo"].iter().chain(arguments).map(OsString::from);
        one_line(&Arguments::try_parse_from(all()).expect_err("the command is invalid"), all())
    }

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn swing_is_the_melodys_unless_a_percentage_is_given() {
        for (text, percent) in [("auto", None), ("Auto", None), ("50", Some(50)), ("67%", Some(67))] {
            assert_eq!(swing(text), Ok(ChosenSwing(percent)), "{text}");
        }
    }

    #[test]
    fn wrong_commands_give_one_line_that_names_the_cause() {
        for (arguments, cause) in [
            (["arrange", "a.mid", "-o", "b.mid", "--phrase", "3"].as_slice(), "1, 2 or 4"),
            (&["arrange", "a.mid", "-o", "b.mid", "--temperature", "-1"], "0 to 2"),
            (&["arrange", "a.mid", "-o", "b.mid", "--phrase", "-1"], "1, 2 or 4"),
            (&["arrange", "a.mid", "-o", "b.mid", "--temperature", "-inf"], "0 to 2"),
            (&["arrange", "a.mid", "-o", "b.mid", "--temperature", "NaN"], "0 to 2"),
            (&["arrange", "a.mid", "-o", "b.mid", "--temperature", "--json"], "0 to 2"),
            (&["arrange", "a.mid", "-o", "b.mid", "--seed", "x"], "--seed"),
            (&["arrange", "a.mid", "-o", "b.mid", "--seed", "-1"], "0 to 9999"),
            (&["arrange", "a.mid", "-o", "b.mid", "--seed", "1.5"], "0 to 9999"),
            (&["arrange", "a.mid", "-o", "b.mid", "--seed", "10000"], "0 to 9999"),
            (&["arrange", "a.mid", "-o", "b.mid", "--seed", "99999999999999999999"], "0 to 9999"),
            (&["arrange", "a.mid", "-o", "b.mid", "--track", "-1"], "counted from 1"),
            (&["arrange", "a.mid", "-o", "b.mid", "--track"], "--track"),
            (&["arrange", "a.mid", "-o", "b.mid", "--backend", "x"], "onnxruntime, tract"),
            (&["arrange", "a.mid", "-o", "b.mid", "--genre-b", "jazz", "--blend", "1.1"], "0 to 1"),
            (&["arrange", "a.mid", "-o", "b.mid", "--blend", "0.5"], "--genre-b"),
            (&["arrange", "a.mid", "-o", "b.mid", "--takes", "9"], "1 to 8"),
            (&["arrange", "a.mid", "-o", "b.mid", "--variation", "101"], "0 to 100"),
            (&["arrange", "a.mid", "-o", "b.mid", "--variation", "-1"], "percent"),
            (&["arrange", "a.mid", "-o", "b.mid", "--intensity", "101"], "0 to 100"),
            (&["arrange", "a.mid", "-o", "b.mid", "--fills", "-1"], "percent"),
            (&["arrange", "a.mid", "-o", "b.mid", "--swing", "76"], "50 to 75, or auto"),
            (&["arrange", "a.mid", "-o", "b.mid", "--key", "H"], "not a key"),
            (&["arrange", "a.mid", "-o", "b.mid", "--lead", "duet"], "off, fill, trade, solo"),
            (&["arrange", "a.mid", "-o", "b.mid", "--trade-bars", "3"], "2, 4 or 8"),
            (&["arrange", "a.mid", "-o", "b.mid", "--pickup", "-1"], "number of beats"),
            (&["arrange", "a.mid", "-o", "b.mid", "--pickup", "NaN"], "number of beats"),
            (&["arrange", "a.mid", "-o", "b.mid", "--keep", "bass"], "PART=TRACK"),
            (&["arrange", "a.mid", "-o", "b.mid", "--keep", "tuba=3"], "drums, bass, chords, strings, counter"),
            (&["arrange", "a.mid", "-o", "b.mid", "--keep", "bass="], "PART=TRACK"),
            (&["arrange", "a.mid"], "--output"),
            (&["arrange", "a.mid"], "see \"continuo arrange --help\""),
            (&["style", "a.mid"], "--name"),
            (&["style", "--name", "x"], "FILES"),
            (&["style", "a.mid", "--list"], "--list"),
            (&["quantise", "a.mid", "-o", "b.mid", "--grid", "1/7"], "1/8t"),
            (&["quantise", "a.mid", "-o", "b.mid", "--strength", "-5"], "percent"),
            (&["quantise", "a.mid", "-o", "b.mid", "--swing", "80"], "50 to 75"),
            (&["render", "a.mid"], "--output"),
            (&["extend", "a.mid", "-o", "b.mid", "--bars", "0"], "1 to 128"),
            (&["extend", "a.mid", "-o", "b.mid", "--bars", "1000"], "1 to 128"),
            (&["extend", "a.mid", "-o", "b.mid", "--bars", "-1"], "1 to 128"),
            (&["extend", "a.mid", "-o", "b.mid", "--seed", "x"], "0 to 9999"),
            (&["extend", "a.mid", "-o", "b.mid", "--engine", "markov"], "both, transformer, lstm"),
            (&["model", "--melody", "gan"], "both, transformer, lstm"),
            (&["sing"], "sing"),
            (&["sing"], "see \"continuo --help\""),
            (&[], "arrange"),
        ] {
            let line = error_line(arguments);
            assert!(line.contains(cause) && !line.contains('\n'), "{arguments:?}: {line}");
        }
    }
}
