"""The purse, the collection, and how each banner stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal, TypedDict

from commands import kit, rules
from commands.kit import Body
from commands.message import Content, Names, parsed
from commands.profile.texts import say


class Standing(TypedDict):
    banner: Names
    is_open: bool
    standing: Sequence[rules.Rule]


class Profile(TypedDict):
    """`owned` of `cards`, counted by kind. `more`: banners for which the state had no room."""

    kind: Literal["profile"]
    balance: int
    owned: int
    cards: int
    banners: Sequence[Standing]
    more: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    profile = parsed(Profile, content)
    cards = say(lang, "cards", owned=profile["owned"], total=profile["cards"])
    fields = [
        {"name": say(lang, "balance"), "value": say(lang, "coins", balance=profile["balance"])},
        {"name": say(lang, "collection"), "value": cards},
    ]
    embed = {"title": say(lang, "title"), "color": kit.INFO_COLOUR, "fields": fields}
    banners = [_field(each, lang) for each in profile["banners"]]
    space = kit.MOST_OF_ALL - kit.length_of(embed)
    ends = list(
        accumulate(kit.length(each["name"]) + kit.length(each["value"]) for each in banners)
    )
    kept = banners[: min(sum(end <= space for end in ends), kit.MAX_FIELDS - len(fields))]
    fields += kept
    if left := profile["more"] + len(banners) - len(kept):
        embed["footer"] = {"text": say(lang, "more", count=left)}
    return kit.body(embeds=[embed])


def _field(banner: Standing, lang: str) -> dict[str, str]:
    name = kit.in_language(banner["banner"], lang)
    if not banner["is_open"]:
        name = say(lang, "closed", banner=name)
    lines = rules.standing(banner["standing"], lang, kit.MAX_FIELD)
    return {"name": name, "value": "\n".join(lines or [rules.say(lang, "no_rules")])}
