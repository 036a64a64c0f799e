"""Melodies of validation pieces with their chords, for the figures of Lead (`engine/examples/lead_figures.rs`)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..data.lead_sheets import read_lead_sheets
from .reading import of_sheets

#: Songs that are shorter, or of which fewer half bars have a chord, say too little.
FEWEST_BARS, KNOWN = 12, 0.9


def songs(sheets: Path) -> list[dict[str, object]]:
    """The songs, in C major's signature: notes as first step, steps, pitch; a chord for each half bar (in 3/4 bar)."""
    found = []
    for m in of_sheets(read_lead_sheets(sheets)):
        if not m.validation or m.chords is None or m.bars < FEWEST_BARS or (m.chords >= 0).mean() < KNOWN:
            continue
        found.append(
            {
                "name": m.piece,
                "three": m.three,
                "minor": m.minor,
                "notes": m.notes.tolist(),
                "chords": m.chords.tolist(),
            }
        )
    return found


def main() -> None:
    """Writes the songs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    found = songs(arguments.sheets)
    arguments.out.write_text(json.dumps(found))
    print(f"{len(found)} songs")


if __name__ == "__main__":
    main()
