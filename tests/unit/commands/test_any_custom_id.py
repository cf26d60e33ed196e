"""Whatever comes under a custom id of ours ends in a sentence, at the door or behind it.

Every custom id that a room reads is sent as a button, a select and a form, with data of each shape
that is none: nothing raises, and where a workflow is started it ends, too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any, Final

import pytest

from commands import registry
from commands.command import Control
from tests import custom_ids
from tests.unit.commands.test_drafting import at_work
from tests.unit.commands.test_two_servers import HERE, Somebody
from tests.unit.test_interactions import USER, button, command

Sent = dict[str, Any]

SHAPES: Final[tuple[Sent, ...]] = (
    {},
    {"values": []},
    {"values": "currency"},
    {"values": [None]},
    {"values": [{}]},
    {"values": ["currency"]},
    {"values": ["\ud800"]},
    {"values": ["1", "2"]},
    {"components": []},
    {"components": {}},
    {"components": [None, 7, "x", [], {"component": []}, {"components": [3]}]},
    {"components": [{"component": {}}]},
    {"components": [{"component": {"custom_id": ["name"], "value": 1}}]},
)
"""What stands beside the custom id."""
BROKEN: Final[tuple[Any, ...]] = (
    None,
    True,
    7,
    1.5,
    [],
    ["1"],
    {},
    {"id": "1"},
    "",
    "x" * 5_000,
    "\ud800",
)
"""The value of a field."""


def shapes(control: Control, chance: random.Random) -> Iterator[Sent]:
    yield from SHAPES if control.fields else SHAPES[::4]  # of a button nothing else is read
    for each in control.fields:
        for key in ("value", "values"):
            inside: Sent = {"type": 19 if each.type == 11 else 4, "custom_id": each.id}
            inside[key] = chance.choice(BROKEN)
            yield {"components": [{"type": 18, "component": inside}]}
        yield {"values": [chance.choice(BROKEN)]}
    # All fields that a form cannot do without, and of the others none.
    needed = [
        {
            "custom_id": each.id,
            "type": 4,
            "value": str(each.choices[0].value) if each.choices else "x",
        }
        for each in control.fields
        if each.required
    ]
    yield {"components": [{"type": 18, "component": each} for each in needed]}
    yield {"values": [each["value"] for each in needed]}


KNOWN: Final = {"banner": ["b1"], "draft": ["1"], "user": [USER]}
"""Of these a random value is mostly refused at the door."""


def attempts(chance: random.Random) -> Iterator[Sent]:
    for room, control in custom_ids.controls():
        custom_id = custom_ids.made(room, control, KNOWN, chance)
        for shape in shapes(control, chance):
            press = button(custom_id)
            press["message"]["flags"] = 64  # which opens what is below a private result, too
            press["data"] = {"component_type": 3, "custom_id": custom_id, **deepcopy(shape)}
            yield press
            yield command(type=5, data={"custom_id": custom_id, **deepcopy(shape)})
    for kind in (2, 4):
        yield command(type=kind, data={"custom_id": "pull:again:1"})


class Once(Somebody):
    """Whoever asks the same again is answered at the door alone: the workers have shown it."""

    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self._known: set[str] = set()

    def _works(self, workflow: str, given: Sent) -> Iterator[str]:
        asked = json.dumps([given["command"], given["options"]])
        if asked in self._known:
            return iter(["known"])
        self._known.add(asked)
        return super()._works(workflow, given)


@pytest.fixture
def somebody(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Somebody]:
    with at_work(tables, monkeypatch, HERE) as owner:
        who = Once(owner.bot, tables, owner._number)
        who.publishes("あさひ", "b1")
        vars(who.bot.app)["_buckets"] = SimpleNamespace(take=lambda *_, **__: 0)
        not_again = SimpleNamespace(is_again=lambda *_: False, took=lambda *_: None)
        vars(who.bot.app)["_presses"] = not_again
        yield who


@pytest.mark.long
def test_whatever_comes_under_a_custom_id_ends_in_a_sentence(somebody: Somebody) -> None:
    somebody.started.clear()
    answered = 0
    for sent in attempts(random.Random(12)):
        said, *more = somebody.does(sent)
        is_deferred = said.startswith(('{"type": 5', '{"type": 6'))
        assert said and is_deferred == bool(more), sent["data"]
        assert sent["type"] != 5 or not said.startswith('{"type": 9'), "no form opens a form"
        answered += 1
    assert answered > 1_000
    pressed = {room for room, control in custom_ids.controls() if not control.is_form}
    assert somebody.started >= pressed - UNSTARTED, "what was refused at the door proves nothing"


UNSTARTED: Final = {
    room
    for room in registry.rooms()
    if all(each.is_form or each.opens for each in registry.definition(room).controls)
}
