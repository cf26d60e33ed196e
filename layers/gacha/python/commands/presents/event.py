"""Presents that were taken, in the history."""

from __future__ import annotations

from typing import cast

from commands import events, kit, rewards
from commands.events import Event, Row
from commands.presents.texts import say
from commands.rewards import Goods


class Took(Event):
    count: int
    goods: Goods


def event(row: Row) -> Took:
    goods = rewards.of_event(row, row.get("names", {}))
    return Took(**events.common(row), count=len(row["presents"]), goods=goods)


def line(of: Event, lang: str) -> str:
    took = cast(Took, of)
    space = kit.MAX_LINE - kit.length(events.dated(took, "")) - 40
    goods = kit.cut(rewards.words(took["goods"], lang), space)
    return events.dated(took, say(lang, "line", count=took["count"], goods=goods))
