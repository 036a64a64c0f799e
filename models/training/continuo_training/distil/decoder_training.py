"""Trains a smaller decoder on what the larger one plays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..adversarial.game import Dice
from ..base.precision import on_processor
from ..data.sampler import Sampler, Variation
from ..data.windows import Windows
from ..melodies.averaged import AveragedTraining, Minutes
from ..networks.generator import Generator, Size
from .examples import Pool, WindowDraws
from .lesson import Lesson, agreement
from .pruning import best_start

#: The smaller decoder; encoder and chord plan are the larger one's.
SMALLER = Size(decoder=2, decoder_hidden=512, voicing=256, head=256)
#: What the smaller decoder learns: the rest is the teacher's, as it is.
LEARNT = (
    "decoder.",
    "voicing.",
    "norm.",
    "head.",
    "out_",
    "harmony.",
    "finer_harmony.",
    "latent_window.",
    "latent_bar.",
    "style_out.",
    "chord_tones.weights",
)


@dataclass
class DecoderSettings:
    """The sizes of a training step, and how often windows are added."""

    takes: int = 48
    windows: int = 32
    every: int = 4  # steps between two additions
    first: int = 1024  # windows before the first step
    capacity: int = 24_000
    validation: int = 256


def run(
    teacher: Generator,
    prepared: Path,
    checkpoint: Path,
    minutes: Minutes,
    settings: DecoderSettings | None = None,
    size: Size = SMALLER,
) -> Generator:
    """Trains for some minutes; returns the running average of the weights. Keeps checkpoints."""
    s = settings or DecoderSettings()
    torch.set_num_threads(1)
    torch.manual_seed(minutes.seed)
    teacher = teacher.eval().requires_grad_(False)
    windows = Windows(prepared)
    draws = WindowDraws(teacher, Sampler(windows, Variation(), minutes.seed), minutes.seed)
    unseen = WindowDraws(teacher, Sampler(windows, Variation(), 7, validation=True), 7)
    pool, kept = Pool(teacher.size.width, s.capacity), Pool(teacher.size.width, s.validation)
    dice = Dice(minutes.seed, torch.device("cpu"))
    with on_processor():
        while kept.added < s.validation:
            kept.add(teacher, unseen.draw(64))
        while pool.added < s.first:
            pool.add(teacher, draws.draw(64))
    measured = kept.takes(s.validation, Dice(3, torch.device("cpu")))
    student = best_start(teacher, size, pool.takes(96, dice))
    for name, parameter in student.named_parameters():
        parameter.requires_grad_(name.startswith(LEARNT))
    lesson = Lesson(teacher)

    def loss(step: int) -> Tensor:
        with on_processor():
            if step % s.every == 0:
                pool.add(teacher, draws.draw(s.windows))
            takes = pool.takes(s.takes, dice)
            found: Tensor = lesson.loss(student, takes, lesson.truth(takes))
        return found

    def text(network: Generator) -> str:
        with torch.no_grad():
            far = float(lesson.loss(network, measured, lesson.truth(measured)))
        shares = agreement(teacher, network, measured)
        return f"{far:.2f} nats a window; onsets shared: " + ", ".join(f"{n} {x:.3f}" for n, x in shares.items())

    return AveragedTraining(student, checkpoint, minutes, text).run(loss)
