"""Everything that decides a training run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..base.errors import StepError

#: Settings that decide which weights learn: a run cannot continue with another value.
FIXED = ("notes", "style_space", "choice", "chords")


@dataclass
class Settings:
    """The numbers and switches of a run; each is an option of `train`."""

    batch: int = 48
    rate: float = 3e-4
    rate_end: float = 2e-5
    rate_adversary: float = 5e-4
    minutes: float = 65.0
    most_steps: int = 0  # 0: as many as the time allows
    warm_up: int = 200
    notes: bool = True  # False: the layers that write the notes stay fixed; only those around them learn
    adversary: bool = True
    adversary_from: int = (
        400  # the step from which the generator learns from the adversary, which itself learns from the start
    )
    adversary_every: int = 2
    adversary_ramp: int = 600
    adversary_weight: float = 0.25
    bfloat16: bool = True
    balance_pace: float = 0.03
    balance_most: float = 8.0
    kl: float = 0.6
    kl_ramp: int = 600
    free: float = 0.02
    plan: float = 2.0
    from_prior: float = 0.25
    from_prior_weight: float = 0.25
    real_plan: float = 0.5
    fool_prior: float = 1.0
    fool_posterior: float = 0.3
    features: float = 3.0
    wrong: float = 0.6
    penalty: float = 0.03  # on the adversary's squared gradient
    timing: float = 4.0
    monophonic: float = 0.5
    reuse: int = 1  # without `notes`: steps for each batch, whose windows are drawn from the newest ones
    replay: int = 2400  # without `notes`: how many of the newest windows are kept
    choice: int = 0  # takes of a window to choose from; above 0 only the layers that choose learn
    choice_weight: float = 1.0
    choice_anchor: float = 0.05  # the cost of each nat between the prior and the first one
    chords: bool = False  # True: only the layers that read finer chords learn, and the posterior
    keep: float = 1.0  # with `chords`: the weight of keeping to given chords
    rate_tones: float = 0.02  # with `chords`: the learning rate of the few numbers that move notes to given chords
    style_space: bool = True  # False: the encoder and the genres' points stay fixed
    style_pull: float = 0.02
    style_named: float = 0.3
    style_noise: float = 0.12
    style_read: float = 0.5
    own_context: float = 0.3
    average: float = 0.998
    picture_minutes: float = 12.0
    snapshot_steps: int = 1000
    seed: int = 1
    threads: int = 2


def continued(kept: Mapping[str, Any], given: Mapping[str, Any]) -> Settings:
    """The settings of a run that continues: its own, replaced by those given now.

    Raises:
        StepError: the given settings would let other weights learn.
    """
    known = {f.name: kept[f.name] for f in fields(Settings) if f.name in kept}
    settings = Settings(**(known | dict(given)))
    changed = [n for n in FIXED if n in known and getattr(settings, n) != known[n]]
    if changed:
        found = ", ".join(f"`{n}` is {known[n]}" for n in changed)
        raise StepError(f"The run began with other settings ({found}); leave the option out, or begin a new run.")
    return settings
