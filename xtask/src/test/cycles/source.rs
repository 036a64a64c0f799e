//! The modules of a crate and the files that hold them.

use std::{
    fs,
    path::{Path, PathBuf},
};
use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta, Token, ext::IdentExt, punctuated::Punctuated};

/// A crate's modules; tests are left out.
#[derive(Default)]
pub struct Source {
    /// The files, each once, in the order in which they are found.
    pub files: Vec<PathBuf>,
    /// The modules; the first is the root.
    pub modules: Vec<Module>,
    /// What could not be read, each with its file.
    pub errors: Vec<String>,
}

/// A module: a file, or an inline module within one.
pub struct Module {
    /// The names from the root to this module; empty for the root.
    pub path: Vec<String>,
    /// The index of its file.
    pub file: usize,
    /// The index of its parent.
    pub parent: Option<usize>,
    /// The names and indexes of its child modules.
    pub children: Vec<(String, usize)>,
    /// Its items, without child modules and tests.
    pub items: Vec<Item>,
}

/// Modules nested deeper than this include themselves by `#[path]`.
const DEEPEST: usize = 32;

/// Reads the crate with this root file.
pub fn read(root: &Path) -> Source {
    let mut source = Source::default();
    let folder = root.parent().unwrap_or(Path::new("")).to_path_buf();
    let folders = Folders { children: folder.clone(), paths: folder };
    source.read_file(root, &folders, Vec::new(), None);
    source
}

/// Where the files of a module's children lie.
struct Folders {
    /// For `mod name;`.
    children: PathBuf,
    /// For `#[path = "..."] mod name;`.
    paths: PathBuf,
}

impl Source {
    /// Reads a file as a module; returns its index.
    fn read_file(&mut self, file: &Path, folders: &Folders, path: Vec<String>, parent: Option<usize>) -> Option<usize> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                self.errors.push(format!("{} cannot be read: {error}", file.display()));
                return None;
            }
        };
        let items = match syn::parse_file(&text) {
            Ok(parsed) => parsed.items,
            Err(error) => {
                self.errors.push(format!("{} cannot be parsed: {error}", file.display()));
                return None;
            }
        };
        // A file that two modules include by `#[path]` is one file still.
        let known = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        let index = self.files.iter().position(|other| *other == known).unwrap_or_else(|| {
            self.files.push(known);
            self.files.len() - 1
        });
        Some(self.add(items, index, folders, path, parent))
    }

    /// Adds a module and all below it; returns its index.
    fn add(
        &mut self,
        items: Vec<Item>,
        file: usize,
        folders: &Folders,
        path: Vec<String>,
        parent: Option<usize>,
    ) -> usize {
        let index = self.modules.len();
        self.modules.push(Module { path, file, parent, children: Vec::new(), items: Vec::new() });
        for item in items {
            if is_test(attributes(&item)) {
                continue;
            }
            match item {
                Item::Mod(module) => self.add_child(index, module, folders),
                item => self.modules[index].items.push(item),
            }
        }
        index
    }

    fn add_child(&mut self, parent: usize, module: ItemMod, folders: &Folders) {
        let name = module.ident.unraw().to_string();
        let mut path = self.modules[parent].path.clone();
        path.push(name.clone());
        if path.len() > DEEPEST {
            self.errors.push(format!("the modules {} are nested too deeply", path.join("::")));
            return;
        }
        let file = self.modules[parent].file;
        let child = if let Some((_, items)) = module.content {
            let folder = named_path(&module.attrs).map_or_else(|| folders.children.join(&name), PathBuf::from);
            let folder = folders.children.join(folder);
            Some(self.add(items, file, &Folders { children: folder.clone(), paths: folder }, path, Some(parent)))
        } else if let Some(named) = named_path(&module.attrs) {
            let file = folders.paths.join(named);
            let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
            self.read_file(&file, &Folders { children: folder.clone(), paths: folder }, path, Some(parent))
        } else {
            let folder = folders.children.join(&name);
            let (flat, nested) = (folders.children.join(format!("{name}.rs")), folder.join("mod.rs"));
            let (file, paths) =
                if nested.is_file() { (nested, folder.clone()) } else { (flat, folders.children.clone()) };
            self.read_file(&file, &Folders { children: folder, paths }, path, Some(parent))
        };
        if let Some(child) = child {
            self.modules[parent].children.push((name, child));
        }
    }
}

/// The file that `#[path = "..."]` names, also within `cfg_attr`.
fn named_path(attributes: &[Attribute]) -> Option<String> {
    fn within(meta: &Meta) -> Option<String> {
        match meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
                inner.iter().skip(1).find_map(within)
            }
            _ => None,
        }
    }
    attributes.iter().find_map(|attribute| within(&attribute.meta))
}

/// Whether something is compiled for tests alone.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg") && attribute.parse_args::<Meta>().is_ok_and(|meta| needs_test(&meta))
    })
}

/// Whether a `cfg` predicate can hold for tests alone.
fn needs_test(meta: &Meta) -> bool {
    match meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => {
            let Ok(inner) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else { return false };
            if list.path.is_ident("all") {
                inner.iter().any(needs_test)
            } else {
                list.path.is_ident("any") && !inner.is_empty() && inner.iter().all(needs_test)
            }
        }
        Meta::NameValue(_) => false,
    }
}

/// An item's attributes.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
