"""The figures of Dong et al., MuseGAN (AAAI 2018), and how far the accompaniment holds the melody's notes.

Rolls are boolean, [windows, 64 steps, pitches], 16 steps a bar. Empty-bar rate is the share of *empty* bars, and
chroma folds octaves. QN counts notes of at least an eighth (the paper's grid is finer, so its QN is another figure).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Bools
from ..base.contract import PITCHED
from .results import Figures

#: The pitch class of index 0 does not matter to any figure but must be the same in every roll.
_PER_BAR = 16
#: Rates are compared with at least this: near 0 a rate has no meaningful relative gap.
RATE_FLOOR = 0.05


def chroma(roll: Bools) -> NDArray[np.float32]:
    """[..., P] → [..., 12]: how many octaves of each pitch class sound."""
    out = np.zeros((*roll.shape[:-1], 12), np.float32)
    for pitch in range(roll.shape[-1]):
        out[..., pitch % 12] += roll[..., pitch]
    return out


def empty_bars(roll: Bools) -> float:
    """EB: the share of bars without a note."""
    return float(1 - roll.reshape(len(roll), -1, _PER_BAR, roll.shape[-1]).any((2, 3)).mean())


def pitch_classes(roll: Bools) -> float:
    """UPC: pitch classes in a bar, over bars with a note."""
    bars = (chroma(roll) > 0).reshape(len(roll), -1, _PER_BAR, 12).any(2).sum(-1)
    return float(bars[bars > 0].mean()) if (bars > 0).any() else float("nan")


def qualified_notes(roll: Bools, least: int = 2) -> float:
    """QN: the share of notes of at least `least` steps."""
    padded = np.pad(roll.astype(np.int8), ((0, 0), (1, 1), (0, 0)))
    change = np.diff(padded, axis=1).transpose(0, 2, 1)
    start, end = np.argwhere(change > 0), np.argwhere(change < 0)
    return float((end[:, 2] - start[:, 2] >= least).mean()) if len(start) else float("nan")


def drum_pattern(strokes: Bools) -> float:
    """DP: the mean weight of a stroke: 1 on the eighth grid, a tenth elsewhere."""
    total = strokes.sum()
    mask = np.tile([1.0, 0.1], strokes.shape[1] // 2)
    return float((strokes.sum(-1) * mask).sum() / total) if total else float("nan")


def _tonal_space() -> NDArray[np.float64]:
    a = np.arange(12)
    rows = []
    for radius, turn in ((1.0, 7 / 6), (1.0, 3 / 2), (0.5, 2 / 3)):
        rows += [radius * np.sin(a * turn * np.pi), radius * np.cos(a * turn * np.pi)]
    return np.stack(rows)


def tonal_distance(a: Bools, b: Bools) -> float:
    """TD: the mean distance of two tracks in Harte's tonal space, beat by beat."""
    space = _tonal_space()
    ca, cb = (chroma(x).reshape(len(x), -1, 4, 12).sum(2) for x in (a, b))
    both = (ca.sum(-1) > 0) & (cb.sum(-1) > 0)
    if not both.any():
        return float("nan")
    ta, tb = (c[both] / c[both].sum(-1, keepdims=True) @ space.T for c in (ca, cb))
    return float(np.linalg.norm(ta - tb, axis=1).mean())


def in_accompaniment(melody: Bools, accompaniment: Bools) -> float:
    """The share of melody steps whose pitch class sounds in the accompaniment in that half bar."""
    own = chroma(melody) > 0
    other = (chroma(accompaniment) > 0).reshape(len(melody), -1, 8, 12).any(2).repeat(8, 1)
    counted = own.any(-1) & other.any(-1)
    return float(((own & other).any(-1) & counted).sum() / max(counted.sum(), 1))


def onsets_a_bar(onset: Bools) -> float:
    """Onsets in a bar."""
    return float(onset.sum() / (len(onset) * onset.shape[1] / _PER_BAR))


def polyphony(roll: Bools) -> float:
    """The mean number of notes at once, over the steps with notes."""
    together = roll.sum(-1)
    return float(together[together > 0].mean()) if (together > 0).any() else float("nan")


def pitch_range(roll: Bools) -> float:
    """Semitones from the lowest to the highest note of a window: the mean over windows with notes."""
    used = np.asarray(roll.any(1))
    rows = used[np.asarray(used.any(1))]
    if not len(rows):
        return float("nan")
    return float((rows.shape[1] - 1 - rows[:, ::-1].argmax(1) - rows.argmax(1)).mean())


def measure(melody: Bools, pitched: Bools, drums: Bools, exists: Bools) -> Figures:
    """All figures of one set: melody [N, 2, 64, P], parts [N, 8, 64, P], drums [N, 64, V], exists [N, 5]."""
    by_part: dict[str, dict[str, float]] = {}
    shown = pitched & np.repeat(exists[:, 1:], 2, axis=1)[:, :, None, None]
    for i, name in enumerate(PITCHED):
        rows = exists[:, i + 1]
        if rows.any():
            roll = pitched[rows, 2 * i + 1]
            by_part[name] = {
                "eb": empty_bars(roll),
                "upc": pitch_classes(roll),
                "qn": qualified_notes(roll),
                "onsets": onsets_a_bar(pitched[rows, 2 * i]),
                "polyphony": polyphony(roll),
                "range": pitch_range(roll),
                "pitch": float((roll.sum((0, 1)) * np.arange(24, 24 + roll.shape[-1])).sum() / max(roll.sum(), 1)),
            }
    struck = exists[:, 0]
    if struck.any():
        by_part["drums"] = {
            "eb": empty_bars(drums[struck]),
            "dp": drum_pattern(drums[struck]),
            "onsets": onsets_a_bar(drums[struck]),
        }
    between: dict[str, float] = {}
    for i, first in enumerate(PITCHED):
        for j, second in enumerate(PITCHED[i + 1 :], i + 1):
            rows = exists[:, i + 1] & exists[:, j + 1]
            if rows.any():
                between[f"{first}/{second}"] = tonal_distance(pitched[rows, 2 * i + 1], pitched[rows, 2 * j + 1])
    accompaniment = np.asarray(shown[:, 1::2].any(1))
    pairs = np.asarray(exists[:, 1:].any(1) & melody[:, 1].any((1, 2)))
    tune, parts = melody[pairs, 1], accompaniment[pairs]
    shuffled = np.roll(parts, 1, axis=0)
    return Figures(
        windows=len(melody),
        parts=by_part,
        between=between,
        td=tonal_distance(tune, parts),
        td_shuffled=tonal_distance(tune, shuffled),
        in_acc=in_accompaniment(tune, parts),
        in_acc_shuffled=in_accompaniment(tune, shuffled),
    )
