"""Renders the report and the card from their records, with the templates of this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..base import contract
from ..data.catalogue import CATALOGUE, LEAD_SHEETS
from ..evaluation.songs.results import SongResults
from ..planning.chord_figures import ChordFigures
from ..planning.harmonizer_figures import HarmonizerFigures
from .aims import AIMS, USUAL
from .contents import AimResult, Report
from .published import published
from .records import LOSSES, ModelRecord, Stages
from .songs import REASONS, by_genre, gaps
from .tables import markdown, number, row


def _cells(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts."""
    lines = [row(["", *columns]), "|" + "---|" * (len(columns) + 1), *(row(cells) for cells in rows)]
    return "\n".join(lines)


def environment() -> Environment:
    """The templates of this package, with what they need to show numbers."""
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {
        "aims": AIMS,
        "usual": USUAL,
        "contract": contract,
        "number": number,
        "table": markdown,
        "cells": _cells,
        "percent": lambda value: f"{value:.0%}",
        "thousands": lambda value: f"{value:,}",
    }
    return environment


def evaluation_text(report: Report, stages: Stages, machine: list[AimResult], songs: SongResults | None = None) -> str:
    """`EVALUATION.md`; `machine` holds the aim_results on times and sizes, which are not part of the record."""
    template = environment().get_template("evaluation.md.j2")
    half = None if songs is None else songs_text(songs)
    return template.render(report=report, machine=machine, ablation=stages.ablation, published=published(), songs=half)


def songs_text(songs: SongResults) -> str:
    """The half of `EVALUATION.md` that is measured by song."""
    shown = {
        "songs": songs,
        "by_genre": by_genre(songs),
        "gaps": gaps(songs),
        "published": published(),
        "reasons": REASONS,
    }
    return environment().get_template("songs.md.j2").render(**shown)


def card_text(
    model: ModelRecord, stages: Stages, report: Report, chords: ChordFigures, harmonizer: HarmonizerFigures
) -> str:
    """`CARD.md`."""
    template = environment().get_template("card.md.j2")
    losses = [name for name in LOSSES if any(name in row for row in model.losses)]
    return template.render(
        model=model,
        stages=stages,
        report=report,
        chords=asdict(chords),
        harmonizer=asdict(harmonizer),
        catalogue=CATALOGUE,
        sheets=LEAD_SHEETS,
        losses=losses,
        limits=Limits(report),
    )


class Limits:
    """Figures for the card's known limits that no table holds as they are."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def _line(self, table: str, name: str) -> dict[str, float]:
        found = self.report.tables.get(table)
        if found is None:
            return {}
        values = next(line.values for line in found.lines if line.name == name)
        return {genre: v for genre, v in zip(found.columns, values, strict=True) if v is not None}

    def copies(self) -> dict[str, tuple[int, int]]:
        """Genre → how many of its validation windows are exact copies of training windows, and how many it has."""
        windows = self._line("windows", "windows")
        copies = self._line("nearest", "real, copies")
        return {genre: (int(count), int(windows[genre])) for genre, count in copies.items() if count}

    def timing_excess(self) -> float:
        """How much further from the data the timing is than notes on the grid, where it is furthest; at least 0."""
        table = self.report.tables["performed"]
        error, grid = (table.columns.index(name) for name in ("timing error", "on the grid"))
        pairs = ((line.values[error], line.values[grid]) for line in table.lines)
        return max(chain([0.0], (a - b for a, b in pairs if a is not None and b is not None)))
