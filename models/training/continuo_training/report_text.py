"""Writes the evaluation's results as `EVALUATION.md` and as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .contract import GENRES, PARTS
from .published import musegan, raw
from .tables import number, row, table
from .verdicts import FOLLOWED, LARGE, SINGLE, SPREAD, USUAL, pooled_gap, summary

#: At which the spread of takes is measured.
TEMPERATURES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)

#: The figures of how a part is played (`expression.py`).
TIMING = ("straight", "swung", "real swung", "timing error", "on the grid", "velocity error", "mean velocity")


#: What the model that was trained without an adversary is called, where it is compared.
ABLATION = "without the adversary"
#: What the row of the training pieces is called.
TRAINING = "training pieces"


def text(
    results: dict[str, Any],
    command: str,
    times: dict[str, float] | None = None,
    megabytes: float | None = None,
) -> str:
    """The report; `times` are the figures of `docs/benchmarks.csv`, `megabytes` the size of the generator's file."""
    genres = results["genres"]
    names = list(next(iter(genres.values()))["sets"])
    made = [n for n in names if n != "real"]

    def each(
        set_name: str,
        value: Callable[[Any], float],
        limit: float | None = None,
        middle: Callable[[list[float]], Any] = np.nanmedian,
    ) -> list[str]:
        values = [value(g["training"] if set_name == TRAINING else g["sets"][set_name]) for g in genres.values()]
        return [number(v, limit=limit) for v in (*values, float(middle(values)))]

    head = ["", *genres, "median"]
    kept = [n for n in (SINGLE, USUAL) if n in names]
    lines = [
        "# Evaluation",
        "",
        f"`{command}`:",
        f"validation windows in 4/4, of pieces that were never trained on, at most {results['most']} a",
        "genre; the parts that the genre lists; the real window before as context, temperature 1, thresholds of a half, no",
        "post-processing; figures of three draws of each window together.",
        "*Predicted*: the melody of the window hidden."
        + ("" if results["most"] >= 30 else " So few windows make every figure a rough one, the ratios above all.")
        + (" *Best of n*: the take that the conductor likes best." if "best of 2" in names else ""),
        "",
        "![Figures](evaluation.png)",
        "",
        *summary(results, times or {}, megabytes),
        "## What was measured on",
        "",
        *table(["", *genres], _measured_on(genres)),
        *_others(names),
        "## Gap to the real figures",
        "",
        "|generated − real| / real, the median over figures (EB, UPC, QN, onsets a bar, polyphony, pitch range, DP, TD",
        "between parts) and parts; and the largest. Rates below 0.05 are measured against 0.05. The last column is the median of",
        "the genres' medians; over all figures of all genres together the median is "
        + ", ".join(f"{pooled_gap(genres, n):.3f} ({n})" for n in kept)
        + ".",
        "",
        "*Training pieces*: the real parts of 400 windows that were learnt from, measured as if they had been generated. Where",
        "they are far from the validation pieces, so is whoever learnt from them.",
        "",
        *table(
            head, [row(n, each(n, lambda s: float(np.median(list(s["gaps"].values()))))) for n in (*made, TRAINING)]
        ),
        *table(head, [row(f"{n}, largest", each(n, lambda s: max(s["gaps"].values()))) for n in (made[0], TRAINING)]),
        *_large(genres, made),
        "## Overlapping area",
        "",
        "Yang and Lerch's measure (mgeval), own code after the paper (`overlap.py`), the mean over features and parts; the last",
        "column is the mean of the genres.",
        "",
        *table(
            ["", *genres, "mean"],
            [
                row(n, each(n, lambda s: float(np.mean(list(s["overlap"].values()))), middle=np.mean))
                for n in (*made, TRAINING)
            ],
        ),
        "## Following the melody",
        "",
        "(generated − shuffled) / (real − shuffled): melody in accompaniment, then tonal distance. 1 is as close to the melody as",
        "real music is; above 1 is closer than real, which is another difference from it and no merit of its own. Where what is",
        "real differs little from what is shuffled (the last row of each table), the ratio says nothing: so in-acc in the chorales,",
        "whose real inner voices hold the melody's notes less often than another chorale's do. Three digits near 0.9, the aim.",
        "",
        *table(
            head,
            [
                *(row(f"{n}, in-acc", each(n, lambda s: s["in_acc"], FOLLOWED)) for n in made),
                _span(genres, "in_acc", "in-acc"),
            ],
        ),
        *table(
            head, [*(row(f"{n}, TD", each(n, lambda s: s["td"], FOLLOWED)) for n in made), _span(genres, "td", "TD")]
        ),
        *raw(genres, kept),
        *_whole(genres),
        *_takes(genres),
        *_performed(genres),
        *_judges(results),
        *_by_part(genres),
    ]
    return "\n".join(lines) + "\n"


def _span(genres: dict[str, Any], key: str, title: str) -> str:
    """How much nearer to the melody the real parts are than shuffled ones; below 0 they are farther."""
    real = [g["sets"]["real"]["figures"] for g in genres.values()]
    sign = 1 if key == "in_acc" else -1
    values = [sign * (f[key] - f[f"{key}_shuffled"]) for f in real]
    return row(f"real nearer than shuffled, {title}", [number(v, 3) for v in (*values, float(np.median(values)))])


def _measured_on(genres: dict[str, Any]) -> list[str]:
    """How many windows, and of how many pieces."""
    rows = [row("windows", [str(g["windows"]) for g in genres.values()])]
    if all("pieces" in g for g in genres.values()):
        rows.append(row("pieces", [str(g["pieces"]) for g in genres.values()]))
    return rows


def _others(names: list[str]) -> list[str]:
    """What the other models are, where a name alone would mislead."""
    if ABLATION not in names:
        return []
    return [
        f"*{ABLATION[0].upper() + ABLATION[1:]}*: the ablation lacks the adversary in the last stage of training only. Both it and the",
        "model start from 2.1.0, which had been trained against the adversary in part; what a model would be that never met one",
        "is not measured here.",
        "",
    ]


def _large(genres: dict[str, Any], made: list[str]) -> list[str]:
    """The single figures that are far off, and how far they are in the training pieces."""
    sets = [made[0], *([USUAL] if USUAL in made else [])]
    rows = []
    for genre, found in genres.items():
        learnt = found["training"]["gaps"]
        gaps = [found["sets"][n]["gaps"] for n in sets]
        for name in sorted(gaps[0], key=lambda n: -gaps[0][n]):
            far = [g.get(name) for g in gaps]
            if any(x is not None and x > LARGE for x in far):
                rows.append(row(f"{genre}, {name}", [number(x) for x in (*far, learnt.get(name))]))
    count = sum(len(found["sets"][sets[0]]["gaps"]) for found in genres.values())
    return [
        f"Single figures with a gap over {LARGE}, of {count}, and the same of the training pieces:",
        "",
        *table(["", *sets, TRAINING], rows),
    ]


def _whole(genres: dict[str, Any]) -> list[str]:
    """What the program plays under whole melodies, with its corrections and without."""
    found = {name: g["whole"] for name, g in genres.items() if g.get("whole")}
    if not found:
        return []
    kinds = [k for k in next(iter(found.values())) if k != "melodies"]
    figures = (("gap", "gap"), ("in-acc", "in_acc"), ("TD", "td"), ("notes corrected", "mended"))
    rows = [
        row(f"{label}, {kind}", [number(g[kind][key]) for g in found.values()])
        for label, key in figures
        for kind in (kinds if key != "mended" else kinds[:1])
    ]
    counts = row("melodies", [str(g["melodies"]) for g in found.values()])
    return [
        "## Through the program",
        "",
        "`continuo arrange --takes 1` on whole melodies of validation pieces (sixteen bars each), phrase after phrase of its own:",
        "the median gap, the melody followed as above, and the share of notes that post-processing changed or left out;",
        "beside the same with post-processing switched off (`--no-polish`).",
        "",
        *table(["", *found], [*rows, counts]),
    ]


def _takes(genres: dict[str, Any]) -> list[str]:
    """How far takes differ from each other and from the training windows."""
    head, found = ["", *genres], list(genres.values())
    lines: list[str] = []
    if all("spread" in g for g in found):
        rows = [
            row(f"temperature {t:g}", [number(g["spread"][f"{t:g}"], limit=SPREAD[0]) for g in found])
            for t in TEMPERATURES
        ]
        lines += [
            "## Spread",
            "",
            "The mean distance (1 − shared onsets over all) between four takes over that between the genre's real windows.",
            "",
            *table(head, [*rows, *_spread_of_others(found)]),
        ]
    if all("nearest" in g for g in found):
        names = ("real", "real, closest", "model", "model, closest")
        counts = ("real, copies", "model, copies", "training windows")
        counted = [
            row(n, [str(g["nearest"][n]) for g in found]) for n in counts if all(n in g["nearest"] for g in found)
        ]
        lines += [
            "## Nearest training window",
            "",
            "Shared onsets over all onsets with the most alike of at most 1500 training windows of the genre: the mean, and the",
            "highest; then how many windows are exact copies of one. Pieces are split, not windows: tunes that share a strain, a",
            "hymn or an accompaniment's bars put the same window on both sides.",
            "",
            *table(head, [*(row(n, [number(g["nearest"][n]) for g in found]) for n in names), *counted]),
            *_nearer(genres),
        ]
    return lines


def _spread_of_others(found: list[Any]) -> list[str]:
    """The spread of other models' takes at temperature 1, where it was measured."""
    names = [n for n in found[0].get("spread of others", {}) if all(n in g.get("spread of others", {}) for g in found)]
    return [
        row(f"{n}, temperature 1", [number(g["spread of others"][n], limit=SPREAD[0]) for g in found]) for n in names
    ]


def _nearer(genres: dict[str, Any]) -> list[str]:
    """Where a generated window is nearer to the training windows than any real one."""
    found = {n: (g["nearest"]["model, closest"], g["nearest"]["real, closest"]) for n, g in genres.items()}
    nearer = [f"{n} ({made:.2f}, real {real:.2f})" for n, (made, real) in found.items() if made > real]
    if not nearer:
        return []
    return [
        f"Its closest window is nearer than the closest real one in {', '.join(nearer)}.",
        "Jazz, electronic and latin are made of MMA's grooves, which repeat the same bars from tune to tune: on the same chords the same window is right again.",
        "",
    ]


def _performed(genres: dict[str, Any]) -> list[str]:
    """Timing and velocities."""
    rows = [
        row(f"{genre}, {part}", [number(values[n], 1 if "velocity" in n else 2) for n in TIMING])
        for genre, found in genres.items()
        for part, values in found["performed"].items()
    ]
    return [
        "## Timing and velocities",
        "",
        "Timing in steps (−0.33 on the fourth sixteenth of a beat is a triplet's swing): the median at the third sixteenth",
        "(straight eighths) and at the fourth, where the model's notes start, and at the fourth in the data; then the mean",
        "error where the data tell the timing, beside that of notes that all stand on the grid. Velocities (0 to 127): the",
        "mean error where the data tell them, beside that of always playing the data's mean.",
        "",
        *table(["", *TIMING], rows),
    ]


def _judges(results: dict[str, Any]) -> list[str]:
    found, styles = results.get("classifiers"), results.get("styles")
    lines = (
        []
        if found is None
        else [
            "## Classifiers",
            "",
            f"A genre classifier trained on real parts is right on {found['real']:.0%} of real and {found['model']:.0%} of",
            f"generated windows. A fresh classifier tells real from generated windows with an AUC of {found['auc']:.2f}.",
            "Both learnt from windows of training pieces and what is generated under them, and are asked about the others.",
            *_effort(found),
            "",
        ]
    )
    if styles is None:
        return lines
    nearest = styles["nearest"]
    shares = [*nearest.values(), float(np.mean(list(nearest.values())))]
    return [
        *lines,
        "## Style space",
        "",
        f"The share of pieces whose style, read by the encoder from at most {styles['windows']} windows a genre, lies",
        f"nearest their own genre's point. The median distance to it is {styles['away']:.2f} of the mean distance between",
        "two genres' points.",
        "",
        *table(["", *nearest, "mean"], [row("nearest", [number(v) for v in shares])]),
        "The share of steps along straight lines between genres that move a figure the way the whole line does (lines whose",
        "ends differ little are left out): " + ", ".join(f"{n} {number(v)}" for n, v in styles["lines"].items()) + ".",
        "",
    ]


def _effort(found: dict[str, Any]) -> list[str]:
    """How much the classifiers learnt from, and what they say of other models."""
    lines = []
    if "steps" in found:
        lines.append(
            f"The first learnt for {found['steps']} steps from {found['learnt from']:,} real windows; the second for "
            f"{3 * found['steps']} steps from those and as many generated"
        )
        lines.append(
            f"ones, 48 a step, and was asked about {found['asked about']:,} real and as many generated windows: another one, with more "
            "of both, may tell them apart better."
        )
    if found.get("others"):
        told = ", ".join(f"{number(auc)} for {name}" for name, auc in found["others"].items())
        lines.append(f"Measured in the same way, the AUC is {told}.")
    return lines


def _by_part(genres: dict[str, Any]) -> list[str]:
    lines = [
        "## By genre and part",
        "",
        *musegan(),
    ]
    for genre, found in genres.items():
        title = next(g.name for g in GENRES if g.id == genre)
        rows = []
        for name, s in found["sets"].items():
            for part in PARTS:
                f = s["figures"].get(part)
                if f is None:
                    continue
                keys = (("eb", 2), ("upc", 2), ("qn", 2), ("onsets", 1), ("polyphony", 2), ("range", 1), ("dp", 2))
                rows.append(row(f"{name}, {part}", [number(f.get(k), d) for k, d in keys]))
        head = ["", "EB", "UPC", "QN8", "onsets a bar", "polyphony", "range", "DP"]
        lines += [f"### {title} ({found['windows']} windows)", "", *table(head, rows)]
    return lines


def picture(results: dict[str, Any], path: Path) -> None:
    """Gap, overlapping area and melody by genre for every set."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    genres = results["genres"]
    names = [n for n in next(iter(genres.values()))["sets"] if n != "real" and not n.startswith("best")]
    panels: list[tuple[str, Callable[[Any], float], float]] = [
        ("median gap (lower is better)", lambda s: float(np.median(list(s["gaps"].values()))), 0.10),
        ("overlapping area", lambda s: float(np.mean(list(s["overlap"].values()))), 0.85),
        ("melody in accompaniment, 1 = real", lambda s: float(s["in_acc"]), 0.9),
    ]
    figure, axes = plt.subplots(len(panels), 1, figsize=(10, 8))
    for axis, (title, value, aim) in zip(axes, panels, strict=True):
        for i, name in enumerate(names):
            values = [np.clip(value(g["sets"][name]), -0.5, 1.5) for g in genres.values()]
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
