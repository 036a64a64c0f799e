//! `use` declarations, one import at a time.

use syn::{ItemUse, UseTree, Visibility, ext::IdentExt};

/// One name, or all names of a module, that a `use` brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The path as it is written.
    pub path: Vec<String>,
    /// The name by which the module knows it; `None` for `*` and `_`.
    pub name: Option<String>,
    /// Whether it is `path::*`.
    pub is_glob: bool,
    /// Whether others see it, too.
    pub is_reexport: bool,
}

/// The imports of one declaration. Those from other crates by a leading `::` are left out.
pub fn flatten(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    if item.leading_colon.is_none() {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        add(&item.tree, &mut Vec::new(), is_reexport, &mut found);
    }
    found
}

fn add(tree: &UseTree, prefix: &mut Vec<String>, is_reexport: bool, found: &mut Vec<Import>) {
    let mut import = |path: Vec<String>, name: Option<String>, is_glob| {
        found.push(Import { path, name, is_glob, is_reexport });
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.unraw().to_string());
            add(&path.tree, prefix, is_reexport, found);
            prefix.pop();
        }
        UseTree::Name(name) => {
            let path = joined(prefix, &name.ident.unraw().to_string());
            let last = path.last().cloned();
            import(path, last, false);
        }
        UseTree::Rename(rename) => {
            let name = rename.rename.unraw().to_string();
            import(joined(prefix, &rename.ident.unraw().to_string()), (name != "_").then_some(name), false);
        }
        UseTree::Glob(_) => import(prefix.clone(), None, true),
        UseTree::Group(group) => group.items.iter().for_each(|tree| add(tree, prefix, is_reexport, found)),
    }
}

/// A path and the name behind it; `self` names the path itself.
fn joined(prefix: &[String], name: &str) -> Vec<String> {
    let mut path = prefix.to_vec();
    if name != "self" || path.is_empty() {
        path.push(name.to_owned());
    }
    path
}
