"""How likely both networks together find melodies: the program mixes their probabilities of each event."""

from __future__ import annotations

import math

import torch

from .training import Foreseen

#: The transformer's share, as `SHARE` in engine/src/network/melody_network.rs; the rest is the LSTM's.
SHARE = 0.3
#: Shares that are compared with it.
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def nats_a_note(transformer: Foreseen, lstm: Foreseen, share: float = SHARE) -> float:
    """The negative log-likelihood of the same events, in nats a note, where the first has this share, from 0 to 1."""
    one, other = (found.symbols + found.lengths for found in (transformer, lstm))
    share = min(max(share, 1e-12), 1 - 1e-12)
    mixed = torch.logaddexp(one + math.log(share), other + math.log(1 - share))
    return -float(mixed.sum()) / max(transformer.notes, 1)
