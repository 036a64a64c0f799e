//! `cargo xtask bundle`: builds the plugins and puts them into `target/bundled`.

use super::{
    layout::{self, Programs},
    notices,
};
use crate::build::{files, runtime, shipped, target::Target, workspace};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

#[derive(clap::Args, Default)]
pub struct Options {
    /// Also bundle the standalone program; on Linux it needs pkg-config and the development files of ALSA and JACK
    #[arg(long)]
    pub standalone: bool,
    /// Build for another system, such as x86_64-pc-windows-gnu, in target/TRIPLE/bundled; the standalone for Windows
    /// needs nothing else and is always bundled
    #[arg(long, value_name = "TRIPLE")]
    pub target: Option<String>,
    /// Leave this machine's folders out of the programs, so that others build the same bytes. Builds everything anew once
    #[arg(skip)]
    pub without_paths: bool,
}

/// The files that `bundle` makes.
pub struct Bundles {
    /// Where they lie.
    pub folder: PathBuf,
    /// Plugins and programs.
    pub programs: Programs,
    /// The runtime library beside them; `None` if this system has none.
    pub library: Option<PathBuf>,
    /// The licences that lie beside them: Continuo's own and those of others.
    pub licences: Vec<PathBuf>,
}

/// Builds for release and bundles.
pub fn run(options: &Options) -> Result<Bundles> {
    let target = Target::given(options.target.as_deref())?;
    if target.system == "macos" && env::consts::OS != "macos" {
        bail!("bundles for macOS are made on a Mac: Apple's linker and `codesign` exist nowhere else");
    }
    let standalone = options.standalone || target.system == "windows";
    let library = runtime::run_for(&target)?;
    let mut arguments = vec!["--release".to_owned()];
    arguments.extend(target.options());
    if standalone {
        arguments.extend(["--features", shipped::STANDALONE].map(str::to_owned));
    }
    compile(&arguments, options.without_paths)?;

    let folder = target.folder().join("bundled");
    let built = target.folder().join("release");
    let programs = layout::lay_out(&target, &built, &folder, standalone)?;

    let licences = notices::write(&folder, &target, standalone, library.is_some())?;
    let bundles = Bundles { folder, programs, library, licences };
    if let Some(library) = &bundles.library {
        files::copy_into(library, &built)?;
        for folder in folders_of_programs(&bundles)? {
            files::copy_into(library, &folder)?;
        }
    }
    copy_licences(&bundles)?;
    if target.system == "macos" {
        sign(&bundles)?;
    }
    println!("The bundles lie in {}.", shown(&bundles.folder).display());
    Ok(bundles)
}

/// What an earlier call has bundled for a system.
pub fn existing(target: &Target) -> Result<Bundles> {
    let folder = target.folder().join("bundled");
    let programs = Programs::of(target, &folder, target.system == "windows");
    if let Some(missing) =
        [&programs.clap, &programs.vst3, &programs.command_line].into_iter().find(|file| !file.exists())
    {
        bail!("{} is missing; `cargo xtask bundle` makes it", missing.display());
    }
    let library = runtime::run_for(target)?;
    let licences = notices::write(&folder, target, programs.standalone.is_some(), library.is_some())?;
    Ok(Bundles { folder, programs, library, licences })
}

/// A path below the project's folder, without it.
fn shown(path: &Path) -> &Path {
    path.strip_prefix(workspace::root()).unwrap_or(path)
}

/// Copies the licences into the plugins that are folders, which people pass on by themselves.
fn copy_licences(bundles: &Bundles) -> Result<()> {
    let plugins = [&bundles.programs.clap, &bundles.programs.vst3];
    for bundle in plugins.into_iter().filter(|bundle| bundle.is_dir()) {
        for file in &bundles.licences {
            files::copy_into(file, &bundle.join("Contents").join("Resources"))?;
        }
    }
    Ok(())
}

/// Signs all that runs, once nothing is added any more.
fn sign(bundles: &Bundles) -> Result<()> {
    let Some(library) = &bundles.library else { return layout::mac::sign(&[], &bundles.programs.all()) };
    let name = library.file_name().unwrap_or_default();
    let libraries: Vec<PathBuf> = folders_of_programs(bundles)?.iter().map(|folder| folder.join(name)).collect();
    layout::mac::sign(&libraries, &bundles.programs.all())
}

/// Builds the command line for release and returns its path.
pub fn command_line() -> Result<PathBuf> {
    compile(&["--release".to_owned()], false)?;
    Ok(workspace::target().join("release").join(format!("continuo{}", env::consts::EXE_SUFFIX)))
}

/// Builds everything that is shipped in one call, so what plugin and command line share is built once.
fn compile(options: &[String], without_paths: bool) -> Result<()> {
    let packages = shipped::PACKAGES.iter().flat_map(|package| ["--package", package]);
    let mut command = workspace::cargo(["build"]);
    if without_paths {
        command.env("CARGO_ENCODED_RUSTFLAGS", remapped(env::var_os("HOME").map(PathBuf::from)));
        let (variable, program) = NO_PKG_CONFIG;
        command.env(variable, program);
    }
    workspace::run(command.args(packages).args(options))
}

/// The compiler's flags, each after a separator of cargo's, with those that replace this machine's folders by names: messages
/// of programs name the files that they were compiled from.
fn remapped(home: Option<PathBuf>) -> String {
    let given = env::var("CARGO_ENCODED_RUSTFLAGS").ok();
    let spaced =
        || env::var("RUSTFLAGS").ok().map(|flags| flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR));
    let mut flags: Vec<String> = given.or_else(spaced).filter(|flags| !flags.is_empty()).into_iter().collect();
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home?.join(".cargo")));
    // Where folders lie in each other, the last one counts.
    let folders = [
        cargo_home.map(|folder| (folder, "cargo")),
        Some((workspace::root(), "continuo")),
        Some((workspace::target(), "target")),
    ];
    for (folder, name) in folders.into_iter().flatten() {
        flags.push(format!("--remap-path-prefix={}=/{name}", folder.display()));
    }
    flags.join(SEPARATOR)
}

/// What is asked for installed libraries, and a program that knows of none: the window would keep the folder of each X11 library
/// that has development files on this machine. It opens them by their names first, so it finds them without.
const NO_PKG_CONFIG: (&str, &str) = ("PKG_CONFIG", "false");

/// What cargo wants between the compiler's flags.
const SEPARATOR: &str = "\x1f";

/// The folders of the programs and libraries that look for the runtime beside themselves.
fn folders_of_programs(bundles: &Bundles) -> Result<Vec<PathBuf>> {
    // The command line's, and on most systems the CLAP plugin's.
    let mut folders = vec![bundles.folder.clone()];
    let Programs { clap, vst3, standalone, .. } = &bundles.programs;
    for bundle in [Some(clap), Some(vst3), standalone.as_ref()].into_iter().flatten().filter(|bundle| !bundle.is_file())
    {
        // `Contents` has a folder for each system, or `MacOS`, with the library.
        let contents = bundle.join("Contents");
        let entries = fs::read_dir(&contents).with_context(|| format!("{} is missing", contents.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "Resources") {
                folders.push(path);
            }
        }
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::{Bundles, Programs, Target, copy_licences, folders_of_programs};
    use crate::release::layout;
    use std::fs;

    #[test]
    fn a_plugin_that_is_a_folder_holds_the_licences() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let licences = ["LICENSE", "THIRD-PARTY-NOTICES.txt"].map(|name| folder.path().join(name)).to_vec();
        for file in &licences {
            fs::write(file, "be free").expect("a file");
        }
        let target = Target::given(Some("x86_64-unknown-linux-gnu")).expect("a target");
        let built = folder.path().join("built");
        layout::tests::built(&target, &built).expect("small files");
        let programs: Programs = layout::lay_out(&target, &built, folder.path(), false).expect("laid out");
        let bundles = Bundles { folder: folder.path().to_owned(), programs, library: None, licences };
        copy_licences(&bundles).expect("copied");
        let resources = bundles.programs.vst3.join("Contents").join("Resources");
        assert_eq!(fs::read_to_string(resources.join("LICENSE")).expect("a licence"), "be free");
        assert!(resources.join("THIRD-PARTY-NOTICES.txt").is_file());
        assert_eq!(fs::read_to_string(&bundles.programs.clap).expect("a library"), "a plugin");
        // When it is bundled again, the runtime is not copied there.
        let folders = folders_of_programs(&bundles).expect("folders");
        assert!(folders.iter().any(|folder| folder.ends_with("x86_64-linux")) && !folders.contains(&resources));
        assert!(folders.contains(&bundles.folder), "the command line looks beside itself");
    }

    #[test]
    fn the_folders_of_this_machine_are_replaced() {
        let flags = super::remapped(Some("/home/somebody".into()));
        let root = format!("--remap-path-prefix={}=/continuo", super::workspace::root().display());
        assert!(flags.split(super::SEPARATOR).any(|flag| flag == root), "{flags}");
        assert!(flags.contains(".cargo=/cargo") || std::env::var_os("CARGO_HOME").is_some(), "{flags}");
    }

    #[test]
    fn a_bundle_for_macos_is_refused_elsewhere() {
        if cfg!(not(target_os = "macos")) {
            let options =
                super::Options { target: Some("aarch64-apple-darwin".to_owned()), ..super::Options::default() };
            let error = super::run(&options).err().expect("an error").to_string();
            assert!(error.contains("made on a Mac"), "{error}");
        }
    }
}
