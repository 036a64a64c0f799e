"""How the drummer compares with held drummers: loudness, timing, and parts for tapped rhythms."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from ..base.contract import GENRE_IDS, STEPS, VOICES
from .network import FEEL, NO_TAP, RHYTHM, Drummer
from .stray import LATENESS, LOUDNESS, stray
from .strokes import BAR, Performances
from .training import Window, genres_of, tapped, window

#: Windows that are measured, and rounds in which a part's strokes are chosen (as in the engine).
MOST, ROUNDS = 300, 8


def _chosen(p: Performances, most: int) -> Performances:
    rows = np.flatnonzero(p.validation)
    return p.rows(rows[np.random.default_rng(4).permutation(len(rows))[:most]])


def mean_pattern(p: Performances) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[genres, 16, 12]: the mean loudness and timing of each voice on each step of the bar; where a genre has none, of
    all genres, and where nobody has any, of all strokes."""
    out = []
    on = p.velocity > 0
    for values in (p.velocity, p.timing):
        sums, counts = np.zeros((len(GENRE_IDS), BAR, VOICES)), np.zeros((len(GENRE_IDS), BAR, VOICES))
        for bar in range(STEPS // BAR):
            span = slice(bar * BAR, (bar + 1) * BAR)
            np.add.at(sums, p.genre, np.where(on[:, span], values[:, span], 0))
            np.add.at(counts, p.genre, on[:, span])
        everyone = np.where(counts.sum(0) > 0, sums.sum(0) / np.maximum(counts.sum(0), 1), sums.sum() / counts.sum())
        out.append(np.where(counts > 0, sums / np.maximum(counts, 1), everyone[None]))
    return out[0], out[1]


def _all_known(p: Performances) -> Window:
    silent = np.zeros((len(p.genre), STEPS, 3), np.float32)
    known = np.ones((len(p.genre), STEPS, VOICES), bool)
    w = window(p, silent, np.full(len(p.genre), NO_TAP), known)
    w.feel.zero_()
    return w


@torch.no_grad()
def drummed(network: Drummer, w: Window, random: np.random.Generator) -> NDArray[np.bool_]:
    """Strokes for tapped rhythms, chosen as the engine chooses them, each tapped step with at least one."""
    w.known.zero_()
    hits, known = torch.zeros_like(w.hits), torch.zeros_like(w.hits)
    logits = hits
    for number in range(ROUNDS):
        keep = (number + 1) / ROUNDS
        w.hits, w.known = hits, known
        logits = w.read(network).hits
        likely = torch.sigmoid(logits / max(1 - 0.5 * keep, 0.05))
        drawn = torch.from_numpy(random.random(tuple(hits.shape)).astype(np.float32)) < likely
        hits = drawn.float()
        known = torch.from_numpy((random.random(tuple(hits.shape)) < keep).astype(np.float32))
    found: NDArray[np.bool_] = hits.numpy() > 0
    silent = (w.tap[..., 0].numpy() > 0) & ~found.any(-1)
    best = logits.numpy().argmax(-1)
    rows, steps = np.nonzero(silent)
    found[rows, steps, best[rows, steps]] = True
    return found


def _agreement(found: NDArray[np.bool_], tap: NDArray[np.bool_]) -> float:
    """The F1 of onsets and taps, which may be a sixteenth apart."""

    def near(x: NDArray[np.bool_]) -> NDArray[np.bool_]:
        out = x.copy()
        out[:, 1:] |= x[:, :-1]
        out[:, :-1] |= x[:, 1:]
        return out

    precision = (found & near(tap)).sum() / max(found.sum(), 1)
    recall = (tap & near(found)).sum() / max(tap.sum(), 1)
    return float(2 * precision * recall / max(precision + recall, 1e-9))


def _pattern(hits: NDArray[np.bool_]) -> dict[str, float]:
    """What drums are measured by: strokes a bar, of kick, snare and cymbals, backbeats, kicks on one."""
    bars = hits.reshape(-1, BAR, VOICES)
    played = bars[bars.any((1, 2))]
    cymbals = played[..., [3, 4, 8]].any(-1)
    return {
        "strokes a bar": float(played.sum((1, 2)).mean()),
        "kicks a bar": float(played[..., 0].sum(1).mean()),
        "snares a bar": float(played[..., 1].sum(1).mean()),
        "steps with hi-hat or ride": float(cymbals.mean()),
        "bars with a kick on one": float(played[:, 0, 0].mean()),
        "bars with a snare on two and four": float((played[:, 4, 1] & played[:, 12, 1]).mean()),
    }


def _tells_apart(real: NDArray[np.float32], made: NDArray[np.float32], folds: int = 3) -> float:
    """The area under the curve of a fresh classifier over [N, 64, F]; a window's two versions stay together."""
    count = len(real)
    x = torch.from_numpy(np.concatenate([real, made])).float()
    label = torch.cat([torch.ones(count), torch.zeros(count)])
    fold = np.tile(np.random.default_rng(3).permutation(count) % folds, 2)
    scores = np.zeros(2 * count)
    for number in range(folds):
        torch.manual_seed(number)
        network = nn.Sequential(
            nn.Conv1d(x.shape[2], 32, 5, padding=2), nn.ReLU(), nn.Dropout(0.3), nn.Conv1d(32, 32, 5, 2), nn.ReLU(),
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(32, 1),
        )  # fmt: skip
        learn, test = (torch.from_numpy(np.flatnonzero(side)) for side in (fold != number, fold == number))
        optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
        for _ in range(25):
            for rows in learn[torch.randperm(len(learn))].split(32):
                loss = functional.binary_cross_entropy_with_logits(network(x[rows].mT)[:, 0], label[rows])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
        with torch.no_grad():
            scores[test] = network.eval()(x[test].mT)[:, 0].numpy()
    order = np.argsort(np.argsort(scores)) + 1.0
    return float((order[:count].sum() - count * (count + 1) / 2) / count**2)


@torch.no_grad()
def _played(
    network: Drummer, p: Performances, heard: list[dict[str, Any]], random: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Loudness and timing of the strokes as the engine plays them at temperature 1."""
    w = _all_known(p)
    w.feel = torch.from_numpy(np.stack([_feel(heard[genre], random) for genre in p.genre]))
    made, count = w.read(network), len(p.genre)
    loud = made.velocity.numpy() + stray(count, LOUDNESS, random) * made.velocity_spread.numpy()
    late = made.timing.numpy() + stray(count, LATENESS, random) * made.timing_spread.numpy()
    on = p.velocity > 0
    return np.clip(loud, 0.06, 1) * on, np.clip(late, -0.45, 0.45) * on


def _feel(genre: dict[str, Any], random: np.random.Generator) -> NDArray[np.float32]:
    """How one of the genre's drummers plays."""
    drawn = genre["feels"][random.integers(len(genre["feels"]))] if genre["feels"] else np.zeros(FEEL)
    return np.asarray(drawn, np.float32)


def _genre_feels(p: Performances, heard: list[dict[str, Any]]) -> torch.Tensor:
    means = [heard[genre]["feel"] or [0.0] * FEEL for genre in p.genre]
    return torch.tensor(means, dtype=torch.float32)


def measure(network: Drummer, p: Performances, most: int = MOST) -> dict[str, Any]:
    """All figures on windows of held drummers."""
    network.eval()
    held, learnt = _chosen(p, most), p.rows(~p.validation)
    on = held.velocity > 0
    with torch.no_grad():
        made = _all_known(held).read(network)
    patterns = mean_pattern(learnt)
    errors: dict[str, list[float]] = {}
    for name, real, mine, pattern in (
        ("loudness, 0–127", held.velocity * 127, made.velocity.numpy() * 127, patterns[0] * 127),
        ("timing, thousandths of a quarter", held.timing * 250, made.timing.numpy() * 250, patterns[1] * 250),
    ):
        mean = np.tile(pattern[held.genre], (1, STEPS // BAR, 1))
        errors[name] = [float(np.abs(real - other)[on].mean()) for other in (mine, mean)]
    random = np.random.default_rng(6)
    heard = genres_of(p)
    velocity, timing = _played(network, held, heard, random)
    real = np.concatenate([held.velocity, held.timing * on], 2)
    kinds = np.full(len(held.genre), RHYTHM)
    taps = tapped(held.velocity, held.timing)
    w = window(held, taps, kinds, np.zeros_like(on))
    w.feel = _genre_feels(held, heard)
    parts = drummed(network, w, random)
    stiff = np.tile(patterns[0][held.genre], (1, STEPS // BAR, 1)) * on
    return {
        "windows": len(held.genre),
        "errors": errors,
        "groove_classifier": _tells_apart(real, np.concatenate([velocity, timing], 2).astype(np.float32)),
        "mean_pattern_classifier": _tells_apart(real, np.concatenate([stiff, 0 * stiff], 2).astype(np.float32)),
        "agreement": _agreement(np.asarray(parts.any(-1)), taps[..., 0] > 0),
        "patterns": {"real": _pattern(on), "drumify": _pattern(parts)},
    }


def text(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    lines = [
        f"{found['windows']} windows of four bars of drummers that it did not learn from.",
        "",
        "| Groove | network | mean pattern of the genre |",
        "|---|---|---|",
    ]
    lines += [f"| mean error of {name} | {mine:.1f} | {mean:.1f} |" for name, (mine, mean) in found["errors"].items()]
    lines.append(
        f"| area under a fresh classifier's curve against real | {found['groove_classifier']:.2f} "
        f"| {found['mean_pattern_classifier']:.2f} |"
    )
    lines += ["", "| Drumify, for the rhythm that real drums tap | real | made |", "|---|---|---|"]
    lines.append(f"| agreement of onsets with the taps within a sixteenth, F1 | 1.00 | {found['agreement']:.2f} |")
    real, made = found["patterns"]["real"], found["patterns"]["drumify"]
    lines += [f"| {name} | {real[name]:.2f} | {made[name]:.2f} |" for name in real]
    return "\n".join(lines)
