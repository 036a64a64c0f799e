"""The records beside this package (`models/training/records`): the figures of the shipped model, and how it came to be.

The steps `evaluate`, `chords` and `card` write `evaluation.json`, `chords.json` and `model.json`; `stages.json` is kept
by hand, from the cards of the time. Each names the source of its figures.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..base.dataclass_json import read_record
from ..base.errors import StepError
from ..base.files import write_json

RECORDS = Path(__file__).resolve().parents[2] / "records"

Record = TypeVar("Record")


@dataclass
class Stage:
    """A stage of training: its version or name, where it started, and the options it was run with."""

    name: str
    started_from: str
    steps: int
    minutes: int
    options: str


@dataclass
class LastStage:
    """What it takes to run the last stage before the distillation again: its name, the version and git revision of its
    start, and its options."""

    name: str
    started_from: str
    revision: str
    options: list[str]


@dataclass
class ComparedRun:
    """A run that the report compares with the model, by the name that the report gives it."""

    name: str
    started_from: str


@dataclass
class Stages:
    """How the shipped model came to be."""

    source: str
    stages: list[Stage]
    last: LastStage
    ablation: ComparedRun
    continued: ComparedRun
    borrowed_adversaries: list[str]


@dataclass
class Training:
    """The run that ended with the model."""

    steps: int
    seconds: int
    commit: str
    hardware: str
    settings: dict[str, Any]
    remarks: list[str]


@dataclass
class UsedWindows:
    """How many windows of a data set were used; `validation` of them only to measure."""

    windows: int
    validation: int


@dataclass
class ModelRecord:
    """The model's own figures for its card."""

    source: str
    name: str
    version: str
    licence: str
    megabytes: float
    parameters: int
    milliseconds: float
    runtime: str
    conductor: bool
    sample_temperature: float
    training: Training
    windows: dict[str, UsedWindows]
    losses: list[dict[str, float]]


def read(kind: type[Record], name: str, folder: Path = RECORDS) -> Record:
    """A record of the folder.

    Raises:
        StepError: when it is missing or damaged.
    """
    path = folder / name
    try:
        return read_record(kind, path)
    except FileNotFoundError as error:
        raise StepError(f"There is no {path}: `evaluate` writes evaluation.json, `card` writes model.json.") from error
    except ValueError as error:
        raise StepError(f"{path} is damaged: {error}.") from error


def write(record: Any, name: str, folder: Path = RECORDS) -> None:
    """Writes a record to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(asdict(record), folder / name)


#: The columns of the card's table of losses, where the run has them.
LOSSES = ("notes", "strokes", "kl", "off", "chords", "velocity", "timing", "style_right", "adversary", "score", "best")
#: The shares of the run at which the card shows its losses.
SHOWN_AT = (0.02, 0.1, 0.25, 0.5, 0.75, 1.0)


def losses_of(log: Path) -> list[dict[str, float]]:
    """The log's records nearest to some shares of the run; a short run has fewer of them."""
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    last = rows[-1]["step"]
    nearest = (min(rows, key=lambda r: abs(r["step"] - share * last)) for share in SHOWN_AT)
    kept = {row["step"]: row for row in nearest}.values()
    return [{n: float(row[n]) for n in ("step", "seconds", *LOSSES) if n in row} for row in kept]


def model_record(work: Path, sample_temperature: float) -> ModelRecord:
    """The record of the model that `export` wrote last, from the files of its run."""
    facts = json.loads((work / "facts.json").read_text())
    sources = json.loads((work / "data" / "sources.json").read_text())
    training = {name: facts["training"][name] for name in Training.__dataclass_fields__}
    return ModelRecord(
        source="`card`, from facts.json, data/sources.json and log.jsonl of the run",
        **{n: facts[n] for n in ("name", "version", "licence", "megabytes", "parameters", "milliseconds", "runtime")},
        conductor=facts.get("conductor", False),
        sample_temperature=sample_temperature,
        training=Training(**training),
        windows={name: UsedWindows(s["windows"], s["validation"]) for name, s in sources.items()},
        losses=losses_of(work / "log.jsonl"),
    )
