"""How well a generator keeps to chords that are given: the recogniser's reading, and notes a semitone off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..base.arrays import Floats
from ..base.contract import BEATS, GENRES, PITCHED, SLOTS, STEPS_PER_BEAT
from ..data.batch import Batch
from ..musical.chord_labels import EVIDENCE, classes_of, labels, lowest_notes, recognised
from ..musical.chord_vocabulary import NO_CHORD, QUALITIES, TONES
from ..networks.batches import conditions, tensors
from ..networks.chord_plan import chord_vectors
from .decoding import decode, draw_noise
from .onnx_generator import OnnxGenerator

#: The longest note off the chord that passes, in steps: an eighth.
PASSING = 2
#: Bass, chords and strings keep to the chord.
KEEPING = 3


@dataclass
class Kept:
    """Shares over the beats and notes of windows with given chords."""

    off: float  # of the notes of bass, chords and strings under chords: beside a tone for more than an eighth
    read: float  # of the beats in which parts play: root and quality as given, read over the half bar
    root_read: float
    read_alone: float  # the same, each beat read by itself
    bass_read: float  # of the slots in which the bass plays: it begins on the given bass note
    beats: int


def slots_of_steps(three: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[B, 64]: the slot of each step."""
    steps = np.arange(64)
    return np.where(three[:, None], np.minimum(steps // 12, 3), steps // 8)


def kept(notes: Floats, chords: NDArray[np.int64], basses: NDArray[np.int64], b: Batch) -> Kept:
    """Measures notes [B, 8, 64, 84] against chords [B, 8] that were given everywhere."""
    three = b.meter[:, 1] > 0
    slot = slots_of_steps(three)
    rows = np.arange(len(notes))[:, None]
    at_step = chords[rows, slot]
    named = (at_step >= 0) & (at_step != NO_CHORD) & (b.steps > 0)
    tone = TONES[np.where(named, at_step, NO_CHORD)] > 0
    beside = (np.roll(tone, 1, 2) | np.roll(tone, -1, 2)) & ~tone & named[..., None]
    off = total = 0
    for part in range(KEEPING):
        on, sounding = notes[:, 2 * part] > 0, notes[:, 2 * part + 1] > 0
        for row, step, pitch in np.argwhere(on):
            end = step + 1
            while end < 64 and sounding[row, end, pitch] and not on[row, end, pitch]:
                end += 1
            total += bool(named[row, step:end].any())
            off += int(beside[row, step:end, pitch % 12].sum() > PASSING)
    planes = np.stack([classes_of(notes[:, 2 * i + 1]) for i in range(4)])
    weights = np.tensordot(np.array(EVIDENCE[1:], np.float32), planes, 1)
    low = lowest_notes(notes)
    first = (np.arange(BEATS) * STEPS_PER_BEAT)[None]
    beats = weights.reshape(len(notes), BEATS, STEPS_PER_BEAT, 12).sum(2)
    wanted = chords[rows, slot[rows, first]]
    asked = (wanted >= 0) & (wanted != NO_CHORD) & ((beats > 0).sum(2) > 1) & (b.steps[rows, first] > 0)
    low_beats = low.reshape(len(notes), BEATS, STEPS_PER_BEAT, 12).sum(2)
    alone = recognised(beats.reshape(-1, 12), low_beats.reshape(-1, 12))[0].reshape(wanted.shape)
    found = labels(np.zeros_like(notes[:, :2]), notes, three)[0][rows, slot[rows, first]]
    begins = np.where(three[:, None], np.arange(SLOTS) * 12, np.arange(SLOTS) * 8).clip(0, 63)
    bass = notes[:, 1][rows, begins]
    plays = bass.any(2) & (basses >= 0)
    return Kept(
        off / max(total, 1),
        float((found == wanted)[asked].mean()),
        float((found // len(QUALITIES) == wanted // len(QUALITIES))[asked].mean()),
        float((alone == wanted)[asked].mean()),
        float((bass.argmax(2) % 12 == basses)[plays].mean()) if plays.any() else float("nan"),
        int(asked.sum()),
    )


def play_given(
    generator: OnnxGenerator,
    b: Batch,
    chords: NDArray[np.int64],
    basses: NDArray[np.int64],
    temperature: float,
    seed: int,
) -> Floats:
    """The notes of a take with these chords given; parts that the genre does not list are silent."""
    t = tensors(b)
    plan = chord_vectors(torch.from_numpy(chords), torch.from_numpy(basses))
    noise = torch.from_numpy(draw_noise(len(chords), temperature, seed))
    with torch.no_grad():
        c = conditions(t, generator.styles(t.genre))
        found = generator.run(c, noise, plan, torch.from_numpy((chords >= 0).astype(np.float32)))
    listed = np.array([[p in g.parts for p in PITCHED] for g in GENRES])[b.genre]
    notes: Floats = decode(found[0].numpy(), b.steps) * np.repeat(listed, 2, 1)[:, :, None, None]
    return notes
