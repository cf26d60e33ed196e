"""Presents that were taken, in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict, cast

from commands import events, kit, rewards
from commands.events import Event, Row
from commands.presents.texts import say
from commands.rewards import Goods
from commands.sentences import literal
from gacha.presents import Present

MOST_TOLD: Final = 2
"""Presents of one event of which the history says who gave them."""

_MOST_OF_A_MESSAGE: Final = 30


class Giving(TypedDict):
    """`by` is the admin who gave it."""

    message: str
    by: str


class Took(Event):
    """`ids`: the first of the `count` presents. `givings`: what was said with them, where somebody
    looked it up (`told`): the ledger has what they gave, and the server's settings the rest."""

    count: int
    goods: Goods
    ids: Sequence[str]
    givings: Sequence[Giving]


def event(row: Row) -> Took:
    goods = rewards.of_event(row, row.get("names", {}))
    taken = row["presents"]
    ids = [each["id"] for each in taken[:MOST_TOLD]]
    return Took(**events.common(row), count=len(taken), goods=goods, ids=ids, givings=[])


def told(of: Took, known: Mapping[str, Present]) -> Took:
    """With what was said with those of its presents that are `known`, by id."""
    there = [known[each] for each in of["ids"] if each in known]
    givings = [Giving(message=each.message, by=each.by) for each in there]
    return {**of, "givings": givings}


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
    goods = kit.cut(rewards.words(took["goods"], lang), space)
    first = events.dated(took, say(lang, "line", count=took["count"], goods=goods))
    return "\n".join([first, *givings])
