"""A server's week, and which of its banners is furthest from its odds.

The week is Athena's. What was to be expected depends on the state that each pull began in and on
the rules, so that is worked out here, from the banner's own file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters import analytics, banners
from adapters.aws import AwsError
from commands.admin_stats.show import Furthest, Stats
from commands.asked import Asked
from commands.fortune import decimal
from commands.message import Text, text
from gacha import chains
from gacha.banner import Banner
from gacha.chance import Chance, chance, together
from gacha.errors import GachaError

MOST_WORK: Final = 100_000
"""What all banners together may cost, in steps of a microsecond on a machine of one's own: a small
function has a fourteenth of one. Each has its part by the states that its pulls began in, so that
the one that most pulls were of is not the one left out."""

_NUMBERS: Final = (
    *("players", "returned", "returnable", "pulls", "draws", "coins_in", "coins_out"),
)


def answer(asked: Asked) -> Stats | Text:
    if not analytics.is_on():
        return text("off")
    week = analytics.week(asked.guild)
    if week is None:
        return text("not_yet")
    if not week:
        return text("nobody")
    numbers = {name: int(week[name] or 0) for name in _NUMBERS}
    return {
        "kind": "admin stats",
        "last_day": week["last_day"],
        "players": numbers["players"],
        "returned": numbers["returned"],
        "returnable": numbers["returnable"],
        "pulls": numbers["pulls"],
        "draws": numbers["draws"],
        "coins_in": numbers["coins_in"],
        "coins_out": numbers["coins_out"],
        "furthest": furthest(asked.guild, json.loads(week["banners"] or "[]")),
    }


@dataclass(frozen=True, slots=True)
class _Tested:
    banner: Banner
    chance: Chance


def furthest(guild_id: str, drawn: list[Mapping[str, Any]]) -> Furthest | None:
    """Of all banners and versions of the week, the one whose cards of the highest rarity came least
    as its rules have it; None where none can be tested."""
    found = [*_tested(guild_id, drawn)]
    if not found:
        return None
    bounds = together([each.chance.bound for each in found])
    order = sorted(
        range(len(found)), key=lambda at: (bounds[at], -abs(found[at].chance.deviations))
    )
    of, bound = found[order[0]], bounds[order[0]]
    return {
        "banner": dict(of.banner.name),
        "rarity": dict(of.banner.rarities[0].name),
        "got": of.chance.got,
        "expected": decimal(of.chance.expected),
        "bound": f"{bound:.6f}",
        "banners": len(drawn),
        "tested": len(found),
    }


def _tested(guild_id: str, drawn: list[Mapping[str, Any]]) -> Iterator[_Tested]:
    """Those whose file is there, whose states were not too many, and which cost little enough."""
    counted = [each for each in drawn if each["states"] is not None]
    states = max(1, sum(len(each["states"]) for each in counted))
    for each in counted:
        most = MOST_WORK * len(each["states"]) // states
        try:
            banner = banners.load_version(guild_id, each["banner"], each["hash"])
            cards = chains.members(banner.rarities[0])
            got = sum(number for card, number in each["cards"].items() if card in cards)
            begun = [(state, size, number) for state, size, number in each["states"]]
            yield _Tested(banner, chance(banner, cards, begun, got, most))
        except (GachaError, KeyError, AwsError):
            continue
