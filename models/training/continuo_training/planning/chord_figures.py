"""Measures the chords of exported files: the plan on lead sheets, and how well the parts keep to given chords."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..adversarial.chord_lesson import other_chords
from ..base.contract import GENRE_IDS
from ..data.lead_sheets import read_lead_sheets
from ..data.sampler import PLAIN, Sampler
from ..data.sources import DATASETS
from ..data.windows import Windows
from ..evaluation.given_chords import Kept, kept, play_given
from ..evaluation.onnx_generator import OnnxGenerator
from ..export.onnx_weights import generator_of
from ..networks.generator import Generator
from .examples import Examples, SheetSampler, of_sheets
from .plan_figures import Accuracy, Habits, accuracy, drawn, habits

#: The temperature at which parts are played under given chords.
TEMPERATURE = 0.7
#: A genre with fewer validation windows of lead sheets is not measured.
FEWEST = 8


@dataclass
class PlanResult:
    """The plan on the lead sheets of a genre: how often it is right, and its chords beside real ones."""

    accuracy: Accuracy
    real: Habits
    made: Habits


@dataclass
class GivenResult:
    """How the parts of a genre keep to given chords: the real parts to their own, generated ones to the real chords of
    the window, and to those of another window."""

    real: Kept
    own: Kept
    other: Kept


@dataclass
class ChordFigures:
    """All figures, by genre."""

    source: str
    with_melody: dict[str, PlanResult]
    without_melody: dict[str, PlanResult]
    given: dict[str, GivenResult]


def measure(prepared: Path, sheets: Path, model: Path, most: int) -> ChordFigures:
    """Measures a model's files on validation songs; at most `most` windows of a genre with given chords.

    Raises:
        StepError: the windows or the lead sheets are missing.
    """
    generator = generator_of(model)
    held = SheetSampler([s for s in read_lead_sheets(sheets) if s.validation], 1, True)
    examples = Examples.joined(list(of_sheets(generator, held, held.all_windows())))
    windows = Windows(prepared)
    return ChordFigures(
        f"`chords`, with at most {most} windows of a genre under given chords",
        _plans(generator, examples.rows(np.flatnonzero(examples.melody))),
        _plans(generator, examples.rows(np.flatnonzero(~examples.melody))),
        _given(OnnxGenerator(model), windows, most),
    )


def _plans(generator: Generator, examples: Examples) -> dict[str, PlanResult]:
    found = {}
    for number, genre in enumerate(GENRE_IDS):
        rows = np.flatnonzero(examples.genre == number)
        if len(rows) < FEWEST:
            continue
        few = examples.rows(rows)
        three = few.meter[:, 1] > 0
        real = habits(few.chords.astype(np.int64), few.basses.astype(np.int64), three)
        made = habits(*drawn(generator.plan, few, 1.0, 5), three)
        found[genre] = PlanResult(accuracy(generator.plan, few), real, made)
    return found


def _given(generator: OnnxGenerator, windows: Windows, most: int) -> dict[str, GivenResult]:
    random = np.random.default_rng(5)
    found = {}
    drums_alone = DATASETS.index("groove_drums")
    for number, genre in enumerate(GENRE_IDS):
        rows = np.flatnonzero((windows.genre == number) & windows.validation & (windows.dataset != drums_alone))
        if len(rows) < FEWEST:
            continue
        rows = random.choice(rows, min(most, len(rows)), replace=False)
        b = Sampler(windows, PLAIN, 3, True).make(rows, np.zeros(len(rows), np.int64))
        named = (b.chords >= 0).any(1)
        b = type(b)(*(x[named] for x in b))
        still = torch.zeros(len(b.genre), dtype=torch.int64)
        moved = other_chords(torch.from_numpy(b.chords), torch.from_numpy(b.basses), still)
        chords, basses = (np.where(b.chords < 0, -1, x.numpy()) for x in moved)
        found[genre] = GivenResult(
            kept(b.pitched, b.chords, b.basses, b),
            kept(play_given(generator, b, b.chords, b.basses, TEMPERATURE, 1), b.chords, b.basses, b),
            kept(play_given(generator, b, chords, basses, TEMPERATURE, 1), chords, basses, b),
        )
    return found
