"""The sample picture of the card: simple tunes in several genres, window after window."""

from __future__ import annotations

from pathlib import Path

from ..musical import tunes
from ..networks.generator import Generator
from .accompany import accompany
from .piano_rolls import draw

#: The temperature of the noise.
TEMPERATURE = 0.7


def samples(generator: Generator, path: Path) -> None:
    """Draws the card's picture."""
    rows = [
        ("Pop: Ode to Joy", "pop", tunes.ODE[:3], False),
        ("Rock: When Johnny comes marching home", "rock", tunes.MINOR, False),
        ("Folk: O du lieber Augustin", "folk", tunes.AUGUSTIN[:3], True),
        ("Symphony: Ode to Joy", "symphony", tunes.ODE[:2], False),
    ]
    draw(
        path,
        [
            (title, accompany(generator, genre, tune, three, TEMPERATURE, 20), three)
            for title, genre, tune, three in rows
        ],
    )
