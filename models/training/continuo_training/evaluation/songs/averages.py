"""Likeness of sets, and means over what is known."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ...base.arrays import Bools

NAN = float("nan")


def likeness(a: Bools, b: Bools) -> float:
    """What two sets share over all that is in either (Jaccard); NaN where both are empty."""
    either = int((a | b).sum())
    return float((a & b).sum() / either) if either else NAN


def known_mean(values: Iterable[float]) -> float:
    """The mean of the values that are numbers; NaN where none is."""
    known = [float(v) for v in values if not math.isnan(v)]
    return float(np.mean(known)) if known else NAN
