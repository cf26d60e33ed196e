"""What was understood of a draft's forms: rates as percent and one in how many, rules, prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from commands import drafts_shown
from commands.admin_banner_new.definition import KIND, NUMBERS
from commands.admin_banner_new.texts import say
from commands.command import Option
from commands.draft_forms import called
from commands.kit import Body
from commands.message import Content
from commands.sentences import literal, price, word
from gacha.rates import percent

_FEW: Final = 10  # one in 8.3, but one in 33


def show(content: Content, lang: str, receipt_number: str) -> Body:
    shown = content["shown"]
    understood = list(_understood(shown, lang)) if shown else []
    return drafts_shown.show(content, lang, receipt_number, say, understood)


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    return drafts_shown.plain(content, lang, receipt_number, space, say)


def _understood(shown: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield say(lang, "rarities_head")
    for each in shown["rarities"]:
        yield _rarity(literal(called(each["name"], lang)), each["rate"], lang)
    total = Fraction(shown["sum"])
    if shown["kind"] not in ("box", "shared", "file") and total != 1:
        yield say(lang, "sum", sum=percent(total))
    kinds = {str(each.value): word(each.name, lang) for each in KIND.choices}
    if shown["kind"] in kinds:
        yield ""  # a list ends with an empty line
        yield say(lang, "kind", kind=kinds[shown["kind"]])
        for option in NUMBERS[shown["kind"]]:
            value = _number(option, shown["fields"].get(option.id, ""), lang)
            yield say(lang, "number", field=word(option.description, lang), value=value)
        yield ""
        one, many = shown["prices"]
        size = int(shown["fields"].get("size", 10))
        key = _PRICES.get(shown["kind"], "price_of_several" if "alone" in shown else "prices")
        in_turn = " → ".join(price(each, lang) for each in shown.get("in_turn", [one]))
        yield say(lang, key, one=one, many=many, size=size, prices=in_turn)
    if shown.get("shards"):  # a workflow may have begun on the version before
        yield say(lang, "shards_head")
        yield from (f"- {literal(each)}" for each in shown["shards"])
        yield ""
    start = _moment(shown["starts_ms"]) or say(lang, "at_once")
    yield say(lang, "period", start=start, end=_moment(shown["ends_ms"]) or say(lang, "no_end"))


_PRICES: Final = {"daily": "price_in_turn", "shared": "price", "step-up": "price_of_steps"}


def _rarity(name: str, rate: str, lang: str) -> str:
    if not rate:
        return say(lang, "rarity_unrated", name=name)
    part = Fraction(rate)
    if not 0 < part <= Fraction(1, 2):
        return say(lang, "rarity", name=name, rate=percent(part))
    times = 1 / part
    about = round(times, 1) if times < _FEW else Fraction(round(times))
    shown = f"{float(about):,.1f}".removesuffix(".0")
    return say(lang, "rarity_one_in", name=name, rate=percent(part), times=shown)


def _number(option: Option, value: str, lang: str) -> str:
    if option.choices:
        return next(word(each.name, lang) for each in option.choices if each.value == value)
    return literal(value) or say(lang, "default_of" if option.id == "of" else "default_none")


def _moment(at_ms: int | None) -> str:
    return "" if at_ms is None else f"<t:{at_ms // 1000}:f>"
