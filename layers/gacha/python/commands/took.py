"""Presents that were taken, as the history tells of them, with what was said with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from commands.events import Event
from commands.rewards import Goods
from gacha.presents import Present

MOST_TOLD: Final = 2
"""Presents of one event of which it is said who gave them, and with which words."""


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


def told(of: Took, known: Mapping[str, Present]) -> Took:
    """With what was said with those of its presents that are `known`, by id."""
    there = [known[each] for each in of["ids"] if each in known]
    givings = [Giving(message=each.message, by=each.by) for each in there]
    return {**of, "givings": givings}
