#!/usr/bin/env bash
# Packages: verovio 6.4.1, music21 10.5.1, mido 1.3.3 (Python). Seen on 2026-11-28.
#
# A metronome mark of a dotted quarter = 80 is 120 quarters a minute: a dot makes a beat half as long again. verovio's MIDI file has
# 106.667, as if the dot multiplied by 4/3, for dotted eighths and halves too. Marks without a dot are right. music21's file has 120 for
# all three. A mark with <sound tempo> beside it is right in both.
#
# Who meets it: any piece in 6/8, 9/8 or 12/8 has such a mark: it plays eleven percent slow in verovio and right elsewhere.
# For us: what we write as MusicXML always has <sound tempo="..."> in quarters beside a printed mark.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1 verovio==6.4.1 mido==1.3.3
cat > "$folder/tempo.py" <<'PY'
import base64
import io
import sys
import mido
import verovio
from music21 import converter

def score(unit, dot, number, sound):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Jig</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>2</divisions><key><fifths>0</fifths></key>
<time><beats>6</beats><beat-type>8</beat-type></time><clef><sign>G</sign><line>2</line></clef></attributes>
<direction placement="above"><direction-type><metronome><beat-unit>{unit}</beat-unit>{dot}<per-minute>{number}</per-minute></metronome>
</direction-type>{sound}</direction>
<note><pitch><step>C</step><octave>5</octave></pitch><duration>6</duration><type>half</type><dot/></note></measure></part></score-partwise>"""

def tempo(data):
    for message in mido.merge_tracks(mido.MidiFile(file=io.BytesIO(data)).tracks):
        if message.type == "set_tempo":
            return round(mido.tempo2bpm(message.tempo), 2)

def both(text):
    path = sys.argv[1] + "/t.mid"
    converter.parse(text, format="musicxml").write("midi", path)
    toolkit = verovio.toolkit()
    toolkit.loadData(text)
    with open(path, "rb") as file:
        return tempo(file.read()), tempo(base64.b64decode(toolkit.renderToMIDI()))

sound = '<sound tempo="120"/>'
rows = [("quarter", "", 120, ""), ("half", "", 60, ""), ("quarter", "<dot/>", 80, ""), ("half", "<dot/>", 40, ""), ("eighth", "<dot/>", 160, "")]
for unit, dot, number, extra in rows + [("quarter", "<dot/>", 80, sound)]:
    dotted = "<beat-unit-dot/>" if dot else ""
    got = both(score(unit, dotted, number, extra))
    name = ("dotted " if dot else "") + unit
    print(f"{name:15} = {number:3} {'with <sound>' if extra else '':12} music21 {got[0]}  verovio {got[1]}  (right: 120)")
    if got[0] != 120:
        sys.exit("music21's tempo is no longer 120.")
    if got[1] != (106.67 if dot and not extra else 120):
        sys.exit("verovio's tempo of this mark has changed.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/tempo.py" "$folder"
