"""The week in numbers, with its last day."""

from __future__ import annotations

from typing import Final, Literal, TypedDict

from commands import kit
from commands.admin_stats.texts import say
from commands.kit import Body
from commands.message import Content, Names, parsed

UNLIKELY: Final = 0.05
"""Below this bound a difference is hardly chance."""


class Furthest(TypedDict):
    """`got` cards of the highest rarity where `expected` were to be (a decimal number, as text);
    `bound`: the most that the probability of such a difference can be, likewise. It was the most
    unusual of `tested` versions, of `banners` that were drawn from."""

    banner: Names
    rarity: Names
    got: int
    expected: str
    bound: str
    banners: int
    tested: int


class Stats(TypedDict):
    """`last_day`: of the week, such as 2026-11-29. `returned` of `returnable` players of the week
    before came back."""

    kind: Literal["admin stats"]
    last_day: str
    players: int
    returned: int
    returnable: int
    pulls: int
    draws: int
    coins_in: int
    coins_out: int
    furthest: Furthest | None


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    stats = parsed(Stats, content)
    came_back = "came_back" if stats["returnable"] else "nobody_before"
    players = (say(lang, "played", **_counts(stats)), say(lang, came_back, **_counts(stats)))
    fields = {
        say(lang, "players_name"): "\n".join(players),
        say(lang, "pulls_name"): say(lang, "pulled", **_counts(stats)),
        say(lang, "coins_name"): say(lang, "moved", **_counts(stats)),
        say(lang, "odds_name"): _odds(stats["furthest"], lang),
    }
    embed = {
        "title": say(lang, "title"),
        "description": say(lang, "week", day=stats["last_day"]),
        "color": kit.INFO_COLOUR,
        "fields": [{"name": name, "value": value} for name, value in fields.items()],
        "footer": {"text": say(lang, "source")},
    }
    return kit.body(embeds=[embed])


def _counts(stats: Stats) -> dict[str, int]:
    return {
        "players": stats["players"],
        "returned": stats["returned"],
        "returnable": stats["returnable"],
        "pulls": stats["pulls"],
        "draws": stats["draws"],
        "coins_in": stats["coins_in"],
        "coins_out": stats["coins_out"],
    }


def _odds(of: Furthest | None, lang: str) -> str:
    if of is None:
        return say(lang, "untested")
    lines = [
        say(
            lang,
            "furthest",
            banner=kit.in_language(of["banner"], lang),
            rarity=kit.in_language(of["rarity"], lang),
            got=of["got"],
            expected=of["expected"],
        )
    ]
    bound = float(of["bound"])
    percent = f"{100 * bound:.2g}" if bound >= 0.0001 else "0.01"
    lines.append(say(lang, "chance" if bound >= UNLIKELY else "unlikely", percent=percent))
    if of["tested"] < of["banners"]:
        lines.append(say(lang, "partly", tested=of["tested"], banners=of["banners"]))
    return "\n".join(lines)
