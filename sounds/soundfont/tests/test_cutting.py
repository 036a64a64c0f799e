from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cut_soundfont.cutting import cut
from cut_soundfont.font import LEFT, RIGHT, Font, Generator, Instrument, Preset, Sample, Zone
from cut_soundfont.reading import FontError, read
from cut_soundfont.samples import SHORTEST_LOOP, Treatment, shrink
from cut_soundfont.writing import write

RATE = 44_100


def tone(hertz: float, seconds: float, amplitude: float = 8000.0, fall: float = 0.0) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    return np.round(amplitude * np.sin(2 * np.pi * hertz * time) * 10 ** (-fall * time / 20)).astype(np.int16)


def sample(name: str, frames: np.ndarray, loop: tuple[int, int] = (0, 0), kind: int = 1) -> Sample:
    return Sample(name, frames, *loop, RATE, 69, 0, kind)


def zone(number: int, keys: tuple[int, int], **others: int) -> Zone:
    generators = {int(Generator.KEY_RANGE): keys[1] << 8 | keys[0]}
    generators |= {int(Generator[name.upper()]): value for name, value in others.items()}
    return Zone(generators | {int(Generator.SAMPLE): number})


def font(zones: list[Zone], samples: list[Sample], bank: int = 0) -> Font:
    preset = Preset("Preset", bank, 0, Zone(), [Zone({int(Generator.INSTRUMENT): 0})])
    return Font({"INAM": "Test"}, [preset], [Instrument("Instrument", Zone(), zones)], samples)


def frequency(frames: np.ndarray, rate: float) -> float:
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(len(frames)), 1 << 18))
    return float(np.argmax(spectrum) * rate / (1 << 18))


def test_a_font_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = font([zone(0, (0, 59), pan=-200), zone(0, (60, 127))], [sample("Tone", tone(440, 0.5), (100, 4000))])
    write(made, tmp_path / "a.sf2")
    again = read(tmp_path / "a.sf2")
    assert again.instruments == made.instruments
    assert again.presets == made.presets
    assert np.array_equal(again.samples[0].frames, made.samples[0].frames)
    assert (again.samples[0].loop_start, again.samples[0].loop_end) == (100, 4000)


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sf2").write_bytes(b"RIFF\x04\0\0\0WAVE")
    with pytest.raises(FontError, match="not a SoundFont"):
        read(tmp_path / "a.sf2")


def test_a_stereo_pair_becomes_its_louder_side_at_its_place() -> None:
    samples = [sample("L", tone(440, 0.5, 4000), kind=LEFT), sample("R", tone(440, 0.5, 8000), kind=RIGHT)]
    small = cut(font([zone(0, (0, 127), pan=-500), zone(1, (0, 127), pan=500)], samples))
    (kept,) = small.instruments[0].zones
    assert 100 < kept.get(Generator.PAN) < 500
    peak = np.abs(small.samples[0].frames.astype(float)).max()
    assert peak == pytest.approx(8000 * 1.25**0.5, rel=0.02)


def test_one_velocity_layer_stays_for_all_velocities() -> None:
    layers = [zone(0, (0, 127), velocity_range=0x4000), zone(1, (0, 127), velocity_range=0x7F41)]
    small = cut(font(layers, [sample("Soft", tone(440, 0.2)), sample("Loud", tone(440, 0.2))]))
    (kept,) = small.instruments[0].zones
    assert kept.span(Generator.VELOCITY_RANGE) == (0, 127)
    assert small.samples[kept.get(Generator.SAMPLE)].name == "Loud"


def test_close_samples_stand_for_each_other_and_every_key_sounds() -> None:
    zones = [zone(index, (40 + 3 * index, 42 + 3 * index), root_key=41 + 3 * index) for index in range(12)]
    small = cut(font(zones, [sample(f"S{index}", tone(440, 0.2)) for index in range(12)]))
    spans = sorted(kept.span(Generator.KEY_RANGE) for kept in small.instruments[0].zones)
    assert 3 <= len(spans) < 6
    assert spans[0][0] == 0 and spans[-1][1] == 127
    assert all(low[1] + 1 == high[0] for low, high in pairwise(spans))


def test_drums_that_sound_together_leave_their_class_and_others_keep_it() -> None:
    zones = [
        zone(0, (42, 42), exclusive_class=1, pan=-100),
        zone(0, (42, 42), exclusive_class=1, pan=100),
        zone(0, (46, 46), exclusive_class=1),
    ]
    small = cut(font(zones, [sample("Hat", tone(6000, 0.2))], bank=128))
    assert [kept.get(Generator.EXCLUSIVE_CLASS) for kept in small.instruments[0].zones] == [0, 0, 1]


def test_a_lower_rate_keeps_the_pitch_and_takes_what_it_cannot_hold() -> None:
    frames = tone(1000, 0.6) + tone(15_000, 0.6)
    small, _ = shrink(sample("Tone", frames), False, 1.0, Treatment(16_000, 2.0, 2.0))
    assert small.rate == 16_000
    assert frequency(small.frames[100:-100].astype(float), small.rate) == pytest.approx(1000, abs=1)
    spectrum = np.abs(np.fft.rfft(small.frames[200:-200] * np.hanning(len(small.frames) - 400)))
    folded = int(1000 * len(spectrum) / 8000)
    others = np.delete(spectrum, np.s_[folded - 80 : folded + 80])
    assert spectrum[folded - 40 : folded + 40].max() > 1000 * others.max()


def test_a_short_loop_is_repeated_and_stays_in_tune() -> None:
    frames = tone(441, 1.0)
    small, fall = shrink(sample("Wave", frames, (1000, 1100)), True, 1.0, Treatment(24_000, 2.0, 2.0))
    length = small.loop_end - small.loop_start
    assert length >= SHORTEST_LOOP * 0.95
    assert fall == 0.0
    looped = np.tile(small.frames[small.loop_start : small.loop_end].astype(float), 40)
    assert frequency(looped, small.rate) == pytest.approx(441, abs=0.5)


def test_a_long_sample_gets_an_earlier_loop_without_a_step_and_an_envelope_that_falls() -> None:
    frames = tone(220, 4.0, fall=6.0)
    long = sample("Long", frames, (len(frames) - 5000, len(frames) - 100))
    small, fall = shrink(long, True, 1.0, Treatment(RATE, 2.0, 1.0))
    assert len(small.frames) < 1.1 * RATE
    assert fall == pytest.approx(6.0, abs=0.5)
    step = abs(int(small.frames[small.loop_end - 1]) - int(small.frames[small.loop_start]))
    steepest = np.abs(np.diff(small.frames[: small.loop_end].astype(int))).max()
    assert step <= 1.5 * steepest
    made = cut(font([zone(0, (0, 127), sample_modes=1)], [long]))
    kept = made.instruments[0].zones[0]
    assert kept.get(Generator.VOLUME_SUSTAIN) == 1000
    assert 2 ** (kept.get(Generator.VOLUME_DECAY) / 1200) == pytest.approx(100 / 6.0, rel=0.1)


def test_a_sample_without_a_loop_fades_where_it_is_cut_off() -> None:
    small, _ = shrink(sample("Cymbal", tone(5000, 3.0)), False, 1.0, Treatment(32_000, 1.0, 1.0))
    assert len(small.frames) == 32_000
    assert np.abs(small.frames[-100:]).max() < 100


def test_the_shipped_font_is_whole() -> None:
    shipped = read(Path(__file__).parents[1] / "continuo.sf2")
    programs = {(preset.bank, preset.program) for preset in shipped.presets}
    assert {(0, program) for program in range(128)} <= programs
    assert (128, 0) in programs
    for one in shipped.samples:
        assert 0 <= one.loop_start < one.loop_end <= len(one.frames)
        assert np.abs(one.frames.astype(int)).max() > 0
