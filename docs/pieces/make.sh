#!/usr/bin/env bash
# Makes the pieces of this folder again: a tune in each genre, arranged, played by Continuo's own sounds, and compressed.
# Needs `cargo build --release` and oggenc (Debian's package vorbis-tools).
set -euo pipefail
cd "$(dirname "$0")/../.."
continuo=${CONTINUO:-target/release/continuo}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make() { # GENRE TUNE SEED
    "$continuo" arrange "tests/tunes/$2.mid" -o "$work/$1.mid" --audio "$work/$1.wav" --genre "$1" --seed "$3" >/dev/null
    # Without a serial number by chance, so that the same sound gives the same file.
    oggenc --quiet --quality 0 --serial 1 --output "docs/pieces/$1.ogg" "$work/$1.wav"
    echo "docs/pieces/$1.ogg"
}

make pop ode_to_joy 1
make rock ode_to_joy 1
make jazz ode_to_joy 1
make folk scarborough_fair 1
make classical greensleeves 1
make symphony ode_to_joy 1
make chorale ode_to_joy 1
make electronic ode_to_joy 1
make latin ode_to_joy 1
