//! Where a name comes from, through all re-exports.

use super::{
    code::{self, Code},
    imports::Import,
    source::Source,
};
use std::collections::{HashMap, HashSet};

/// Looks names up as the compiler does, without regard to visibility.
pub struct Names<'a> {
    source: &'a Source,
    code: Vec<Code>,
    /// The modules that define a macro which needs no path, by its name.
    macros: HashMap<String, Vec<usize>>,
}

/// What a name can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    /// A module, by index.
    Module(usize),
    /// An item that a module defines. Only a type has members that a path can name.
    Item { module: usize, name: String, is_type: bool },
    /// Something of another crate.
    Foreign,
}

/// The imports that a search has followed, so that two modules that import each other end it.
type Followed = HashSet<(usize, String)>;

impl<'a> Names<'a> {
    /// Reads what the modules define and import.
    pub fn new(source: &'a Source) -> Self {
        let code: Vec<Code> = source.modules.iter().map(|module| code::read(&module.items)).collect();
        let mut macros: HashMap<String, Vec<usize>> = HashMap::new();
        for (module, code) in code.iter().enumerate() {
            for name in &code.macros {
                macros.entry(name.clone()).or_default().push(module);
            }
        }
        Self { source, code, macros }
    }

    /// The names that a module uses from elsewhere in the crate, each with the module that defines it.
    pub fn used_by(&self, module: usize) -> Vec<(usize, String)> {
        let code = &self.code[module];
        // Others may use a re-export: it counts only where the module's own code mentions it.
        let imports = code.imports.iter().filter(|import| !import.is_reexport && !import.is_glob);
        let paths = imports.map(|import| &import.path).chain(&code.mentions);
        let mut found = Vec::new();
        for path in paths {
            let mut meanings = self.resolve(module, path, true, &mut Followed::new());
            if meanings.is_empty()
                && let [name] = path.as_slice()
            {
                meanings = self.macros_called(name, false);
            }
            let items = meanings.iter().filter_map(|meaning| match meaning {
                Meaning::Item { module, name, .. } => Some((*module, name.clone())),
                Meaning::Module(_) | Meaning::Foreign => None,
            });
            let known = found.len();
            found.extend(items);
            if found.len() == known && path.len() > 1 && code.mentions.contains(path) {
                // An attribute may mean a whole module.
                found.extend(meanings.iter().filter_map(module_of).zip(path.last().cloned()));
            }
        }
        found
    }

    /// What a path means in a module. With `guess`, an unknown name behind a known module is an item of that module:
    /// a macro may have made it.
    fn resolve(&self, module: usize, path: &[String], guess: bool, followed: &mut Followed) -> Vec<Meaning> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut meanings = match first.as_str() {
            "crate" => vec![Meaning::Module(0)],
            "self" => vec![Meaning::Module(module)],
            "super" => self.source.modules[module].parent.map(Meaning::Module).into_iter().collect(),
            "Self" => return Vec::new(),
            name => self.look_up(module, name, followed),
        };
        for name in rest {
            let modules: Vec<usize> = meanings.iter().filter_map(module_of).collect();
            if modules.is_empty() {
                // What follows a type is a variant or a member.
                meanings.retain(|meaning| !matches!(meaning, Meaning::Item { is_type: false, .. }));
                return meanings;
            }
            meanings = Vec::new();
            for module in modules {
                let found = match name.as_str() {
                    "super" => self.source.modules[module].parent.map(Meaning::Module).into_iter().collect(),
                    "self" => vec![Meaning::Module(module)],
                    name => self.look_up(module, name, followed),
                };
                meanings.extend(found);
                if meanings.is_empty() && module == 0 {
                    meanings = self.macros_called(name, true);
                }
                if meanings.is_empty() && guess {
                    meanings.push(Meaning::Item { module, name: name.clone(), is_type: true });
                }
            }
        }
        meanings
    }

    /// The macros of this name; with `exported`, those that are known as `crate::name`.
    fn macros_called(&self, name: &str, exported: bool) -> Vec<Meaning> {
        let modules = self.macros.get(name).into_iter().flatten();
        modules
            .filter(|&&module| !exported || self.code[module].exported.contains(name))
            .map(|&module| Meaning::Item { module, name: name.to_owned(), is_type: false })
            .collect()
    }

    /// What a name means in a module.
    fn look_up(&self, module: usize, name: &str, followed: &mut Followed) -> Vec<Meaning> {
        let here = &self.source.modules[module];
        let children = here.children.iter().filter(|(child, _)| child == name);
        let mut found: Vec<Meaning> = children.map(|&(_, child)| Meaning::Module(child)).collect();
        if let Some(&is_type) = self.code[module].names.get(name) {
            found.push(Meaning::Item { module, name: name.to_owned(), is_type });
        }
        if !followed.insert((module, name.to_owned())) {
            return found;
        }
        let follow = |import: &Import, followed: &mut Followed| {
            let meanings = self.resolve(module, &import.path, false, followed);
            if meanings.is_empty() { vec![Meaning::Foreign] } else { meanings }
        };
        for import in &self.code[module].imports {
            if import.name.as_deref() == Some(name) {
                found.extend(follow(import, followed));
            }
        }
        if !found.is_empty() {
            return found;
        }
        for import in self.code[module].imports.iter().filter(|import| import.is_glob) {
            for meaning in follow(import, followed) {
                match meaning {
                    Meaning::Module(from) if from != module => found.extend(self.look_up(from, name, followed)),
                    // All names of another crate's module: this may be one.
                    Meaning::Foreign => found.push(Meaning::Foreign),
                    // The variants of an enum.
                    Meaning::Item { .. } | Meaning::Module(_) => {}
                }
            }
        }
        found
    }
}

fn module_of(meaning: &Meaning) -> Option<usize> {
    match meaning {
        Meaning::Module(module) => Some(*module),
        Meaning::Item { .. } | Meaning::Foreign => None,
    }
}
