"""The state of a training run: networks, optimisers, averaged weights, and progress."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..networks.checkpoint import checkpoint
from ..networks.discriminator import JudgeSize
from ..networks.generator import Size
from . import distributed, losses
from .balance import Balance
from .choice import CHOOSING, Choice
from .chord_lesson import READING_CHORDS
from .game import Dice, Game
from .opponent import Opponent
from .replay import Replay
from .settings import Settings


class TrainingRun:
    """Holds a game, its optimisers and the averages of the weights; saves them and reads them back."""

    def __init__(self, settings: Settings, size: Size | None = None, judge: JudgeSize | None = None) -> None:
        self.settings = settings
        torch.manual_seed(settings.seed)
        self.device = distributed.device()
        self.game = Game(size, judge).to(self.device)
        if not settings.style_space:
            self.game.encoder.requires_grad_(False)
            self.game.generator.styles.requires_grad_(False)
        if not settings.notes:
            for name, weight in self.game.generator.named_parameters():
                weight.requires_grad_(name.startswith(("out_velocity", "out_timing")))
            self.game.posterior.requires_grad_(False)
        self.choice: Choice | None = None
        if settings.choice:
            self.game.requires_grad_(False)
            self.game.adversary.requires_grad_(True)
            for name, weight in self.game.generator.named_parameters():
                weight.requires_grad_(name.startswith(CHOOSING))
            self.choice = Choice(self.game.generator, settings.choice)
        if settings.chords:
            self.game.requires_grad_(False)
            self.game.posterior.requires_grad_(True)
            for name, weight in self.game.generator.named_parameters():
                weight.requires_grad_(name.startswith(READING_CHORDS))
        fused = distributed.fused(self.device)
        tones = list(self.game.generator.chord_tones.parameters()) if settings.chords else []
        others = [p for p in self.game.players() if all(p is not t for t in tones)]
        groups: list[dict[str, Any]] = [{"params": others, "share": 1.0}]
        if tones:
            groups.append({"params": tones, "share": settings.rate_tones / settings.rate, "weight_decay": 0.0})
        self.optimiser = torch.optim.AdamW(groups, lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.01, **fused)
        self.average: dict[str, Tensor] = {}
        self.balance = Balance(settings.balance_pace, settings.balance_most, self.device)
        self.step = 0
        self.seconds = 0.0
        self.start_average()
        self.replay = Replay(settings.replay)
        self.dice = Dice(settings.seed + 1 + 1000 * distributed.rank(), self.device)
        weights = settings.rate_adversary, settings.wrong, settings.penalty
        self.opponent = Opponent(self.game.adversary, *weights, self.dice)

    def start_average(self) -> None:
        """Starts the averages at the present weights of generator and encoder."""
        self.average = {n: p.detach().clone() for n, p in self._followed().items()}

    def _followed(self) -> dict[str, Tensor]:
        found = {f"generator.{n}": p for n, p in self.game.generator.state_dict().items()}
        return found | {f"encoder.{n}": p for n, p in self.game.encoder.state_dict().items()}

    def _follow(self) -> None:
        keep = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, value in self._followed().items():
                self.average[name].lerp_(value, 1 - keep)

    def state(self) -> dict[str, Any]:
        """Everything that a run needs to continue."""
        return {
            "game": self.game.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "optimiser_adversary": self.opponent.optimiser.state_dict(),
            "balance": (self.balance.weights, self.balance.counts),
            "step": self.step,
            "seconds": self.seconds,
            "settings": asdict(self.settings),
        } | ({"first": self.choice.first.state_dict()} if self.choice else {})

    def save(self, path: Path) -> None:
        """Writes a checkpoint; an interrupted write leaves the previous one."""
        temporary = path.with_suffix(".tmp")
        torch.save(self.state(), temporary)
        temporary.replace(path)

    def snapshot(self, path: Path) -> None:
        """Writes only the averaged generator and encoder, and the adversary."""
        adversary = {f"adversary.{n}": x for n, x in self.game.adversary.state_dict().items()}
        kept = {"average": self.average | adversary, "step": self.step, "seconds": self.seconds}
        torch.save(kept | {"settings": asdict(self.settings)}, path)

    def load(self, path: Path) -> None:
        """Continues from a checkpoint."""
        found = checkpoint(path, self.device)
        self.game.load_state_dict(found["game"])
        self.average = found["average"]
        self.optimiser.load_state_dict(found["optimiser"])
        self.opponent.optimiser.load_state_dict(found["optimiser_adversary"])
        self.balance.weights, self.balance.counts = found["balance"]
        if self.choice:
            self.choice.first.load_state_dict(found["first"])
        self.step, self.seconds = found["step"], found["seconds"]
        self.dice = Dice(self.settings.seed + 1 + 1000 * distributed.rank() + self.step, self.device)
        self.opponent.dice = self.dice

    def start_from(self, path: Path) -> list[str]:
        """Loads weights from a checkpoint, or from an exported generator and the two files beside it.

        Returns the names of the weights that start anew.
        """
        if path.suffix == ".onnx":
            from ..export.onnx_weights import load_beside

            missing = load_beside(self.game, path)
        else:
            run = checkpoint(path, self.device)
            found, own = run["game"], self.game.state_dict()
            self.balance.weights, self.balance.counts = run["balance"]
            kept = {n: x for n, x in found.items() if n in own and own[n].shape == x.shape}
            missing = [n for n in own if n not in kept]
            self.game.load_state_dict(own | kept)
        self.start_average()
        if self.choice:
            self.choice.begin()
        return missing

    def done(self) -> float:
        """The finished share of the run."""
        s = self.settings
        by_steps = self.step / s.most_steps if s.most_steps else 0.0
        return min(1.0, max(by_steps, self.seconds / (60 * s.minutes)))

    def rate(self) -> float:
        """The share of the full learning rate: it rises at the start, and falls in the last half of the run."""
        low = self.settings.rate_end / self.settings.rate
        fall = 1.0 if self.done() < 0.5 else low + (1 - low) * (1 - (self.done() - 0.5) / 0.5)
        return min(1.0, (self.step + 1) / self.settings.warm_up) * fall

    def _set_rates(self) -> None:
        scale = self.rate()
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * scale * group["share"]
        for group in self.opponent.optimiser.param_groups:
            group["lr"] = self.settings.rate_adversary * scale

    def _advance(self, loss: Tensor) -> float:
        """One step of the players' optimiser; returns the gradient's norm."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        distributed.average_gradients(self.game.players())
        norm = float(nn.utils.clip_grad_norm_(self.game.players(), 2.0))
        losses.must_be_finite(self.step, loss=float(loss.detach()), gradient=norm)
        self.optimiser.step()
        self._follow()
        self.step += 1
        return norm
