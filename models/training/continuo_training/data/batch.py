"""What a training step sees."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

from numpy.typing import NDArray

#: Arrays, or tensors on the device that trains.
Plane = TypeVar("Plane")


class BatchOf(NamedTuple, Generic[Plane]):
    """What a training step sees: the inputs, named as in the contract, then the truth."""

    melody: Plane
    heard: Plane
    context: Plane
    context_drums: Plane
    given: Plane
    given_drums: Plane
    given_parts: Plane
    meter: Plane
    genre: Plane
    pitched: Plane  # the real parts [B, 8, 64, 84]
    drums: Plane
    velocity: Plane  # [B, 5, 64]; 0 where unknown
    exists: Plane  # [B, 5]: the data have this part here
    steps: Plane  # [B, 64]: 1 on the steps that the meter uses
    full_melody: Plane
    chords: Plane  # [B, 8] the chord plan of the real parts; −1 where there is nothing to learn
    basses: Plane  # [B, 8] its bass notes' pitch classes; −1 where there is none
    timing: Plane  # [B, 5, 64] in steps
    timing_known: Plane  # [B, 5, 64]: 1 where the data give it
    twin_melody: Plane  # another window of the same piece, for the style encoder: [B, 2, 64, 84]
    twin_pitched: Plane  # [B, 8, 64, 84]
    twin_drums: Plane  # [B, 64, 12]
    twin_parts: Plane  # [B, 5]


#: A batch as the sampler makes it.
Batch = BatchOf[NDArray[Any]]
