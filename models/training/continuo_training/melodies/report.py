"""Measures how melodies go on and writes the table of models/MELODIES.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import StepError
from ..base.marked_text import replace_marked
from . import chain as chains
from .events import Events
from .examples import Corpus
from .figures import Excerpt, differences, longest_copies, notes_of, tells_apart
from .sampling import by_program
from .training import Likelihood, corpus_in, load
from .training import measure as measured

#: The networks that the program can go on with, and their columns.
NETWORKS = {"transformer": "extend", "lstm": "lstm"}
#: Bars that are given, and bars that are compared.
GIVEN, BARS = 16, 8
#: Melodies whose likelihood is measured.
LIKELIHOOD_MELODIES = 40
#: Excerpts with fewer notes in the given or in the compared bars are left out.
FEWEST = 12


def excerpts(corpus: Corpus, most: int) -> list[tuple[Excerpt, int]]:
    """Sixteen bars of validation melodies and the eight bars after them, with the melody's number."""
    found = []
    for melody in np.flatnonzero(corpus.validation).tolist():
        span = slice(int(corpus.first[melody]), int(corpus.first[melody + 1]))
        events = corpus.event[span].astype(np.int32)
        bar = 12 if corpus.place[span.start, 3] else 16
        cut, end = GIVEN * bar, (GIVEN + BARS) * bar
        if events[-1, 2] + events[-1, 1] < end:
            continue
        before, after = events[events[:, 2] < cut].copy(), events[(events[:, 2] >= cut) & (events[:, 2] < end)].copy()
        if min(len(notes_of(before)), len(notes_of(after))) < FEWEST or len(before) < 16:
            continue
        before[-1, 1] = min(before[-1, 1], cut - before[-1, 2])
        after[:, 2] -= cut
        after[-1, 1] = min(after[-1, 1], BARS * bar - after[-1, 2])
        found.append((Excerpt(before, after, bar, BARS), melody))
    order = np.random.default_rng(2).permutation(len(found))[:most]
    return [found[index] for index in order]


def measure(data: Path, sheets: Path, folder: Path, program: Path, most: int) -> dict[str, Any]:
    """All figures.

    Raises:
        StepError: there is no trained network, or the program fails.
    """
    for name in NETWORKS:
        if not (folder / f"{name}.pt").exists():
            raise StepError(f"There is no {folder / name}.pt: run `extend`, and `extend --network lstm`.")
    corpus = corpus_in(folder, data, sheets)
    held = np.flatnonzero(corpus.validation)
    held = held[np.random.default_rng(1).permutation(len(held))[:LIKELIHOOD_MELODIES]]
    chain = chains.of_corpus(corpus)
    found: dict[str, Any] = {"likelihood": {}, "excerpts": 0, "milliseconds_an_event": {}, "home": {}}
    for name in NETWORKS:
        one: Likelihood = measured(load(name, folder / f"{name}.pt"), corpus, held)
        found["likelihood"][name] = {"symbols": one.symbols, "lengths": one.lengths, "total": one.total}
        found["likelihood_notes"] = one.notes
    found["likelihood"]["chain"] = {"total": chains.likelihood(chain, corpus, held)}
    chosen = excerpts(corpus, most)
    real = [e for e, _ in chosen]
    made: dict[str, list[Excerpt]] = {"extend": [], "lstm": [], "chain": []}
    facts: dict[str, list[dict[str, float]]] = {name: [] for name in NETWORKS}
    for number, (e, melody) in enumerate(chosen):
        place = corpus.place[corpus.first[melody]]
        genre, three = int(place[4]), bool(place[3])
        for network, column in NETWORKS.items():
            engine = ["--engine", network]
            extended, open_facts = by_program(program, e, genre, three, number + 1, ["--open", *engine])
            _, closed_facts = by_program(program, e, genre, three, number + 1, engine)
            facts[network].append(open_facts | {"home": closed_facts["home"]})
            made[column].append(extended)
        random = np.random.default_rng(number + 1)
        after = chains.extended(chain, chains.plain(e.before), BARS * e.bar, random)
        made["chain"].append(Excerpt(e.before, after, e.bar, BARS))
        if number % 25 == 24:
            print(f"{number + 1} of {len(chosen)} melodies", flush=True)
    found["excerpts"] = len(chosen)
    found["figures"] = {name: differences(them, real) for name, them in made.items()}
    found["classifier"] = {name: tells_apart(them, real) for name, them in made.items()}
    learnt: list[Events] = [
        corpus.event[corpus.first[m] : corpus.first[m + 1]].astype(np.int32) for m in np.flatnonzero(~corpus.validation)
    ]
    copies = {name: longest_copies(them, learnt) for name, them in (made | {"real": real}).items()}
    found["copies"] = {name: [float(np.median(c)), float(np.percentile(c, 95)), max(c)] for name, c in copies.items()}
    for name, rows in facts.items():
        found["milliseconds_an_event"][name] = float(np.median([f["milliseconds"] / f["events"] for f in rows]))
        found["home"][name] = float(np.mean([f["home"] for f in rows]))
    return found


def text(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    nll = found["likelihood"]
    lines = [
        f"Likelihood: {found['likelihood_notes']} notes of {LIKELIHOOD_MELODIES} validation melodies. The rest: "
        f"{found['excerpts']} validation melodies, {GIVEN} bars given, {BARS} bars compared, `--open`, medians.",
        "",
        "| figure | real | Extend | LSTM | Markov chain |",
        "|---|---|---|---|---|",
        "| negative log-likelihood, nats a note | | "
        + " | ".join(f"{nll[name]['total']:.2f}" for name in ("transformer", "lstm", "chain"))
        + " |",
    ]
    for row, (name, real, made) in enumerate(found["figures"]["extend"]):
        others = [found["figures"][kind][row][2] for kind in ("lstm", "chain")]
        cells = [_beside(value, real) for value in (made, *others)]
        lines.append(f"| {name} | {real:.2f} | " + " | ".join(cells) + " |")
    auc = found["classifier"]
    lines.append(
        "| area under a fresh classifier's curve | | "
        + " | ".join(f"{auc[n]:.2f}" for n in ("extend", "lstm", "chain"))
        + " |"
    )
    copies = found["copies"]
    cells = [f"{copies[n][0]:.0f} / {copies[n][1]:.0f} / {copies[n][2]}" for n in ("real", "extend", "lstm", "chain")]
    lines.append(
        "| longest run of notes that a learnt melody has too: median / 95th percentile / most | "
        + " | ".join(cells)
        + " |"
    )
    home, took = found["home"], found["milliseconds_an_event"]
    lines += [
        "",
        f"Without `--open`, {home['transformer']:.0%} of the transformer's continuations end on the tonic, and "
        f"{home['lstm']:.0%} of the LSTM's. An event takes {took['transformer']:.2f} ms with the one and "
        f"{took['lstm']:.2f} ms with the other (medians, the song's own reading included).",
    ]
    return "\n".join(lines)


def _beside(value: float, real: float) -> str:
    if abs(real) < 1e-9:
        return f"{value:.2f}"
    return f"{value:.2f} ({100 * (value / real - 1):+.0f} %)"


def write_into(path: Path, found: dict[str, Any]) -> None:
    """Writes the figures into a document.

    Raises:
        StepError: the document has no marks.
    """
    replace_marked(path, text(found))
