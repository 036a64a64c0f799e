"""How steadily Interpolate goes from one melody to another, and how like real melodies Generate's are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ..base.contract import GENRE_IDS
from ..melodies.by_program import excerpts, read, run, with_notes, write
from ..melodies.events import Melody, events
from ..melodies.examples import Corpus
from ..melodies.figures import NAMES, Excerpt, figures, tells_apart
from ..melodies.likelihood import Judge

#: Steps between two melodies, bars of those, bars that Generate writes.
STEPS, BARS, GENERATED = 5, 4, 8


def _excerpt(m: Melody) -> Excerpt:
    return Excerpt(np.zeros((0, 3), np.int32), events(m), m.bar, GENERATED)


def measure(corpus: Corpus, models: Path, program: Path, most: int) -> dict[str, Any]:
    """All figures.

    Raises:
        StepError: the program fails.
    """
    judge = Judge(models / "melody.onnx")
    short = [m for m in excerpts(corpus, BARS, 4 * most, 5) if not m.three][: 2 * most]
    pairs = list(zip(short[::2], short[1::2], strict=False))
    found: dict[str, Any] = {"pairs": len(pairs), "real": float(np.median(judge.nats_a_note(short)))}
    ways: list[list[list[float]]] = []
    stations: list[list[Melody]] = [[] for _ in range(STEPS + 2)]
    milliseconds = []
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("from.mid", "to.mid", "out.mid")]
        for first, last in pairs:
            write(first, paths[0])
            write(last, paths[1])
            report = run(program, "interpolate", paths[0], paths[1], "-o", paths[2], "--steps", STEPS, "--pickup", 0)
            ways.append([[x["from_first"], x["from_last"]] for x in report["melodies"]])
            milliseconds.append(report["milliseconds"] / STEPS)
            notes, length = read(paths[2]), report["bars"] * first.bar
            for number, station in enumerate(stations):
                here = notes[notes[:, 0] // length == number].copy()
                here[:, 0] -= number * length
                if len(here):
                    station.append(with_notes(first, here))
        distances = np.array(ways)
        found["distances"] = distances.mean(0).tolist()
        steady = (np.diff(distances[..., 0], axis=1) >= -1e-6) & (np.diff(distances[..., 1], axis=1) <= 1e-6)
        found["steady"] = float(steady.mean())
        found["nats"] = [float(np.median(judge.nats_a_note(station))) for station in stations]
        found["step_milliseconds"] = float(np.median(milliseconds))
        real = excerpts(corpus, GENERATED, most, 6)
        made, times = [], []
        for number, melody in enumerate(real):
            options = ["--genre", GENRE_IDS[melody.genre], "--key", "Am" if melody.minor else "C", "--seed", number + 1]
            meter = "3/4" if melody.three else "4/4"
            report = run(program, "generate", "-o", paths[2], "--bars", GENERATED, "--meter", meter, *options)
            times.append(report["milliseconds"])
            made.append(with_notes(melody, read(paths[2])))
    found["melodies"] = len(real)
    found["generate_milliseconds"] = float(np.median(times))
    found["generated"] = {
        "nats": [float(np.median(judge.nats_a_note(group))) for group in (real, made)],
        "figures": [
            [float(x) for x in np.nanmedian([figures(_excerpt(m)) for m in group], 0)] for group in (real, made)
        ],
        "auc": tells_apart([_excerpt(m) for m in made], [_excerpt(m) for m in real]),
    }
    return found


def text(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    numbers = range(len(found["nats"]))
    heads = ["first", *(str(n) for n in numbers[1:-1]), "last"]
    lines = [
        f"{found['pairs']} pairs of validation melodies of {BARS} bars; distance is the share of the sixteenths that "
        f"differ. Nats a note are the melody network's, medians; the real melodies' are {found['real']:.2f}.",
        "",
        "| Interpolate | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
    ]
    for column, name in enumerate(("first", "last")):
        cells = [f"{station[column]:.2f}" for station in found["distances"]]
        lines.append(f"| distance from the {name} | " + " | ".join(cells) + " |")
    lines.append("| nats a note | " + " | ".join(f"{x:.2f}" for x in found["nats"]) + " |")
    g = found["generated"]
    lines += [
        "",
        f"{found['steady']:.0%} of the steps are further from the first and nearer to the last melody than the one "
        f"before. A step of {BARS} bars takes {found['step_milliseconds']:.0f} ms, a melody of {GENERATED} bars "
        f"{found['generate_milliseconds']:.0f} ms (medians).",
        "",
        f"| {GENERATED} bars, medians of {found['melodies']} | real | Generate |",
        "|---|---|---|",
        f"| nats a note | {g['nats'][0]:.2f} | {g['nats'][1]:.2f} |",
    ]
    for number, name in enumerate(NAMES):
        lines.append(f"| {name} | {g['figures'][0][number]:.2f} | {g['figures'][1][number]:.2f} |")
    lines.append(f"| area under a fresh classifier's curve | | {g['auc']:.2f} |")
    return "\n".join(lines)
