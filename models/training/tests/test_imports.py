import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "continuo_training"

#: The rooms, each after those that it may import.
ROOMS = (
    *("base", "musical", "data", "networks", "export", "evaluation"),
    *(
        "adversarial",
        "planning",
        "finetune",
        "melodies",
        "revising",
        "phrases",
        "drummer",
        "distil",
        "report",
        "commands",
    ),
)

Graph = dict[str, set[str]]


def imported(tree: ast.AST, module: str, package: str) -> set[str]:
    """The dotted names that a module imports from its own package, wherever in the file the import stands."""
    parents = [package, *module.split(".")[:-1]] if module else [package]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found |= {origin} | {f"{origin}.{a.name}" for a in node.names}
    prefix = f"{package}."
    return {name.removeprefix(prefix) for name in found if name.startswith(prefix)}


def graph_of(folder: Path) -> Graph:
    """Module → the modules of the same package that it imports."""
    files = {
        ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path
        for path in folder.rglob("*.py")
    }
    return {
        module: (imported(ast.parse(path.read_text()), module, folder.name) & files.keys()) - {module}
        for module, path in files.items()
    }


def cycle_in(graph: Graph) -> list[str]:
    """A cycle of any length, its first module repeated at its end; empty when there is none."""
    done: set[str] = set()

    def search(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for target in sorted(graph.get(module, ())):
            found = search(target, [*path, module])
            if found:
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := search(module, []))), [])


def test_modules_import_each_other_in_no_cycle() -> None:
    graph = graph_of(PACKAGE)
    assert "adversarial.trainer" in graph["adversarial.session"], "the graph sees relative imports"
    assert cycle_in(graph) == []


def test_a_room_imports_only_rooms_before_it() -> None:
    graph = graph_of(PACKAGE)
    assert {module.split(".")[0] for module in graph} == {*ROOMS, "__main__", "__init__"}
    for module, targets in graph.items():
        room = module.split(".")[0]
        allowed = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else ROOMS
        assert {target.split(".")[0] for target in targets} <= {*allowed}, module


def test_a_cycle_is_found_whatever_its_length_and_wherever_the_imports_stand(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "room").mkdir(parents=True)
    (package / "first.py").write_text("from .room import second\n")
    (package / "room" / "second.py").write_text("def late():\n    from ..third import name\n")
    (package / "third.py").write_text("import package.first\n")
    (package / "alone.py").write_text("from . import first\nimport json\n")
    assert cycle_in(graph_of(package)) == ["first", "room.second", "third", "first"]
    (package / "third.py").write_text("import json\n")
    assert cycle_in(graph_of(package)) == []
