"""The buttons by which messages of other rooms lead to a pull: each press is a pull of its own,
whose result only its player sees."""

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
    """The button of so many pulls, which says so where tickets pay them, or nothing."""
    label = say(lang, _pull(of, count), count=count)
    if of.get("is_other"):
        banner = kit.cut(one_line(of["name"][lang]), MOST_OF_A_NAME)
        label = say(lang, "of", banner=banner, what=label)
    return kit.button(label, f"pull:panel:{of['id']}:{count}")


def shared(count: int, lang: str) -> str:
    """What a button says of so many tickets of a box that the server shares: where fewer are left,
    so many come."""
    return say(lang, "one" if count == 1 else "several", count=count)


def _pull(of: Pulls, count: int) -> str:
    sentence = "pull"
    if of.get("is_shared"):
        sentence = "one" if count == 1 else "several"
    if count in of.get("free", ()):  # a workflow may have begun before these were there
        return f"{sentence}_free"
    if count in of.get("ticketed", ()):
        return f"{sentence}_ticket" if count == 1 else f"{sentence}_tickets"
    return sentence


SENTENCES: Final[Sentences] = {
    "of": ("{banner}：{what}", "{banner}: {what}"),
    "pull": ("{count:,}連", "Pull ×{count:,}"),
    "pull_free": ("{count:,}連（無料）", "Pull ×{count:,} (free)"),
    "pull_ticket": ("{count:,}連（チケット）", "Pull ×{count:,} (ticket)"),
    "pull_tickets": ("{count:,}連（チケット）", "Pull ×{count:,} (tickets)"),
    "one": ("1 枚", "1 ticket"),
    "one_free": ("1 枚（無料）", "1 ticket (free)"),
    "one_ticket": ("1 枚（チケット払い）", "1, for a ticket"),
    "several": ("最大 {count:,} 枚まとめて", "Up to {count:,}"),
    "several_free": ("最大 {count:,} 枚まとめて（無料）", "Up to {count:,} (free)"),
    "several_tickets": (
        "最大 {count:,} 枚まとめて（チケット払い）",
        "Up to {count:,}, for tickets",
    ),
}

say: Final = speaking(SENTENCES)
