"""The results of an evaluation, as `evaluation.json` stores them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: The names of the sets that every evaluation has: the real parts, and single takes of the model at temperature 1.
REAL, MODEL = "real", "model"


@dataclass
class Figures:
    """What `metrics.measure` finds in one set of parts under the same melodies."""

    windows: int
    parts: dict[str, dict[str, float]]
    between: dict[str, float]
    td: float
    td_shuffled: float
    in_acc: float
    in_acc_shuffled: float


@dataclass
class SetResult:
    """One set beside the real parts; the real set has neither gaps nor overlap with itself."""

    figures: Figures
    in_acc: float
    td: float
    gaps: dict[str, float] = field(default_factory=dict)
    overlap: dict[str, float] = field(default_factory=dict)


@dataclass
class TrainingPieces:
    """The real parts of training pieces, measured as if they had been generated."""

    gaps: dict[str, float]
    overlap: dict[str, float]


@dataclass
class PartPerformance:
    """Timing in steps and velocities from 0 to 127 of one part; NaN where nothing is known."""

    straight: float
    swung: float
    real_swung: float
    timing_error: float
    on_the_grid: float
    velocity_error: float
    mean_velocity: float


@dataclass
class Likeness:
    """How like the nearest training windows a set is: the mean, the highest, and the number of exact copies."""

    mean: float
    closest: float
    copies: int


@dataclass
class Nearest:
    """Real and generated windows beside their nearest training windows."""

    training_windows: int
    real: Likeness
    model: Likeness


@dataclass
class PlayedMelodies:
    """What the program plays under whole melodies; `mended` is the share of notes that post-processing changed."""

    gap: float
    in_acc: float
    td: float
    mended: float


@dataclass
class WholeMelodies:
    """Whole melodies through the program, by kind: as played, and without corrections."""

    melodies: int
    kinds: dict[str, PlayedMelodies]


@dataclass
class GenreResult:
    """Everything measured in one genre; `None` for a section that was left out."""

    windows: int
    pieces: int
    sets: dict[str, SetResult]
    training: TrainingPieces
    performed: dict[str, PartPerformance]
    spread: dict[str, float] | None = None
    spread_of_others: dict[str, float] = field(default_factory=dict)
    nearest: Nearest | None = None
    whole: WholeMelodies | None = None


@dataclass
class Judges:
    """A genre classifier's accuracy on real and generated windows, and the AUC of a real-or-generated classifier."""

    real: float
    model: float
    auc: float
    others: dict[str, float]
    steps: int
    learnt_from: int
    asked_about: int


@dataclass
class StyleSpace:
    """How often a piece is read nearest its own genre, and how steadily lines between genres move each figure."""

    nearest: dict[str, float]
    windows: int
    away: float
    lines: dict[str, float]


@dataclass
class Results:
    """A whole evaluation."""

    measured: dict[str, Any]
    facts: dict[str, Any]
    most: int
    genres: dict[str, GenreResult] = field(default_factory=dict)
    judges: Judges | None = None
    styles: StyleSpace | None = None
    command: str = "cargo xtask evaluate"
