"""The command line: `python -m cut_soundfont FROM TO`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .cutting import cut
from .reading import FontError, read
from .writing import write


def main() -> int:
    """Cuts a file, and says what came of it."""
    parser = argparse.ArgumentParser(prog="cut_soundfont", description="Cuts a small General MIDI SoundFont.")
    parser.add_argument("source", type=Path, help="the large SoundFont, FluidR3_GM.sf2")
    parser.add_argument("target", type=Path, help="the small one to write")
    arguments = parser.parse_args()
    try:
        small = cut(read(arguments.source))
        write(small, arguments.target)
    except (OSError, FontError) as error:
        print(error, file=sys.stderr)
        return 1
    size = arguments.target.stat().st_size
    print(
        f"{arguments.target}: {len(small.presets)} presets, {len(small.instruments)} instruments, "
        f"{len(small.samples)} samples, {size / 1e6:.2f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
