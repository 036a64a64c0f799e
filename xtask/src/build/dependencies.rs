//! Finds the packages that something is built from.

use super::{toolchain, workspace};
use anyhow::{Context, Result, bail};
use cargo_metadata::{MetadataCommand, Package, semver::Version};
use std::collections::BTreeSet;

/// What to look for.
pub struct Wanted<'a> {
    /// The packages of the workspace and the kinds of dependencies, as options of `cargo tree`.
    pub options: &'a [&'a str],
    /// The target triples; if empty, this system's.
    pub targets: &'a [String],
    /// Whether to enable all features instead of the default ones.
    pub all_features: bool,
}

/// These packages and all that they are built from, sorted by name and version.
///
/// `cargo tree` selects them, because `cargo metadata` adds packages that only disabled features need.
pub fn of(wanted: &Wanted) -> Result<Vec<Package>> {
    let host = toolchain::host()?;
    let targets = if wanted.targets.is_empty() { std::slice::from_ref(&host) } else { wanted.targets };
    let features = wanted.all_features.then_some("--all-features");
    let mut tree = workspace::cargo(["tree", "--locked", "--quiet", "--prefix", "none", "--format", "{p}"]);
    tree.args(wanted.options).args(features).args(targets.iter().flat_map(|target| ["--target", target]));
    let output = tree.output().context("`cargo tree` cannot be started")?;
    if !output.status.success() {
        bail!("`cargo tree` failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let named = named(&String::from_utf8_lossy(&output.stdout))?;

    // With the targets, so packages that only other systems need are not fetched. Build scripts run on the host.
    let mut options = vec!["--locked".to_owned()];
    let platforms = targets.iter().chain([&host]).flat_map(|target| ["--filter-platform", target]);
    options.extend(platforms.chain(features).map(str::to_owned));
    let metadata = MetadataCommand::new()
        .manifest_path(workspace::root().join("Cargo.toml"))
        .other_options(options)
        .exec()
        .context("`cargo metadata` failed")?;
    let mut found = metadata.packages;
    found.retain(|package| named.contains(&(package.name.to_string(), package.version.clone())));
    found.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    if found.len() != named.len() {
        bail!("`cargo tree` names {} packages, of which `cargo metadata` knows {}", named.len(), found.len());
    }
    Ok(found)
}

/// The names and versions in the output of `cargo tree`, each line of which is like `name v1.2.3 (where)`.
fn named(output: &str) -> Result<BTreeSet<(String, Version)>> {
    let lines = output.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default().to_owned();
            let version = words.next().and_then(|word| word.strip_prefix('v')?.parse().ok());
            Ok((name, version.with_context(|| format!("`cargo tree` wrote a line without a version: {line}"))?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_output_of_cargo_tree_is_read() {
        let output =
            "one v1.0.0 (/somewhere)\ntwo v2.0.0-rc.1+3\n\none v1.0.0 (/somewhere) (*)\nthree v3.0.0 (proc-macro)\n";
        let found: Vec<String> =
            named(output).expect("versions").into_iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(found, ["one 1.0.0", "three 3.0.0", "two 2.0.0-rc.1+3"]);
        assert!(named("[dependencies]").is_err());
    }
}
