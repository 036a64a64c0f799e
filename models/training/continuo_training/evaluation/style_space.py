"""The style space: does the encoder read a piece nearest its own genre, and are lines between genres steady?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import torch

from ..base.contract import GENRE_IDS, GENRES, PARTS
from ..data.batch import Batch
from ..data.windows import Windows
from . import classifiers
from .load_networks import Networks
from .measured_windows import batch_of, chosen_windows
from .results import StyleSpace
from .takes import generate

#: Most validation windows of a genre whose style is read.
STYLE_WINDOWS = 40
#: Windows that are played along lines between genres.
LINE_WINDOWS = 24
#: The least difference between the ends of a line: the share of a part's bars that are empty, the logarithm of the
#: number of notes, and the mean timing in steps. A line whose ends differ by less need not move.
LINE_ENDS = {"empty bars": 0.02, "density": 0.1, "timing": 0.01}


def style_space(networks: Networks, windows: Windows, batches: dict[str, Batch]) -> StyleSpace | None:
    """Reads the style of validation pieces and plays along lines between genres; `None` without an encoder."""
    if networks.encoder is None:
        return None
    points = networks.generator.styles.weight.detach().numpy()
    right: dict[str, float] = {}
    away: list[float] = []
    for genre in batches:
        rows = chosen_windows(windows, genre, STYLE_WINDOWS)
        b = batch_of(windows, rows)
        x = classifiers.inputs(b.full_melody, b.pitched, b.drums, b.exists, b.meter)
        with torch.no_grad():
            read = networks.encoder(*x).numpy()
        # The style of a file is the mean over its windows.
        pieces = np.unique(windows.piece[rows])
        styles = np.stack([read[windows.piece[rows] == p].mean(0) for p in pieces])
        squares = ((styles[:, None] - points[None]) ** 2).sum(2)
        own = GENRE_IDS.index(genre)
        right[genre] = float((squares.argmin(1) == own).mean())
        away += list(np.sqrt(squares[:, own]))
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(2))
    between = float(apart[~np.eye(len(points), dtype=bool)].mean())
    return StyleSpace(right, STYLE_WINDOWS, float(np.median(away)) / between, lines(networks, batches))


def lines(networks: Networks, batches: dict[str, Batch]) -> dict[str, float]:
    """On lines between all pairs of genres: the share of steps that move a figure the way the whole line does.

    Lines whose ends differ by less than LINE_ENDS do not count.
    """
    points = networks.generator.styles.weight.detach().numpy()
    parts = {g.id: np.array([float(p in g.parts) for p in PARTS]) for g in GENRES}
    steady: dict[str, list[float]] = {n: [] for n in LINE_ENDS}
    for first, second in combinations(batches, 2):
        b = Batch(*(x[:LINE_WINDOWS] for x in batches[first]))
        both = parts[first] * parts[second] > 0
        ends = points[GENRE_IDS.index(first)], points[GENRE_IDS.index(second)]
        path: dict[str, list[float]] = {n: [] for n in LINE_ENDS}
        for blend in (0.0, 0.25, 0.5, 0.75, 1.0):
            style = np.repeat([(1 - blend) * ends[0] + blend * ends[1]], len(b.genre), axis=0).astype(np.float32)
            m = generate(networks.generator, b, 1.0, 1, style)
            sounding = m.pitched[:, 1::2].max(3).reshape(len(b.genre), 4, 4, 16).max(3)[:, both[1:]]
            starts = m.pitched[:, 0::2].any(3)
            path["empty bars"].append(float(1 - sounding.mean()))
            path["density"].append(float(np.log(m.pitched[:, 0::2].sum() + m.drums.sum() * both[0] + 1)))
            path["timing"].append(float(m.timing[:, 1:][starts].mean()) if starts.any() else 0.0)
        for name, values in path.items():
            whole = values[-1] - values[0]
            if abs(whole) > LINE_ENDS[name]:
                steady[name].append(float(np.mean(np.sign(np.diff(values)) == np.sign(whole))))
    return {n: float(np.mean(v)) if v else float("nan") for n, v in steady.items()}
