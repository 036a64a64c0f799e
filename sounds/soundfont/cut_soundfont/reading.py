"""Reads SoundFont 2 files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from .font import Font, Generator, Instrument, Preset, Sample, Zone


class FontError(Exception):
    """The file is not a SoundFont 2 that can be cut."""


def read(path: Path) -> Font:
    """Reads a file."""
    data = path.read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise FontError(f"{path} is not a SoundFont 2 file")
    information: dict[str, str] = {}
    wave = b""
    tables: dict[bytes, bytes] = {}
    try:
        for _, content in _chunks(data[12:]):
            kind = content[:4]
            for name, inner in _chunks(content[4:]):
                if kind == b"INFO":
                    information[name.decode("ascii")] = inner.rstrip(b"\0").decode("latin-1")
                elif name == b"smpl":
                    wave = inner
                elif kind == b"pdta":
                    tables[name] = inner
        return _font(information, wave, tables)
    except (struct.error, KeyError, IndexError) as error:
        raise FontError(f"{path} is damaged: {error}") from error


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _font(information: dict[str, str], wave: bytes, tables: dict[bytes, bytes]) -> Font:
    frames = np.frombuffer(wave[: len(wave) // 2 * 2], dtype="<i2")
    samples = [_sample(record, frames) for record in _records(tables[b"shdr"], "<20sIIIIIBbHH")[:-1]]
    instrument_zones = _zones(tables[b"ibag"], tables[b"igen"], tables[b"imod"])
    instruments = []
    headers = _records(tables[b"inst"], "<20sH")
    for (name, first), (_, last) in pairwise(headers):
        common, zones = _split(instrument_zones[first:last], Generator.SAMPLE)
        instruments.append(Instrument(_text(name), common, zones))
    preset_zones = _zones(tables[b"pbag"], tables[b"pgen"], tables[b"pmod"])
    presets = []
    programs = _records(tables[b"phdr"], "<20sHHHIII")
    for header, following in pairwise(programs):
        common, zones = _split(preset_zones[header[3] : following[3]], Generator.INSTRUMENT)
        presets.append(Preset(_text(header[0]), header[2], header[1], common, zones))
    return Font(information, presets, instruments, samples)


def _records(table: bytes, form: str) -> list[tuple]:  # type: ignore[type-arg]
    size = struct.calcsize(form)
    return list(struct.iter_unpack(form, table[: len(table) // size * size]))


def _text(name: bytes) -> str:
    return name.split(b"\0")[0].decode("latin-1")


def _sample(record: tuple, frames: np.ndarray) -> Sample:  # type: ignore[type-arg]
    name, start, end, loop_start, loop_end, rate, root_key, correction, link, kind = record
    return Sample(
        _text(name), frames[start:end], loop_start - start, loop_end - start, rate, root_key, correction, kind, link
    )


def _zones(bags: bytes, generators: bytes, modulators: bytes) -> list[Zone]:
    bag = _records(bags, "<HH")
    pairs = _records(generators, "<Hh")
    zones = []
    for (first, first_modulator), (last, last_modulator) in pairwise(bag):
        zones.append(Zone(dict(pairs[first:last]), modulators[10 * first_modulator : 10 * last_modulator]))
    return zones


def _split(zones: list[Zone], target: Generator) -> tuple[Zone, list[Zone]]:
    """The global zone, and the zones that name a target."""
    common = Zone()
    if zones and target not in zones[0].generators:
        common, zones = zones[0], zones[1:]
    return common, [zone for zone in zones if target in zone.generators]
