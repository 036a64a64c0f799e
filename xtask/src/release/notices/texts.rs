//! The licence texts of packages.

use anyhow::{Context, Result, bail};
use cargo_metadata::Package;
use spdx::{Expression, LicenseReq, ParseMode};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// How the name of a file with a licence starts, in lower case.
const NAMES: [&str; 8] = ["authors", "copying", "copyright", "licence", "license", "notice", "thirdparty", "unlicense"];
/// Extensions of files that are not licences, whatever their names.
const CODE: [&str; 8] = ["c", "h", "html", "json", "py", "rs", "toml", "yml"];
/// Folders whose files are not built into anything.
const UNBUILT: [&str; 6] = [".git", ".github", "benches", "examples", "target", "tests"];
/// A folder whose texts are the licences of the fonts beside them.
const FONTS: &str = "fonts";
/// Licences of fonts, which come with the fonts.
const FONT_LICENCES: [&str; 2] = ["OFL-1.1", "Ubuntu-font-1.0"];
/// Licences whose text names nobody, so it is the same for all; and what the names of their files contain.
const NAMELESS: [(&str, &str); 2] = [("Apache-2.0", "apache"), ("Unlicense", "unlicense")];

/// Every licence text with who uses it, as in `name 1.2.3, fonts/OFL.txt`.
///
/// A package without a licence file takes those of a package from the same repository under the same licence, or else
/// the text of a licence that names nobody. Where there is neither it is an error. `others` are works that are no
/// packages, with their licences; they need a text that names nobody.
pub fn of(packages: &[Package], others: &[(&str, &str)]) -> Result<Vec<(String, String)>> {
    let mut files: Vec<Vec<Licence>> = Vec::new();
    for package in packages {
        files.push(licences(package)?);
    }
    let nameless = nameless(&files);
    let mut found = Vec::new();
    let mut without = Vec::new();
    for (package, own) in packages.iter().zip(&files) {
        let user = format!("{} {}", package.name, package.version);
        for licence in own {
            let is_plain = licence.is_whole && !licence.name.contains('/');
            let user = if is_plain { user.clone() } else { format!("{user}, {}", licence.name) };
            found.push((licence.text.clone(), user));
        }
        if own.iter().any(|licence| licence.is_whole) {
            continue;
        }
        let sibling = packages.iter().zip(&files).find(|(other, texts)| {
            repository(other).is_some()
                && repository(other) == repository(package)
                && other.license == package.license
                && texts.iter().any(|licence| licence.is_whole)
        });
        if let Some((_, texts)) = sibling {
            found.extend(
                texts.iter().filter(|licence| licence.is_whole).map(|licence| (licence.text.clone(), user.clone())),
            );
            continue;
        }
        let licence = package.license.as_deref().unwrap_or("no licence");
        match chosen(licence, &nameless) {
            Some(text) => found.push((text.clone(), user)),
            None => without.push(format!("{user} ({licence})")),
        }
    }
    for (other, licence) in others {
        match chosen(licence, &nameless) {
            Some(text) => found.push((text.clone(), (*other).to_owned())),
            None => without.push(format!("{other} ({licence})")),
        }
    }
    if !without.is_empty() {
        bail!(
            "these packages have no licence file, and no other package has their text; ask their authors for one or \
             use others: {}",
            without.join(", ")
        );
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// A file with a licence.
struct Licence {
    /// The file, below the package's folder.
    name: String,
    text: String,
    /// Whether it is the package's licence, and not that of a part.
    is_whole: bool,
}

fn licences(package: &Package) -> Result<Vec<Licence>> {
    let manifest = package.manifest_path.as_std_path();
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    if let Some(named) = &package.license_file {
        files.push(folder.join(named));
    }
    files.sort();
    files.dedup();
    let read = |file: PathBuf| {
        let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let below = file.strip_prefix(folder).unwrap_or(&file);
        let is_whole = below.parent().is_none_or(|parent| parent == Path::new("") || is_folder_of_licences(parent));
        Ok(Licence {
            name: below.to_string_lossy().replace('\\', "/"),
            text: plain(&String::from_utf8_lossy(&bytes)),
            is_whole,
        })
    };
    let found: Result<Vec<Licence>> = files.into_iter().map(read).collect();
    Ok(found?.into_iter().filter(|licence| !licence.text.is_empty()).collect())
}

fn is_folder_of_licences(folder: &Path) -> bool {
    ["licenses", "licences"].iter().any(|name| folder.as_os_str().eq_ignore_ascii_case(name))
}

/// Finds the licence files in a folder and below it.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let holds_licences = folder.file_name().is_some_and(|name| name == FONTS || is_folder_of_licences(Path::new(name)));
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_dir() {
            if !UNBUILT.contains(&name.as_str()) {
                collect(&path, found)?;
            }
            continue;
        }
        let ending = Path::new(&name).extension().unwrap_or_default().to_string_lossy().into_owned();
        let is_named = NAMES.iter().any(|start| name.starts_with(start)) && !CODE.contains(&ending.as_str());
        if is_named || holds_licences && (ending == "txt" || ending.is_empty()) {
            found.push(path);
        }
    }
    Ok(())
}

/// Removes the differences between copies of a text: line ends, trailing spaces, and empty lines around it.
fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn repository(package: &Package) -> Option<&str> {
    package.repository.as_deref().map(|address| address.trim_end_matches('/').trim_end_matches(".git"))
}

/// The texts of the licences that name nobody, each in the version that most packages have.
fn nameless(files: &[Vec<Licence>]) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    for (id, part) in NAMELESS {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for licence in files.iter().flatten().filter(|licence| licence.is_whole) {
            let name = licence.name.to_lowercase();
            if name.contains(part) && !name.contains("llvm") {
                *counts.entry(&licence.text).or_default() += 1;
            }
        }
        if let Some((text, _)) = counts.into_iter().max_by_key(|(_, count)| *count) {
            found.insert(id, text.to_owned());
        }
    }
    found
}

/// The text of a licence that names nobody, if this licence expression permits it.
fn chosen<'a>(licence: &str, nameless: &'a BTreeMap<&'static str, String>) -> Option<&'a String> {
    let expression = Expression::parse_mode(licence, ParseMode::LAX).ok()?;
    nameless.iter().find_map(|(id, text)| {
        let is_met = |wanted: &LicenseReq| {
            let wanted = wanted.to_string();
            wanted == *id || FONT_LICENCES.contains(&wanted.as_str())
        };
        expression.evaluate(is_met).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::of;
    use cargo_metadata::Package;
    use std::{fs, path::Path};

    /// A package of this name with files, below a folder.
    fn package(folder: &Path, name: &str, licence: &str, repository: &str, files: &[(&str, &str)]) -> Package {
        let folder = folder.join(name);
        for (file, text) in files {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
        fs::create_dir_all(&folder).expect("a folder");
        serde_json::from_value(serde_json::json!({
            "name": name, "version": "1.0.0", "id": name, "license": licence, "repository": repository,
            "dependencies": [], "targets": [], "features": {}, "manifest_path": folder.join("Cargo.toml"),
        }))
        .expect("a package")
    }

    #[test]
    fn own_files_are_taken_and_same_texts_are_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let found = of(
            &[
                package(folder.path(), "a", "MIT", "", &[("LICENSE-MIT", "be free  \r\n"), ("license.rs", "code")]),
                package(
                    folder.path(),
                    "b",
                    "MIT",
                    "",
                    &[("COPYING", "\nbe free\n"), ("src/part/LICENSE", "of a part")],
                ),
                package(
                    folder.path(),
                    "c",
                    "MIT",
                    "",
                    &[("LICENSES/MIT.txt", "be free"), ("tests/LICENSE", "of a test")],
                ),
            ],
            &[],
        );
        let expected = [
            ("be free", "a 1.0.0"),
            ("be free", "b 1.0.0"),
            ("be free", "c 1.0.0, LICENSES/MIT.txt"),
            ("of a part", "b 1.0.0, src/part/LICENSE"),
        ];
        assert_eq!(found.expect("texts"), expected.map(|(text, user)| (text.to_owned(), user.to_owned())));
    }

    #[test]
    fn a_package_without_a_file_takes_the_text_of_its_repository_or_of_a_nameless_licence() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = "https://example.org/home";
        let found = of(
            &[
                package(folder.path(), "a", "ISC", home, &[("LICENSE", "by those at home")]),
                package(folder.path(), "b", "ISC", &format!("{home}.git"), &[]),
                package(folder.path(), "c", "MIT OR Apache-2.0", "", &[("LICENSE-APACHE", "to all")]),
                package(folder.path(), "d", "MIT/Apache-2.0", "", &[]),
                package(folder.path(), "e", "(MIT OR Apache-2.0) AND OFL-1.1", "", &[("fonts/OFL.txt", "of a font")]),
            ],
            &[("other work", "MIT OR Apache-2.0")],
        );
        let expected = [
            ("by those at home", "a 1.0.0"),
            ("by those at home", "b 1.0.0"),
            ("of a font", "e 1.0.0, fonts/OFL.txt"),
            ("to all", "c 1.0.0"),
            ("to all", "d 1.0.0"),
            ("to all", "e 1.0.0"),
            ("to all", "other work"),
        ];
        assert_eq!(found.expect("texts"), expected.map(|(text, user)| (text.to_owned(), user.to_owned())));
    }

    #[test]
    fn a_package_without_any_text_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let error = of(
            &[
                package(folder.path(), "a", "MIT", "https://example.org/a", &[("LICENSE", "by a")]),
                package(folder.path(), "b", "MIT", "https://example.org/b", &[]),
            ],
            &[("other work", "Apache-2.0")],
        )
        .expect_err("b has no text");
        assert!(error.to_string().ends_with("use others: b 1.0.0 (MIT), other work (Apache-2.0)"), "{error}");
    }
}
