"""Compares the trained generator with the real parts, an untrained generator and a random one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from . import decode, metrics
from .contract import GENRE_IDS
from .dataset import PLAIN, Batch, Sampler, Windows
from .network import Generator
from .prepare import DATASETS

Bools = NDArray[np.bool_]


def load_generator(checkpoint: Path) -> tuple[Generator, dict[str, Any]]:
    """The averaged generator of a checkpoint, and the checkpoint."""
    found = torch.load(checkpoint, weights_only=True)
    generator = Generator()
    generator.load_state_dict(found["average"])
    return generator.eval(), found


def chosen_windows(windows: Windows, genre: str, most: int, seed: int = 7) -> NDArray[np.int64]:
    """Validation windows of a genre in 4/4 (the figures count bars of 16 steps) that have a melody."""
    rows = np.nonzero(
        windows.validation
        & (windows.meter == 4)
        & (windows.genre == GENRE_IDS.index(genre))
        & (windows.dataset != DATASETS.index("groove_drums"))
    )[0]
    order = np.random.default_rng(seed).permutation(len(rows))[:most]
    return rows[order]


def generate(generator: Generator, b: Batch, temperature: float, seed: int, size: int = 64) -> decode.Music:
    """The parts of a large batch, some windows at a time."""
    noise = decode.noise(len(b.genre), temperature, seed)
    pieces = [
        decode.run(generator, Batch(*(x[i : i + size] for x in b)), noise[i : i + size])
        for i in range(0, len(noise), size)
    ]
    return decode.Music(*(np.concatenate(x) for x in zip(*pieces, strict=True)))


def random_music(b: Batch, seed: int) -> decode.Music:
    """Notes at random: each part's real share of onsets by pitch, and its real mean length."""
    rng = np.random.default_rng(seed)
    out = np.zeros_like(b.pitched)
    for part in range(4):
        rows = b.exists[:, part + 1] > 0
        if not rows.any():
            continue
        onset, sounding = b.pitched[rows, 2 * part], b.pitched[rows, 2 * part + 1]
        rate = onset.mean((0, 1))
        length = max(1, round(float(sounding.sum() / max(onset.sum(), 1))))
        drawn = rng.random(b.pitched[:, 0].shape) < rate
        out[:, 2 * part] = drawn
        for k in range(length):
            out[:, 2 * part + 1, k:] = np.maximum(out[:, 2 * part + 1, k:], drawn[:, : 64 - k])
    rows = b.exists[:, 0] > 0
    rate = b.drums[rows].mean((0, 1)) if rows.any() else np.zeros(b.drums.shape[-1])
    drums = (rng.random(b.drums.shape) < rate).astype(np.float32)
    return decode.Music(out, drums, np.zeros((len(out), 5, 64), np.float32))


def untrained_music(b: Batch, seed: int) -> decode.Music:
    """An untrained generator, its threshold moved until it plays as many onsets as the real parts."""
    torch.manual_seed(seed)
    generator = Generator().eval()
    t = Batch(*(torch.from_numpy(np.ascontiguousarray(x)) for x in b))
    from .train import conditions

    with torch.no_grad():
        pitched, drums, velocity = (
            x.numpy()
            for x in generator(
                conditions(t, generator.styles(t.genre)), torch.from_numpy(decode.noise(len(b.genre), 1.0, seed))
            )
        )
    scaled = np.zeros_like(pitched)
    for plane in range(8):
        rows = b.exists[:, plane // 2 + 1] > 0
        if rows.any():
            edge = np.quantile(pitched[rows, plane], 1 - b.pitched[rows, plane].mean())
            scaled[:, plane] = (pitched[:, plane] > edge).astype(np.float32)
    rows = b.exists[:, 0] > 0
    edge = np.quantile(drums[rows], 1 - b.drums[rows].mean()) if rows.any() else 1.0
    return decode.Music(decode.decode(scaled, b.steps), (drums > edge).astype(np.float32), velocity)


def figures(b: Batch, music: decode.Music) -> dict[str, Any]:
    """The report of these parts under the batch's melody."""
    return metrics.report(b.full_melody > 0.5, music.pitched > 0.5, music.drums > 0.5, b.exists > 0.5)


def evaluate(prepared: Path, checkpoint: Path, out: Path, most: int = 120) -> dict[str, Any]:
    """All comparisons, by genre and over all genres; also written to `out` as JSON."""
    windows = Windows(prepared)
    generator, found = load_generator(checkpoint)
    known, hidden = Sampler(windows, PLAIN, 3, True), Sampler(windows, PLAIN, 3, True)
    hidden.options = type(PLAIN)(**{**vars(PLAIN), "heard": "none"})
    results: dict[str, Any] = {"step": found["step"], "seconds": found["seconds"], "sets": {}}
    batches: dict[str, tuple[Batch, Batch]] = {}
    for genre in GENRE_IDS:
        rows = chosen_windows(windows, genre, most)
        if len(rows):
            zero = np.zeros(len(rows), np.int64)
            batches[genre] = (known.make(rows, zero), hidden.make(rows, zero))
    every_known, every_hidden = (
        Batch(*(np.concatenate(x) for x in zip(*(pair[i] for pair in batches.values()), strict=True))) for i in (0, 1)
    )
    batches["all"] = (every_known, every_hidden)
    for name, (b, masked) in batches.items():
        sets = {"real": figures(b, decode.Music(b.pitched, b.drums, b.velocity))}
        for temperature in (0.0, 0.7, 1.0):
            sets[f"noise {temperature}"] = figures(b, generate(generator, b, temperature, 11))
        sets["predicted, noise 0.7"] = figures(masked, generate(generator, masked, 0.7, 12))
        if name == "all":
            sets["untrained"] = figures(b, untrained_music(b, 5))
            sets["random"] = figures(b, random_music(b, 6))
        results["sets"][name] = sets
    out.write_text(json.dumps(results, indent=1))
    return results


def table(sets: dict[str, Any]) -> str:
    """The sets of one genre as a Markdown table."""
    lines = [
        "| set | EB % bass / chords / strings / counter / drums | UPC bass / chords / strings / counter "
        "| QN bass / chords / strings / counter | onsets a bar, the same and drums | DP | TD (shuffled) "
        "| in-acc / shuffled |",
        "|---|---|---|---|---|---|---|---|",
    ]
    parts = ("bass", "chords", "strings", "counter")

    def row(x: dict[str, Any], figure: str, with_drums: bool, scale: float, digits: int) -> str:
        names = (*parts, "drums") if with_drums else parts
        cells = [f"{scale * x[n][figure]:.{digits}f}" if n in x else "–" for n in names]
        return " / ".join(c if c != "nan" else "–" for c in cells)

    for name, x in sets.items():
        dp = f"{100 * x['drums']['dp']:.0f}" if "drums" in x else "–"
        lines.append(
            f"| {name} | {row(x, 'eb', True, 100, 0)} | {row(x, 'upc', False, 1, 2)} | {row(x, 'qn', False, 1, 2)} "
            f"| {row(x, 'onsets', True, 1, 1)} | {dp} | {x['td']:.2f} ({x['td_shuffled']:.2f}) "
            f"| {x['in_acc']:.2f} / {x['in_acc_shuffled']:.2f} |"
        )
    return "\n".join(lines)
