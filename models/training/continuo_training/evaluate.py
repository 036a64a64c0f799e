"""Measures a trained model on windows of validation pieces; the report is written by `report.py`.

Everything compared sees the same windows: the real parts, notes at random, the untrained generator, other models (the
one before, the run without an adversary), and the model itself at several temperatures, with the melody hidden, and
with its conductor's choice of several takes.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from . import decode, metrics
from .contract import GENRE_IDS, GENRES, PARTS
from .dataset import PLAIN, Batch, Sampler, Windows
from .discriminator import Conductor, Discriminator, plain
from .encoder import StyleEncoder
from .game import conditions, tensors
from .network import Generator
from .prepare import DATASETS
from .shipped import Plays, Shipped
from .weights import checkpoint, under

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]


@dataclass
class Networks:
    """What a checkpoint or a folder of exported files holds."""

    generator: Plays
    encoder: StyleEncoder | None
    conductor: Conductor | None
    facts: dict[str, Any]


def trained(path: Path) -> Generator:
    """The averaged generator of a checkpoint or snapshot."""
    generator = Generator()
    generator.load_state_dict(under("generator.", checkpoint(path)["average"]))
    return generator.eval()


def load_networks(path: Path) -> Networks:
    """The averaged networks of a checkpoint or snapshot (.pt), or an exported generator and its neighbours."""
    if path.suffix == ".onnx":
        from .weights import load

        beside = path.with_name("style-encoder.onnx")
        encoder = StyleEncoder() if beside.exists() else None
        if encoder is not None:
            load(encoder, beside, "encoder.")
        beside = path.with_name("conductor.onnx")
        conductor = Conductor(plain(Discriminator())) if beside.exists() else None
        if conductor is not None:
            load(conductor.discriminator, beside, "discriminator.")
            conductor.eval()
        return Networks(Shipped(path), encoder and encoder.eval(), conductor, {"step": 0, "seconds": 0.0})
    found, generator = checkpoint(path), trained(path)
    averages: dict[str, torch.Tensor] = found["average"]
    encoder = StyleEncoder()
    encoder.load_state_dict(under("encoder.", averages))
    facts = {k: found[k] for k in ("step", "seconds", "settings")}
    if not found["settings"]["adversary"]:
        return Networks(generator, encoder.eval(), None, facts)
    judge = Discriminator()
    judge.load_state_dict(under("adversary.", found.get("game", averages)))
    return Networks(generator, encoder.eval(), Conductor(plain(judge)).eval(), facts)


def chosen_windows(
    windows: Windows, genre: str, most: int, validation: bool = True, seed: int = 7
) -> NDArray[np.int64]:
    """Windows of a genre in 4/4 (the figures count bars of 16 steps) that have a melody."""
    rows = np.nonzero(
        (windows.validation == validation)
        & (windows.meter == 4)
        & (windows.genre == GENRE_IDS.index(genre))
        & (windows.dataset != DATASETS.index("groove_drums"))
    )[0]
    order = np.random.default_rng(seed).permutation(len(rows))[:most]
    return np.sort(rows[order])


def batch_of(windows: Windows, rows: NDArray[np.int64], heard: str = "all", seed: int = 3) -> Batch:
    """These windows as the engine would see them, the whole melody known or none of it."""
    sampler = Sampler(windows, type(PLAIN)(**{**vars(PLAIN), "heard": heard}), seed, True)
    return sampler.make(rows, np.zeros(len(rows), np.int64))


def joined(batches: list[Batch]) -> Batch:
    """Batches one after another."""
    return Batch(*(np.concatenate(x) for x in zip(*batches, strict=True)))


def generate(
    generator: Plays, b: Batch, temperature: float, seed: int, style: Floats | None = None, size: int = 32
) -> decode.Music:
    """The parts of a large batch, some windows at a time."""
    noise = decode.noise(len(b.genre), temperature, seed)
    pieces = [
        decode.run(
            generator,
            Batch(*(x[i : i + size] for x in b)),
            noise[i : i + size],
            None if style is None else style[i : i + size],
        )
        for i in range(0, len(noise), size)
    ]
    return decode.Music(*(np.concatenate(x) for x in zip(*pieces, strict=True)))


def judged(networks: Networks, b: Batch, music: decode.Music, size: int = 32) -> Floats:
    """The conductor's scores [B]."""
    assert networks.conductor is not None
    out = []
    listed = np.array([[float(p in g.parts) for p in PARTS] for g in GENRES], np.float32)[b.genre]
    with torch.no_grad():
        style = networks.generator.styles(torch.from_numpy(b.genre)).numpy()
        arrays = (b.melody, b.heard, b.context, b.context_drums, style, b.meter, music.pitched, music.drums, listed)
        for i in range(0, len(b.genre), size):
            few = [torch.from_numpy(np.ascontiguousarray(x[i : i + size], np.float32)) for x in arrays]
            out.append(networks.conductor(*few).numpy())
    return np.concatenate(out)


def best_of(
    networks: Networks, b: Batch, takes: Collection[int], temperature: float, seed: int
) -> dict[int, decode.Music]:
    """The take of each window that the conductor likes best, of each of these numbers of takes."""
    found: dict[int, decode.Music] = {}
    best: decode.Music | None = None
    high = np.full(len(b.genre), -np.inf, np.float32)
    for take in range(max(takes)):
        music = generate(networks.generator, b, temperature, seed + take)
        score = judged(networks, b, music)
        better = score > high
        high = np.where(better, score, high)
        if best is None:
            best = music
        else:
            pairs = zip(music, best, strict=True)
            best = decode.Music(*(np.where(better.reshape(-1, *[1] * (a.ndim - 1)), a, b) for a, b in pairs))
        if take + 1 in takes:
            found[take + 1] = best
    return found


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
    nothing = np.zeros((len(out), 5, 64), np.float32)
    return decode.Music(out, drums, nothing, nothing)


def untrained_music(b: Batch, seed: int) -> decode.Music:
    """An untrained generator, its threshold moved until it plays as many onsets as the real parts."""
    torch.manual_seed(seed)
    generator = Generator().eval()
    t = tensors(Batch(*(np.ascontiguousarray(x) for x in b)))
    with torch.no_grad():
        noise = torch.from_numpy(decode.noise(len(b.genre), 1.0, seed))
        outputs = generator(conditions(t, generator.styles(t.genre)), noise)
    pitched, drums, velocity, timing = (x.numpy() for x in outputs)
    scaled = np.zeros_like(pitched)
    for plane in range(8):
        rows = b.exists[:, plane // 2 + 1] > 0
        if rows.any():
            edge = np.quantile(pitched[rows, plane], 1 - b.pitched[rows, plane].mean())
            scaled[:, plane] = (pitched[:, plane] > edge).astype(np.float32)
    rows = b.exists[:, 0] > 0
    edge = np.quantile(drums[rows], 1 - b.drums[rows].mean()) if rows.any() else 1.0
    return decode.Music(decode.decode(scaled, b.steps), (drums > edge).astype(np.float32), velocity, timing)


def figures(b: Batch, music: decode.Music) -> dict[str, Any]:
    """The report of these parts under the batch's melody."""
    return metrics.report(b.full_melody > 0.5, music.pitched > 0.5, music.drums > 0.5, b.exists > 0.5)


def real_music(b: Batch) -> decode.Music:
    """The real parts."""
    return decode.Music(b.pitched, b.drums, b.velocity, b.timing)


def gaps(real: dict[str, Any], made: dict[str, Any]) -> dict[str, float]:
    """How far each figure of each part is from the real one, over the real one; rates count as a twentieth at least."""
    out: dict[str, float] = {}
    for part in PARTS:
        if part not in real or part not in made:
            continue
        for name in ("eb", "upc", "qn", "onsets", "polyphony", "range", "dp"):
            a, b = real[part].get(name), made[part].get(name)
            if a is None or b is None or not np.isfinite([a, b]).all():
                continue
            # A rate near 0 has no meaningful relative gap: it is measured against a twentieth of the bars at least.
            least = 0.05 if name in ("eb", "qn", "dp") else 1e-6
            out[f"{name} {part}"] = abs(b - a) / max(abs(a), least)
    for name, a in real["between"].items():
        b = made["between"].get(name)
        if b is not None and np.isfinite([a, b]).all():
            out[f"td {name}"] = abs(b - a) / max(abs(a), 1e-6)
    return out


def followed(real: dict[str, Any], made: dict[str, Any]) -> dict[str, float]:
    """(generated − shuffled) / (real − shuffled), for in-acc and, turned round, for TD."""
    out = {}
    for name in ("in_acc", "td"):
        other = real[f"{name}_shuffled"]
        span = real[name] - other
        out[name] = (made[name] - made[f"{name}_shuffled"]) / span if abs(span) > 1e-6 else float("nan")
    return out


def quick(generator: Plays, windows: Windows, most: int = 24) -> dict[str, float]:
    """A short measure while training: the median gap, and how well the melody is followed."""
    found: list[float] = []
    kept: list[float] = []
    for genre in GENRE_IDS:
        rows = chosen_windows(windows, genre, most)
        if len(rows) < 4:
            continue
        b = batch_of(windows, rows)
        real, made = figures(b, real_music(b)), figures(b, generate(generator, b, 1.0, 11))
        found += gaps(real, made).values()
        kept.append(followed(real, made)["in_acc"])
    return {"gap": float(np.median(found)), "in_acc": float(np.median(kept))}


def write(results: dict[str, Any], out: Path) -> None:
    """The results as JSON, so far as they go."""
    temporary = out.with_suffix(".tmp")
    temporary.write_text(json.dumps(results, indent=1))
    temporary.replace(out)
