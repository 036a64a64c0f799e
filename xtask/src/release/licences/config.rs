//! The part of `deny.toml` that is checked here. `cargo deny` knows more keys. A key that this check does not know is
//! an error, so nobody believes that it is checked.

use anyhow::{Context, Result, bail};
use cargo_metadata::semver::{Version, VersionReq};
use serde::Deserialize;

/// The file's name, in the workspace's root.
pub const FILE: &str = "deny.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    #[serde(default)]
    pub graph: Graph,
    #[serde(rename = "advisories")]
    _advisories: Option<toml::Table>,
    pub licenses: Licences,
    pub bans: Bans,
    pub sources: Sources,
}

/// What to examine.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Graph {
    #[serde(default)]
    pub targets: Vec<String>,
    #[serde(default)]
    pub all_features: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Licences {
    pub allow: Vec<String>,
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// More licences for one crate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    #[serde(rename = "crate")]
    pub package: Spec,
    pub allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bans {
    pub multiple_versions: Severity,
    pub wildcards: Severity,
    #[serde(default)]
    pub allow_wildcard_paths: bool,
    #[serde(default)]
    pub deny: Vec<Named>,
    #[serde(default)]
    pub skip: Vec<Named>,
}

/// A crate with the reason for its entry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    #[serde(rename = "crate")]
    pub package: Spec,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sources {
    pub unknown_registry: Severity,
    pub unknown_git: Severity,
    #[serde(default = "crates_io")]
    pub allow_registry: Vec<String>,
    #[serde(default)]
    pub allow_git: Vec<String>,
}

fn crates_io() -> Vec<String> {
    vec!["https://github.com/rust-lang/crates.io-index".to_owned()]
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Allow,
    Warn,
    Deny,
}

/// `name` or `name@version`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Spec {
    name: String,
    version: VersionReq,
    text: String,
}

impl TryFrom<String> for Spec {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, version) = text.split_once('@').unwrap_or((&text, "*"));
        let version = version.parse().map_err(|error| format!("{text} is not a crate with a version: {error}"))?;
        Ok(Self { name: name.to_owned(), version, text })
    }
}

impl Spec {
    pub fn matches(&self, name: &str, version: &Version) -> bool {
        self.name == name && self.version.matches(version)
    }
}

impl std::fmt::Display for Spec {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Config {
    /// Reads the file's text.
    pub fn read(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).with_context(|| {
            format!("{FILE} has something that this check does not support, although `cargo deny` may")
        })?;
        if config.graph.targets.is_empty() {
            bail!("{FILE} names no systems; list them in [graph] as `targets`");
        }
        Ok(config)
    }
}
