"""The aims that the machine and the file decide: times of `docs/benchmarks.csv`, and the size of the generator."""

from __future__ import annotations

from pathlib import Path

from .aims import AIMS
from .contents import AimResult


def benchmarks(path: Path) -> dict[str, float]:
    """The figures of `docs/benchmarks.csv` by name; empty when there is no such file."""
    if not path.exists():
        return {}
    # A name may hold commas; value and unit do not.
    lines = [line.rsplit(",", 2) for line in path.read_text().splitlines()[1:]]
    return {cells[0]: float(cells[1]) for cells in lines if len(cells) == 3}


def machine_results(times: dict[str, float], megabytes: float | None) -> list[AimResult]:
    """The times of a phrase in both runtimes, and the size of the generator's file; unknown figures are left out."""
    found = []
    for key, most in (("onnxruntime", AIMS.runtime_milliseconds), ("tract", AIMS.fallback_milliseconds)):
        one, four = times.get(f"phrase/{key}"), times.get(f"phrase/{key}/4 takes")
        if one is not None:
            # The aim is for one take; the time of four is shown beside it.
            found.append(AimResult(key, one, four, one <= most, None))
    if megabytes is not None:
        found.append(AimResult("megabytes", megabytes, None, megabytes <= AIMS.megabytes, None))
    return found
