"""What has been edited since the local cloud started, and what that takes."""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from local import ROOT
from local.cloud import BUILD_INPUTS, LocalCloud, Stack, StartError

CODE: Final = ("functions", "layers")
"""Folders whose modules and data a function reads; the rest is for a deployment."""
PACKAGING: Final = {"Makefile", "package.mk", "requirements.in", "requirements.txt"}
"""Files there that say how a package is made: they change it by a build only."""

Seen = dict[Path, tuple[int, int]]


class Edits(NamedTuple):
    """Paths of files that were written, made or removed, from the checkout's root."""

    code: list[Path]
    deployment: list[Path]


class Watch:
    """Tells of edits once their files have been at rest for the time between two questions."""

    def __init__(self, root: Path = ROOT, inputs: list[Path] = BUILD_INPUTS) -> None:
        self._root = root
        self._inputs = inputs
        self._told = self._last = self._look()

    def edits(self) -> Edits:
        now = self._look()
        if now != self._last:
            self._last = now
            return Edits([], [])  # somebody is still writing, perhaps
        changed = sorted(
            path.relative_to(self._root)
            for path in self._told.keys() | now.keys()
            if self._told.get(path) != now.get(path)
        )
        self._told = now
        code = [path for path in changed if path.parts[0] in CODE and path.name not in PACKAGING]
        return Edits(code, [path for path in changed if path not in code])

    def _look(self) -> Seen:
        return dict(self._files())

    def _files(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for given in self._inputs:
            for path in [given, *given.rglob("*")]:
                if "__pycache__" in path.parts or path.name.endswith(("~", ".swp", ".tmp")):
                    continue
                try:
                    found = path.stat()
                except OSError:  # gone again
                    continue
                if not path.is_dir():
                    yield path, (found.st_mtime_ns, found.st_size)


def unreadable(paths: list[Path], root: Path = ROOT) -> str:
    """What is wrong with the first of these modules that Python cannot read; empty if none is."""
    for path in paths:
        if path.suffix == ".py" and (root / path).exists():
            try:
                with tokenize.open(root / path) as file:
                    compile(file.read(), path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None)
                return f"{path}{f':{line}' if line else ''}: {getattr(error, 'msg', error)}"
    return ""


class Following:
    """Lets a running local cloud follow the edits."""

    def __init__(self, cloud: LocalCloud, stack: Stack, say: Callable[[str], None]) -> None:
        self._cloud = cloud
        self._say = say
        self._watch = Watch()
        self._held_back: set[Path] = set()
        """Modules that were edited since the functions last took over all of them."""
        self.stack = stack

    def follow(self) -> None:
        """Bring into effect what was edited; `stack` is then what runs. What cannot be is told, and
        the cloud goes on as it was."""
        edits = self._watch.edits()
        if edits.deployment:
            self._say(f"changed: {_named(edits.deployment)}")
            try:
                self.stack = self._cloud.deploy_changes()
            except StartError as error:
                self._say(f"{error}\nthe stack stands as it was")
            else:
                self._say("the change is deployed")
        if edits.code:
            self._held_back.update(edits.code)
            if problem := unreadable(sorted(self._held_back)):
                self._say(f"{problem}\nthe functions run what they ran")
            else:
                changed = sorted(self._held_back)
                self._held_back.clear()
                self._cloud.reload()
                self._say(f"changed: {_named(changed)}; the next command runs it")


def _named(paths: list[Path]) -> str:
    more = len(paths) - 3
    return ", ".join(map(str, paths[:3])) + (f" and {more} more" if more > 0 else "")
