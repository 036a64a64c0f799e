#!/usr/bin/env bash
# Packages: dawdreamer 0.9.0, mido 1.3.3 (Python). Seen on 2026-11-29.
#
# DawDreamer's load_midi keeps the file's texts, and save_midi writes them again, cut: of a track's name it writes three letters, but still
# the length of the whole name. The reader takes what follows for the rest of the name, and then finds no event where one should be: the file
# is refused or its first notes are gone. The number three is the number of the kind "track name" in the file, which is taken for the length.
# A song whose track has no name, or one of three letters, is read. What a plugin played is not in the file: only its input is written.
#
# Who meets it: whoever loads a song into DawDreamer, renders it, saves it and opens it elsewhere; nearly all songs name their tracks.
# For us: what DawDreamer saves says nothing about the notes that a plugin plays. Take names away before load_midi.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check dawdreamer==0.9.0 mido==1.3.3 numpy==2.4.6
cat > "$folder/save.py" <<'PY'
import sys
import dawdreamer
import mido
import numpy as np

folder = sys.argv[1]

def saved(name):
    song = mido.MidiFile(type=0)
    track = mido.MidiTrack()
    song.tracks.append(track)
    if name:
        track.append(mido.MetaMessage("track_name", name=name))
    for pitch in (60, 64, 67):
        track.append(mido.Message("note_on", note=pitch, velocity=100, time=0))
        track.append(mido.Message("note_off", note=pitch, velocity=0, time=240))
    song.save(folder + "/song.mid")
    engine = dawdreamer.RenderEngine(44100, 512)
    sampler = engine.make_sampler_processor("sampler", np.zeros((2, 4410), np.float32))
    sampler.load_midi(folder + "/song.mid")
    engine.load_graph([(sampler, [])])
    engine.render(2.0)
    sampler.save_midi(folder + "/saved.mid")
    try:
        tracks = mido.MidiFile(folder + "/saved.mid").tracks
        notes = sum(message.type == "note_on" and message.velocity > 0 for track in tracks for message in track)
    except (ValueError, OSError, EOFError, IndexError, KeyError) as error:
        print("  mido:", error)
        notes = "refused"
    print(f"a track called {name!r}: {notes} of 3 notes")
    return notes

found = [saved(name) for name in ("", "Abc", "Lead melody")]
if found[:2] != [3, 3]:
    sys.exit("A song without long names is no longer read whole.")
if found[2] == 3:
    sys.exit("A song with a track's name is now read whole.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/save.py" "$folder"
