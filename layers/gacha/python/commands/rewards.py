"""What is given, as messages hand it over and say it: currency, shards, tickets and cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict

from commands import events, kit, pull_buttons
from commands.kit import Component
from commands.message import Names
from commands.pull_buttons import Pulls
from commands.sentences import LANGUAGES, Sentences, literal, speaking
from gacha import names, purse
from gacha.purse import Tickets

if TYPE_CHECKING:
    from gacha.presents import Gift


class Lot(TypedDict):
    """`ends`: until when they are good, in Unix seconds; None where they are not given yet, and are
    good for `days` from then. `banner` is None where they are for any."""

    count: int
    ends: int | None
    days: int
    banner: Names | None


class CardCopies(TypedDict):
    name: Names
    count: int


class Goods(TypedDict):
    coins: int
    shards: int
    tickets: Sequence[Lot]
    cards: Sequence[CardCopies]


def of_event(event: Mapping[str, Any], called: Mapping[str, Names]) -> Goods:
    """What an event of the ledger gave. A banner or card that has no name here goes by its id."""
    lots = [*map(Tickets.read, event.get("tickets", ()))]
    return {
        "coins": event["amount"],
        "shards": event.get("shards", 0),
        "tickets": [
            {
                "count": each.count,
                "ends": each.ends_ms // 1000,
                "days": 0,
                "banner": _called(each.banner, called) if each.banner else None,
            }
            for each in lots
        ],
        "cards": [
            {"name": _called(each.card, called), "count": each.count} for each in purse.given(event)
        ],
    }


def of_gift(gift: Gift) -> Goods:
    """What is to be given."""
    banner = _called(gift.banner, gift.names) if gift.banner else None
    lot: Lot = {"count": gift.tickets, "ends": None, "days": gift.ticket_days, "banner": banner}
    return {
        "coins": gift.coins,
        "shards": gift.shards,
        "tickets": [lot] if gift.tickets else [],
        "cards": [{"name": _called(gift.card, gift.names), "count": 1}] if gift.card else [],
    }


def words(goods: Goods, lang: str) -> str:
    """All of it in one line."""
    return _joined(goods, lang, literal)


def bare(goods: Goods, lang: str) -> str:
    """The same where Discord reads no Markdown: in a select."""
    return _joined(goods, lang, names.one_line)


def booked(goods: Goods, balance: int | None, lang: str) -> str:
    """The same as an entry of the history: signed, and what of the currency somebody had then."""
    parts = []
    if goods["coins"]:
        moved = events.say(lang, "moved", amount=goods["coins"])
        parts.append(moved if balance is None else f"{moved} → {balance:,}")
    for lot in goods["tickets"]:
        values = {"count": lot["count"], "ends": lot["ends"]}
        parts.append(say(lang, "booked_tickets", what=_what(lot, lang, literal), **values))
    if goods["shards"]:
        parts.append(events.say(lang, "moved_shards", count=goods["shards"]))
    cards: Goods = {"coins": 0, "shards": 0, "tickets": [], "cards": goods["cards"]}
    return events.separated([*parts, *_parts(cards, lang, literal)], lang)


def _joined(goods: Goods, lang: str, shown: Callable[[str], str]) -> str:
    return ("、" if lang == "ja" else ", ").join(_parts(goods, lang, shown))


def _parts(goods: Goods, lang: str, shown: Callable[[str], str]) -> list[str]:
    parts = []
    if goods["coins"]:
        parts.append(say(lang, "coins", amount=goods["coins"]))
    for lot in goods["tickets"]:
        what = _what(lot, lang, shown)
        if lot["ends"] is None:
            parts.append(say(lang, "days", count=lot["count"], what=what, days=lot["days"]))
        else:
            parts.append(say(lang, "until", count=lot["count"], what=what, ends=lot["ends"]))
    if goods["shards"]:
        parts.append(say(lang, "shards", count=goods["shards"]))
    for card in goods["cards"]:
        sentence = "card" if card["count"] == 1 else "cards"
        name = shown(card["name"][lang])
        parts.append(say(lang, sentence, card=name, count=card["count"]))
    return parts


def _what(lot: Lot, lang: str, shown: Callable[[str], str]) -> str:
    banner = lot["banner"]
    if banner is None:
        return say(lang, "for_any")
    return say(lang, "for_banner", banner=shown(banner[lang]))


def _called(id_: str, called: Mapping[str, Names]) -> Names:
    return dict(called.get(id_) or dict.fromkeys(LANGUAGES, id_))


def following(goods: Goods, pulls: Pulls | None, lang: str, *others: Component) -> list[Component]:
    """The buttons below what was given: to pull with it, to look at it, and to all else."""
    book = kit.button(say(lang, "book"), "collection:open")
    return [
        *(pull_buttons.following(pulls, lang) if goods["tickets"] or goods["coins"] else []),
        *([book] if goods["cards"] else []),
        *others,
        kit.button(say(lang, "now"), "now:open"),
    ]


_TO: Final = {"all": "to_all", "role": "to_role", "member": "to_member"}


def audience(to: Sequence[str], lang: str) -> str:
    """For whom it is."""
    kind, value = to
    if kind == "before":
        return say(lang, "to_before", since=int(value) // 1000)
    return say(lang, _TO[kind], id=value)


class Takers(TypedDict):
    """How many took a present, or at least so many."""

    count: int
    is_more: bool


def takers(count: int, is_more: bool) -> Takers:
    return {"count": count, "is_more": is_more}


def taken(by: Takers, lang: str) -> str:
    return say(lang, "taken_more" if by["is_more"] else "taken", count=by["count"])


SENTENCES: Final[Sentences] = {
    "to_all": ("対象：全員", "For: everybody"),
    "to_before": (
        "対象：<t:{since}:f> より前から遊んでいる人",
        "For: those who had played before <t:{since}:f>",
    ),
    "to_role": ("対象：<@&{id}> の人", "For: those who have <@&{id}>"),
    "to_member": ("対象：<@{id}>", "For: <@{id}>"),
    "taken": (
        "✅ {count:,} 名が受け取り済み",
        "✅ Taken by {count:,} {count:member|members}",
    ),
    "taken_more": (
        "✅ {count:,} 名以上が受け取り済み",
        "✅ Taken by at least {count:,} {count:member|members}",
    ),
    "coins": ("{currency} {amount:,}", "{amount:,} {currency}"),
    "shards": ("かけら {count:,}", "{count:,} {count:shard|shards}"),
    "for_any": ("どのガチャでも", "any banner"),
    "for_banner": ("「{banner}」用", "for “{banner}”"),
    "days": (
        "チケット {count:,} 枚（{what}・受け取りから {days:,} 日間）",
        "{count:,} {count:ticket|tickets} ({what}, good for {days:,} {days:day|days} once taken)",
    ),
    "until": (
        "チケット {count:,} 枚（{what}・<t:{ends}:f> まで）",
        "{count:,} {count:ticket|tickets} ({what}, until <t:{ends}:f>)",
    ),
    "booked_tickets": (
        "チケット {count:+,} 枚（{what}・<t:{ends}:f> まで）",
        "{count:+,} {count:ticket|tickets} ({what}, until <t:{ends}:f>)",
    ),
    "book": ("図鑑", "Collection"),
    "now": ("いまできること", "What I can do now"),
    "card": ("カード「{card}」", "the card “{card}”"),
    "cards": ("カード「{card}」×{count:,}", "the card “{card}” ×{count:,}"),
}

say: Final = speaking(SENTENCES)
