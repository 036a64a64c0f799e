"""How full sections of each kind are beside the other sections of their song, from POP909's labelled phrases.

POP909 marks introductions, endings, interludes and letters. The first letter that is sung is taken for the verse, of
the others the one that lasts longest for the chorus, the rest for bridges. The fullness of a section is its rank in
its song by the accompaniment's notes a beat, their velocities, and whether the second melody plays.
"""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mido
import numpy as np

from .fullness import Floats, ranks
from .sources import is_validation

KINDS = ("intro", "verse", "chorus", "bridge", "break", "ending")
Section = tuple[float, float, str]
Notes = list[tuple[float, int]]  # seconds, velocity


def kinds_of(sections: Sequence[Section]) -> list[str | None]:
    """The kind of each labelled section; `None` where the label says none."""
    sung = [label[0] for _, _, label in sections if label[0].isupper() and label[0] != "X"]
    if not sung:
        return [None] * len(sections)
    verse = sung[0]
    lengths = Counter[str]()
    for start, end, label in sections:
        if label[0].isupper() and label[0] not in ("X", verse):
            lengths[label[0]] += round(end - start)
    chorus = lengths.most_common(1)[0][0] if lengths else None

    def kind(label: str) -> str | None:
        named = {"i": "intro", "o": "ending", verse: "verse", chorus: "chorus"}
        if label[0] in named:
            return named[label[0]]
        if label[0] in "xX":
            return None
        return "bridge" if label[0].isupper() else "break"

    return [kind(label) for _, _, label in sections]


def fullness(sections: Sequence[Section], beats: Floats, first: int, tracks: dict[str, Notes]) -> Floats:
    """The rank of each section in its song, 0 (the emptiest) to 1. `first` is the beat of the first full bar."""
    notes, velocity, second = [], [], []
    accompaniment = np.array(sorted(tracks["PIANO"] + tracks["BRIDGE"]))
    bridge = np.array([start for start, _ in tracks["BRIDGE"]])
    for start, end, _ in sections:
        at = [beats[min(max(0, round(first + q)), len(beats) - 1)] for q in (start, end)]
        inside = accompaniment[(accompaniment[:, 0] >= at[0] - 0.05) & (accompaniment[:, 0] < at[1] - 0.05)]
        notes.append(len(inside) / max(1.0, end - start))
        velocity.append(inside[:, 1].mean() if len(inside) else 0.0)
        second.append(float(((bridge >= at[0] - 0.05) & (bridge < at[1] - 0.05)).any()))
    return ranks(sum((ranks(np.array(values)) for values in (notes, velocity, second)), np.zeros(len(sections))))


def _tracks(midi: mido.MidiFile) -> dict[str, Notes]:
    tempo = next((m.tempo for t in midi.tracks for m in t if m.type == "set_tempo"), 500_000)
    found: dict[str, Notes] = {"PIANO": [], "BRIDGE": []}
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if track.name in found and message.type == "note_on" and message.velocity > 0:
                found[track.name].append((mido.tick2second(tick, midi.ticks_per_beat, tempo), message.velocity))
    return found


def measure(archive: Path, labels: Path) -> dict[str, tuple[float, int]]:
    """For each kind, the mean rank beside the middle (−0.5 to 0.5), and how many sections were read."""
    with lzma.open(labels, "rt") as lines:
        songs: dict[str, dict[str, Any]] = {
            song["name"]: song for song in map(json.loads, lines) if song["source"] == "pop909"
        }
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    files: dict[str, dict[str, bytes]] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path = Path(member.name)
            name = path.parent.name
            if name not in songs or path.name not in (f"{name}.mid", "beat_midi.txt") or is_validation("pop909", name):
                continue
            file = tar.extractfile(member)
            if file is not None:
                files.setdefault(name, {})["beats" if path.suffix == ".txt" else "midi"] = file.read()
    for name, pair in files.items():
        if len(pair) < 2 or "pop909_beat0" not in songs[name]:
            continue
        beats = np.array([float(line.split()[0]) for line in pair["beats"].decode().splitlines() if line.strip()])
        tracks = _tracks(mido.MidiFile(file=io.BytesIO(pair["midi"])))
        sections = songs[name]["sections"]
        if len(sections) < 4 or not tracks["PIANO"]:
            continue
        for kind, rank in zip(
            kinds_of(sections), fullness(sections, beats, songs[name]["pop909_beat0"], tracks), strict=True
        ):
            if kind is not None:
                found[kind].append(float(rank))
    return {kind: (float(np.mean(values)) - 0.5, len(values)) for kind, values in found.items() if values}
