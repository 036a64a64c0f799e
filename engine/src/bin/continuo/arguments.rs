//! What can be asked for.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Plays generated parts to a melody.
#[derive(Debug, Parser)]
#[command(name = "continuo", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Arranges a melody: a MIDI file in, the melody and its parts in a MIDI file out.
    Arrange(ArrangeArguments),
    /// Tells the model, its genres and parts, and the runtime in use.
    Info(InfoArguments),
}

#[derive(Args, Debug)]
pub struct ArrangeArguments {
    /// The MIDI file with the melody (type 0 or 1).
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(short, long)]
    pub output: PathBuf,
    /// Genre, by id or name; the model's default genre if none is given.
    #[arg(long)]
    pub genre: Option<String>,
    /// How boldly notes are chosen, 0 to 2.
    #[arg(long, default_value_t = 1.0, value_parser = temperature, allow_negative_numbers = true)]
    pub temperature: f32,
    /// Chooses among the possible accompaniments.
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    /// The parts to write, separated by commas; all that the genre plays if none are given.
    #[arg(long, value_delimiter = ',')]
    pub parts: Option<Vec<String>>,
    /// Bars in a phrase: 1, 2 or 4.
    #[arg(long, default_value_t = 4, value_parser = phrase)]
    pub phrase: u8,
    /// Which track is the melody, counted from 1 over the tracks that have notes; chosen if not given.
    #[arg(long)]
    pub track: Option<usize>,
    /// The runtime for the model; chosen if not given.
    #[arg(long)]
    pub backend: Option<Runtime>,
    /// Leave the model's notes as they are: no post-processing.
    #[arg(long)]
    pub no_polish: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct InfoArguments {
    /// The runtime for the model; chosen if not given.
    #[arg(long)]
    pub backend: Option<Runtime>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "lowercase")]
pub enum Runtime {
    OnnxRuntime,
    Tract,
}

fn temperature(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(temperature) if (0.0..=2.0).contains(&temperature) => Ok(temperature),
        _ => Err("give a number from 0 to 2".to_owned()),
    }
}

fn phrase(text: &str) -> Result<u8, String> {
    match text {
        "1" | "2" | "4" => Ok(text.as_bytes()[0] - b'0'),
        _ => Err("give 1, 2 or 4".to_owned()),
    }
}

/// What is wrong with the command, in one line.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let line = first.split_whitespace().collect::<Vec<_>>().join(" ");
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "say what to do: \"arrange\" or \"info\"; \"continuo --help\" tells more".to_owned();
    }
    format!("{line}; \"continuo --help\" tells more")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(arguments: &[&str]) -> String {
        let all = ["continuo"].iter().chain(arguments);
        one_line(&Arguments::try_parse_from(all).expect_err("must be refused"))
    }

    #[test]
    fn the_definition_holds_together() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn wrong_commands_are_answered_in_one_line_that_names_the_cause() {
        for (arguments, cause) in [
            (["arrange", "a.mid", "-o", "b.mid", "--phrase", "3"].as_slice(), "1, 2 or 4"),
            (&["arrange", "a.mid", "-o", "b.mid", "--temperature", "-1"], "0 to 2"),
            (&["arrange", "a.mid", "-o", "b.mid", "--temperature", "NaN"], "0 to 2"),
            (&["arrange", "a.mid", "-o", "b.mid", "--seed", "x"], "--seed"),
            (&["arrange", "a.mid", "-o", "b.mid", "--backend", "x"], "onnxruntime, tract"),
            (&["arrange", "a.mid"], "--output"),
            (&["sing"], "sing"),
            (&[], "arrange"),
        ] {
            let line = complaint(arguments);
            assert!(line.contains(cause) && !line.contains('\n'), "{arguments:?}: {line}");
        }
    }
}
