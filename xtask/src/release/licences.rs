//! Checks licences, duplicates and sources of all dependencies against `deny.toml`, as `cargo deny check` does.
//!
//! `cargo deny` also checks advisories, for which it needs the network. This check needs only what a build needs.

mod config;
mod rules;

use crate::build::{
    dependencies::{self, Wanted},
    workspace,
};
use anyhow::{Context, Result, bail};
use cargo_metadata::DependencyKind;
use config::Config;
use rules::{Fault, Package};
use std::fs;

/// Checks all packages that the workspace is built from, on each system that `deny.toml` names.
pub fn run() -> Result<()> {
    let text = fs::read_to_string(workspace::root().join(config::FILE))
        .with_context(|| format!("{} cannot be read", config::FILE))?;
    let config = Config::read(&text)?;
    let faults = rules::check(&packages(&config)?, &config)?;
    let mut errors = Vec::new();
    for fault in faults {
        match fault {
            Fault::Error(text) => errors.push(text),
            Fault::Warning(text) => println!("warning: {text}"),
        }
    }
    if !errors.is_empty() {
        bail!("{} does not permit some dependencies:\n  {}", config::FILE, errors.join("\n  "));
    }
    Ok(())
}

/// The packages in the graph of dependencies.
fn packages(config: &Config) -> Result<Vec<Package>> {
    let found = dependencies::of(&Wanted {
        options: &["--workspace", "--edges", "normal,build,dev"],
        targets: &config.graph.targets,
        all_features: config.graph.all_features,
    })?;
    Ok(found.into_iter().map(|package| checked(package, config)).collect())
}

/// What is checked of a package.
fn checked(package: cargo_metadata::Package, config: &Config) -> Package {
    let of_any_version = package.dependencies.iter().filter(|dependency| {
        dependency.req.comparators.is_empty()
            && (dependency.path.is_none() || !config.bans.allow_wildcard_paths)
            // Others' development dependencies are not built here.
            && (package.source.is_none() || dependency.kind != DependencyKind::Development)
    });
    Package {
        of_any_version: of_any_version.map(|dependency| dependency.name.clone()).collect(),
        name: package.name.to_string(),
        version: package.version,
        licence: package.license,
        source: package.source.map(|source| source.repr),
    }
}
