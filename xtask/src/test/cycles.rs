//! `cargo xtask cycles`: no module may import another that leads back to it, tests apart.
//!
//! A file uses another if its code names an item that the other defines, however many re-exports lie between. A file
//! that only declares and re-exports therefore takes no part in a cycle. Two folders that use each other are a cycle
//! too, whichever of their files do.

mod code;
mod graph;
mod imports;
mod names;
mod source;
mod tokens;

use crate::build::workspace;
use anyhow::{Context, Result, bail};
use cargo_metadata::{MetadataCommand, TargetKind};
use graph::{Edges, Knot};
use names::Names;
use source::Source;
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// Examines every library and program of the workspace and prints each cycle.
pub fn run() -> Result<()> {
    let mut cycles = 0;
    let mut unread = Vec::new();
    for (name, root) in crates()? {
        let found = examine(&root);
        unread.extend(found.errors);
        for cycle in found.cycles {
            println!("{name}: {cycle}");
            cycles += 1;
        }
    }
    if !unread.is_empty() {
        bail!("the module cycles of these files are not known:\n{}", unread.join("\n"));
    }
    if cycles > 0 {
        bail!(
            "{cycles} cycle{} among modules; move what both sides need into a module of its own",
            if cycles == 1 { "" } else { "s" }
        );
    }
    Ok(())
}

/// The names and root files of the workspace's libraries and programs.
fn crates() -> Result<Vec<(String, PathBuf)>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("`cargo metadata` failed")?;
    let mut found: Vec<(String, PathBuf)> = metadata
        .workspace_packages()
        .into_iter()
        .flat_map(|package| package.targets.iter().map(move |target| (package, target)))
        .filter(|(_, target)| {
            !target.kind.iter().any(|kind| {
                matches!(kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example | TargetKind::CustomBuild)
            })
        })
        .map(|(package, target)| {
            let kind = if target.is_bin() { "program" } else { "library" };
            (format!("{} ({kind} {})", package.name, target.name), target.src_path.clone().into_std_path_buf())
        })
        .collect();
    found.sort();
    Ok(found)
}

/// What the search found in one crate.
#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    /// Each cycle, as people read it.
    cycles: Vec<String>,
    /// The files that could not be read.
    errors: Vec<String>,
}

/// Examines the crate with this root file.
fn examine(root: &Path) -> Findings {
    let source = source::read(root);
    let names = Names::new(&source);
    let mut files = Edges::new();
    let mut rooms = Edges::new();
    for (index, module) in source.modules.iter().enumerate() {
        for (other, name) in names.used_by(index) {
            let target = &source.modules[other];
            tie(&mut files, module.file, target.file, &name);
            if let (Some(from), Some(to)) = (room(&source, index), room(&source, other)) {
                tie(&mut rooms, from, to, &name);
            }
        }
    }
    let file_name = |file: usize| shown(&source.files[file]);
    let room_name = |module: usize| source.modules[module].path.join("::");
    let mut cycles: Vec<String> =
        graph::knots(&files).iter().map(|knot| described("files", knot, &files, &file_name)).collect();
    cycles
        .extend(graph::knots(&rooms).iter().map(|knot| described("modules below the root", knot, &rooms, &room_name)));
    Findings { cycles, errors: source.errors.clone() }
}

fn tie(edges: &mut Edges, from: usize, to: usize, name: &str) {
    if from != to {
        edges.entry(from).or_default().entry(to).or_default().insert(name.to_owned());
    }
}

/// The module right below the root that a module is or belongs to; `None` for the root.
fn room(source: &Source, module: usize) -> Option<usize> {
    let mut module = module;
    while let Some(parent) = source.modules[module].parent {
        if parent == 0 {
            return Some(module);
        }
        module = parent;
    }
    None
}

/// A path below the workspace, as people write it.
fn shown(file: &Path) -> String {
    let root = workspace::root();
    file.strip_prefix(root.canonicalize().unwrap_or(root)).unwrap_or(file).display().to_string()
}

fn described(what: &str, knot: &Knot, edges: &Edges, name: &dyn Fn(usize) -> String) -> String {
    let mut text = format!("{} {what} use each other in a cycle", knot.members.len());
    if knot.members.len() > knot.shortest.len() {
        let members: Vec<String> = knot.members.iter().map(|&member| name(member)).collect();
        let _ = write!(text, ": {}\n  the shortest way round", members.join(", "));
    }
    for (at, &from) in knot.shortest.iter().enumerate() {
        let to = knot.shortest[(at + 1) % knot.shortest.len()];
        let ties: Vec<&str> = edges[&from][&to].iter().map(String::as_str).collect();
        let _ = write!(text, "\n  {} -> {}: {}", name(from), name(to), ties.join(", "));
    }
    text
}

#[cfg(test)]
mod tests;
