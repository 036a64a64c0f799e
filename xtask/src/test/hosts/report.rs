//! The tests' results, as a table in the terminal and in `docs/RELIABILITY.md`.

use crate::build::workspace;
use anyhow::{Context, Result};
use continuo_harness::evidence::{self, Evidence};
use std::{fmt::Write, fs, path::Path};

/// The parts' headings, in the report's order.
const PARTS: [(&str, &str); 10] = [
    ("ardour", "Real hosts"),
    ("python", "Hosts for Python"),
    ("windows", "Windows, under Wine"),
    ("arm", "Linux on ARM, under QEMU"),
    ("hosts", "Hostile hosts"),
    ("compatible", "Older projects"),
    ("soak", "Long sessions"),
    ("fuzz", "Fuzzed inputs"),
    ("real-time", "Real time"),
    ("files", "Files and network"),
];

/// The text before and after the tables, written by people.
const INTRODUCTION: &str = include_str!("introduction.md");
const LIMITS: &str = include_str!("limits.md");

/// Removes a part's earlier results, so the report has only those of this run.
pub fn forget(folder: &Path, part: &str) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Projects of older versions are tested with the hosts.
        if name.starts_with(&format!("{part}-")) || (part == "hosts" && name.starts_with("compatible-")) {
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    Ok(())
}

/// Prints all results.
pub fn print(folder: &Path) -> Result<()> {
    for Evidence { part, claim, figure, .. } in found(folder)? {
        println!("{part:<12} {claim}\n{:<12} {figure}", "");
    }
    Ok(())
}

/// Writes the report.
pub fn save(folder: &Path) -> Result<()> {
    let file = workspace::root().join("docs").join("RELIABILITY.md");
    fs::write(&file, text(&found(folder)?)).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("Wrote the report to docs/RELIABILITY.md.");
    Ok(())
}

fn found(folder: &Path) -> Result<Vec<Evidence>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    evidence::read(folder).with_context(|| format!("the results in {} cannot be read", folder.display()))
}

fn text(found: &[Evidence]) -> String {
    let mut text = INTRODUCTION.trim_end().to_owned() + "\n";
    for (part, heading) in PARTS {
        let claims: Vec<&Evidence> = found.iter().filter(|evidence| evidence.part == part).collect();
        let _ = writeln!(text, "\n## {heading}");
        if claims.is_empty() {
            let _ = writeln!(text, "Not run where this page was written.");
            continue;
        }
        let _ = writeln!(text, "| what holds | how it is tested | figure |\n|---|---|---|");
        for Evidence { claim, how, figure, .. } in claims {
            let _ = writeln!(text, "| {} | {} | {} |", cell(claim), cell(how), cell(figure));
        }
    }
    text + "\n" + LIMITS
}

/// Escapes text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_stand_under_their_parts() {
        let evidence = |part: &str, claim: &str| Evidence {
            part: part.into(),
            claim: claim.into(),
            how: "by a | test".into(),
            figure: "3".into(),
        };
        let text = text(&[evidence("files", "nothing is lost"), evidence("ardour", "it plays")]);
        let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is missing in {text}"));
        assert!(place("## Real hosts") < place("| it plays | by a \\| test | 3 |"));
        assert!(place("| it plays") < place("## Files and network"));
        assert!(text.contains("## Long sessions\nNot run"), "a part without results says so: {text}");
        assert_eq!(text.matches("Not run").count(), PARTS.len() - 2);
    }

    #[test]
    fn a_part_is_forgotten_before_it_runs_again() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["soak-a.json", "hosts-b.json", "compatible-c.json"] {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        forget(folder.path(), "hosts").unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["soak-a.json"]);
    }
}
