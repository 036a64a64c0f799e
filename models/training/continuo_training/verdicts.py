"""What was aimed at, and what was reached: one line a figure, of one take and of the best of four."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .tables import number, row, table

#: The aims. Shares and ratios, but for milliseconds and megabytes.
GAP, LARGE, OVERLAP, FOLLOWED, CLASSIFIED, AUC, NAMED = 0.10, 0.35, 0.85, 0.9, 0.9, 0.75, 0.9
SPREAD = (0.6, 1.1)
RUNTIME_MS, FALLBACK_MS, MEGABYTES = 25.0, 60.0, 40.0
#: The aim says "steady"; this share of the steps along a line is what is taken for it here.
STEADY = 0.9
#: Where real music is nearer to its melody than shuffled music by less than this, the ratio tells nothing.
TELLING = 0.05
#: What `sets` calls the model's single takes, and the number of takes that the program draws unless told otherwise.
SINGLE, USUAL = "model", "best of 4"

Genres = dict[str, Any]


@dataclass
class Verdict:
    """A figure beside its aim; `reached` is None where a column was not measured."""

    figure: str
    aim: str
    single: str
    usual: str
    reached: tuple[bool | None, bool | None]
    why: str

    def word(self) -> str:
        """Reached or missed, and by what."""
        single, usual = self.reached
        if single is None and usual is None:
            return "not measured"
        if usual is None or single == usual:
            return "reached" if single else "**missed**"
        if single is None:
            return "reached" if usual else "**missed**"
        return "**missed** by one take, reached by the best of 4" if usual else "**missed** by the best of 4"


def tells(found: Any, key: str) -> bool:
    """Whether real music of a genre is enough nearer to its melody than shuffled music for a ratio to mean something."""
    real = found["sets"]["real"]["figures"]
    nearer = real[key] - real[f"{key}_shuffled"]
    return bool((nearer if key == "in_acc" else -nearer) >= TELLING)


def pooled_gap(genres: Genres, name: str) -> float:
    """The median over all figures of all genres together."""
    return float(np.median([x for g in genres.values() for x in g["sets"][name]["gaps"].values()]))


def areas(genres: Genres, name: str) -> dict[str, float]:
    """The mean overlapping area of each genre."""
    return {n: float(np.mean(list(g["sets"][name]["overlap"].values()))) for n, g in genres.items()}


def _both(genres: Genres, value: Callable[[str], Any]) -> list[Any]:
    """A value of single takes and of the best of four, None where there is no conductor."""
    names = next(iter(genres.values()))["sets"]
    return [value(n) if n in names else None for n in (SINGLE, USUAL)]


def _gap(genres: Genres) -> Verdict:
    values = _both(genres, lambda n: pooled_gap(genres, n))
    by_genre = {n: float(np.median(list(g["sets"][SINGLE]["gaps"].values()))) for n, g in genres.items()}
    over = [f"{n} {number(v, 2, GAP)}" for n, v in by_genre.items() if v > GAP]
    own = f"; over it in single takes: {', '.join(over)}" if over else "; every genre's own median is under it"
    return Verdict(
        "median gap to the real figures", f"at most {GAP:.2f}", number(values[0], 3), number(values[1], 3),
        (values[0] <= GAP, None if values[1] is None else values[1] <= GAP),
        "the median over all figures of all genres together" + own,
    )  # fmt: skip


def _largest(genres: Genres) -> Verdict:
    def far(name: str) -> list[tuple[float, str, float]]:
        return sorted(
            (
                (gap, f"{genre}, {figure}", g["training"]["gaps"].get(figure, 0.0))
                for genre, g in genres.items()
                for figure, gap in g["sets"][name]["gaps"].items()
                if gap > LARGE
            ),
            reverse=True,
        )

    count = sum(len(g["sets"][SINGLE]["gaps"]) for g in genres.values())
    found = _both(genres, far)
    first = found[0]
    alike = sum(training > LARGE for _, _, training in first)
    empty = sum(", eb " in name for _, name, _ in first)
    why = "none is"
    if first:
        why = (
            f"the largest is {first[0][1]} ({first[0][0]:.2f}); {empty} of {len(first)} are rates of empty bars, which real "
            f"music hardly has; {alike} of them are over it in the training pieces too, {len(first) - alike} are not"
        )
    return Verdict(
        f"single figures that are over {LARGE} off, of {count}", "none", str(len(first)), "–" if found[1] is None else str(len(found[1])),
        (not found[0], None if found[1] is None else not found[1]), why,
    )  # fmt: skip


def _overlap(genres: Genres) -> Verdict:
    found = _both(genres, lambda n: areas(genres, n))
    means = [None if f is None else float(np.mean(list(f.values()))) for f in found]
    lowest = min(found[0], key=lambda n: found[0][n])
    return Verdict(
        "overlapping area, mean", f"at least {OVERLAP}", number(means[0], 3), number(means[1], 3),
        (bool(means[0] is not None and means[0] >= OVERLAP), None if means[1] is None else means[1] >= OVERLAP),
        f"the mean of the genres' means; the lowest of them, {lowest}, is {number(found[0][lowest], 2, OVERLAP)}",
    )  # fmt: skip


def _followed(genres: Genres, key: str, title: str) -> Verdict:
    told = [n for n, g in genres.items() if tells(g, key)]
    silent = [n for n in genres if n not in told]
    found = _both(genres, lambda n: {g: genres[g]["sets"][n][key] for g in told})
    lowest = [min((v, n) for n, v in f.items()) if f else None for f in found]
    shown = [f"{number(x[0], 3)} ({x[1]})" if x else "–" for x in lowest]
    missed = [f"{n} {number(v, 3)}" for n, v in (found[0] or {}).items() if v < FOLLOWED]
    why = f"single takes miss it in {', '.join(missed)}" if missed else "single takes reach it everywhere"
    if silent:
        why += f"; {', '.join(silent)} cannot be measured so, since real music is hardly nearer to its melody than shuffled"
    return Verdict(
        f"melody followed by {title}, lowest genre", f"at least {FOLLOWED} of real in every genre", shown[0], shown[1],
        (
            all(v >= FOLLOWED for v in found[0].values()) if found[0] else None,
            all(v >= FOLLOWED for v in found[1].values()) if found[1] else None,
        ),
        why,
    )  # fmt: skip


def _spread(genres: Genres) -> list[Verdict]:
    if not all("spread" in g for g in genres.values()):
        return []
    at_one = {n: g["spread"]["1"] for n, g in genres.items()}
    low, high = SPREAD
    out = [f"{n} {number(v, 3)}" for n, v in at_one.items() if not low <= v <= high]
    steps = [[v for _, v in sorted((float(t), v) for t, v in g["spread"].items())] for g in genres.values()]
    rises = all(a < b for values in steps for a, b in pairwise(values))
    still = all(values[0] == 0 for values in steps)
    span = f"{number(min(at_one.values()), 3)} to {number(max(at_one.values()), 2)}"
    why = f"outside: {', '.join(out)}" if out else "every genre is within"
    return [
        Verdict("spread of takes at temperature 1", f"{low} to {high} in every genre", span, "–", (not out, None), why),
        Verdict(
            "spread by temperature", "0 at 0, and rising", "rising" if rises else "not always rising", "–",
            (rises and still, None), "0 at temperature 0" if still else "takes differ at temperature 0",
        ),
    ]  # fmt: skip


def _nearest(genres: Genres) -> list[Verdict]:
    if not all("nearest" in g for g in genres.values()):
        return []
    found = {n: g["nearest"] for n, g in genres.items()}
    verdicts = []
    for title, suffix in (("mean", ""), ("closest window", ", closest")):
        pairs = {n: (f[f"model{suffix}"], f[f"real{suffix}"]) for n, f in found.items()}
        nearer = [f"{n} {made:.3f} (real {real:.3f})" for n, (made, real) in pairs.items() if made > real]
        shown = f"{len(pairs) - len(nearer)} of {len(pairs)} genres"
        why = f"nearer: {', '.join(nearer)}" if nearer else "nowhere nearer"
        if nearer and suffix:
            why += "; MMA's bars, which jazz, electronic and latin consist of, recur from tune to tune"
        verdicts.append(
            Verdict(
                f"nearest training window, {title}",
                "no nearer than a real window's",
                shown,
                "–",
                (not nearer, None),
                why,
            )
        )
    return verdicts


def _judges(results: dict[str, Any]) -> list[Verdict]:
    found, styles = results.get("classifiers"), results.get("styles")
    verdicts = []
    if found:
        share = found["model"] / found["real"]
        verdicts.append(
            Verdict(
                "genre classifier, right on generated over right on real", f"at least {CLASSIFIED}", number(share, 2, CLASSIFIED),
                "–", (share >= CLASSIFIED, None), f"{found['model']:.0%} and {found['real']:.0%}",
            )
        )  # fmt: skip
        verdicts.append(
            Verdict(
                "AUC of a fresh classifier, real or generated", f"under {AUC}", number(found["auc"], 2, AUC), "–",
                (found["auc"] < AUC, None), "0.5 would be chance; one that learns from more windows, for longer, may tell them apart better",
            )
        )  # fmt: skip
    if styles:
        low = [f"{n} {number(v, 3)}" for n, v in styles["nearest"].items() if v < NAMED]
        mean = float(np.mean(list(styles["nearest"].values())))
        verdicts.append(
            Verdict(
                "pieces that the style encoder reads nearest their own genre", f"at least {NAMED}", number(mean, 2, NAMED), "–",
                (mean >= NAMED, None), f"the mean of the genres; below it: {', '.join(low)}" if low else "in every genre",
            )
        )  # fmt: skip
        lines = styles["lines"]
        slow = [n for n, v in lines.items() if v < STEADY]
        verdicts.append(
            Verdict(
                "lines between genres", f"steady (here: {STEADY} of the steps)",
                ", ".join(f"{n} {number(v, 2, STEADY)}" for n, v in lines.items()), "–", (not slow, None),
                f"not so: {', '.join(slow)}" + ("; few bars are empty, so a few decide" if slow == ["empty bars"] else "")
                if slow else "all of them",
            )
        )  # fmt: skip
    return verdicts


def benchmarks(path: Path) -> dict[str, float]:
    """The figures of `docs/benchmarks.csv` by name; none where there is no such file."""
    if not path.exists():
        return {}
    # A name may hold commas; value and unit do not.
    lines = [line.rsplit(",", 2) for line in path.read_text().splitlines()[1:]]
    return {cells[0]: float(cells[1]) for cells in lines if len(cells) == 3}


def _machine(times: dict[str, float], megabytes: float | None) -> list[Verdict]:
    verdicts = []
    for name, title, most in (("onnxruntime", "ONNX Runtime", RUNTIME_MS), ("tract", "the fallback", FALLBACK_MS)):
        key = f"phrase/{name}"
        one, four = times.get(key), times.get(f"{key}/4 takes")
        if one is not None:
            verdicts.append(
                Verdict(
                    f"a phrase on one thread, {title}", f"at most {most:.0f} ms for a take", f"{one:.1f} ms",
                    "–" if four is None else f"{four:.1f} ms", (one <= most, None),
                    f"rows `{key}` and `{key}/4 takes` of `docs/benchmarks.csv`; the aim is for one take",
                )
            )  # fmt: skip
    if megabytes is not None:
        verdicts.append(
            Verdict(
                "the generator's file", f"at most {MEGABYTES:.0f} MB", f"{megabytes:.1f} MB", "–",
                (megabytes <= MEGABYTES, None), "its two helpers are files of their own",
            )
        )  # fmt: skip
    return verdicts


def verdicts(results: dict[str, Any], times: dict[str, float], megabytes: float | None) -> list[Verdict]:
    """Every aim beside what was reached."""
    genres = results["genres"]
    return [
        _gap(genres),
        _largest(genres),
        _overlap(genres),
        _followed(genres, "in_acc", "notes held (in-acc)"),
        _followed(genres, "td", "tonal distance (TD)"),
        *_spread(genres),
        *_nearest(genres),
        *_judges(results),
        *_machine(times, megabytes),
    ]


def summary(results: dict[str, Any], times: dict[str, float], megabytes: float | None) -> list[str]:
    """The table at the top of the report."""
    rows = [row(v.figure, [v.aim, v.single, v.usual, v.word(), v.why]) for v in verdicts(results, times, megabytes)]
    return [
        "## Aims, and what was reached",
        "",
        "*Best of 4* is what the program plays unless told otherwise; a dash where it was not measured, or is the same.",
        "",
        *table(["figure", "aim", "one take", USUAL, "verdict", "why"], rows),
    ]
