#!/usr/bin/env bash
# Packages: music21 10.5.1, verovio 6.4.1, partitura 1.9.0, mido 1.3.3 (Python). Seen on 2026-11-28.
#
# A tune in 4/4 begins with one beat before its first bar line. In MusicXML that is a short measure marked implicit, and all three programs
# understand it. Their MIDI files do not show it: each writes 4/4 at tick 0 and no other meter, so the first bar line of the file falls
# three beats after the tune's, and so does every later one. A bar of 1/4 before the 4/4, or three beats of rest, would keep them. Whoever
# reads the file finds the tune's strong beats on the second beat of its bars.
#
# Who meets it: whoever feeds a bar-based network or a key and meter finder with MIDI made from scores: folk tunes and chorales often have
# a pickup. All three exporters agree, so comparing them shows nothing.
# For us: for such pieces take bars from the MusicXML, and in our MIDI files write the pickup as a bar of its own meter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1 verovio==6.4.1 partitura==1.9.0 mido==1.3.3
cat > "$folder/pickup.py" <<'PY'
import base64
import sys
import warnings

warnings.simplefilter("ignore")
import mido
import music21
import partitura
import verovio

def note(step, octave):
    return f"<note><pitch><step>{step}</step><octave>{octave}</octave></pitch><duration>1</duration><type>quarter</type></note>"

bar = "".join(note("C", 5) for _ in range(4))
score = f"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list><part id="P1">
<measure number="0" implicit="yes"><attributes><divisions>1</divisions><key><fifths>0</fifths></key><time><beats>4</beats>
<beat-type>4</beat-type></time><clef><sign>G</sign><line>2</line></clef></attributes>{note("G", 4)}</measure>
<measure number="1">{bar}</measure><measure number="2">{bar}</measure><measure number="3">{bar}</measure></part></score-partwise>"""
source, made = sys.argv[1] + "/t.musicxml", sys.argv[1] + "/t.mid"
with open(source, "w") as file:
    file.write(score)

def with_music21():
    music21.converter.parse(source, forceSource=True).write("midi", made)

def with_verovio():
    toolkit = verovio.toolkit()
    toolkit.loadData(score)
    with open(made, "wb") as file:
        file.write(base64.b64decode(toolkit.renderToMIDI()))

def with_partitura():
    partitura.save_score_midi(partitura.load_musicxml(source), made)

def contents():
    """The meters and the beats of notes, from all tracks."""
    midi, meters, starts = mido.MidiFile(made), [], []
    for track in midi.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "time_signature":
                meters.append((message.numerator, message.denominator, now / midi.ticks_per_beat))
            elif message.type == "note_on" and message.velocity > 0:
                starts.append(now / midi.ticks_per_beat)
    return meters, starts

measures = music21.converter.parse(source, forceSource=True).parts[0].getElementsByClass("Measure")
print("bar lines of the score, in beats:", [float(m.offset) for m in measures])
for export in (with_music21, with_verovio, with_partitura):
    export()
    meters, starts = contents()
    print(f"{export.__name__:15} meters {meters}, notes at beats {[round(s) for s in starts]}, so bar lines at 0, 4, 8, 12")
    if meters != [(4, 4, 0.0)] or [round(s) for s in starts] != list(range(13)):
        sys.exit("This export now keeps the bar lines of a tune with a pickup.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/pickup.py" "$folder"
