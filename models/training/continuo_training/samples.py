"""The sample pictures of the card: simple tunes under several genres, each window following the one before."""

from __future__ import annotations

from pathlib import Path

from . import decode, tunes
from .contract import GENRE_IDS, GENRES, PITCHED
from .network import Generator
from .pictures import Floats, Music, draw

Windows = list[tuple[Floats, Music]]


def accompany(
    generator: Generator, genre: str, windows: list[tunes.Notes], three: bool, temperature: float, seed: int
) -> Windows:
    """Generates window after window, as the engine does; parts that the genre does not list are silent."""
    index = GENRE_IDS.index(genre)
    out: Windows = []
    before: tuple[Floats, Music] | None = None
    for number, notes in enumerate(windows):
        example = decode.with_melody(decode.blank(index, three), notes)
        if before is not None:
            example = decode.after(example, *before)
        music = decode.run(generator, example, decode.noise(1, temperature, seed + number))
        for i, part in enumerate(PITCHED):
            if part not in GENRES[index].parts:
                music.pitched[:, 2 * i : 2 * i + 2] = 0
        if "drums" not in GENRES[index].parts:
            music.drums[:] = 0
        before = (example.full_melody, music)
        out.append((example.full_melody[0], music))
    return out


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
        [(title, accompany(generator, genre, tune, three, 0.7, 20), three) for title, genre, tune, three in rows],
    )
