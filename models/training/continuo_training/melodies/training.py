"""Trains the melody network, or the smaller one, an LSTM."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..base.precision import on_processor
from .events import MEMORY, REST
from .examples import Batch, Corpus, Drawer, stretches
from .export import MelodyNetwork
from .lstm import MelodyLstm
from .reading import read_melodies
from .transformer import MelodyTransformer

NETWORKS: dict[str, type[MelodyTransformer] | type[MelodyLstm]] = {
    "transformer": MelodyTransformer,
    "lstm": MelodyLstm,
}
#: The highest rate of learning of each.
RATES = {"transformer": 1.5e-3, "lstm": 2.5e-3}
#: Seconds between two checkpoints, and steps between two measurements on a few held melodies.
CHECKPOINT, MEASURED = 120, 200
#: Events before the counted ones when the likelihood is measured.
CONTEXT = 96


@dataclass
class MelodySettings:
    """What decides a training."""

    minutes: float = 60.0
    batch: int = 24
    length: int = MEMORY
    warm_up: int = 100
    weight_decay: float = 0.05
    average: float = 0.995
    seed: int = 1


def log_likelihoods(network: MelodyNetwork, b: Batch) -> tuple[Tensor, Tensor]:
    """[B, T] log-probabilities of symbols and of lengths, 0 after the end."""
    x = network.states(b.read, b.place, b.back, b.chords, b.start, b.read_start).float()
    real = b.symbol >= 0
    symbol = b.symbol.clamp(min=0)
    of_symbol = functional.log_softmax(network.head.symbol(x), -1).gather(2, symbol.unsqueeze(2)).squeeze(2)
    lengths = functional.log_softmax(network.head.of_symbol(x, symbol), -1)
    of_length = lengths.gather(2, (b.length - 1).unsqueeze(2)).squeeze(2)
    return of_symbol * real, of_length * real


@dataclass
class Likelihood:
    """Negative log-likelihoods in nats a note; those of rests are shared out among the notes."""

    symbols: float
    lengths: float
    notes: int

    @property
    def total(self) -> float:
        """Of symbols and lengths together."""
        return self.symbols + self.lengths


@dataclass
class Foreseen:
    """Log-probabilities of the counted events of some melodies, one after the other, and how many are notes."""

    symbols: Tensor
    lengths: Tensor
    notes: int

    def likelihood(self) -> Likelihood:
        """The mean a note."""
        notes = max(self.notes, 1)
        return Likelihood(-float(self.symbols.sum()) / notes, -float(self.lengths.sum()) / notes, self.notes)


@torch.no_grad()
def foreseen(network: MelodyNetwork, corpus: Corpus, melodies: np.ndarray[Any, Any], size: int = 32) -> Foreseen:
    """How likely a network finds the events of melodies, each after up to 159 events before it."""
    network.eval()
    symbols, lengths, notes = list[Tensor](), list[Tensor](), 0
    parts = stretches(corpus, melodies, MEMORY, CONTEXT)
    for at in range(0, len(parts), size):
        melody, begin, counted = (np.array(column, np.int64) for column in zip(*parts[at : at + size], strict=True))
        b = corpus.rows(melody, begin, MEMORY)
        is_new = torch.arange(MEMORY)[None] >= torch.from_numpy(counted - begin)[:, None]
        is_new &= b.symbol >= 0
        symbol, length = log_likelihoods(network, b)
        symbols.append(symbol[is_new].double())
        lengths.append(length[is_new].double())
        notes += int((is_new & (b.symbol != REST)).sum())
    return Foreseen(torch.cat(symbols), torch.cat(lengths), notes)


def measure(network: MelodyNetwork, corpus: Corpus, melodies: np.ndarray[Any, Any]) -> Likelihood:
    """The likelihood of melodies."""
    return foreseen(network, corpus, melodies).likelihood()


def corpus_in(folder: Path, data: Path, sheets: Path) -> Corpus:
    """The corpus of an earlier run, or a new one."""
    kept = folder / "corpus.npz"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print("reading the melodies of all data sets (some minutes)", flush=True)
        Corpus.of(read_melodies(data, sheets)).save(kept)
    return Corpus.load(kept)


def _measured(corpus: Corpus, most: int) -> np.ndarray[Any, Any]:
    held = np.flatnonzero(corpus.validation)
    return held[np.random.default_rng(7).permutation(len(held))[:most]]


def load(kind: str, path: Path) -> MelodyNetwork:
    """The averaged weights of a checkpoint."""
    network = NETWORKS[kind]()
    network.load_state_dict(torch.load(path, weights_only=True)["average"])
    return network.eval()


def steps_of(path: Path) -> tuple[int, int]:
    """The steps and the seconds of a checkpoint."""
    state = torch.load(path, weights_only=True)
    return int(state["step"]), round(state["seconds"])


def run(
    kind: str, corpus: Corpus, out: Path, settings: MelodySettings, threads: int, resume: bool
) -> tuple[MelodyNetwork, int]:
    """Trains for some minutes, with a checkpoint every few; returns the average of the weights, and the steps.

    The rate falls with the minutes, so a resumed run needs the minutes that the first was given.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(settings.seed)
    network = NETWORKS[kind]()
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=RATES[kind], betas=(0.9, 0.98), weight_decay=settings.weight_decay
    )
    path, step, before = out / f"{kind}.pt", 0, 0.0
    if resume and path.exists():
        state = torch.load(path, weights_only=True)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, before = state["step"], state["seconds"]
    drawer = Drawer(corpus, settings.length, settings.seed + step)
    held = _measured(corpus, 12)
    print(f"{kind}: {sum(p.numel() for p in network.parameters())} weights", flush=True)
    begun, saved, losses = time.monotonic(), time.monotonic(), list[float]()
    while (seconds := before + time.monotonic() - begun) < 60 * settings.minutes:
        network.train()
        falling = 0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * seconds / (60 * settings.minutes))))
        for group in optimiser.param_groups:
            group["lr"] = RATES[kind] * falling * min(1.0, (step + 1) / settings.warm_up)
        b = drawer.draw(settings.batch)
        with on_processor():
            symbol, length = log_likelihoods(network, b)
        loss = -(symbol + length).sum() / (b.symbol >= 0).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        keep = min(settings.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for mine, now in zip(average.parameters(), network.parameters(), strict=True):
                mine.lerp_(now, 1 - keep)
        step += 1
        losses.append(float(loss.detach()))
        if step % 20 == 0:
            print(f"step {step}, {seconds:.0f} s: {np.mean(losses[-20:]):.3f} nats an event", flush=True)
        if time.monotonic() - saved > CHECKPOINT:
            _save(path, network, average, optimiser, step, seconds)
            saved = time.monotonic()
        if step % MEASURED == 0:
            found = measure(average, corpus, held)
            print(f"validation: {found.symbols:.3f} + {found.lengths:.3f} = {found.total:.3f} nats a note", flush=True)
    _save(path, network, average, optimiser, step, seconds)
    return average, step


def _save(
    path: Path, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer, step: int, seconds: float
) -> None:
    temporary = path.with_suffix(".tmp")
    state = {"network": network.state_dict(), "average": average.state_dict()}
    torch.save(state | {"optimiser": optimiser.state_dict(), "step": step, "seconds": seconds}, temporary)
    temporary.replace(path)
