"""The chords that the network knows, as vectors: a root with a quality or no chord, and a bass note."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .triads import CHORDS as TRIAD_CHORDS
from .triads import NO_CHORD as NO_TRIAD

#: Each quality's name and its tones in semitones above the root, in the order of the chord vectors.
QUALITIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("maj", (0, 4, 7)),
    ("min", (0, 3, 7)),
    ("dim", (0, 3, 6)),
    ("aug", (0, 4, 8)),
    ("sus2", (0, 2, 7)),
    ("sus4", (0, 5, 7)),
    ("maj7", (0, 4, 7, 11)),
    ("min7", (0, 3, 7, 10)),
    ("7", (0, 4, 7, 10)),
    ("dim7", (0, 3, 6, 9)),
    ("hdim7", (0, 3, 6, 10)),
    ("maj6", (0, 4, 7, 9)),
    ("min6", (0, 3, 7, 9)),
    ("minmaj7", (0, 3, 7, 11)),
    ("7sus4", (0, 5, 7, 10)),
    ("5", (0, 7)),
)
QUALITY_IDS = tuple(name for name, _ in QUALITIES)
#: Roots times qualities, then "no chord".
CHORDS = 12 * len(QUALITIES) + 1
NO_CHORD = CHORDS - 1
#: The length of a chord vector: the chords, then the twelve bass notes.
CHORD_SIZE = CHORDS + 12
#: For each quality the triad (major, minor, diminished) that is nearest to it.
TRIAD_KINDS = (0, 1, 2, 0, 0, 0, 0, 1, 0, 2, 2, 0, 1, 1, 0, 0)


def chord(root: int, quality: str) -> int:
    """The place of a chord in the vectors."""
    return root % 12 * len(QUALITIES) + QUALITY_IDS.index(quality)


def root_of(chords: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pitch class of the root of each chord; meaningless for "no chord"."""
    roots: NDArray[np.int64] = chords // len(QUALITIES)
    return roots


def moved(chords: NDArray[np.int64], shift: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Chords transposed by `shift` semitones; "no chord" and −1 (no label) stay."""
    count = len(QUALITIES)
    there = (chords // count + shift) % 12 * count + chords % count
    out: NDArray[np.int64] = np.where((chords >= 0) & (chords != NO_CHORD), there, chords)
    return out


def _tones() -> NDArray[np.float32]:
    rows = np.zeros((CHORDS, 12), np.float32)
    for root in range(12):
        for i, (_, tones) in enumerate(QUALITIES):
            rows[root * len(QUALITIES) + i, [(root + t) % 12 for t in tones]] = 1
    return rows


def _triads() -> NDArray[np.float32]:
    rows = np.zeros((CHORDS, TRIAD_CHORDS), np.float32)
    for root in range(12):
        for i, kind in enumerate(TRIAD_KINDS):
            rows[root * len(QUALITIES) + i, 3 * root + kind] = 1
    rows[NO_CHORD, NO_TRIAD] = 1
    return rows


def _triad_tones() -> NDArray[np.float32]:
    names = [("maj", "min", "dim")[kind] for kind in TRIAD_KINDS]
    nearest = [chord(root, name) for root in range(12) for name in names]
    rows: NDArray[np.float32] = np.concatenate([TONES[nearest], np.zeros((1, 12), np.float32)])
    return rows


#: [CHORDS, 12]: 1 for the pitch classes of each chord.
TONES = _tones()
#: [CHORDS, 12]: 1 for the pitch classes of the triad that is nearest to each chord.
TRIAD_TONES = _triad_tones()
#: [CHORDS, 37]: 1 for the triad that is nearest to each chord.
NEAREST_TRIADS = _triads()
