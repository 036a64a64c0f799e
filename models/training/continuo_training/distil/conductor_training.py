"""Trains a smaller conductor to order takes as the larger one does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..adversarial.game import Dice, draw, given_kept, listed_parts
from ..base.contract import LATENT, NOISE
from ..base.precision import on_processor
from ..data.sampler import Sampler, Variation
from ..data.windows import Windows
from ..melodies.averaged import AveragedTraining, Minutes
from ..networks.batches import TensorBatch, conditions
from ..networks.discriminator import Conductor, Discriminator, JudgeSize, Scene, plain
from ..networks.encoded import Encoded
from ..networks.generator import Generator
from ..networks.monophony import played
from .examples import HOTTEST, WindowDraws
from .pruning import inputs_of, strongest, with_units
from .raw_windows import Kept, Store

#: The smaller conductor.
HIDDEN, LAYERS = 256, 2
SCENE = ("melody", "heard", "context", "context_drums", "style", "meter")


@dataclass
class ConductorSettings:
    """The sizes of a training step, and how often windows are added."""

    windows: int = 24
    takes: int = 4  # of each window
    added: int = 24
    every: int = 4
    first: int = 384
    capacity: int = 12_000
    validation: int = 192


def pruned(
    judge: Discriminator, layers: tuple[int, ...], hidden: int, scene: Scene, notes: Tensor, drums: Tensor
) -> Discriminator:
    """A plain judge of fewer and narrower blocks, from those of a plain one."""
    blocks = [judge.blocks[i] for i in layers]
    shrink: dict[str, nn.Module] = {str(i): judge.get_submodule(f"blocks.{i}.shrink") for i in layers}
    with torch.no_grad(), inputs_of(shrink) as sizes:
        judge(scene, notes, drums)
    state = {n: x.clone() for n, x in judge.state_dict().items() if not n.startswith("blocks.")}
    for place, (number, block) in enumerate(zip(layers, blocks, strict=True)):
        own = {n: x.clone() for n, x in block.state_dict().items()}
        units = strongest(sizes[str(number)], own["shrink.weight"], hidden)
        with_units(own, "grow", ("shrink",), units)
        state |= {f"blocks.{place}.{n}": x for n, x in own.items()}
    smaller = plain_judge(hidden, len(layers))
    smaller.load_state_dict(state)
    return smaller


def plain_judge(hidden: int, layers: int) -> Discriminator:
    """An untrained judge without spectral norms."""
    return plain(Discriminator(JudgeSize(hidden=hidden, layers=layers)))


class Scores:
    """Stored windows with takes, and the teacher's scores of them."""

    def __init__(self, generator: Generator, teacher: Conductor, draws: WindowDraws, takes: int, store: Store) -> None:
        self.generator, self.teacher, self.draws, self.takes, self.store = generator, teacher, draws, takes, store

    def add(self, count: int) -> None:
        """Draws windows, plays takes of each and keeps them."""
        window = self.draws.draw(count)
        b, dice = window.batch, self.draws.dice
        c = conditions(b, window.style)
        listed = torch.maximum(listed_parts(b.genre), b.given_parts)
        shown = torch.where(dice.uniform(count, 1) < 0.3, (dice.uniform(count, 5) < 0.6).float(), listed)
        shown[:, 1] = torch.maximum(shown[:, 1], (shown.sum(1) == 0).float())
        heat = HOTTEST * dice.uniform(count, 1)
        pitched, drums, scores = [], [], []
        with torch.no_grad():
            e = self.generator.encode(c)
            for _ in range(self.takes):
                notes = self._take(b, e, heat * dice.normal(count, NOISE))
                scores.append(self.teacher(*(getattr(c, n) for n in SCENE), *notes, shown))
                pitched.append(notes[0])
                drums.append(notes[1])
        every = c._asdict()
        planes = {n: every[n] for n in ("melody", "context", "context_drums")}
        planes |= {"pitched": torch.stack(pitched, 1), "drums": torch.stack(drums, 1)}
        numbers = {n: every[n] for n in ("heard", "style", "meter")}
        self.store.add(planes, numbers | {"shown": shown, "scores": torch.stack(scores, 1).float()})

    def _take(self, b: TensorBatch, e: Encoded, noise: Tensor) -> tuple[Tensor, Tensor]:
        plan = self.generator.plan(e, noise[:, LATENT:]).chosen
        logits, _ = self.generator.decode(e, plan, draw(e.prior, noise[:, :LATENT]))
        notes = played(self.generator.lines(logits.pitched, logits.monophonic, noise))
        return given_kept(b, notes, (logits.drums > 0).float())


def scene_of(every: dict[str, Tensor]) -> Scene:
    """What a verdict on stored windows depends on besides the takes."""
    return Scene(**{n: every[n] for n in (*SCENE, "shown")})


def scores_of(conductor: Conductor, kept: Kept) -> Tensor:
    """[B, takes]: what a conductor says of stored takes."""
    every = kept.planes | kept.numbers
    takes = every["pitched"].shape[1]
    scene = [every[n].repeat_interleave(takes, 0) for n in SCENE]
    shown = every["shown"].repeat_interleave(takes, 0)
    found: Tensor = conductor(*scene, every["pitched"].flatten(0, 1), every["drums"].flatten(0, 1), shown)
    by_take: Tensor = found.float().unflatten(0, (-1, takes))
    return by_take


def apart(scores: Tensor) -> Tensor:
    """How much better each take is than its window's mean."""
    relative: Tensor = scores - scores.mean(1, keepdim=True)
    return relative


def run(
    generator: Generator,
    teacher: Conductor,
    prepared: Path,
    checkpoint: Path,
    minutes: Minutes,
    settings: ConductorSettings | None = None,
) -> Conductor:
    """Trains for some minutes; returns the running average of the weights. Keeps checkpoints."""
    s = settings or ConductorSettings()
    torch.set_num_threads(1)
    torch.manual_seed(minutes.seed)
    generator, teacher = generator.eval().requires_grad_(False), teacher.eval().requires_grad_(False)
    windows, dice = Windows(prepared), Dice(minutes.seed, torch.device("cpu"))

    def source(seed: int, validation: bool, capacity: int) -> Scores:
        draws = WindowDraws(generator, Sampler(windows, Variation(), seed, validation), seed)
        return Scores(generator, teacher, draws, s.takes, Store(capacity))

    pool, held = source(minutes.seed + 40, False, s.capacity), source(9, True, s.validation)
    with on_processor():
        while held.store.added < s.validation:
            held.add(48)
        while pool.store.added < s.first:
            pool.add(48)
    measured = held.store.rows(np.arange(s.validation))
    spread = float(apart(measured.numbers["scores"]).std())
    few = measured.planes | measured.numbers
    scene = scene_of(few)
    judge = pruned(teacher.discriminator, (0, 2), HIDDEN, scene, few["pitched"][:, 0], few["drums"][:, 0])
    student = Conductor(judge)

    def distance(network: Conductor, kept: Kept) -> Tensor:
        found, wanted = scores_of(network, kept), kept.numbers["scores"]
        level = (found.mean(1) - wanted.mean(1)).square().mean()
        return ((apart(found) - apart(wanted)).square().mean() + 0.1 * level) / spread**2

    def loss(step: int) -> Tensor:
        with on_processor():
            if step % s.every == 0:
                pool.add(s.added)
            return distance(student, pool.store.drawn(s.windows, dice))

    def text(network: Conductor) -> str:
        with torch.no_grad():
            found, wanted = scores_of(network, measured), measured.numbers["scores"]
        alike = float((found.argmax(1) == wanted.argmax(1)).float().mean())
        both = torch.stack([apart(found).flatten(), apart(wanted).flatten()])
        lost = float((wanted.amax(1) - wanted.gather(1, found.argmax(1, keepdim=True))[:, 0]).mean()) / spread
        return f"r {float(torch.corrcoef(both)[0, 1]):.3f}, same best of {s.takes}: {alike:.3f}, {lost:.3f} sd lost"

    return AveragedTraining(student, checkpoint, minutes, text).run(loss)
