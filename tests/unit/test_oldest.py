"""On the oldest Python each test runs with the first of its cases; those marked `once`, which hold
what no Python runs, and those marked `long` do not."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import Final

from tests.conftest import ROOT

RUN: Final = {"adapters", "benchmarks", "commands", "gacha", "local", "scripts", "verify"}
"""What is ours and runs on the Python that is there: the functions' code, the tools, `make run`."""
LOADING: Final = {"load_function", "running"}
"""What loads functions without an import."""
SHARED: Final = {"conftest.py", "cloudformation.py"}
"""What so many tests need that some of them run on the oldest Python in any case."""


@functools.cache
def read(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def taken(path: Path) -> set[str]:
    """The first words of all that a module imports and the names that it takes from there, with
    those of what tests share, but for SHARED. Other tests are judged by themselves."""
    found = set()
    for node in ast.walk(read(path)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        found |= {node.module.partition(".")[0], *(each.name for each in node.names)}
        if node.module.partition(".")[0] == "tests":
            place = ROOT / node.module.replace(".", "/")
            below = (place / each.name for each in node.names)
            for file in (each.with_suffix(".py") for each in (place, *below)):
                if file.exists() and file.parent == ROOT / "tests" and file.name not in SHARED:
                    found |= taken(file)
    return found


def test_what_runs_is_tested_on_the_oldest_python_too() -> None:
    mark = "pytest.mark." + "once"
    modules = {path: path.read_text("utf-8") for path in (ROOT / "tests/unit").rglob("test_*.py")}
    held = [path for path, text in modules.items() if mark in text]
    assert len(held) > 5
    for path in held:
        assert not taken(path) & (RUN | LOADING), path
        # Each module as a whole, in one line.
        assert modules[path].count(mark) == 1 and f"\npytestmark = {mark}\n" in modules[path], path


def test_a_module_that_runs_what_is_ours_would_be_found() -> None:
    for name in ("test_engine", "test_interactions", "test_hostile_signatures", "test_kinds"):
        assert taken(ROOT / f"tests/unit/{name}.py") & (RUN | LOADING), name
