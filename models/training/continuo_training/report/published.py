"""Figures that others printed or measured, to set the report's own figures beside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.dataclass_json import read_record
from .contents import Table

PUBLISHED = Path(__file__).with_name("published.json")


@dataclass
class PrintedTable:
    """A table as it was printed: its columns, and rows of a name and cells."""

    source: str
    columns: list[str]
    rows: list[list[str]]


@dataclass
class Published:
    """The figures of others; `published.json` says where each comes from."""

    musegan: PrintedTable
    reference_source: str
    deepcomposer_outputs: int
    reference: Table
    songs: PrintedTable


def published() -> Published:
    """The figures that this package ships."""
    return read_record(Published, PUBLISHED)
