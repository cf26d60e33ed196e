"""A code that was used, in the history."""

from __future__ import annotations

from typing import cast

from commands import events, kit, rewards
from commands.code.texts import say
from commands.events import Event, Row
from commands.rewards import Goods
from commands.sentences import literal


class UsedCode(Event):
    note: str
    goods: Goods


def event(row: Row) -> UsedCode:
    goods = rewards.of_event(row, row.get("names", {}))
    return UsedCode(**events.common(row), note=row["note"], goods=goods)


def line(of: Event, lang: str) -> str:
    used = cast(UsedCode, of)
    note = kit.cut(literal(used["note"]), 60)
    space = kit.MAX_LINE - kit.length(events.dated(used, note)) - 20
    goods = kit.cut(rewards.booked(used["goods"], used["balance"], lang), space)
    return events.dated(used, say(lang, "line", note=note, goods=goods))
