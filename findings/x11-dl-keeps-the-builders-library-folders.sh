#!/usr/bin/env bash
# Packages: x11-dl 2.21.0 (Rust), pkg-config 0.3.34 (Rust). Seen on 2026-11-30.
#
# x11-dl opens X11's libraries when a program runs, so that nothing of X11 is needed to build it. One would guess that what is built then
# does not depend on which of these libraries the building machine has. It does: while it is built it asks pkg-config for each library
# and writes the answer, the folder of that machine, into the program. Two machines with the same compiler, sources and flags build
# other bytes when one has development files of X11, or has them elsewhere. `--remap-path-prefix` does not reach these folders.
#
# Who meets it: whoever wants packages that others can build again byte for byte, of any program that draws its window with this crate.
# For us: the plugin's window uses it. `cargo xtask package` names a program that knows no library where pkg-config is asked.
set -euo pipefail
command -v cargo >/dev/null || { echo "Please install Rust." >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/program/src" "$folder/installed"
cat > "$folder/program/Cargo.toml" <<'TOML'
[package]
name = "program"
version = "0.1.0"
edition = "2021"

[dependencies]
x11-dl = "=2.21.0"

[build-dependencies]
pkg-config = "=0.3.34"
TOML
cat > "$folder/program/src/main.rs" <<'RUST'
fn main() {
    println!("{}", x11_dl::xlib::Xlib::open().is_ok());
}
RUST
# A small pkg-config that knows one library, as one with libx11-dev does.
cat > "$folder/installed/pkg-config" <<'SH'
#!/bin/sh
case "$*" in *--version*) echo 1.8.0 ;; *libdir*x11|*x11*libdir*) echo /opt/of-the-builder/lib ;; *) exit 1 ;; esac
SH
cat > "$folder/installed/nothing" <<'SH'
#!/bin/sh
exit 1
SH
chmod +x "$folder/installed/"*
build() {
    (cd "$folder/program" && PKG_CONFIG="$2" cargo build --quiet --release --target-dir "$folder/$1")
}
build with "$folder/installed/pkg-config"
build without "$folder/installed/nothing"
kept() { grep -c -a "of-the-builder" "$folder/$1/release/program" || true; }
with=$(kept with) without=$(kept without)
echo "built where pkg-config knows X11:     the program names the builder's folder: $([[ $with -gt 0 ]] && echo yes || echo no)"
echo "built where pkg-config knows nothing: the program names the builder's folder: $([[ $without -gt 0 ]] && echo yes || echo no)"
[[ $with -gt 0 && $without -eq 0 ]] || { echo "This has changed." >&2; exit 1; }
