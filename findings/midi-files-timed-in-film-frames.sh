#!/usr/bin/env bash
# Packages: mido 1.3.3, miditoolkit 1.0.1, symusic 0.6.0, music21 10.5.1, partitura 1.9.0 (Python). Seen on 2026-11-28.
#
# The Standard MIDI File has two ways to give the length of a tick: a part of a quarter, or a part of a film frame (25 frames a second of 40
# ticks are milliseconds). In the second the two bytes are negative when they are read as one number. symusic and music21 refuse such a file
# by name. mido, on which most Python libraries build, reads the number as ticks per quarter: -6360. It reports a length below zero without
# an error. What sits on it inherits that: miditoolkit returns notes and a negative resolution, so that the times that it computes run
# backwards; partitura fails with a message about a note's value, not about the file.
#
# Who meets it: whoever records to MIDI against picture, or measures our files with such libraries.
# For us: our reader names this division in its refusal, and our writer always uses ticks per quarter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check mido==1.3.3 miditoolkit==1.0.1 symusic==0.6.0 \
    music21==10.5.1 partitura==1.9.0
cat > "$folder/frames.py" <<'PY'
import struct
import sys
import warnings

warnings.simplefilter("ignore")
import mido
import miditoolkit
import music21
import partitura
import symusic

path = sys.argv[1] + "/frames.mid"
# Two notes of one second each: a delta of 1000 is 87 68.
events = bytes([0, 0x90, 60, 64, 0x87, 0x68, 0x80, 60, 0, 0, 0x90, 62, 64, 0x87, 0x68, 0x80, 62, 0, 0, 0xFF, 0x2F, 0])
with open(path, "wb") as file:
    file.write(b"MThd" + struct.pack(">IHHbB", 6, 0, 1, -25, 40) + b"MTrk" + struct.pack(">I", len(events)) + events)

def refusal(read):
    try:
        read()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "reads it"

read = mido.MidiFile(path)
kit = miditoolkit.MidiFile(path)
last = kit.get_tick_to_time_mapping()[-1]
print("right:       2 seconds, 25 frames of 40 ticks a second")
print(f"mido:        {read.length:.3f} seconds, {read.ticks_per_beat} ticks per quarter")
print(f"miditoolkit: last tick at {last:.3f} seconds, {kit.ticks_per_beat} ticks per quarter, {len(kit.instruments[0].notes)} notes")
refusals = {
    "symusic": refusal(lambda: symusic.Score(path)),
    "music21": refusal(lambda: music21.converter.parse(path, forceSource=True)),
    "partitura": refusal(lambda: partitura.load_performance_midi(path)),
}
for name, text in refusals.items():
    print(f"{name + ':':12} {text}")
if (read.ticks_per_beat, kit.ticks_per_beat) != (-6360, -6360) or not read.length < 0 or not last < 0:
    sys.exit("mido or miditoolkit now reads or refuses the file.")
if "ivision" not in refusals["symusic"] or "frame" not in refusals["music21"]:
    sys.exit("symusic or music21 no longer refuses the file by name.")
if "ote on" not in refusals["partitura"]:
    sys.exit("partitura now treats the file otherwise.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/frames.py" "$folder"
