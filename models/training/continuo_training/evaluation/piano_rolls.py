"""Piano-roll pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..base.arrays import Floats
from .decoding import Music

COLOURS = {"melody": "#444444", "bass": "#1f6fb4", "chords": "#d98a00", "strings": "#2a9d5c", "counter": "#b03a8c"}


def draw(path: Path, rows: list[tuple[str, list[tuple[Floats, Music]], bool]]) -> None:
    """One row for each piece: its windows side by side, melody [2, 64, 84] and pitched parts above, drums below."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(
        2 * len(rows),
        1,
        figsize=(11, 3.1 * len(rows)),
        gridspec_kw={"height_ratios": [3, 1] * len(rows)},
        squeeze=False,
    )
    for i, (title, windows, three) in enumerate(rows):
        roll, drums = axes[2 * i][0], axes[2 * i + 1][0]
        used = 48 if three else 64
        for w, (melody, music) in enumerate(windows):
            planes = np.concatenate([melody, music.pitched[0]])
            for track, (name, colour) in enumerate(COLOURS.items()):
                onset, sounding = planes[2 * track] > 0.5, planes[2 * track + 1] > 0.5
                for pitch in range(84):
                    start = None
                    for step in range(used + 1):
                        playing = step < used and bool(sounding[step, pitch] or onset[step, pitch])
                        if start is not None and (not playing or (step < used and onset[step, pitch])):
                            roll.barh(
                                pitch + 24, step - start - 0.15, left=w * used + start, height=0.9,
                                color=colour, label=name, alpha=0.85,
                            )  # fmt: skip
                            start = None
                        if playing and start is None:
                            start = step
            steps, voices = np.nonzero(music.drums[0] > 0.5)
            drums.scatter(w * used + steps, voices, s=6, c="#333333", marker="s")
        roll.set_title(title, fontsize=9, loc="left")
        drums.set_ylim(-0.7, 11.7)
        for axis in (roll, drums):
            axis.set_xlim(0, used * len(windows))
            axis.set_xticks(range(0, used * len(windows) + 1, 12 if three else 16))
            axis.tick_params(labelsize=6)
            axis.grid(axis="x", alpha=0.4)
    figure.tight_layout()
    figure.savefig(path, dpi=70)
    plt.close(figure)
