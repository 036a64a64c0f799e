"""Compares sets of parts under the same melodies with the real ones: gaps, overlapping areas, the melody followed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..base.contract import GENRE_IDS, PARTS, PITCHED
from ..data.batch import Batch
from ..data.windows import Windows
from . import metrics, overlap
from .decoding import Music, real_music
from .measured_windows import batch_of, chosen_windows, joined, listed
from .metrics import RATE_FLOOR
from .onnx_generator import GeneratorLike
from .results import REAL, Figures, SetResult, TrainingPieces
from .takes import first_draw, generate

#: Windows of training pieces that are measured as if they were generated.
TRAINING_WINDOWS = 400


class Followed(NamedTuple):
    """How closely a set follows its melodies: 1 is as closely as real music, 0 as little as shuffled music."""

    in_acc: float
    td: float


def figures(b: Batch, music: Music) -> Figures:
    """The figures of these parts under the batch's melodies."""
    return metrics.measure(b.full_melody > 0.5, music.pitched > 0.5, music.drums > 0.5, b.exists > 0.5)


def gaps(real: Figures, made: Figures) -> dict[str, float]:
    """|generated − real| / real, of each figure of each part; a rate counts as at least RATE_FLOOR."""
    out: dict[str, float] = {}
    for part in PARTS:
        if part not in real.parts or part not in made.parts:
            continue
        for name in ("eb", "upc", "qn", "onsets", "polyphony", "range", "dp"):
            a, b = real.parts[part].get(name), made.parts[part].get(name)
            if a is None or b is None or not np.isfinite([a, b]).all():
                continue
            least = RATE_FLOOR if name in ("eb", "qn", "dp") else 1e-6
            out[f"{name} {part}"] = abs(b - a) / max(abs(a), least)
    for name, a in real.between.items():
        b = made.between.get(name)
        if b is not None and np.isfinite([a, b]).all():
            out[f"td {name}"] = abs(b - a) / max(abs(a), 1e-6)
    return out


def followed(real: Figures, made: Figures) -> Followed:
    """(generated − shuffled) / (real − shuffled), of in-acc and of TD, whose signs cancel."""

    def ratio(name: str) -> float:
        span = getattr(real, name) - getattr(real, f"{name}_shuffled")
        moved = getattr(made, name) - getattr(made, f"{name}_shuffled")
        return moved / span if abs(span) > 1e-6 else float("nan")

    return Followed(ratio("in_acc"), ratio("td"))


def areas(first: Batch, one: Music, second: Batch, other: Music) -> dict[str, float]:
    """The overlapping areas of two batches' parts, by feature and part."""
    found: dict[str, float] = {}
    for i, part in enumerate(PITCHED):
        sides = ((first, one), (second, other))
        planes = [m.pitched[b.exists[:, i + 1] > 0, 2 * i : 2 * i + 2] > 0.5 for b, m in sides]
        if all(map(len, planes)):
            found |= {f"{n}, {part}": a for n, a in overlap.areas(planes[0], planes[1]).items()}
    return found


def compare(b: Batch, music: dict[str, Music]) -> dict[str, SetResult]:
    """The figures of every set; the overlapping area is that of the first draw."""
    out: dict[str, SetResult] = {}
    real = figures(b, music[REAL])
    for name, made in music.items():
        if name == REAL:
            out[name] = SetResult(real, *followed(real, real))
            continue
        draws = len(made.pitched) // len(b.genre)
        found = figures(joined([b] * draws), made)
        overlaps = areas(b, real_music(b), b, first_draw(b, made))
        out[name] = SetResult(found, *followed(real, found), gaps(real, found), overlaps)
    return out


def training_pieces(windows: Windows, b: Batch, genre: str) -> TrainingPieces:
    """How far the training pieces are from the validation pieces: no model needs to come nearer than its own data."""
    learnt = listed(batch_of(windows, chosen_windows(windows, genre, TRAINING_WINDOWS, validation=False)))
    far = gaps(figures(b, real_music(b)), figures(learnt, real_music(learnt)))
    return TrainingPieces(far, areas(b, real_music(b), learnt, real_music(learnt)))


def quick(generator: GeneratorLike, windows: Windows, most: int = 24) -> tuple[float, float]:
    """A short measure during training: the median gap, and how closely the melody is followed (in-acc)."""
    found: list[float] = []
    kept: list[float] = []
    for genre in GENRE_IDS:
        rows = chosen_windows(windows, genre, most)
        if len(rows) < 4:
            continue
        b = batch_of(windows, rows)
        real, made = figures(b, real_music(b)), figures(b, generate(generator, b, 1.0, 11))
        found += gaps(real, made).values()
        kept.append(followed(real, made).in_acc)
    return float(np.median(found)), float(np.median(kept))
