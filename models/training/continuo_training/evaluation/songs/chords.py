"""Chords of a lead sheet: a root, a quality and the lowest note."""

from __future__ import annotations

from typing import NamedTuple

#: Quality → semitones above the root: the vocabulary of the lead sheets.
QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "7": (0, 4, 7, 10),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "minmaj7": (0, 3, 7, 11),
    "7sus4": (0, 5, 7, 10),
    "5": (0, 7),
}
NO_CHORD = "N"
#: Qualities with a seventh.
WITH_SEVENTH = frozenset({"maj7", "min7", "7", "dim7", "hdim7", "minmaj7", "7sus4"})
ROOTS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_WRITTEN = {"maj": "", "min": "m", "min7": "m7", "maj6": "6", "min6": "m6", "hdim7": "m7b5", "minmaj7": "mMaj7"}


class Chord(NamedTuple):
    """Root and bass are pitch classes; the bass is the root unless the chord is inverted or a slash chord."""

    root: int
    quality: str
    bass: int

    def classes(self) -> frozenset[int]:
        """The pitch classes, without a foreign bass."""
        return frozenset((self.root + i) % 12 for i in QUALITIES[self.quality])

    def symbol(self) -> str:
        """As on a lead sheet, in characters that every program reads."""
        below = "" if self.bass == self.root else f"/{ROOTS[self.bass]}"
        return f"{ROOTS[self.root]}{_WRITTEN.get(self.quality, self.quality)}{below}"


def chord_of(root: int | str, quality: str, bass: int | str) -> Chord | None:
    """The chord of a lead sheet; `None` for no chord and for a quality outside the vocabulary."""
    if quality == NO_CHORD or quality not in QUALITIES or not isinstance(root, int):
        return None
    return Chord(root % 12, quality, bass % 12 if isinstance(bass, int) else root % 12)
