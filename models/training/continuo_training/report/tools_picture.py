"""The picture of the melody's tools: three results of each, as the program writes them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..melodies.by_program import run
from . import tool_inputs as inputs
from .tool_inputs import Note, notes_of

#: What was there, what is new, what was taken away.
GIVEN, NEW, GONE = "#9a9a9a", "#1f6fb4", "#d1495b"
#: The lowest and the highest drum in a picture of strokes, by General MIDI's keys.
DRUMS = {36: "kick", 38: "snare", 42: "closed hat", 46: "open hat", 51: "ride", 49: "crash", 45: "toms"}


@dataclass
class Roll:
    """One picture: notes of each colour over a span of quarters."""

    title: str
    notes: list[tuple[str, list[Note]]]
    bar: float = 4.0
    first: float = 0.0
    drums: bool = False
    marks: list[float] = field(default_factory=list)


class Tools:
    """Runs the program's tools in a folder."""

    def __init__(self, program: Path, tunes: Path, folder: Path) -> None:
        self.program, self.tunes, self.folder = program, tunes, folder

    def made(self, tool: str, *arguments: object) -> list[Note]:
        """The notes of what a tool writes."""
        out = self.folder / "out.mid"
        run(self.program, tool, *arguments, "--output", out)
        return notes_of(out)

    def written(self, name: str, notes: list[Note], meter: tuple[int, int] = (4, 4)) -> Path:
        """A file with notes."""
        return inputs.write(notes, self.folder / f"{name}.mid", meter)

    def tune(self, name: str, bars: int) -> tuple[Path, list[Note], float]:
        """The first bars of a tune: a file, its notes, and the length of a bar in quarters."""
        numerator, denominator = inputs.METERS[name]
        bar = 4 * numerator / denominator
        notes = [n for n in notes_of(self.tunes / f"{name}.mid") if n.start < bars * bar - 1e-6]
        notes = [n.until(bars * bar) for n in notes]
        return self.written(name, notes, (numerator, denominator)), notes, bar

    def extend(self) -> Iterator[Roll]:
        """Four bars go on for eight."""
        for name in ("ode_to_joy", "greensleeves", "scarborough_fair"):
            path, given, bar = self.tune(name, 8)
            made = self.made("extend", path, "--bars", 8)
            new = [n for n in made if n.start >= 8 * bar - 1e-6]
            title = f"Extend: {inputs.TITLES[name]}, the last four of eight bars, and eight new ones"
            yield Roll(title, [(GIVEN, given), (NEW, new)], bar, 4 * bar, marks=[8 * bar])

    def enhance(self) -> Iterator[Roll]:
        """A tenth of the notes is wrong."""
        for number, name in enumerate(("ode_to_joy", "greensleeves", "scarborough_fair"), 1):
            _, tune, bar = self.tune(name, 8)
            wrong = inputs.damaged(tune, number)
            made = self.made("enhance", self.written("wrong", wrong, inputs.METERS[name]))
            before, after = {n.place for n in wrong}, {n.place for n in made}
            kept = [n for n in made if n.place in before]
            rolls = [(GIVEN, kept), (GONE, [n for n in wrong if n.place not in after])]
            right = sum(n.place not in {m.place for m in tune} for n in wrong)
            title = f"Enhance: {inputs.TITLES[name]} with {right} wrong notes"
            yield Roll(title, [*rolls, (NEW, [n for n in made if n.place not in before])], bar)

    def infill(self) -> Iterator[Roll]:
        """Bars written again: freely, in the same rhythm, with the same notes."""
        path, tune, bar = self.tune("ode_to_joy", 8)
        first, last = 4 * bar, 6 * bar
        for how, keep in (("anew", []), ("new notes", ["--keep", "rhythm"]), ("new rhythm", ["--keep", "pitches"])):
            made = self.made("infill", path, "--bars", "5-6", *keep)
            new = [n for n in made if first - 1e-6 <= n.start < last - 1e-6]
            others = [n for n in tune if not first - 1e-6 <= n.start < last - 1e-6]
            title = f"Infill: {inputs.TITLES['ode_to_joy']}, bars 5 and 6, {how}"
            yield Roll(title, [(GIVEN, others), (NEW, new)], bar, marks=[first, last])

    def generate(self) -> Iterator[Roll]:
        """Melodies from nothing."""
        for genre, key, meter in (("folk", "D", "4/4"), ("pop", "A minor", "4/4"), ("classical", "G", "3/4")):
            made = self.made("generate", "--genre", genre, "--key", key, "--meter", meter, "--bars", 8)
            bar = 3.0 if meter == "3/4" else 4.0
            yield Roll(f"Generate: {genre}, {key}, {meter}", [(NEW, made)], bar)

    def interpolate(self) -> Iterator[Roll]:
        """The three steps between two melodies."""
        ode = self.tune("ode_to_joy", 4)[0]
        other = self.written("other", inputs.ARPEGGIOS)
        made = self.made("interpolate", ode, other, "--steps", 3)
        for step in (1, 2, 3):
            first, last = 16.0 * step - 1e-6, 16.0 * (step + 1) - 1e-6
            here = [n.moved(-16.0 * step) for n in made if first <= n.start < last]
            yield Roll(f"Interpolate: step {step} of 3 from the Ode to Joy to arpeggios", [(NEW, here)])

    def drumify(self) -> Iterator[Roll]:
        """Drums for a clave, a bass line and a melody's rhythm."""
        for name, notes, genre, kind in (
            ("a clave", inputs.CLAVE, "latin", "taps"),
            ("a bass line", inputs.BASS_LINE, "rock", "bass"),
            ("a funky bass line", inputs.FUNK, "pop", "bass"),
        ):
            path = self.written("rhythm", notes)
            made = self.made("drumify", path, "--genre", genre, "--rhythm", kind)
            drums = [n for n in made if n.channel == 9]
            yield Roll(f"Drumify: {name}, {genre}", [(NEW, drums)], drums=True, marks=[n.start for n in notes])

    def groove(self) -> Iterator[Roll]:
        """A stiff pattern as a drummer plays it; large strokes are loud."""
        for name, notes in inputs.BEATS.items():
            path = self.written("beat", notes)
            made = self.made("groove", path, "--genre", name)
            yield Roll(f"Groove: a stiff beat as a {name} drummer plays it", [(NEW, made)], drums=True)

    def quantise(self) -> Iterator[Roll]:
        """Notes that were played unevenly, and where they are moved to."""
        _, tune, bar = self.tune("ode_to_joy", 4)
        for title, options in (
            ("sixteenths", ["--grid", "1/16"]),
            ("eighths, half of the way", ["--grid", "1/8", "--strength", 50]),
            ("eighths with a swing of 66 %", ["--grid", "1/8", "--swing", 66]),
        ):
            uneven = inputs.uneven(inputs.in_eighths(tune))
            made = self.made("quantise", self.written("uneven", uneven), *options)
            shown = [(GIVEN, [n.moved(0.0, -1) for n in uneven]), (NEW, made)]
            yield Roll(f"Quantise: {title}; grey, a step below: as played", shown, bar)


def rolls(program: Path, tunes: Path) -> list[list[Roll]]:
    """Three results of each tool."""
    with tempfile.TemporaryDirectory() as folder:
        t = Tools(program, tunes, Path(folder))
        tools = (t.extend, t.enhance, t.infill, t.generate, t.interpolate, t.drumify, t.groove, t.quantise)
        return [list(tool()) for tool in tools]


def draw(found: list[list[Roll]], path: Path) -> None:
    """Draws a row for each tool."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    columns = max(len(row) for row in found)
    figure, axes = plt.subplots(len(found), columns, figsize=(6 * columns, 2.3 * len(found)), squeeze=False)
    for row, places in zip(found, axes, strict=True):
        for roll, axis in zip(row, places, strict=True):
            _draw_strokes(axis, roll) if roll.drums else _draw_notes(axis, roll)
            end = max(n.start + n.length for _, notes in roll.notes for n in notes)
            bars = np.arange(roll.first, np.ceil(end / roll.bar - 0.05) * roll.bar + 1e-6, roll.bar)
            axis.set_xlim(roll.first - 0.2, bars[-1] + 0.2)
            axis.set_xticks(bars, [])
            axis.grid(axis="x", alpha=0.5)
            axis.set_title(roll.title, fontsize=8, loc="left")
            axis.tick_params(labelsize=6)
    figure.tight_layout()
    figure.savefig(path, dpi=70)
    plt.close(figure)


def _draw_notes(axis: Any, roll: Roll) -> None:
    for colour, notes in roll.notes:
        shown = [n for n in notes if n.start >= roll.first - 1e-6]
        axis.barh(
            [n.pitch for n in shown], [max(n.length - 0.08, 0.05) for n in shown], left=[n.start for n in shown],
            height=0.85, color=colour,
        )  # fmt: skip
    for mark in roll.marks:
        axis.axvline(mark, color="#333333", linewidth=0.8)


def _draw_strokes(axis: Any, roll: Roll) -> None:
    names = list(DRUMS)
    for colour, notes in roll.notes:
        rows = [names.index(inputs.drum(n.pitch)) for n in notes]
        axis.scatter(
            [n.start for n in notes], rows, s=[(n.velocity / 18) ** 2 for n in notes], color=colour, marker="o"
        )
    axis.scatter(roll.marks, [-1.0] * len(roll.marks), s=14, color=GIVEN, marker="^")
    axis.set_yticks(range(len(names)), DRUMS.values())
    axis.set_ylim(-1.7, len(names) - 0.3)
