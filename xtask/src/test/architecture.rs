//! The picture of crates and folders in `docs/ARCHITECTURE.md` must agree with the code.
//!
//! The picture is a fenced `text` block that starts with a line `continuo/`. Each line below names a folder, relative
//! to the one it is indented under, and may say what the folder is for:
//! ```text
//! continuo/
//! ├── engine/src/
//! │   ├── network/    what runs a model
//! │   └── score/      # what was heard and made
//! └── xtask/
//! ```

use crate::build::workspace;
use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The document with the picture, below the root.
const DOCUMENT: &str = "docs/ARCHITECTURE.md";
/// The first line of the picture.
const HEAD: &str = "continuo/";
/// Folders that contain rooms, besides the crates' `src`.
const MORE_ROOMS: [&str; 3] = ["plugin/src/editor", "tests", "models/training/continuo_training"];
/// Folders without sources of the project.
const FOREIGN: [&str; 4] = ["target", "vendor", "__pycache__", "work"];

/// Compares the picture with the folders.
pub fn run() -> Result<()> {
    let root = workspace::root();
    let document = fs::read_to_string(root.join(DOCUMENT)).with_context(|| format!("{DOCUMENT} cannot be read"))?;
    let faults = compare(&root, &document, &crates(&root)?)?;
    if !faults.is_empty() {
        bail!("the picture of folders in {DOCUMENT} is wrong:\n  {}", faults.join("\n  "));
    }
    Ok(())
}

/// The folders of the workspace's members, below the root.
fn crates(root: &Path) -> Result<Vec<PathBuf>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("`cargo metadata` failed")?;
    let below = metadata.workspace_root.clone();
    Ok(metadata
        .workspace_packages()
        .into_iter()
        .filter_map(|package| package.manifest_path.parent()?.strip_prefix(&below).ok().map(PathBuf::from))
        .collect())
}

/// The picture's faults, one sentence each.
fn compare(root: &Path, document: &str, crates: &[PathBuf]) -> Result<Vec<String>> {
    let Some(named) = named_folders(document) else {
        return Ok(vec![format!("there is no ```text block that starts with a line `{HEAD}`")]);
    };
    let missing = named.iter().filter(|folder| !root.join(folder).is_dir());
    let mut faults: Vec<String> =
        missing.map(|folder| format!("it names {folder}, but there is no such folder")).collect();
    let rooms = rooms(root, crates)?;
    faults.extend(rooms.difference(&named).map(|folder| format!("it does not name {folder}")));
    Ok(faults)
}

/// The folders that the picture names, with all folders above them. `None` if the document has no picture.
fn named_folders(document: &str) -> Option<BTreeSet<String>> {
    let mut lines = document.lines();
    lines
        .by_ref()
        .zip(document.lines().skip(1))
        .find(|(fence, first)| fence.trim() == "```text" && first.split_whitespace().next() == Some(HEAD))?;
    let mut found = BTreeSet::new();
    // The folders that the current line may lie in, with their indents.
    let mut above: Vec<(usize, String)> = Vec::new();
    for line in lines.skip(1).take_while(|line| line.trim() != "```") {
        let is_drawn = |mark: char| mark.is_whitespace() || "│├└─|`+-".contains(mark);
        let indent = line.chars().take_while(|&mark| is_drawn(mark)).count();
        let text: String = line.chars().skip(indent).collect();
        let Some(name) = text.split_whitespace().next().and_then(|word| word.strip_suffix('/')) else { continue };
        while above.last().is_some_and(|(other, _)| *other >= indent) {
            above.pop();
        }
        let mut path = above.last().map_or_else(String::new, |(_, path)| path.clone());
        for part in name.split('/') {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(part);
            found.insert(path.clone());
        }
        above.push((indent, path));
    }
    Some(found)
}

/// The folders that the picture has to name.
fn rooms(root: &Path, crates: &[PathBuf]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut add = |folder: &Path| {
        if let Ok(below) = folder.strip_prefix(root) {
            found.insert(below.to_string_lossy().replace('\\', "/"));
        }
    };
    for folder in folders_in(root, false)? {
        add(&folder);
    }
    for folder in crates {
        add(&root.join(folder));
    }
    let sources = crates.iter().map(|folder| folder.join("src"));
    for folder in sources.chain(MORE_ROOMS.iter().map(PathBuf::from)).filter(|folder| root.join(folder).is_dir()) {
        let is_in_sources = folder.components().any(|part| part.as_os_str() == "src");
        for room in folders_in(&root.join(folder), is_in_sources)? {
            add(&room);
        }
    }
    Ok(found)
}

/// The folders right inside this one that hold sources.
fn folders_in(folder: &Path, is_in_sources: bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() && !is_left_out(&path, is_in_sources) && holds_sources(&path, is_in_sources)? {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether sources lie in a folder or below it.
fn holds_sources(folder: &Path, is_in_sources: bool) -> Result<bool> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if is_left_out(&path, is_in_sources) {
            continue;
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs" || extension == "py");
        if if path.is_dir() { holds_sources(&path, is_in_sources)? } else { is_source } {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether to skip a hidden or foreign folder, or unit tests, which are no room.
fn is_left_out(path: &Path, is_in_sources: bool) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.')
        || FOREIGN.contains(&name.as_ref())
        || is_in_sources && path.file_stem().is_some_and(|stem| stem == "tests")
}

#[cfg(test)]
mod tests {
    use super::{compare, named_folders};
    use std::{fs, path::PathBuf};

    const PICTURE: &str = "\
# Folders
```text
not this one/
```
```text
continuo/
├── engine/           what plays
│   └── src/
│       ├── network/  # what runs a model
│       │             and a second line about it
│       └── score/
├── plugin/src/editor/
│   └── panels/       see engine/
├── Cargo.toml        all members
└── xtask/
```
elsewhere/
";

    /// A root with these folders, each of which holds a file of this name.
    fn root(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, "").expect("a file");
        }
        root
    }

    const FILES: [&str; 9] = [
        "engine/src/network/model.rs",
        "engine/src/score/deep/deeper.rs",
        "engine/src/note/tests.rs",
        "engine/src/tests/all.rs",
        "plugin/src/editor/panels/one.rs",
        "vendor/other/src/lib.rs",
        ".git/hook.py",
        "docs/ARCHITECTURE.md",
        "xtask/src/main.rs",
    ];

    fn crates() -> Vec<PathBuf> {
        ["engine", "plugin", "xtask"].map(PathBuf::from).to_vec()
    }

    #[test]
    fn a_picture_names_folders_by_their_indents() {
        let found: Vec<String> = named_folders(PICTURE).expect("a picture").into_iter().collect();
        let expected = [
            "engine",
            "engine/src",
            "engine/src/network",
            "engine/src/score",
            "plugin",
            "plugin/src",
            "plugin/src/editor",
            "plugin/src/editor/panels",
            "xtask",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_true_picture_passes() {
        let root = root(&FILES);
        assert_eq!(compare(root.path(), PICTURE, &crates()).expect("folders"), [""; 0]);
    }

    #[test]
    fn folders_without_a_place_and_places_without_a_folder_are_named() {
        let mut files = FILES.to_vec();
        files.retain(|file| !file.contains("score"));
        files.extend([
            "engine/src/realtime/performer.rs",
            "plugin/src/editor/roll/lane.rs",
            "fuzz/fuzz_targets/midi.rs",
        ]);
        files.push("models/training/continuo_training/data/keys.py");
        let root = root(&files);
        let expected = [
            "it names engine/src/score, but there is no such folder",
            "it does not name engine/src/realtime",
            "it does not name fuzz",
            "it does not name models",
            "it does not name models/training/continuo_training/data",
            "it does not name plugin/src/editor/roll",
        ];
        assert_eq!(compare(root.path(), PICTURE, &crates()).expect("folders"), expected);
    }

    #[test]
    fn a_document_without_a_picture_fails() {
        let root = root(&FILES);
        let found = compare(root.path(), "```text\nother/\n```\n", &crates()).expect("folders");
        assert_eq!(found, ["there is no ```text block that starts with a line `continuo/`"]);
    }
}
