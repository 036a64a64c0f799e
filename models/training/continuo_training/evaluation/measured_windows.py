"""The windows that an evaluation measures on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Floats
from ..base.contract import GENRE_IDS, GENRES, PARTS
from ..data.batch import Batch
from ..data.sampler import PLAIN, Sampler
from ..data.sources import DATASETS
from ..data.windows import Windows
from .decoding import Music

#: [genre, part]: 1 for the parts that a genre lists.
LISTED = np.array([[float(p in g.parts) for p in PARTS] for g in GENRES], np.float32)


def chosen_windows(
    windows: Windows, genre: str, most: int, validation: bool = True, seed: int = 7
) -> NDArray[np.int64]:
    """Windows of a genre in 4/4, since the figures count bars of 16 steps; those of drums alone are left out."""
    rows = np.nonzero(
        (windows.validation == validation)
        & (windows.meter == 4)
        & (windows.genre == GENRE_IDS.index(genre))
        & (windows.dataset != DATASETS.index("groove_drums"))
    )[0]
    order = np.random.default_rng(seed).permutation(len(rows))[:most]
    return np.sort(rows[order])


def batch_of(windows: Windows, rows: NDArray[np.int64], heard: str = "all", seed: int = 3) -> Batch:
    """These windows as the engine would see them, with the whole melody known or hidden."""
    sampler = Sampler(windows, type(PLAIN)(**{**vars(PLAIN), "heard": heard}), seed, True)
    return sampler.make(rows, np.zeros(len(rows), np.int64))


def joined(batches: list[Batch]) -> Batch:
    """Batches one after another."""
    return Batch(*(np.concatenate(x) for x in zip(*batches, strict=True)))


def listed(b: Batch) -> Batch:
    """The batch without the parts that its genres do not list, since nobody hears them."""
    return b._replace(exists=b.exists * LISTED[b.genre])


def shown(b: Batch, music: Music) -> tuple[Floats, Floats]:
    """The planes and strokes of the parts that the real windows have."""
    mask = np.repeat(b.exists[:, 1:], 2, axis=1)[:, :, None, None]
    return music.pitched * mask, music.drums * b.exists[:, :1, None]
