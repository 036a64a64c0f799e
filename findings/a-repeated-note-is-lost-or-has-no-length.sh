#!/usr/bin/env bash
# Packages: partitura 1.9.0, music21 10.5.1, symusic 0.6.0, miditoolkit 1.0.1, pretty_midi 0.2.11.post0 (Python). Seen on 2026-11-28.
#
# A held note is struck again, and the new note-on stands before the old note-off: at the same tick, or a little earlier as in legato.
# Five readers of the same file give four answers. Struck again at the same tick: symusic, miditoolkit and pretty_midi have two notes of a
# beat each. music21 has the first, and a second of no length. partitura has no first note at all, and a second of no length: two sounding
# beats are gone without a warning. Struck again while it sounds: symusic and miditoolkit give the first note-off to the first note,
# pretty_midi and music21 end both notes there, and partitura again drops the first.
#
# Who meets it: measures of what an arranger wrote, where repeated notes are common: counts and lengths depend on the reader.
# For us: our writer puts a note-off before a note-on at the same tick, and ends a note before the same pitch is struck again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check partitura==1.9.0 music21==10.5.1 symusic==0.6.0 miditoolkit==1.0.1 \
    pretty_midi==0.2.11.post0 "setuptools<81"
cat > "$folder/again.py" <<'PY'
import struct
import sys
import warnings

warnings.simplefilter("ignore")
import miditoolkit
import music21
import partitura
import pretty_midi
import symusic

BEAT, ON, OFF = 480, 0x90, 0x80

def write(path, events):
    body, before = b"", 0
    for tick, status in events:
        wait, before = tick - before, tick
        body += (bytes([wait]) if wait < 128 else bytes([0x80 | wait >> 7, wait & 127])) + bytes([status, 60, 64])
    body += b"\0\xff\x2f\0"
    with open(path, "wb") as file:
        file.write(b"MThd" + struct.pack(">IHHH", 6, 0, 1, BEAT) + b"MTrk" + struct.pack(">I", len(body)) + body)

def with_partitura(path):
    return [(n["note_on_tick"] / BEAT, n["note_off_tick"] / BEAT) for part in partitura.load_performance_midi(path) for n in part.notes]

def with_music21(path):
    notes = music21.converter.parse(path, forceSource=True).flatten().notes
    return [(float(n.offset), float(n.offset + n.quarterLength)) for n in notes]

def with_symusic(path):
    return [(n.time / BEAT, n.end / BEAT) for track in symusic.Score(path).tracks for n in track.notes]

def with_miditoolkit(path):
    return [(n.start / BEAT, n.end / BEAT) for track in miditoolkit.MidiFile(path).instruments for n in track.notes]

def with_pretty_midi(path):
    return [(n.start * 2, n.end * 2) for track in pretty_midi.PrettyMIDI(path).instruments for n in track.notes]

readers = {"symusic": with_symusic, "miditoolkit": with_miditoolkit, "pretty_midi": with_pretty_midi, "music21": with_music21,
           "partitura": with_partitura}
cases = {
    "struck again at beat 1": ([(0, ON), (480, ON), (480, OFF), (960, OFF)], {
        "symusic": [(0, 1), (1, 2)], "miditoolkit": [(0, 1), (1, 2)], "pretty_midi": [(0, 1), (1, 2)], "music21": [(0, 1), (1, 1)],
        "partitura": [(1, 1)]}),
    "struck again at beat 1/2": ([(0, ON), (240, ON), (480, OFF), (960, OFF)], {
        "symusic": [(0, 1), (0.5, 2)], "miditoolkit": [(0, 1), (0.5, 2)], "pretty_midi": [(0, 1), (0.5, 1)],
        "music21": [(0, 1), (0.5, 1)], "partitura": [(0.5, 1)]}),
}
path = sys.argv[1] + "/again.mid"
for title, (events, expected) in cases.items():
    write(path, events)
    print(title + ", from and to in beats:")
    for name, read in readers.items():
        got = sorted((round(float(a), 3), round(float(b), 3)) for a, b in read(path))
        print(f"  {name:12}", got)
        if got != expected[name]:
            sys.exit(f"{name} now reads the repeated note otherwise.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/again.py" "$folder"
