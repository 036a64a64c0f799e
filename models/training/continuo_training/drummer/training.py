"""Trains the drummer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..base.contract import GENRE_IDS, STEPS, VOICES
from ..melodies.averaged import AveragedTraining, Minutes, steps_of
from .network import BASS, GENRES, KINDS, NO_TAP, RHYTHM, Drummer, Played
from .strokes import Performances

#: The voices that a bass line is taken from: kick, snare, side stick.
LOW_VOICES = (0, 1, 2)
#: The most drummers of a genre whose feel is kept.
FEELS = 32
#: How often the genre and the feel are not known.
NO_GENRE, NO_FEEL = 0.15, 0.5
BATCH = 48


@dataclass
class Window:
    """What the network reads of a batch, and what was played."""

    tap: Tensor
    hits: Tensor
    known: Tensor
    genre: Tensor
    feel: Tensor
    kind: Tensor
    velocity: Tensor
    timing: Tensor

    def read(self, network: Drummer) -> Played:
        """What the network makes of it."""
        found: Played = network(self.tap, self.hits, self.known, self.genre, self.feel, self.kind)
        return found


def tapped(velocity: NDArray[np.float32], timing: NDArray[np.float32]) -> NDArray[np.float32]:
    """[..., 64, 3]: where any of the voices plays, as loud as the loudest and as late as that one."""
    loudest = velocity.argmax(-1)[..., None]
    loud = np.take_along_axis(velocity, loudest, -1)[..., 0]
    late = np.take_along_axis(timing, loudest, -1)[..., 0]
    return np.stack([loud > 0, loud, np.where(loud > 0, late, 0)], -1).astype(np.float32)


def feels(velocity: NDArray[np.float32], timing: NDArray[np.float32]) -> NDArray[np.float32]:
    """[N, 5]: mean and spread of the strokes' loudness, of their timing, and 1."""
    on = velocity > 0
    count = np.maximum(on.sum((1, 2)), 1)
    out = np.ones((len(velocity), 5), np.float32)
    for column, values in ((0, velocity), (2, timing)):
        mean = np.where(on, values, 0).sum((1, 2)) / count
        spread = np.sqrt(np.where(on, (values - mean[:, None, None]) ** 2, 0).sum((1, 2)) / count)
        out[:, column], out[:, column + 1] = mean, spread
    # Timing is small beside loudness.
    out[:, 2:4] *= 5
    return out


def genres_of(p: Performances) -> list[dict[str, Any]]:
    """For each genre its id, how its drummers play in the mean, and how some of them do; neither without drummers."""
    found = []
    for number, genre in enumerate(GENRE_IDS):
        rows = p.rows((p.genre == number) & ~p.validation)
        own = feels(rows.velocity, rows.timing).round(4) if len(rows.genre) else np.zeros((0, 5), np.float32)
        some = np.random.default_rng(9).permutation(len(own))[:FEELS]
        mean = [round(float(x), 4) for x in own.mean(0)] if len(own) else None
        found.append({"id": genre, "feel": mean, "feels": [[round(float(x), 4) for x in row] for row in own[some]]})
    return found


def window(p: Performances, tap: NDArray[np.float32], kind: NDArray[np.int64], known: NDArray[np.bool_]) -> Window:
    """A batch with everything known of the whole."""
    genre = functional.one_hot(torch.from_numpy(p.genre), GENRES).float()
    return Window(
        torch.from_numpy(tap),
        torch.from_numpy((p.velocity > 0).astype(np.float32)),
        torch.from_numpy(known.astype(np.float32)),
        genre,
        torch.from_numpy(feels(p.velocity, p.timing)),
        functional.one_hot(torch.from_numpy(kind), KINDS).float(),
        torch.from_numpy(p.velocity),
        torch.from_numpy(p.timing),
    )


def draw(p: Performances, random: np.random.Generator, size: int, weights: NDArray[np.float64]) -> Window:
    """Windows to learn from: with a tapped rhythm or without, with some of the strokes known."""
    part = p.rows(np.searchsorted(weights, random.random(size)).clip(0, len(weights) - 1))
    kind = random.choice([NO_TAP, RHYTHM, BASS], size, p=[0.35, 0.4, 0.25])
    tap = tapped(part.velocity, part.timing)
    low = tapped(part.velocity[..., LOW_VOICES], part.timing[..., LOW_VOICES])
    tap = np.where((kind == BASS)[:, None, None], low, tap) * (kind != NO_TAP)[:, None, None]
    # Players tap with one loudness, or on the grid, as often as not; and a stroke is missed now and then.
    tap[random.random(size) < 0.3, :, 2] = 0
    flat = random.random(size) < 0.3
    tap[flat, :, 1] = np.where(tap[flat, :, 0] > 0, 0.7, 0)
    tap *= (random.random((size, STEPS, 1)) >= 0.04 * (random.random((size, 1, 1)) < 0.5)).astype(np.float32)
    known = random.random((size, STEPS, VOICES)) < random.random((size, 1, 1))
    known |= (random.random((size, 1, VOICES)) < 0.25) & (random.random((size, 1, 1)) < 0.4)
    known[random.random(size) < 0.2] = True
    nothing = (random.random(size) < 0.2) & (kind != NO_TAP)
    known[nothing] = False
    first = random.random(size) < 0.15
    known[first] = (np.arange(STEPS) < STEPS // 2)[None, :, None]
    w = window(part, tap.astype(np.float32), kind, known)
    hidden = torch.from_numpy(random.random(size) < NO_GENRE)
    w.genre[hidden] = functional.one_hot(torch.tensor(GENRES - 1), GENRES).float()
    w.feel[torch.from_numpy(random.random(size) < NO_FEEL)] = 0
    return w


def losses(made: Played, w: Window) -> tuple[Tensor, Tensor, Tensor]:
    """Of strokes that were not known (nats a step), and of loudness and timing (nats a stroke)."""
    asked = 1 - w.known
    bits = functional.binary_cross_entropy_with_logits(made.hits, w.hits, reduction="none")
    strokes = (bits * asked).sum() / asked.sum().clamp(min=1) * VOICES
    count = w.hits.sum().clamp(min=1)

    def laplace(real: Tensor, middle: Tensor, spread: Tensor) -> Tensor:
        return (((real - middle).abs() / spread + (2 * spread).log()) * w.hits).sum() / count

    loud = laplace(w.velocity, made.velocity, made.velocity_spread)
    return strokes, loud, laplace(w.timing, made.timing, made.timing_spread)


def _weights(p: Performances) -> NDArray[np.float64]:
    """The cumulative chance of each window; rare genres come more often."""
    weight = (np.maximum(np.bincount(p.genre, minlength=len(GENRE_IDS)), 1) ** -0.5)[p.genre]
    return np.asarray(np.cumsum(weight / weight.sum()))


def load(path: Path) -> Drummer:
    """The averaged weights of a checkpoint."""
    network = Drummer()
    network.load_state_dict(torch.load(path, weights_only=True)["average"])
    return network.eval()


@torch.no_grad()
def measure(network: Drummer, p: Performances) -> tuple[float, float, float]:
    """Losses on windows as `draw` makes them, the same each time."""
    random, weights = np.random.default_rng(5), _weights(p)
    found = [losses(w.read(network), w) for w in (draw(p, random, 96, weights) for _ in range(4))]
    strokes, loud, late = (float(torch.stack(column).mean()) for column in zip(*found, strict=True))
    return strokes, loud, late


def run(p: Performances, out: Path, minutes: Minutes, threads: int, start: Path | None = None) -> Drummer:
    """Trains for some minutes, from the weights of a checkpoint if one is given; returns the average of the weights."""
    torch.set_num_threads(threads)
    torch.manual_seed(minutes.seed)
    network = load(start) if start else Drummer()
    learnt, held = p.rows(~p.validation), p.rows(p.validation)
    weights, random = _weights(learnt), np.random.default_rng(minutes.seed)

    def loss(_: int) -> Tensor:
        w = draw(learnt, random, BATCH, weights)
        strokes, loud, late = losses(w.read(network), w)
        return strokes + 0.3 * (loud + late)

    def measured(average: Drummer) -> str:
        strokes, loud, late = measure(average, held)
        return f"{strokes:.3f} nats a step, {loud:.3f} and {late:.3f} a stroke's loudness and timing"

    return AveragedTraining(network, out, minutes, measured, steps_of(start) if start else (0, 0)).run(loss)
