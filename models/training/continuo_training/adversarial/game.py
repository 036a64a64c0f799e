"""The networks of a training run, and what they read and play."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..base.contract import GENRES, LATENT, NOISE, PARTS
from ..networks.batches import TensorBatch, conditions
from ..networks.discriminator import Discriminator, JudgeSize
from ..networks.encoded import Gaussian
from ..networks.generator import Generator, Posterior, Size
from ..networks.monophony import played
from ..networks.style_encoder import StyleEncoder


class Game(nn.Module):
    """The networks of one training run."""

    def __init__(self, size: Size | None = None, judge: JudgeSize | None = None) -> None:
        super().__init__()
        self.generator = Generator(size)
        self.posterior = Posterior(size)
        self.adversary = Discriminator(judge)
        self.encoder = StyleEncoder()

    def players(self) -> list[nn.Parameter]:
        """The parameters that play against the adversary."""
        networks = (self.generator, self.posterior, self.encoder)
        return [p for network in networks for p in network.parameters() if p.requires_grad]


class Dice:
    """Random tensors from a generator on the processor, so that a run draws the same numbers on every device."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self.random, self.device = torch.Generator().manual_seed(seed), device

    def uniform(self, *shape: int) -> Tensor:
        """Numbers in [0, 1)."""
        return torch.rand(*shape, generator=self.random).to(self.device)

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers."""
        return torch.randn(*shape, generator=self.random).to(self.device)


def draw(g: Gaussian, noise: Tensor) -> Tensor:
    """A sample of a Gaussian."""
    return g.mean + torch.exp(g.log_sigma) * noise


def listed_parts(genre: Tensor) -> Tensor:
    """[B, 5]: the parts that each example's genre lists."""
    return torch.tensor([[float(p in g.parts) for p in PARTS] for g in GENRES], device=genre.device)[genre]


def own_context(generator: Generator, b: TensorBatch, style: Tensor, share: float, dice: Dice) -> TensorBatch:
    """The batch with the generator's own parts, played under the window before, as the context of some windows.

    In use the context is always the generator's own, with all parts of the genre, which few data sets have together.
    """
    rows = (dice.uniform(len(b.genre)) < share) & (b.context[:, :2].sum((1, 2, 3)) > 0)
    if not rows.any():
        return b
    few = TensorBatch(*(x[rows] for x in b))
    few = few._replace(
        melody=few.context[:, :2],
        heard=few.steps,
        context=torch.zeros_like(few.context),
        context_drums=torch.zeros_like(few.context_drums),
        given=torch.zeros_like(few.given),
        given_drums=torch.zeros_like(few.given_drums),
        given_parts=torch.zeros_like(few.given_parts),
    )
    noise = dice.normal(len(few.genre), NOISE) * dice.uniform(len(few.genre), 1)
    with torch.no_grad():
        c = conditions(few, style[rows])
        e = generator.encode(c)
        plan = generator.plan(e, noise[:, LATENT:]).chosen
        logits, _ = generator.decode(e, plan, draw(e.prior, noise[:, :LATENT]))
        listed = listed_parts(few.genre)
        parts = played(generator.lines(logits.pitched, logits.monophonic, noise)) * few.steps[:, None, :, None]
        parts = parts * listed[:, 1:].repeat_interleave(2, 1)[:, :, None, None]
        drums = (logits.drums > 0).float() * few.steps[:, :, None] * listed[:, :1, None]
    # Or autocast would reuse weights that were cast without gradients.
    torch.clear_autocast_cache()
    context, context_drums = b.context.clone(), b.context_drums.clone()
    context[rows, 2:], context_drums[rows] = parts, drums
    return b._replace(context=context, context_drums=context_drums)


def given_kept(b: TensorBatch, pitched: Tensor, drums: Tensor) -> tuple[Tensor, Tensor]:
    """Generated planes with the given parts put back, as the engine plays them, and silence outside the meter."""
    mask = b.given_parts[:, 1:].repeat_interleave(2, 1)[:, :, None, None]
    steps = b.steps
    kept = (pitched * (1 - mask) + b.given * mask) * steps[:, None, :, None]
    mask = b.given_parts[:, :1, None]
    return kept, (drums * (1 - mask) + b.given_drums * mask) * steps[:, :, None]


def others_of_genre(genre: Tensor) -> Tensor:
    """For each example, the next one of the same genre; an example alone in its genre stays itself."""
    other = torch.arange(len(genre), device=genre.device)
    for g in genre.unique():
        rows = (genre == g).nonzero()[:, 0]
        other[rows] = rows.roll(1)
    return other
