"""Presents that were taken, in the history."""

from __future__ import annotations

from typing import Final, cast

from commands import events, kit, rewards
from commands.events import Event, Row
from commands.presents.texts import say
from commands.sentences import literal
from commands.took import MOST_TOLD, Took

_MOST_OF_A_MESSAGE: Final = 30


def event(row: Row) -> Took:
    goods = rewards.of_event(row, row.get("names", {}))
    taken = row["presents"]
    ids = [each["id"] for each in taken[:MOST_TOLD]]
    return Took(**events.common(row), count=len(taken), goods=goods, ids=ids, givings=[])


def line(of: Event, lang: str) -> str:
    took = cast(Took, of)
    givings = [
        say(
            lang,
            "giving",
            message=literal(kit.cut(each["message"], _MOST_OF_A_MESSAGE)),
            by=each["by"],
        )
        for each in took["givings"]
    ]
    if givings and took["count"] > len(givings):
        givings.append(say(lang, "givings_left", count=took["count"] - len(givings)))
    said = sum(kit.length(each) + 1 for each in givings)
    space = kit.MAX_LINE - kit.length(events.dated(took, "")) - 40 - said
    goods = kit.cut(rewards.booked(took["goods"], took["balance"], lang), space)
    first = events.dated(took, say(lang, "line", count=took["count"], goods=goods))
    return "\n".join([first, *givings])
