use super::{Findings, examine};
use std::{fs, path::Path};

/// The findings in a crate of these files; the first is the root.
fn found(files: &[(&str, &str)]) -> Findings {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap_or(Path::new(""))).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    let root = folder.path().canonicalize().expect("a folder");
    let mut found = examine(&root.join(files[0].0));
    let prefix = format!("{}{}", root.display(), std::path::MAIN_SEPARATOR);
    for text in found.cycles.iter_mut().chain(&mut found.errors) {
        *text = text.replace(&prefix, "").replace('\\', "/");
    }
    found
}

/// The cycles among files, one line for each edge.
fn cycles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let found = found(files);
    assert_eq!(found.errors, [""; 0]);
    let among_files = found.cycles.iter().filter(|cycle| cycle.contains("files use"));
    among_files
        .map(|cycle| cycle.lines().filter_map(|line| Some(line.strip_prefix("  ")?.to_owned())).collect())
        .collect()
}

#[track_caller]
fn assert_none(files: &[(&str, &str)]) {
    let found = cycles(files);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn two_files_that_use_each_other_are_a_cycle() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B(Option<Box<super::a::A>>);"),
        ("c.rs", "use crate::{a::A, b::B}; pub fn c(_: A, _: B) {}"),
    ]);
    assert_eq!(found, [["a.rs -> b.rs: B", "b.rs -> a.rs: A"]]);
}

#[test]
fn a_cycle_of_three_is_found_and_names_what_ties_it() {
    let found = cycles(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b; pub fn a() { b::one(); b::two() }"),
        ("b.rs", "pub fn one() {} pub fn two() -> u8 { crate::c::LIMIT }"),
        ("c.rs", "pub const LIMIT: u8 = { fn c() { use super::a; a::a() } 1 };"),
    ]);
    assert_eq!(found, [["a.rs -> b.rs: one, two", "b.rs -> c.rs: LIMIT", "c.rs -> a.rs: a"]]);
}

#[test]
fn a_knot_shows_all_its_files_and_its_shortest_cycle() {
    let findings = found(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "pub struct A(crate::b::B);"),
        ("b.rs", "pub struct B(crate::c::C);"),
        ("c.rs", "pub struct C(crate::b::B, crate::a::A);"),
    ]);
    assert!(findings.cycles[0].starts_with("3 files use each other in a cycle: a.rs, b.rs, c.rs\n"), "{findings:?}");
    assert!(findings.cycles[0].ends_with("\n  b.rs -> c.rs: C\n  c.rs -> b.rs: B"), "{findings:?}");
}

#[test]
fn a_child_that_uses_its_parent_which_uses_it_is_a_cycle() {
    let found = cycles(&[
        ("lib.rs", "mod parent;"),
        ("parent.rs", "mod child; pub const LIMIT: u8 = 1; pub fn f() { child::g() }"),
        ("parent/child.rs", "use super::LIMIT; pub fn g() -> u8 { LIMIT }"),
    ]);
    assert_eq!(found, [["parent.rs -> parent/child.rs: g", "parent/child.rs -> parent.rs: LIMIT"]]);
}

#[test]
fn a_parent_may_declare_and_reexport() {
    let child = ("parent/child.rs", "use super::LIMIT; pub fn g() -> u8 { LIMIT } pub struct G;");
    assert_none(&[
        ("lib.rs", "mod parent; mod other; pub use parent::{g, G as Renamed};"),
        ("parent.rs", "mod child; pub use child::*; pub(crate) use self::child::g; pub const LIMIT: u8 = 1;"),
        child,
        ("other.rs", "use crate::parent::{self, G}; pub fn o(_: G) { parent::g(); super::Renamed; }"),
    ]);
    // Its own code makes a re-export a use.
    let found = cycles(&[
        ("lib.rs", "mod parent;"),
        ("parent.rs", "mod child; pub use child::G; pub const LIMIT: u8 = 1; pub fn f() -> Option<G> { None }"),
        child,
    ]);
    assert_eq!(found, [["parent.rs -> parent/child.rs: G", "parent/child.rs -> parent.rs: LIMIT"]]);
}

#[test]
fn reexports_and_globs_lead_to_the_file_that_defines() {
    // `a` uses `parent::B`, which `parent/b.rs` defines; the parent itself uses `a`.
    let user = ("a.rs", "use crate::parent::B; pub fn a(_: B) {}");
    assert_none(&[
        ("lib.rs", "mod a; mod parent;"),
        user,
        ("parent.rs", "mod b; pub use b::B; pub fn f() { crate::a::a as usize; }"),
        ("parent/b.rs", "pub struct B;"),
    ]);
    let found = cycles(&[
        ("lib.rs", "mod a; mod parent; mod all { pub use crate::a::*; }"),
        user,
        ("parent.rs", "mod b; pub use self::b::*;"),
        (
            "parent/b.rs",
            "pub mod inner { pub use super::deeper::*; } mod deeper { pub fn f() { crate::all::a(); } }
             pub use inner::f; pub struct B;",
        ),
    ]);
    assert_eq!(found, [["a.rs -> parent/b.rs: B", "parent/b.rs -> a.rs: a"]]);
}

#[test]
fn names_of_a_glob_of_the_parent_count_where_they_are_used() {
    let parent = "mod child; pub struct P; pub fn f() { child::g() }";
    assert_none(&[("lib.rs", "mod p;"), ("p.rs", parent), ("p/child.rs", "use super::*; pub fn g() {}")]);
    let found = cycles(&[("lib.rs", "mod p;"), ("p.rs", parent), ("p/child.rs", "use super::*; pub fn g() { P; }")]);
    assert_eq!(found, [["p.rs -> p/child.rs: g", "p/child.rs -> p.rs: P"]]);
}

#[test]
fn tests_may_use_what_they_test() {
    assert_none(&[
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod support;"),
        ("a.rs", "use crate::b::B; pub struct A(B); #[cfg(test)] mod tests { use super::A; use crate::b::B; }"),
        (
            "b.rs",
            "pub struct B; #[cfg(test)] use crate::a::A; #[cfg(all(test, unix))] fn f(_: A) {}
             #[test] fn g() { crate::a::A; } #[cfg(test)] mod tests; impl B { #[cfg(test)] fn h(_: crate::a::A) {} }",
        ),
    ]);
    // What tests share with others counts.
    let found = cycles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; #[cfg(any(test, unix))] fn f(_: crate::a::A) {}"),
    ]);
    assert_eq!(found.len(), 1);
}

#[test]
fn macros_and_attributes_are_looked_into() {
    for code in [
        "fn f() { println!(\"{}\", crate::a::A.x); }",
        "fn f() { vec![1; super::a::LIMIT]; }",
        "use super::a; fn f() { assert!(matches!(1, x if x > a::LIMIT), \"\"); }",
        "macro_rules! m { ($a:expr) => { $crate::a::g($a) }; }",
        "#[derive(Serialize)] struct S { #[serde(with = \"crate::a::text\")] s: u8 }",
        "#[derive(Args)] struct S { #[arg(value_parser = crate::a::g)] s: u8 }",
        "fn f() { shared!(); }",
        "fn f() { crate::shared!(); }",
        "fn f(x: u8) { match x { crate::a::LIMIT => {} _ => {} } }",
    ] {
        let found = cycles(&[
            ("lib.rs", "#[macro_use] mod a; mod b;"),
            (
                "a.rs",
                "use crate::b::B; pub struct A; pub const LIMIT: usize = 1; pub mod text { pub fn serialize() {} }
                 #[macro_export] macro_rules! shared { () => {}; } pub fn g() {}",
            ),
            ("b.rs", &format!("pub struct B; {code}")),
        ]);
        assert_eq!(found.len(), 1, "{code}");
    }
}

#[test]
fn fields_methods_variables_and_other_crates_are_no_modules_of_this_one() {
    assert_none(&[
        ("lib.rs", "mod a; mod b; pub use b::draw;"),
        ("a.rs", "use crate::b::B; pub use other::a::Thing; pub use other::*; pub fn anyhow() {} pub struct A;"),
        (
            "b.rs",
            "use anyhow::Result; use crate::a::Thing; use crate::a::Unknown; pub struct B { anyhow: u8 }
             pub use crate::a::anyhow; pub use super::a::A as T;
             pub fn draw<T>(anyhow: u8, _: T) -> u8 {
                 b.anyhow(); b.anyhow; B { anyhow }; dbg!(b.anyhow, B { anyhow: 1 }); anyhow
             }",
        ),
    ]);
}

#[test]
fn inline_modules_and_named_files_belong_where_they_lie() {
    let found = cycles(&[
        ("lib.rs", "mod outer { pub mod a; } #[path = \"elsewhere/b.rs\"] mod named;"),
        ("outer/a.rs", "use crate::named::inner::B; pub struct A(B);"),
        ("elsewhere/b.rs", "pub mod inner { pub struct B(super::super::outer::a::A); } mod deep;"),
        ("elsewhere/deep.rs", ""),
    ]);
    assert_eq!(found, [["outer/a.rs -> elsewhere/b.rs: B", "elsewhere/b.rs -> outer/a.rs: A"]]);
}

#[test]
fn folders_that_use_each_other_are_a_cycle_though_their_files_are_none() {
    let found = found(&[
        ("lib.rs", "pub mod a; pub mod b;"),
        ("a.rs", "pub mod one; pub mod two;"),
        ("a/one.rs", "pub struct One;"),
        ("a/two.rs", "pub struct Two(crate::b::Three);"),
        ("b.rs", "pub struct Three(crate::a::one::One);"),
    ]);
    assert_eq!(
        found.cycles,
        ["2 modules below the root use each other in a cycle\n  a -> b: Three\n  b -> a: One"],
        "{found:?}"
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    let findings =
        found(&[("lib.rs", "mod broken; mod missing; #[path = \"lib.rs\"] mod again;"), ("broken.rs", "fn f( {")]);
    let errors = findings.errors.join("\n");
    for part in ["broken.rs cannot be parsed", "missing.rs cannot be read", "nested too deeply"] {
        assert!(errors.contains(part), "{errors}");
    }
    // Code that makes no sense ends the search, too.
    let odd = "use self::x::*; pub use super::super::y; use crate; pub use crate::odd::z as z; use {};
               fn f() { z; x::y; } m!{ :: ::: a:: $ 'b . . c::{d, e::f} } union U { a: u8 }
               pub mod x { pub use super::*; pub use super::x::*; }";
    assert_none(&[("lib.rs", "mod odd;"), ("odd.rs", odd)]);
}
