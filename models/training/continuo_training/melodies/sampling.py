"""Continuations: by the program, by the LSTM and by the chain."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np
import torch

from ..base.contract import GENRE_IDS
from ..base.errors import StepError
from .events import CHORD, LONGEST, LOWEST, NONE, REST, UNKNOWN_LEFT, Events, Melody, lookback, places
from .figures import Excerpt
from .lstm import MelodyLstm

#: Ticks of a sixteenth in the files that the program reads and in its report.
STEP = 240
#: The share of probability that is never drawn, as in the engine.
TAIL = 0.06


def write_midi(events: Events, three: bool, shift: int, path: Path) -> None:
    """Events as a MIDI file, transposed."""
    midi, track = mido.MidiFile(ticks_per_beat=4 * STEP), mido.MidiTrack()
    midi.tracks.append(track)
    track.append(mido.MetaMessage("time_signature", numerator=3 if three else 4, denominator=4))
    track.append(mido.MetaMessage("track_name", name="Melody"))
    now = 0
    for symbol, length, start in events.tolist():
        if symbol == REST:
            continue
        pitch = int(symbol) + LOWEST + shift
        track.append(mido.Message("note_on", note=pitch, velocity=90, time=STEP * start - now))
        track.append(mido.Message("note_off", note=pitch, velocity=0, time=STEP * length))
        now = STEP * (start + length)
    midi.save(path)


def by_program(
    program: Path, e: Excerpt, genre: int, three: bool, seed: int, more: list[str]
) -> tuple[Excerpt, dict[str, float]]:
    """What `continuo extend` writes after the excerpt, moved back to C major's signature; and its report.

    Raises:
        StepError: the program failed.
    """
    shift = seed * 5 % 12 - 6
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.mid", Path(folder) / "out.mid"
        write_midi(e.before, three, shift, source)
        command = [str(program), "extend", str(source), "-o", str(target), "--bars", str(e.bars), "--seed", str(seed)]
        command += ["--genre", GENRE_IDS[genre], "--pickup", "0", "--json", *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepError(f"continuo extend failed: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    first = STEP * e.bar * 16
    rows = [
        (note["pitch"] - LOWEST - shift, max(1, round(note["length"] / STEP)), round((note["start"] - first) / STEP))
        for note in report["notes"]
    ]
    notes = [(symbol, length, start) for symbol, length, start in rows if start >= 0]
    facts = {"events": report["events"], "milliseconds": report["milliseconds"], "home": float(report["ends_on_tonic"])}
    return Excerpt(e.before, np.array(notes, np.int32).reshape(-1, 3), e.bar, e.bars), facts


@torch.no_grad()
def by_lstm(network: MelodyLstm, e: Excerpt, genre: int, three: bool, minor: bool, seed: int) -> Excerpt:
    """What the LSTM writes after the excerpt, drawn as the engine draws."""
    random = np.random.default_rng(seed)
    melody = Melody("", "", genre, three, minor, True, np.zeros((0, 3), np.int32))
    events = [tuple(row) for row in e.before.tolist()]
    first = e.bar * 16
    state, read, made = None, 0, list[tuple[int, int, int]]()
    end = first + e.bars * e.bar
    while True:
        before = events[read - 1] if read else (NONE, 0, 0)
        start = before[1] + before[2]
        place = places(melody, np.array([start], np.int32), 1)
        place[:, 2] = UNKNOWN_LEFT
        history = np.array(events[:read], np.int32).reshape(-1, 3)
        back = lookback(history, np.array([start], np.int32), e.bar)
        read_now, here = torch.tensor([before[:2]]), torch.from_numpy(place).long()
        likely, state = network.step(read_now, here, torch.from_numpy(back).long(), torch.zeros(1, 2 * CHORD), state)
        read += 1
        if read <= len(events):
            continue
        if start >= end:
            break
        symbol, length = _drawn(likely[0].flatten().double().exp().numpy(), random)
        event = (symbol, min(length, end - start), start)
        events.append(event)
        made.append((symbol, event[1], start - first))
    return Excerpt(e.before, np.array(made, np.int32).reshape(-1, 3), e.bar, e.bars)


def _drawn(likely: np.ndarray[tuple[int], np.dtype[np.float64]], random: np.random.Generator) -> tuple[int, int]:
    order = np.argsort(-likely)
    sums = np.cumsum(likely[order])
    kept = int(np.searchsorted(sums, (1 - TAIL) * sums[-1])) + 1
    place = int(order[min(int(np.searchsorted(sums, random.random() * sums[kept - 1])), kept - 1)])
    return place // LONGEST, place % LONGEST + 1
