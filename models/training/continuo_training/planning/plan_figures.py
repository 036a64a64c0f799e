"""Figures of a chord plan on validation songs: how often it is right, and how its chords compare with real ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS, NOISE_SLOT, SLOTS
from ..musical.chord_vocabulary import CHORDS, NO_CHORD, QUALITIES, TONES
from ..networks.chord_plan import Plan, chord_vectors
from .examples import Examples

#: The pitch classes of C major, and with the leading note of A minor.
SCALE = np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11))
SCALE_MINOR = SCALE | (np.arange(12) == 8)
_FOUR = np.array([len(tones) > 3 for _, tones in QUALITIES])


@dataclass
class Accuracy:
    """Shares of right answers, where the chords before are the real ones."""

    slots: float  # root and quality, all slots
    changes: float  # root and quality, where a new chord begins
    root_at_changes: float
    placed: float  # root and quality, where it is known that a new chord begins, so that the one before is ruled out
    bass: float  # of all slots with a chord
    count: int


@dataclass
class Habits:
    """How chords are used."""

    sevenths: float  # chords of four tones, of all slots with a chord
    outside: float  # chords with a tone outside the key
    slash: float  # a bass that is not the root
    changes: float  # changes of chord a bar


def accuracy(plan: Plan, examples: Examples, given: NDArray[np.float32] | None = None) -> Accuracy:
    """How often the likeliest chord is the real one; at given slots nothing is asked."""
    chords, basses = examples.chords.astype(np.int64), examples.basses.astype(np.int64)
    real = chord_vectors(torch.from_numpy(chords), torch.from_numpy(basses))
    is_given = None if given is None else torch.from_numpy(given)
    with torch.no_grad():
        e = examples.encoded(np.arange(len(chords)))
        logits = plan.taught(e, real, is_given)
    found, interval = logits.chords.argmax(2).numpy(), logits.intervals.argmax(2).numpy()
    asked = (chords >= 0) & (chords != NO_CHORD)
    if given is not None:
        asked &= given == 0
    before = np.concatenate([np.full((len(chords), 1), -2), chords[:, :-1]], 1)
    changes = asked & (chords != before)
    changes[:, 0] = False  # whether a chord goes on from the window before is not known here
    others = logits.chords.numpy().copy()
    np.put_along_axis(others, np.maximum(before, 0)[..., None], -np.inf, 2)
    placed = others.argmax(2) == chords
    root = found // len(QUALITIES) == chords // len(QUALITIES)
    bass = (chords // len(QUALITIES) + interval) % 12 == basses
    return Accuracy(
        float((found == chords)[asked].mean()),
        float((found == chords)[changes].mean()) if changes.any() else float("nan"),
        float(root[changes].mean()) if changes.any() else float("nan"),
        float(placed[changes].mean()) if changes.any() else float("nan"),
        float(bass[asked].mean()),
        int(asked.sum()),
    )


def habits(chords: NDArray[np.int64], basses: NDArray[np.int64], three: NDArray[np.bool_]) -> Habits:
    """How the chords [N, 8] of windows in C major or A minor are used."""
    known = (chords >= 0) & (chords != NO_CHORD)
    roots = chords // len(QUALITIES)
    tones = TONES[np.where(known, chords, NO_CHORD)] > 0
    outside = (tones & ~SCALE_MINOR).any(2)
    later = known[:, 1:] & known[:, :-1]
    changed = (chords[:, 1:] != chords[:, :-1]) & later
    bars = later[~three].sum() / 2 + later[three].sum()
    return Habits(
        float(_FOUR[chords % len(QUALITIES)][known].mean()),
        float(outside[known].mean()),
        float((basses != roots)[known].mean()),
        float(changed.sum() / max(bars, 1)),
    )


def drawn(plan: Plan, examples: Examples, temperature: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The chords and bass notes that the plan chooses by itself, with noise."""
    random = torch.Generator().manual_seed(seed)
    rows = np.arange(len(examples.genre))
    noise = temperature * torch.randn(len(rows), SLOTS * NOISE_SLOT, generator=random)
    with torch.no_grad():
        chosen = plan(examples.encoded(rows), noise).chosen.numpy()
    chords = chosen[..., :CHORDS].argmax(2)
    basses = np.where(chords == NO_CHORD, -1, chosen[..., CHORDS:].argmax(2))
    unused = examples.chords < 0
    return np.where(unused, -1, chords), np.where(unused, -1, basses)


def table(plan: Plan, examples: Examples, temperature: float = 1.0) -> str:
    """The figures by genre as lines of text."""
    lines = [
        "genre        slots  changes  placed  root@ch  bass  | sevenths real/made  outside real/made  slash real/made"
        "  changes a bar real/made  n"
    ]
    for number, genre in enumerate(GENRE_IDS):
        rows = np.flatnonzero(examples.genre == number)
        if len(rows) < 8:
            continue
        few = examples.rows(rows)
        a = accuracy(plan, few)
        three = few.meter[:, 1] > 0
        real = habits(few.chords.astype(np.int64), few.basses.astype(np.int64), three)
        made = habits(*drawn(plan, few, temperature, 5), three)
        pairs = "  ".join(f"{getattr(real, n):.3f}/{getattr(made, n):.3f}" for n in vars(real))
        lines.append(
            f"{genre:11s}  {a.slots:.3f}  {a.changes:.3f}    {a.placed:.3f}   {a.root_at_changes:.3f}    {a.bass:.3f}"
            f" | {pairs}  {a.count}"
        )
    return "\n".join(lines)
