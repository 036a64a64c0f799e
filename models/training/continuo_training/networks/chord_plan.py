"""The chord plan: the network chooses a chord and a bass note for each half bar (in 3/4 for each bar)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..base.contract import NOISE_SLOT, SLOTS, STYLE
from ..musical.chord_vocabulary import CHORD_SIZE, CHORDS, NEAREST_TRIADS, NO_CHORD, QUALITIES
from ..musical.triads import CHORDS as TRIADS
from .encoded import NOTES_OF_SLOT, Encoded
from .layers import Block, Norm, silu

#: The log odds of what has not been learnt yet.
NEVER = -30.0
#: A normal number of this size moves a choice about as far as sampling from a softmax does.
AS_SAMPLING = 1.2
#: The same against one alternative that does not move, as the root against other bass notes: a logistic number's size.
AS_SAMPLING_ONE = 1.8
#: So sharp a softmax is practically one-hot.
SHARP = 40.0


def chord_vectors(chords: Tensor, basses: Tensor) -> Tensor:
    """[B, 8] chords and bass notes → [B, 8, CHORD_SIZE]; slots without a label (−1) are all 0."""
    known = (chords >= 0).unsqueeze(2)
    chord = nn.functional.one_hot(chords.clamp(min=0), CHORDS).float() * known
    low = known & (chords != NO_CHORD).unsqueeze(2)
    return torch.cat([chord, nn.functional.one_hot(basses.clamp(min=0), 12).float() * low], 2)


class Planned(NamedTuple):
    """A plan, and how likely the network finds each chord before the noise and the given chords decide."""

    chosen: Tensor  # [B, 8, CHORD_SIZE], practically one-hot
    likely: Tensor  # [B, 8, CHORD_SIZE]


class PlanLogits(NamedTuple):
    """Log odds of the chords [B, 8, CHORDS], and of the bass notes' intervals above the roots [B, 8, 12]."""

    chords: Tensor
    intervals: Tensor


class PlanReader(nn.Module):
    """Reads all slots of this window and of the one before, and the chords that are given, in both directions."""

    def __init__(self, width: int, hidden: int, wide: int = 192, layers: int = 2) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.randn(2 * SLOTS, wide) * 0.3)
        self.notes = nn.Linear(NOTES_OF_SLOT, wide)
        self.tokens = nn.Linear(width, wide)
        self.given = nn.Linear(CHORD_SIZE + 1, wide)
        self.about = nn.Linear(STYLE + 2, wide)
        self.blocks = nn.ModuleList(Block(wide, 2 * wide, 6, 2 * SLOTS) for _ in range(layers))
        self.norm = Norm(wide)
        self.out = nn.Linear(wide, hidden)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, e: Encoded, tokens: Tensor, given: Tensor, is_given: Tensor) -> Tensor:
        """[B, 8, hidden] from the slots' normalised tokens."""
        shown = torch.cat([given * is_given.unsqueeze(2), is_given.unsqueeze(2)], 2)
        now = self.tokens(tokens) + self.given(shown)
        x = torch.cat([now * 0.0, now], 1) + self.notes(e.notes) + self.place
        x = x + self.about(torch.cat([e.style, e.meter], 1)).unsqueeze(1)
        # In 3/4 only the first four slots of a window are used.
        unused = e.meter[:, 1:2] * torch.tensor([0.0, 0.0, 0.0, 0.0, -1e4, -1e4, -1e4, -1e4], device=x.device)
        keys = torch.cat([unused, unused], 1).unsqueeze(1).unsqueeze(1)
        for number, block in enumerate(self.blocks, 1):
            x = block(x, keys, range(SLOTS, 2 * SLOTS) if number == len(self.blocks) else None)
        found: Tensor = self.out(self.norm(x))
        return found


class Plan(nn.Module):
    """Chooses the chords one after another: each from its slot, the given chords, and the chord before.

    The triads are what the network learnt first. `finer` and `interval` tell apart the chords of one triad and the bass
    notes, `before_finer` lets the next chord depend on them; before they have learnt, only triads over their roots are
    chosen.
    """

    spread: Tensor
    spread_quality: Tensor
    spread_interval: Tensor
    triads: Tensor
    roots: Tensor
    qualities: Tensor
    turned: Tensor

    def __init__(self, width: int, hidden: int = 192) -> None:
        super().__init__()
        self.norm = Norm(width)
        self.slot = nn.Linear(width, hidden)
        self.before = nn.Linear(TRIADS, hidden)
        self.state = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, TRIADS)
        self.reader = PlanReader(width, hidden)
        self.before_finer = nn.Linear(CHORD_SIZE, hidden)
        self.finer = nn.Linear(hidden, CHORDS)
        self.interval = nn.Linear(hidden, 12)
        self.interval_of_quality = nn.Linear(len(QUALITIES), 12)
        for layer in (self.before_finer, self.finer, self.interval, self.interval_of_quality):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        with torch.no_grad():
            plain = [i for i, (name, _) in enumerate(QUALITIES) if name in ("maj", "min", "dim")]
            bias = torch.full((12, len(QUALITIES)), NEVER)
            bias[:, plain] = 0.0
            self.finer.bias[:NO_CHORD] = bias.flatten()
            self.interval.bias[1:] = NEVER
        self._mixes(plain)
        quality = torch.arange(CHORDS - 1) % len(QUALITIES)
        root = torch.arange(CHORDS - 1) // len(QUALITIES)
        nothing = torch.zeros(1, len(QUALITIES))
        self.register_buffer("triads", torch.from_numpy(NEAREST_TRIADS), persistent=False)
        roots = torch.cat([nn.functional.one_hot(root, 12).float(), torch.zeros(1, 12)])
        self.register_buffer("roots", roots, persistent=False)
        qualities = torch.cat([nn.functional.one_hot(quality, len(QUALITIES)).float(), nothing])
        self.register_buffer("qualities", qualities, persistent=False)
        # [12·12, 12]: the pitch class of each interval above each root.
        pitch = (torch.arange(12).unsqueeze(1) + torch.arange(12)) % 12
        self.register_buffer("turned", nn.functional.one_hot(pitch, 12).float().flatten(0, 1), persistent=False)

    def _mixes(self, plain: list[int]) -> None:
        """How a slot's noise moves the choices: fixed, random directions."""

        def mix(seed: int, count: int, size: float = AS_SAMPLING) -> Tensor:
            found = torch.randn(NOISE_SLOT, count, generator=torch.Generator().manual_seed(seed))
            scaled: Tensor = size * found / found.norm(dim=0, keepdim=True)
            return scaled

        self.register_buffer("spread", mix(8, TRIADS))
        quality, interval = mix(10, len(QUALITIES)), mix(11, 12, AS_SAMPLING_ONE)
        quality[:, plain] = 0.0
        interval[:, 0] = 0.0
        self.register_buffer("spread_quality", quality, persistent=False)
        self.register_buffer("spread_interval", interval, persistent=False)

    def _step(self, token: Tensor, before: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The log odds of the chords [B, CHORDS], and the new state."""
        nearest = torch.matmul(before[:, :CHORDS], self.triads)
        state = torch.tanh(token + self.before(nearest) + self.before_finer(before) + self.state(state))
        seen = silu(state)
        return torch.matmul(self.out(seen), self.triads.t()) + self.finer(seen), state

    def _intervals(self, state: Tensor, chord: Tensor) -> Tensor:
        """The log odds of the bass note's interval above the root, [B, 12]."""
        quality = torch.matmul(chord, self.qualities)
        intervals: Tensor = self.interval(silu(state)) + self.interval_of_quality(quality)
        return intervals

    def _slots(self, e: Encoded, given: Tensor, is_given: Tensor) -> Tensor:
        tokens = self.norm(e.by_slot)
        token: Tensor = self.slot(tokens) + self.reader(e, tokens, given, is_given)
        return token

    def taught(self, e: Encoded, chords: Tensor, is_given: Tensor | None = None) -> PlanLogits:
        """Log odds where the chord before each slot, and the given chords, are the real ones [B, 8, CHORD_SIZE]."""
        is_given = torch.zeros_like(chords[:, :, 0]) if is_given is None else is_given
        token = self._slots(e, chords, is_given)
        state = token[:, 0] * 0.0
        before = torch.zeros_like(chords[:, 0])
        likely, intervals = [], []
        for slot in range(SLOTS):
            logits, state = self._step(token[:, slot], before, state)
            likely.append(logits)
            before = chords[:, slot]
            intervals.append(self._intervals(state, before[:, :CHORDS]))
        return PlanLogits(torch.stack(likely, 1), torch.stack(intervals, 1))

    def forward(
        self, e: Encoded, noise: Tensor, given: Tensor | None = None, is_given: Tensor | None = None
    ) -> Planned:
        """A plan from noise [B, 8·NOISE_SLOT] and the chords that are given [B, 8, CHORD_SIZE] where `is_given`.

        The encoder's result and the given chords may be those of one window, of which all rows of `noise` are takes.
        """
        noise = noise.reshape(-1, SLOTS, NOISE_SLOT)
        if given is None or is_given is None:
            is_given = torch.zeros_like(noise[:, :, 0])
            given = torch.zeros(1, SLOTS, CHORD_SIZE, device=noise.device) + is_given.unsqueeze(2)
        # What does not depend on the slot before is computed for all slots at once, with SHARP worked in.
        token = self._slots(e, given, is_given) + self.state.bias + self.before.bias + self.before_finer.bias
        token = token + 0.0 * noise[:, :, :1]  # a row for each take
        plain = self.finer.bias + torch.matmul(self.triads, self.out.bias)
        moved = torch.matmul(torch.matmul(noise, self.spread), self.triads.t()) + plain
        moved = moved + torch.matmul(torch.matmul(noise, self.spread_quality), self.qualities.t())
        moved_interval = torch.matmul(noise, self.spread_interval) + self.interval.bias + self.interval_of_quality.bias
        moved = SHARP * torch.cat([moved, moved_interval], 2).float()
        is_given = is_given.unsqueeze(2)
        named = given[:, :, CHORDS:]
        # A chord may be given without its bass note.
        is_named = is_given * named.sum(2, keepdim=True)
        fixed, fixed_bass = is_given * given[:, :, :CHORDS], is_named * named
        by_slot = (token, moved, 1.0 - is_given, fixed, 1.0 - is_named, fixed_bass)
        remembers, says, turns = self._weights()
        memory: Tensor | None = None
        chosen, said = [], []
        for each in zip(*(x.split(1, 1) for x in by_slot), strict=True):
            heard, move, free, chord_given, free_bass, bass_given = each
            state = torch.tanh(heard if memory is None else heard + functional.linear(memory, remembers))
            logits = functional.linear(silu(state), says).float()
            chords, intervals = (logits + move).split((CHORDS, 12), 2)
            chord = free * torch.softmax(chords, -1) + chord_given
            turned, of_quality = functional.linear(chord, turns).split((144, 12), 2)
            bass = torch.matmul(torch.softmax(intervals + of_quality, -1), turned.reshape(-1, 12, 12))
            bass = free_bass * bass + bass_given
            memory = torch.cat([chord, bass, state], 2)
            chosen.append(memory)
            said.append(logits)
        decided = torch.cat(chosen, 1)[:, :, :CHORD_SIZE]
        chords, intervals = ((1.0 / SHARP) * torch.cat(said, 1)).split((CHORDS, 12), 2)
        turned, of_quality = functional.linear(decided[:, :, :CHORDS], turns).split((144, 12), 2)
        intervals = intervals + (1.0 / SHARP) * of_quality + self.interval.bias + self.interval_of_quality.bias
        bass = torch.matmul(torch.softmax(intervals, -1).unsqueeze(2), turned.reshape(-1, SLOTS, 12, 12)).squeeze(2)
        return Planned(decided, torch.cat([torch.softmax(chords + plain, -1), bass], 2))

    def _weights(self) -> tuple[Tensor, Tensor, Tensor]:
        """The weights of one slot, worked together into three products; a runtime computes them once.

        From chord, bass note and state to the next state; from a state to SHARP times the log odds of chords and
        intervals; from a chord to the bass note for each interval, and to what its quality adds to SHARP times the
        intervals' log odds.
        """
        nearest = torch.cat([self.triads, torch.zeros(12, TRIADS, device=self.triads.device)])
        before = torch.matmul(self.before.weight, nearest.t()) + self.before_finer.weight
        remembers = torch.cat([before, self.state.weight], 1)
        chords = torch.matmul(self.triads, self.out.weight) + self.finer.weight
        says = SHARP * torch.cat([chords, self.interval.weight])
        turned = torch.matmul(self.roots, self.turned.reshape(12, 144))
        of_quality = SHARP * torch.matmul(self.interval_of_quality.weight, self.qualities.t())
        return remembers, says, torch.cat([turned.t(), of_quality])
