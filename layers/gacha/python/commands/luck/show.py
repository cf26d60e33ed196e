"""What was drawn beside what was to be expected, rarity by rarity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from commands import kit
from commands.fortune import Standing
from commands.kit import Body
from commands.luck.texts import say
from commands.message import Content, Names, parsed
from commands.sentences import literal
from gacha.luck import LEAST_DRAWS


class Rarity(TypedDict):
    """How many cards were drawn, and could be expected: a decimal number, as text."""

    name: Names
    got: int
    expected: str


class Said(TypedDict, total=False):
    standing: Standing


class Luck(Said):
    """`draws` of this banner among the latest `rows` of the ledger, before which there may be
    older ones."""

    kind: Literal["luck"]
    banner: Names
    rarities: Sequence[Rarity]
    draws: int
    rows: int
    has_older: bool


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    luck = parsed(Luck, content)
    title = say(lang, "title", banner=kit.in_language(luck["banner"], lang))
    if not luck["draws"]:
        nothing = say(lang, "nothing", rows=luck["rows"])
        return kit.body(embeds=[{"title": title, "description": nothing, "color": kit.INFO_COLOUR}])
    how = []
    if "standing" in luck:
        how += [_standing(luck["standing"], lang), ""]
    how.append(say(lang, "how", draws=luck["draws"]))
    if luck["has_older"]:
        how.append(say(lang, "latest", rows=luck["rows"]))
    embed = {
        "title": title,
        "description": "\n".join(how),
        "color": kit.INFO_COLOUR,
        "fields": [
            {
                "name": kit.name(each, lang),
                "value": say(lang, "compared", got=each["got"], expected=each["expected"]),
            }
            for each in luck["rarities"]
        ],
    }
    return kit.body(embeds=[embed])


def _standing(of: Standing, lang: str) -> str:
    if "percent" not in of:
        return say(lang, "too_early", draws=of["draws"], least=LEAST_DRAWS)
    rarity = literal(of["rarity"][lang])
    return say(lang, "fewer", draws=of["draws"], percent=of["percent"], rarity=rarity)
