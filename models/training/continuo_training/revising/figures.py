"""How well Enhance mends melodies, and how likely what Infill writes is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ..base.contract import GENRE_IDS
from ..melodies.by_program import excerpts, read, run, with_notes, write
from ..melodies.events import Melody
from ..melodies.examples import Corpus
from ..melodies.likelihood import Judge

#: Bars of a melody, and the share of its notes that are replaced.
BARS, WRONG = 8, 0.1
#: The iterations and the risks that are compared.
ITERATIONS, RISKS = (0, 1, 2, 4, 8, 100), (0.0, 0.5, 1.0, 1.5, 2.0)


def spoilt(melody: Melody, random: np.random.Generator) -> tuple[Melody, list[int]]:
    """A melody with a tenth of its notes, at least one, replaced by random pitches of its range; and which."""
    notes = melody.notes.copy()
    chosen = sorted(random.permutation(len(notes))[: max(1, round(WRONG * len(notes)))].tolist())
    low, high = int(notes[:, 2].min()), int(notes[:, 2].max())
    for index in chosen:
        others = [pitch for pitch in range(low, high + 1) if pitch != notes[index, 2]]
        notes[index, 2] = int(random.choice(others or [notes[index, 2] + 1]))
    return with_notes(melody, notes), chosen


def _pitches(melody: Melody) -> dict[int, int]:
    return {int(start): int(pitch) for start, _, pitch in melody.notes}


def measure(corpus: Corpus, models: Path, program: Path, most: int) -> dict[str, Any]:
    """All figures.

    Raises:
        StepError: the program fails.
    """
    random = np.random.default_rng(3)
    real = excerpts(corpus, BARS, most, 3)
    wrong = [spoilt(m, random) for m in real]
    judge = Judge(models / "melody.onnx")
    found: dict[str, Any] = {"melodies": len(real), "notes": int(sum(len(m.notes) for m in real))}
    found["wrong"] = int(sum(len(chosen) for _, chosen in wrong))
    found["real"] = float(np.median(judge.nats_a_note(real)))
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.mid", Path(folder) / "out.mid"

        def revised(melody: Melody, *options: object) -> tuple[Melody, dict[str, Any]]:
            write(melody, source)
            genre = GENRE_IDS[melody.genre]
            report = run(program, options[0], source, "-o", target, "--genre", genre, "--pickup", 0, *options[1:])
            return with_notes(melody, read(target)), report

        limits = ("--add", 1000, "--remove", 1000)
        found["iterations"], found["risks"] = [], []
        for iterations in ITERATIONS:
            made = [revised(m, "enhance", *limits, "--risk", 0, "--iterations", iterations) for m, _ in wrong]
            likelihood = float(np.median(judge.nats_a_note([m for m, _ in made])))
            restored = kept = right = 0
            for (melody, _), original, (_, chosen) in zip(made, real, wrong, strict=True):
                now, before = _pitches(melody), _pitches(original)
                spoilt_starts = {int(original.notes[index, 0]) for index in chosen}
                restored += sum(now.get(start) == before[start] for start in spoilt_starts)
                right += len(before) - len(spoilt_starts)
                kept += sum(now.get(start) == pitch for start, pitch in before.items() if start not in spoilt_starts)
            row = {"iterations": iterations, "nats": likelihood, "restored": restored / found["wrong"]}
            found["iterations"].append(row | {"changed": 1 - kept / right})
            if iterations == max(ITERATIONS):
                found["milliseconds"] = float(np.median([report["milliseconds"] for _, report in made]))
        for risk in RISKS:
            made = [revised(m, "enhance", *limits, "--risk", risk) for m in real]
            changes = float(
                np.mean([len(report["changes"]) / len(m.notes) for m, (_, report) in zip(real, made, strict=True)])
            )
            nats = float(np.median(judge.nats_a_note([m for m, _ in made])))
            found["risks"].append({"risk": risk, "changes": changes, "nats": nats})
        found["infill"] = []
        for keep in (None, "rhythm", "pitches"):
            made = [revised(m, "infill", "--bars", "5-6", *(("--keep", keep) if keep else ())) for m in real]
            nats = float(np.median(judge.nats_a_note([m for m, _ in made])))
            milliseconds = float(np.median([report["milliseconds"] for _, report in made]))
            found["infill"].append({"keep": keep or "nothing", "nats": nats, "milliseconds": milliseconds})
    return found


def text(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    last = found["iterations"][-1]
    lines = [
        f"{found['melodies']} validation melodies of {BARS} bars, {found['notes']} notes, of which {found['wrong']} "
        "were replaced by random ones of the melody's range. Nats a note are the melody network's, medians; the real "
        f"melodies' are {found['real']:.2f}.",
        "",
        "| Enhance, most iterations | wrong notes restored | right notes changed | nats a note |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {r['iterations']} | {r['restored']:.0%} | {r['changed']:.1%} | {r['nats']:.2f} |"
        for r in found["iterations"]
    ]
    lines += ["", "| Enhance of the real melodies, risk | notes changed | nats a note |", "|---|---|---|"]
    lines += [f"| {r['risk']:g} | {r['changes']:.1%} | {r['nats']:.2f} |" for r in found["risks"]]
    lines += ["", "| Infill of bars 5 and 6, what stays | nats a note | milliseconds |", "|---|---|---|"]
    lines += [f"| {r['keep']} | {r['nats']:.2f} | {r['milliseconds']:.0f} |" for r in found["infill"]]
    lines += ["", f"{last['iterations']} iterations over eight bars take {found['milliseconds']:.0f} ms (median)."]
    return "\n".join(lines)
