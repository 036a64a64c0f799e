"""Trains a network for some minutes, with a checkpoint every few, and keeps the running average of its weights."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)

#: Seconds between two checkpoints.
CHECKPOINT = 180


@dataclass
class Minutes:
    """What decides a training."""

    minutes: float = 30.0
    rate: float = 2e-3
    warm_up: int = 100
    weight_decay: float = 0.03
    average: float = 0.995
    seed: int = 1


def steps_of(path: Path) -> tuple[int, int]:
    """The steps and the seconds of a checkpoint."""
    state = torch.load(path, weights_only=True)
    return int(state["step"]), round(state["seconds"])


class AveragedTraining(Generic[Network]):
    """AdamW, the rate falling with the minutes as half a cosine."""

    def __init__(
        self,
        network: Network,
        path: Path,
        settings: Minutes,
        measured: Callable[[Network], str],
        before: tuple[int, int] = (0, 0),
    ) -> None:
        """`before`: the steps and seconds that its weights were trained for already."""
        self.before = before
        self.network, self.average = network, copy.deepcopy(network).eval()
        self.path, self.settings, self.measured = path, settings, measured
        self.optimiser = torch.optim.AdamW(
            network.parameters(), lr=settings.rate, betas=(0.9, 0.98), weight_decay=settings.weight_decay
        )

    def run(self, loss: Callable[[int], Tensor]) -> Network:
        """Calls `loss` with the number of each step until the minutes are over; returns the average of the weights."""
        s, step, recent = self.settings, 0, 0.0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        print(f"{sum(p.numel() for p in self.network.parameters())} weights", flush=True)
        begun = saved = time.monotonic()
        while (done := (time.monotonic() - begun) / (60 * s.minutes)) < 1:
            self.network.train()
            falling = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))
            for group in self.optimiser.param_groups:
                group["lr"] = s.rate * falling * min(1.0, (step + 1) / s.warm_up)
            found = loss(step)
            self.optimiser.zero_grad(set_to_none=True)
            found.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimiser.step()
            keep = min(s.average, (1 + step) / (10 + step))
            with torch.no_grad():
                for mine, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                    mine.lerp_(now, 1 - keep)
            step += 1
            recent += (float(found.detach()) - recent) * max(0.05, 1 / step)
            if step % 50 == 0:
                print(f"step {step}, {time.monotonic() - begun:.0f} s: {recent:.3f}", flush=True)
            if time.monotonic() - saved > CHECKPOINT:
                self._save(step, time.monotonic() - begun)
                saved = time.monotonic()
        self._save(step, time.monotonic() - begun)
        return self.average

    def _save(self, step: int, seconds: float) -> None:
        temporary = self.path.with_suffix(".tmp")
        steps, time_before = self.before
        state = {"average": self.average.state_dict(), "step": steps + step, "seconds": time_before + seconds}
        torch.save(state, temporary)
        temporary.replace(self.path)
        print(f"step {step}: {self.measured(self.average)} on validation pieces", flush=True)
