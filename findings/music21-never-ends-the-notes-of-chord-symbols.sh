#!/usr/bin/env bash
# Packages: music21 10.5.1, mido 1.3.3 (Python). Seen on 2026-11-28.
#
# music21 writes a score's chord symbols (<harmony> in MusicXML, a lead sheet's "Cmaj7") into its MIDI file as sounding notes, though they
# have no length. For a note without length it writes the note-off first and the note-on after it, both at the same tick. So the four notes
# of the symbol start and never end. Grace notes get the same pair in the same order.
#
# Who meets it: whoever turns a lead sheet into a MIDI file with music21, and whoever reads that file: a player holds the chord to the end.
# For us: a lead sheet goes through music21 without its chord symbols, and our reader must bound a note that no note-off ends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1 mido==1.3.3
cat > "$folder/lead.py" <<'PY'
import sys
import mido
from music21 import converter

def score(first):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>1</divisions><key><fifths>0</fifths></key>
<time><beats>4</beats><beat-type>4</beat-type></time><clef><sign>G</sign><line>2</line></clef></attributes>{first}
<note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration><type>whole</type></note></measure>
<measure number="2"><note><pitch><step>D</step><octave>5</octave></pitch><duration>4</duration><type>whole</type></note></measure>
</part></score-partwise>"""

def hanging(title, first):
    """The pitches that the written file starts and never ends."""
    path = f"{sys.argv[1]}/{title}"
    with open(path + ".musicxml", "w") as file:
        file.write(score(first))
    converter.parse(path + ".musicxml", forceSource=True).write("midi", path + ".mid")
    held, now = set(), 0
    print(title)
    for message in mido.merge_tracks(mido.MidiFile(path + ".mid").tracks):
        now += message.time
        if message.type in ("note_on", "note_off"):
            print(f"  tick {now:6} {message.type} {message.note}")
            if message.type == "note_on" and message.velocity > 0:
                held.add(message.note)
            else:
                held.discard(message.note)
    print("  never ended:", sorted(held))
    return sorted(held)

symbol = "<harmony><root><root-step>C</root-step></root><kind>major-seventh</kind></harmony>"
grace = "<note><grace/><pitch><step>B</step><octave>4</octave></pitch><type>eighth</type></note>"
if hanging("plain", "") != []:
    sys.exit("Even the plain tune now leaves notes hanging.")
if hanging("chord-symbol", symbol) != [48, 52, 55, 59]:
    sys.exit("The chord symbol's notes are now ended, or no longer written.")
if hanging("grace-note", grace) != [71]:
    sys.exit("The grace note is now ended, or no longer written.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/lead.py" "$folder"
