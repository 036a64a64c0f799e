#!/usr/bin/env bash
# Packages: music21 10.5.1, verovio 6.4.1 (Python). Seen on 2026-11-30.
#
# MusicXML has no kind for 7sus4: it is a suspended fourth with an added seventh. The format counts an added degree from a dominant
# chord, so a seventh that is added without alteration is the minor one: F over G. music21 counts from the root's major scale and
# reads F sharp, over every root and kind. verovio prints the same symbol as sus4 with a 7.
#
# Who meets it: whoever checks or plays lead sheets with 7sus4 (or C7 written as C with an added 7) by music21: the sheet looks
# right, and its chord has a note that clashes with the tune.
# For us: we write it as the format has it, with "7sus4" as its text, and compare the symbol and not music21's pitches.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1 verovio==6.4.1
cat > "$folder/seventh.py" <<'PY'
import re
import sys
import verovio
from music21 import converter, harmony

def score(root, kind, alter):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>1</divisions><key><fifths>0</fifths></key>
<time><beats>4</beats><beat-type>4</beat-type></time><clef><sign>G</sign><line>2</line></clef></attributes>
<harmony><root><root-step>{root}</root-step></root><kind>{kind}</kind>
<degree><degree-value>7</degree-value><degree-alter>{alter}</degree-alter><degree-type>add</degree-type></degree></harmony>
<note><pitch><step>D</step><octave>5</octave></pitch><duration>4</duration><type>whole</type></note></measure></part></score-partwise>"""

def seventh(text):
    symbol = next(iter(converter.parse(text, format="musicxml").recurse().getElementsByClass(harmony.Harmony)))
    return (symbol.pitches[-1].midi - symbol.root().midi) % 12

def printed(text):
    toolkit = verovio.toolkit()
    toolkit.loadData(text)
    sign = re.search(r'class="harm".*?</g>', toolkit.renderToSVG(1), re.DOTALL)
    return "".join(re.findall(r">([^<>\n\t]+)<", sign.group(0))).strip()

# By the format: alteration 0 is the minor seventh (10 semitones), 1 the major one (11).
for root in ("C", "G", "D"):
    for kind in ("suspended-fourth", "major", "minor"):
        plain, raised = (score(root, kind, alter) for alter in (0, 1))
        got = (seventh(plain), seventh(raised))
        print(f"{root} {kind:16} added 7: music21 hears {got[0]} semitones (right: 10); raised {got[1]} (right: 11); verovio prints {printed(plain)}")
        if got != (11, 11):
            sys.exit("music21 reads an added seventh otherwise now.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/seventh.py"
