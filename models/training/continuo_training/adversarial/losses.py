"""Loss terms: sums over the cells of a window, so that the terms of the evidence bound keep their sizes."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..base.errors import DivergedError
from ..musical.chord_vocabulary import NO_CHORD, QUALITIES
from ..networks.chord_plan import PlanLogits
from ..networks.discriminator import Verdict
from ..networks.encoded import Gaussian
from ..networks.generator import Logits
from ..networks.monophony import lines_of


class Masks:
    """Which cells count: the steps of the meter, and the parts that exist and are not given."""

    def __init__(self, exists: Tensor, given: Tensor, steps: Tensor) -> None:
        counted = exists * (1 - given)
        self.parts = counted
        self.pitched = counted[:, 1:].repeat_interleave(2, 1)[:, :, None, None] * steps[:, None, :, None]
        self.drums = counted[:, 0, None, None] * steps[:, :, None]


def reconstruction(
    logits: Logits, pitched: Tensor, drums: Tensor, masks: Masks, weights: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    """[B]: the weighted cross-entropies of the pitched parts and of the drums."""
    cells = functional.binary_cross_entropy_with_logits(
        logits.pitched.float(), pitched, pos_weight=weights[0], reduction="none"
    )
    notes = (cells * masks.pitched).sum((1, 2, 3))
    cells = functional.binary_cross_entropy_with_logits(
        logits.drums.float(), drums, pos_weight=weights[1], reduction="none"
    )
    strokes = (cells * masks.drums).sum((1, 2))
    return notes, strokes


def divergence(posterior: Gaussian, prior: Gaussian, free: float) -> tuple[Tensor, Tensor]:
    """The KL divergence of posterior from prior: without the first `free` nats of each dimension, and plain."""
    ratio = torch.exp(2 * (posterior.log_sigma - prior.log_sigma))
    distance = (posterior.mean - prior.mean) * torch.exp(-prior.log_sigma)
    kl = 0.5 * (ratio + distance * distance - 1) - (posterior.log_sigma - prior.log_sigma)
    mean = kl.mean(0)
    return torch.clamp(mean, min=free).sum(), mean.sum().detach()


def harmony_loss(logits: PlanLogits, chords: Tensor, basses: Tensor) -> Tensor:
    """The cross-entropy of the labelled chords and bass notes [B, 8] (−1: no label); 0 when the batch has no label."""
    total = functional.cross_entropy(
        logits.chords.float().flatten(0, 1), chords.flatten(), ignore_index=-1, reduction="sum"
    )
    intervals = torch.where((chords >= 0) & (chords != NO_CHORD) & (basses >= 0), (basses - root(chords)) % 12, -1)
    total = total + functional.cross_entropy(
        logits.intervals.float().flatten(0, 1), intervals.flatten(), ignore_index=-1, reduction="sum"
    )
    return total / (chords >= 0).sum().clamp(min=1)


def root(chords: Tensor) -> Tensor:
    """The pitch classes of the chords' roots."""
    return chords // len(QUALITIES)


def must_be_finite(step: int, **values: float) -> None:
    """Stops a run before it learns from NaN or infinity.

    Raises:
        DivergedError: a value is NaN or infinite.
    """
    bad = [name for name, value in values.items() if not math.isfinite(value)]
    if bad:
        raise DivergedError(
            f"The {' and the '.join(bad)} of step {step} is not a finite number, so training stopped; that step "
            "did not change the weights. Continue from the last checkpoint with a smaller --rate, or with --float32."
        )


def hard(logits: Tensor, sharp: float = 2.0) -> Tensor:
    """The thresholded plane, with the gradient of a sigmoid."""
    soft = torch.sigmoid(sharp * logits.float())
    return (logits > 0).to(soft.dtype) + soft - soft.detach()


def through(values: Tensor, logits: Tensor, sharp: float = 2.0) -> Tensor:
    """`values`, the notes played from the logits, with the gradient of a sigmoid."""
    soft = torch.sigmoid(sharp * logits.float())
    return values + soft - soft.detach()


def taken(verdict: Verdict) -> Tensor:
    """[B]: the cost of not being taken for real, to the discriminator for real parts, to the generator for its own.

    The logarithm of a sigmoid, not a hinge, so that parts that are clearly refused still have a gradient.
    """
    return functional.softplus(-verdict.beats.float()).mean(1) + functional.softplus(-verdict.whole.float())


def refused(verdict: Verdict) -> Tensor:
    """[B]: the discriminator's cost of not refusing."""
    return functional.softplus(verdict.beats.float()).mean(1) + functional.softplus(verdict.whole.float())


def feature_distance(fake: Verdict, real: Verdict) -> Tensor:
    """Mean absolute distance of the discriminator's features."""
    terms = [functional.l1_loss(a, b.detach()) for a, b in zip(fake.features, real.features, strict=True)]
    return torch.stack(terms).mean()


def velocity_loss(logits: Tensor, target: Tensor, masks: Masks) -> Tensor:
    """Squared error where a velocity is known."""
    known = (target > 0).float()
    return ((torch.sigmoid(logits.float()) - target) ** 2 * known).sum() / known.sum().clamp(min=1)


def timing_loss(logits: Tensor, target: Tensor, known: Tensor, masks: Masks) -> Tensor:
    """Absolute error in steps where the timing is known: a note swings or does not, and the mean of both is wrong."""
    known = known * masks.parts.unsqueeze(2)
    error = functional.smooth_l1_loss(0.5 * torch.tanh(logits.float()), target, reduction="none", beta=0.03)
    return (error * known).sum() / known.sum().clamp(min=1)


def monophonic_loss(logits: Tensor, pitched: Tensor, masks: Masks) -> Tensor:
    """The cross-entropy of each part's being a line, over the parts that sound in a window and are not given."""
    line, sounds = lines_of(pitched)
    counted = sounds * masks.parts[:, 1:]
    error = functional.binary_cross_entropy_with_logits(logits.float(), line, reduction="none")
    return (error * counted).sum() / counted.sum().clamp(min=1)


def style_losses(encoded: Tensor, points: Tensor, genre: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The squared distance to the genre's point, the cross-entropy of the nearest point, and how often it is right."""
    distance = ((encoded.unsqueeze(1) - points.unsqueeze(0)) ** 2).sum(2)
    own = distance.gather(1, genre.unsqueeze(1)).mean()
    named = functional.cross_entropy(-0.5 * distance, genre)
    return own, named, (distance.argmin(1) == genre).float().mean()
