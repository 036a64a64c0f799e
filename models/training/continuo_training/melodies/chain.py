"""The simplest base line: a Markov chain over events that backs off to shorter contexts (Witten, Bell 1991)."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from .events import LONGEST, REST, SYMBOLS, Events
from .examples import Corpus

#: The longest context, in events.
ORDER = 3

Context = tuple[tuple[int, int], ...]


class Chain:
    """Counts what follows the last one, two and three events."""

    def __init__(self) -> None:
        self.counts: dict[Context, Counter[tuple[int, int]]] = defaultdict(Counter)

    def learn(self, events: list[tuple[int, int]]) -> None:
        """Counts a melody."""
        for index, event in enumerate(events):
            for order in range(min(ORDER, index) + 1):
                self.counts[tuple(events[index - order : index])][event] += 1

    def probability(self, context: Context, event: tuple[int, int]) -> float:
        """How likely an event is after others."""
        found = 1.0 / (SYMBOLS * LONGEST)
        for order in range(len(context) + 1):
            counter = self.counts.get(context[len(context) - order :])
            if counter is None:
                break
            kinds, total = len(counter), sum(counter.values())
            found = (counter[event] + kinds * found) / (total + kinds)
        return found

    def draw(self, context: Context, random: np.random.Generator) -> tuple[int, int]:
        """An event after others."""
        for order in range(len(context), -1, -1):
            counter = self.counts.get(context[len(context) - order :])
            if counter is None:
                continue
            kinds, total = len(counter), sum(counter.values())
            if order and random.random() < kinds / (total + kinds):
                continue
            events = list(counter)
            return events[int(np.searchsorted(np.cumsum([counter[e] for e in events]), random.random() * total))]
        return REST, 4


def plain(events: NDArray[np.int16] | Events) -> list[tuple[int, int]]:
    """Symbols and lengths."""
    return [(int(symbol), int(length)) for symbol, length, _ in events.tolist()]


def of_corpus(corpus: Corpus) -> Chain:
    """A chain that has learnt all training melodies."""
    chain = Chain()
    for melody in np.flatnonzero(~corpus.validation).tolist():
        chain.learn(plain(corpus.event[corpus.first[melody] : corpus.first[melody + 1]]))
    return chain


def likelihood(chain: Chain, corpus: Corpus, melodies: NDArray[np.int64]) -> float:
    """The negative log-likelihood in nats a note."""
    total, notes = 0.0, 0
    for melody in melodies.tolist():
        events = plain(corpus.event[corpus.first[melody] : corpus.first[melody + 1]])
        for index, event in enumerate(events):
            total -= float(np.log(chain.probability(tuple(events[max(0, index - ORDER) : index]), event)))
            notes += event[0] != REST
    return total / max(notes, 1)


def extended(chain: Chain, events: list[tuple[int, int]], steps: int, random: np.random.Generator) -> Events:
    """`steps` steps after some events, the last event cut."""
    context, found, now = list(events), [], 0
    while now < steps:
        symbol, length = chain.draw(tuple(context[-ORDER:]), random)
        context.append((symbol, length))
        found.append((symbol, min(length, steps - now), now))
        now += length
    return np.array(found, np.int32).reshape(-1, 3)
