"""Stores an evaluation, so that a later run need not measure the finished genres of the same files again."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..base.dataclass_json import parsed
from ..base.errors import StepError
from ..base.files import checksum, write_json
from .results import GenreResult, Results

#: Raise this number when a figure is measured or stored in another way: earlier results then no longer count.
METHOD = 3


def digests(model: Path) -> dict[str, str]:
    """Digests of a model's file and, for an exported one, of the two files beside it."""
    beside = ("conductor.onnx", "style-encoder.onnx") if model.suffix == ".onnx" else ()
    files = [model, *(model.with_name(n) for n in beside if model.with_name(n).exists())]
    return {file.name: checksum(file) for file in files}


def fingerprint(
    model: Path, others: dict[str, Path], most: int, without: Collection[str], program: tuple[Path, Path] | None
) -> dict[str, Any]:
    """Everything that decides the figures of a genre, as JSON gives it back."""
    return {
        "method": METHOD,
        "model": digests(model),
        "others": {name: digests(path) for name, path in others.items()},
        "most": most,
        # The classifiers train over all genres at the end, so they decide no genre's figures.
        "without": sorted(set(without) - {"classifiers"}),
        "program": None if program is None else checksum(program[0]),
    }


def finished_genres(out: Path, same: dict[str, Any]) -> dict[str, GenreResult]:
    """The genres that an earlier, perhaps interrupted, evaluation of the same files has measured."""
    if not out.exists():
        return {}
    before = _read_json(out)
    return parsed(Results, before).genres if before.get("measured") == same else {}


def store(results: Results, out: Path) -> None:
    """Writes the results as far as they go."""
    write_json(asdict(results), out)


def stored(out: Path) -> Results:
    """The results of the last evaluation.

    Raises:
        StepError: when there are none, or when they cannot be read.
    """
    try:
        return parsed(Results, _read_json(out))
    except ValueError as error:
        raise StepError(f"{out} is damaged ({error}); remove it and run `evaluate`.") from error


def _read_json(out: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(out.read_text())
    except FileNotFoundError as error:
        raise StepError(f"There is no {out}: run `evaluate` first, which measures and writes it.") from error
    except ValueError as error:
        raise StepError(f"{out} is damaged ({error}); remove it and run `evaluate`.") from error
    return found
