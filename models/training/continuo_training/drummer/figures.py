"""How the drummer compares with held drummers: loudness, timing, and parts for tapped rhythms."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from ..base.contract import GENRE_IDS, STEPS, VOICES
from .network import FEEL, RHYTHM, Drummer
from .performances import Kept, all_known, kept, nearest, spread
from .stray import LATENESS, LOUDNESS, stray
from .strokes import BAR, Performances
from .training import Window, genres_of, tapped, window

#: What is real, and what was made for the same strokes.
Sides = tuple[NDArray[np.float32], NDArray[np.float32]]

#: Windows that are measured, those that the classifier learns from, and rounds in which a part's strokes are chosen (as
#: in the engine).
MOST, LEARNT, ROUNDS = 300, 1500, 8
#: Classifiers of which the mean is reported.
SEEDS = 3
#: Ticks of a step in the engine.
TICKS = 240
#: How loud and how late strokes can be (as in the engine).
SOFTEST, FARTHEST = 0.06, 0.45


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


def _tells_apart(learnt: Sides, held: Sides) -> float:
    """The area under the curve of fresh classifiers over [N, 64, F], in the mean. They learn from real and made windows
    of performances that the held ones are no part of: windows of one performance overlap and would be recognised."""
    x, found = torch.from_numpy(np.concatenate(learnt)).float(), []
    label = torch.cat([torch.ones(len(learnt[0])), torch.zeros(len(learnt[1]))])
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        network = nn.Sequential(
            nn.Conv1d(x.shape[2], 32, 5, padding=2), nn.ReLU(), nn.Dropout(0.3), nn.Conv1d(32, 32, 5, 2), nn.ReLU(),
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(32, 1),
        )  # fmt: skip
        optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
        for _ in range(12):
            for rows in torch.randperm(len(x)).split(32):
                loss = functional.binary_cross_entropy_with_logits(network(x[rows].mT)[:, 0], label[rows])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
        with torch.no_grad():
            scores = network.eval()(torch.from_numpy(np.concatenate(held)).float().mT)[:, 0].numpy()
        real, made = len(held[0]), len(held[1])
        order = np.argsort(np.argsort(scores)) + 1.0
        found.append(float((order[:real].sum() - real * (real + 1) / 2) / (real * made)))
    return float(np.mean(found))


@torch.no_grad()
def _played(
    network: Drummer, p: Performances, drummers: list[list[Kept]], random: np.random.Generator
) -> NDArray[np.float32]:
    """[N, 64, 24]: loudness and timing of the strokes as the engine plays them at temperature 1, like drummers of other
    performances."""
    w, on, chosen = all_known(p), p.velocity > 0, []
    for genre, piece, strokes in zip(p.genre, p.piece, on, strict=True):
        near = nearest(drummers[genre], strokes, piece) if drummers[genre] else [_NOBODY]
        chosen.append(near[random.integers(len(near))])
    w.feel = torch.from_numpy(np.stack([drummer.feel for drummer in chosen]))
    made, deviations = w.read(network), [drummer.filled() for drummer in chosen]
    sides = []
    for own, shares, mean, size, lowest, highest in (
        ([loud for loud, _ in deviations], LOUDNESS, made.velocity, made.velocity_spread, SOFTEST, 1.0),
        ([late for _, late in deviations], LATENESS, made.timing, made.timing_spread, -FARTHEST, FARTHEST),
    ):
        strayed = np.where(np.isnan(own), stray(len(chosen), shares, random), own)
        sides.append(np.clip(mean.numpy() + strayed * size.numpy(), lowest, highest) * on)
    return _in_midi(np.concatenate(sides, 2))


_NOBODY = Kept(np.zeros(FEEL, np.float32), np.full((STEPS, VOICES), np.nan), np.full((STEPS, VOICES), np.nan))


def _in_midi(played: NDArray[Any]) -> NDArray[np.float32]:
    """As MIDI's velocities and the engine's ticks have it."""
    return np.concatenate(
        [np.round(played[..., :VOICES] * 127) / 127, np.round(played[..., VOICES:] * TICKS) / TICKS], 2
    ).astype(np.float32)


def _real(p: Performances) -> NDArray[np.float32]:
    return _in_midi(np.concatenate([p.velocity, p.timing * (p.velocity > 0)], 2))


def _stiff(p: Performances, loudness: NDArray[np.float64]) -> NDArray[np.float32]:
    """The mean loudness of the genre, on the grid."""
    loud = np.tile(loudness[p.genre], (1, STEPS // BAR, 1)) * (p.velocity > 0)
    return _in_midi(np.concatenate([loud, 0 * loud], 2))


def _alike(learnt: Performances, held: Performances, most: int) -> NDArray[np.int64]:
    """Rows of windows in as many performances as possible, the genres as often as in the held windows."""
    random, share = np.random.default_rng(8), most / len(held.genre)
    found = []
    for genre, count in enumerate(np.bincount(held.genre, minlength=len(GENRE_IDS))):
        rows = np.flatnonzero(learnt.genre == genre)
        found.append(rows[spread(learnt.piece[rows], round(count * share), random)])
    return np.concatenate(found)


def _genre_feels(p: Performances, heard: list[dict[str, Any]]) -> torch.Tensor:
    means = [heard[genre]["feel"] or [0.0] * FEEL for genre in p.genre]
    return torch.tensor(means, dtype=torch.float32)


def measure(network: Drummer, p: Performances, most: int = MOST) -> dict[str, Any]:
    """All figures on windows of held drummers."""
    network.eval()
    held, learnt = _chosen(p, most), p.rows(~p.validation)
    on = held.velocity > 0
    with torch.no_grad():
        made = all_known(held).read(network)
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
    drummers = kept(network, p)
    known = learnt.rows(_alike(learnt, held, round(LEARNT * most / MOST)))
    sides = [(_real(q), _played(network, q, drummers, random), _stiff(q, patterns[0])) for q in (known, held)]
    kinds = np.full(len(held.genre), RHYTHM)
    taps = tapped(held.velocity, held.timing)
    w = window(held, taps, kinds, np.zeros_like(on))
    w.feel = _genre_feels(held, heard)
    parts = drummed(network, w, random)
    return {
        "windows": len(held.genre),
        "errors": errors,
        "groove_classifier": _tells_apart(*[(real, made) for real, made, _ in sides]),
        "mean_pattern_classifier": _tells_apart(*[(real, stiff) for real, _, stiff in sides]),
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
