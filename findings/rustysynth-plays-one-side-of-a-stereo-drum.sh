#!/usr/bin/env bash
# Packages: rustysynth 1.3.8 (Rust), tinysoundfont 0.3.7 (Python, a binding of TinySoundFont in C). Seen on 2026-11-28.
#
# An exclusive class in a SoundFont makes a closed hi-hat end an open one. A stereo hi-hat is two zones of one note, left and right, and both
# carry the class. rustysynth starts the zones one by one, and each takes the voice of any sounding zone with its class, even if that voice
# was started by the same note. So the right side takes the left side's voice before it has sounded: left is silent. TinySoundFont also
# ends the left side, but lets it fade for some milliseconds. The same drum without a class is equally loud on both sides in both.
#
# Who meets it: whoever plays General MIDI drums with a SoundFont that has stereo hi-hats: they sit at the far right.
# For us: the player's drums need a SoundFont whose hi-hats are mono, or classes removed from stereo zones when it loads.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/drum.py" <<'PY'
"""Writes two SoundFonts with one stereo drum, with and without an exclusive class."""
import math
import struct
import sys

LENGTH, RATE, KEY = 2000, 44100, 60

def chunk(kind, body):
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

def group(kind, *chunks):
    return chunk(b"LIST", kind + b"".join(chunks))

def name(text):
    return text.encode().ljust(20, b"\0")

def tone(cycles):
    wave = (int(20000 * math.sin(2 * math.pi * cycles * i / LENGTH)) for i in range(LENGTH))
    return b"".join(struct.pack("<h", s) for s in wave) + bytes(92)

def sound_font(exclusive_class):
    generators, zones, count = b"", b"", 0
    for pan, sample in ((-500, 0), (500, 1)):
        values = [(17, pan), (54, 1), (58, KEY)] + ([(57, exclusive_class)] if exclusive_class else []) + [(53, sample)]
        zones += struct.pack("<HH", count, 0)
        generators += b"".join(struct.pack("<Hh", *value) for value in values)
        count += len(values)
    zones += struct.pack("<HH", count, 0)
    sample = lambda title, start, other, kind: name(title) + struct.pack(
        "<IIIIIBbHH", start, start + LENGTH, start, start + LENGTH, RATE, KEY, 0, other, kind)
    information = group(b"INFO", chunk(b"ifil", struct.pack("<HH", 2, 1)), chunk(b"isng", b"EMU8000\0"), chunk(b"INAM", b"Drum\0\0"))
    presets = group(
        b"pdta",
        chunk(b"phdr", name("Kit") + struct.pack("<HHHIII", 0, 128, 0, 0, 0, 0) + name("EOP") + struct.pack("<HHHIII", 0, 0, 1, 0, 0, 0)),
        chunk(b"pbag", struct.pack("<HHHH", 0, 0, 1, 0)), chunk(b"pmod", bytes(10)), chunk(b"pgen", struct.pack("<HHHH", 41, 0, 0, 0)),
        chunk(b"inst", name("Drum") + struct.pack("<H", 0) + name("EOI") + struct.pack("<H", 2)),
        chunk(b"ibag", zones), chunk(b"imod", bytes(10)), chunk(b"igen", generators + bytes(4)),
        chunk(b"shdr", sample("Left", 0, 1, 4) + sample("Right", LENGTH + 46, 0, 2) + name("EOS") + bytes(26)))
    return chunk(b"RIFF", b"sfbk" + information + group(b"sdta", chunk(b"smpl", tone(20) + tone(40))) + presets)

for title, value in (("class", 1), ("free", 0)):
    with open(f"{sys.argv[1]}/{title}.sf2", "wb") as file:
        file.write(sound_font(value))
PY
python3 "$folder/drum.py" "$folder"
mkdir -p "$folder/play/src"
cd "$folder/play"
cat > Cargo.toml <<'TOML'
[package]
name = "play"
version = "0.0.0"
edition = "2021"

[dependencies]
rustysynth = "=1.3.8"

[profile.dev]
debug = false

[workspace]
TOML
cat > src/main.rs <<'RUST'
use rustysynth::{SoundFont, Synthesizer, SynthesizerSettings};
use std::{fs::File, sync::Arc};

fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).sqrt()
}

fn main() {
    for title in ["class", "free"] {
        let font = Arc::new(SoundFont::new(&mut File::open(format!("../{title}.sf2")).unwrap()).unwrap());
        let mut settings = SynthesizerSettings::new(44_100);
        settings.enable_reverb_and_chorus = false;
        let mut synthesizer = Synthesizer::new(&font, &settings).unwrap();
        let (mut left, mut right) = (vec![0.0; 4410], vec![0.0; 4410]);
        synthesizer.note_on(9, 60, 100);
        synthesizer.render(&mut left, &mut right);
        println!("rustysynth {title} {:.4} {:.4}", loudness(&left), loudness(&right));
    }
}
RUST
CARGO_TARGET_DIR="$folder/target" nice -n 15 cargo run -q > "$folder/rows"
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps tinysoundfont==0.3.7 numpy==2.4.6
cat > "$folder/compare.py" <<'PY'
import sys
import numpy as np
import tinysoundfont

folder = sys.argv[1]
rows = {tuple(line.split()[:2]): tuple(map(float, line.split()[2:])) for line in open(folder + "/rows")}
for title in ("class", "free"):
    player = tinysoundfont.Synth(samplerate=44100)
    player.program_select(9, player.sfload(f"{folder}/{title}.sf2"), 128, 0, True)
    player.noteon(9, 60, 100)
    sound = np.frombuffer(player.generate(4410), dtype=np.float32).reshape(-1, 2)
    rows["tinysoundfont", title] = tuple(np.sqrt((sound**2).mean(axis=0)))
for (player, title), (left, right) in rows.items():
    print(f"{player:14} {'exclusive class' if title == 'class' else 'no class':16} left {left:.4f}  right {right:.4f}")
for player in ("rustysynth", "tinysoundfont"):
    left, right = rows[player, "free"]
    if not 0.9 < left / right < 1.1:
        sys.exit("The drum without a class no longer sounds on both sides.")
if rows["rustysynth", "class"][0] != 0 or rows["rustysynth", "class"][1] < 0.01:
    sys.exit("rustysynth now plays the left side of the stereo drum.")
left, right = rows["tinysoundfont", "class"]
if not 0 < left < right / 2:
    sys.exit("TinySoundFont no longer lets the left side fade.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/compare.py" "$folder"
