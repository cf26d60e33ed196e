"""A banner that a server offers, in a few words: until when, at what price, by which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict

from commands.message import Names
from commands.sentences import Sentences, literal, speaking

if TYPE_CHECKING:
    from gacha.banner import Banner
    from gacha.game import Offer


Prices = Sequence[tuple[int, int]]
"""How many cards at once, and what they cost."""


class Described(TypedDict):
    """`ends` in Unix seconds, None without an end. `prices`: what a first pull of each size costs
    that the banner sells, the smallest first. `rate` is the base rate of the highest `rarity`, in
    percent, as text. `features`: `gacha.features`."""

    id: str
    name: Names
    ends: int | None
    prices: Prices
    rarity: Names
    rate: str
    features: Sequence[Mapping[str, Any]]


def described(banner: Banner, offer: Offer, left: int | None = None) -> Described:
    """A banner as it is offered, in a few words. `left`: tickets in the box that the server
    shares."""
    from gacha import features, rates  # whoever only shows it needs none

    # The last ticket's prize has no rate.
    top = next((each for each in banner.rarities if each.rate), banner.rarities[0])
    found = features.of(banner)
    if left is not None:
        found = [
            {**each, "kind": "shared_left", "left": left} if each["kind"] == "shared" else each
            for each in found
        ]
    return {
        "id": offer.id,
        "name": dict(banner.name),
        "ends": None if offer.ends_ms is None else offer.ends_ms // 1000,
        "prices": prices(banner),
        "rarity": dict(top.name),
        "rate": rates.percent(top.rate),
        "features": found,
    }


def prices(banner: Banner) -> Prices:
    """What a first pull of each size costs that it sells."""
    from gacha import shared_box  # as above

    sizes = shared_box.at_once(banner)
    if banner.shared:  # each ticket costs the same
        return [(size, size * banner.price(1)) for size in sizes]
    return [(size, banner.price(size)) for size in sizes]


def is_sold_out(banner: Described) -> bool:
    """Whether nothing is left of a box that the server shares, so that no button draws from it."""
    return {"shared_left": 0} in [{each["kind"]: each.get("left")} for each in banner["features"]]


def priced(of: Prices, lang: str, *, in_coins: bool = True) -> str:
    """The prices in words, the first one with the currency's name."""
    parts = []
    for place, (size, price) in enumerate(of):
        sentence = "priced_1" if size == 1 else "priced"
        if in_coins and not place:
            sentence += "_coins"
        parts.append(say(lang, sentence, count=size, price=price))
    return ("／" if lang == "ja" else ", ").join(parts)


def facts(banner: Described, until_sentence: str, lang: str) -> str:
    """Until when and at what price; then the highest rarity's rate, and by what kind of rules. In a
    list, where the sentence is "until", the prices are bare numbers: 25 of them have to fit."""
    until = _until(banner["ends"], until_sentence, lang)
    cost = priced(banner["prices"], lang, in_coins=until_sentence != "until")
    rate = f"{literal(banner['rarity'][lang])} {banner['rate']}"
    features = [say(lang, each["kind"], **_numbers(each)) for each in banner["features"]]
    separator = "・" if lang == "ja" else ", "
    return f"{until}{separator}{cost}\n{separator.join([rate, *features])}"


def _until(ends: int | None, sentence: str, lang: str) -> str:
    return say(lang, "endless") if ends is None else say(lang, sentence, ends=ends)


def _numbers(feature: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in feature.items() if name != "kind"}


SENTENCES: Final[Sentences] = {
    "until": ("終了：<t:{ends}:R>", "Ends <t:{ends}:R>"),
    "until_when": ("終了：<t:{ends}:R>（<t:{ends}:f>）", "Ends <t:{ends}:R> (<t:{ends}:f>)"),
    "endless": ("期限なし", "No end date"),
    "priced_1": ("1 回 {price:,}", "1 pull {price:,}"),
    "priced_1_coins": ("1 回 {price:coins}", "1 pull {price:coins}"),
    "priced": ("{count:,} 連 {price:,}", "{count:,} {count:pull|pulls} {price:,}"),
    "priced_coins": ("{count:,} 連 {price:coins}", "{count:,} {count:pull|pulls} {price:coins}"),
    "pity": ("天井 {pulls:,} 回", "pity at {pulls:,}"),
    "limit": ("1 人 {total:,} 回まで", "{total:,} {total:pull|pulls} each"),
    "limit_day": ("1 日 {per_day:,} 回まで", "{per_day:,} a day"),
    "first_free": ("1 回目は無料", "first pull free"),
    "first_free_daily": ("毎日 1 回目は無料", "first pull of a day free"),
    "guarantee": ("ピックアップ確定あり", "featured guarantee"),
    "box": ("ボックス", "box"),
    "shared": (
        "数量限定 全 {stock:,} 枚",
        "limited to {stock:,} {stock:ticket|tickets}",
    ),
    "shared_left": (
        "数量限定 残り {left:,}／{stock:,} 枚",
        "{left:,} of {stock:,} {stock:ticket|tickets} left",
    ),
    "no_repeats": ("出そろうまで重複なし", "no repeats until complete"),
    "step_up": ("ステップアップ（全 {steps} 段階）", "step-up in {steps} {steps:step|steps}"),
    "ten": ("10 連の確定枠あり", "ten-pull guarantee"),
    "multi": ("まとめ引きの確定枠あり", "guarantees in multi-pulls"),
    "whole": ("特別なパックあり", "special packs"),
    "promise": ("回数による確定あり", "guarantees by pull count"),
    "carry_over": ("天井の引き継ぎあり", "pity carries over"),
}

say: Final = speaking(SENTENCES)
