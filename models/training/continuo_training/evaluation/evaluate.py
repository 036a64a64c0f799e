"""The whole evaluation: measures everything that the report shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from ..base.contract import GENRE_IDS
from ..data.batch import Batch
from ..data.windows import Windows
from . import whole_melodies
from .baselines import random_music, untrained_music
from .comparison import compare, training_pieces
from .decoding import Music, joined_music, real_music
from .expression import performed
from .judges import judge
from .load_networks import Networks, load_networks
from .measured_windows import batch_of, chosen_windows, listed
from .nearest import nearest
from .results import MODEL, REAL, GenreResult, Results
from .spread import spread
from .stored import fingerprint, finished_genres, store
from .style_space import style_space
from .takes import SEED, TAKES, best_of, first_draw, generate

#: How often each window is accompanied for the figures of a set: a single take of some eighty windows is rough.
DRAWS = 3


def batches_of_genres(windows: Windows, most: int) -> dict[str, tuple[Batch, Batch]]:
    """Genre → its validation windows with the melody known, and the same windows with it hidden."""
    out = {}
    for genre in GENRE_IDS:
        rows = chosen_windows(windows, genre, most)
        if len(rows) >= 4:
            out[genre] = (listed(batch_of(windows, rows)), listed(batch_of(windows, rows, "none")))
    return out


def _draws(make: Callable[[int], Music], seed: int) -> Music:
    """Several draws of all windows, one after another, each from a seed of its own."""
    return joined_music([make(seed + 100 * i) for i in range(DRAWS)])


def compared_sets(networks: Networks, rivals: dict[str, Networks], b: Batch, hidden: Batch) -> dict[str, Music]:
    """All sets of parts under a genre's windows, by the names that the report gives them."""

    def single(one: Networks, under: Batch, seed: int) -> Music:
        return _draws(lambda s: generate(one.generator, under, 1.0, s), seed)

    music = {REAL: real_music(b), MODEL: single(networks, b, SEED)}
    music["temperature 0"] = generate(networks.generator, b, 0.0, SEED)
    music["predicted"] = single(networks, hidden, SEED + 1)
    music |= {name: single(rival, b, SEED) for name, rival in rivals.items()}
    music |= {"untrained": untrained_music(b, 5), "random": random_music(b, 6)}
    if networks.conductor is not None:
        draws = [best_of(networks, b, TAKES, 1.0, SEED + 100 * i) for i in range(DRAWS)]
        music |= {f"best of {n}": joined_music([chosen[n] for chosen in draws]) for n in TAKES}
    return music


def evaluate(
    prepared: Path,
    model: Path,
    out: Path,
    others: dict[str, Path],
    most: int = 60,
    steps: int = 300,
    without: Collection[str] = (),
    program: tuple[Path, Path] | None = None,
    anew: bool = False,
    command: str = "cargo xtask evaluate",
) -> Results:
    """Measures the model and the others on validation windows, and stores the results in `out` after each genre.

    `program` is the command line and the exported generator with which it plays whole melodies. `without` names
    sections to leave out on a slow machine. Genres that `out` already holds, measured in the
    same way with the same files, are not measured again unless `anew` asks for it.
    """
    windows = Windows(prepared)
    same = fingerprint(model, others, most, without, program)
    finished = {} if anew else finished_genres(out, same)
    networks = load_networks(model)
    rivals = {name: load_networks(path) for name, path in others.items()}
    batches = batches_of_genres(windows, most)
    results = Results(same, networks.facts, most, command=command)
    made: dict[str, Music] = {}
    for genre, (b, hidden) in batches.items():
        if genre in finished:
            results.genres[genre] = finished[genre]
            if "classifiers" not in without:
                made[genre] = generate(networks.generator, b, 1.0, SEED)
            print(f"{genre}: measured before", flush=True)
            continue
        music = compared_sets(networks, rivals, b, hidden)
        made[genre] = first_draw(b, music[MODEL])
        rows = chosen_windows(windows, genre, most)
        found = GenreResult(
            windows=len(b.genre),
            pieces=len(np.unique(windows.piece[rows])),
            sets=compare(b, music),
            training=training_pieces(windows, b, genre),
            performed=performed(b, made[genre]),
        )
        if "spread" not in without:
            found.spread = spread(networks, b)
            if "others" not in without:
                found.spread_of_others = {n: spread(rival, b, (1.0,))["1"] for n, rival in rivals.items()}
        if "nearest" not in without:
            found.nearest = nearest(windows, b, made[genre], genre)
        if program is not None:
            every = chosen_windows(windows, genre, len(windows.piece))
            found.whole = whole_melodies.measure(*program, windows, genre, every, most)
        results.genres[genre] = found
        store(results, out)
        print(f"{genre}: {len(b.genre)} windows measured", flush=True)
    known = {genre: pair[0] for genre, pair in batches.items()}
    if "classifiers" not in without:
        judged = {} if "others" in without else rivals
        results.judges = judge(networks, judged, windows, known, made, steps)
    results.styles = style_space(networks, windows, known)
    store(results, out)
    return results
