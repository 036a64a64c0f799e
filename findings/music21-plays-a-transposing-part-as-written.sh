#!/usr/bin/env bash
# Packages: music21 10.5.1, verovio 6.4.1, mido 1.3.3 (Python). Seen on 2026-11-28.
#
# A part for a B flat clarinet or a double bass has <transpose> in MusicXML: what sounds is a tone or an octave below what is written.
# music21 knows the interval (the part's instrument holds it), but its MIDI file has the written pitches. verovio's has the sounding ones,
# from the same text. The two differ by the interval in every note of that part, and the rest of the score agrees.
#
# Who meets it: whoever compares MusicXML with MIDI through music21, or takes its MIDI for an arrangement: the part is in another key.
# For us: call toSoundingPitch() on what music21 reads before a note is compared with one of ours.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1 verovio==6.4.1 mido==1.3.3
cat > "$folder/clarinet.py" <<'PY'
import base64
import io
import sys
import mido
import verovio
from music21 import converter

def part(number, transpose, step):
    return f"""<part id="P{number}"><measure number="1"><attributes><divisions>1</divisions><key><fifths>0</fifths></key>
<time><beats>4</beats><beat-type>4</beat-type></time><clef><sign>G</sign><line>2</line></clef>{transpose}</attributes>
<note><pitch><step>{step}</step><octave>4</octave></pitch><duration>4</duration><type>whole</type></note></measure></part>"""

tone = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
octave = "<transpose><diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>"
score = f"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Flute</part-name></score-part>
<score-part id="P2"><part-name>Clarinet in Bb</part-name></score-part>
<score-part id="P3"><part-name>Contrabass</part-name></score-part></part-list>
{part(1, "", "C")}{part(2, tone, "D")}{part(3, octave, "C")}</score-partwise>"""

def pitches(data):
    tracks = mido.MidiFile(file=io.BytesIO(data)).tracks
    return [m.note for track in tracks for m in track if m.type == "note_on" and m.velocity > 0]

parsed = converter.parse(score, format="musicxml")
intervals = [str(i.transposition) for i in parsed.recurse().getElementsByClass("Instrument")]
path = sys.argv[1] + "/m.mid"
parsed.write("midi", path)
with open(path, "rb") as file:
    written = pitches(file.read())
parsed.toSoundingPitch().write("midi", path)
with open(path, "rb") as file:
    sounding = pitches(file.read())
toolkit = verovio.toolkit()
toolkit.loadData(score)
other = pitches(base64.b64decode(toolkit.renderToMIDI()))
print("music21 read these intervals:", intervals)
print("music21:                  ", written)
print("music21, toSoundingPitch():", sounding)
print("verovio:                  ", other)
if written != [60, 62, 60]:
    sys.exit("music21's MIDI file no longer has the written pitches.")
if other != [60, 60, 48]:
    sys.exit("verovio's MIDI file no longer has the sounding pitches.")
if sounding != [60, 60, 48]:
    sys.exit("toSoundingPitch() no longer gives the sounding pitches.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/clarinet.py" "$folder"
