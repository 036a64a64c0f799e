"""The triad of each half bar, and the key of a song: what the reference figures of songs read harmony with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .music import HALF, MELODY, PITCHED, Music, pitch_classes

#: Major, minor, diminished, augmented: semitones above the root.
KINDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8))
#: Semitones above the root that count as a seventh (with a diminished triad also the diminished one), by kind.
SEVENTHS = ((10, 11), (10,), (9, 10), (10,))


class Triad(NamedTuple):
    """A root (pitch class) and the index of a kind."""

    root: int
    kind: int

    def classes(self) -> list[int]:
        """The pitch classes."""
        return [(self.root + i) % 12 for i in KINDS[self.kind]]


TRIADS = tuple(Triad(root, kind) for kind in range(len(KINDS)) for root in range(12))


@dataclass
class HalfBar:
    """The harmony of a half bar: the triad that fits best, each pitch class's steps, the lowest pitch that starts it.

    Triad and lowest pitch are `None` where no pitched part sounds.
    """

    triad: Triad | None
    weights: NDArray[np.int64]
    lowest: int | None


def _template(triad: Triad) -> NDArray[np.float64]:
    row = np.full(12, -0.5)
    row[triad.classes()] = 1.0
    row[triad.root] += 0.01  # decides between chords of the same notes
    return row


_TEMPLATES = np.stack([_template(triad) for triad in TRIADS])


def triads_of_half_bars(music: Music) -> list[HalfBar]:
    """The harmony of the pitched parts, without the melody: a chord tone counts 1, another note −0.5, by steps."""
    roll = music.roll[list(PITCHED)]
    found = []
    for start in range(0, roll.shape[1] - HALF + 1, HALF):
        heard = roll[:, start : start + HALF]
        weights = pitch_classes(heard).sum((0, 1))
        if not weights.any():
            found.append(HalfBar(None, weights, None))
            continue
        together = np.asarray(heard.any(0))
        first = together[int(together.any(1).argmax())]
        found.append(HalfBar(TRIADS[int((_TEMPLATES @ weights).argmax())], weights, int(first.argmax())))
    return found


@dataclass(frozen=True)
class Key:
    """A tonic and a mode."""

    tonic: int
    minor: bool

    def scale(self) -> frozenset[int]:
        """The pitch classes inside the key; in minor, both sixths and both sevenths."""
        steps = (0, 2, 3, 5, 7, 8, 9, 10, 11) if self.minor else (0, 2, 4, 5, 7, 9, 11)
        return frozenset((self.tonic + i) % 12 for i in steps)


#: Krumhansl and Kessler (Krumhansl, Cognitive Foundations of Musical Pitch, 1990). Here all parts of a song are
#: weighed; the program's way to find a key is fitted to melodies.
_PROFILES = (
    (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
)


def _best_key(weights: NDArray[np.float64]) -> int:
    """The key with the highest correlation: 0…11 = C…B major, 12…23 = C…B minor."""
    rows = np.array([np.roll(profile, tonic) for profile in _PROFILES for tonic in range(12)])
    rows = rows - rows.mean(1, keepdims=True)
    correlation = rows @ (weights - weights.mean()) / np.linalg.norm(rows, axis=1)
    return int(correlation.argmax())


def key_of(music: Music) -> Key:
    """The key of melody and pitched parts together, by the steps that each pitch class sounds."""
    weights = pitch_classes(music.roll[[MELODY, *PITCHED]]).sum((0, 1))
    key = _best_key(weights)
    return Key(key % 12, key >= 12)
