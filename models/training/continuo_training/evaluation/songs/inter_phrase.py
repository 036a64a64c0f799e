"""Group *form*: likeness between phrases with the same label (ILS)."""

from __future__ import annotations

import numpy as np

from .music import ACCOMPANIMENT, BAR, Music
from .phrases import Label

SEGMENT_BARS = 2


def likeness_of_labelled(music: Music, labels: list[Label], tracks: tuple[int, ...] = ACCOMPANIMENT) -> float | None:
    """ILS: the mean cosine of segments of two bars in phrases with the same label, over the mean of all pairs.

    After the measure of Wang et al., Whole-Song Hierarchical Generation (ICLR 2024), on onsets instead of learnt
    features. A segment is the onsets of all `tracks` (which pitch, at which step); a phrase of odd length repeats its
    last bar. `None` where no two segments share a label, or no two segments anywhere are alike.
    """
    onset = np.asarray(music.onset[list(tracks)].any(0))
    rows, owners, bar = [], [], 0
    for label, bars in labels:
        part = onset[BAR * bar : BAR * (bar + bars)].astype(np.float64)
        part = np.concatenate([part, np.zeros((BAR * bars - len(part), part.shape[1]))])
        if bars % SEGMENT_BARS:
            part = np.concatenate([part, part[-BAR:]])
        segments = part.reshape(-1, SEGMENT_BARS * BAR * part.shape[1])
        rows += list(segments)
        owners += [label] * len(segments)
        bar += bars
    if len(rows) < 2:
        return None
    matrix, owner = np.array(rows), np.array(owners)
    norm = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = np.divide(matrix, norm, out=np.zeros_like(matrix), where=norm > 0)
    cosines = unit @ unit.T
    other = ~np.eye(len(unit), dtype=bool)
    same = other & (owner[:, None] == owner[None])
    if not same.any() or cosines[other].mean() <= 0:
        return None
    return float(cosines[same].mean() / cosines[other].mean())


def form(music: Music, by_melody: list[Label], marked: list[Label] | None) -> dict[str, float]:
    """ILS, where it is defined, by phrases with the same melody and by sections that a person marked."""
    found = {"ILS, phrases of one melody": likeness_of_labelled(music, by_melody)}
    if marked:
        found["ILS, marked sections"] = likeness_of_labelled(music, marked)
    return {name: value for name, value in found.items() if value is not None}
