"""Dataclasses from JSON: each field is checked against its type, so that damaged data is found where it is read."""

from __future__ import annotations

import json
import types
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def parsed(kind: type[Record], value: Any) -> Record:
    """The JSON value as an object of this dataclass.

    Raises:
        ValueError: a field is missing, unknown, or of the wrong type; the text names it.
    """
    found: Record = _parsed(kind, value, kind.__name__)
    return found


def read_record(kind: type[Record], path: Path) -> Record:
    """The JSON file as an object of this dataclass.

    Raises:
        ValueError: as `parsed`, or the file is not JSON.
        OSError: the file cannot be read.
    """
    return parsed(kind, json.loads(path.read_text()))


def _parsed(kind: Any, value: Any, where: str) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        return None if value is None else _parsed(inside[0], value, where)
    if is_dataclass(kind):
        return _dataclass(kind, value, where)
    if origin is dict:
        return {k: _parsed(inside[1], v, f"{where}[{k}]") for k, v in _checked(dict, value, where).items()}
    if origin is list:
        return [_parsed(inside[0], v, f"{where}[{i}]") for i, v in enumerate(_checked(list, value, where))]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return _checked(kind, value, where)


def _checked(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{where} is {type(value).__name__}, not {kind.__name__}")
    return value


def _dataclass(kind: Any, value: Any, where: str) -> Any:
    given = _checked(dict, value, where)
    hints = get_type_hints(kind)
    required = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    for problem, names in (("misses", required - set(given)), ("has an unknown", set(given) - set(hints))):
        if names:
            raise ValueError(f"{where} {problem} field: {', '.join(sorted(names))}")
    return kind(**{name: _parsed(hints[name], v, f"{where}.{name}") for name, v in given.items()})
