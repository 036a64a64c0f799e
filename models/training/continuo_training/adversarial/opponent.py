"""The adversary's side of the game: what it sees, what it must refuse, and how it learns."""

from __future__ import annotations

import torch
from torch import Tensor

from ..networks.batches import TensorBatch
from ..networks.discriminator import Discriminator, Scene, Verdict
from . import distributed, losses
from .game import Dice, others_of_genre

#: Planes [B, 8, 64, 84] and strokes [B, 64, 12].
Parts = tuple[Tensor, Tensor]


#: The adversary's gradient is penalised at every step of this number.
PENALTY_EVERY = 8


class Opponent:
    """The adversary with its optimiser.

    `wrong` weighs real parts that do not belong to the melody or the style. `penalty` weighs the squared gradient of
    the verdict on real parts (R1 of Mescheder, Geiger and Nowozin, "Which training methods for GANs do actually
    converge?", 2018): without it the verdict grows so steep that the generator is thrown about instead of led.
    """

    def __init__(self, adversary: Discriminator, rate: float, wrong: float, penalty: float, dice: Dice) -> None:
        self.adversary, self.wrong, self.penalty, self.dice = adversary, wrong, penalty, dice
        self.steps = 0
        self.optimiser = torch.optim.AdamW(
            adversary.parameters(), lr=rate, betas=(0.5, 0.99), weight_decay=0.0, **distributed.fused(dice.device)
        )

    def _wrong(self, b: TensorBatch, scene: Scene) -> tuple[Scene, tuple[Tensor, Tensor], Tensor]:
        """Real parts that the adversary must refuse: those of another window, or of another style."""
        size = len(b.genre)
        other = others_of_genre(b.genre)
        both = scene.shown * b.exists[other]
        fits = (b.heard.mean(1) > 0.4) & (b.meter[:, 0] == b.meter[other, 0]) & (both[:, 1:].sum(1) > 0)
        fits = fits & (other != torch.arange(size, device=other.device))
        stranger = torch.roll(torch.arange(size, device=other.device), 1)
        style = (self.dice.uniform(size) < 0.25) & (b.genre != b.genre[stranger])
        melody = fits & ~style
        shown = torch.where(melody[:, None], both, scene.shown)
        swapped = scene._replace(shown=shown, style=torch.where(style[:, None], scene.style[stranger], scene.style))
        rows = torch.where(melody, other, torch.arange(size, device=other.device))
        return swapped, (b.pitched[rows], b.drums[rows]), melody | style

    def scene(self, b: TensorBatch, style: Tensor) -> Scene:
        """What the adversary sees of these windows besides their parts; some parts are hidden."""
        hidden = (self.dice.uniform(*b.exists.shape) < 0.15).to(b.exists.dtype)
        shown = b.exists * (1 - hidden)
        shown = torch.where(shown.sum(1, keepdim=True) > 0, shown, b.exists)
        return Scene(b.melody, b.heard, b.context, b.context_drums, style, b.meter, shown)

    def judge(self, parts: list[Parts], scenes: list[Scene]) -> list[Verdict]:
        """The adversary's verdicts on several batches at once."""
        size = len(parts[0][0])
        whole = Scene(*(torch.cat(x) for x in zip(*scenes, strict=True)))
        v = self.adversary(whole, torch.cat([p for p, _ in parts]), torch.cat([d for _, d in parts]))
        return [
            Verdict(v.beats[i : i + size], v.whole[i : i + size], tuple(f[i : i + size] for f in v.features))
            for i in range(0, size * len(parts), size)
        ]

    def _steepness(self, b: TensorBatch, scene: Scene) -> Tensor:
        """The mean squared gradient of the verdict on real parts, in full precision for the second derivative."""
        with torch.autocast(b.pitched.device.type, enabled=False):
            parts = [x.detach().clone().float().requires_grad_() for x in (b.pitched, b.drums)]
            verdict = self.adversary(scene, *parts)
            score = (verdict.whole + verdict.beats.mean(1)).sum()
            slopes = torch.autograd.grad(score, parts, create_graph=True)
            squares: Tensor = torch.stack([(x**2).flatten(1).sum(1) for x in slopes]).sum(0).mean()
            return squares

    def learn(self, b: TensorBatch, scene: Scene, made: Parts) -> tuple[Verdict, dict[str, float]]:
        """One step: real parts against generated ones, and against real ones that do not belong here."""
        swapped, wrong, usable = self._wrong(b, scene)
        alone = (made[0].detach(), made[1].detach())
        real, bad, bad_w = self.judge([(b.pitched, b.drums), alone, wrong], [scene, scene, swapped])
        wrong_loss = losses.refused(bad_w)[usable].sum() / usable.sum().clamp(min=1)
        # Real parts weigh as much as all others together; otherwise it would refuse everything and stop learning.
        loss = (1 + self.wrong) * losses.taken(real).mean() + losses.refused(bad).mean() + self.wrong * wrong_loss
        found: dict[str, float] = {}
        if self.penalty and self.steps % PENALTY_EVERY == 0:
            steepness = self._steepness(b, scene)
            loss = loss + PENALTY_EVERY * self.penalty / 2 * steepness
            found["steepness"] = float(steepness.detach())
        self.steps += 1
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        distributed.average_gradients(list(self.adversary.parameters()))
        losses.must_be_finite(self.steps, **{"adversary's loss": float(loss.detach())})
        self.optimiser.step()
        return real, found | {
            "real": float(real.whole.detach().mean()),
            "fake": float(bad.whole.detach().mean()),
            "told_apart": float((real.whole.detach()[:, None] > bad.whole.detach()[None]).float().mean()),
            "wrong": float(bad_w.whole.detach()[usable].mean()) if usable.any() else 0.0,
            "adversary": float(loss.detach()),
        }
