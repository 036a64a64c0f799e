"""How far a smaller decoder is from the larger one: the loss of its training, and figures of what can be heard."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ..adversarial.game import draw
from ..base.contract import LATENT
from ..networks.encoded import Encoded
from ..networks.generator import Generator, Logits
from ..networks.monophony import LEAST, enough
from .examples import Takes

#: How much each term counts beside the cross-entropy of the cells, in nats a window.
LINE, EXPRESSION, MONOPHONIC, TOKENS = 1.0, 40.0, 2.0, 8.0


class Truth(NamedTuple):
    """What the larger decoder makes of a batch of takes."""

    plan: Tensor
    z: Tensor
    logits: Logits
    tokens: Tensor


class Lesson:
    """Compares a smaller decoder with the teacher on the teacher's own chords and latents."""

    def __init__(self, teacher: Generator) -> None:
        self.teacher = teacher

    def truth(self, takes: Takes) -> Truth:
        e, noise = takes.encoded, takes.noise
        with torch.no_grad():
            plan = self.teacher.plan(e, noise[:, LATENT:], takes.given, takes.is_given).chosen.float()
            z = draw(e.prior, noise[:, :LATENT])
            logits, tokens = self.teacher.decode(e, plan, z, takes.is_given)
        torch.clear_autocast_cache()
        return Truth(plan, z, Logits(*(x.float() for x in logits)), tokens.float())

    def loss(self, student: Generator, takes: Takes, truth: Truth) -> Tensor:
        """0 where the student plays what the teacher plays; about the nats a window that it is worse."""
        logits, tokens = student.decode(takes.encoded, truth.plan, truth.z, takes.is_given)
        wanted, steps = truth.logits, used_steps(takes.encoded)
        on = torch.sigmoid(wanted.pitched[:, 0::2])
        starts = enough(torch.relu(on - LEAST).sum(3), 0.5) * steps.unsqueeze(1)
        cells = divergence(logits.pitched, wanted.pitched, steps[:, None, :, None])
        strokes = divergence(logits.drums, wanted.drums, steps.unsqueeze(2))
        line = torch.sigmoid(wanted.monophonic).unsqueeze(2) * starts
        pitches = functional.kl_div(
            torch.log_softmax(logits.pitched[:, 0::2].float(), 3),
            torch.log_softmax(wanted.pitched[:, 0::2], 3),
            reduction="none",
            log_target=True,
        ).sum(3)
        struck = enough(torch.sigmoid(wanted.drums).sum(2), 0.5) * steps
        heard = torch.cat([struck.unsqueeze(1), starts], 1) + 0.02
        louder = torch.sigmoid(logits.velocity.float()) - torch.sigmoid(wanted.velocity)
        later = 0.5 * (torch.tanh(logits.timing.float()) - torch.tanh(wanted.timing))
        expression = (heard * (louder.square() + 4.0 * later.square())).sum((1, 2))
        alone = functional.binary_cross_entropy_with_logits(
            logits.monophonic.float(), torch.sigmoid(wanted.monophonic), reduction="none"
        ) - functional.binary_cross_entropy_with_logits(
            wanted.monophonic, torch.sigmoid(wanted.monophonic), reduction="none"
        )
        apart = (tokens.float() - truth.tokens).square().mean((1, 2))
        total = cells + strokes + LINE * (line * pitches).sum((1, 2))
        total = total + EXPRESSION * expression + MONOPHONIC * alone.sum(1) + TOKENS * apart
        return total.mean()


def used_steps(e: Encoded) -> Tensor:
    """[B, 64]: 1 on the steps that the meter uses."""
    steps = torch.ones(len(e.meter), 64)
    steps[:, 48:] = e.meter[:, :1]
    return steps


def divergence(logits: Tensor, wanted: Tensor, mask: Tensor) -> Tensor:
    """[B]: the divergence from the wanted chances, summed over a window's cells."""
    chances = torch.sigmoid(wanted)
    missed = functional.binary_cross_entropy_with_logits(logits.float(), chances, reduction="none")
    least = functional.binary_cross_entropy_with_logits(wanted, chances, reduction="none")
    found: Tensor = ((missed - least) * mask).flatten(1).sum(1)
    return found


def agreement(teacher: Generator, student: Generator, takes: Takes) -> dict[str, float]:
    """The share of the teacher's onsets, and of its strokes, that both play, of all that either plays."""
    with torch.no_grad():
        mine, theirs = (
            network.play(takes.encoded, takes.noise, takes.given, takes.is_given) for network in (student, teacher)
        )
    steps = used_steps(takes.encoded) > 0
    figures = {}
    for part, name in enumerate(("bass", "chords", "strings", "counter")):
        a, b = (x[0][:, 2 * part] > 0.5 for x in (mine, theirs))
        figures[name] = _shared(a & steps.unsqueeze(2), b & steps.unsqueeze(2))
    figures["drums"] = _shared(*((x[1] > 0.5) & steps.unsqueeze(2) for x in (mine, theirs)))
    return figures


def _shared(a: Tensor, b: Tensor) -> float:
    return float((a & b).sum() / (a | b).sum().clamp(min=1))
