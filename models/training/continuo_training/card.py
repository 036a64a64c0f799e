"""Writes the model's card from the run's own records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .contract import GENRES
from .history import chain

DATA_ROWS = (
    ("pop909", "POP909, commit d83e6ed", "repository MIT", "pop: melody, bass and chords (split piano), counter (bridge)"),
    ("mma_openewld", "MMA over OpenEWLD, tunes dated 1930 or earlier", "repository MIT; synthetic", "pop, rock, jazz, folk, electronic, latin: drums, bass, chords"),
    ("freedoom", "Freedoom music, commit d14dbbe", "BSD-3-Clause", "rock: all parts"),
    ("nottingham", "Nottingham, commit 0992bb6", "repository GPL-3", "folk: bass and block chords"),
    ("lieder", "OpenScore Lieder, commit bca1224", "CC0", "classical song: bass, chords"),
    ("quartets", "OpenScore String Quartets, commit 2c723a5", "CC0", "symphony: bass, strings, counter"),
    ("orchestra", "OpenScore Orchestra, commit 8f67785", "CC0; melody annotations CC BY-SA 4.0", "symphony: bass, chords, strings, counter"),
    ("chorales", "Bach chorales as shipped with music21 10.5.1", "works in the public domain, some encodings restricted", "chorale: bass, strings (tenor), counter (alto)"),
    ("groove_drums", "Groove MIDI Dataset 1.0.0", "CC BY 4.0, Gillick et al. 2019", "drums of pop, rock, jazz, folk, electronic, latin"),
)  # fmt: skip

CAVEATS = """\
Two sets are not clear beyond doubt. **POP909**'s repository is MIT, but its 909 pieces are arrangements of commercial
songs: the licence covers the arrangements and annotations, not the songs. The works of the **chorales** are in the
public domain, but the collection's own `license.txt` says that some encodings restrict commercial use, and names no
licence for each file. Neither set is distributed with the model, but a network may remember passages: somebody who
must be certain should train without them (take them out of `SOURCES` in `prepare.py`). OpenEWLD's claim that all its
sheets are in the public domain is not reliable, so only tunes dated 1930 or earlier are used. A tenth of the pieces of every set was never seen here at
all; of the rest another tenth, chosen by the pieces' names, is the validation set of the figures below.

What was made of the data:
- MMA's accompaniments are written by rules, not played; its drums are mapped to twelve voices (`drums.py`), notes above
  the bass line are taken out of its bass track, and its rare string and counter tracks (machine arpeggios) are left out.
- **String parts of pop, rock, jazz, folk, classical song, electronic and Latin are derived**: those data have next to
  none, so pads that hold the harmony of the real chords and bass (`pads.py`) stand in. They are an arranger's rule, which
  the network learns; only symphony and chorale (and some of rock) have strings that somebody wrote.
- Parts are moved by octaves into their registers (`prepare.py`). Of a countermelody only the highest notes are kept: it is a line.
- Velocities and timing (how much later or earlier than its step a note sounds: swing, triplets, a player's own): drums
  as played from Groove MIDI and Freedoom; POP909's piano and bridge; for MMA's windows how each of its grooves plays a
  step of the bar (`grooves.json`); triplets, without velocities, from the OpenScore scores. The rest has no velocities
  and stands on the grid.
"""

LIMITS = """\
- Some figures of a part are further than a third from the real ones (13 of 225; of the best of four takes 12): above all empty
  bars where the data have next to none (symphony's and rock's chords, electronic's bass). Five of the 13 are over a third
  off in the training pieces too, eight are not.
- A single take of folk follows the melody less than asked (0.898 of the way by notes held, 0.890 by tonal distance; the aim is
  0.9 in every genre); the best of four takes, which the program plays, follows it in all. By notes held the measure tells
  nothing of chorales: real inner voices hold the melody's notes less often than another chorale's do.
- Takes of folk differ a little less than asked (spread 0.596; the aim is 0.6).
- The closest window that it made is nearer to a training window than the closest real one in electronic (0.99, real 0.91), jazz
  (0.83, 0.70) and latin (0.83, 0.80), all of them MMA's grooves; in the mean it is nearer in rock and classical, by 0.009 and 0.002.
- Validation is by piece, but tunes repeat: 9 of 80 folk, 2 of 80 classical and 4 of 54 chorale validation windows are exact
  copies of training windows.
- With the melody hidden the parts follow the context alone: with nothing heard it is not predicted.
- What the adversary's choice adds to a single take is little: takes differ more, and hold more of the melody's notes in rock and
  electronic; by tonal distance they come nearer to the melody than real parts do, which is no nearer to real ones, and a
  fresh classifier tells them from real ones as well as 2.1.0's ([ROUNDS.md](ROUNDS.md)). As conductor it adds more.
- Along lines between genres density and timing move steadily; empty bars do so in seven steps of ten: there are few of them.
- Velocities of pop are hardly nearer to the data than the data's own mean is. Timing is nearer to the data than notes on the
  grid where music swings; elsewhere it is as near, or further by a hundredth of a step.
- Harmony is plain triads. Bass lines repeat roots and fifths more than real ones (UPC).
- Rock learnt from game music and from rules; its counter is not listed, since too few windows have one.
- The stages of training were decided on figures and pictures of the same validation pieces that are reported here.
- Training has never been run on a GPU; on several processes only in a test, of two on one machine (`torchrun`, gloo).
- Four-bar windows know only the window before; there is no form beyond eight bars.
- Timing belongs to a part and a step, not to a note; the melody's own is not read.
- 3/4 drums come from MMA alone. The counter part is taught by POP909's bridge (pop), Freedoom (rock) and strings and winds
  (symphony, chorale); other genres do not list it.
- The figures count 4/4 windows only, since they are defined on bars of sixteen steps.
"""


def _settings(settings: dict[str, Any]) -> str:
    return ", ".join(f"`{name}` {value}" for name, value in settings.items())


def _losses(log: Path) -> str:
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    known = ("notes", "strokes", "kl", "chords", "velocity", "timing", "style_right", "adversary", "score", "best")
    names = tuple(n for n in known if any(n in row for row in rows))
    lines = ["| step | minutes | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 2)]
    last = rows[-1]["step"]
    nearest = (min(rows, key=lambda r: abs(r["step"] - part * last)) for part in (0.02, 0.1, 0.25, 0.5, 0.75, 1.0))
    # A short run has fewer records than that.
    for row in {row["step"]: row for row in nearest}.values():
        cells = " | ".join(f"{row[n]:.3g}" if n in row else "–" for n in names)
        lines.append(f"| {row['step']:.0f} | {row['seconds'] / 60:.0f} | {cells} |")
    return "\n".join(lines)


def card(work: Path, facts: dict[str, Any]) -> str:
    """The card's text."""
    sources = json.loads((work / "data" / "sources.json").read_text())
    training = facts["training"]
    lines = [
        f"# {facts['name']} {facts['version']}",
        "",
        f"`continuo.onnx`: {facts['megabytes']:.1f} MB, {facts['parameters'] / 1e6:.1f} M parameters, "
        f"{facts['milliseconds']:.1f} ms of processor time a forward pass (ONNX Runtime {facts['runtime']}, one thread, the machine below). "
        f"Licence {facts['licence']}. Contract: [README.md](README.md).",
        "Beside it `style-encoder.onnx` reads a style from music"
        + (", and `conductor.onnx` judges takes." if facts.get("conductor") else "."),
        "",
        "It writes drums, bass, chords, strings and counter under a melody, four bars at a time, from a style and a noise",
        "vector. A transformer reads melody and context by beats; a small recurrent head then chooses a chord for every half",
        "bar (in 3/4 a bar), so that all parts stand on one harmony; the rest is a variational autoencoder with a prior that",
        "depends on melody and context, whose decoder also plays against a discriminator. That one sees melody and parts",
        "together, thresholded, and refuses real parts under another window's melody as well. Of the 128 noise numbers, 32",
        "colour the whole window, 4 × 16 a bar each, and 8 × 4 move the choice of a chord each; noise 0 is the best guess.",
        "The network also says which parts are lines in a window; in those a step starts one note or none, by the chances of",
        "all pitches together, and the noise moves which pitch it is. Prior and chord plan have learnt from the adversary's",
        "choice among several takes.",
        "",
        "![Sample rolls](samples.png)",
        "",
        "*Samples, not chosen among several: noise 0.7, the melody (grey) known, each window's context the window before it",
        "as generated. Blue bass, orange chords, green strings, purple counter; drum voices below.*",
        "",
        "## Genres",
        "",
        "| genre | parts it lists |",
        "|---|---|",
        *(f"| {g.name} (`{g.id}`) | {', '.join(g.parts)} |" for g in GENRES),
        "",
        "## Data",
        "",
        "| set | licence | windows (validation) | teaches |",
        "|---|---|---|---|",
        *(
            f"| {title} | {licence} | {sources[name]['windows']:,} ({sources[name]['validation']:,}) | {teaches} |"
            for name, title, licence, teaches in DATA_ROWS
        ),
        "",
        CAVEATS,
        "## Training",
        "",
        f"{training['steps']:,} steps in {training['seconds'] / 60:.0f} minutes on {training['hardware']}; "
        f"code at commit `{training['commit']}`. Settings: {_settings(training['settings'])}.",
        *(f"\n{remark}" for remark in training["remarks"]),
        "",
        *chain(),
        "### The last run",
        "",
        "Losses (nats a window for notes, strokes and KL; `style_right` is the share of windows read nearest their genre;",
        "`score` is the adversary's verdict of several takes, and `best` that of the best of them):",
        "",
        _losses(work / "log.jsonl"),
        "",
        "```sh",
        "cd models/training",
        "python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        *(
            f".venv/bin/python -m continuo_training {step}"
            for step in ("prepare", "train", "export --version VERSION", "evaluate", "card")
        ),
        "```",
        "",
        "`evaluate` measures the exported files, so it comes after `export`. `train` as it stands begins from nothing; it has not been",
        "run that way for the whole time (see above).",
        "",
        "## Figures",
        "",
        "[EVALUATION.md](EVALUATION.md), written by `evaluate`; the table at its head puts each aim beside what was reached.",
        "",
    ]
    lines += ["## Known limits", "", LIMITS]
    return "\n".join(lines)
