"""Leaves zones of an instrument out: one side of stereo pairs, all velocity layers but one, samples that lie close."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .font import LEFT, RIGHT, Font, Generator, Instrument, Zone
from .samples import level, peak

USUAL_VELOCITY = 90
"""The velocity whose layer stays."""


@dataclass
class Kept:
    """A zone that stays, and by what factor its sample is louder, because it stands for two."""

    zone: Zone
    gain: float = 1.0


def thin(font: Font, instrument: Instrument, spacing: int) -> list[Kept]:
    """The zones that stay. Samples whose root keys lie less than `spacing` semitones apart stand for each other; 0
    keeps them all, as drums need it."""
    kept = [Kept(zone.copy()) for zone in instrument.zones]
    kept = _one_velocity(kept)
    kept = _one_channel(font, instrument, kept)
    if spacing:
        layers = _layers(kept)
        kept = [zone for layer in layers for zone in _spread(font, instrument, layer, spacing)]
        if len(layers) == 1:
            _reach_all_keys(kept)
    return kept


def _reach_all_keys(kept: list[Kept]) -> None:
    """Lets the lowest and the highest zones reach the ends of the keyboard, so that every key sounds."""
    spans = [entry.zone.span(Generator.KEY_RANGE) for entry in kept]
    lowest, highest = min(span[0] for span in spans), max(span[1] for span in spans)
    for entry, (low, high) in zip(kept, spans, strict=True):
        entry.zone.set_span(Generator.KEY_RANGE, 0 if low == lowest else low, 127 if high == highest else high)


def lone_classes(kept: list[Kept], instrument: Instrument) -> None:
    """Takes zones that sound together out of their exclusive class: players stop one of them when the other begins."""

    def shared(zone: Zone, other: Zone) -> bool:
        number = instrument.value(zone, Generator.EXCLUSIVE_CLASS)
        return (
            number != 0
            and number == instrument.value(other, Generator.EXCLUSIVE_CLASS)
            and _overlap(zone.span(Generator.KEY_RANGE), other.span(Generator.KEY_RANGE))
            and _overlap(zone.span(Generator.VELOCITY_RANGE), other.span(Generator.VELOCITY_RANGE))
        )

    zones = [entry.zone for entry in kept]
    together = [zone for zone in zones if any(other is not zone and shared(zone, other) for other in zones)]
    for zone in together:
        zone.generators[Generator.EXCLUSIVE_CLASS] = 0


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _one_velocity(kept: list[Kept]) -> list[Kept]:
    """The layer of the usual velocity, for all velocities; keys without that layer have what they had."""

    def has_usual(entry: Kept) -> bool:
        low, high = entry.zone.span(Generator.VELOCITY_RANGE)
        return low <= USUAL_VELOCITY <= high

    usual = [entry for entry in kept if has_usual(entry)]
    covered = [entry.zone.span(Generator.KEY_RANGE) for entry in usual]
    others = [
        entry
        for entry in kept
        if not has_usual(entry) and not any(_overlap(entry.zone.span(Generator.KEY_RANGE), span) for span in covered)
    ]
    for entry in usual:
        entry.zone.generators.pop(Generator.VELOCITY_RANGE, None)
    return usual + others


def _one_channel(font: Font, instrument: Instrument, kept: list[Kept]) -> list[Kept]:
    """One zone for each stereo pair: the louder side, at the pair's place between left and right, with its power."""
    result: list[Kept] = []
    waiting = list(kept)
    while waiting:
        entry = waiting.pop(0)
        partner = next((other for other in waiting if _is_pair(font, instrument, entry.zone, other.zone)), None)
        if partner is None:
            result.append(entry)
            continue
        waiting.remove(partner)
        sides = sorted((entry, partner), key=lambda side: _position(font, instrument, side.zone))
        powers = [level(font.samples[side.zone.get(Generator.SAMPLE)].frames) for side in sides]
        total = max(sum(powers), 1e-9)
        louder = sides[0] if powers[0] >= powers[1] else sides[1]
        # The angle whose cosine and sine share out the power.
        angle = math.atan2(math.sqrt(powers[1]), math.sqrt(powers[0]))
        louder.zone.generators[Generator.PAN] = round((angle / (math.pi / 2) - 0.5) * 1000)
        most = 32_000 / peak(font.samples[louder.zone.get(Generator.SAMPLE)].frames)
        louder.gain = max(1.0, min(math.sqrt(total / max(*powers, 1e-9)), most))
        result.append(louder)
    return result


def _position(font: Font, instrument: Instrument, zone: Zone) -> int:
    """Where a side of a pair lies: below 0 on the left."""
    pan = instrument.value(zone, Generator.PAN)
    if pan == 0:
        pan = {LEFT: -500, RIGHT: 500}.get(font.samples[zone.get(Generator.SAMPLE)].kind & 7, 0)
    return pan


def _is_pair(font: Font, instrument: Instrument, one: Zone, other: Zone) -> bool:
    same = all(one.span(kind) == other.span(kind) for kind in (Generator.KEY_RANGE, Generator.VELOCITY_RANGE))
    positions = _position(font, instrument, one), _position(font, instrument, other)
    return same and min(positions) <= -250 and max(positions) >= 250


def _layers(kept: list[Kept]) -> list[list[list[Kept]]]:
    """Layers of cells: a cell is the zones of one key range, and the cells of a layer do not overlap."""
    cells: dict[tuple[int, int], list[Kept]] = {}
    for entry in kept:
        cells.setdefault(entry.zone.span(Generator.KEY_RANGE), []).append(entry)
    layers: list[list[tuple[int, int]]] = []
    for span in sorted(cells):
        free = next((layer for layer in layers if not any(_overlap(span, other) for other in layer)), None)
        if free is None:
            layers.append([span])
        else:
            free.append(span)
    return [[cells[span] for span in layer] for layer in layers]


def _root(font: Font, instrument: Instrument, entry: Kept) -> int:
    header = font.samples[entry.zone.get(Generator.SAMPLE)].root_key
    own = instrument.value(entry.zone, Generator.ROOT_KEY, -1)
    return own if own >= 0 else header


def _spread(font: Font, instrument: Instrument, layer: list[list[Kept]], spacing: int) -> list[Kept]:
    """Cells whose root keys lie far enough apart, with the key ranges of those between them."""
    if any(instrument.value(entry.zone, Generator.SCALE_TUNING, 100) == 0 for cell in layer for entry in cell):
        return [entry for cell in layer for entry in cell]
    cells = sorted(layer, key=lambda cell: cell[0].zone.span(Generator.KEY_RANGE))
    roots = [_root(font, instrument, cell[0]) for cell in cells]
    chosen: list[int] = []
    for index, root in enumerate(roots):
        if not chosen or root - roots[chosen[-1]] >= spacing:
            chosen.append(index)
    low = cells[0][0].zone.span(Generator.KEY_RANGE)[0]
    high = max(cell[0].zone.span(Generator.KEY_RANGE)[1] for cell in cells)
    result = []
    for place, index in enumerate(chosen):
        if place + 1 < len(chosen):
            following = cells[chosen[place + 1]][0].zone.span(Generator.KEY_RANGE)[0]
            middle = (roots[index] + roots[chosen[place + 1]]) // 2
            own_end = cells[index][0].zone.span(Generator.KEY_RANGE)[1]
            end = min(max(middle, own_end, low), following - 1)
        else:
            end = high
        for entry in cells[index]:
            entry.zone.set_span(Generator.KEY_RANGE, low, end)
            result.append(entry)
        low = end + 1
    return result
