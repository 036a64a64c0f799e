//! `cargo xtask bench --beside REV`: this tree against another commit. Both are built and driven from outside, taking turns on one
//! machine, so that the ratios hold on any machine. They are built in one folder, since most packages are the same in both.

use crate::{runtime, workspace};
use anyhow::{Context, Result, bail};
use continuo_harness::figures::{Figure, from_csv};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// So many runs of each program at least: their median is compared.
const FEWEST_RUNS: usize = 20;
/// A ratio may be so much larger than the one that is kept.
const TOLERANCE: f64 = 1.1;
/// So many processes with instances, which take seconds each.
const INSTANCE_RUNS: usize = 5;
/// So many processes that measure a million blocks, and the window.
const PROCESS_RUNS: usize = 5;
/// The tune that is arranged: sixteen bars, four phrases.
const TUNE: &str = "tests/tunes/ode_to_joy.mid";

#[derive(clap::Args)]
#[group(id = "comparison")]
pub struct Options {
    /// Build this commit too and print the ratios of this tree's figures to its own
    #[arg(long, value_name = "REV")]
    pub beside: Option<String>,
    /// How often each program runs
    #[arg(long, value_name = "COUNT", default_value_t = FEWEST_RUNS, requires = "beside")]
    runs: usize,
    /// Fail if a ratio is more than a tenth larger than the one in docs/ratios.csv
    #[arg(long, requires = "beside")]
    check: bool,
}

/// A commit's programs.
struct Built {
    /// Its sources.
    root: PathBuf,
    program: PathBuf,
    plugin: PathBuf,
    /// The plugin as it reports where its controls are, for what measures its window.
    reporting: PathBuf,
}

/// What a run of the command line can be.
struct Run {
    name: &'static str,
    options: &'static [&'static str],
    /// The figures of a phrase are kept, and those of the whole process.
    phrase: bool,
    process: bool,
}

const RUNS: [Run; 3] = [
    Run { name: "4 takes", options: &["--takes", "4"], phrase: true, process: true },
    Run { name: "8 takes", options: &["--takes", "8"], phrase: true, process: false },
    Run { name: "4 takes, built-in runtime", options: &["--backend", "tract"], phrase: true, process: false },
];

/// Builds both, measures and prints. With `save` the ratios are kept in docs/ratios.csv.
pub fn run(options: &Options, revision: &str, save: bool) -> Result<()> {
    if options.runs < FEWEST_RUNS {
        bail!("--runs {}: a median needs at least {FEWEST_RUNS} runs", options.runs);
    }
    let commit = commit(revision)?;
    let library = runtime::run()?;
    let theirs = build(&checked_out(&commit)?, &beside().join(&commit))?;
    let ours = build(&workspace::root(), &beside().join("this-tree"))?;
    let folder = tempfile::tempdir()?;
    let mut figures = [Figures::default(), Figures::default()];
    for _ in 0..options.runs {
        for (built, figures) in [&theirs, &ours].into_iter().zip(&mut figures) {
            for run in &RUNS {
                figures.arrange(built, run, folder.path(), library.as_deref())?;
            }
        }
    }
    for _ in 0..INSTANCE_RUNS {
        for (built, figures) in [&theirs, &ours].into_iter().zip(&mut figures) {
            figures.measured("instances", &built.plugin, library.as_deref())?;
        }
    }
    for (built, figures) in [&theirs, &ours].into_iter().zip(&mut figures) {
        figures.measured("sixteen", &built.plugin, library.as_deref())?;
        figures.sizes(built)?;
    }
    for _ in 0..PROCESS_RUNS {
        for (built, figures) in [&theirs, &ours].into_iter().zip(&mut figures) {
            figures.measured("process", &built.plugin, library.as_deref())?;
            if cfg!(target_os = "linux") {
                figures.measured("window", &built.reporting, library.as_deref())?;
            }
        }
    }
    let [theirs, ours] = figures.map(Figures::medians);
    let file = workspace::root().join("docs").join("ratios.csv");
    let kept = kept(&file, &commit)?;
    println!("{:<50} {:>12} {:>12} {:>7} {:>7}", "", &commit[..7], "this tree", "ratio", "kept");
    let mut worse = Vec::new();
    let mut lines = format!("name,ratio to {commit}\n");
    for (name, (now, unit)) in &ours {
        let Some((before, _)) = theirs.get(name) else { continue };
        if *before <= 0.0 {
            println!("{name:<50} {before:>9.2} {unit:<2} {now:>9.2} {unit:<2}");
            if *now > 0.0 {
                worse.push(name.clone());
            }
            continue;
        }
        let ratio = now / before;
        let kept = kept.get(name);
        let shown = kept.map_or_else(|| "-".to_owned(), |kept| format!("{kept:.3}"));
        println!("{name:<50} {before:>9.2} {unit:<2} {now:>9.2} {unit:<2} {ratio:>7.3} {shown:>7}");
        if kept.is_some_and(|kept| ratio > kept * TOLERANCE) {
            worse.push(name.clone());
        }
        // Writing to a `String` cannot fail.
        let _ = writeln!(lines, "{name},{ratio:.3}");
    }
    if save {
        fs::write(&file, lines).with_context(|| format!("{} could not be written", file.display()))?;
    }
    if options.check && kept.is_empty() {
        bail!("docs/ratios.csv has no ratios to {commit}: write them with --save");
    }
    if options.check && !worse.is_empty() {
        bail!("more than a tenth worse than kept: {}", worse.join(", "));
    }
    Ok(())
}

/// The figures of a commit, each with its unit.
#[derive(Default)]
struct Figures(BTreeMap<String, (Vec<f64>, &'static str)>);

impl Figures {
    fn add(&mut self, name: &str, value: f64, unit: &'static str) {
        self.0.entry(name.to_owned()).or_insert((Vec::new(), unit)).0.push(value);
    }

    /// Arranges the tune once.
    fn arrange(&mut self, built: &Built, run: &Run, folder: &Path, library: Option<&Path>) -> Result<()> {
        let mut program = Command::new(&built.program);
        program.arg("arrange").arg(workspace::root().join(TUNE)).arg("--output").arg(folder.join("out.mid"));
        program.arg("--json").args(run.options);
        let begun = Instant::now();
        let output = output(&mut program, folder, library)?;
        let whole = begun.elapsed().as_secs_f64() * 1e3;
        let report: Value = serde_json::from_slice(&output)?;
        let phrases: Vec<f64> =
            report["seconds"].as_array().into_iter().flatten().filter_map(|time| Some(time.as_f64()? * 1e3)).collect();
        if phrases.is_empty() {
            bail!("{} does not report how long its phrases took", built.program.display());
        }
        if run.phrase {
            self.add(&format!("phrase, {}", run.name), median(phrases.clone()), "ms");
        }
        if run.process {
            self.add("arrange 16 bars, from start to end of process", whole, "ms");
            self.add("arrange 16 bars, without the phrases", whole - phrases.iter().sum::<f64>(), "ms");
        }
        Ok(())
    }

    /// Measures a plugin in a process of its own.
    fn measured(&mut self, subject: &str, plugin: &Path, library: Option<&Path>) -> Result<()> {
        let mut program = crate::programs::command("measure");
        program.arg(subject).arg(plugin);
        let output = output(&mut program, &workspace::root(), library)?;
        for Figure { name, value, unit } in from_csv(&String::from_utf8_lossy(&output)) {
            self.add(&name, value, unit);
        }
        Ok(())
    }

    /// The sizes of files.
    fn sizes(&mut self, built: &Built) -> Result<()> {
        let megabytes = |path: &Path| -> Result<f64> {
            Ok(fs::metadata(path).with_context(|| format!("{} is missing", path.display()))?.len() as f64 / 1e6)
        };
        self.add("the plugin's library", megabytes(&built.plugin)?, "MB");
        self.add("the command line", megabytes(&built.program)?, "MB");
        let mut models = 0.0;
        for entry in fs::read_dir(built.root.join("models"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "onnx") {
                models += megabytes(&path)?;
            }
        }
        self.add("model files together", models, "MB");
        Ok(())
    }

    fn medians(self) -> BTreeMap<String, (f64, &'static str)> {
        self.0.into_iter().map(|(name, (values, unit))| (name, (median(values), unit))).collect()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 0 => values[upper - 1].midpoint(values[upper]),
        _ => values[upper],
    }
}

/// Where the other commit is built.
fn beside() -> PathBuf {
    workspace::target().join("beside")
}

/// The full name of a commit.
fn commit(revision: &str) -> Result<String> {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")]);
    let output = git.current_dir(workspace::root()).output().context("git could not be started")?;
    if !output.status.success() {
        bail!("there is no commit {revision}");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A worktree of the commit.
fn checked_out(commit: &str) -> Result<PathBuf> {
    let folder = beside().join("source");
    let git = |arguments: &[&str], folder: &Path| -> Result<()> {
        workspace::run(Command::new("git").args(arguments).current_dir(folder))
    };
    if folder.join("Cargo.toml").exists() {
        git(&["checkout", "--quiet", "--detach", commit], &folder)?;
    } else {
        fs::create_dir_all(beside())?;
        git(&["worktree", "prune"], &workspace::root())?;
        let path = folder.to_string_lossy().into_owned();
        git(&["worktree", "add", "--quiet", "--detach", &path, commit], &workspace::root())?;
    }
    Ok(folder)
}

/// Builds a tree's program and plugin for release, and copies them to a folder: the next tree's would replace them.
fn build(root: &Path, kept: &Path) -> Result<Built> {
    // Older trees have the command line in the engine.
    let command_line = if root.join("cli").exists() { "continuo-cli" } else { "continuo-engine" };
    let build = |options: &[&str]| {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--release", "--package", command_line, "--package", "continuo-plugin"]).args(options);
        workspace::run(cargo.current_dir(root).env("CARGO_TARGET_DIR", workspace::target()))
    };
    fs::create_dir_all(kept)?;
    let keep = |file: &str, name: &str| -> Result<PathBuf> {
        let (from, to) = (workspace::target().join("release").join(file), kept.join(name));
        fs::copy(&from, &to).with_context(|| format!("{} could not be copied", from.display()))?;
        Ok(to)
    };
    let program = format!("continuo{}", env::consts::EXE_SUFFIX);
    let plugin = format!("{}continuo_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    build(&["--features", "continuo-plugin/probe"])?;
    let reporting = keep(&plugin, &format!("reporting{}", env::consts::DLL_SUFFIX))?;
    build(&[])?;
    let (program, plugin) = (keep(&program, &program)?, keep(&plugin, &plugin)?);
    Ok(Built { root: root.to_owned(), program, plugin, reporting })
}

/// What a program prints, with nothing of the user's own: no chosen model and no styles.
fn output(program: &mut Command, folder: &Path, library: Option<&Path>) -> Result<Vec<u8>> {
    program.current_dir(folder).env("CONTINUO_DATA", folder.join("data")).env_remove("CONTINUO_MODEL");
    program.env("CONTINUO_CACHE", beside().join("cache"));
    if let Some(library) = library {
        program.env("CONTINUO_ONNXRUNTIME", library);
    }
    let output = program.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("{} failed ({})", program.get_program().display(), output.status);
    }
    Ok(output.stdout)
}

/// The ratios that are kept, if they are to this commit.
fn kept(file: &Path, commit: &str) -> Result<BTreeMap<String, f64>> {
    if !file.exists() {
        return Ok(BTreeMap::new());
    }
    let text = fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))?;
    let mut lines = text.lines();
    if lines.next().is_none_or(|first| !first.ends_with(commit)) {
        return Ok(BTreeMap::new());
    }
    let ratio =
        |line: &str| line.rsplit_once(',').and_then(|(name, ratio)| Some((name.to_owned(), ratio.parse().ok()?)));
    Ok(lines.filter_map(ratio).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_lie_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        let mut figures = Figures::default();
        for value in [5.0, 1.0, 3.0] {
            figures.add("phrase", value, "ms");
        }
        assert_eq!(figures.medians()["phrase"], (3.0, "ms"));
    }

    #[test]
    fn kept_ratios_belong_to_their_commit() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("ratios.csv");
        assert!(kept(&file, "abc")?.is_empty());
        fs::write(&file, "name,ratio to abc\nphrase, 4 takes,0.631\n")?;
        assert_eq!(kept(&file, "abc")?.get("phrase, 4 takes"), Some(&0.631));
        assert!(kept(&file, "def")?.is_empty());
        Ok(())
    }
}
