"""Trains a smaller encoder to return what the larger one returns, as far as prior, chord plan and decoder use it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..adversarial.game import Dice
from ..base.contract import BEATS, ENCODER_INPUTS, LATENT, SLOTS
from ..base.precision import on_processor
from ..data.sampler import Sampler, Variation
from ..data.windows import Windows
from ..melodies.averaged import AveragedTraining, Minutes
from ..musical.chord_vocabulary import CHORDS
from ..networks.batches import conditions
from ..networks.encoded import Encoded, unpacked
from ..networks.generator import Conditions, Generator, Size
from .examples import WindowDraws
from .pruning import inputs_of, strongest, with_units
from .raw_windows import Kept, Store

#: What the encoder learns. The chord plan stays the teacher's.
LEARNT = (
    "positions.",
    "melody.",
    "heard.",
    "parts.",
    "drums.",
    "flags.",
    "segment",
    "style.",
    "encoder.",
    "guide.",
    "prior.",
)
#: How much each term counts: the tokens' and slots' errors as shares of their variance, the prior's divergence and the
#: chords' in nats.
TOKENS, SLOTS_OF_PLAN, PRIOR, CHORD = 30.0, 30.0, 0.5, 8.0
#: The smaller encoder: its blocks, those after them for chords and prior, and their hidden width.
READ, GUIDE, HIDDEN = 2, 1, 512
NUMBERS = ("heard", "given_parts", "style", "meter")


@dataclass
class EncoderSettings:
    """The sizes of a training step, and how often windows are added."""

    windows: int = 48
    added: int = 32
    every: int = 6
    first: int = 768
    capacity: int = 30_000
    validation: int = 192


def blocks_kept(teacher: Generator, size: Size, kept: Kept, read: tuple[int, ...], guide: tuple[int, ...]) -> Generator:
    """A generator of a smaller encoder: some of the teacher's blocks with their strongest units."""
    which = {"encoder": read, "guide": guide}
    layers: dict[str, nn.Module] = {
        f"{room}.{i}": teacher.get_submodule(f"{room}.{i}.shrink") for room, blocks in which.items() for i in blocks
    }
    with torch.no_grad(), inputs_of(layers) as sizes:
        teacher.encode(read_windows(kept))
    state = {n: x.clone() for n, x in teacher.state_dict().items() if not n.startswith(("encoder.", "guide."))}
    for room, blocks in which.items():
        for place, number in enumerate(blocks):
            block = {n: x.clone() for n, x in teacher.get_submodule(f"{room}.{number}").state_dict().items()}
            units = strongest(sizes[f"{room}.{number}"], block["shrink.weight"], size.hidden)
            with_units(block, "grow", ("shrink",), units)
            state |= {f"{room}.{place}.{n}": x for n, x in block.items()}
    student = Generator(size, len(teacher.styles.weight))
    student.load_state_dict(state)
    return student


def read_windows(kept: Kept) -> Conditions:
    """The encoder's inputs of stored windows."""
    return Conditions(*((kept.planes | kept.numbers)[name] for name in ENCODER_INPUTS))


class EncoderLesson:
    """Compares a smaller encoder with what the teacher returned."""

    def __init__(self, teacher: Generator, wanted: Tensor) -> None:
        self.teacher = teacher
        e = unpacked(wanted, teacher.size.width)
        self.tokens, self.by_slot = (x.flatten(0, 1).var(0).mean() for x in (e.tokens, e.by_slot))

    def loss(self, student: Generator, kept: Kept, chord_noise: Tensor) -> Tensor:
        """0 where the student returns what the teacher returned."""
        wanted = unpacked(kept.numbers["encoded"], self.teacher.size.width)
        found = student.encode(read_windows(kept))
        beats = 1.0 + self.teacher.positions.bias(wanted.meter) * 1e-4
        slots = torch.ones(len(beats), SLOTS)
        slots[:, SLOTS // 2 :] = wanted.meter[:, :1]
        tokens = ((found.tokens.float() - wanted.tokens).square().mean(2) * beats).sum(1) / BEATS
        by_slot = ((found.by_slot.float() - wanted.by_slot).square().mean(2) * slots).sum(1) / SLOTS
        theirs, mine = wanted.prior, found.prior
        ratio = torch.exp(2 * (theirs.log_sigma - mine.log_sigma.float()))
        away = (theirs.mean - mine.mean.float()) * torch.exp(-mine.log_sigma.float())
        prior = (0.5 * (ratio + away.square() - 1) + mine.log_sigma.float() - theirs.log_sigma).sum(1)
        total = TOKENS * tokens / self.tokens + SLOTS_OF_PLAN * by_slot / self.by_slot + PRIOR * prior
        return (total + CHORD * self._chords(wanted, found, chord_noise, slots)).mean()

    def _chords(self, wanted: Encoded, found: Encoded, noise: Tensor, slots: Tensor) -> Tensor:
        """[B]: the divergence of the chords' chances in a plan that the teacher draws."""
        with torch.no_grad():
            chosen = self.teacher.plan(wanted, noise).chosen.round()
            theirs = self.teacher.plan.taught(wanted, chosen)
        mine = self.teacher.plan.taught(found, chosen)
        apart = torch.zeros_like(slots)
        for a, b in zip(mine, theirs, strict=True):
            logs, truth = torch.log_softmax(a.float(), -1), torch.log_softmax(b.float(), -1)
            apart = apart + functional.kl_div(logs, truth, reduction="none", log_target=True).sum(-1)
        torch.clear_autocast_cache()
        return (apart * slots).sum(1) / SLOTS


def same_chords(teacher: Generator, student: Generator, kept: Kept, noise: Tensor) -> float:
    """The share of slots for which both choose the same chord with the same noise."""
    wanted = unpacked(kept.numbers["encoded"], teacher.size.width)
    with torch.no_grad():
        mine = teacher.plan(student.encode(read_windows(kept)), noise).chosen
        theirs = teacher.plan(wanted, noise).chosen
    alike = mine[:, :, :CHORDS].argmax(2) == theirs[:, :, :CHORDS].argmax(2)
    used = torch.ones_like(alike)
    used[:, SLOTS // 2 :] = wanted.meter[:, :1] > 0.5
    return float((alike & used).sum() / used.sum())


def run(
    teacher: Generator,
    size: Size,
    prepared: Path,
    checkpoint: Path,
    minutes: Minutes,
    settings: EncoderSettings | None = None,
) -> Generator:
    """Trains for some minutes; returns the running average of the weights. Keeps checkpoints."""
    s = settings or EncoderSettings()
    torch.set_num_threads(1)
    torch.manual_seed(minutes.seed)
    teacher = teacher.eval().requires_grad_(False)
    windows = Windows(prepared)
    draws = WindowDraws(teacher, Sampler(windows, Variation(), minutes.seed + 20), minutes.seed + 20)
    unseen = WindowDraws(teacher, Sampler(windows, Variation(), 8, validation=True), 8)
    pool, held = Store(s.capacity), Store(s.validation)
    dice = Dice(minutes.seed, torch.device("cpu"))

    def add(store: Store, source: WindowDraws, count: int) -> None:
        drawn = source.draw(count)
        c = conditions(drawn.batch, drawn.style)
        with torch.no_grad():
            encoded = teacher.encode(c).packed().float()
        every = c._asdict()
        planes = {n: x for n, x in every.items() if n not in NUMBERS}
        store.add(planes, {n: every[n] for n in NUMBERS} | {"encoded": encoded})

    with on_processor():
        while held.added < s.validation:
            add(held, unseen, 64)
        while pool.added < s.first:
            add(pool, draws, 64)
    measured = held.rows(np.arange(s.validation))
    still = torch.zeros(s.validation, 8 * ((128 - LATENT) // 8))
    lesson = EncoderLesson(teacher, measured.numbers["encoded"])
    few = pool.drawn(64, dice)
    student, best = None, float("inf")
    for read in combinations(range(teacher.size.encoder), size.encoder):
        for guide in combinations(range(teacher.size.guide), size.guide):
            made = blocks_kept(teacher, size, few, read, guide).eval()
            with torch.no_grad():
                far = float(lesson.loss(made, few, still[:64]))
            print(f"blocks {read} and {guide}: {far:.1f}", flush=True)
            if student is None or far < best:
                student, best = made, far
    assert student is not None
    network = student
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name.startswith(LEARNT))

    def loss(step: int) -> Tensor:
        with on_processor():
            if step % s.every == 0:
                add(pool, draws, s.added)
            kept = pool.drawn(s.windows, dice)
            return lesson.loss(network, kept, dice.normal(s.windows, still.shape[1]) * dice.uniform(s.windows, 1))

    def text(trained: Generator) -> str:
        with torch.no_grad():
            far = float(lesson.loss(trained, measured, still))
        noise = Dice(4, torch.device("cpu")).normal(*still.shape)
        cold, hot = (same_chords(teacher, trained, measured, x) for x in (still, noise))
        return f"{far:.2f}; same chords: {cold:.3f} at temperature 0, {hot:.3f} at 1"

    return AveragedTraining(network, checkpoint, minutes, text).run(loss)
