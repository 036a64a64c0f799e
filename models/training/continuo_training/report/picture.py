"""The picture of the report: gap, overlapping area and melody by genre for every set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..evaluation.results import REAL, Results, SetResult
from .aims import AIMS


def picture(results: Results, path: Path) -> None:
    """Draws three panels of bars, with a dashed line at each aim."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    genres = results.genres
    names = [n for n in next(iter(genres.values())).sets if n != REAL and not n.startswith("best")]
    panels: list[tuple[str, Callable[[SetResult], float], float]] = [
        ("median gap (lower is better)", lambda s: float(np.median(list(s.gaps.values()))), AIMS.gap),
        ("overlapping area", lambda s: float(np.mean(list(s.overlap.values()))), AIMS.overlap),
        ("melody in accompaniment, 1 = real", lambda s: s.in_acc, AIMS.followed),
    ]
    figure, axes = plt.subplots(len(panels), 1, figsize=(10, 8))
    for axis, (title, value, aim) in zip(axes, panels, strict=True):
        for i, name in enumerate(names):
            values = [np.clip(value(g.sets[name]), -0.5, 1.5) for g in genres.values()]
            axis.bar(
                np.arange(len(genres)) + (i - len(names) / 2) * 0.8 / len(names), values, 0.8 / len(names), label=name
            )
        axis.axhline(aim, color="#444444", linewidth=0.8, linestyle="--")
        axis.set_xticks(np.arange(len(genres)), list(genres), fontsize=8)
        axis.set_title(title, fontsize=9, loc="left")
    axes[0].legend(fontsize=7, ncols=len(names))
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)
