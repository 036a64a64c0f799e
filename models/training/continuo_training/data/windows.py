"""The prepared windows of all pieces, in order, and how often each is drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..base.contract import GENRE_IDS
from ..base.errors import StepError
from .sources import DATASETS

#: How often each genre is drawn; and how often each data set within a genre, relative to the sets that exist there.
GENRE_SHARE = {
    "pop": 0.26,
    "rock": 0.13,
    "jazz": 0.12,
    "folk": 0.11,
    "classical": 0.08,
    "symphony": 0.10,
    "chorale": 0.05,
    "electronic": 0.07,
    "latin": 0.08,
}
DATASET_SHARE = {
    "pop909": 0.62,
    "mma_openewld": 0.34,
    "freedoom": 0.12,
    "nottingham": 0.5,
    "lieder": 1.0,
    "quartets": 0.7,
    "orchestra": 0.3,
    "chorales": 1.0,
    "groove_drums": 0.05,
}


class Windows:
    """The prepared arrays, with the order of windows inside pieces."""

    def __init__(self, folder: Path) -> None:
        missing = [n for n in ("planes.npy", "drums.npy", "windows.npz") if not (folder / n).exists()]
        if missing:
            raise StepError(f"There is no {missing[0]} in {folder}: run `prepare` first, which makes it from the data.")
        self.planes = np.load(folder / "planes.npy", mmap_mode="r")
        self.drums = np.load(folder / "drums.npy")
        with np.load(folder / "windows.npz") as table:
            self.piece, self.meter = table["piece"], table["meter"]
            self.genre, self.dataset = table["genre"], table["dataset"]
            self.validation = table["validation"]
        self.velocity: NDArray[np.uint8] | None = None
        self.timing: NDArray[np.int8] | None = None
        if (folder / "velocity.npy").exists():
            self.velocity, self.timing = np.load(folder / "velocity.npy"), np.load(folder / "timing.npy")
        same = (self.piece[1:] == self.piece[:-1]) & (self.meter[1:] == self.meter[:-1])
        self.has_next = np.append(same, False)
        self.has_before = np.append(False, same)
        self.spans()

    def spans(self) -> None:
        """Finds, for each row, the first row and the length of its run of one piece and meter."""
        first = np.flatnonzero(~self.has_before)
        lengths = np.diff(np.append(first, len(self.piece)))
        self.first, self.length = np.repeat(first, lengths), np.repeat(lengths, lengths)

    def draw_probability(self, validation: bool) -> NDArray[np.float64]:
        """The probability of each window."""
        chosen = self.validation == validation
        p = np.zeros(len(self.piece))
        for g, genre in enumerate(GENRE_IDS):
            total = 0.0
            shares: list[tuple[NDArray[np.bool_], float]] = []
            for d, dataset in enumerate(DATASETS):
                rows = chosen & (self.genre == g) & (self.dataset == d)
                if rows.any():
                    shares.append((rows, DATASET_SHARE[dataset]))
                    total += DATASET_SHARE[dataset]
            for rows, share in shares:
                p[rows] = GENRE_SHARE[genre] * share / total / rows.sum()
        normal: NDArray[np.float64] = p / p.sum()
        return normal
