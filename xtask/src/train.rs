//! `cargo xtask train` and `cargo xtask evaluate`: run the training code in its pinned environment.

use crate::{
    build::{python, workspace},
    release::bundle,
};
use anyhow::{Context, Result};
use std::{
    ffi::OsString,
    path::{self, PathBuf},
    process::Command,
};

#[derive(clap::Args)]
pub struct Options {
    /// Fine-tune the shipped model on the MIDI files in this folder, and install it in your data folder
    #[arg(long, value_name = "FOLDER", requires = "name")]
    from: Option<PathBuf>,
    /// The name of the model that --from makes
    #[arg(long, value_name = "NAME", requires = "from")]
    name: Option<String>,
    /// How long --from trains
    #[arg(long, value_name = "MINUTES", requires = "from")]
    minutes: Option<f64>,
    /// Continue an interrupted run of the same --from and --name
    #[arg(long, requires = "from")]
    resume: bool,
    /// A command of the training code and its options: prepare, train, export, evaluate, report, card
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required_unless_present = "from")]
    arguments: Vec<String>,
}

#[derive(clap::Args)]
pub struct Evaluation {
    /// Options of the training code's `evaluate`, such as --model FILE, --other NAME=FILE, --most WINDOWS
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs a step of the training code, or fine-tunes.
pub fn run(options: &Options) -> Result<()> {
    training_code(arguments(options)?)
}

/// Measures the model and writes `models/EVALUATION.md` and its picture.
pub fn evaluate(options: &Evaluation) -> Result<()> {
    // The program arranges the whole melodies.
    let program = bundle::command_line()?;
    let own = ["evaluate".into(), "--continuo".into(), program.into()];
    training_code(own.into_iter().chain(options.arguments.iter().map(OsString::from)).collect())
}

/// The arguments of the training code.
fn arguments(options: &Options) -> Result<Vec<OsString>> {
    let (Some(folder), Some(name)) = (&options.from, &options.name) else {
        return Ok(options.arguments.iter().map(OsString::from).collect());
    };
    // The training code runs in its own folder.
    let folder = path::absolute(folder).with_context(|| format!("{} is not a valid path", folder.display()))?;
    let mut found: Vec<OsString> = vec!["from".into(), folder.into(), "--name".into(), name.into()];
    if let Some(minutes) = options.minutes {
        found.extend(["--minutes".into(), minutes.to_string().into()]);
    }
    if options.resume {
        found.push("--resume".into());
    }
    Ok(found)
}

/// Runs a step of the training code.
pub fn training_code(arguments: Vec<OsString>) -> Result<()> {
    let folder = python::training();
    let constraints = python::constraints();
    let interpreter = python::environment(&folder.join(".venv"), &python::requirements()?, Some(&constraints))?;
    workspace::run(Command::new(interpreter).current_dir(folder).args(["-m", "continuo_training"]).args(arguments))
}

#[cfg(test)]
mod tests {
    use super::{Options, arguments};
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn asked(line: &[&str]) -> Option<Vec<String>> {
        let parsed = Line::try_parse_from([&["train"], line].concat()).ok()?;
        let found = arguments(&parsed.options).expect("valid paths");
        Some(found.into_iter().map(|word| word.into_string().expect("UTF-8")).collect())
    }

    #[test]
    fn steps_and_their_options_are_handed_on() {
        let line = ["--data", "somewhere", "train", "--minutes", "5"];
        assert_eq!(asked(&["train", "--minutes", "5"]).expect("a step"), ["train", "--minutes", "5"]);
        assert_eq!(asked(&line).expect("a step after an option"), line);
    }

    #[test]
    fn a_folder_needs_a_name_and_becomes_absolute() {
        assert_eq!(asked(&["--from", "midi"]), None);
        assert_eq!(asked(&[]), None);
        let found = asked(&["--from", "midi", "--name", "Coulton", "--minutes", "3"]).expect("a folder and a name");
        assert_eq!(found[0], "from");
        assert!(std::path::Path::new(&found[1]).is_absolute() && found[1].ends_with("midi"));
        assert_eq!(&found[2..], ["--name", "Coulton", "--minutes", "3"]);
        let found = asked(&["--from", "midi", "--name", "Coulton", "--resume"]).expect("a run to continue");
        assert_eq!(&found[2..], ["--name", "Coulton", "--resume"]);
        assert_eq!(asked(&["train", "--resume"]).expect("a step's own option"), ["train", "--resume"]);
    }
}
