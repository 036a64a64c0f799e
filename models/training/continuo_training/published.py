"""What others printed or measured, to set the report's own figures beside; and those figures without any ratio."""

from __future__ import annotations

from typing import Any

from .tables import number, row, table

#: Dong et al., "MuseGAN" (AAAI 2018), track-conditional generation: the printed table. Percent, pitch classes, percent.
MUSEGAN = (
    ("training data", "8.06 / 19.4 / 10.1", "1.71 / 3.08 / 3.38", "88.6"),
    ("its best model (jamming)", "4.60 / 13.3 / 3.44", "2.05 / 3.79 / 4.23", "91.6"),
)
#: The collection's reference points: whole data sets, untransposed, "shuffled" being any other window of the set; and
#: a public U-Net GAN of the kind that AWS DeepComposer taught, on its 120 sample outputs and its own training set.
REFERENCE = (
    ("lieder", "0.89", "0.36", "1.10", "1.63"),
    ("quartets", "0.60", "0.35", "1.22", "1.54"),
    ("orchestra", "0.60", "0.33", "1.31", "1.61"),
    ("pop909", "0.77", "0.31", "1.11", "1.62"),
    ("freedoom", "0.78", "0.35", "1.08", "1.60"),
    ("MMA, jazz", "0.81", "0.49", "1.30", "1.56"),
    ("MMA, rock", "0.76", "0.43", "1.26", "1.55"),
    ("a U-Net GAN of AWS DeepComposer's kind, its outputs", "0.43", "0.35", "1.42", "–"),
    ("that model's own training set", "0.56", "0.46", "1.42", "–"),
)


def musegan() -> list[str]:
    """The printed table, bass / guitar / strings, and how far it can be compared."""
    return [
        "Dong et al., *MuseGAN* (AAAI 2018), print for track-conditional generation, bass / guitar / strings:",
        "",
        *table(["", "EB, %", "UPC", "drums' DP, %"], [row(name, list(cells)) for name, *cells in MUSEGAN]),
        "The data are others, and so is the grid of its QN, which is left out here. Our EB is a share, not a percentage; our UPC",
        "is the mean over bars that are not empty.",
        "",
    ]


def raw(genres: dict[str, Any], sets: list[str]) -> list[str]:
    """In-acc and TD as they are measured, without any ratio, beside what others reach."""
    figures = {name: {n: g["sets"][n]["figures"] for n in ("real", *sets)} for name, g in genres.items()}
    lines = [
        "Without any ratio: the share of the melody's steps whose pitch class sounds in the accompaniment in that half bar",
        "(in-acc, higher is closer), and the tonal distance between melody and accompaniment (TD, lower is closer). *Shuffled*",
        "is the real accompaniment of another window of the genre, all brought to one key, which is why it is closer than in the",
        "reference points below.",
        "",
    ]
    for key, title in (("in_acc", "in-acc"), ("td", "TD")):
        rows = [row(f"{n}, {title}", [number(f[n].get(key)) for f in figures.values()]) for n in ("real", *sets)]
        rows.append(row(f"shuffled, {title}", [number(f["real"][f"{key}_shuffled"]) for f in figures.values()]))
        lines += table(["", *figures], rows)
    return [
        *lines,
        "Reference points of the collection that the data come from, measured with its own code on whole data sets, and of a",
        "public U-Net GAN of the kind that AWS DeepComposer taught, on its 120 sample outputs:",
        "",
        *table(
            ["", "in-acc", "in-acc, shuffled", "TD", "TD, shuffled"], [row(n, list(cells)) for n, *cells in REFERENCE]
        ),
    ]
