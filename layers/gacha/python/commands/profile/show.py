"""The purse, the collection, and how each banner stands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, Literal, TypedDict

from commands import kit, rules
from commands.cards import Card, colour
from commands.cards import star as card_star
from commands.fortune import Standing as OfPulls
from commands.kit import Body
from commands.message import Content, Names, parsed
from commands.profile.texts import say
from gacha.book import OWNED, Filter
from gacha.luck import LEAST_DRAWS

_MOST_OF_A_NAME: Final = 200
"""Characters of a banner's name, of the 256 that a field's name may have."""


class Standing(TypedDict):
    banner: Names
    is_open: bool
    standing: Sequence[rules.Rule]


class OfBanner(TypedDict, total=False):
    """Of tickets for one banner alone: its name, and whether it is open."""

    banner: Names
    is_open: bool


class Lot(OfBanner):
    """`count` tickets that are good until `ends`, in Unix seconds."""

    count: int
    ends: int


class Best(TypedDict):
    card: Card
    number: int


class OfLuck(TypedDict):
    """With which banner, and how lucky."""

    banner: Names
    standing: OfPulls


class Beside(TypedDict, total=False):
    """`member`: whose it is, where that is not who asked. `best`: the best card that they have."""

    member: str
    best: Best
    luck: OfLuck
    shards: int
    tickets: Sequence[Lot]


class Profile(Beside):
    """`owned` of `cards`, counted by kind, `copies` in all. `balance` is None where it is nobody
    else's to read. `more`: banners for which the state had no room."""

    kind: Literal["profile"]
    balance: int | None
    owned: int
    cards: int
    copies: int
    banners: Sequence[Standing]
    more: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    profile = parsed(Profile, content)
    cards = say(lang, "cards", owned=profile["owned"], total=profile["cards"])
    copies = say(lang, "copies", copies=profile["copies"])
    fields = [
        *_purse(profile, lang),
        {"name": say(lang, "collection"), "value": f"{cards}\n{copies}"},
    ]
    embed: kit.Embed = {"title": say(lang, "title"), "color": kit.INFO_COLOUR, "fields": fields}
    if member := profile.get("member"):
        embed["title"] = say(lang, "title_of")
        embed["description"] = f"<@{member}>"
    if best := profile.get("best"):
        card = best["card"]
        name = (
            f"{card_star(card)} {kit.in_language(card['rarity'], lang)} **{kit.name(card, lang)}**"
        )
        fields.append({"name": say(lang, "best"), "value": name})
        embed["color"] = colour(card)
        if "art" in card:
            embed["thumbnail"] = {"url": f"{os.environ['ART_URL']}{card['art']}"}
    if luck := profile.get("luck"):
        fields.append(_luck(luck, lang))
    banners = [_field(each, lang) for each in profile["banners"]]
    space = kit.MOST_OF_ALL - kit.length_of(embed)
    ends = list(
        accumulate(kit.length(each["name"]) + kit.length(each["value"]) for each in banners)
    )
    kept = banners[: min(sum(end <= space for end in ends), kit.MAX_FIELDS - len(fields))]
    fields += kept
    if left := profile["more"] + len(banners) - len(kept):
        embed["footer"] = {"text": say(lang, "more", count=left)}
    return kit.body(embeds=[embed], components=_buttons(profile, lang))


def _purse(profile: Profile, lang: str) -> list[dict[str, str]]:
    if profile["balance"] is None:
        return []
    lines = [say(lang, "coins", balance=profile["balance"])]
    if shards := profile.get("shards"):
        lines.append(say(lang, "shards", shards=shards))
    lots = [_lot(each, lang) for each in profile.get("tickets", ())]
    space = kit.MAX_FIELD - kit.length("\n".join(lines)) - 1
    lines += kit.fitting(lots, space, lambda left: say(lang, "lots_left", left=left))
    return [{"name": say(lang, "balance"), "value": "\n".join(lines)}]


def _luck(of: OfLuck, lang: str) -> dict[str, str]:
    pulls = of["standing"]
    if "percent" in pulls:
        values = {"draws": pulls["draws"], "percent": pulls["percent"]}
        value = say(lang, "luck", rarity=kit.in_language(pulls["rarity"], lang), **values)
    else:
        value = say(lang, "luck_early", draws=pulls["draws"], least=LEAST_DRAWS)
    name = kit.cut(kit.in_language(of["banner"], lang), _MOST_OF_A_NAME)
    return {"name": say(lang, "luck_with", banner=name), "value": kit.cut(value, kit.MAX_FIELD)}


def _lot(of: Lot, lang: str) -> str:
    values = {"count": of["count"], "ends": of["ends"]}
    if "banner" not in of:
        return say(lang, "tickets", **values)
    key = "tickets_for" if of.get("is_open") else "tickets_closed"
    return say(lang, key, banner=kit.in_language(of["banner"], lang), **values)


def _buttons(profile: Profile, lang: str) -> list[kit.Component]:
    member = profile.get("member", "")
    state = Filter(show=OWNED).written()
    buttons = [kit.button(say(lang, "to_collection"), f"collection:p:{state}:{member}:0")]
    if not member:
        buttons.append(kit.button(say(lang, "to_luck"), "luck:"))
    return kit.rows(buttons)


def _field(banner: Standing, lang: str) -> dict[str, str]:
    name = kit.in_language(banner["banner"], lang)
    if not banner["is_open"]:
        name = say(lang, "closed", banner=name)
    lines = rules.standing(banner["standing"], lang, kit.MAX_FIELD)
    return {"name": name, "value": "\n".join(lines or [rules.say(lang, "no_rules")])}
