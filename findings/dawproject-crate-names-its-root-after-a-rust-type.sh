#!/usr/bin/env bash
# Packages: dawproject 0.12.0 (Rust), lxml 6.1.3 (Python). Seen on 2026-11-28.
#
# The crate writes <ProjectType> and <MetaDataType> as the roots of the two XML files of a project: the names of its Rust types, which are
# those of the schema's types. The schema's elements are Project and MetaData. Reading back with the crate succeeds and gives equal
# values, since it ignores the root's name, so a round trip as a test shows nothing. The schema that the crate itself ships refuses both.
# project.xml also lacks the XML declaration that metadata.xml has.
#
# Who meets it: whoever exports to a digital audio workstation with the crate and tests the export by reading it again.
# For us: write the roots ourselves, and check exports against the schema.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/export/src"
cd "$folder/export"
cat > Cargo.toml <<'TOML'
[package]
name = "export"
version = "0.0.0"
edition = "2021"

[dependencies]
dawproject = "=0.12.0"

[profile.dev]
debug = false

[workspace]
TOML
cat > src/main.rs <<'RUST'
use dawproject::prelude::{DawprojectReader, DawprojectWriter};
use dawproject::project::ApplicationType;
use dawproject::{Dawproject, MetaData, Project};
use std::io::Write;

fn main() {
    let project = Project {
        version: "1.0".into(),
        application: ApplicationType { name: "Example".into(), version: "1".into() },
        transport: None,
        structure: None,
        arrangement: None,
        scenes: None,
    };
    let metadata = MetaData {
        title: Some("Tune".into()),
        artist: None,
        album: None,
        original_artist: None,
        composer: None,
        songwriter: None,
        producer: None,
        arranger: None,
        year: None,
        genre: None,
        copyright: None,
        website: None,
        comment: None,
    };
    let written = Dawproject::new(metadata, project);
    let mut writer = DawprojectWriter::create("../tune.dawproject").unwrap();
    writer.write_dawproject(&written).unwrap();
    writer.finish().unwrap().flush().unwrap();
    let mut reader = DawprojectReader::open("../tune.dawproject").unwrap();
    reader.read_dawproject().unwrap();
    assert!(reader.build_dawproject().unwrap() == written);
    println!("the crate reads back what it wrote, and finds it equal");
}
RUST
CARGO_TARGET_DIR="$folder/target" nice -n 15 cargo run -q
schemas=$(cargo metadata --format-version 1 2> /dev/null | python3 -c '
import json, os, sys
packages = json.load(sys.stdin)["packages"]
print(os.path.dirname(next(p["manifest_path"] for p in packages if p["name"] == "dawproject")) + "/assets")')
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check lxml==6.1.3
cat > "$folder/check.py" <<'PY'
import sys
import zipfile
from lxml import etree

archive = zipfile.ZipFile(sys.argv[1])
for name, schema, right in [("project.xml", "FixedProject.xsd", "Project"), ("metadata.xml", "FixedMetaData.xsd", "MetaData")]:
    rules = etree.XMLSchema(etree.parse(f"{sys.argv[2]}/{schema}"))
    text = archive.read(name)
    root = etree.fromstring(text)
    as_written = rules.validate(root)
    print(f"{name}: root {root.tag}, declaration {text.startswith(b'<?xml')}, valid {as_written}")
    root.tag, wrong = right, root.tag
    renamed = rules.validate(root)
    print(f"  with the root renamed to {right}: valid {renamed}")
    if wrong != right + "Type" or as_written:
        sys.exit(f"The root of {name} is no longer named after the type, or is valid now.")
    if not renamed:
        sys.exit(f"{name} is invalid for another reason.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/check.py" "$folder/tune.dawproject" "$schemas"
