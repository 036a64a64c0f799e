//! What a module defines, imports and mentions.

use super::{
    imports::{self, Import},
    source, tokens,
};
use std::collections::{HashMap, HashSet};
use syn::{
    Attribute, ConstParam, ForeignItem, ImplItem, Item, ItemUse, Macro, PatIdent, Path, Stmt, TraitItem, TypeParam,
    Visibility,
    ext::IdentExt,
    visit::{self, Visit},
};

/// What a module defines, imports and mentions.
#[derive(Default)]
pub struct Code {
    /// The names of its items, and whether they are types (or perhaps are).
    pub names: HashMap<String, bool>,
    /// The macros among them.
    pub macros: HashSet<String>,
    /// The macros that the whole crate knows as `crate::name`.
    pub exported: HashSet<String>,
    /// Its imports, those within functions included.
    pub imports: Vec<Import>,
    /// The paths in its code. A path of one name is left out where a local variable has that name.
    pub mentions: HashSet<Vec<String>>,
}

/// Reads a module's items.
pub fn read(items: &[Item]) -> Code {
    let mut reader = Reader::default();
    for item in items {
        reader.define(item);
        reader.visit_item(item);
    }
    reader.code
}

#[derive(Default)]
struct Reader {
    code: Code,
    /// Local names, by scope.
    local: Vec<HashSet<String>>,
}

impl Reader {
    fn define(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::TraitAlias(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::ForeignMod(item) => {
                self.code.names.extend(item.items.iter().filter_map(foreign_name).map(|name| (name, true)));
                return;
            }
            Item::Macro(item) => {
                let Some(ident) = &item.ident else {
                    self.code.names.extend(tokens::definitions(&item.mac.tokens).into_iter().map(|name| (name, true)));
                    return;
                };
                let name = ident.unraw().to_string();
                if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                    self.code.exported.insert(name.clone());
                }
                self.code.macros.insert(name);
                ident
            }
            _ => return,
        };
        let is_type = !matches!(item, Item::Const(_) | Item::Fn(_) | Item::Static(_) | Item::Macro(_));
        let known = self.code.names.entry(name.unraw().to_string()).or_default();
        *known |= is_type;
    }

    fn mention(&mut self, path: Vec<String>) {
        let [name] = path.as_slice() else {
            self.code.mentions.insert(path);
            return;
        };
        if !self.local.iter().any(|names| names.contains(name)) {
            self.code.mentions.insert(path);
        }
    }

    fn within(&mut self, local: HashSet<String>, visit: impl FnOnce(&mut Self)) {
        self.local.push(local);
        visit(self);
        self.local.pop();
    }
}

fn foreign_name(item: &ForeignItem) -> Option<String> {
    match item {
        ForeignItem::Fn(item) => Some(item.sig.ident.unraw().to_string()),
        ForeignItem::Static(item) => Some(item.ident.unraw().to_string()),
        ForeignItem::Type(item) => Some(item.ident.unraw().to_string()),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if source::is_test(source::attributes(item)) || matches!(item, Item::Mod(_)) {
            return;
        }
        let mut local = Local { patterns: matches!(item, Item::Fn(_)), names: HashSet::new() };
        local.visit_item(item);
        self.within(local.names, |reader| visit::visit_item(reader, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if source::is_test(attributes) {
            return;
        }
        let mut local = Local { patterns: true, names: HashSet::new() };
        local.visit_impl_item(item);
        self.within(local.names, |reader| visit::visit_impl_item(reader, item));
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let mut local = Local { patterns: true, names: HashSet::new() };
        local.visit_trait_item(item);
        self.within(local.names, |reader| visit::visit_trait_item(reader, item));
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes = match statement {
            Stmt::Local(statement) => &statement.attrs,
            Stmt::Macro(statement) => &statement.attrs,
            _ => &Vec::new(),
        };
        if !source::is_test(attributes) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !source::is_test(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !source::is_test(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !source::is_test(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.code.imports.extend(imports::flatten(item));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.mention(path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let name = pattern.ident.unraw().to_string();
        if is_constant(&name) {
            self.mention(vec![name]);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        for path in tokens::paths(&called.tokens) {
            self.mention(path);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        for path in tokens::paths_of_attribute(attribute) {
            self.mention(path);
        }
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// A pattern of one name that starts with a capital is a constant or a variant, not a variable.
fn is_constant(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// Collects the names that an item binds: type parameters, and variables if wanted.
struct Local {
    patterns: bool,
    names: HashSet<String>,
}

impl<'ast> Visit<'ast> for Local {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let name = pattern.ident.unraw().to_string();
        if self.patterns && !is_constant(&name) {
            self.names.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_type_param(&mut self, parameter: &'ast TypeParam) {
        self.names.insert(parameter.ident.unraw().to_string());
    }

    fn visit_const_param(&mut self, parameter: &'ast ConstParam) {
        self.names.insert(parameter.ident.unraw().to_string());
    }
}
