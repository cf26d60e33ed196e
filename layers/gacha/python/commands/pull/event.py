"""A pull in the history, and among what a player missed."""

from __future__ import annotations

from typing import NotRequired, cast

from adapters import banners
from commands import events, kit, rules
from commands.cards import Card, card, counted
from commands.events import Event, Row
from commands.message import Names


class Pulled(Event):
    banner: Names
    cards: list[Card]
    is_whole: NotRequired[bool]
    """A whole-pack table held in it."""


def event(row: Row) -> Pulled:
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    cards = [card(banner, id_) for id_ in row["cards"]]
    is_whole = "whole" in row
    return Pulled(**events.common(row), banner=dict(banner.name), cards=cards, is_whole=is_whole)


def line(of: Event, lang: str) -> str:
    """A row of ten cards stays short: ten of them must fit 4,096 characters."""
    pulled = cast(Pulled, of)
    what = f"{kit.in_language(pulled['banner'], lang)} {_cost(pulled, lang)}"
    if pulled.get("is_whole"):
        what += f" {rules.say(lang, 'whole_short')}"
    head = events.dated(pulled, what)
    cards = kit.cut(counted(pulled["cards"], lang), kit.MAX_LINE - kit.length(head) - 1)
    return f"{head}\n{cards}"


def _cost(of: Pulled, lang: str) -> str:
    """What it took, and what it gave beside cards."""
    if of["amount"] or "tickets" in of:
        return events.amount(of, lang)
    free = events.say(lang, "moved_nothing")
    return events.separated([free, *([events.amount(of, lang)] if "shards" in of else [])], lang)
