#!/usr/bin/env bash
# Package: music21 10.5.1 (Python). Seen on 2026-11-28.
#
# analyze('key') does not use the Krumhansl-Kessler profiles. It uses those of Aarden and Essen, which count how often melodies of a
# folk song collection use each degree, and which give the seventh degree of major a tenth of the weight of the others. With them a plain
# C major scale, one octave up, is in A minor. The four other profiles that the package offers answer C major.
# There is also a class KrumhanslKessler, but its name selects nothing: in capitals it raises an error, and in small letters it runs
# KrumhanslSchmuckler (whose numbers happen to be those of Krumhansl and Kessler).
#
# Who meets it: whoever checks a key finder for melodies against music21, as the usual second opinion.
# For us: name the profile ('KrumhanslSchmuckler') in such a check, and do not count a disagreement with the default as our error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check music21==10.5.1
cat > "$folder/ask.py" <<'PY'
import sys
from music21 import note, stream
from music21.analysis import discrete

scale = stream.Stream([note.Note(name) for name in "C4 D4 E4 F4 G4 A4 B4 C5".split()])
answers = {}
for method in ["key", "AardenEssen", "KrumhanslSchmuckler", "SimpleWeights", "BellmanBudge", "TemperleyKostkaPayne"]:
    key = scale.analyze(method)
    answers[method] = str(key)
    print(f"{method:22} {key!s:8} correlation {key.correlationCoefficient:.3f}")
try:
    scale.analyze("KrumhanslKessler")
    capitals = "an answer"
except discrete.DiscreteAnalysisException:
    capitals = "an error"
small = discrete.analysisClassFromMethodName("krumhanslkessler").__name__
print(f"class KrumhanslKessler exists: {hasattr(discrete, 'KrumhanslKessler')}; by its name: {capitals}; in small letters: {small}")
if answers["key"] != "a minor" or answers["AardenEssen"] != "a minor":
    sys.exit("The default profile no longer hears A minor in the C major scale.")
if any(answers[m] != "C major" for m in list(answers)[2:]):
    sys.exit("One of the other profiles no longer answers C major.")
if (capitals, small) != ("an error", "KrumhanslSchmuckler"):
    sys.exit("The name KrumhanslKessler now selects something else.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/ask.py"
