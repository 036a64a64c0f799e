#!/usr/bin/env bash
# Packages: tract-linalg 0.23.9, Rust 1.95.0, wine 8.0~repack-4, gcc-mingw-w64-x86-64 12.2.0 (Debian 12). Seen on 2026-11-29.
#
# On Windows, tract-linalg starts the program wmic at the first large matrix product, reads all that it prints, and takes the sizes of the
# processor's caches from there. Windows looks for wmic beside the running program first. Here one lies there that names a size, and tract
# has it. No variable and no function of tract's prevents the start; the sizes decide the order of the work and not its results.
#
# Who meets it: programs for Windows that run networks with tract, also plugins: a console window may flash, and who has a wmic.exe beside
# the host is started by it. With Wine's own wmic the reader sometimes waits for ever, probably because it starts the desktop, which
# inherits the pipe.
# For us: this happens where ONNX Runtime's DLL is missing. The tests under Wine remove its wmic.
set -euo pipefail
folder=$(mktemp -d)
export WINEPREFIX=$folder/wine WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=
trap 'wineserver --kill || true; rm -rf "$folder"' EXIT
mkdir -p "$folder/src"
cat > "$folder/Cargo.toml" <<'TOML'
[package]
name = "asks"
version = "1.0.0"
edition = "2024"

[dependencies]
tract-linalg = "=0.23.9"
TOML
cat > "$folder/src/main.rs" <<'RUST'
fn main() {
    println!("L2 has {} bytes", tract_linalg::cache::cache_info().l2);
}
RUST
cat > "$folder/wmic.c" <<'C'
#include <stdio.h>

int main(void) {
    puts("L2CacheSize=77");
    return 0;
}
C
# Debian's Wine 8.0 lacks this library, which Rust's standard library needs.
cat > "$folder/random.c" <<'C'
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, length); }
C
(cd "$folder" && cargo build --quiet --target x86_64-pc-windows-gnu --target-dir built)
there=$folder/built/x86_64-pc-windows-gnu/debug
x86_64-w64-mingw32-gcc -o "$there/wmic.exe" "$folder/wmic.c"
x86_64-w64-mingw32-gcc -shared -o "$there/bcryptprimitives.dll" "$folder/random.c" -ladvapi32
timeout 120 wine wineboot --init >/dev/null 2>&1
found=$(timeout 120 wine "$there/asks.exe" 2>/dev/null | tr -d '\r')
echo "$found"
[[ $found == "L2 has 78848 bytes" ]] || { echo "This has changed." >&2; exit 1; }
