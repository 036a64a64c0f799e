//! Paths and definitions in what only a macro understands.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::{Attribute, Lit, Meta, Path, ext::IdentExt};

/// Attributes whose words are no paths of the crate.
const WITHOUT_PATHS: [&str; 7] = ["allow", "cfg", "cfg_attr", "derive", "doc", "expect", "warn"];

/// The paths in a macro's tokens, as far as they can be told from fields and definitions.
pub fn paths(tokens: &TokenStream) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    scan(tokens, &mut |path, before, after| {
        let is_field = before == Some('.') || path.len() == 1 && after == Some(':');
        // `$name` is a macro's parameter, `$crate::name` a path.
        if !is_field && (before != Some('$') || path[0] == "crate") {
            found.push(path);
        }
    });
    found
}

/// The paths in an attribute, as in `#[serde(with = "a::b")]` and `#[arg(value_parser = a::b)]`.
pub fn paths_of_attribute(attribute: &Attribute) -> Vec<Vec<String>> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    if WITHOUT_PATHS.iter().any(|name| list.path.is_ident(name)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    scan(&list.tokens, &mut |path, before, _| {
        // A word by itself is a key.
        if path.len() > 1 || before == Some('=') {
            found.push(path);
        }
    });
    texts(&list.tokens, &mut found);
    found
}

/// Paths written as texts.
fn texts(tokens: &TokenStream, found: &mut Vec<Vec<String>>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => texts(&group.stream(), found),
            TokenTree::Literal(literal) => {
                let Ok(Lit::Str(text)) = syn::parse2(TokenTree::Literal(literal).into()) else { continue };
                let Ok(path) = text.parse::<Path>() else { continue };
                if path.segments.len() > 1 {
                    found.push(path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect());
                }
            }
            _ => {}
        }
    }
}

/// The names that a macro seems to define, as `thread_local! { static NAME: ... }` does.
pub fn definitions(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_defined = false;
    for token in tokens.clone() {
        let TokenTree::Ident(word) = token else {
            is_defined = false;
            continue;
        };
        let word = word.unraw().to_string();
        if is_defined && word != "mut" && word != "ref" {
            found.push(word.clone());
        }
        is_defined = matches!(
            word.as_str(),
            "const" | "enum" | "fn" | "static" | "struct" | "trait" | "type" | "union" | "mut" | "ref"
        );
    }
    found
}

/// Calls `found` with each path, the punctuation before it and that after it.
fn scan(tokens: &TokenStream, found: &mut dyn FnMut(Vec<String>, Option<char>, Option<char>)) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    // Two dots are a range, which a path may follow.
    let mut before = None;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                scan(&group.stream(), found);
                before = None;
            }
            TokenTree::Ident(word) => {
                let mut path = vec![word.unraw().to_string()];
                while is_separator(&tokens, at + 1) {
                    match tokens.get(at + 3) {
                        Some(TokenTree::Ident(word)) => path.push(word.unraw().to_string()),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            // `use a::{b, c}` within a macro.
                            scan(&group.stream(), &mut |rest, _, _| {
                                found([path.clone(), rest].concat(), None, None);
                            });
                            at += 3;
                            break;
                        }
                        _ => break,
                    }
                    at += 3;
                }
                let after = match tokens.get(at + 1) {
                    Some(TokenTree::Punct(mark)) if !is_separator(&tokens, at + 1) => Some(mark.as_char()),
                    _ => None,
                };
                let is_lifetime = before == Some('\'');
                if !is_lifetime {
                    found(path, before, after);
                }
                before = None;
            }
            TokenTree::Punct(mark) => {
                let mark = mark.as_char();
                before = if mark == '.' && before == Some('.') { None } else { Some(mark) };
                if is_separator(&tokens, at) {
                    // A leading `::` names another crate, one behind `>` a member: skip the path.
                    at += 2;
                    while matches!(tokens.get(at), Some(TokenTree::Ident(_))) && is_separator(&tokens, at + 1) {
                        at += 3;
                    }
                }
            }
            TokenTree::Literal(_) => before = None,
        }
        at += 1;
    }
}

/// Whether `::` stands here.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(mark)) if mark.as_char() == ':' => Some(mark.spacing()),
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}
