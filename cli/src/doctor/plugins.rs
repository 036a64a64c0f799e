//! The copies of Continuo in the folders where hosts look, and what is wrong with them.

use super::{
    loading,
    plugin_folders::{Format, PluginFolder},
    problem::Problem,
    program_file::ProgramFile,
};
use continuo_engine::network::{LibraryError, find_library, library_candidates_beside};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// How deep hosts look into their folders.
const DEPTH: usize = 4;

/// A folder of plugins, and the copies of Continuo in it.
pub struct Examined {
    pub folder: PluginFolder,
    /// The copies, or why the folder cannot be read; `None` if there is no such folder.
    pub copies: Option<Result<Vec<InstalledCopy>, String>>,
}

/// An installed copy of Continuo.
pub struct InstalledCopy {
    /// What a host lists: a file or a bundle.
    pub path: PathBuf,
    /// Its version, if it says one.
    pub version: Option<String>,
    /// The runtime's library that it uses, or why it uses the built-in runtime.
    pub library: Result<PathBuf, LibraryError>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Looks into all folders.
pub fn examine(folders: Vec<PluginFolder>) -> Vec<Examined> {
    let look = |folder: PluginFolder| {
        let copies = match find(&folder.path, folder.format, DEPTH) {
            Ok(paths) => Some(Ok(paths.into_iter().map(|path| copy(path, folder.format)).collect())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Err(error.to_string())),
        };
        Examined { folder, copies }
    };
    folders.into_iter().map(look).collect()
}

/// The plugins in a folder that are called Continuo, sorted.
fn find(folder: &Path, format: Format, depth: usize) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.filter_map(Result::ok) {
        let path = entry.path();
        let ending = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(format.ending()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        if ending {
            if name.contains("continuo") {
                found.push(path);
            }
        } else if depth > 1 && path.is_dir() {
            // A folder in here that cannot be read is somebody else's matter.
            found.extend(find(&path, format, depth - 1).unwrap_or_default());
        }
    }
    found.sort();
    Ok(found)
}

/// Reads and tries a copy.
fn copy(path: PathBuf, format: Format) -> InstalledCopy {
    let mut problems = Vec::new();
    let again = "install it again";
    let mut version = None;
    let program = match program(&path, format) {
        Ok(program) => program,
        Err(what) => {
            problems.push(Problem::new(what, again));
            None
        }
    };
    if let Some(program) = &program {
        let shown = program.display();
        match ProgramFile::read(program) {
            Err(error) => {
                let remedy = "let your user read it, or install it again";
                problems.push(Problem::new(format!("{shown} cannot be read ({error})"), remedy));
            }
            Ok(file) => {
                let here = (env::consts::OS, env::consts::ARCH);
                if file.built_for.is_empty() {
                    problems.push(Problem::new(format!("{shown} is not a library: it may be damaged"), again));
                } else if !file.built_for.contains(&here) {
                    let (system, processor) = file.built_for[0];
                    let remedy = format!("install Continuo for {} on {}", here.0, here.1);
                    problems.push(Problem::new(format!("{shown} was built for {system} on {processor}"), remedy));
                } else if let Err(reason) = loading::try_in_a_process(program) {
                    let remedy = "install what it needs; a damaged file has to be installed again";
                    problems.push(Problem::new(format!("{shown} does not load: {reason}"), remedy));
                }
                version = file.version;
            }
        }
        match &version {
            None => problems.push(Problem::new(format!("{shown} says no version: it is old, or not Continuo"), again)),
            Some(version) if version != env!("CARGO_PKG_VERSION") => problems.push(Problem::new(
                format!("{shown} has version {version}, and this program {}", env!("CARGO_PKG_VERSION")),
                "install both from one package, so that they play the same notes",
            )),
            Some(_) => {}
        }
    }
    let folder = program.as_deref().unwrap_or(&path).parent().unwrap_or(Path::new("")).to_owned();
    let library = find_library(&library_candidates_beside([folder]));
    InstalledCopy { path, version, library, problems }
}

/// The library inside a plugin: the plugin itself, or the bundle's file for this system.
///
/// # Errors
/// The reason, in a sentence, why a plugin has no library.
fn program(plugin: &Path, format: Format) -> Result<Option<PathBuf>, String> {
    if !plugin.is_dir() {
        return Ok(Some(plugin.to_owned()));
    }
    let folder = match (env::consts::OS, env::consts::ARCH) {
        ("macos", _) => "MacOS".to_owned(),
        ("windows", "aarch64") => "arm64-win".to_owned(),
        ("windows", processor) => format!("{processor}-win"),
        (system, processor) => format!("{processor}-{system}"),
    };
    let folder = plugin.join("Contents").join(folder);
    let stem = plugin.file_stem().unwrap_or_default();
    let names = [
        Path::new(stem).to_owned(),
        Path::new(stem).with_extension("so"),
        Path::new(stem).with_extension(format.ending()),
    ];
    let found = names.iter().map(|name| folder.join(name)).find(|file| file.is_file());
    found.map(Some).ok_or_else(|| format!("{} has nothing for this system in {}", plugin.display(), folder.display()))
}

/// What is wrong with all copies together.
pub fn problems(folders: &[Examined]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for format in Format::ALL {
        let of_format = folders.iter().filter(|examined| examined.folder.format == format);
        let copies: Vec<&InstalledCopy> =
            of_format.clone().filter_map(|examined| examined.copies.as_ref()?.as_ref().ok()).flatten().collect();
        for examined in of_format {
            if let Some(Err(reason)) = &examined.copies {
                let what = format!("{} cannot be read ({reason})", examined.folder.path.display());
                problems.push(Problem::new(what, "let your user read it"));
            }
        }
        if let [one, _, ..] = copies[..] {
            let paths: Vec<String> = copies.iter().map(|copy| copy.path.display().to_string()).collect();
            let what =
                format!("Continuo is installed {} times as {}: {}", paths.len(), format.name(), paths.join(", "));
            let remedy =
                format!("hosts load one of them, perhaps an old one: keep one, such as {}", one.path.display());
            problems.push(Problem::new(what, remedy));
        }
        for copy in copies {
            problems.extend(copy.problems.iter().cloned());
            if let Err(reason) = &copy.library {
                let what = format!("{} plays with the slower built-in runtime: {reason}", copy.path.display());
                problems.push(Problem::new(what, "install Continuo again, with the library that comes with it"));
            }
        }
    }
    let any = folders.iter().any(|examined| matches!(&examined.copies, Some(Ok(copies)) if !copies.is_empty()));
    if !any {
        let what = "no host will find Continuo: it is in none of the folders above";
        problems.push(Problem::new(what, "install the plugins, and let your host scan again"));
    }
    problems
}
