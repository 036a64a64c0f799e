//! What `deny.toml` says about packages.

use super::config::{Config, FILE, Severity, Spec};
use anyhow::{Context, Result};
use cargo_metadata::semver::Version;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};
use std::collections::BTreeMap;

/// What is checked of a package.
pub struct Package {
    pub name: String,
    pub version: Version,
    /// The licence in its manifest.
    pub licence: Option<String>,
    /// Where it comes from, as cargo writes it; `None` for a folder.
    pub source: Option<String>,
    /// Its dependencies for which any version will do.
    pub of_any_version: Vec<String>,
}

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    Error(String),
    Warning(String),
}

impl Severity {
    fn fault(self, text: String) -> Option<Fault> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Fault::Warning(text)),
            Self::Deny => Some(Fault::Error(text)),
        }
    }
}

/// What is wrong with these packages.
pub fn check(packages: &[Package], config: &Config) -> Result<Vec<Fault>> {
    let mut found = licences(packages, config)?;
    found.extend(duplicates(packages, config));
    found.extend(bans(packages, config));
    found.extend(sources(packages, config));
    Ok(found)
}

fn licences(packages: &[Package], config: &Config) -> Result<Vec<Fault>> {
    let allowed = licensees(&config.licenses.allow)?;
    let mut found = Vec::new();
    for package in packages {
        let shown = format!("{} {}", package.name, package.version);
        let Some(text) = &package.licence else {
            found.push(Fault::Error(format!(
                "{shown}: its manifest names no licence; use another crate, or ask its authors for one"
            )));
            continue;
        };
        let expression = match Expression::parse_mode(text, ParseMode::LAX) {
            Ok(expression) => expression,
            Err(error) => {
                found.push(Fault::Error(format!(
                    "{shown}: its licence {text:?} is not an SPDX expression ({}); use another crate, or ask its \
                     authors to correct it",
                    error.reason
                )));
                continue;
            }
        };
        let mut also = Vec::new();
        for exception in &config.licenses.exceptions {
            if exception.package.matches(&package.name, &package.version) {
                also.extend(licensees(&exception.allow)?);
            }
        }
        let is_allowed = |licence: &LicenseReq| allowed.iter().chain(&also).any(|known| known.satisfies(licence));
        if expression.evaluate(is_allowed) {
            continue;
        }
        found.push(Fault::Error(format!(
            "{shown}: the licence {text} is not allowed; use another crate or, if code under it may become part of a \
             program under GPL-3.0-or-later, add it to [licenses] in {FILE}"
        )));
    }
    Ok(found)
}

fn licensees(names: &[String]) -> Result<Vec<Licensee>> {
    let parse = |name: &String| Licensee::parse(name).with_context(|| format!("{FILE}: {name} is not a known licence"));
    names.iter().map(parse).collect()
}

fn duplicates(packages: &[Package], config: &Config) -> Vec<Fault> {
    let mut by_name: BTreeMap<&str, Vec<&Version>> = BTreeMap::new();
    for package in packages {
        by_name.entry(&package.name).or_default().push(&package.version);
    }
    let is_skipped =
        |name: &str, version: &Version| config.bans.skip.iter().any(|entry| entry.package.matches(name, version));
    let mut found = Vec::new();
    for (name, versions) in &by_name {
        let mut counted: Vec<&Version> =
            versions.iter().copied().filter(|version| !is_skipped(name, version)).collect();
        counted.sort();
        if counted.len() > 1 {
            let shown: Vec<String> = counted.iter().map(ToString::to_string).collect();
            found.extend(config.bans.multiple_versions.fault(format!(
                "{name} is built in {} versions, {}; use what all can share (`cargo tree -i {name}@{}` shows who needs \
                 it), or give the reason in [bans] skip of {FILE}",
                shown.len(),
                shown.join(" and "),
                shown[0]
            )));
        }
    }
    for entry in &config.bans.skip {
        let has_others = packages.iter().any(|package| {
            entry.package.matches(&package.name, &package.version) && by_name[package.name.as_str()].len() > 1
        });
        if !has_others {
            let spec = &entry.package;
            found.push(Fault::Warning(format!("the entry for {spec} in [bans] skip of {FILE} is no longer needed")));
        }
    }
    found
}

fn bans(packages: &[Package], config: &Config) -> Vec<Fault> {
    let mut found = Vec::new();
    for package in packages {
        let shown = format!("{} {}", package.name, package.version);
        for name in &package.of_any_version {
            found.extend(
                config
                    .bans
                    .wildcards
                    .fault(format!("{shown}: depends on any version of {name}; name the version that it needs")),
            );
        }
        let is_this = |spec: &Spec| spec.matches(&package.name, &package.version);
        for entry in config.bans.deny.iter().filter(|entry| is_this(&entry.package)) {
            found.push(Fault::Error(format!("{shown}: {FILE} bans it: {}", entry.reason)));
        }
    }
    found
}

fn sources(packages: &[Package], config: &Config) -> Vec<Fault> {
    let rules = &config.sources;
    let mut found = Vec::new();
    for package in packages {
        let Some(source) = &package.source else { continue };
        let (severity, allowed, address) = if let Some(address) = source.strip_prefix("git+") {
            (rules.unknown_git, &rules.allow_git, address)
        } else {
            let address = source.strip_prefix("registry+").or_else(|| source.strip_prefix("sparse+"));
            (rules.unknown_registry, &rules.allow_registry, address.unwrap_or(source))
        };
        // Cargo adds a branch and a commit.
        let address = address.split(['?', '#']).next().unwrap_or(address);
        if !allowed.iter().any(|known| known == address) {
            found.extend(severity.fault(format!(
                "{} {}: comes from {address}; use a release on crates.io, or allow this place in [sources] of {FILE}",
                package.name, package.version
            )));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Fault, Package, check};
    use crate::release::licences::config::Config;

    const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

    const CONFIG: &str = r#"
[graph]
targets = ["x86_64-unknown-linux-gnu"]
[advisories]
ignore = []
[licenses]
allow = ["MIT", "Apache-2.0 WITH LLVM-exception", "GPL-3.0-or-later"]
exceptions = [{ crate = "fonts", allow = ["OFL-1.1"] }]
[bans]
multiple-versions = "deny"
wildcards = "warn"
deny = [{ crate = "spy", reason = "it opens connections" }]
skip = [{ crate = "two@1", reason = "wanted by three" }]
[sources]
unknown-registry = "deny"
unknown-git = "deny"
allow-git = ["https://example.org/known"]
"#;

    fn package(name: &str, version: &str, licence: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: version.parse().expect("a version"),
            licence: Some(licence.to_owned()),
            source: Some(CRATES_IO.to_owned()),
            of_any_version: Vec::new(),
        }
    }

    fn faults(packages: &[Package]) -> Vec<String> {
        let mut used = vec![package("two", "1.2.3", "MIT"), package("two", "2.0.0", "MIT")];
        used.extend(packages.iter().map(|package| Package {
            name: package.name.clone(),
            version: package.version.clone(),
            licence: package.licence.clone(),
            source: package.source.clone(),
            of_any_version: package.of_any_version.clone(),
        }));
        let config = Config::read(CONFIG).expect("a configuration");
        let found = check(&used, &config).expect("known licences");
        found
            .into_iter()
            .map(|fault| match fault {
                Fault::Error(text) => text,
                Fault::Warning(text) => format!("warning: {text}"),
            })
            .collect()
    }

    #[test]
    fn licences_that_are_allowed_pass() {
        let allowed = [
            package("a", "1.0.0", "MIT"),
            package("b", "1.0.0", "Apache-2.0/MIT"),
            package("c", "1.0.0", "(MIT OR GPL-2.0-only) AND Apache-2.0 WITH LLVM-exception"),
            package("d", "1.0.0", "GPL-3.0-or-later"),
            package("fonts", "1.0.0", "MIT AND OFL-1.1"),
        ];
        assert_eq!(faults(&allowed), [""; 0]);
    }

    #[test]
    fn other_licences_name_crate_and_licence_and_what_to_do() {
        for (licence, expected) in [
            ("GPL-2.0-only", "a 1.0.0: the licence GPL-2.0-only is not allowed; use another crate or, if"),
            ("MIT AND OFL-1.1", "a 1.0.0: the licence MIT AND OFL-1.1 is not allowed"),
            ("Apache-2.0", "a 1.0.0: the licence Apache-2.0 is not allowed"),
            ("as you like", "a 1.0.0: its licence \"as you like\" is not an SPDX expression"),
        ] {
            let found = faults(&[package("a", "1.0.0", licence)]);
            assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
        }
        let found = faults(&[Package { licence: None, ..package("a", "1.0.0", "") }]);
        assert!(found.len() == 1 && found[0].contains("its manifest names no licence"), "{found:?}");
    }

    #[test]
    fn two_versions_of_a_crate_need_a_reason() {
        let found =
            faults(&[package("a", "1.0.0", "MIT"), package("a", "0.9.0", "MIT"), package("two", "3.0.0", "MIT")]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("a is built in 2 versions, 0.9.0 and 1.0.0; "), "{found:?}");
        assert!(found[1].starts_with("two is built in 2 versions, 2.0.0 and 3.0.0; "), "{found:?}");
    }

    #[test]
    fn an_entry_that_nothing_needs_is_named() {
        let config = Config::read(CONFIG).expect("a configuration");
        let found = check(&[package("two", "1.0.0", "MIT")], &config).expect("known licences");
        let expected = "the entry for two@1 in [bans] skip of deny.toml is no longer needed";
        assert_eq!(found, [Fault::Warning(expected.to_owned())]);
    }

    #[test]
    fn banned_crates_and_dependencies_on_any_version_are_named() {
        let found = faults(&[
            package("spy", "1.0.0", "MIT"),
            Package { of_any_version: vec!["b".to_owned()], ..package("a", "1.0.0", "MIT") },
        ]);
        let expected = [
            "spy 1.0.0: deny.toml bans it: it opens connections",
            "warning: a 1.0.0: depends on any version of b; name the version that it needs",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn other_sources_than_crates_io_are_named() {
        let from = |source: Option<&str>| Package { source: source.map(str::to_owned), ..package("a", "1.0.0", "MIT") };
        for known in [None, Some(CRATES_IO), Some("git+https://example.org/known?branch=main#0123456")] {
            assert_eq!(faults(&[from(known)]), [""; 0]);
        }
        for unknown in ["git+https://example.org/other#0123456", "registry+https://example.org/index"] {
            let found = faults(&[from(Some(unknown))]);
            assert!(found.len() == 1 && found[0].starts_with("a 1.0.0: comes from https://example.org/"), "{found:?}");
        }
    }

    #[test]
    fn keys_that_are_not_checked_are_an_error() {
        for (from, to) in [
            ("wildcards", "wild-cards"),
            ("[advisories]", "[advice]"),
            ("two@1", "two@one"),
            ("targets = [\"x86_64-unknown-linux-gnu\"]", ""),
        ] {
            assert!(Config::read(&CONFIG.replace(from, to)).is_err(), "{from} -> {to}");
        }
        let config = Config::read(&CONFIG.replace("\"MIT\"", "\"MITT\"")).expect("a configuration");
        assert!(check(&[], &config).is_err());
    }
}
