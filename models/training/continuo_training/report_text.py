"""Writes the evaluation's results as `EVALUATION.md` and as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .contract import GENRES, PARTS

#: At which the spread of takes is measured.
TEMPERATURES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)

#: The figures of how a part is played (`performed.py`).
TIMING = ("straight", "swung", "real swung", "timing error", "on the grid", "velocity error", "mean velocity")


#: What the row of the training pieces is called.
TRAINING = "training pieces"
#: A gap that is too large.
LARGE = 0.35
#: The number of takes that the program draws unless told otherwise.
USUAL = "best of 4"


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _table(head: list[str], rows: list[str]) -> list[str]:
    return [_row(head[0], head[1:]), "|" + "---|" * len(head), *rows, ""]


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None or not np.isfinite(value) else f"{value:.{digits}f}"


def text(results: dict[str, Any], command: str) -> str:
    """The report."""
    genres = results["genres"]
    names = list(next(iter(genres.values()))["sets"])
    made = [n for n in names if n != "real"]

    def each(set_name: str, value: Callable[[Any], float]) -> list[str]:
        values = [value(g["training"] if set_name == TRAINING else g["sets"][set_name]) for g in genres.values()]
        return [_number(v) for v in (*values, float(np.nanmedian(values)))]

    head = ["", *genres, "median"]
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
        "## Gap to the real figures",
        "",
        "|generated − real| / real, the median over figures (EB, UPC, QN, onsets a bar, polyphony, pitch range, DP, TD",
        "between parts) and parts; and the largest. Rates below 0.05 are measured against 0.05.",
        "",
        "*Training pieces*: the real parts of 400 windows that were learnt from, measured as if they had been generated. Where",
        "they are far from the validation pieces, so is whoever learnt from them.",
        "",
        *_table(
            head, [_row(n, each(n, lambda s: float(np.median(list(s["gaps"].values()))))) for n in (*made, TRAINING)]
        ),
        *_table(head, [_row(f"{n}, largest", each(n, lambda s: max(s["gaps"].values()))) for n in (made[0], TRAINING)]),
        *_large(genres, made),
        "## Overlapping area",
        "",
        "Yang and Lerch's measure (mgeval), own code after the paper (`overlap.py`), the mean over features and parts.",
        "",
        *_table(
            head, [_row(n, each(n, lambda s: float(np.mean(list(s["overlap"].values()))))) for n in (*made, TRAINING)]
        ),
        "## Following the melody",
        "",
        "(generated − shuffled) / (real − shuffled): melody in accompaniment, then tonal distance. Where what is real differs",
        "little from what is shuffled (the last row of each table), the ratio says nothing: so in the chorales.",
        "",
        *_table(
            head,
            [*(_row(f"{n}, in-acc", each(n, lambda s: s["in_acc"])) for n in made), _span(genres, "in_acc", "in-acc")],
        ),
        *_table(head, [*(_row(f"{n}, TD", each(n, lambda s: s["td"])) for n in made), _span(genres, "td", "TD")]),
        *_whole(genres),
        *_takes(genres),
        *_performed(genres),
        *_judges(results),
        *_by_part(genres),
    ]
    return "\n".join(lines) + "\n"


def _span(genres: dict[str, Any], key: str, title: str) -> str:
    """How far the real parts are from shuffled ones."""
    real = [g["sets"]["real"]["figures"] for g in genres.values()]
    values = [abs(f[key] - f[f"{key}_shuffled"]) for f in real]
    return _row(f"real less shuffled, {title}", [_number(v, 3) for v in (*values, float(np.median(values)))])


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
                rows.append(_row(f"{genre}, {name}", [_number(x) for x in (*far, learnt.get(name))]))
    count = sum(len(found["sets"][sets[0]]["gaps"]) for found in genres.values())
    return [
        f"Single figures with a gap over {LARGE}, of {count}, and the same of the training pieces:",
        "",
        *_table(["", *sets, TRAINING], rows),
    ]


def _whole(genres: dict[str, Any]) -> list[str]:
    """What the program plays under whole melodies, with its corrections and without."""
    found = {name: g["whole"] for name, g in genres.items() if g.get("whole")}
    if not found:
        return []
    kinds = [k for k in next(iter(found.values())) if k != "melodies"]
    figures = (("gap", "gap"), ("in-acc", "in_acc"), ("TD", "td"), ("notes corrected", "mended"))
    rows = [
        _row(f"{label}, {kind}", [_number(g[kind][key]) for g in found.values()])
        for label, key in figures
        for kind in (kinds if key != "mended" else kinds[:1])
    ]
    counts = _row("melodies", [str(g["melodies"]) for g in found.values()])
    return [
        "## Through the program",
        "",
        "`continuo arrange --takes 1` on whole melodies of validation pieces (sixteen bars each), phrase after phrase of its own:",
        "the median gap, the melody followed as above, and the share of notes that post-processing changed or left out;",
        "beside the same with post-processing switched off (`--no-polish`).",
        "",
        *_table(["", *found], [*rows, counts]),
    ]


def _takes(genres: dict[str, Any]) -> list[str]:
    """How far takes differ from each other and from the training windows."""
    head, found = ["", *genres], list(genres.values())
    lines: list[str] = []
    if all("spread" in g for g in found):
        rows = [_row(f"temperature {t:g}", [_number(g["spread"][f"{t:g}"]) for g in found]) for t in TEMPERATURES]
        lines += [
            "## Spread",
            "",
            "The mean distance (1 − shared onsets over all) between four takes over that between the genre's real windows.",
            "",
            *_table(head, rows),
        ]
    if all("nearest" in g for g in found):
        names = ("real", "real, closest", "model", "model, closest")
        lines += [
            "## Nearest training window",
            "",
            "Shared onsets over all onsets with the most alike of 1500 training windows: the mean, and the highest.",
            "",
            *_table(head, [_row(n, [_number(g["nearest"][n]) for g in found]) for n in names]),
        ]
    return lines


def _performed(genres: dict[str, Any]) -> list[str]:
    """Timing and velocities."""
    rows = [
        _row(f"{genre}, {part}", [_number(values[n], 1 if "velocity" in n else 2) for n in TIMING])
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
        *_table(["", *TIMING], rows),
    ]


def _judges(results: dict[str, Any]) -> list[str]:
    found, styles = results["classifiers"], results["styles"]
    lines = (
        []
        if found is None
        else [
            "## Classifiers",
            "",
            f"A genre classifier trained on real parts is right on {found['real']:.0%} of real and {found['model']:.0%} of",
            f"generated windows. A fresh classifier tells real from generated windows with an AUC of {found['auc']:.2f}.",
            "Both learnt from windows of training pieces and what is generated under them, and are asked about the others.",
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
        *_table(["", *nearest, "mean"], [_row("nearest", [_number(v) for v in shares])]),
        "The share of steps along straight lines between genres that move a figure the way the whole line does (lines whose",
        "ends differ little are left out): " + ", ".join(f"{n} {_number(v)}" for n, v in styles["lines"].items()) + ".",
        "",
    ]


def _by_part(genres: dict[str, Any]) -> list[str]:
    lines = [
        "## By genre and part",
        "",
        "Dong et al., *MuseGAN* (AAAI 2018), print for bass / guitar / strings: training data EB 8.1/19.4/10.1 %, UPC",
        "1.71/3.08/3.38, DP 88.6 %; their best model (jamming) EB 4.6/13.3/3.4 %, UPC 2.05/3.79/4.23, DP 91.6 %.",
        "",
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
                rows.append(_row(f"{name}, {part}", [_number(f.get(k), d) for k, d in keys]))
        head = ["", "EB", "UPC", "QN8", "onsets a bar", "polyphony", "range", "DP"]
        lines += [f"### {title} ({found['windows']} windows)", "", *_table(head, rows)]
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
