"""Writes SoundFont 2 files."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path

import numpy as np

from .font import Font, Generator, Zone

GUARD = 46
"""Zeros that the format demands after each sample."""


def write(font: Font, path: Path) -> None:
    """Writes the file whole or not at all."""
    data = to_bytes(font)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def to_bytes(font: Font) -> bytes:
    """The bytes of the file."""
    information = [(b"ifil", struct.pack("<HH", 2, 1)), (b"isng", b"EMU8000\0")]
    for name, text in font.information.items():
        encoded = text.encode("latin-1") + b"\0"
        information.append((name.encode("ascii"), encoded + b"\0" * (len(encoded) % 2)))
    wave, headers = _samples(font)
    body = b"sfbk" + _list(b"INFO", information) + _list(b"sdta", [(b"smpl", wave)])
    body += _list(b"pdta", [*_presets(font), *_instruments(font), (b"shdr", headers)])
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _list(kind: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    return _chunk(b"LIST", kind + b"".join(_chunk(name, content) for name, content in chunks))


def _name(text: str) -> bytes:
    return text.encode("latin-1")[:19]


def _samples(font: Font) -> tuple[bytes, bytes]:
    wave, headers = [], []
    at = 0
    for sample in font.samples:
        length = len(sample.frames)
        headers.append(
            struct.pack(
                "<20sIIIIIBbHH",
                _name(sample.name),
                at,
                at + length,
                at + sample.loop_start,
                at + sample.loop_end,
                sample.rate,
                sample.root_key,
                sample.correction,
                sample.link,
                sample.kind,
            )
        )
        wave.append(np.concatenate([sample.frames, np.zeros(GUARD, np.int16)]).astype("<i2").tobytes())
        at += length + GUARD
    headers.append(struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))
    return b"".join(wave), b"".join(headers)


class _Zones:
    """The tables of zones, while they grow."""

    def __init__(self, target: Generator) -> None:
        self.target = target
        self.bags: list[bytes] = []
        self.generators: list[bytes] = []
        self.modulators = b""

    def add(self, zone: Zone) -> None:
        self.bags.append(struct.pack("<HH", len(self.generators), len(self.modulators) // 10))
        # The format demands that ranges come first and the target last.
        first: tuple[int, ...] = (Generator.KEY_RANGE, Generator.VELOCITY_RANGE)
        order: list[int] = [number for number in first if number in zone.generators]
        order += [number for number in zone.generators if number not in (*first, self.target)]
        order += [self.target] if self.target in zone.generators else []
        for number in order:
            self.generators.append(struct.pack("<Hh", number, _signed(zone.generators[number])))
        self.modulators += zone.modulators

    def tables(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        bags = [*self.bags, struct.pack("<HH", len(self.generators), len(self.modulators) // 10)]
        return [
            (prefix + b"bag", b"".join(bags)),
            (prefix + b"mod", self.modulators + bytes(10)),
            (prefix + b"gen", b"".join(self.generators) + bytes(4)),
        ]


def _signed(value: int) -> int:
    return (value + 0x8000) % 0x10000 - 0x8000


def _presets(font: Font) -> list[tuple[bytes, bytes]]:
    zones = _Zones(Generator.INSTRUMENT)
    headers = []
    for preset in sorted(font.presets, key=lambda preset: (preset.bank, preset.program)):
        first = len(zones.bags)
        headers.append(struct.pack("<20sHHHIII", _name(preset.name), preset.program, preset.bank, first, 0, 0, 0))
        for zone in ([preset.common] if preset.common.generators else []) + preset.zones:
            zones.add(zone)
    headers.append(struct.pack("<20sHHHIII", b"EOP", 0, 0, len(zones.bags), 0, 0, 0))
    return [(b"phdr", b"".join(headers)), *zones.tables(b"p")]


def _instruments(font: Font) -> list[tuple[bytes, bytes]]:
    zones = _Zones(Generator.SAMPLE)
    headers = []
    for instrument in font.instruments:
        headers.append(struct.pack("<20sH", _name(instrument.name), len(zones.bags)))
        common = instrument.common
        for zone in ([common] if common.generators or common.modulators else []) + instrument.zones:
            zones.add(zone)
    headers.append(struct.pack("<20sH", b"EOI", len(zones.bags)))
    return [(b"inst", b"".join(headers)), *zones.tables(b"i")]
