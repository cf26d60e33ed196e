"""That a player had the seed of a box revealed, in the history."""

from __future__ import annotations

from typing import cast

from commands import events, kit
from commands.events import Event, Row
from commands.fair_box.texts import say
from commands.message import Names


class Revealed(Event):
    banner: Names
    box: int


def event(row: Row) -> Revealed:
    return Revealed(**events.common(row), banner=row["name"], box=row["box"])


def line(of: Event, lang: str) -> str:
    revealed = cast(Revealed, of)
    name = kit.in_language(revealed["banner"], lang)
    return events.dated(revealed, say(lang, "line", banner=name, number=revealed["box"]))
