//! `cargo xtask bundle`.

use crate::{runtime, workspace};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The package whose library is the plugin.
const PLUGIN: &str = "continuo-plugin";
/// The plugins' name, as `bundler.toml` has it.
const NAME: &str = "Continuo";

#[derive(clap::Args, Default)]
pub struct Options {
    /// Also bundle the standalone program; on Linux it needs pkg-config and the development files of ALSA and JACK
    #[arg(long)]
    pub standalone: bool,
}

/// What `bundle` leaves.
pub struct Bundles {
    /// The CLAP plugin.
    pub clap: PathBuf,
    /// The VST3 bundle.
    pub vst3: PathBuf,
    /// The runtime library that lies beside the CLAP plugin, if there is one for this system.
    pub library: Option<PathBuf>,
}

/// Builds for release and bundles.
pub fn run(options: &Options) -> Result<Bundles> {
    let library = runtime::run()?;
    let mut build = vec!["--release"];
    if options.standalone {
        build.extend(["--features", "continuo-plugin/standalone"]);
    }
    compile(&build)?;

    nice_plug_xtask::chdir_workspace_root()?;
    let build: Vec<String> = build.into_iter().map(str::to_owned).collect();
    nice_plug_xtask::bundle(&workspace::target(), PLUGIN, &build, false)?;

    let bundles = Bundles {
        clap: workspace::bundled().join(format!("{NAME}.clap")),
        vst3: workspace::bundled().join(format!("{NAME}.vst3")),
        library,
    };
    if let Some(library) = &bundles.library {
        for folder in folders_of_programs(&bundles)? {
            copy_into(library, &folder)?;
        }
    }
    Ok(bundles)
}

/// The command line, built for release.
pub fn command_line() -> Result<PathBuf> {
    compile(&["--release"])?;
    Ok(workspace::target().join("release").join(format!("continuo{}", env::consts::EXE_SUFFIX)))
}

/// One call for everything that is shipped, so that what plugin and command line share is built once.
fn compile(options: &[&str]) -> Result<()> {
    let packages = [PLUGIN, "continuo-engine"].iter().flat_map(|package| ["--package", package]);
    workspace::run(workspace::cargo(["build"]).args(packages).args(options))
}

/// The folders that hold a program or library which looks for the runtime beside itself.
fn folders_of_programs(bundles: &Bundles) -> Result<Vec<PathBuf>> {
    let mut folders = vec![workspace::target().join("release")];
    for bundle in [&bundles.clap, &bundles.vst3] {
        if bundle.is_file() {
            folders.extend(bundle.parent().map(Path::to_path_buf));
            continue;
        }
        // A bundle is a folder `Contents` with one folder for each system, or `MacOS`, that holds the library.
        let contents = bundle.join("Contents");
        let entries = fs::read_dir(&contents).with_context(|| format!("{} is not there", contents.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    Ok(folders)
}

/// Copies a file into a folder, under its own name.
pub fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(file, folder.join(name)))
        .with_context(|| format!("{} could not be copied into {}", file.display(), folder.display()))?;
    Ok(())
}
