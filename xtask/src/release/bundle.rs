//! `cargo xtask bundle`: builds the plugins and puts them into `target/bundled`.

use super::notices;
use crate::build::{files, runtime, shipped, workspace};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The plugins' name, as `bundler.toml` has it.
const NAME: &str = "Continuo";

#[derive(clap::Args, Default)]
pub struct Options {
    /// Also bundle the standalone program; on Linux it needs pkg-config and the development files of ALSA and JACK
    #[arg(long)]
    pub standalone: bool,
}

/// The files that `bundle` makes.
pub struct Bundles {
    /// The CLAP plugin.
    pub clap: PathBuf,
    /// The VST3 bundle.
    pub vst3: PathBuf,
    /// The runtime library beside the CLAP plugin; `None` if this system has none.
    pub library: Option<PathBuf>,
    /// The licences that lie beside the plugins: Continuo's own and those of others.
    pub licences: Vec<PathBuf>,
}

/// Builds for release and bundles.
pub fn run(options: &Options) -> Result<Bundles> {
    let library = runtime::run()?;
    let mut build = vec!["--release"];
    if options.standalone {
        build.extend(["--features", shipped::STANDALONE]);
    }
    compile(&build)?;

    nice_plug_xtask::chdir_workspace_root()?;
    let build: Vec<String> = build.into_iter().map(str::to_owned).collect();
    nice_plug_xtask::bundle(&workspace::target(), shipped::PLUGIN, &build, false)?;

    let licences = notices::write(&workspace::bundled(), options.standalone, library.is_some())?;
    let bundles = Bundles {
        clap: workspace::bundled().join(format!("{NAME}.clap")),
        vst3: workspace::bundled().join(format!("{NAME}.vst3")),
        library,
        licences,
    };
    if let Some(library) = &bundles.library {
        for folder in folders_of_programs(&bundles)? {
            files::copy_into(library, &folder)?;
        }
    }
    copy_licences(&bundles)?;
    Ok(bundles)
}

/// Copies the licences into the plugins that are folders, which people pass on by themselves.
fn copy_licences(bundles: &Bundles) -> Result<()> {
    for bundle in [&bundles.clap, &bundles.vst3].into_iter().filter(|bundle| bundle.is_dir()) {
        for file in &bundles.licences {
            files::copy_into(file, &bundle.join("Contents").join("Resources"))?;
        }
    }
    Ok(())
}

/// Builds the command line for release and returns its path.
pub fn command_line() -> Result<PathBuf> {
    compile(&["--release"])?;
    Ok(workspace::target().join("release").join(format!("continuo{}", env::consts::EXE_SUFFIX)))
}

/// Builds everything that is shipped in one call, so what plugin and command line share is built once.
fn compile(options: &[&str]) -> Result<()> {
    let packages = shipped::PACKAGES.iter().flat_map(|package| ["--package", package]);
    workspace::run(workspace::cargo(["build"]).args(packages).args(options))
}

/// The folders of the programs and libraries that look for the runtime beside themselves.
fn folders_of_programs(bundles: &Bundles) -> Result<Vec<PathBuf>> {
    let mut folders = vec![workspace::target().join("release")];
    for bundle in [&bundles.clap, &bundles.vst3] {
        if bundle.is_file() {
            folders.extend(bundle.parent().map(Path::to_path_buf));
            continue;
        }
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
    use super::{Bundles, copy_licences, folders_of_programs};
    use std::fs;

    #[test]
    fn a_plugin_that_is_a_folder_holds_the_licences() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let licences = ["LICENSE", "THIRD-PARTY-NOTICES.txt"].map(|name| folder.path().join(name)).to_vec();
        for file in &licences {
            fs::write(file, "be free").expect("a file");
        }
        let bundles = Bundles {
            clap: folder.path().join("Continuo.clap"),
            vst3: folder.path().join("Continuo.vst3"),
            library: None,
            licences,
        };
        fs::write(&bundles.clap, "a library").expect("a file");
        fs::create_dir(&bundles.vst3).expect("a folder");
        copy_licences(&bundles).expect("copied");
        let resources = bundles.vst3.join("Contents").join("Resources");
        assert_eq!(fs::read_to_string(resources.join("LICENSE")).expect("a licence"), "be free");
        assert!(resources.join("THIRD-PARTY-NOTICES.txt").is_file());
        assert_eq!(fs::read_to_string(&bundles.clap).expect("a library"), "a library");
        // When it is bundled again, the runtime is not copied there.
        fs::create_dir(bundles.vst3.join("Contents").join("x86_64-linux")).expect("a folder");
        let folders = folders_of_programs(&bundles).expect("folders");
        assert!(folders.iter().any(|folder| folder.ends_with("x86_64-linux")) && !folders.contains(&resources));
    }
}
