"""The whole evaluation: measures everything that the report shows (`report_text.py` writes it)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from . import classifiers, overlap, whole_melodies
from .contract import GENRE_IDS, GENRES, PARTS, PITCHED
from .dataset import Batch, Windows
from .decode import Music
from .evaluate import (
    Networks,
    batch_of,
    best_of,
    chosen_windows,
    figures,
    followed,
    gaps,
    generate,
    joined,
    load_networks,
    random_music,
    real_music,
    untrained_music,
    write,
)
from .expression import performed
from .measured import finished_genres, measured
from .report_text import TEMPERATURES
from .shipped import Plays
from .verdicts import SINGLE

Floats = NDArray[np.float32]
TAKES = (1, 2, 4, 8)
#: Most validation windows of a genre whose style is read.
STYLE_WINDOWS = 40
#: Windows that are played along lines between genres.
LINE_WINDOWS = 24
#: What the ends of a line must differ by: the share of a part's bars that are empty, the logarithm of the number of
#: notes, and the mean timing in steps.
LINE_ENDS = {"empty bars": 0.02, "density": 0.1, "timing": 0.01}
#: Windows of training pieces that are measured as if they were generated.
TRAINING_WINDOWS = 400
#: How often each window is accompanied for the figures of a set; a single take of some eighty windows is rough.
DRAWS = 3
#: Of the first draw of what the model plays.
SEED = 11
#: What can be left out: each takes longer than all the rest.
SECTIONS = ("spread", "nearest", "classifiers", "others")
#: What `sets` calls the model at temperature 1 with the melody known.
MODEL = SINGLE


def _batches(windows: Windows, most: int) -> dict[str, tuple[Batch, Batch]]:
    """Genre → its validation windows with the melody known, and the same with it hidden."""
    out = {}
    for genre in GENRE_IDS:
        rows = chosen_windows(windows, genre, most)
        if len(rows) >= 4:
            out[genre] = (_listed(batch_of(windows, rows)), _listed(batch_of(windows, rows, "none")))
    return out


def _listed(b: Batch) -> Batch:
    """The batch without the parts that its genres do not list: nobody hears those."""
    listed = np.array([[float(p in g.parts) for p in PARTS] for g in GENRES], np.float32)
    return b._replace(exists=b.exists * listed[b.genre])


def _shown(b: Batch, music: Music) -> tuple[Floats, Floats]:
    """The planes and strokes of the parts that the real windows have."""
    mask = np.repeat(b.exists[:, 1:], 2, axis=1)[:, :, None, None]
    return music.pitched * mask, music.drums * b.exists[:, :1, None]


def compare(b: Batch, music: dict[str, Music]) -> dict[str, Any]:
    """Figures of every set; gaps, melody and overlapping area (of the first draw) of every set but the real one."""
    out: dict[str, Any] = {}
    real = figures(b, music["real"])
    for name, made in music.items():
        draws = len(made.pitched) // len(b.genre)
        found = real if name == "real" else figures(joined([b] * draws), made)
        out[name] = {"figures": found, **followed(real, found)}
        if name == "real":
            continue
        out[name]["gaps"] = gaps(real, found)
        out[name]["overlap"] = _areas(b, real_music(b), b, first_draw(b, made))
    return out


def _draws(make: Callable[[int], Music], seed: int) -> Music:
    """What `make` makes of several seeds, one draw of all windows after another."""
    return Music(*(np.concatenate(x) for x in zip(*(make(seed + 100 * i) for i in range(DRAWS)), strict=True)))


def first_draw(b: Batch, music: Music) -> Music:
    """The first of several draws of a batch's windows."""
    return Music(*(x[: len(b.genre)] for x in music))


def _areas(first: Batch, one: Music, second: Batch, other: Music) -> dict[str, float]:
    """The overlapping areas of two batches' parts, by feature and part."""
    areas: dict[str, float] = {}
    for i, part in enumerate(PITCHED):
        sides = ((first, one), (second, other))
        planes = [m.pitched[b.exists[:, i + 1] > 0, 2 * i : 2 * i + 2] > 0.5 for b, m in sides]
        if all(map(len, planes)):
            areas |= {f"{n}, {part}": a for n, a in overlap.areas(planes[0], planes[1]).items()}
    return areas


def _training(windows: Windows, b: Batch, genre: str) -> dict[str, Any]:
    """How far the pieces that were learnt from are from those that are measured on: no model that learnt all that can
    be learnt from the ones need be nearer to the others."""
    learnt = _listed(batch_of(windows, chosen_windows(windows, genre, TRAINING_WINDOWS, validation=False)))
    far = gaps(figures(b, real_music(b)), figures(learnt, real_music(learnt)))
    return {"gaps": far, "overlap": _areas(b, real_music(b), learnt, real_music(learnt))}


def _spread(
    networks: Networks, b: Batch, temperatures: Sequence[float] = TEMPERATURES, takes: int = 4
) -> dict[str, float]:
    """Mean distance between takes of one melody over that between real pieces, by temperature."""
    real = overlap.onset_bits(*_shown(b, real_music(b)))
    apart = 1 - overlap.likeness(real, real)
    between = float(apart[~np.eye(len(real), dtype=bool)].mean())
    out = {}
    for temperature in temperatures:
        bits = [
            overlap.onset_bits(*_shown(b, generate(networks.generator, b, temperature, 100 + t))) for t in range(takes)
        ]
        pairs = [_apart(x, y) for i, x in enumerate(bits) for y in bits[i + 1 :]]
        out[f"{temperature:g}"] = float(np.mean(pairs)) / between
    return out


def _apart(x: NDArray[np.bool_], y: NDArray[np.bool_]) -> Floats:
    """1 − shared onsets over all, window by window; two silent windows are alike."""
    either = (x | y).sum(1)
    apart: Floats = np.where(either > 0, 1 - (x & y).sum(1) / np.maximum(either, 1), 0).astype(np.float32)
    return apart


def _nearest(windows: Windows, b: Batch, made: Music, genre: str, most: int) -> dict[str, float]:
    """The mean likeness (shared onsets over all) of real and of generated windows to their nearest training window."""
    rows = chosen_windows(windows, genre, most, validation=False)
    few = [batch_of(windows, r) for r in np.array_split(rows, 8) if len(r)]
    known = np.concatenate([overlap.onset_bits(x.pitched, x.drums) for x in few])
    out = {}
    for name, music in (("real", real_music(b)), ("model", made)):
        found = overlap.likeness(overlap.onset_bits(*_shown(b, music)), known).max(1)
        out[name], out[f"{name}, closest"] = float(found.mean()), float(found.max())
        out[f"{name}, copies"] = int((found > 1 - 1e-6).sum())
    return out | {"training windows": len(rows)}


def _classifiers(
    networks: Networks,
    rivals: dict[str, Networks],
    windows: Windows,
    batches: dict[str, tuple[Batch, Batch]],
    made: dict[str, Music],
    steps: int,
) -> Any:
    """The genre classifier's accuracy on real and generated parts, and the area under the real-or-not curve.

    Both learn from windows of training pieces and are asked about those of validation pieces.
    """
    train = joined([_listed(batch_of(windows, chosen_windows(windows, g, 250, validation=False))) for g in batches])
    everything = joined([pair[0] for pair in batches.values()])
    music = Music(*(np.concatenate(x) for x in zip(*(made[g] for g in batches), strict=True)))

    def inputs(b: Batch, m: Music) -> list[torch.Tensor]:
        return classifiers.inputs(b.full_melody, *_shown(b, m), b.exists, b.meter)

    real = inputs(train, real_music(train))
    genre = classifiers.fit(real, train.genre, len(GENRES), steps, 1)
    asked = [inputs(everything, m) for m in (real_music(everything), music)]
    right = [classifiers.scores(genre, x).argmax(1) == everything.genre for x in asked]

    def told_apart(generator: Plays, played: list[torch.Tensor]) -> float:
        generated = inputs(train, generate(generator, train, 1.0, 13))
        both = [torch.cat(pair) for pair in zip(real, generated, strict=True)]
        judge = classifiers.fit(both, np.repeat([1, 0], len(train.genre)), 2, 3 * steps, 2)
        score = [classifiers.scores(judge, x) for x in (asked[0], played)]
        verdict = np.concatenate([s[:, 1] - s[:, 0] for s in score])
        return classifiers.area_under_curve(verdict, np.arange(len(verdict)) < len(score[0]))

    def first_takes(one: Networks) -> list[torch.Tensor]:
        takes = [generate(one.generator, b, 1.0, SEED) for b, _ in batches.values()]
        return inputs(everything, Music(*(np.concatenate(x) for x in zip(*takes, strict=True))))

    return {
        "real": float(right[0].mean()),
        "model": float(right[1].mean()),
        "auc": told_apart(networks.generator, asked[1]),
        "others": {name: told_apart(rival.generator, first_takes(rival)) for name, rival in rivals.items()},
        "steps": steps,
        "learnt from": len(train.genre),
        "asked about": len(everything.genre),
    }


def _styles(networks: Networks, windows: Windows, batches: dict[str, tuple[Batch, Batch]]) -> Any:
    """How often a piece is read nearest its own genre's point, and how steadily lines between genres move."""
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
        # A file's style is the mean of its windows'.
        pieces = np.unique(windows.piece[rows])
        styles = np.stack([read[windows.piece[rows] == p].mean(0) for p in pieces])
        squares = ((styles[:, None] - points[None]) ** 2).sum(2)
        own = GENRE_IDS.index(genre)
        right[genre] = float((squares.argmin(1) == own).mean())
        away += list(np.sqrt(squares[:, own]))
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(2))
    between = float(apart[~np.eye(len(points), dtype=bool)].mean())
    return {
        "nearest": right,
        "windows": STYLE_WINDOWS,
        "away": float(np.median(away)) / between,
        "lines": _lines(networks, batches),
    }


def _lines(networks: Networks, batches: dict[str, tuple[Batch, Batch]]) -> dict[str, float]:
    """For lines between all pairs of genres: the share of steps along them that move the way the whole line does.

    Lines whose ends differ by less than LINE_ENDS are left out: they need not move.
    """
    points = networks.generator.styles.weight.detach().numpy()
    listed = {g.id: np.array([float(p in g.parts) for p in PARTS]) for g in GENRES}
    steady: dict[str, list[float]] = {n: [] for n in LINE_ENDS}
    for first, second in combinations(batches, 2):
        b = Batch(*(x[:LINE_WINDOWS] for x in batches[first][0]))
        both = listed[first] * listed[second] > 0
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


def _music(networks: Networks, rivals: dict[str, Networks], b: Batch, hidden: Batch) -> dict[str, Music]:
    """All sets of parts under a genre's windows, by the names that the report gives them."""

    def single(one: Networks, under: Batch, seed: int) -> Music:
        return _draws(lambda s: generate(one.generator, under, 1.0, s), seed)

    music = {"real": real_music(b), MODEL: single(networks, b, SEED)}
    music["temperature 0"] = generate(networks.generator, b, 0.0, SEED)
    music["predicted"] = single(networks, hidden, SEED + 1)
    music |= {name: single(rival, b, SEED) for name, rival in rivals.items()}
    music |= {"untrained": untrained_music(b, 5), "random": random_music(b, 6)}
    if networks.conductor is not None:
        draws = [best_of(networks, b, TAKES[1:], 1.0, SEED + 100 * i) for i in range(DRAWS)]
        for n in TAKES[1:]:
            pieces = zip(*(chosen[n] for chosen in draws), strict=True)
            music[f"best of {n}"] = Music(*(np.concatenate(x) for x in pieces))
    return music


def evaluate(
    prepared: Path,
    model: Path,
    out: Path,
    others: dict[str, Path],
    most: int = 60,
    steps: int = 300,
    without: Collection[str] = (),
    program: tuple[Path, Path] | None = None,
    anew: bool = False,
) -> dict[str, Any]:
    """Measures the model and the others on validation windows; results are written to `out` as they come.

    `program` is the command line and the exported generator that it plays whole melodies with. `without` names sections
    (see `SECTIONS`) that are left out, for a machine that has not the hours they take. Genres that `out` already holds
    of the same files, measured in the same way, are not measured again unless `anew` is asked for.
    """
    windows = Windows(prepared)
    same = measured(model, others, most, without, program)
    finished = {} if anew else finished_genres(out, same)
    networks = load_networks(model)
    rivals = {name: load_networks(path) for name, path in others.items()}
    batches = _batches(windows, most)
    results: dict[str, Any] = {"measured": same, "facts": networks.facts, "genres": {}, "most": most}
    made: dict[str, Music] = {}
    for genre, (b, hidden) in batches.items():
        if genre in finished:
            results["genres"][genre] = finished[genre]
            if "classifiers" not in without:
                made[genre] = generate(networks.generator, b, 1.0, SEED)
            print(f"{genre}: measured before", flush=True)
            continue
        music = _music(networks, rivals, b, hidden)
        made[genre] = first_draw(b, music[MODEL])
        found = {"windows": len(b.genre), "sets": compare(b, music), "performed": performed(b, made[genre])}
        found["pieces"] = len(np.unique(windows.piece[chosen_windows(windows, genre, most)]))
        found["training"] = _training(windows, b, genre)
        if "spread" not in without:
            found["spread"] = _spread(networks, b)
            if "others" not in without:
                found["spread of others"] = {n: _spread(rival, b, (1.0,))["1"] for n, rival in rivals.items()}
        if "nearest" not in without:
            found["nearest"] = _nearest(windows, b, made[genre], genre, 1500)
        if program is not None:
            rows = chosen_windows(windows, genre, len(windows.piece))
            found["whole"] = whole_melodies.measure(
                *program, windows, genre, rows, max(1, most // whole_melodies.LENGTH)
            )
        results["genres"][genre] = found
        write(results, out)
        print(f"{genre}: {len(b.genre)} windows measured", flush=True)
    judged = {} if "others" in without else rivals
    results["classifiers"] = (
        None if "classifiers" in without else _classifiers(networks, judged, windows, batches, made, steps)
    )
    results["styles"] = _styles(networks, windows, batches)
    write(results, out)
    return results
