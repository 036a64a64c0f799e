#!/usr/bin/env bash
# Package: mir_eval 0.8.2 (Python). Seen on 2026-11-28.
#
# The scores named majmin and sevenths are described as comparisons of chord quality without the bass; the ones with the bass are called
# majmin_inv and sevenths_inv. But a bass note is added to the chord's own notes first. C major over D is then neither major nor minor, and
# its time is left out of all four scores. A file whose chords all stand over a passing bass gets 0 of 1 against itself, while three wrong
# answers beside one right one score 1. With a seventh in the bass the opposite happens: C major over B flat is the same as C7.
#
# Who meets it: whoever scores chords found under a melody, since walking and pedal basses give such labels all the time.
# For us: strip the bass from labels before majmin and sevenths, and print how much of the piece a score covers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check mir_eval==0.8.2
cat > "$folder/score.py" <<'PY'
import sys
import warnings
import numpy as np
from mir_eval import chord

warnings.simplefilter("ignore")
bars = np.array([[0, 1], [1, 2], [2, 3], [3, 4]], float)
names = ["root", "thirds", "triads", "majmin", "majmin_inv", "sevenths"]

def score(title, reference, estimate):
    got = chord.evaluate(bars, reference, bars, estimate)
    got = {name: float(got[name]) for name in names}
    print(f"{title:32}", got)
    return got

pedal = ["C:maj/2", "F:maj/2", "G:maj/4", "C:maj/2"]
itself = score("slash chords against themselves", pedal, pedal)
wrong = score("three of four bars wrong", ["C:maj/2", "F:maj/2", "G:maj/4", "C:maj"], ["Eb:min", "B:min", "F#:maj", "C:maj"])
seventh = float(chord.tetrads(["C:maj/b7"], ["C:7"])[0])
print("tetrads of C:maj/b7 and C:7:", seventh)
if itself["root"] != 1 or any(itself[name] != 0 for name in ["majmin", "majmin_inv", "sevenths"]):
    sys.exit("Chords over a passing bass now score otherwise against themselves.")
if wrong["root"] != 0.25 or wrong["majmin"] != 1:
    sys.exit("Chords over a passing bass now count in majmin.")
if seventh != 1:
    sys.exit("C major over B flat is no longer the same as C7.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/score.py"
