"""What the model aims at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Aims:
    """Shares and ratios, except milliseconds and megabytes."""

    gap: float = 0.10
    #: No single figure is to be further from the real one than this.
    large: float = 0.35
    overlap: float = 0.85
    followed: float = 0.9
    spread_low: float = 0.6
    spread_high: float = 1.1
    classified: float = 0.9
    auc: float = 0.75
    named: float = 0.9
    #: The aim says "steady"; a line is steady here when this share of its steps moves the way the whole line does.
    steady: float = 0.9
    #: Where real music is nearer to its melody than shuffled music by less than this, the ratio says nothing.
    telling: float = 0.05
    runtime_milliseconds: float = 25.0
    fallback_milliseconds: float = 60.0
    megabytes: float = 40.0


AIMS = Aims()
#: The set that the program plays unless it is set otherwise.
USUAL = "best of 4"
