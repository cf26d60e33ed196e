"""Custom ids, made out of the patterns by which the rooms read them: for tests of all rooms."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any, Final

from commands import registry
from commands.command import Control

MOST: Final = 100
"""Characters of a custom id that Discord takes."""
_SIGNS: Final = "a0-あ"


def controls() -> Iterator[tuple[str, Control]]:
    """Every button, select and form of every room."""
    for room in registry.rooms():
        for control in registry.definition(room).controls:
            yield room, control


def longest(room: str, control: Control) -> int:
    """Characters of the longest custom id that is read as this control's."""
    return len(room) + 1 + int(sre_parser.parse(control.pattern).getwidth()[1])


def is_read(custom_id: str) -> bool:
    """Whether some control of its room reads it."""
    room, _, rest = custom_id.partition(":")
    return registry.is_room(room) and any(
        re.fullmatch(each.pattern, rest) for each in registry.definition(room).controls
    )


def made(
    room: str, control: Control, values: Mapping[str, Sequence[str]], chance: random.Random
) -> str:
    """A custom id of this control, its groups filled from the `values` of their names where those
    match, else with whatever does."""
    parsed = sre_parser.parse(control.pattern)
    names = {number: name for name, number in parsed.state.groupdict.items()}
    rest = _Made(names, values, chance).text(parsed)
    assert re.fullmatch(control.pattern, rest), (control.pattern, rest)
    return f"{room}:{rest}"


class _Made:
    def __init__(
        self, names: Mapping[int, str], values: Mapping[str, Sequence[str]], chance: random.Random
    ) -> None:
        self._names, self._values, self._chance = names, values, chance

    def text(self, parsed: Any) -> str:
        return "".join(self._part(kind, value) for kind, value in parsed)

    def _part(self, kind: Any, value: Any) -> str:
        if kind is sre.LITERAL:
            return chr(value)
        if kind is sre.ANY:
            return self._chance.choice(_SIGNS)
        if kind is sre.IN:
            return chr(self._chance.choice([*_members(value)]))
        if kind is sre.BRANCH:
            return self.text(self._chance.choice(value[1]))
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, repeated = value
            return "".join(
                self.text(repeated) for _ in range(self._chance.randint(low, min(high, low + 3)))
            )
        assert kind is sre.SUBPATTERN, kind
        number, _, _, inside = value
        free = self.text(inside)
        known = [
            each
            for each in self._values.get(self._names.get(number, ""), ())
            if _fits(inside, each)
        ]
        return self._chance.choice(known) if known else free


def _members(value: Any) -> Iterator[int]:
    for kind, of in value:
        if kind is sre.RANGE:
            yield from range(of[0], of[1] + 1)
        else:
            assert kind is sre.LITERAL, kind
            yield of


def _fits(inside: Any, text: str) -> bool:
    """Whether the part of a pattern matches a text as a whole."""
    return re.compile(r"\A(?:" + _source(inside) + r")\Z", re.DOTALL).match(text) is not None


def _source(parsed: Any) -> str:
    """A pattern for what was parsed, as far as `_Made` knows it."""
    parts = []
    for kind, value in parsed:
        if kind is sre.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is sre.ANY:
            parts.append(".")
        elif kind is sre.IN:
            signs = "".join(map(re.escape, map(chr, _members(value))))
            parts.append(f"[{signs}]")
        elif kind is sre.BRANCH:
            parts.append("(?:" + "|".join(map(_source, value[1])) + ")")
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, repeated = value
            parts.append(f"(?:{_source(repeated)}){{{low},{high}}}")
        else:
            assert kind is sre.SUBPATTERN, kind
            parts.append(f"(?:{_source(value[3])})")
    return "".join(parts)
