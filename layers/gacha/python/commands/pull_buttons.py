"""How the buttons that pull are labelled, wherever they stand, and those by which messages of other
rooms lead to a pull: each press is a pull of its own, whose result only its player sees.

What pays is said where one player alone sees it. A result and a panel are for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict

from commands import kit
from commands.kit import Component
from commands.message import Names
from commands.sentences import Sentences, speaking
from gacha.names import one_line

MOST_OF_A_NAME: Final = 30
"""Characters of a banner's name in a button, of the 80 that it may have."""


class Marked(TypedDict, total=False):
    """`is_shared`: tickets of a box that the server shares. `is_other`: it is not the server's
    default, and is named."""

    is_shared: bool
    is_other: bool


class Pulls(Marked):
    """What can be pulled of a banner: `counts` of cards at once, of which tickets pay the
    `ticketed`, and nothing has to pay the `free`."""

    id: str
    name: Names
    counts: Sequence[int]
    ticketed: Sequence[int]
    free: Sequence[int]


def following(of: Pulls | None, lang: str) -> list[Component]:
    """Below what was given: the fewest and the most that can be pulled now; with tickets, where
    there are any, with which somebody who was given some pulls first."""
    if of is None:
        return []
    counts = [*of["ticketed"]] or [*of["counts"]]
    return [button(of, count, lang) for count in dict.fromkeys((counts[0], counts[-1]))]


def button(of: Pulls, count: int, lang: str) -> Component:
    """The button of so many pulls by who alone sees it: it says so where tickets pay them, or
    nothing has to."""
    paid = ""
    if count in of.get("free", ()):  # a workflow may have begun before these were there
        paid = "_free"
    elif count in of.get("ticketed", ()):
        paid = "_ticket" if count == 1 else "_tickets"
    words = say(lang, _kind(count, of.get("is_shared", False)) + paid, count=count)
    made = kit.button(words, f"pull:panel:{of['id']}:{count}")
    return named(made, of["name"], lang) if of.get("is_other") else made


def named(button: Component, banner: Names, lang: str) -> Component:
    """The same button, which says of which banner it is."""
    name = kit.cut(one_line(banner[lang]), MOST_OF_A_NAME)
    return {**button, "label": say(lang, "of", banner=name, what=button["label"])}


def label(count: int, lang: str, *, is_shared: bool, price: int | None = None) -> str:
    """What a button says of so many pulls that anybody may press, who pays as they can; `price`:
    what it takes, where nothing else on the message does. Of a box that the server shares as many
    tickets come as are left."""
    kind = _kind(count, is_shared)
    if price is None:
        return say(lang, kind, count=count)
    return say(lang, f"{kind}_for", count=count, price=price)


def _kind(count: int, is_shared: bool) -> str:
    if not is_shared:
        return "pull"
    return "one" if count == 1 else "several"


SENTENCES: Final[Sentences] = {
    "of": ("{banner}：{what}", "{banner}: {what}"),
    "pull": ("{count:,}連", "Pull ×{count:,}"),
    "pull_for": ("{count:,}連（{price:price}）", "Pull ×{count:,} ({price:price})"),
    "pull_free": ("{count:,}連（無料）", "Pull ×{count:,} (free)"),
    "pull_ticket": ("{count:,}連（チケット）", "Pull ×{count:,} (ticket)"),
    "pull_tickets": ("{count:,}連（チケット）", "Pull ×{count:,} (tickets)"),
    "one": ("1 枚", "1 ticket"),
    "one_for": ("1 枚（{price:price}）", "1 ticket ({price:price})"),
    "one_free": ("1 枚（無料）", "1 ticket (free)"),
    "one_ticket": ("1 枚（チケット払い）", "1, for a ticket"),
    "several": ("最大 {count:,} 枚まとめて", "Up to {count:,}"),
    "several_for": (
        "最大 {count:,} 枚まとめて（{price:price}）",
        "Up to {count:,} ({price:price})",
    ),
    "several_free": ("最大 {count:,} 枚まとめて（無料）", "Up to {count:,} (free)"),
    "several_tickets": (
        "最大 {count:,} 枚まとめて（チケット払い）",
        "Up to {count:,}, for tickets",
    ),
}

say: Final = speaking(SENTENCES)
