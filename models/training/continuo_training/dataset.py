"""Training examples: a window at any bar, the window before it, and what the engine would know about them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .chords import labels
from .contract import GENRE_IDS, LOWEST, PITCHES, STEPS, VOICES
from .errors import StepError
from .key import shifts, weights_of_planes
from .performance import UNKNOWN
from .prepare import DATASETS

Floats = NDArray[np.float32]

#: How often each genre is drawn, and inside a genre each data set (by its share of what exists there).
GENRE_SHARE = {
    "pop": 0.26,
    "rock": 0.13,
    "jazz": 0.12,
    "folk": 0.11,
    "classical": 0.08,
    "symphony": 0.10,
    "chorale": 0.05,
    "electronic": 0.07,
    "latin": 0.08,
}
DATASET_SHARE = {
    "pop909": 0.62,
    "mma_openewld": 0.34,
    "freedoom": 0.12,
    "nottingham": 0.5,
    "lieder": 1.0,
    "quartets": 0.7,
    "orchestra": 0.3,
    "chorales": 1.0,
    "groove_drums": 0.05,
}


#: Arrays, or tensors on the device that trains.
Plane = TypeVar("Plane")


class BatchOf(NamedTuple, Generic[Plane]):
    """What a training step sees; names as in the contract, then the truth."""

    melody: Plane
    heard: Plane
    context: Plane
    context_drums: Plane
    given: Plane
    given_drums: Plane
    given_parts: Plane
    meter: Plane
    genre: Plane
    pitched: Plane  # the real parts [B, 8, 64, 84]
    drums: Plane
    velocity: Plane  # [B, 5, 64]; 0 where unknown
    exists: Plane  # [B, 5]: the data have this part here
    steps: Plane  # [B, 64]: 1 on the steps that the meter uses
    full_melody: Plane
    chords: Plane  # [B, 8] the chord plan of the real parts; −1 where there is none to learn
    timing: Plane  # [B, 5, 64] in steps
    timing_known: Plane  # [B, 5, 64]: 1 where the data tell it
    twin_melody: Plane  # another window of the same piece, for the style encoder: [B, 2, 64, 84]
    twin_pitched: Plane  # [B, 8, 64, 84]
    twin_drums: Plane  # [B, 64, 12]
    twin_parts: Plane  # [B, 5]


#: A batch as the sampler makes it.
Batch = BatchOf[NDArray[Any]]


@dataclass
class Options:
    """How examples are varied; `plain` for evaluation."""

    heard: str = "mixed"  # mixed, all, none
    no_context: float = 0.12
    melody_context: float = 0.12
    part_dropout: float = 0.12
    give: float = 0.25
    octave: float = 0.2
    extra_shift: float = 0.1
    twin_parts: float = 0.3
    offsets: bool = True


PLAIN = Options("all", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False)


class Windows:
    """The prepared arrays, with the order of windows inside pieces."""

    def __init__(self, folder: Path) -> None:
        missing = [n for n in ("planes.npy", "drums.npy", "windows.npz") if not (folder / n).exists()]
        if missing:
            raise StepError(f"There is no {missing[0]} in {folder}: run `prepare` first, which makes it from the data.")
        self.planes = np.load(folder / "planes.npy", mmap_mode="r")
        self.drums = np.load(folder / "drums.npy")
        with np.load(folder / "windows.npz") as table:
            self.piece, self.meter = table["piece"], table["meter"]
            self.genre, self.dataset = table["genre"], table["dataset"]
            self.validation = table["validation"]
        self.velocity: NDArray[np.uint8] | None = None
        self.timing: NDArray[np.int8] | None = None
        if (folder / "velocity.npy").exists():
            self.velocity, self.timing = np.load(folder / "velocity.npy"), np.load(folder / "timing.npy")
        same = (self.piece[1:] == self.piece[:-1]) & (self.meter[1:] == self.meter[:-1])
        self.has_next = np.append(same, False)
        self.has_before = np.append(False, same)
        self.spans()

    def spans(self) -> None:
        """Finds the first row and the number of rows of each row's run of one piece and meter."""
        first = np.flatnonzero(~self.has_before)
        lengths = np.diff(np.append(first, len(self.piece)))
        self.first, self.length = np.repeat(first, lengths), np.repeat(lengths, lengths)

    def draw_probability(self, validation: bool) -> NDArray[np.float64]:
        """The probability of each window."""
        chosen = self.validation == validation
        p = np.zeros(len(self.piece))
        for g, genre in enumerate(GENRE_IDS):
            total = 0.0
            shares: list[tuple[NDArray[np.bool_], float]] = []
            for d, dataset in enumerate(DATASETS):
                rows = chosen & (self.genre == g) & (self.dataset == d)
                if rows.any():
                    shares.append((rows, DATASET_SHARE[dataset]))
                    total += DATASET_SHARE[dataset]
            for rows, share in shares:
                p[rows] = GENRE_SHARE[genre] * share / total / rows.sum()
        normal: NDArray[np.float64] = p / p.sum()
        return normal


class Sampler:
    """Makes batches from windows, with a random generator of its own."""

    def __init__(self, windows: Windows, options: Options, seed: int, validation: bool = False) -> None:
        self.windows, self.options = windows, options
        self.random = np.random.default_rng(seed)
        self.cumulative = windows.draw_probability(validation).cumsum()

    def batch(self, size: int) -> Batch:
        """A batch of windows drawn at random."""
        rows = np.searchsorted(self.cumulative, self.random.random(size) * self.cumulative[-1])
        offsets = self.random.integers(0, 4, size) if self.options.offsets else np.zeros(size, np.int64)
        return self.make(np.minimum(rows, len(self.cumulative) - 1), offsets)

    def make(self, rows: NDArray[np.int64], offsets: NDArray[np.int64]) -> Batch:
        """The examples of these windows, each moved on by a number of bars where its piece goes on."""
        w, rng, opt = self.windows, self.random, self.options
        size = len(rows)
        offsets = np.where(w.has_next[rows], offsets, 0)
        after = np.where(offsets > 0, rows + 1, rows)
        before = np.where(w.has_before[rows], rows - 1, rows)
        three = w.meter[rows] == 3
        packed = [np.unpackbits(w.planes[i], axis=-1).view(bool) for i in (before, rows, after)]
        struck = [w.drums[i] for i in (before, rows, after)]
        packed[0][~w.has_before[rows]] = False
        struck[0][~w.has_before[rows]] = 0
        now = np.zeros((size, 10, STEPS, 128), bool)
        then = np.zeros_like(now)
        now_drums, then_drums = np.zeros((size, STEPS, VOICES), np.uint8), np.zeros((size, STEPS, VOICES), np.uint8)
        velocity = np.zeros((size, 5, STEPS), np.uint8)
        timing = np.full((size, 5, STEPS), UNKNOWN, np.int8)
        for b in range(size):
            used = 48 if three[b] else 64
            o = int(offsets[b]) * (12 if three[b] else 16)
            for target, drums, first in ((then, then_drums, 0), (now, now_drums, 1)):
                target[b, :, : used - o] = packed[first][b, :, o:used]
                drums[b, : used - o] = struck[first][b, o:used]
                if o:
                    target[b, :, used - o : used] = packed[first + 1][b, :, :o]
                    drums[b, used - o : used] = struck[first + 1][b, :o]
            for values, source in ((velocity, w.velocity), (timing, w.timing)):
                if source is not None:
                    values[b, :, : used - o] = source[rows[b], :, o:used]
                    if o:
                        values[b, :, used - o : used] = source[after[b], :, :o]
        # A note of the parts that comes over the window's edge starts at the edge: a phrase begins by itself.
        for target in (now, then):
            target[:, 2::2, 0] |= target[:, 3::2, 0]
        known = (now_drums > 0) & (now_drums < 255)
        strokes = np.where(known, now_drums, 0).max(-1)
        velocity[:, 0] = np.maximum(velocity[:, 0], strokes)

        heard = self._heard(size, three)
        silent = ~now[:, 1].any((1, 2))
        heard[silent & ~then[:, 1].any((1, 2))] = 0.0
        full = now[:, :2].copy()
        melody = full & (heard[:, None, :, None] > 0)
        drop = rng.random(size) < opt.no_context
        then[drop] = False
        then_drums[drop] = 0
        bare = rng.random(size) < opt.melody_context
        then[bare, 2:] = False
        then_drums[bare] = 0
        for part in range(1, 5):
            lost = rng.random(size) < opt.part_dropout
            then[lost, 2 * part : 2 * part + 2] = False
        then_drums[rng.random(size) < opt.part_dropout] = 0

        moves = self._shifts(then, melody, full)
        roll = np.where(rng.random(size) < opt.octave, rng.choice([-12, 12], size), 0)
        out_now = np.stack([_window(now[b], int(moves[b])) for b in range(size)])
        out_then = np.stack([_window(then[b], int(moves[b])) for b in range(size)])
        out_melody = np.stack([_window(melody[b], int(moves[b] + roll[b])) for b in range(size)])
        out_full = np.stack([_window(full[b], int(moves[b] + roll[b])) for b in range(size)])
        for row in np.nonzero(roll)[0]:
            out_then[row, :2] = _window(then[row, :2], int(moves[row] + roll[row]))

        drums = (now_drums > 0).astype(np.float32)
        pitched = out_now[:, 2:].astype(np.float32)
        exists = np.zeros((size, 5), np.float32)
        exists[:, 0] = drums.any((1, 2))
        exists[:, 1:] = pitched[:, 0::2].any((2, 3))
        give = self._given(exists)
        mask = np.repeat(give[:, 1:], 2, axis=1)[:, :, None, None]
        steps = np.ones((size, STEPS), np.float32)
        steps[three, 48:] = 0
        meter = np.stack([~three, three], 1).astype(np.float32)
        starts = np.concatenate([np.asarray(drums.any(2))[:, None], pitched[:, 0::2].any(3)], 1)
        velocity = np.where(starts, velocity, 0)
        # A pad begins on its step; where somebody played the strings, the timing is known.
        timing[:, 3] = np.where(timing[:, 3] == UNKNOWN, 0, timing[:, 3])
        timing = np.where(starts, timing, UNKNOWN)
        chords = labels(out_full.astype(np.float32), pitched, three)
        chords[exists[:, 1:].sum(1) == 0] = -1
        return Batch(
            out_melody.astype(np.float32),
            heard * steps,
            out_then.astype(np.float32),
            (then_drums > 0).astype(np.float32),
            pitched * mask,
            drums * give[:, :1, None],
            give,
            meter,
            w.genre[rows].astype(np.int64),
            pitched,
            drums,
            velocity.astype(np.float32) / 127,
            exists,
            steps,
            out_full.astype(np.float32),
            chords,
            np.where(timing == UNKNOWN, 0, timing).astype(np.float32).clip(-50, 50) / 100,
            (timing != UNKNOWN).astype(np.float32),
            *self._twins(rows),
        )

    def _twins(self, rows: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        """Another window of each window's piece (the same where it is the only one), some parts left out."""
        w, rng, size = self.windows, self.random, len(rows)
        moved = rng.integers(1, np.maximum(w.length[rows], 2))
        twins = w.first[rows] + (rows - w.first[rows] + moved) % w.length[rows]
        planes = np.unpackbits(w.planes[twins], axis=-1).view(bool)
        three = w.meter[twins] == 3
        planes[three, :, 48:] = False
        planes[:, 2::2, 0] |= planes[:, 3::2, 0]
        moves = self._shifts(np.zeros_like(planes[:, :2]), planes[:, :2], planes[:, :2])
        out = np.stack([_window(planes[b], int(moves[b])) for b in range(size)]).astype(np.float32)
        drums = (w.drums[twins] > 0).astype(np.float32)
        exists = np.concatenate([drums.any((1, 2))[:, None], out[:, 2::2].any((2, 3))], 1).astype(np.float32)
        fewer = (rng.random(size) < self.options.twin_parts)[:, None] & (rng.random((size, 5)) < 0.4)
        shown = np.where(fewer, 0.0, exists).astype(np.float32)
        shown = np.where(shown.any(1, keepdims=True), shown, exists)
        return out[:, :2], out[:, 2:], drums, shown

    def _heard(self, size: int, three: NDArray[np.bool_]) -> Floats:
        heard = np.ones((size, STEPS), np.float32)
        mode = self.options.heard
        if mode == "none":
            heard[:] = 0
        if mode == "mixed":
            kind = self.random.random(size)
            for b in range(size):
                bar = 12 if three[b] else 16
                if kind[b] < 0.16:
                    heard[b] = 0
                elif kind[b] < 0.36:
                    heard[b, int(self.random.integers(1, 4)) * bar :] = 0
                elif kind[b] < 0.48:
                    heard[b, int(self.random.integers(0, 4 * bar)) :] = 0
        return heard

    def _shifts(self, then: NDArray[np.bool_], melody: NDArray[np.bool_], full: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The engine's key shift; where it would know no melody at all, that of the melody to come."""
        weights = weights_of_planes(then[:, 0], then[:, 1]) + weights_of_planes(melody[:, 0], melody[:, 1])
        unknown = weights.sum(1) == 0
        weights[unknown] = weights_of_planes(full[unknown, 0], full[unknown, 1])
        moves = shifts(weights)
        extra = self.random.random(len(moves)) < self.options.extra_shift
        return moves + np.where(extra, self.random.integers(-6, 6, len(moves)), 0)

    def _given(self, exists: Floats) -> Floats:
        """Sometimes some of the parts that exist are given, never all of them."""
        give = np.zeros_like(exists)
        for b in range(len(exists)):
            parts = np.nonzero(exists[b])[0]
            if len(parts) > 1 and self.random.random() < self.options.give:
                count = int(self.random.integers(1, len(parts)))
                give[b, self.random.choice(parts, count, replace=False)] = 1
        return give


def _window(planes: NDArray[np.bool_], shift: int) -> NDArray[np.bool_]:
    """[C, 64, 128] moved by `shift` semitones → [C, 64, 84]; notes outside come back in by octaves."""
    if shift > 0:
        planes = np.concatenate([np.zeros_like(planes[..., :shift]), planes[..., :-shift]], -1)
    elif shift < 0:
        planes = np.concatenate([planes[..., -shift:], np.zeros_like(planes[..., :-shift])], -1)
    out: NDArray[np.bool_] = planes[..., LOWEST : LOWEST + PITCHES].copy()
    out[..., :12] |= planes[..., LOWEST - 12 : LOWEST]
    out[..., -12:] |= planes[..., LOWEST + PITCHES : LOWEST + PITCHES + 12]
    return out
