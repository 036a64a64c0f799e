"""Phrases of four bars: which of them have the same melody, and by what labels."""

from __future__ import annotations

from dataclasses import dataclass

from ...base.arrays import Bools
from .music import MELODY, PHRASE, PHRASE_BARS, Music

#: Melodies that share this much of their onsets (step and pitch) repeat each other; below the second, they do not.
REPEATED = 0.8
OTHER = 0.4
#: Phrases with fewer onsets are not compared.
LEAST_ONSETS = 4

#: A label and its number of bars.
Label = tuple[str, int]


def melody_likeness(a: Bools, b: Bools) -> float | None:
    """Shared onsets over those of the fuller phrase; `None` where one of them has next to no notes."""
    if min(a.sum(), b.sum()) < LEAST_ONSETS:
        return None
    return float((a & b).sum() / max(a.sum(), b.sum()))


def melody_phrases(music: Music) -> list[Bools]:
    """The onsets of the melody in each whole phrase."""
    onset = music.onset[MELODY]
    return [onset[t : t + PHRASE] for t in range(0, len(onset) - PHRASE + 1, PHRASE)]


@dataclass
class PhrasePairs:
    """Pairs of phrases: each with the latest one before that has its melody, and those with other melodies."""

    repeated: list[tuple[int, int]]
    other: list[tuple[int, int]]


def phrase_pairs(music: Music) -> PhrasePairs:
    """The pairs of a song, by its melody."""
    phrases = melody_phrases(music)
    pairs = PhrasePairs([], [])
    for j, phrase in enumerate(phrases):
        alike = [(i, v) for i in range(j) if (v := melody_likeness(phrases[i], phrase)) is not None]
        pairs.repeated += [(i, j) for i, v in alike if v >= REPEATED][-1:]
        pairs.other += [(i, j) for i, v in alike if v < OTHER]
    return pairs


def labels_of_melody(music: Music) -> list[Label]:
    """A label for each phrase: that of the latest phrase with its melody, or a new one. Bars left over are a phrase."""
    phrases = melody_phrases(music)
    repeats = {j: i for i, j in phrase_pairs(music).repeated}
    labels: list[Label] = []
    for j in range(len(phrases)):
        labels.append(labels[repeats[j]] if j in repeats else (f"phrase {j + 1}", PHRASE_BARS))
    left = music.bars - PHRASE_BARS * len(phrases)
    return [*labels, ("rest", left)] if left else labels
