"""A SoundFont in memory: presets of zones, instruments of zones, samples.

The names and numbers of generators are those of the SoundFont Technical Specification 2.04, chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.int16]

FULL_RANGE = (0, 127)
MONO, RIGHT, LEFT = 1, 2, 4


class Generator(IntEnum):
    """The generators that the cutter reads or writes."""

    START = 0
    END = 1
    LOOP_START = 2
    LOOP_END = 3
    START_COARSE = 4
    END_COARSE = 12
    PAN = 17
    VOLUME_HOLD = 35
    VOLUME_DECAY = 36
    VOLUME_SUSTAIN = 37
    INSTRUMENT = 41
    KEY_RANGE = 43
    VELOCITY_RANGE = 44
    LOOP_START_COARSE = 45
    ATTENUATION = 48
    LOOP_END_COARSE = 50
    SAMPLE = 53
    SAMPLE_MODES = 54
    SCALE_TUNING = 56
    EXCLUSIVE_CLASS = 57
    ROOT_KEY = 58


ADDRESSES = (
    Generator.START,
    Generator.END,
    Generator.LOOP_START,
    Generator.LOOP_END,
    Generator.START_COARSE,
    Generator.END_COARSE,
    Generator.LOOP_START_COARSE,
    Generator.LOOP_END_COARSE,
)
"""Generators that move the addresses of a sample."""


@dataclass
class Zone:
    """A zone: generators in the file's order, as signed numbers, and modulators as they are in the file."""

    generators: dict[int, int] = field(default_factory=dict)
    modulators: bytes = b""

    def copy(self) -> Zone:
        return Zone(dict(self.generators), self.modulators)

    def get(self, generator: Generator, default: int = 0) -> int:
        return self.generators.get(generator, default)

    def span(self, generator: Generator) -> tuple[int, int]:
        """A key or velocity range."""
        if generator not in self.generators:
            return FULL_RANGE
        both = self.generators[generator] & 0xFFFF
        return both & 0xFF, both >> 8

    def set_span(self, generator: Generator, low: int, high: int) -> None:
        self.generators[generator] = high << 8 | low


@dataclass
class Instrument:
    """An instrument: its global zone, which may be empty, and zones that each name a sample."""

    name: str
    common: Zone
    zones: list[Zone]

    def value(self, zone: Zone, generator: Generator, default: int = 0) -> int:
        """What a zone has, or else the global zone."""
        return zone.generators.get(generator, self.common.generators.get(generator, default))


@dataclass
class Preset:
    """A preset: its global zone, which may be empty, and zones that each name an instrument."""

    name: str
    bank: int
    program: int
    common: Zone
    zones: list[Zone]


@dataclass
class Sample:
    """A sample with its loop, both in frames from its start."""

    name: str
    frames: Frames
    loop_start: int
    loop_end: int
    rate: int
    root_key: int
    correction: int
    kind: int = MONO
    link: int = 0


@dataclass
class Font:
    """A SoundFont."""

    information: dict[str, str]
    presets: list[Preset]
    instruments: list[Instrument]
    samples: list[Sample]
