#!/usr/bin/env bash
# Packages: wine 8.0~repack-4, gcc-mingw-w64-x86-64 12.2.0 (Debian 12), Rust 1.95.0. Seen on 2026-11-29.
#
# Wine 8.0 has no bcryptprimitives.dll. Rust's standard library links to its function ProcessPrng for random numbers, so a program with a
# HashMap ends with status 53 before its first line. Wine names the library in its debug output; with WINEDEBUG=-all nothing is printed. A
# library with that one function beside the program is enough.
#
# Who meets it: everybody who tests Rust programs for Windows under Debian 12's Wine, also plugins that are written in Rust.
# For us: the tests under Wine put such a library into Wine's system folder. Windows has its own.
set -euo pipefail
folder=$(mktemp -d)
export WINEPREFIX=$folder/wine WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=
trap 'wineserver --kill || true; rm -rf "$folder"' EXIT
cat > "$folder/hello.rs" <<'RUST'
use std::collections::HashMap;

fn main() {
    let numbers: HashMap<u8, u8> = [(1, 2)].into();
    println!("{numbers:?}");
}
RUST
cat > "$folder/random.c" <<'C'
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, length); }
C
rustc --target x86_64-pc-windows-gnu -o "$folder/hello.exe" "$folder/hello.rs"
# The first start makes Wine's folder and says so.
timeout 120 wine wineboot --init >/dev/null 2>&1
run() { status=0; shown=$(timeout 120 wine "$folder/hello.exe" 2>&1 | tr -d '\r') || status=$?; echo "status $status: $shown"; }
without=$(run)
x86_64-w64-mingw32-gcc -shared -o "$folder/bcryptprimitives.dll" "$folder/random.c" -ladvapi32
with=$(run)
echo "$without; with the library $with"
[[ $without == "status 53: " && $with == "status 0: {1: 2}" ]] || { echo "This has changed." >&2; exit 1; }
