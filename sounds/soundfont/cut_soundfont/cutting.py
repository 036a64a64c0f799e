"""Cuts a SoundFont."""

from __future__ import annotations

import math
from dataclasses import replace

from .font import ADDRESSES, Font, Generator, Instrument, Preset, Sample, Zone
from .plan import BAND, DRUMS, PERCUSSION_BANK, Quality, quality
from .samples import shrink
from .zones import lone_classes, thin

LOOPS = (1, 3)
"""Sample modes that loop."""


def cut(font: Font) -> Font:
    """The small SoundFont."""
    cutter = _Cutter(font)
    # The best quality first: an instrument that several presets share has it.
    chosen = [(preset, quality(preset.bank, preset.program)) for preset in font.presets]
    order = {DRUMS: 0, BAND: 1}
    wanted = [(preset, kind) for preset, kind in chosen if kind is not None]
    wanted.sort(key=lambda entry: (order.get(entry[1], 2), entry[0].program))
    presets = [cutter.preset(preset, kind) for preset, kind in wanted]
    information = {
        "INAM": "Continuo GM",
        "IENG": font.information.get("IENG", ""),
        "IPRD": "Continuo",
        "ICOP": font.information.get("ICOP", ""),
        "ICMT": f"Cut from {font.information.get('INAM', '')}. {font.information.get('ICMT', '')}".strip(),
    }
    return Font(information, presets, cutter.instruments, cutter.samples)


class _Cutter:
    def __init__(self, font: Font) -> None:
        self.font = font
        self.instruments: list[Instrument] = []
        self.samples: list[Sample] = []
        self._instruments: dict[int, int] = {}
        self._samples: dict[tuple[object, ...], tuple[int, float]] = {}

    def preset(self, preset: Preset, kind: Quality) -> Preset:
        zones = []
        for zone in preset.zones:
            new = zone.copy()
            index = zone.get(Generator.INSTRUMENT)
            if preset.bank == PERCUSSION_BANK and not self._is_heard(zone.span(Generator.KEY_RANGE)):
                continue
            new.generators[Generator.INSTRUMENT] = self._instrument(index, kind)
            zones.append(new)
        return replace(preset, common=preset.common.copy(), zones=zones)

    @staticmethod
    def _is_heard(span: tuple[int, int]) -> bool:
        """Whether General MIDI has a drum in a range of keys."""
        return span[0] <= 81 and span[1] >= 35

    def _instrument(self, index: int, kind: Quality) -> int:
        if index not in self._instruments:
            instrument = self.font.instruments[index]
            kept = thin(self.font, instrument, kind.spacing)
            if kind is DRUMS:
                kept = [entry for entry in kept if self._is_heard(entry.zone.span(Generator.KEY_RANGE))]
            lone_classes(kept, instrument)
            zones = []
            for entry in kept:
                zone = entry.zone
                zone.generators[Generator.SAMPLE] = self._sample(instrument, zone, entry.gain, kind)
                for generator in ADDRESSES:
                    zone.generators.pop(generator, None)
                zones.append(zone)
            common = instrument.common.copy()
            for generator in ADDRESSES:
                common.generators.pop(generator, None)
            self.instruments.append(Instrument(instrument.name, common, zones))
            self._instruments[index] = len(self.instruments) - 1
        return self._instruments[index]

    def _sample(self, instrument: Instrument, zone: Zone, gain: float, kind: Quality) -> int:
        index = zone.get(Generator.SAMPLE)
        offset = {generator: instrument.value(zone, generator) for generator in ADDRESSES}
        start = offset[Generator.START] + 32_768 * offset[Generator.START_COARSE]
        end = offset[Generator.END] + 32_768 * offset[Generator.END_COARSE]
        loop_start = offset[Generator.LOOP_START] + 32_768 * offset[Generator.LOOP_START_COARSE]
        loop_end = offset[Generator.LOOP_END] + 32_768 * offset[Generator.LOOP_END_COARSE]
        loops = instrument.value(zone, Generator.SAMPLE_MODES) in LOOPS
        key = (index, start, end, loop_start, loop_end, loops, round(gain, 3))
        if key not in self._samples:
            whole = self.font.samples[index]
            moved = replace(
                whole,
                frames=whole.frames[start : len(whole.frames) + end],
                loop_start=whole.loop_start + loop_start - start,
                loop_end=whole.loop_end + loop_end - start,
            )
            sample, fall = shrink(moved, loops, gain, kind.treatment)
            self.samples.append(sample)
            self._samples[key] = len(self.samples) - 1, fall
        number, fall = self._samples[key]
        if fall:
            _let_fall(instrument, zone, fall, self.samples[number])
        return number


def _let_fall(instrument: Instrument, zone: Zone, fall: float, sample: Sample) -> None:
    """Lets the envelope do what the sample did after its new loop begins, unless it does more already."""
    held = round(1200 * math.log2(sample.loop_start / sample.rate))
    # An envelope's decay is the time for 100 dB.
    decay = round(1200 * math.log2(100 / fall))
    sustain = instrument.value(zone, Generator.VOLUME_SUSTAIN)
    if sustain > 0:
        held = min(held, instrument.value(zone, Generator.VOLUME_HOLD, -12_000))
        decay = min(decay, instrument.value(zone, Generator.VOLUME_DECAY, -12_000))
    zone.generators[Generator.VOLUME_HOLD] = held
    zone.generators[Generator.VOLUME_DECAY] = decay
    zone.generators[Generator.VOLUME_SUSTAIN] = max(sustain, 1000)
