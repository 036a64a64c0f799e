"""The data sets for readers: title, licence, and what each teaches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CataloguedSet:
    """A data set as the card lists it; `name` is that of `sources.DATASETS`."""

    name: str
    title: str
    licence: str
    teaches: str


CATALOGUE = (
    CataloguedSet(
        "pop909",
        "POP909, commit d83e6ed",
        "repository MIT",
        "pop: melody, bass and chords (split piano), counter (bridge)",
    ),
    CataloguedSet(
        "mma_openewld",
        "MMA over OpenEWLD, tunes dated 1930 or earlier",
        "repository MIT; synthetic",
        "pop, rock, jazz, folk, electronic, latin: drums, bass, chords",
    ),
    CataloguedSet("freedoom", "Freedoom music, commit d14dbbe", "BSD-3-Clause", "rock: all parts"),
    CataloguedSet("nottingham", "Nottingham, commit 0992bb6", "repository GPL-3", "folk: bass and block chords"),
    CataloguedSet("lieder", "OpenScore Lieder, commit bca1224", "CC0", "classical song: bass, chords"),
    CataloguedSet("quartets", "OpenScore String Quartets, commit 2c723a5", "CC0", "symphony: bass, strings, counter"),
    CataloguedSet(
        "orchestra",
        "OpenScore Orchestra, commit 8f67785",
        "CC0; melody annotations CC BY-SA 4.0",
        "symphony: bass, chords, strings, counter",
    ),
    CataloguedSet(
        "chorales",
        "Bach chorales as shipped with music21 10.5.1",
        "works in the public domain, some encodings restricted",
        "chorale: bass, strings (tenor), counter (alto)",
    ),
    CataloguedSet(
        "groove_drums",
        "Groove MIDI Dataset 1.0.0",
        "CC BY 4.0, Gillick et al. 2019",
        "drums of pop, rock, jazz, folk, electronic, latin",
    ),
)


@dataclass(frozen=True)
class CataloguedSheets:
    """A source of lead sheets as the card lists it."""

    title: str
    licence: str
    songs: int


LEAD_SHEETS = (
    CataloguedSheets("McGill Billboard 2.0 (Burgoyne, Wild, Fujinaga 2011)", "CC0", 648),
    CataloguedSheets("Rock corpus 2.1 (de Clercq, Temperley)", "CC BY 4.0", 178),
    CataloguedSheets("POP909's chords (Dai, Zhang, Dannenberg 2020)", "MIT", 833),
    CataloguedSheets("Impro-Visor's Imaginary Book", "GPL; the text of version 2, and no version named", 2284),
    CataloguedSheets("openbook (Veltzer)", "GPL-3.0", 139),
    CataloguedSheets("OpenEWLD, commit ec03cbd", "MIT", 432),
    CataloguedSheets("Nottingham, commit 0992bb6", "GPL-3.0", 929),
    CataloguedSheets("When in Rome: its own analyses of songs and keyboard music", "CC BY-SA 4.0", 385),
    CataloguedSheets("TAVERN (Devaney et al.)", "CC BY-SA 4.0", 25),
    CataloguedSheets("Haydn op. 20 (Nápoles López)", "Apache-2.0, conversion CC BY-SA 4.0", 24),
    CataloguedSheets("Bach Chorales Melody-Harmony (Sears, Verbeten, Percival)", "CC BY 4.0", 83),
    CataloguedSheets("BPS-FH (Chen, Su 2018)", "GPL-3.0", 29),
    CataloguedSheets("Open Hymnal Project", "public domain", 233),
)
