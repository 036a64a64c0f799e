"""What pedalboard and DawDreamer do with the classes of Continuo's VST3: one JSON object per host and class.

Arguments: the VST3 bundle, a MIDI file, and a folder for the states that DawDreamer saves.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dawdreamer
import numpy as np
import pedalboard

RATE = 48_000
BLOCK = 512
PARAMETER = "Variation"
VALUE = 80.0
NOTE_ON, NOTE_OFF = bytes([0x90, 60, 100]), bytes([0x80, 60, 0])


def in_pedalboard(bundle: Path) -> Iterator[dict[str, Any]]:
    """Load each class that pedalboard finds."""
    for name in pedalboard.VST3Plugin.get_plugin_names_for_file(str(bundle)):
        found: dict[str, Any] = {"host": "pedalboard", "class": name}
        try:
            plugin = pedalboard.load_plugin(str(bundle), plugin_name=name)
        except ValueError as error:
            yield found | {"loads": False, "reason": str(error)}
            continue
        plugin.variation = VALUE
        state = plugin.raw_state
        other = pedalboard.load_plugin(str(bundle), plugin_name=name)
        before = other.variation
        other.raw_state = state
        audio = plugin([(NOTE_ON, 0.0), (NOTE_OFF, 0.5)], duration=1.0, sample_rate=RATE)
        yield found | {
            "loads": True,
            "parameters": len(plugin.parameters),
            "state": len(state),
            "restored": [before, other.variation],
            "same_state": other.raw_state == state,
            "audio": list(audio.shape),
            "silent": not bool(np.any(audio)),
        }


def in_dawdreamer(bundle: Path, tune: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Load the class that DawDreamer chooses: it has no way to name one."""
    engine = dawdreamer.RenderEngine(RATE, BLOCK)
    plugin = engine.make_plugin_processor("continuo", str(bundle))
    indices = {entry["name"]: entry["index"] for entry in plugin.get_parameters_description()}
    index = indices[PARAMETER]
    plugin.set_parameter(index, VALUE / 100.0)
    saved, again = str(folder / "saved"), str(folder / "again")
    plugin.save_state(saved)
    other = engine.make_plugin_processor("other", str(bundle))
    before = other.get_parameter_text(index)
    other.load_state(saved)
    other.save_state(again)
    plugin.load_midi(str(tune), beats=True)
    engine.load_graph([(plugin, [])])
    engine.render(16.0)
    yield {
        "host": "DawDreamer",
        "class": "the first",
        "loads": True,
        "parameters": plugin.get_plugin_parameter_size(),
        "state": Path(saved).stat().st_size,
        "restored": [float(before), float(other.get_parameter_text(index))],
        "same_state": Path(saved).read_bytes() == Path(again).read_bytes(),
        "audio": list(engine.get_audio().shape),
        "silent": not bool(np.any(engine.get_audio())),
    }


def main() -> None:
    """Print the objects."""
    bundle, tune, folder = (Path(argument) for argument in sys.argv[1:])
    for found in [*in_pedalboard(bundle), *in_dawdreamer(bundle, tune, folder)]:
        print(json.dumps(found))


main()
