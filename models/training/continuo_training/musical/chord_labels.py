"""Recognises the chord and the bass note of each half bar of the real parts, which the chord plan learns.

Template matching: the share of the sounding pitch classes that belong to a chord, over the square root of the number of
its tones (the cosine of Fujishima, "Realtime chord recognition of musical sound", ICMC 1999), with a little more for a
root in the bass, which tells apart chords of the same tones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.contract import LOWEST, SLOTS
from .chord_vocabulary import CHORDS, NO_CHORD, QUALITIES, TONES, root_of

#: How much a step of each part says about the harmony: melody, bass, chords, strings, counter. Strings say little,
#: since most of them are pads that were derived from plain triads.
EVIDENCE = (0.3, 1.5, 1.0, 0.25, 0.6)
#: How much a root in the bass counts, and the fifth above it.
ROOT_IN_BASS, FIFTH_IN_BASS = 0.10, 0.03
#: What a chord of each quality must be better by, since it is rarer than those it resembles; sevenths sound shortly.
RARE = {"aug": 0.04, "sus2": 0.06, "sus4": 0.03, "dim7": 0.02, "maj6": 0.04, "min6": 0.04, "minmaj7": 0.06}
RARE |= {"7sus4": 0.03, "5": 0.11, "dim": 0.03, "7": -0.03, "hdim7": -0.01, "maj7": 0.01}

_SIZES = np.sqrt(np.tile([len(tones) for _, tones in QUALITIES], 12)).astype(np.float32)
_RARE = np.tile([RARE.get(name, 0.0) for name, _ in QUALITIES], 12).astype(np.float32)


def recognised(weights: NDArray[np.float32], bass: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[N, 12] weights of the pitch classes and of those in the bass → [N] chords and [N] bass notes (−1: none).

    A bass note that is no tone of the chord passes by, and the root stands for it.
    """
    share = weights / np.maximum(weights.sum(1, keepdims=True), 1e-6)
    low = bass / np.maximum(bass.sum(1, keepdims=True), 1e-6)
    score = share @ TONES[:NO_CHORD].T / _SIZES - _RARE
    roots = np.repeat(np.arange(12), len(QUALITIES))
    score = score + ROOT_IN_BASS * low[:, roots] + FIFTH_IN_BASS * low[:, (roots + 7) % 12]
    chords: NDArray[np.int64] = score.argmax(1)
    chords = np.where(weights.sum(1) > 0, chords, NO_CHORD)
    lowest = low.argmax(1)
    is_tone = TONES[chords, lowest] > 0
    basses = np.where(is_tone & (low.sum(1) > 0), lowest, root_of(chords))
    return chords, np.where(chords == NO_CHORD, -1, basses)


def classes_of(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """[..., steps, 84] → [..., steps, 12]"""
    out = np.zeros((*planes.shape[:-1], 12), np.float32)
    for pitch in range(planes.shape[-1]):
        out[..., (pitch + LOWEST) % 12] += planes[..., pitch]
    return out


def lowest_notes(pitched: NDArray[np.float32]) -> NDArray[np.float32]:
    """[B, 64, 12]: the pitch class of the bass on each step, or of the lowest other note where the bass is silent."""
    bass = classes_of(pitched[:, 1])
    others = pitched[:, 3::2].max(1)
    lowest = others.argmax(2)
    sounds = others.max(2) > 0
    found = np.eye(12, dtype=np.float32)[(lowest + LOWEST) % 12] * sounds[..., None]
    sounding = np.asarray(bass.any(2))
    return np.where(sounding[..., None], bass, found)


def labels(
    melody: NDArray[np.float32], pitched: NDArray[np.float32], three: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[B, 8] chords and bass notes of the slots, from planes [B, 2, 64, 84] and [B, 8, 64, 84]; −1 in unused slots."""
    size = len(melody)
    parts = [melody[:, 1], *(pitched[:, 2 * i + 1] for i in range(4))]
    classes = np.stack([classes_of(part) for part in parts])
    weight = np.tensordot(np.array(EVIDENCE, np.float32), classes, 1)
    backing = classes[1:].sum((0, 3))
    low = lowest_notes(pitched)
    chords = np.full((size, SLOTS), -1, np.int64)
    basses = np.full((size, SLOTS), -1, np.int64)
    for slot in range(SLOTS):
        for rows, unit in ((~three, 8), (three, 12)):
            if unit == 12 and slot >= 4:
                continue
            span = slice(slot * unit, slot * unit + unit)
            # The note on the slot's beginning is the bass; those after it often pass.
            bass = low[:, span].sum(1) + 3.0 * low[:, slot * unit : slot * unit + 2].sum(1)
            chord, lowest = recognised(weight[:, span].sum(1), bass)
            silent = backing[:, span].sum(1) < 2
            chords[rows, slot] = np.where(silent, NO_CHORD, chord)[rows]
            basses[rows, slot] = np.where(silent, -1, lowest)[rows]
    return chords, _without_alternating_bass(chords, basses)


def _without_alternating_bass(chords: NDArray[np.int64], basses: NDArray[np.int64]) -> NDArray[np.int64]:
    """The root for a bass that alternates: its fifth beside a root, and any tone in the same bar as the root."""
    roots = root_of(chords)
    at_root = (basses == roots) & (chords >= 0) & (chords != NO_CHORD)
    beside = np.zeros_like(at_root)
    for here, there in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        beside[:, here] |= at_root[:, there] & (chords[:, here] == chords[:, there])
    mate = np.arange(SLOTS) ^ 1
    same_bar = at_root[:, mate] & (chords == chords[:, mate]) & (chords[:, 4:5] >= 0)
    fifth = (basses - roots) % 12 == 7
    out = np.where(same_bar | (fifth & beside), roots, basses)
    return np.where((chords == NO_CHORD) | (chords < 0), -1, out)


assert len(_SIZES) == CHORDS - 1
