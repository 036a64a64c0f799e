#!/usr/bin/env bash
# Packages: verovio 6.4.1, music21 10.5.1 (Python). Seen on 2026-11-30.
#
# MusicXML's sign for "no chord" is a harmony of the kind "none". It must have a root all the same, usually C, which means nothing.
# verovio prints that root: "C" where the kind has no text of its own, and "CN.C." where it has the usual "N.C.". Only a root-step
# with an empty text attribute leaves it away. music21 reads all three as no chord.
#
# Who meets it: any lead sheet with a bar without chords, engraved by verovio: the bar asks for a chord of C.
# For us: what we write as MusicXML has "N.C." as words above the staff, without a harmony element.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1 verovio==6.4.1
cat > "$folder/none.py" <<'PY'
import re
import sys
import verovio
from music21 import converter, harmony

def score(symbol):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>1</divisions><key><fifths>0</fifths></key>
<time><beats>4</beats><beat-type>4</beat-type></time><clef><sign>G</sign><line>2</line></clef></attributes>
<harmony>{symbol}</harmony>
<note><pitch><step>E</step><octave>5</octave></pitch><duration>4</duration><type>whole</type></note></measure></part></score-partwise>"""

def printed(text):
    toolkit = verovio.toolkit()
    toolkit.loadData(text)
    sign = re.search(r'class="harm".*?</g>', toolkit.renderToSVG(1), re.DOTALL)
    return "".join(re.findall(r">([^<>\n\t]+)<", sign.group(0))).strip() if sign else None

def read(text):
    return type(next(iter(converter.parse(text, format="musicxml").recurse().getElementsByClass(harmony.Harmony)))).__name__

for name, symbol, expected in [
    ("no text", "<root><root-step>C</root-step></root><kind>none</kind>", "C"),
    ("N.C.", '<root><root-step>C</root-step></root><kind text="N.C.">none</kind>', "CN.C."),
    ("N.C., empty root", '<root><root-step text="">C</root-step></root><kind text="N.C.">none</kind>', "N.C."),
]:
    text = score(symbol)
    got = (printed(text), read(text))
    print(f"{name:18} verovio prints {got[0]!r:9} music21 reads {got[1]}")
    if got != (expected, "NoChord"):
        sys.exit("This has changed.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/none.py"
