"""Trains the harmonizer."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ..base.contract import GENRE_IDS, SLOTS
from ..base.errors import StepError
from ..data.lead_sheets import read_lead_sheets
from ..data.pop909_melodies import add_melodies
from ..data.sampler import Sampler, Variation
from ..data.windows import Windows
from ..musical.chord_vocabulary import CHORD_SIZE, CHORDS, NO_CHORD, QUALITIES
from ..networks.chord_plan import chord_vectors
from ..networks.harmonizer import Harmonizer
from .examples import STYLE_NOISE
from .harmonizer_examples import Melodies, SungSheet, all_of_sheets, labels_of, of_sheets, of_windows

#: How many windows to learn from, and their shares in a batch: of lead sheets with melodies, of lead sheets without
#: (their chords teach how chords follow each other), and of the data sets (their chords were recognised, not written).
SUNG, UNSUNG, WINDOWS = 120_000, 60_000, 40_000
SHARES = (0.55, 0.25, 0.2)
#: How often all chords of a window are asked for, and how often those of the window before are known.
ALL_ASKED, BEFORE_KNOWN = 0.4, 0.4
#: How much the bass notes weigh beside the chords.
BASS = 0.3
SMOOTHING = 0.02


@dataclass
class HarmonizerSettings:
    """What decides a training."""

    minutes: float = 15.0
    batch: int = 192
    rate: float = 1e-3
    warm_up: int = 200
    weight_decay: float = 0.05
    average: float = 0.998
    dropout: float = 0.2
    seed: int = 1


class HarmonizerTraining:
    """Holds the network, its average and the optimiser. `points` are the genres' places in style space."""

    def __init__(self, points: Tensor, settings: HarmonizerSettings) -> None:
        torch.manual_seed(settings.seed)
        self.network, self.points, self.settings = Harmonizer(dropout=settings.dropout), points, settings
        self.average = copy.deepcopy(self.network).eval()
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=settings.rate, betas=(0.9, 0.98), weight_decay=settings.weight_decay
        )
        self.step = 0

    def _given(self, chords: Tensor, unsung: NDArray[np.bool_]) -> Tensor:
        """[B, 16]: 1 for chords that are given. Where there is no melody, some always are."""
        size, without = len(chords), torch.from_numpy(unsung).unsqueeze(1)
        some = (torch.rand(size, 1) >= ALL_ASKED) | without
        now = some & (torch.rand(size, SLOTS) < torch.rand(size, 1))
        before = ((torch.rand(size, 1) < BEFORE_KNOWN) | without).expand(-1, SLOTS)
        return (torch.cat([before, now], 1) & (chords >= 0)).float()

    def learn(self, m: Melodies, scale: float) -> float:
        """One step; returns the loss in nats a slot."""
        s = self.settings
        for group in self.optimiser.param_groups:
            group["lr"] = s.rate * scale * min(1.0, (self.step + 1) / s.warm_up)
        points = self.points[torch.from_numpy(m.genre.astype(np.int64))]
        style = points + STYLE_NOISE * torch.randn(points.shape)
        chords, basses = labels_of(m)
        is_given = self._given(chords, ~m.sung())
        slots = self.network.read(m.line(), style, torch.from_numpy(m.meter), chord_vectors(chords, basses), is_given)
        chords, basses, asked = chords[:, SLOTS:], basses[:, SLOTS:], is_given[:, SLOTS:] == 0
        known, low = asked & (chords >= 0), asked & (basses >= 0) & (chords >= 0) & (chords != NO_CHORD)
        logits = self.network.chords(slots)
        loss = functional.cross_entropy(logits[known], chords[known], label_smoothing=SMOOTHING)
        real = functional.one_hot(chords.clamp(min=0), CHORDS).float()
        intervals = self.network.intervals(slots, real)[low]
        loss = loss + BASS * functional.cross_entropy(intervals, (basses - chords // len(QUALITIES))[low] % 12)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        keep = min(s.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mine, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mine.lerp_(now, 1 - keep)
        self.step += 1
        return float(loss.detach())


@dataclass
class Found:
    """Shares of slots with a chord."""

    exact: float  # root and quality
    root: float
    sevenths: float  # chords of four tones that are found
    real_sevenths: float
    count: int


def measure(network: Harmonizer, points: Tensor, m: Melodies) -> Found:
    """How often the likeliest chord is the real one."""
    found = []
    with torch.no_grad():
        for first in range(0, len(m.genre), 512):
            part = m.rows(np.arange(first, min(first + 512, len(m.genre))))
            style = points[torch.from_numpy(part.genre.astype(np.int64))]
            nothing = torch.zeros(len(part.genre), 2 * SLOTS)
            vectors = torch.zeros(len(part.genre), 2 * SLOTS, CHORD_SIZE)
            slots = network.read(part.line(), style, torch.from_numpy(part.meter), vectors, nothing)
            found.append(network.chords(slots).argmax(2).numpy())
    made, real = np.concatenate(found), m.chords[:, SLOTS:].astype(np.int64)
    asked = (real >= 0) & (real != NO_CHORD)
    four = np.array([*[len(tones) > 3 for _, tones in QUALITIES] * 12, False])
    return Found(
        float((made == real)[asked].mean()),
        float((made // len(QUALITIES) == real // len(QUALITIES))[asked].mean()),
        float(four[made[asked]].mean()),
        float(four[real[asked]].mean()),
        int(asked.sum()),
    )


def table(network: Harmonizer, points: Tensor, m: Melodies) -> str:
    """The figures by genre as lines of text."""
    lines = ["genre        exact  root   sevenths made/real  slots"]
    for number, genre in enumerate(GENRE_IDS):
        rows = np.flatnonzero(m.genre == number)
        if len(rows) >= 8:
            f = measure(network, points, m.rows(rows))
            lines.append(f"{genre:11s}  {f.exact:.3f}  {f.root:.3f}  {f.sevenths:.3f}/{f.real_sevenths:.3f}  {f.count}")
    return "\n".join(lines)


def _kept(path: Path, make: Callable[[], Iterator[Melodies]]) -> Melodies:
    """Examples from a file of an earlier run, or made now."""
    if not path.exists():
        print(f"reading {path.stem}", flush=True)
        found = Melodies.joined(list(make()))
        found.save(path.with_suffix(".tmp.npz"))
        path.with_suffix(".tmp.npz").replace(path)
    return Melodies.load(path)


def _cumulative(parts: list[Melodies]) -> NDArray[np.float64]:
    """The cumulative probability of each example: each part has its share, rare genres more in it."""
    weights = []
    for m, share in zip(parts, SHARES, strict=True):
        genre = m.genre.astype(np.int64)
        weight = (np.maximum(np.bincount(genre, minlength=len(GENRE_IDS)), 1) ** -0.5)[genre]
        weights.append(share * weight / weight.sum())
    return np.asarray(np.cumsum(np.concatenate(weights)))


def run(
    prepared: Path, sheets: Path, data: Path, out: Path, points: Tensor, settings: HarmonizerSettings, threads: int
) -> tuple[Harmonizer, int]:
    """Trains a harmonizer for the genres at these points of style space; keeps its examples and weights in `out`.

    Returns the average of its weights, and the steps.

    Raises:
        StepError: the windows, the lead sheets or the data sets are missing.
    """
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    if not prepared.exists():
        raise StepError(f"There are no windows in {prepared}: run `prepare` first.")
    songs = read_lead_sheets(sheets)
    print(f"{add_melodies(songs, sheets, data)} melodies of POP909 were added", flush=True)
    sheets_of = {side: [SungSheet(s) for s in songs if s.validation == side] for side in (False, True)}
    sung, unsung = ([s for s in sheets_of[False] if s.sung == has] for has in (True, False))
    held, seed = [s for s in sheets_of[True] if s.sung], settings.seed
    windows = Sampler(Windows(prepared), Variation(), seed)
    parts = [
        _kept(out / "sung.npz", lambda: of_sheets(sung, SUNG, seed)),
        _kept(out / "unsung.npz", lambda: of_sheets(unsung, UNSUNG, seed + 1)),
        _kept(out / "windows.npz", lambda: of_windows(windows, WINDOWS)),
    ]
    measured = _kept(out / "measured.npz", lambda: all_of_sheets(held))
    training, random = HarmonizerTraining(points, settings), np.random.default_rng(seed)
    learn, cumulative = Melodies.joined(parts), _cumulative(parts)
    start, losses = time.monotonic(), list[float]()
    while (done := (time.monotonic() - start) / (60 * settings.minutes)) < 1:
        rows = np.searchsorted(cumulative, random.random(settings.batch)).clip(0, len(cumulative) - 1)
        losses.append(training.learn(learn.rows(rows), 0.5 * (1 + float(np.cos(np.pi * done)))))
        if training.step % 500 == 0:
            print(f"step {training.step}, {done:.0%}: {np.mean(losses):.3f} nats", flush=True)
            print(table(training.average, points, measured), flush=True)
            losses = []
            torch.save(training.average.state_dict(), out / "harmonizer.pt")
    torch.save(training.average.state_dict(), out / "harmonizer.pt")
    print(table(training.average, points, measured), flush=True)
    return training.average, training.step
