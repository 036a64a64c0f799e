//! Builds the plugin so that it reports where its controls are.

use anyhow::Result;
use continuo_harness::workspace;
use std::{env, path::PathBuf};

/// How a build is optimised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

/// Builds the plugin for release; returns its library.
pub fn release() -> Result<PathBuf> {
    build(Profile::Release, &["continuo-plugin/probe"])?;
    Ok(library(Profile::Release))
}

/// Builds the plugin with these features.
pub fn build(profile: Profile, features: &[&str]) -> Result<()> {
    // The packages that are bundled, so that nothing that they use is built again with other features.
    let packages = ["--package", "continuo-engine", "--package", "continuo-plugin"];
    let mut build = workspace::cargo(["build"]);
    build.args(packages).args(["--features", &features.join(",")]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    workspace::run(&mut build)
}

/// The plugin's library.
pub fn library(profile: Profile) -> PathBuf {
    built(profile, &format!("{}continuo_plugin{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX))
}

/// A file that was built.
pub fn built(profile: Profile, name: &str) -> PathBuf {
    workspace::target().join(if profile == Profile::Release { "release" } else { "debug" }).join(name)
}
