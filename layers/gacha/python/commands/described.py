"""A banner that a server offers, in a few words: until when, at what price, by which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict

from commands.message import Names
from commands.sentences import Sentences, literal, speaking

if TYPE_CHECKING:
    from gacha import engine
    from gacha.banner import Banner
    from gacha.game import Offer
    from gacha.shared_box import Box


Prices = Sequence[Sequence[int]]
"""How many cards at once, and what they cost: one price, or the lowest and the highest of those
that come in turn."""


class Described(TypedDict):
    """`ends` in Unix seconds, None without an end. `prices`: what a pull of each size costs that
    the banner sells, the smallest first. `rate` is the base rate of the highest `rarity`, in
    percent, as text; where no single pulls are sold, its part of all cards in the long run, or
    nothing where that takes too long. Of a box that the server shares it is what the next ticket
    has, for who looks now, and nothing where all of the rarity are out. `features`:
    `gacha.features`."""

    id: str
    name: Names
    ends: int | None
    prices: Prices
    rarity: Names
    rate: str
    features: Sequence[Mapping[str, Any]]


def described(
    banner: Banner, offer: Offer, box: Box | None = None, own: engine.State | None = None
) -> Described:
    """A banner as it is offered, in a few words. `box`: from which the server draws now, where it
    shares one. `own`: how it stands for the one player who is shown it, today; without, what holds
    for all for as long as it is shown."""
    from gacha import features, rates  # whoever only shows it needs none

    left = None if box is None else box.left(banner)
    # The last ticket's prize has no rate.
    top = next((each for each in banner.rarities if each.rate), banner.rarities[0])
    rate = rates.highest(banner, top)
    if box is not None and own is not None:
        rate = rates.of_next_ticket(banner, top, box)
    found = features.of(banner)
    if left is not None:
        found = [
            {**each, "kind": "shared_left", "left": left} if each["kind"] == "shared" else each
            for each in found
        ]
    if own is not None and banner.limit is not None:
        found = [{**_left_of(each, banner, own)} for each in found]
    return {
        "id": offer.id,
        "name": dict(banner.name),
        "ends": None if offer.ends_ms is None else offer.ends_ms // 1000,
        "prices": prices(banner) if own is None else _prices_now(banner, own, left),
        "rarity": dict(top.name),
        "rate": rate,
        "features": found,
    }


def prices(banner: Banner) -> Prices:
    """What a pull of each size costs that it sells, for everybody."""
    from gacha import shared_box  # as above

    sizes = shared_box.at_once(banner)
    if banner.shared:  # each ticket costs the same
        return [(size, size * banner.price(1)) for size in sizes]
    found = ((size, banner.prices(size)) for size in sizes)
    return [(size, *sorted({min(each), max(each)})) for size, each in found]


def _prices_now(banner: Banner, own: engine.State, in_box: int | None) -> Prices:
    """What the next one costs for the player whose state this is; where they can have no more, what
    it costs for everybody. Of a box that the server shares they have at most what is left."""
    from gacha import engine, shared_box  # as above

    left = engine.left(banner, own)
    if left == 0 or in_box == 0:
        return prices(banner)
    sizes = shared_box.at_once(banner)
    if in_box is not None and left is not None:
        sizes = tuple(dict.fromkeys(min(size, left, in_box) for size in sizes))
    return [(size, shared_box.price(banner, own, size)) for size in sizes]


def _left_of(feature: Mapping[str, Any], banner: Banner, own: engine.State) -> Mapping[str, Any]:
    """A limit, with what it leaves to the player."""
    used = {"limit": own.used.all, "limit_day": own.used.today}.get(feature["kind"])
    if used is None:
        return feature
    most = feature["total"] if feature["kind"] == "limit" else feature["per_day"]
    return {**feature, "kind": f"{feature['kind']}_left", "left": max(0, most - used)}


def to_pull(banner: Described) -> Prices:
    """Of its prices those for which there is something left to pull. Of a box that the server
    shares there come as many of those asked for as are left."""
    left = min((each["left"] for each in banner["features"] if "left" in each), default=None)
    if left is None or (left and is_shared(banner)):
        return banner["prices"]
    return [each for each in banner["prices"] if each[0] <= left]


def is_shared(banner: Described) -> bool:
    """Whether it is drawn from a box that the server shares."""
    return any(each["kind"] in ("shared", "shared_left") for each in banner["features"])


def is_sold_out(banner: Described) -> bool:
    """Whether the last box that the server shares is empty."""
    return any(each["kind"] == "shared_left" and not each["left"] for each in banner["features"])


def priced(of: Prices, lang: str, *, in_coins: bool = True, are_tickets: bool = False) -> str:
    """The prices in words, the first one with the currency's name. `are_tickets`: of a box."""
    parts = []
    for size, *costs in of:
        sentence = "priced_tickets" if are_tickets else "priced_1" if size == 1 else "priced"
        if in_coins and costs[-1]:
            sentence += "_coins"
            in_coins = False
        lower = "".join(say(lang, "from", price=each) for each in costs[:-1])
        parts.append(say(lang, sentence, count=size, price=costs[-1], lower=lower))
    return ("／" if lang == "ja" else ", ").join(parts)


def facts(banner: Described, until_sentence: str, lang: str, *, is_lasting: bool = False) -> str:
    """Until when and at what price; then the highest rarity's rate, and by what kind of rules. In a
    list, where the sentence is "until", the prices are bare numbers: 25 of them have to fit.
    `is_lasting`: of a message that nobody draws again as a shared box empties."""
    until = _until(banner["ends"], until_sentence, lang)
    separator = "・" if lang == "ja" else ", "
    features = [{**each} for each in banner["features"]]
    if is_lasting or is_sold_out(banner):
        features = [
            {**each, "kind": "shared"} if each["kind"] == "shared_left" else each
            for each in features
        ]
    if is_sold_out(banner):
        [stock] = [_feature(each, (), lang) for each in features if each["kind"] == "shared"]
        return f"{until}{separator}{say(lang, 'sold_out')}\n{stock}"
    in_coins, are_tickets = until_sentence != "until", is_shared(banner)
    cost = priced(banner["prices"], lang, in_coins=in_coins, are_tickets=are_tickets)
    rate = _rate(banner, lang, is_lasting=is_lasting)
    parts = [rate, *(_feature(each, features, lang) for each in features)]
    return f"{until}{separator}{cost}\n{separator.join(parts)}"


def _rate(banner: Described, lang: str, *, is_lasting: bool) -> str:
    values = {"rarity": literal(banner["rarity"][lang]), "rate": banner["rate"]}
    if not is_shared(banner):
        return say(lang, "rate", **values).rstrip()
    if not banner["rate"]:
        return say(lang, "rarity_out", **values)
    return say(lang, "rate_full" if is_lasting else "rate", **values)


def _feature(of: Mapping[str, Any], beside: Sequence[Mapping[str, Any]], lang: str) -> str:
    return say(lang, _sentence(of, beside), **_numbers(of))


def _until(ends: int | None, sentence: str, lang: str) -> str:
    return say(lang, "endless") if ends is None else say(lang, sentence, ends=ends)


def _sentence(feature: Mapping[str, Any], beside: Sequence[Mapping[str, Any]]) -> str:
    """Beside a limit in all, that of a day need not say whose it is."""
    kind = str(feature["kind"])
    if "packs" in feature:
        return f"{kind}_packs"
    is_alone = all(each["kind"] != "limit" for each in beside)
    return "limit_day_each" if kind == "limit_day" and is_alone else kind


def _numbers(feature: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in feature.items() if name != "kind"}


SENTENCES: Final[Sentences] = {
    "until": ("終了：<t:{ends}:R>", "Ends <t:{ends}:R>"),
    "until_when": ("終了：<t:{ends}:R>（<t:{ends}:f>）", "Ends <t:{ends}:R> (<t:{ends}:f>)"),
    "endless": ("期限なし", "No end date"),
    "priced_1": ("1 回 {lower}{price:price}", "1 pull {lower}{price:price}"),
    "priced_1_coins": ("1 回 {lower}{price:coins}", "1 pull {lower}{price:coins}"),
    "priced": (
        "{count:,} 連 {lower}{price:price}",
        "{count:,} {count:pull|pulls} {lower}{price:price}",
    ),
    "priced_coins": (
        "{count:,} 連 {lower}{price:coins}",
        "{count:,} {count:pull|pulls} {lower}{price:coins}",
    ),
    "priced_tickets": (
        "{count:,} 枚 {lower}{price:price}",
        "{count:,} {count:ticket|tickets} {lower}{price:price}",
    ),
    "priced_tickets_coins": (
        "{count:,} 枚 {lower}{price:coins}",
        "{count:,} {count:ticket|tickets} {lower}{price:coins}",
    ),
    "from": ("{price:price}〜", "{price:price}–"),
    "rate": ("{rarity} {rate}", "{rarity} {rate}"),
    "rate_full": ("満杯の箱で {rarity} {rate}", "in a full box {rarity} {rate}"),
    "rarity_out": ("{rarity} は出ました", "no {rarity} left"),
    "sold_out": ("完売しました", "sold out"),
    "pity": ("天井 {pulls:,} 回", "pity at {pulls:,}"),
    "limit": ("1 人 {total:,} 回まで", "{total:,} {total:pull|pulls} per member"),
    "limit_left": (
        "あなたの残り {left:,}／{total:,} 回",
        "{left:,} of your {total:,} {total:pull|pulls} left",
    ),
    "limit_packs": (
        "1 人カード {total:,} 枚（{packs:,} 回）まで",
        "{total:,} {total:card|cards} ({packs:,} {packs:pull|pulls}) per member",
    ),
    "limit_left_packs": (
        "あなたの残りカード {left:,}／{total:,} 枚",
        "{left:,} of your {total:,} {total:card|cards} left",
    ),
    "limit_day": ("1 日 {per_day:,} 回まで", "at most {per_day:,} a day"),
    "limit_day_each": (
        "1 人 1 日 {per_day:,} 回まで",
        "{per_day:,} {per_day:pull|pulls} a day per member",
    ),
    "limit_day_left": (
        "今日の残り {left:,}／{per_day:,} 回",
        "{left:,} of today’s {per_day:,} left",
    ),
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
