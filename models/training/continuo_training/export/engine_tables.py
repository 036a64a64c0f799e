"""Writes what was learnt from real songs as tables of the engine: Rust constants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..base.contract import DRUM_VOICES, PARTS
from ..data.drum_fills import GenreFills
from ..data.fullness import PERCENTILES, Curves

ARRANGING = Path("engine") / "src" / "arranging"
CURVES = ARRANGING / "intensity" / "curves.rs"
DRUMMERS = ARRANGING / "fills" / "drummers.rs"


def _rows(values: NDArray[np.float64], names: Sequence[str]) -> list[str]:
    rows = [", ".join(f"{value:.2f}" for value in row) for row in values]
    return [f"    [{row}], // {name}" for row, name in zip(rows, names, strict=True)]


def curves_text(curves: Curves, songs: dict[str, int]) -> str:
    """The curves as a Rust module."""
    points, read = len(PERCENTILES), ", ".join(f"{name} {count}" for name, count in songs.items())
    parts, voices = PARTS, [str(key) for key in DRUM_VOICES]
    tables = [
        ("PRESENCE", "How often each part plays.", curves.presence, parts),
        ("NOTES", "How many notes each part has where it plays.", curves.notes, parts),
        ("VELOCITY", "How loud each part plays.", curves.velocity, parts),
        ("STROKES", "How many strokes each drum voice has, by its General MIDI key.", curves.strokes, voices),
    ]
    lines = [
        "//! What the parts do where songs are emptiest, fullest and between, as factors of what they do in the",
        f"//! middle of the same song: at its 0th, 10th … 100th percentile of fullness. Songs that build: {read}.",
        "//!",
        "//! Written by `python -m continuo_training intensity`; `continuo_training/data/fullness.py` says how it is",
        "//! measured.",
        "",
        "/// How many percentiles each curve has.",
        f"pub const POINTS: usize = {points};",
    ]
    for name, meaning, values, names in tables:
        head = f"pub const {name}: [[f32; POINTS]; {len(names)}] = ["
        lines += ["", f"/// {meaning}", "#[rustfmt::skip]", head, *_rows(values, names), "];"]
    return "\n".join(lines) + "\n"


def drummers_text(genres: Sequence[GenreFills]) -> str:
    """The fills as a Rust module."""
    read = ", ".join(f"{genre.genre} {genre.read}" for genre in genres)
    lines = [
        "//! Fills of drummers by genre, from the Groove MIDI Dataset (Gillick et al. 2019, CC BY 4.0): of the fills",
        f"//! that were read ({read}) those to which the others are most alike.",
        "//!",
        "//! Written by `python -m continuo_training fills`; `continuo_training/data/drum_fills.py` says how they are",
        "//! chosen.",
        "",
        "use super::genre_fills::{GenreFills, Stroke};",
        "",
        "const fn s(step: u8, voice: u8, velocity: u8, timing: i8) -> Stroke {",
        "    Stroke { step, voice, velocity, timing }",
        "}",
        "",
        "/// The genres, by the ids of the model's.",
        "#[rustfmt::skip]",
        f"pub const GENRES: [GenreFills; {len(genres)}] = [",
    ]
    for genre in genres:
        lines.append(f'    GenreFills {{ genre: "{genre.genre}", cymbal: {genre.cymbal:.2f}, fills: &[')
        for fill in genre.fills:
            strokes = [f"s({x.step}, {x.voice}, {x.velocity}, {x.timing})" for x in fill.strokes]
            wrapped = [", ".join(strokes[at : at + 7]) for at in range(0, len(strokes), 7)]
            lines += ["        &[", *(f"            {row}," for row in wrapped), "        ],"]
        lines.append("    ] },")
    return "\n".join([*lines, "];"]) + "\n"
