"""The data sets: what each teaches, and which of its pieces are for validation."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from dataclasses import dataclass

#: The errors of reading a data set that is missing, cut short or damaged.
BROKEN = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError)


@dataclass
class Source:
    """One npz file: the genre it teaches (`None`: as its genre column says), and which parts are used."""

    file: str
    genre: str | None
    drums: bool = False
    strings: bool = True
    pads: bool = False


SOURCES = (
    Source("pop909", "pop", pads=True),
    Source("mma_openewld", None, drums=True, strings=False, pads=True),
    Source("freedoom", "rock", drums=True, pads=True),
    Source("nottingham", "folk", pads=True),
    Source("lieder", "classical", pads=True),
    Source("quartets", "symphony"),
    Source("orchestra", "symphony"),
    Source("chorales", "chorale"),
)
DATASETS = (*(s.file for s in SOURCES), "groove_drums")


def is_validation(dataset: str, piece: str) -> bool:
    """A tenth of the pieces, by their names, so that the split never moves."""
    return zlib.crc32(f"{dataset}/{piece}".encode()) % 10 == 0
