"""Training examples: a window at any bar, the window before it, and what the engine would know about both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Floats
from ..base.contract import LOWEST, PITCHES, STEPS, VOICES
from ..musical.chord_labels import labels
from ..musical.key import shifts, weights_of_planes
from .batch import Batch
from .performance import UNKNOWN
from .windows import Windows


@dataclass
class Variation:
    """How examples are varied; PLAIN, without variation, is for evaluation."""

    heard: str = "mixed"  # mixed, all, none
    no_context: float = 0.12
    melody_context: float = 0.12
    part_dropout: float = 0.12
    give: float = 0.25
    octave: float = 0.2
    extra_shift: float = 0.1
    twin_parts: float = 0.3
    offsets: bool = True


PLAIN = Variation("all", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False)


class Sampler:
    """Makes batches from windows, with its own random generator."""

    def __init__(self, windows: Windows, options: Variation, seed: int, validation: bool = False) -> None:
        self.windows, self.options = windows, options
        self.random = np.random.default_rng(seed)
        self.cumulative = windows.draw_probability(validation).cumsum()

    def batch(self, size: int) -> Batch:
        """A batch of windows drawn at random."""
        rows = np.searchsorted(self.cumulative, self.random.random(size) * self.cumulative[-1])
        offsets = self.random.integers(0, 4, size) if self.options.offsets else np.zeros(size, np.int64)
        return self.make(np.minimum(rows, len(self.cumulative) - 1), offsets)

    def make(self, rows: NDArray[np.int64], offsets: NDArray[np.int64]) -> Batch:
        """The examples of these windows, each moved on by its offset in bars where its piece goes on."""
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
        # A note of the parts that crosses the window's edge starts at the edge: a phrase begins by itself.
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
        out_now = np.stack([moved_window(now[b], int(moves[b])) for b in range(size)])
        out_then = np.stack([moved_window(then[b], int(moves[b])) for b in range(size)])
        out_melody = np.stack([moved_window(melody[b], int(moves[b] + roll[b])) for b in range(size)])
        out_full = np.stack([moved_window(full[b], int(moves[b] + roll[b])) for b in range(size)])
        for row in np.nonzero(roll)[0]:
            out_then[row, :2] = moved_window(then[row, :2], int(moves[row] + roll[row]))

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
        # A pad begins on its step; the timing of played strings is known.
        timing[:, 3] = np.where(timing[:, 3] == UNKNOWN, 0, timing[:, 3])
        timing = np.where(starts, timing, UNKNOWN)
        chords, basses = labels(out_full.astype(np.float32), pitched, three)
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
            basses,
            np.where(timing == UNKNOWN, 0, timing).astype(np.float32).clip(-50, 50) / 100,
            (timing != UNKNOWN).astype(np.float32),
            *self._twins(rows),
        )

    def _twins(self, rows: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        """Another window of each window's piece (the same one in a piece of one window), without some parts."""
        w, rng, size = self.windows, self.random, len(rows)
        moved = rng.integers(1, np.maximum(w.length[rows], 2))
        twins = w.first[rows] + (rows - w.first[rows] + moved) % w.length[rows]
        planes = np.unpackbits(w.planes[twins], axis=-1).view(bool)
        three = w.meter[twins] == 3
        planes[three, :, 48:] = False
        planes[:, 2::2, 0] |= planes[:, 3::2, 0]
        moves = self._shifts(np.zeros_like(planes[:, :2]), planes[:, :2], planes[:, :2])
        out = np.stack([moved_window(planes[b], int(moves[b])) for b in range(size)]).astype(np.float32)
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
        """The engine's key shift; where it would know no melody, the shift of the coming melody."""
        weights = weights_of_planes(then[:, 0], then[:, 1]) + weights_of_planes(melody[:, 0], melody[:, 1])
        unknown = weights.sum(1) == 0
        weights[unknown] = weights_of_planes(full[unknown, 0], full[unknown, 1])
        moves = shifts(weights)
        extra = self.random.random(len(moves)) < self.options.extra_shift
        return moves + np.where(extra, self.random.integers(-6, 6, len(moves)), 0)

    def _given(self, exists: Floats) -> Floats:
        """Sometimes gives some of the existing parts, never all of them."""
        give = np.zeros_like(exists)
        for b in range(len(exists)):
            parts = np.nonzero(exists[b])[0]
            if len(parts) > 1 and self.random.random() < self.options.give:
                count = int(self.random.integers(1, len(parts)))
                give[b, self.random.choice(parts, count, replace=False)] = 1
        return give


def moved_window(planes: NDArray[np.bool_], shift: int) -> NDArray[np.bool_]:
    """[C, 64, 128] moved by `shift` semitones → [C, 64, 84]; notes outside move inside by octaves."""
    if shift > 0:
        planes = np.concatenate([np.zeros_like(planes[..., :shift]), planes[..., :-shift]], -1)
    elif shift < 0:
        planes = np.concatenate([planes[..., -shift:], np.zeros_like(planes[..., :-shift])], -1)
    out: NDArray[np.bool_] = planes[..., LOWEST : LOWEST + PITCHES].copy()
    out[..., :12] |= planes[..., LOWEST - 12 : LOWEST]
    out[..., -12:] |= planes[..., LOWEST + PITCHES : LOWEST + PITCHES + 12]
    return out
