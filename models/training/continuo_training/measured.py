"""What an evaluation measured, and how: so that finished genres of the same files need not be measured again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .errors import StepError

#: Raised when a figure is measured in another way: what was measured before does not count any more.
METHOD = 2


def checksum(path: Path) -> str:
    """A digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_model(path: Path) -> dict[str, str]:
    """Digests of a model's file and, of an exported one, of the helpers beside it."""
    beside = ("conductor.onnx", "style-encoder.onnx") if path.suffix == ".onnx" else ()
    files = [path, *(path.with_name(n) for n in beside if path.with_name(n).exists())]
    return {file.name: checksum(file) for file in files}


def measured(
    model: Path, others: dict[str, Path], most: int, without: Collection[str], program: tuple[Path, Path] | None
) -> dict[str, Any]:
    """Everything that decides the figures of a genre, as JSON gives it back."""
    return {
        "method": METHOD,
        "model": of_model(model),
        "others": {name: of_model(path) for name, path in others.items()},
        "most": most,
        # Classifiers are trained over all genres at the end, so they do not count here.
        "without": sorted(set(without) - {"classifiers"}),
        "program": None if program is None else checksum(program[0]),
    }


def finished_genres(out: Path, same: dict[str, Any]) -> dict[str, Any]:
    """The genres that an evaluation which was stopped, or whose text alone is wanted anew, has measured already."""
    if not out.exists():
        return {}
    before = stored(out)
    found: dict[str, Any] = before["genres"] if before.get("measured") == same else {}
    return found


def stored(out: Path) -> dict[str, Any]:
    """The results of the last evaluation.

    Raises:
        StepError: when there are none, or when they cannot be read.
    """
    try:
        found: dict[str, Any] = json.loads(out.read_text())
    except FileNotFoundError as error:
        raise StepError(f"There is no {out}: run `evaluate` first, which measures and writes it.") from error
    except ValueError as error:
        raise StepError(f"{out} is damaged ({error}); remove it and run `evaluate`.") from error
    return found
