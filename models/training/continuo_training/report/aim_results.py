"""Every aim beside what was reached, by one take and by the takes that the program plays."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from ..evaluation.results import MODEL, REAL, GenreResult, Judges, Results, StyleSpace
from .aims import AIMS, USUAL
from .contents import AimResult

Genres = dict[str, GenreResult]


def pooled_gap(genres: Genres, name: str) -> float:
    """The median over all figures of all genres together."""
    return float(np.median([x for g in genres.values() for x in g.sets[name].gaps.values()]))


def mean_overlaps(genres: Genres, name: str) -> dict[str, float]:
    """The mean overlapping area of each genre."""
    return {n: float(np.mean(list(g.sets[name].overlap.values()))) for n, g in genres.items()}


def means_something(found: GenreResult, key: str) -> bool:
    """Whether real music is enough nearer to its melody than shuffled music for a ratio to mean something."""
    real = found.sets[REAL].figures
    nearer = getattr(real, key) - getattr(real, f"{key}_shuffled")
    return bool((nearer if key == "in_acc" else -nearer) >= AIMS.telling)


def _both(genres: Genres, value: Callable[[str], Any]) -> tuple[Any, Any]:
    """A value of single takes and of the usual ones; the latter is `None` without a conductor."""
    names = next(iter(genres.values())).sets
    return value(MODEL), value(USUAL) if USUAL in names else None


def _reached(value: float | None, reached: Callable[[float], bool]) -> bool | None:
    return None if value is None else bool(reached(value))


def _result(
    key: str, values: tuple[float | None, float | None], reached: Callable[[float], bool], facts: dict[str, Any]
) -> AimResult:
    return AimResult(key, *values, _reached(values[0], reached), _reached(values[1], reached), facts)


def _gap(genres: Genres) -> AimResult:
    by_genre = {n: float(np.median(list(g.sets[MODEL].gaps.values()))) for n, g in genres.items()}
    over = {n: v for n, v in by_genre.items() if v > AIMS.gap}
    values = _both(genres, lambda n: pooled_gap(genres, n))
    return _result("gap", values, lambda v: v <= AIMS.gap, {"over": over})


def _large(genres: Genres) -> AimResult:
    def far(name: str) -> list[tuple[float, str, float]]:
        gaps = [
            (gap, f"{genre}, {figure}", g.training.gaps.get(figure, 0.0))
            for genre, g in genres.items()
            for figure, gap in g.sets[name].gaps.items()
        ]
        return sorted((found for found in gaps if found[0] > AIMS.large), reverse=True)

    single, usual = _both(genres, far)
    facts = {
        "count": sum(len(g.sets[MODEL].gaps) for g in genres.values()),
        "largest": {"name": single[0][1], "gap": single[0][0]} if single else None,
        "empty_bars": sum(", eb " in name for _, name, _ in single),
        "in_training": sum(training > AIMS.large for _, _, training in single),
    }
    values = float(len(single)), None if usual is None else float(len(usual))
    return _result("large", values, lambda v: v == 0, facts)


def _overlap(genres: Genres) -> AimResult:
    single, usual = _both(genres, lambda n: mean_overlaps(genres, n))
    lowest = min(single, key=single.__getitem__)
    values = tuple(None if f is None else float(np.mean(list(f.values()))) for f in (single, usual))
    facts = {"lowest": {"genre": lowest, "area": single[lowest]}}
    return _result("overlap", (values[0], values[1]), lambda v: v >= AIMS.overlap, facts)


def _followed(genres: Genres, key: str) -> AimResult:
    telling = [n for n, g in genres.items() if means_something(g, key)]
    found = _both(genres, lambda n: {g: getattr(genres[g].sets[n], key) for g in telling})
    lowest = [min((v, n) for n, v in f.items()) if f else (None, None) for f in found]
    facts = {
        "genres": [genre for _, genre in lowest],
        "missed": {n: v for n, v in found[0].items() if v < AIMS.followed},
        "silent": [n for n in genres if n not in telling],
    }
    return _result(key, (lowest[0][0], lowest[1][0]), lambda v: v >= AIMS.followed, facts)


def _spread(genres: Genres) -> list[AimResult]:
    found = {n: g.spread for n, g in genres.items() if g.spread}
    if len(found) < len(genres):
        return []
    at_one = {n: spread["1"] for n, spread in found.items()}
    outside = {n: v for n, v in at_one.items() if not AIMS.spread_low <= v <= AIMS.spread_high}
    steps = [[v for _, v in sorted((float(t), v) for t, v in spread.items())] for spread in found.values()]
    rises = all(a < b for values in steps for a, b in pairwise(values))
    still = all(values[0] == 0 for values in steps)
    facts = {"lowest": min(at_one.values()), "highest": max(at_one.values()), "outside": outside}
    return [
        AimResult("spread", None, None, not outside, None, facts),
        AimResult("spread_by_temperature", None, None, rises and still, None, {"rises": rises, "still": still}),
    ]


def _nearest(genres: Genres) -> list[AimResult]:
    found = {n: g.nearest for n, g in genres.items() if g.nearest}
    if len(found) < len(genres):
        return []
    aim_results = []
    for key, field in (("nearest", "mean"), ("nearest_closest", "closest")):
        pairs = {n: (getattr(f.model, field), getattr(f.real, field)) for n, f in found.items()}
        nearer = {n: {"model": made, "real": real} for n, (made, real) in pairs.items() if made > real}
        facts = {"within": len(pairs) - len(nearer), "of": len(pairs), "nearer": nearer}
        aim_results.append(AimResult(key, None, None, not nearer, None, facts))
    return aim_results


def _judges(judges: Judges | None) -> list[AimResult]:
    if judges is None:
        return []
    share = judges.model / judges.real
    facts = {"model": judges.model, "real": judges.real}
    return [
        _result("classified", (share, None), lambda v: v >= AIMS.classified, facts),
        _result("auc", (judges.auc, None), lambda v: v < AIMS.auc, {}),
    ]


def _styles(styles: StyleSpace | None) -> list[AimResult]:
    if styles is None:
        return []
    below = {n: v for n, v in styles.nearest.items() if v < AIMS.named}
    mean = float(np.mean(list(styles.nearest.values())))
    slow = [n for n, v in styles.lines.items() if v < AIMS.steady]
    return [
        _result("named", (mean, None), lambda v: v >= AIMS.named, {"below": below}),
        AimResult("lines", None, None, not slow, None, {"lines": styles.lines, "slow": slow}),
    ]


def aim_results(results: Results) -> list[AimResult]:
    """Every aim that the evaluation measured, in the order of the report."""
    genres = results.genres
    return [
        _gap(genres),
        _large(genres),
        _overlap(genres),
        _followed(genres, "in_acc"),
        _followed(genres, "td"),
        *_spread(genres),
        *_nearest(genres),
        *_judges(results.judges),
        *_styles(results.styles),
    ]
