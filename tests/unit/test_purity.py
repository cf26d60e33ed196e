"""The domain imports no AWS, no Discord, no clock and no source of randomness; a command's room
imports no other's."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tests.over import over

DOMAIN = Path(__file__).parents[2] / "layers/gacha/python/gacha"
COMMANDS = {"simulate", "terminal"}
"""Those that may draw words of their own, show progress and print; no library imports them."""
COMMAND_LINES = {"__main__", "simulate"}
"""The modules that are run; only they import what they share, `command`."""

IMPURE = {
    *("asyncio", "concurrent", "ctypes", "multiprocessing", "os", "random", "secrets", "select"),
    *("signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
}
CLOCKS = {"now", "today", "utcnow"}
MODULES = sorted(DOMAIN.rglob("*.py"))


def imported(module: Path) -> set[str]:
    return imported_by(module.read_text("utf-8"))


def imported_by(source: str) -> set[str]:
    """The absolute names of all that a module imports, at whatever depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "gacha" if node.level else ""
            base = ".".join(filter(None, [base, node.module]))
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def library(module: Path) -> str:
    """A module without what only its own command line does."""
    return module.read_text("utf-8").partition('if __name__ == "__main__":')[0]


def clocks(source: str) -> set[str]:
    """What asks a clock: `now` of a class of `datetime`, handed on or called. A count of today's is
    none, so an attribute of anything else may have such a name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            of = node.value
            name = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
            if name in ("date", "datetime"):
                found.add(f"{name}.{node.attr}")
    return found


@over("module", MODULES)
def test_only_the_domain_and_the_standard_library(module: Path) -> None:
    roots = {name.partition(".")[0] for name in imported(module)}
    assert roots <= sys.stdlib_module_names | {"gacha"}


@over("module", [each for each in MODULES if each.stem not in COMMANDS])
def test_no_clock_no_chance_no_outside_world(module: Path) -> None:
    assert not {name.partition(".")[0] for name in imported(module)} & IMPURE
    assert not clocks(module.read_text("utf-8"))


def test_nothing_imports_the_commands() -> None:
    forbidden = {f"gacha.{command}" for command in COMMANDS}
    for module in (*MODULES, *DOMAIN.parent.glob("adapters/*.py")):
        assert module.stem in COMMAND_LINES or "gacha.command" not in imported(module)
        assert not imported_by(library(module)) & forbidden, module


ROOMS = sorted(path.parent for path in DOMAIN.parent.glob("commands/*/definition.py"))


@over("room", ROOMS)
def test_no_room_reaches_into_another(room: Path) -> None:
    """What two of them need stands beside them."""
    others = {each.name for each in ROOMS} - {room.name}
    for module in room.rglob("*.py"):
        names = [name.split(".") for name in imported(module)]
        reached = {parts[1] for parts in names if parts[0] == "commands" and len(parts) > 1}
        assert not reached & others, module


def test_what_is_forbidden_would_be_found(tmp_path: Path) -> None:
    impure = tmp_path / "impure.py"
    impure.write_text("def f():\n    from random import Random\n    import boto3.session\n")
    assert {"random", "random.Random", "boto3.session"} <= imported(impure)
    for clock in ("datetime.now(UTC)", "dt.datetime.utcnow()", "f(datetime.date.today)"):
        assert clocks(clock)
    assert not clocks("state.limit.today + 1")
