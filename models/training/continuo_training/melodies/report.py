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
from .mixture import SHARE, SHARES, nats_a_note
from .sampling import by_program
from .training import corpus_in, foreseen, load

#: The networks that the program has, and what it can go on with.
NETWORKS = ("transformer", "lstm")
ENGINES = ("both", *NETWORKS)
#: What is measured, and its column.
COLUMNS = {"both": "both", "transformer": "transformer", "lstm": "LSTM", "chain": "Markov chain"}
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
    heard = {name: foreseen(load(name, folder / f"{name}.pt"), corpus, held) for name in NETWORKS}
    for name, one in heard.items():
        likelihood = one.likelihood()
        found["likelihood"][name] = likelihood.total
        found["likelihood_notes"] = likelihood.notes
    shares = {share: nats_a_note(heard["transformer"], heard["lstm"], share) for share in SHARES}
    found["likelihood"] |= {"both": shares[SHARE], "chain": chains.likelihood(chain, corpus, held)}
    found["shares"] = shares
    chosen = excerpts(corpus, most)
    real = [e for e, _ in chosen]
    made: dict[str, list[Excerpt]] = {name: [] for name in COLUMNS}
    facts: dict[str, list[dict[str, float]]] = {name: [] for name in ENGINES}
    for number, (e, melody) in enumerate(chosen):
        place = corpus.place[corpus.first[melody]]
        genre, three = int(place[4]), bool(place[3])
        for name in ENGINES:
            engine = ["--engine", name]
            extended, open_facts = by_program(program, e, genre, three, number + 1, ["--open", *engine])
            _, closed_facts = by_program(program, e, genre, three, number + 1, engine)
            facts[name].append(open_facts | {"home": closed_facts["home"]})
            made[name].append(extended)
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
    nll, auc, copies = found["likelihood"], found["classifier"], found["copies"]
    lines = [
        f"Likelihood: {found['likelihood_notes']} notes of {LIKELIHOOD_MELODIES} validation melodies. The rest: "
        f"{found['excerpts']} validation melodies, {GIVEN} bars given, {BARS} bars compared, `--open`, medians.",
        "",
        f"| figure | real | {' | '.join(COLUMNS.values())} |",
        "|---|---" + "|---" * len(COLUMNS) + "|",
        _row("negative log-likelihood, nats a note", "", [f"{nll[name]:.2f}" for name in COLUMNS]),
    ]
    for row, (name, real, _) in enumerate(found["figures"]["both"]):
        cells = [_beside(found["figures"][kind][row][2], real) for kind in COLUMNS]
        lines.append(_row(name, f"{real:.2f}", cells))
    lines.append(_row("area under a fresh classifier's curve", "", [f"{auc[name]:.2f}" for name in COLUMNS]))
    runs = {name: f"{half:.0f} / {most:.0f} / {all_}" for name, (half, most, all_) in copies.items()}
    title = "longest run of notes that a learnt melody has too: median / 95th percentile / most"
    lines.append(_row(title, runs["real"], [runs[name] for name in COLUMNS]))
    shares = ", ".join(f"{nats:.2f} at {share}" for share, nats in found["shares"].items())
    home = ", ".join(f"{found['home'][name]:.0%} ({COLUMNS[name]})" for name in ENGINES)
    took = ", ".join(f"{found['milliseconds_an_event'][name]:.2f} ms ({COLUMNS[name]})" for name in ENGINES)
    lines += [
        "",
        f"Both together, by the transformer's share, in nats a note: {shares}. Without `--open`, so many of the "
        f"continuations end on the tonic: {home}. An event takes {took} (medians, the song's own reading included).",
    ]
    return "\n".join(lines)


def _row(name: str, real: str, cells: list[str]) -> str:
    return f"| {name} | {real} | {' | '.join(cells)} |"


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
