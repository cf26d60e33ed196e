"""Announce: the message reaches Discord, the row's mark goes, and every message stays in bounds."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import responses
from nacl.public import PrivateKey

import verify
from adapters import banners, sealing
from commands import events, kit, previews, registry, render
from commands import rules as words
from commands.admin_banner_list import show as banner_list
from commands.admin_banner_list import texts as banner_texts
from commands.admin_settings.show import Month, Settings, settings_of
from commands.asked import SERVER
from commands.cards import card as card_of
from commands.events import line
from commands.rates import show as rates_show
from commands.sentences import LANGUAGES, Currency
from gacha import banner, engine, far, features, goals, rates, rules, snowflake
from gacha.book import Filter
from gacha.economy import Economy
from gacha.game import MAX_CURRENCY, MAX_EMOJI, MAX_OFFERS, Game
from local.messages import components, sections, text_of
from scripts.cost import MEASURED
from tests.conftest import ROOT, load_function
from tests.judge import refusal
from tests.over import over
from tests.recording import record
from tests.support import (
    GUILD,
    PLAYER_KEY,
    SEALED_TOKEN,
    TOKEN,
    order,
    room_of,
    rows,
    sort_key,
    workflow_input,
)
from tests.unit import given_messages, personal_messages

BASE = "https://discord.test"
URL = f"{BASE}/webhooks/1290000000000000001/{TOKEN}/messages/@original"
RECEIPT = workflow_input()["interaction_id"]
ART = "https://art.test/art/"

STARLIT = banners.load("starlit-atelier")
LONGEST = sorted(STARLIT.cards, key=lambda card: -len(card.name["en"]))


def pull_message(count: int = 10) -> dict[str, Any]:
    cards = (LONGEST * 10)[:count]
    return {
        "kind": "pull",
        "banner": dict(STARLIT.name),
        "banner_id": STARLIT.id,
        "next_draw": "3.140",
        "user": PLAYER_KEY.partition("@")[0],
        "cards": [{**card_of(STARLIT, card.id), "new": True, "shards": 30} for card in cards],
        "wished": [card.id for card in cards],
        "price": 1600,
        "balance": 1600,
        "standing": rules.standing(STARLIT, engine.start(STARLIT)),
    }


def history_message(**pages: str) -> dict[str, Any]:
    row = {
        "kind": "pull",
        "interaction_id": RECEIPT,
        "amount": -1600,
        "balance": 999_999_999,
        "epoch": None,
        "command": None,
        "reason": None,
        "compensates": None,
        "granted_by": None,
        "unix_s": 1_795_000_000,
        "banner": dict(STARLIT.name),
        "cards": [card_of(STARLIT, card.id) for card in LONGEST[:10]],
    }
    void = {**row, "kind": "void", "amount": 0, "balance": None}
    opening = {**row, "kind": "opening", "amount": 3200, "interaction_id": None}
    seed, rotate = {**row, "kind": "seed"}, {**row, "kind": "rotate", "epoch": 3}
    grant = {
        **row,
        "kind": "grant",
        "reason": "星" * 200,
        "compensates": RECEIPT,
        "granted_by": RECEIPT,
    }
    change = {**void, "command": "admin grant"}
    return {
        "kind": "history",
        "rows": [row] * 4 + [grant, seed, rotate, void, change, opening],
        "newer": pages.get("newer"),
        "older": pages.get("older"),
    }


def largest_banner() -> str:
    """A thousand cards in sixteen rarities, as much text as a file may have, and every rule."""
    rarities = [f"rarity-{number:x}".ljust(40, "x") for number in range(16)]
    lines = [
        'id = "largest"\nkind = "standard"\nprice = { one = 160, ten = 1600 }',
        f'name = {{ ja = "{"大" * 80}", en = "{"W" * 80}" }}',
        "[exchange]\nprice = 10000",
        f'[ten]\nminimum = [{{ of = ["{rarities[0]}"] }}]',
        *(
            f'[[promise]]\nid = "promise-{number}"\nwithin = 1000\nof = {rarities[: 16 - number]}'
            for number in range(8)
        ),
    ]
    for number, rarity in enumerate(rarities):
        lines += [
            "[[rarity]]",
            f'id = "{rarity}"\nname = {{ ja = "{"階" * 80}", en = "{"R" * 80}" }}',
            f'rate = "{"0.0001" if number < 15 else "0.9985"}"',
            'featured = { share = "0.123", guarantee = 10 }',
        ]
        if number < 15:
            lines += ['table = [[999, "0.9985"]]', "ceiling = 1000"]
    for number in range(1000):
        lines += [
            "[[card]]",
            f'id = "{f"card-{number}".ljust(20, "x")}"\nnumber = {number}',
            f'rarity = "{rarities[number % 16]}"\nfeatured = {str(number < 16).lower()}',
            f'name = {{ ja = "{"札" * 20}", en = "{"C" * 20}" }}',
        ]
    return "\n".join(lines)


LARGEST = banner.parse(largest_banner().encode(), "largest.toml")
MARKED_UP = banner.parse(
    re.sub(
        "[大階札]",
        "*",
        re.sub("(W{80}|R{80}|C{20})", lambda name: "_" * len(name[0]), largest_banner()),
    ).encode(),
    "marked-up.toml",
)
"""The same, with names that take twice as many characters to be shown as they are written."""


def rates_message(of: banner.Banner) -> dict[str, Any]:
    return {
        "kind": "rates",
        "banner": dict(of.name),
        "banner_id": of.id,
        "banner_hash": of.hash,
        **rates.table(of, engine.start(of)),
        "goals": [
            {"of": each.of, "name": dict(each.name), "featured": each.is_featured}
            for each in goals.offered(of)
        ],
    }


def rates_before(of: banner.Banner) -> dict[str, Any]:
    """Since when the rules hold, and those of before."""
    before = [
        {"rarity": dict(each.name), "rate": rates.percent(each.rate), "ceiling": each.ceiling}
        for each in of.rarities
    ]
    return {"since": 1_795_000_000, "before": {"banner_hash": "0f" * 32, "rates": before}}


def published(of: banner.Banner) -> Any:
    """The same, with what Announce adds to it."""
    return {**rates_message(of), "cards": rates.cards(of), "rules": rates.rules(of)}


def reach(of: banner.Banner, copies: int, coins: int) -> dict[str, Any]:
    goal = goals.offered(of)[0]
    state = engine.start(of)
    return {
        "kind": "reach",
        "banner": dict(of.name),
        "banner_id": of.id,
        "goal": {"of": goal.of, "name": dict(goal.name), "featured": goal.is_featured},
        "copies": copies,
        "coins": coins,
        "points": far.points(of, goal, state),
        "ways": far.ways(of, goal, copies, state, coins),
    }


def banner_of_profile(of: banner.Banner, is_open: bool = True) -> dict[str, Any]:
    standing = rules.standing(of, engine.start(of))
    return {"banner": dict(of.name), "is_open": is_open, "standing": standing}


_GAME = Game(
    GUILD,
    currency="星のかけら",
    emoji="<:star_piece:1290000000000000011>",
    timezone="UTC+05:30",
    min_member_days=365,
    pause="🌟" * 40,
    editors="1290000000000000012",
)
_ECONOMY = Economy(
    GUILD,
    version=1,
    **dict.fromkeys(("daily", "streak_3", "streak_7", "streak_14", "streak_30"), 100_000),  # type: ignore[arg-type]
    daily_tickets=10,
    ticket_days=14,
    starter_tickets=1_000,
    starter_days=365,
)
_MONTH: Month = {
    "coins": 3_400_000,
    "tickets": 300,
    "banner": dict(MARKED_UP.name),
    "pulls": 3_400_000,
    "rarity": dict(MARKED_UP.rarities[0].name),
    "expected": "1,234,567.8",
}
_SETTINGS: Settings = {**settings_of(_GAME, _ECONOMY), "month": _MONTH}
_COMMON = {
    "interaction_id": RECEIPT,
    "amount": -(10**6),
    "balance": None,
    "unix_s": 1_795_491_424,
}
_LONG_NAMES = dict.fromkeys(LANGUAGES, "*" * 80)
_CARD_PICTURE: dict[str, Any] = {
    "kind": "admin card picture",
    "view": "list",
    "entries": [],
    "typed": "",
    "found": 0,
    "number": 99_999,
    "name": _LONG_NAMES,
    "pictures": [],
    "sentence": "",
    "again": "",
}
_REPORTED = [
    {"number": 99_000 + n, "name": _LONG_NAMES, "count": 10**6, "hidden": n < 20} for n in range(25)
]
CARD_PICTURES: dict[str, dict[str, Any]] = {
    "reported pictures": {**_CARD_PICTURE, "entries": _REPORTED},
    "no reported pictures": _CARD_PICTURE,
    "cards to choose from": {
        **_CARD_PICTURE,
        "view": "several",
        "typed": "*" * 80,
        "found": 2_000,
        "entries": [{name: each[name] for name in ("number", "name")} for each in _REPORTED],
    },
    "no card to choose from": {**_CARD_PICTURE, "view": "several", "typed": "`" * 80},
    "pictures of a card": {
        **_CARD_PICTURE,
        "view": "card",
        "pictures": [{"art": f"{n:032x}", "count": 10**6, "hidden": n % 2 == 0} for n in range(4)],
    },
    "a card without picture": {**_CARD_PICTURE, "view": "card"},
    "whether to remove a picture": {
        **_CARD_PICTURE,
        "view": "ask",
        "pictures": [{"art": "0f" * 16, "count": 0, "hidden": False}],
    },
    **{
        f"picture {sentence}": {
            **{**_CARD_PICTURE, "view": "said"},
            **{"sentence": sentence, "again": again},
        }
        for sentence, again in (
            ("removed", ""),
            ("shown", ""),
            ("gone", ""),
            ("failed", ""),
            ("meanwhile", f"remove:{'0f' * 16}:99999"),
        )
    },
}

RESETS: dict[str, dict[str, Any]] = {
    f"a reset, {view}": {"kind": "admin reset", "view": view, "at": 4_102_444_800}
    for view in ("ask", "other_words", "leaving_now", "waiting", "undone")
}

_LOGGED = [
    {**_COMMON, "kind": "take", "taken_by": RECEIPT, "reason": "🌟" * 100, "name": None},
    {
        **{**_COMMON, "kind": "grant", "granted_by": RECEIPT, "reason": "x" * 200},
        "compensates": RECEIPT,
    },
    *[
        {
            **{**_COMMON, "kind": "settings", "by": RECEIPT},
            "before": dict.fromkeys(("currency", "pause"), "`" * 20),
            "after": dict.fromkeys(("currency", "pause"), "*" * 80),
        }
    ]
    * 6,
]
_SETTLED = {
    name: settings_of(Game(GUILD), Economy(GUILD))["values"][name]
    for name in ("currency", "pause", "language")
}


def banners_message(number: int) -> dict[str, Any]:
    """What is open and planned, at the longest names and numbers."""
    return {
        "kind": "banners",
        "picture": "0f" * 16,
        "open": [
            {
                "id": f"b{90_000 + n}",
                "name": dict(MARKED_UP.name),
                "ends": None if n % 2 else 253_402_300_799,
                "prices": [(size, banner.MAX_PRICE) for size in (1, 10)],
                "rarity": dict(MARKED_UP.rarities[0].name),
                "rate": rates.percent(MARKED_UP.rarities[0].rate),
                "features": features.of(MARKED_UP),
            }
            for n in range(number)
        ],
        "planned": [
            {"name": dict(MARKED_UP.name), "starts": 253_402_300_799}
            for _ in range(MAX_OFFERS - number)
        ],
        "chosen": "b90000" if number else "",
        "next_draw": f"{'9' * 16}.{'9' * 16}",
    }


_UPLOAD: dict[str, Any] = {
    "kind": "admin banner upload",
    "state": "taken",
    "is_new": False,
    "shown": {},
    "reopens": False,
    "banner": "b9999",
    "name": "星" * 80,
    "cards": 1_000,
    "pictures": 200,
    "notes": [
        {"key": "cards_added", "values": {"count": 1_000}},
        *(
            {
                "key": "picture_refused",
                "values": {
                    "name": "*" * 60,
                    "key": "picture_heavy",
                    "values": {"megabytes": 99, "most": 16},
                },
            }
            for _ in range(20)
        ),
    ],
    "problems": [],
    "more": 0,
    "by": "",
}
_WRONG = {
    "key": "not_whole",
    "place": ["sheet", "weight", 1_000, "*" * 31],
    "values": {"found": "**_`" * 10},
}
_EXPORT: dict[str, Any] = {
    "kind": "admin banner export",
    "state": "made",
    "banner": "b99999",
    "name": "*" * 80,
    "cards": 1_000,
    "pictures": 1_001,
    "parts": [*range(20, 1_001, 20), 1_001],
    "part": 2,
    "export": "1" * 20,
    "problems": [],
    "more": 0,
}
_DRAFTED: dict[str, Any] = {
    **_UPLOAD,
    "is_new": False,
    "notes": [{"key": "cards_added", "values": {"count": 10}}],
    "shown": {},
    "reopens": False,
}
_BASICS: dict[str, Any] = {
    "rarities": [{"name": {"ja": "*" * 80}, "rate": f"{2**53}/{2**56 - 1}"} for _ in range(16)],
    "sum": f"{2**55}/{2**56 - 1}",
    "rest": "1/2",
    "kind": "rate-up",
    "fields": {
        "share": "99.99999999999999999999%",
        "guarantee": "10",
        "exchange": "10000",
        "ceiling": "1000",
        "least": "*" * 80,
    },
    "prices": [1_000_000_000] * 2,
    "starts_ms": 4_102_444_799_999,
    "ends_ms": None,
}
_KEPT: dict[str, Any] = {"notes": [], "problems": [_WRONG] * 20, "more": 5, "reopens": True}


def _drafted(room: str, **changes: Any) -> dict[str, Any]:
    return {**_DRAFTED, "kind": room, **changes}


_LONG: Final = dict(MARKED_UP.name)
_AT: Final = 253_402_300_799
_ENTRIES: Final[list[Any]] = [
    {
        "id": f"b{90_000 + n}",
        "name": _LONG,
        "state": banner_list.STATES[n % len(banner_list.STATES)],
        "starts": _AT - 1,
        "ends": _AT,
        "is_default": n == 0,
    }
    for n in range(MAX_OFFERS)
]


def preview_message(of: banner.Banner) -> dict[str, Any]:
    """A preview at the longest names and numbers, of all that can be said."""
    cost = {"pulls": 16_000, "coins": 10**12, "days": 10**9}
    figures = [
        {
            "rarity": each.id,
            "name": dict(each.name),
            "rate": rates.percent(each.rate),
            "long_run": rates.percent(each.rate / 2),
            "one_in": "99.99999999\u00a0%",
            "is_first": True,
            "pulls": {
                **dict.fromkeys(("half", "ninety", "certain"), cost),
                "expected": {"pulls": "12345.6", "coins": 10**12, "days": 10**9},
            },
        }
        for each in of.rarities
    ]
    name, rarity = dict(of.name), dict(of.rarities[0].name)
    every = {
        **dict.fromkeys(("rarity", "name", "maybe_name"), rarity),
        **dict.fromkeys(("before", "after", "pulls", "coins", "days", "open_days", "total"), 10**9),
        **dict.fromkeys(("points", "ten", "ones", "count", "number", "one", "ends_ms"), 10**9),
        **dict.fromkeys(("size", "price", "maybe", "a_day"), 10**9),
        "prices_before": [[size, [banner.MAX_PRICE] * 20] for size in (1, 10, 16, 17, 18, 19)],
        "prices_after": [[size, [banner.MAX_PRICE] * 20] for size in (1, 10, 16, 17, 18, 19)],
        "rate": "0.0001\u00a0%",
        "id": "x" * 40,
        "numbers": [9_999] * 10,
        "tickets": 1_000,
        **{name: [_AT - 1, _AT] for name in ("period_before", "period_after")},
        "names": [rarity] * 5,
        "rarities": [rarity] * 16,
        "rule": {"kind": "rule_no_repeats", "rarity": rarity},
    }

    def remarks(sentences: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{"key": key, "values": every} for key in sentences]

    return {
        "kind": "admin banner list",
        "view": "preview",
        "banner": "b99999",
        "name": name,
        "draft": 999_999_999,
        "by": RECEIPT,
        "starts": _AT - 1,
        "ends": _AT,
        "prices": [[size, [banner.MAX_PRICE] * 2] for size in (1, 10, 16, 17, 18, 19)],
        "cards": 1_000,
        "income": 160,
        "modes": {"single": [*figures, {**figures[0], "featured": [101]}], "ten": figures},
        "odd": remarks(previews.ODD),
        "rules": rates.rules(of)[:10],
        "shards": [{"name": dict.fromkeys(LANGUAGES, "🌟" * 80), "gives": 10**5, "price": 10**5}]
        * 10,
        "resets": remarks(previews.RESETS),
        "changes": remarks(previews.CHANGES)
        + [{"key": "rules_in", "values": {"rule": each}} for each in rates.rules(of)],
        "questions": [
            {**every, "number": 99_999 - n, "maybe": 99_999} for n in range(previews.MOST_QUESTIONS)
        ],
        "more_questions": 995,
        "new_pictures": 1_000,
        "may_publish": True,
    }


def sample_of(of: banner.Banner) -> dict[str, Any]:
    cards = [{**card_of(of, card.id), "new": True, "art": "e7" * 16} for card in of.cards[:10]]
    return {**pull_message(), "cards": cards}


def said(sentence: str, **more: Any) -> dict[str, Any]:
    numbers = {"most": 25, "place": 25, "places": 25}
    values = {"by": RECEIPT, **numbers, "starts": _AT, "ends": _AT, "until": _AT}
    return {
        "kind": "admin banner list",
        "view": "said",
        "sentence": sentence,
        "banner": "b99999",
        "name": _LONG,
        "values": values,
        "opens": "",
        "problems": [],
        **more,
    }


_PROBLEM: Final = {
    "key": "rarity_without_card",
    "place": ["sheet", "rarity", 5_000, "x" * 60],
    "values": {"rarity": "*" * 80},
}
_LACKING: Final = [
    {**_PROBLEM, "key": "featured_only", "values": {"rarity": "*" * 80, "of_cards": of_cards}}
    for at in range(20)
    for of_cards in [[f"{9_000 + 10 * at + each} {'*' * 40}" for each in range(9)]]
]
_AFTER: Final = ("ask_end", "ask_hide", "ask_remove")

BANNER_LIST: Final[dict[str, dict[str, Any]]] = {
    "banner list of nothing": {
        "kind": "admin banner list",
        "view": "list",
        "entries": [],
        "page": 0,
        "pages": 1,
        "has_sample": True,
    },
    "banner list": {
        "kind": "admin banner list",
        "view": "list",
        "entries": _ENTRIES,
        "page": 1,
        "pages": 3,
        "has_sample": True,
    },
    **{
        f"banner that is {entry['state']}": {
            "kind": "admin banner list",
            "view": "banner",
            "entry": entry,
            "place": 2,
            "places": 25,
            "since": _AT,
            "back": "e7" * 8,
            "draft": 999_999_999,
            "by": RECEIPT,
            "may_publish": may_publish,
        }
        for entry, may_publish in zip(_ENTRIES, (True, True, True, True, False), strict=False)
    },
    "preview of the largest banner": preview_message(LARGEST),
    "preview of marked-up names": preview_message(MARKED_UP),
    "preview": {
        **preview_message(STARLIT),
        **{
            "odd": [],
            "shards": [],
            "resets": [],
            "changes": None,
            "questions": [],
            "more_questions": 0,
        },
        "starts": None,
        "ends": None,
    },
    "sample of a preview": {
        "kind": "admin banner list",
        "view": "sample",
        "banner": "b99999",
        "result": sample_of(MARKED_UP),
    },
    "pictures of a preview": {
        "kind": "admin banner list",
        "view": "pictures",
        "banner": "b99999",
        "arts": [f"{n:032x}" for n in range(40)],
        "page": 1,
        "pages": 50,
    },
    "draft that is not ready": {
        "kind": "admin banner list",
        "view": "unready",
        "banner": "b99999",
        "name": _LONG,
        "draft": 999_999_999,
        "by": RECEIPT,
        "problems": _LACKING,
        "more": 80,
        "draft_kind": "multi",
    },
    **{
        question: {
            "kind": "admin banner list",
            "view": "ask",
            "question": question,
            "banner": "b99999",
            "name": _LONG,
            "again": again,
            "values": {
                "since": _AT,
                **({"after": "after_default", "next": _LONG} if question in _AFTER else {}),
                **({"points": 1} if question == "ask_end" else {}),
            },
            "beside": beside,
        }
        for question, again, beside in (
            ("ask_rights", "publish:b99999:999999999:99999999:99999999:yes", None),
            ("ask_discard", "discard:b99999:999999999:yes", None),
            ("ask_discard_changes", "discard:b99999:999999999:yes", None),
            ("ask_remove", "remove:b99999:yes", None),
            ("ask_end", "end:b99999:yes", None),
            ("ask_hide", "hide:b99999:yes", None),
            (
                "ask_back",
                f"back:b99999:{'e7' * 8}:yes",
                {name: preview_message(MARKED_UP)[name] for name in ("resets", "changes")},
            ),
        )
    },
    **{f"banner list: {each}": said(each) for each in (*banner_texts.DONE, *banner_texts.REFUSED)},
    "dates refused": said(
        "period_refused", opens="again:offer:b99999:0123abcd", problems=[_PROBLEM] * 3
    ),
}


def book_message(view: str, cards: int, **more: Any) -> dict[str, Any]:
    """A page of the book at the longest names, with all that a line may have."""
    group = {"name": dict(MARKED_UP.name), "owned": 999, "of": 2_000}
    line = {
        "card": {
            **card_of(MARKED_UP, MARKED_UP.cards[0].id),
            **{"art": "0f" * 16, "emoji": f"<:{'e' * 32}:{RECEIPT}>", "colour": 0xFFCC00},
        },
        "number": 9_999,
        "copies": 10**6,
        "is_locked": True,
        "is_wished": True,
    }
    state = Filter("duplicates", "count", "x" * 40, "abcd").written()
    return {
        "kind": "collection",
        "owner": RECEIPT,
        "is_own": False,
        "view": view,
        "filter": {"show": "duplicates", "sort": "count", "state": state},
        "member": RECEIPT,
        "found": 2_000,
        "page": 998,
        "pages": 1_000,
        "lines": [line] * cards,
        "banner": dict(MARKED_UP.name),
        "summary": {"all": group, "rarities": [group] * 50, "banners": [group] * 25},
        **more,
    }


_WARE: dict[str, Any] = {
    "card": {
        **card_of(MARKED_UP, MARKED_UP.cards[0].id),
        **{"art": "0f" * 16, "emoji": f"<:{'e' * 32}:{RECEIPT}>", "colour": 0xFFCC00},
    },
    "number": 99_999,
    "price": 100_000,
    "copies": 2**31,
}
_REST = {"sentence": "rest_until", "until": 253_402_300_799, "shards": 1_000}


def _counter(kind: str, **more: Any) -> dict[str, Any]:
    """The longest page of cards to choose from."""
    name = dict.fromkeys(LANGUAGES, "🌟" * 80)
    return {
        "kind": kind,
        "banner": {"id": "b" * 40, "name": dict(MARKED_UP.name)},
        "others": [
            {
                "id": f"{n:02}" + "b" * 38,
                "name": name,
                **({"is_all_taken": True} if kind == "exchange" else {}),
            }
            for n in range(24)
        ],
        "has": 2**53,
        "page": 38,
        "pages": 40,
        "wares": [
            {**_WARE, "number": n, "card": {**_WARE["card"], "name": name, "rarity": name}}
            for n in range(25)
        ],
        **({"rest": _REST} if kind == "exchange" else {}),
        **more,
    }


def _bare(kind: str, **more: Any) -> dict[str, Any]:
    """The emptiest one: a card that costs more than the player has."""
    card = card_of(STARLIT, STARLIT.cards[0].id)
    ware = {"card": card, "number": 0, "price": 200, "copies": 0}
    named = {"id": STARLIT.id, "name": dict(STARLIT.name)}
    rest = {"rest": {"sentence": "rest_carries", "until": 0, "shards": 0}}
    pages = {"page": 0, "pages": 1, "wares": [ware]}
    of_kind = rest if kind == "exchange" else {}
    more = dict.fromkeys(more, ware)
    return {"kind": kind, "banner": named, "others": [], "has": 0, **pages, **of_kind, **more}


_COUNTERS: dict[str, dict[str, Any]] = {
    f"{kind} {name}": message
    for kind in ("exchange", "shop")
    for name, message in {
        "list": _counter(kind),
        "asks": _counter(kind, asks=_WARE),
        "bare": _bare(kind),
        "bare asks": _bare(kind, asks=True),
        "done": {"kind": kind, "banner_id": "b" * 40, "taken": _WARE, "left": 2**53},
    }.items()
}

MESSAGES: dict[str, dict[str, Any]] = {
    **_COUNTERS,
    "locks": {
        "kind": "lock",
        "locks": [
            {
                "card": {
                    **card_of(MARKED_UP, MARKED_UP.cards[0].id),
                    "name": dict.fromkeys(LANGUAGES, "🌟" * 80),
                    "rarity": dict.fromkeys(LANGUAGES, "🌟" * 80),
                },
                "number": 99_900 + n,
                "copies": 10**6,
            }
            for n in range(25)
        ],
        "more": 1_975,
    },
    "no locks": {"kind": "lock", "locks": [], "more": 0},
    "box asked": {
        "kind": "box",
        "banner": {"id": "b" * 40, "name": dict.fromkeys(LANGUAGES, "🌟" * 80)},
        "may": True,
        "left": 640_000,
        "full": 640_000,
        "cards": [
            {"name": dict.fromkeys(LANGUAGES, "🌟" * 80), "rank": rank, "copies": 10_000}
            for rank in range(64)
        ],
        "standing": [],
    },
    "box not yet": {
        "kind": "box",
        "banner": {"id": "b", "name": dict.fromkeys(LANGUAGES, "🌟" * 80)},
        "may": False,
        "left": 1,
        "full": 640_000,
        "cards": [],
        "standing": [
            {
                "kind": "box_reset_after",
                "left": 1,
                "cards": {
                    "names": [
                        {"name": dict.fromkeys(LANGUAGES, "🌟" * 80), "featured": True}
                        for _ in range(3)
                    ],
                    "or_better": False,
                    "more": 61,
                },
            }
        ],
    },
    **BANNER_LIST,
    "take asked": {
        "kind": "admin take",
        "user": RECEIPT,
        "reason": "🌟" * 100,
        "said": {"name": _LONG, "left": 10**6},
        "again": f"sure:{RECEIPT}0:0123abcd",
    },
    "take of an amount asked": {
        "kind": "admin take",
        "user": RECEIPT,
        "reason": "*" * 200,
        "said": {"amount": 10**6, "left": 10**9},
        "again": f"sure:{RECEIPT}0:0123abcd",
    },
    "wishlist": {
        "kind": "wishlist",
        "wishes": [
            {
                "card": {
                    **card_of(MARKED_UP, MARKED_UP.cards[0].id),
                    **{"art": "0f" * 16, "name": dict.fromkeys(LANGUAGES, "🌟" * 80)},
                },
                "number": number,
                "copies": 10**6,
                "is_open": False,
                "others": [str(2**64 - 1 - each) for each in range(4)],
                "more": 21,
            }
            for number in range(9_990, 10_000)
        ],
        "is_listed": True,
    },
    "no wishes": {"kind": "wishlist", "wishes": [], "is_listed": False},
    "book": book_message("p", 10),
    "shared book": {"kind": "share", "book": book_message("p", 10)},
    "listed book": book_message("l", 25),
    "empty book": book_message("p", 0, member="", is_own=True, found=0, page=0, pages=1),
    **CARD_PICTURES,
    "new": _drafted("admin banner new", is_new=True, shown=_BASICS),
    "new unready": _drafted("admin banner new", shown=_BASICS, problems=[_WRONG] * 20, more=5),
    **{
        f"new {kind}": _drafted(
            "admin banner new", shown={**_BASICS, "kind": kind, "fields": fields, "rest": ""}
        )
        for kind, fields in {
            "simple": {"least": "", "exchange": ""},
            "ceiling": {"ceiling": "", "of": "", "least": "", "exchange": ""},
            "box": {"refill": "top"},
            "step-up": {"steps": "1000000000 / " * 20, "repeat": "last", "of": "", "exchange": ""},
            "file": {},
        }.items()
    },
    "new refused": _drafted("admin banner new", state="refused", **_KEPT),
    "new stale": _drafted("admin banner new", state="stale", by="1" * 20, reopens=True),
    "new stale by oneself": _drafted(
        "admin banner new", state="stale", by="1" * 20, is_own=True, reopens=True
    ),
    "new sent twice": _drafted("admin banner new", state="already"),
    "new one refused": _drafted("admin banner new", state="refused", banner="", reopens=True),
    "new failed": _drafted("admin banner new", state="failed", banner="", reopens=True),
    "cards": _drafted("admin card add", shown=_BASICS, problems=[_WRONG] * 20),
    "cards refused": _drafted("admin card add", state="refused", **_KEPT),
    "card edit": _drafted("admin card edit", shown=_BASICS),
    "card edit stale": _drafted("admin card edit", state="stale", by="1" * 20, reopens=True),
    "card edit refused": _drafted("admin card edit", state="refused", **_KEPT),
    "paste": _drafted("admin banner paste", shown=_BASICS),
    "paste refused": _drafted("admin banner paste", state="refused", **_KEPT),
    "export": _EXPORT,
    "export in one": {**_EXPORT, "parts": [_EXPORT["pictures"]], "part": 1},
    "export refused": {**_EXPORT, "state": "refused", "parts": [], "problems": [_WRONG] * 20},
    "export failed": {**_EXPORT, "state": "failed", "banner": "", "parts": []},
    **{
        f"template {rules}": {"kind": "admin banner template", "rules": rules}
        for rules in ("simple", "ceiling", "rate-up", "box", "step-up")
    },
    "log": {
        "kind": "admin log",
        "entries": [{"user": RECEIPT, "event": each} for each in _LOGGED],
        "newer": "1795491421930.2630629",
        "older": "1795491424000.0000001",
    },
    "panel": {
        "kind": "admin panel",
        "banner": {**banners_message(1)["open"][0], "id": "b" * 40},
        "starts": 253_402_300_799,
        "is_over": False,
        "mark": "0123abcd",
        "picture": "0f" * 16,
        "description": "🌟" * 1_000,
        "colour": 0xFFCC00,
    },
    "bare panel": {
        "kind": "admin panel",
        "banner": banners_message(2)["open"][1],
        "starts": None,
        "is_over": False,
        "mark": "0123abcd",
    },
    "panel of a banner that is over": {
        "kind": "admin panel",
        "banner": banners_message(1)["open"][0],
        "starts": None,
        "is_over": True,
        "mark": "0123abcd",
    },
    "no panel": {
        "kind": "text",
        "sentence": "over",
        "values": {"banner": dict(MARKED_UP.name)},
    },
    "card": {
        "kind": "card",
        "name": "🌟" * 40,
        "found": 1_000,
        "page": 38,
        "pages": 40,
        "hits": [
            {"number": 9_000 + n, "name": dict.fromkeys(LANGUAGES, "🌟" * 80)} for n in range(25)
        ],
        "shown": {
            "card": {
                **card_of(MARKED_UP, MARKED_UP.cards[0].id),
                **{"art": "0f" * 16, "emoji": f"<:{'e' * 32}:{RECEIPT}>", "colour": 0xFFCC00},
            },
            "number": 9_000,
            "copies": 10**6,
            "is_wished": True,
            "is_locked": True,
            "rates": [
                {"banner": dict(MARKED_UP.name), "rate": "0.0000000001 %", "next": "100 %"},
                {
                    "banner": dict(MARKED_UP.name),
                    "rate": "0.1 %",
                    "next": "99.9 %",
                    "box": {"left": 999, "tickets": 1_000, "is_last": True},
                },
            ]
            * (MAX_OFFERS // 2),
        },
    },
    "several cards": {
        "kind": "card",
        "name": "*" * 40,
        "found": 26,
        "page": 0,
        "pages": 2,
        "hits": [{"number": n, "name": dict(LONGEST[0].name)} for n in range(25)],
        "shown": None,
    },
    "no card": {"kind": "text", "sentence": "no_card", "values": {"name": "`" * 40}},
    "stats": {
        "kind": "admin stats",
        "last_day": "2026-11-28",
        **dict.fromkeys(("players", "returned", "returnable", "pulls", "draws"), 10**9),
        **dict.fromkeys(("coins_in", "coins_out"), 10**15),
        "furthest": {
            "banner": dict(LONGEST[0].name),
            "rarity": dict(LONGEST[0].name),
            "got": 10**9,
            "expected": "1,000,000,000.01",
            "bound": "0.000001",
            "banners": 99,
            "tested": 98,
        },
    },
    "stats of a quiet week": {
        "kind": "admin stats",
        "last_day": "2026-11-28",
        **dict.fromkeys(("players", "returned", "returnable", "pulls", "draws"), 0),
        **dict.fromkeys(("coins_in", "coins_out"), 0),
        "furthest": None,
    },
    "empty log": {"kind": "admin log", "entries": [], "newer": None, "older": None},
    "receipt": {
        "kind": "admin receipt",
        "user": RECEIPT,
        "event": history_message()["rows"][0],
        "charged": -1600,
        "balance": 1600,
        "delivered": False,
    },
    "receipt of a void": {
        "kind": "admin receipt",
        "user": RECEIPT,
        "event": {**_COMMON, "kind": "void", "command": "pull"},
        "charged": 0,
        "balance": None,
        "delivered": True,
    },
    "no such receipt": {
        "kind": "text",
        "sentence": "unknown",
        "values": {"user": RECEIPT, "number": RECEIPT, "made": 1_795_491_424},
    },
    "player": {
        "kind": "admin player",
        "user": RECEIPT,
        "profile": {
            "kind": "profile",
            "balance": 3200,
            "owned": 3,
            "cards": 24,
            "copies": 3,
            "banners": [banner_of_profile(STARLIT)] * 5,
            "more": 0,
        },
        "history": history_message(newer="1", older="1795491424000.0000001"),
    },
    "taken": {
        "kind": "text",
        "sentence": "taken",
        "values": {"user": RECEIPT, "amount": 10**6, "balance": 0},
    },
    "too much to take": {
        "kind": "text",
        "sentence": "too_much",
        "values": {"user": RECEIPT, "amount": 10**6, "balance": 0},
    },
    "upload": _UPLOAD,
    "upload unready": {**_UPLOAD, "problems": [_WRONG] * 20, "more": 980},
    "upload refused": {**_UPLOAD, "state": "refused", "problems": [_WRONG] * 20, "more": 980},
    "upload stale": {**_UPLOAD, "state": "stale", "by": "1" * 20},
    "upload stale by oneself": {**_UPLOAD, "state": "stale", "by": "1" * 20, "is_own": True},
    "upload sent twice": {**_UPLOAD, "state": "already"},
    "upload failed": {**_UPLOAD, "state": "failed", "notes": []},
    "settings": {**_SETTINGS},
    "settings changed": {
        **_SETTINGS,
        "state": "settled",
        "values": {},
        "before": _SETTLED,
        "after": {name: _SETTINGS["values"][name] for name in _SETTLED},
    },
    "settings refused": {
        **_SETTINGS,
        "state": "refused",
        "problems": [
            {"field": "timezone", "rule": "zone", "value": "*x* @everyone", "limits": {}},
            {"field": "pause", "rule": "long", "value": "x", "limits": {"most": 80, "length": 81}},
        ],
        "reopens": "time:0123abcd",
    },
    "no settings yet": {**_SETTINGS, "first": {"language": "ja", "timezone": "UTC"}},
    "first settings": {
        **_SETTINGS,
        "state": "settled",
        "after": _SETTINGS["values"],
        "before": _SETTINGS["values"],
        "guessed": ["language", "timezone"],
    },
    "settings stale": {**_SETTINGS, "state": "stale", "reopens": "pause:0123abcd"},
    "pull": pull_message(),
    "compact": {**pull_message(), "is_compact": True},
    "single": pull_message(1),
    "of a box that may be begun anew": {**pull_message(1), "standing": [{"kind": "box_reset"}]},
    "seen by the player alone": {**pull_message(1), "is_private": True},
    "shown to all": {"kind": "post", "number": RECEIPT, "result": pull_message()},
    "own settings": {
        "kind": "settings",
        "state": "settled",
        "values": {
            "results": "private",
            "book": "members",
            "spending": "coins",
            "wishes": "listed",
        },
        "is_public": True,
    },
    "own settings where results are private": {
        "kind": "settings",
        "state": "now",
        "values": {
            "results": "server",
            "book": "private",
            "spending": "tickets",
            "wishes": "private",
        },
        "is_public": False,
    },
    "refused": {
        "kind": "text",
        "sentence": "cannot_pay",
        "values": {"price": 1600, "balance": 10**9, "missing": 1234},
    },
    "closed": {
        "kind": "text",
        "sentence": "banner_closed",
        "values": {"banner": {"ja": "星", "en": "Star"}},
    },
    "voided": {"kind": "text", "sentence": "voided"},
    "stands": {"kind": "text", "sentence": "stands"},
    "unclear": {"kind": "text", "sentence": "unclear"},
    "unanswered": {"kind": "text", "sentence": "unanswered"},
    "profile": {
        "kind": "profile",
        "balance": 3200,
        "owned": 3,
        "cards": 24,
        "copies": 3,
        "banners": [banner_of_profile(STARLIT)],
        "more": 0,
    },
    "rich profile": {
        "kind": "profile",
        "balance": 10**12,
        "owned": 3,
        "cards": 24,
        "copies": 3,
        "shards": 10**9,
        "tickets": [
            *[{"count": 1_000, "ends": 10**10}] * 10,
            *[
                {
                    "count": 1_000,
                    "ends": 10**10,
                    "banner": dict(MARKED_UP.name),
                    "is_open": at % 2 == 0,
                }
                for at in range(10)
            ],
        ],
        "best": {"card": book_message("p", 1)["lines"][0]["card"], "number": 9_999},
        "luck": {
            "banner": dict(MARKED_UP.name),
            "standing": {
                "rarity": dict(MARKED_UP.rarities[0].name),
                "draws": 1_000,
                "percent": 56,
            },
        },
        "banners": [banner_of_profile(MARKED_UP)] * 25,
        "more": 0,
    },
    "another's profile": {
        "kind": "profile",
        "member": RECEIPT,
        "balance": None,
        "owned": 3,
        "cards": 24,
        "copies": 3,
        "best": {"card": book_message("p", 1)["lines"][0]["card"], "number": 9_999},
        "luck": {
            "banner": dict(MARKED_UP.name),
            "standing": {"rarity": dict(MARKED_UP.rarities[0].name), "draws": 1},
        },
        "banners": [],
        "more": 0,
    },
    "history": history_message(newer="1", older="1795491424000.0000001"),
    "grants": {
        **history_message(),
        "rows": [{**history_message()["rows"][4], "reason": "🌟" * 200}] * 10,
    },
    "pulls of the largest banner": {
        **history_message(),
        "rows": [
            {
                **history_message()["rows"][0],
                "banner": dict(LARGEST.name),
                "cards": [card_of(LARGEST, card.id) for card in LARGEST.cards[:10]],
            }
        ]
        * 10,
    },
    "granted": {
        "kind": "text",
        "sentence": "granted",
        "values": {"user": RECEIPT, "amount": 10**6, "balance": 10**9},
    },
    "no such pull": {
        "kind": "text",
        "sentence": "no_such_pull",
        "values": {"user": RECEIPT, "pull": "@everyone" + "`" * 11},
    },
    "stale button": {"kind": "text", "sentence": "stale_pull"},
    "empty history": {"kind": "history", "rows": [], "newer": None, "older": None},
    "rates": published(STARLIT),
    "rates of the largest banner": published(LARGEST),
    "how far it is": reach(STARLIT, 1, 24_000),
    "how far it is to the largest of marked-up names": reach(MARKED_UP, 10, 10**9),
    "pull of marked-up names": {
        **pull_message(),
        "banner": dict(MARKED_UP.name),
        "cards": [{**card_of(MARKED_UP, card.id), "new": True} for card in MARKED_UP.cards[:10]],
        "standing": rules.standing(MARKED_UP, engine.start(MARKED_UP)),
    },
    "history of marked-up names": {
        **history_message(),
        "rows": [
            {
                **history_message()["rows"][0],
                "banner": dict(MARKED_UP.name),
                "cards": [card_of(MARKED_UP, card.id) for card in MARKED_UP.cards[:10]],
            }
        ]
        * 10,
    },
    "rates of marked-up names": published(MARKED_UP),
    "rates that changed": {**published(STARLIT), **rates_before(STARLIT)},
    "many rates that changed": {**published(MARKED_UP), **rates_before(MARKED_UP)},
    "closed banner of a marked-up name": {
        "kind": "text",
        "sentence": "banner_closed",
        "values": {"banner": dict(MARKED_UP.name)},
    },
    "profile of marked-up names": {
        "kind": "profile",
        "balance": 0,
        "copies": 0,
        "owned": 0,
        "cards": 1000,
        "banners": [banner_of_profile(MARKED_UP)] * 30,
        "more": 0,
    },
    **given_messages.MESSAGES,
    **RESETS,
    **personal_messages.MESSAGES,
    "fair": {
        "kind": "fair",
        "epoch": 2,
        "nonce": 40,
        "commitment": "c" * 64,
        "next": "d" * 64,
        "client_seed": "星" * 64,
        "last": "e" * 64,
        "versions": [{"banner": dict(MARKED_UP.name), "banner_hash": "f" * 64}] * 60,
    },
    "rotated": {
        "kind": "text",
        "sentence": "rotated",
        "values": {"epoch": 1, "draws": 40, "commitment": "c" * 64, "next": "d" * 64},
    },
    "seed chosen": {
        "kind": "text",
        "sentence": "seed_chosen",
        "values": {"client_seed": "{receipt_number} @everyone" + "`" * 40},
    },
    "receipts": {"kind": "receipts", "epoch": 1, "pulls": 100, "next": 1790000000000},
    "a shared box": {
        "kind": "fair box",
        "banner": dict(MARKED_UP.name),
        "banner_hash": "f" * 64,
        "number": 1_000_000,
        "sold": 999,
        "tickets": 1_000,
        "is_over": False,
        "commitment": "c" * 64,
        "head": "e" * 64,
        "buyer": "a" * 32,
        "key": "b" * 64,
        "client": "d" * 64,
        "ended": {
            "box": f"{'x' * 40}#999999@{'9' * 20}",
            "number": 999_999,
            "buyer": "f" * 32,
            "key": "e" * 64,
            "epochs": [{"epoch": 1_800_000_000, "server_seed": "a" * 64}],
            "receipts": 1_000,
        },
    },
    "tickets of a shared box": {
        **pull_message(10),
        "box": {"number": 100, "first": 991, "count": 9, "bought": 10**15, "most": 10},
        "standing": [
            {"kind": "shared_left", "number": 100, "left": 1, "stock": 1_000},
            {
                "kind": "shared_left_turn",
                **{"number": 10**6, "left": 999, "stock": 1_000, "turn": 100, "boxes": 100},
            },
            {"kind": "shared_last", "card": dict(MARKED_UP.name)},
            {"kind": "shared_next", "number": 101, "from": 1_795_500_000},
        ],
    },
    "now, at first": {
        "kind": "now",
        "is_new": True,
        "balance": 0,
        "tickets": 0,
        "first_ends": 0,
        "day": {"can": False, "streak": 1, "next": 1_795_500_000},
        "presents": 0,
        "banners": [],
        "more": 0,
    },
    "the most of now": {
        "kind": "now",
        "is_new": True,
        "balance": 10**12,
        "tickets": 10**6,
        "first_ends": 1_795_500_000,
        "day": {"can": True, "streak": 10**4, "next": 0},
        "presents": 25,
        "banners": [
            {
                "id": "b" * 39 + number,
                "name": dict(MARKED_UP.name),
                "is_open": True,
                "ends": 1_795_500_000,
                "certain": rules.standing(MARKED_UP, engine.start(MARKED_UP))[:3],
                "counts": [1, 10],
                "ticketed": [1, 10],
                "free": [],
                "alone": 0,
                "pulls": 10**9,
                "exchanges": True,
                "exchange_ends": 1_796_100_000,
            }
            for number in "12345"
        ],
        "more": 20,
    },
    "a day": {
        "kind": "daily",
        "amount": 160,
        "bonus": 0,
        "tickets": [],
        "balance": 3_360,
        "streak": {"days": 1, "next": 1_795_500_000},
    },
    "the most of a day": {
        "kind": "daily",
        "amount": 2 * 10**6,
        "bonus": 10**6,
        "tickets": [{"n": 1_000, "e": 1_795_500_000_000}],
        "balance": 10**12,
        "streak": {
            "days": 10**4,
            "next": 1_795_500_000,
            "coming": {"days": 16, "coins": 10**6},
            "forgiven": "2026-11-28",
        },
    },
    "luck": {
        "kind": "luck",
        "banner": dict(MARKED_UP.name),
        "rarities": [
            {"name": dict(each.name), "got": 10**6, "expected": "1,234,567.89"}
            for each in MARKED_UP.rarities
        ],
        "draws": 10**6,
        "rows": 50,
        "has_older": True,
    },
    "no luck yet": {
        "kind": "luck",
        "banner": dict(STARLIT.name),
        "rarities": [],
        "draws": 0,
        "rows": 0,
        "has_older": False,
    },
    "help": {
        "kind": "help",
        "in_server": True,
        "price": {"banner": dict(MARKED_UP.name), "prices": [(1, 160), (10, 1600)]},
        "start": 3200,
    },
    "help of somebody who has begun": {
        "kind": "help",
        "in_server": True,
        "start": 10**6,
        "price": {
            "banner": dict(MARKED_UP.name),
            "prices": [(size, 10**7) for size in (1, 10, 16, 17, 18, 19)],
        },
        "next": {
            "is_new": False,
            "day": True,
            "next_day": 0,
            "tickets": 10**6,
            "pulls": 10**6,
            "can_pull": True,
            "presents": 99,
            "is_open": True,
        },
    },
    "help of who may manage the server": {
        "kind": "help",
        "in_server": True,
        "start": 3200,
        "manages": "own",
    },
    "help without a banner": {"kind": "help", "in_server": True, "start": 3200},
    "one banner": banners_message(1),
    "all banners": banners_message(MAX_OFFERS),
    "no banner": banners_message(0),
    "a pull beside all others": {
        **pull_message(),
        "others": [
            {"id": f"b{90_000 + n}", "name": dict(MARKED_UP.name)} for n in range(MAX_OFFERS - 1)
        ],
        "next_draw": f"{'9' * 16}.{'9' * 16}",
        "banner_id": "b90024",
    },
}


class Clock:
    """Announce's `time`, `age_s` after the interaction was made. It sleeps at once, and notes how
    long it was asked to."""

    def __init__(self, age_s: float) -> None:
        self.now = snowflake.created_ms(RECEIPT) / 1000 + age_s
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def announce(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DISCORD_API_BASE_URL", BASE)
    app = load_function("announce")
    monkeypatch.setattr(app, "time", Clock(5))
    return app.handler


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        mock.add_passthru("https://dynamodb")
        mock.add_passthru("https://secretsmanager")
        yield mock


def event(message: dict[str, Any], **changes: Any) -> dict[str, Any]:
    interaction = workflow_input(0, room_of(message)) | changes
    if message["kind"] != "pull":
        return order(interaction, message)
    return order(interaction, message | {"undelivered": True}, {"kind": "pull", "pulls": 1})


def recorded(tables: Any) -> None:
    tables.put_item(
        TableName="gacha_history",
        Item={
            "user_id": {"S": "1290000000000000009@1290000000000000002"},
            "timestamp": {"N": str(sort_key())},
            "undelivered": {"S": "pull"},
        },
    )


def embed_texts(embed: dict[str, Any]) -> list[str]:
    fields = [field[part] for field in embed.get("fields", []) for part in ("name", "value")]
    footer = embed.get("footer", {"text": ""})["text"]
    return [embed.get("title", ""), embed.get("description", ""), footer, *fields]


def laid_out_within_bounds(body: dict[str, Any]) -> bool:
    """By a count of its own: all texts, all components, all bytes, as the strictest reads them."""
    parts = list(components(body["components"]))
    texts = "".join(part.get("content", "") for part in parts)
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    assert len(texts.encode("utf-16-le")) <= 2 * 4000
    assert len(parts) <= 40
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 10_170
    assert len(ids) == len(set(ids)) and all(len(each) <= 100 for each in ids)
    return True


def missed() -> Any:
    """The longest that can be missed."""
    pull, grant = (history_message()["rows"][at] for at in (0, 4))
    return events.Missed([pull, pull, grant], more=17)


def rendered(message: dict[str, Any], *show: Any, **how: Any) -> Any:
    return render.render(room_of(message), message, *show, **how)


def plain(message: dict[str, Any], *show: Any, **how: Any) -> Any:
    return render.plain(room_of(message), message, *show, **how)


def with_missed(*show: Any, **how: Any) -> dict[str, Any]:
    body: dict[str, Any] = rendered(*show, missed(), **how)
    return body if kit.fits(body) else rendered(*show, **how)


HOWS = {
    "render": rendered,
    "plain": plain,
    "plain with missed results": lambda *show, **how: plain(*show, ["1" * 20] * 20, **how),
    "render with missed results": with_missed,
}

LONGEST_CURRENCY = Currency("*" * MAX_CURRENCY, f"<a:{'e' * 32}:{RECEIPT}>")
assert len(LONGEST_CURRENCY.emoji) <= MAX_EMOJI


@over("name", MESSAGES)
@over("language", LANGUAGES)
@over("how", HOWS)
def test_every_message_is_one_that_discord_takes(name: str, language: str, how: str) -> None:
    body = HOWS[how](MESSAGES[name], language, RECEIPT, currency=LONGEST_CURRENCY)
    assert body["allowed_mentions"] == {"parse": []}
    assert refusal(body) == ""
    if kit.is_layout(body):
        assert laid_out_within_bounds(body)
        return
    texts = [text for embed in body["embeds"] for text in embed_texts(embed)]
    assert len("".join(texts).encode("utf-16-le")) <= 2 * 6000  # over all embeds


@over("language", LANGUAGES)
def test_what_gave_something_has_a_button_to_what_can_be_done_with_it(language: str) -> None:
    """The day, a code, presents, and a card that was bought or exchanged."""
    met = []
    for message in MESSAGES.values():
        is_given = message["kind"] in ("daily", "code") or message.get("view") == "taken"
        if is_given or "taken" in message:
            buttons = components(rendered(message, language, RECEIPT)["components"])
            assert "now:open" in [each.get("custom_id") for each in buttons], message["kind"]
            met.append(message["kind"])
    assert {*met} == {"daily", "code", "presents", "exchange", "shop"}


@over("name", MESSAGES)
@over("language", LANGUAGES)
def test_headings_and_small_lines_stand_where_discord_reads_them(name: str, language: str) -> None:
    """In a message's content, an embed's description and the texts of a layout. A field's value has
    no headings by intention (discord-api-docs 7167), a title and a field's name are one line, and a
    footer has no Markdown at all."""
    for embed in rendered(MESSAGES[name], language, RECEIPT)["embeds"] or ():
        fields = [text for field in embed.get("fields", ()) for text in field.values()]
        others = [embed.get("title", ""), embed.get("footer", {}).get("text", ""), *fields]
        for text in others:
            lines = str(text).split("\n")
            assert not any(re.match(r"(#{1,3}|-#) +\S", line) for line in lines), text


def test_no_press_on_a_message_that_is_laid_out_ends_in_embeds() -> None:
    """Discord takes no way back: whatever takes the place of such a message is laid out, too."""
    rooms: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, message in MESSAGES.items():
        if message["kind"] != "text":  # those words Announce lays out where they have to be
            body = rendered(message, "ja", RECEIPT)
            rooms.setdefault(room_of(message), []).append((name, body))
    leads = {
        (name, room)
        for bodies in rooms.values()
        for name, body in bodies
        for custom_id in ids_of(body)
        if kit.is_layout(body) and (room := replacing(custom_id))
    }
    assert {room for _, room in leads} > {"admin banner list", "collection"}
    for name, room in leads:
        embeds = [each for each, body in rooms.get(room, []) if not kit.is_layout(body)]
        assert embeds == [], f"a button of “{name}” leads to {room}"


def ids_of(body: dict[str, Any]) -> list[str]:
    return [each["custom_id"] for each in components(body["components"]) if "custom_id" in each]


def replacing(custom_id: str) -> str:
    """The room whose answer to this press takes the place of the message; else empty."""
    room, _, rest = custom_id.partition(":")
    command = registry.definition(room)
    [control] = [
        each for each in command.controls if not each.is_form and re.fullmatch(each.pattern, rest)
    ]
    is_update = not (command.is_public or control.is_apart or control.opens)
    return room if is_update else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_missed_comes_first(language: str) -> None:
    body = rendered(MESSAGES["refused"], language, RECEIPT, missed())
    present, results, refusal = body["embeds"]
    assert body["content"] == ""
    assert "星" not in present["description"]  # why is for the receiver's own history
    assert LONGEST[0].name[language] in results["description"]
    assert "17" in results["description"]
    assert "1,600" in refusal["description"]
    assert "999,999,999" not in str(body)  # all may read a refusal of a pull


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("ja", ("プレゼントをもらいました", "プレゼントをもらいました")),
        ("en", ("You were given a present", "You were given presents")),
    ],
)
def test_a_present_says_from_whom_and_how_much_but_not_why_where_others_read(
    language: str, titles: tuple[str, str]
) -> None:
    grant: Any = {**history_message()["rows"][4], "amount": 1600, "reason": "ようこそ"}
    adopted: Any = {**grant, "granted_by": None, "reason": None, "compensates": None}
    for given, title in (([grant], titles[0]), ([grant, adopted], titles[1])):
        message = events.Missed(given)
        for of in (pull_message(), {**pull_message(), "is_compact": True}):
            present, _ = sections(rendered(of, language, RECEIPT, message))
            assert present.splitlines()[0].removeprefix("### ") == title
            for said in (f"<@{RECEIPT}>", "1,600", RECEIPT):
                assert said in present
            assert "ようこそ" not in present
            assert "999,999,999" not in present  # what they have is nobody else's matter
            assert "None" not in present
    assert {"ja": "このサーバーから", "en": "This server gave you"}[language] in present


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rarity_goes_by_its_name_in_every_message(language: str) -> None:
    """Its id is "servant-3", and a player reads "★3 サーヴァント"."""
    path = ROOT / "tests/banners/fgo.toml"
    fgo = banner.parse(path.read_bytes(), path.name)
    [rarity] = [each for each in fgo.rarities if each.id == "servant-3"]
    # The id is in the cards' names, too.
    cards = [{**card_of(fgo, each.id), "new": False} for each in rarity.cards]
    cards = [{**each, "name": dict.fromkeys(LANGUAGES, "x")} for each in cards]
    standing = rules.standing(fgo, engine.start(fgo))[1:]
    messages = [
        {**pull_message(), "cards": cards, "standing": standing},
        {**MESSAGES["profile"], "banners": [{**banner_of_profile(fgo), "standing": standing}]},
        {**published(fgo), "cards": [], "goals": [], "rules": rates.rules(fgo)[:-1]},
    ]
    for message in messages:
        for how in HOWS.values() if message["kind"] == "pull" else [rendered]:
            text = json.dumps(how(message, language, RECEIPT), ensure_ascii=False)
            assert rarity.name[language] in text
            assert "servant-3" not in text.lower()
    row: Any = {**history_message()["rows"][0], "cards": cards}
    assert "servant" not in line(row, language)
    table: Any = {**published(fgo), "rules": []}
    file = rates_show.in_full(table, language)
    assert f"{rarity.name[language]}\t" in file and "SERVANT-3" not in file


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_names_who_pulled(language: str) -> None:
    for of in (pull_message(), {**pull_message(), "is_compact": True}):
        [text] = sections(rendered(of, language, RECEIPT))
        assert f"<@{PLAYER_KEY.partition('@')[0]}>" in text.splitlines()[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "sentence",
    [
        *("cannot_pay", "cannot_pay_ten", "cannot_pay_tickets", "cannot_pay_pack"),
        *("stale_pull", "stale_epoch", "banner_closed"),
    ],
)
def test_a_public_refusal_is_short_and_tells_no_balance(sentence: str, language: str) -> None:
    values: dict[str, Any] = {"price": 1600, "one": 160, "balance": 987_654, "missing": 123_456}
    values |= {"banner": dict(STARLIT.name), "tickets": 9, "count": 10}
    message = {"kind": "text", "sentence": sentence, "values": values}
    content = rendered(message, language, RECEIPT)["content"]
    assert "\n" not in content and len(content) < 160
    assert "987" not in content and "123" not in content
    assert "/" in content  # what to do next


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ["fair rotate", "fair receipts"])
def test_where_a_verifier_is_named_its_place_is_too(room: str, language: str) -> None:
    [said] = {
        sentence[LANGUAGES.index(language)]
        for sentence in registry.texts(room).SENTENCES.values()
        if "verify.html" in sentence[LANGUAGES.index(language)]
    }
    assert {"ja": "リポジトリ", "en": "the repository"}[language] in said
    [guide] = re.findall(r"docs/[a-z.]+md", said)
    assert (ROOT / guide).exists() and (".ja." in guide) == (language == "ja")


def test_a_sentence_that_all_may_see_names_whom_it_is_for(
    tables: Any, announce: Any, api: responses.RequestsMock
) -> None:
    """Below somebody else's result anybody presses, and Discord does not say who did."""
    for kind in ("stale_pull", "voided"):
        api.add("PATCH", URL, json={})
        announce(event({"kind": "text", "sentence": kind}), None)
        said = json.loads(api.calls[-1].request.body or "")["content"]
        assert said.startswith(f"<@{PLAYER_KEY.partition('@')[0]}> ")
    api.add("PATCH", URL, json={})
    announce(event({"kind": "text", "sentence": "unchanged"}, command="fair seed"), None)
    assert "<@" not in json.loads(api.calls[-1].request.body or "")["content"]
    # Of the server's own the key is nobody's: it is for the admin who asked.
    api.add("PATCH", URL, json={})
    no_panel = event(
        {"kind": "text", "sentence": "no_banner", "values": {"banner": "x"}}, command="admin panel"
    )
    no_panel["interaction"] |= {"user_id": SERVER, "admin_id": "1290000000000000077"}
    announce(no_panel, None)
    said = json.loads(api.calls[-1].request.body or "")["content"]
    assert said.startswith("<@1290000000000000077> ") and "<@server>" not in said


def test_a_profile_says_how_many_banners_it_has_no_room_for() -> None:
    profile = {**MESSAGES["profile"], "banners": [banner_of_profile(MARKED_UP)] * 30, "more": 70}
    for language, said in (("ja", "ほか {} 件"), ("en", "and {} more banners")):
        [embed] = rendered(profile, language, RECEIPT)["embeds"]
        left = 100 - (len(embed["fields"]) - 2)
        assert 0 < left < 100
        assert said.format(left) in embed["footer"]["text"]
    [embed] = rendered(MESSAGES["profile"], "ja", RECEIPT)["embeds"]
    assert "footer" not in embed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_banner_that_is_closed_or_has_no_rules_says_so(language: str) -> None:
    plain = {"banner": dict(STARLIT.name), "is_open": False, "standing": []}
    profile = {**MESSAGES["profile"], "banners": [plain]}
    [embed] = rendered(profile, language, RECEIPT)["embeds"]
    assert {"ja": "現在引けません", "en": "not open"}[language] in embed["fields"][-1]["name"]
    assert {"ja": "天井や確定は", "en": "No pity"}[language] in embed["fields"][-1]["value"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_outside_a_server_shows_only_what_works_there(language: str) -> None:
    def shown(in_server: bool) -> str:
        message = {**MESSAGES["help"], "in_server": in_server}
        [embed] = rendered(message, language, RECEIPT)["embeds"]
        return str(embed["description"])

    assert {"ja": "/ガチャ ヘルプ と", "en": "Only /gacha help"}[language] in shown(False)
    every = {"ja": "「/」と入力", "en": "Type / where"}[language]
    assert every in shown(True) and every not in shown(False)
    sentence = {"ja": "サーバー内でお使いください", "en": "in a server"}[language]
    assert sentence in shown(False) and sentence not in shown(True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_fit_of_a_banners_rules_is_counted_and_in_the_file(language: str) -> None:
    """Never cut without a word."""
    for of in (LARGEST, MARKED_UP):
        [embed] = rendered(published(of), language, RECEIPT)["embeds"]
        assert {"ja": "添付ファイル", "en": "the attached file"}[language] in str(
            embed["fields"][-1]
        )
        assert not rates_show.fits(published(of), language)
        file = rates_show.in_full(published(of), language)
        for rule in rates.rules(of):
            assert rates_show._bare(words.rule(rule, language)) in file
        result = {**pull_message(), "standing": rules.standing(of, engine.start(of))}
        text = text_of(rendered(result, language, RECEIPT))
        assert {"ja": "ほかのルールは", "en": "the other rules"}[language] in text
    assert rates_show.fits(published(STARLIT), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", HOWS)
def test_a_card_that_is_named_in_markdown_shows_its_name(how: str, language: str) -> None:
    """In whatever place a name can stand."""
    name = dict.fromkeys(LANGUAGES, "||*@everyone*||")
    card = {**card_of(STARLIT, LONGEST[0].id), "name": name, "new": False}
    cards = [{**each, "name": name} for each in rates.cards(STARLIT)]
    table = {**MESSAGES["rates"], "cards": cards}
    shown: dict[str, Any] = {
        "pull": {**pull_message(1), "banner": name, "cards": [card]},
        "profile": {
            **MESSAGES["profile of marked-up names"],
            "banners": [{**banner_of_profile(STARLIT), "banner": name}],
        },
        "history": {
            **MESSAGES["history"],
            "rows": [{**history_message()["rows"][0], "banner": name, "cards": [card]}],
        },
        "rates": {
            **table,
            "banner": name,
            "rarities": [{**each, "name": name} for each in table["rarities"]],
        },
        "closed": {**MESSAGES["closed"], "values": {"banner": name}},
    }
    for message in shown.values():
        body = json.dumps(HOWS[how](message, language, RECEIPT), ensure_ascii=False)
        body = body.replace(json.dumps(r"\|\|\*\@everyone\*\|\|")[1:-1], "NAME")
        assert "everyone" not in body
        if how.startswith("render"):
            assert "NAME" in body
    file = rates_show.in_full(shown["rates"], language)
    title, in_the_guarantee, or_better = 1, {"ja": 1, "en": 2}[language], 1
    named = title + len(cards) + len(table["rarities"]) + in_the_guarantee + or_better
    assert file.count("||*@everyone*||") == named
    assert "\\" not in file and "**" not in file.replace("||*@everyone*||", "")


@pytest.mark.parametrize("form", [{}, {"is_compact": True}])
def test_a_ten_pull_shows_all_cards_price_balance_ceiling_and_receipt(form: Any) -> None:
    text = text_of(rendered({**pull_message(), **form}, "ja", RECEIPT))
    for card in LONGEST[:10]:
        assert card.name["ja"] in text
    assert "通貨を 1,600 使いました（残り 1,600）" in text
    assert "SSR 確定まで あと 90 回\nSR 以上確定まで あと 10 回" in text
    assert text.endswith(f"受付番号 {RECEIPT}")
    assert "NEW" in text


def with_pictures(of: dict[str, Any]) -> dict[str, Any]:
    """The same with a picture of every card; those of one rank are the same card's."""
    cards = [{**card, "art": f"{card['rank']:032x}"} for card in of["cards"]]
    return {**of, "cards": cards}


def pictures(body: dict[str, Any]) -> list[dict[str, Any]]:
    galleries = [each for each in components(body["components"]) if each["type"] == 12]
    assert len(galleries) <= 1
    return [item for each in galleries for item in each["items"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ten_pulls_pictures_are_one_gallery_in_the_order_of_its_names(language: str) -> None:
    cards = [{**card, "art": f"{at:032x}"} for at, card in enumerate(pull_message()["cards"])]
    items = pictures(rendered({**pull_message(), "cards": cards}, language, RECEIPT))
    assert [item["media"]["url"] for item in items] == [f"{ART}{at:032x}" for at in range(10)]
    for item, card in zip(items, cards, strict=True):
        assert item["description"] == f"{card['rarity'][language]} {card['name'][language]}"


@pytest.mark.parametrize("form", [{}, {"is_compact": True}])
def test_copies_share_a_line_of_a_result(form: Any) -> None:
    """With how many there are, whether one of them was the first, and what the others gave. The
    prize of a last ticket stands alone, also where it is the card of another ticket."""
    some, other = pull_message()["cards"][:2]
    first, again = ({**some, "new": is_new, "shards": 0 if is_new else 20} for is_new in (1, 0))
    drawn = [first, {**other, "new": False, "shards": 4}, again, again]
    for lang in LANGUAGES:
        text = text_of(rendered({**pull_message(), "cards": drawn, **form}, lang, RECEIPT))
        [line] = [line for line in text.split("\n") if kit.name(some, lang) in line]
        assert "×3" in line and line.count("`NEW`") == 1 and "40" in line
        [line] = [line for line in text.split("\n") if kit.name(other, lang) in line]
        assert "×" not in line
        box = {"number": 1, "first": 1, "count": 3, "bought": 3, "most": 1}
        sold = {**pull_message(), "cards": drawn, "box": box, **form}
        lines = text_of(rendered(sold, lang, RECEIPT)).split("\n")
        [one, prize] = [at for at, line in enumerate(lines) if kit.name(some, lang) in line]
        assert "×2" in lines[one] and "×" not in lines[prize] and prize == one + 3


def test_long_names_of_a_result_are_a_list_and_short_ones_are_not() -> None:
    """The second line of a long name is indented there, so that the next card is seen."""
    some = pull_message()["cards"]
    for form in ({}, {"is_compact": True}):
        for length, is_list in ((1, False), (12, False), (45, True), (80, True)):
            name = {"ja": "竜" * length, "en": "Wy" * length}
            cards = [{**card, "id": f"x{at}", "name": name} for at, card in enumerate(some)]
            for lang in LANGUAGES:
                text = text_of(rendered({**pull_message(), "cards": cards, **form}, lang, RECEIPT))
                lines = [line for line in text.split("\n") if name[lang] in line]
                assert len(lines) == 10
                assert all(line.startswith("- ") == is_list for line in lines), length


def test_cards_without_a_picture_are_named_all_the_same() -> None:
    some = with_pictures(pull_message())
    for card in some["cards"][:9]:
        del card["art"]
    body = rendered(some, "ja", RECEIPT)
    assert len(pictures(body)) == 1
    assert all(card["name"]["ja"] in text_of(body) for card in some["cards"])
    assert pictures(rendered(pull_message(), "ja", RECEIPT)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", [20, 60, 80])
def test_over_a_limit_words_of_pictures_go_first_then_the_lowest_rarities_never_names(
    language: str, length: int
) -> None:
    name = dict.fromkeys(LANGUAGES, "鬱" * length)
    cards = [
        {**card, "name": name, "rarity": name, "rank": at // 2, "featured": True}
        for at, card in enumerate(with_pictures(pull_message())["cards"])
    ]
    long = {**pull_message(), "banner": name, "cards": cards}
    body = rendered(long, language, RECEIPT)
    assert laid_out_within_bounds(body)
    assert text_of(body).count(name[language]) >= 20
    shown = [item["media"]["url"] for item in pictures(body)]
    assert shown == [f"{ART}{card['art']}" for card in cards][: len(shown)]  # the highest
    described = [item for item in pictures(body) if "description" in item]
    assert len(described) in (0, len(cards))


def test_a_result_that_has_no_room_for_what_was_missed_keeps_its_names() -> None:
    long = with_pictures(MESSAGES["pull of marked-up names"])
    body = with_missed(long, "ja", RECEIPT)
    assert laid_out_within_bounds(body)
    assert text_of(body).count(r"\*" * 20) >= 10


def test_the_colour_and_the_sign_of_a_rarity_are_the_banners_own() -> None:
    cards = [{**card, "emoji": "🍓", "colour": 0x123456} for card in pull_message()["cards"]]
    for form in ({}, {"is_compact": True}):
        body = rendered({**pull_message(), "cards": cards, **form}, "ja", RECEIPT)
        frame = body["embeds"][0]["color"] if form else body["components"][0]["accent_color"]
        assert frame == 0x123456
        assert text_of(body).count("🍓") == 10


@pytest.mark.parametrize(
    ("sentence", "japanese"),
    [
        ("voided", "引けませんでした。通貨は減っていません。受付番号 "),
        ("stands", "結果は記録済みです。/ガチャ 履歴 で確認できます。受付番号 "),
    ],
)
def test_failures_end_in_a_receipt_number(sentence: str, japanese: str) -> None:
    message = {"kind": "text", "sentence": sentence}
    body = rendered(message, "ja", RECEIPT)
    assert body["content"] == japanese + RECEIPT


def test_a_pull_can_be_pulled_again_at_the_place_where_it_left_the_player() -> None:
    for language, labels in {
        "ja": ["1連", "10連", "提供割合"],
        "en": ["Pull ×1", "Pull ×10", "Rates"],
    }.items():
        for of in (pull_message(), {**pull_message(), "is_compact": True}):
            body = rendered(of, language, RECEIPT)
            buttons = [each for each in components(body["components"]) if each["type"] == 2]
            assert [button["label"] for button in buttons] == labels
            assert [button["custom_id"] for button in buttons] == [
                "pull:starlit-atelier:1:3.140",
                "pull:starlit-atelier:10:3.140",
                "rates:starlit-atelier",
            ]


def test_the_history_says_what_a_grant_is_for() -> None:
    grant, change, void = (history_message()["rows"][at] for at in (4, 8, 7))
    body = rendered({**history_message(), "rows": [grant]}, "ja", RECEIPT)
    description = body["embeds"][0]["description"]
    assert f"<@{RECEIPT}> からのプレゼント -1,600 → 999,999,999" in description
    assert f"理由：{'星' * 200}" in description
    assert f"お詫びの対象：受付番号 `{RECEIPT}`" in description
    plain = {**grant, "reason": None, "compensates": None}
    body = rendered({**history_message(), "rows": [plain]}, "en", RECEIPT)
    assert "Reason" not in body["embeds"][0]["description"]
    for row, text in ((change, "変更できませんでした"), (void, "引けませんでした")):
        body = rendered({**history_message(), "rows": [row]}, "ja", RECEIPT)
        assert text in body["embeds"][0]["description"]


def test_the_pages_of_the_history_are_buttons() -> None:
    [row] = rendered(history_message(newer="2", older="1.5"), "ja", RECEIPT)["components"]
    assert [button["custom_id"] for button in row["components"]] == [
        "history:newer:2",
        "history:older:1.5",
    ]
    assert rendered(history_message(), "ja", RECEIPT)["components"] == []


def test_delivering_a_pull_clears_its_mark(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    recorded(tables)
    api.patch(URL, json={})
    assert announce(event(pull_message()), None) == {
        "outcome": "delivered",
        "status": 200,
        "code": None,
        "counted": {"kind": "pull", "pulls": 1},
    }
    [row] = rows(tables)
    assert "undelivered" not in row


def test_a_pull_that_is_delivered_again_counts_no_more(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    recorded(tables)
    api.patch(URL, json={})
    counted = [announce(event(pull_message()), None)["counted"] for _ in range(2)]
    assert counted == [{"kind": "pull", "pulls": 1}, {}]


# --- how long Announce waits itself, and what it leaves to the workflow ---------------------------


def later(seconds: float) -> dict[str, Any]:
    """Discord's answer that asks to wait."""
    headers = {"Via": "1.1 google"}
    return {"status": 429, "json": {"retry_after": seconds}, "headers": headers}


@pytest.fixture
def clock(announce: Any) -> Clock:
    found = inspect.unwrap(announce).__globals__["time"]
    assert isinstance(found, Clock)
    return found


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.random.randint", lambda low, _high: low)


@pytest.mark.usefixtures("no_jitter")
def test_a_short_wait_is_slept_to_its_end(
    announce: Any, tables: Any, api: responses.RequestsMock, clock: Clock
) -> None:
    api.patch(URL, **later(2.4))
    api.patch(URL, json={})
    assert announce(event(MESSAGES["refused"]), None)["outcome"] == "delivered"
    assert clock.slept == [3]  # never less than Discord asked for


@pytest.mark.usefixtures("no_jitter")
def test_a_long_wait_is_the_workflows(
    announce: Any, tables: Any, api: responses.RequestsMock, clock: Clock
) -> None:
    api.patch(URL, **later(3.1))
    with pytest.raises(Exception, match=r"^wait 4 s, then try 3$") as raised:
        announce(event(MESSAGES["refused"]) | {"attempt": 2}, None)
    assert type(raised.value).__name__ == "PatienceError"  # the workflow's Retry knows the name
    assert clock.slept == []


@pytest.mark.usefixtures("no_jitter")
def test_short_waits_in_a_row_are_the_workflows_in_the_end(
    announce: Any, tables: Any, api: responses.RequestsMock, clock: Clock
) -> None:
    """Whoever sleeps keeps one of a new account's ten executions."""
    for _ in range(5):
        api.patch(URL, **later(3))
    with pytest.raises(Exception, match=r"^wait 3 s, then try 5$"):
        announce(event(MESSAGES["refused"]), None)
    assert clock.slept == [3] * 4


@pytest.mark.parametrize(("age_s", "outcome"), [(839, "delivered"), (840, "gone")])
def test_a_sweep_never_tries_an_expired_token(
    tables: Any,
    api: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
    age_s: int,
    outcome: str,
) -> None:
    monkeypatch.setenv("DISCORD_API_BASE_URL", BASE)
    app = load_function("announce")
    monkeypatch.setattr(app, "time", Clock(age_s))
    recorded(tables)
    if outcome == "delivered":
        api.patch(URL, json={})
    swept = app.handler(event(pull_message(), sweep=1), None)
    assert swept["outcome"] == outcome
    to_discord = [call for call in api.calls if call.request.url == URL]
    assert len(to_discord) == (outcome == "delivered")
    assert [("undelivered" in row) for row in rows(tables)] == [outcome == "gone"]


def test_what_did_not_arrive_keeps_its_mark(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    recorded(tables)
    api.patch(URL, status=401, json={"code": 50027})
    assert announce(event(pull_message()), None)["outcome"] == "gone"
    [row] = rows(tables)
    assert row["undelivered"] == "pull"


@pytest.mark.parametrize(("settled", "part"), [("en", "The pull failed"), ("", "引けませんでした")])
def test_a_server_may_have_one_language_for_everybody(
    announce: Any, tables: Any, api: responses.RequestsMock, settled: str, part: str
) -> None:
    recorded(tables)
    api.patch(URL, json={})
    said = {"language": settled} if settled else {}
    announce(event({**MESSAGES["voided"], **said}), None)
    assert part in json.loads(api.calls[0].request.body or "")["content"]


def test_a_failure_notice_clears_no_mark(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    recorded(tables)
    api.patch(URL, json={})
    announce(event(MESSAGES["stands"]), None)
    [row] = rows(tables)
    assert row["undelivered"] == "pull"


def test_a_rejected_message_is_sent_again_in_bare_words(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, status=400, json={"code": 50035})
    api.patch(URL, json={})
    assert announce(event(pull_message()), None)["outcome"] == "delivered"
    first, second = (json.loads(call.request.body or b"") for call in api.calls)
    assert kit.is_layout(first) and not kit.is_layout(second)
    assert not second["embeds"]
    assert LONGEST[0].name["ja"] in second["content"]


def test_bare_words_take_the_form_of_a_message_that_was_laid_out_before(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    """An edit that arrived and whose answer did not: there is no way back to content."""
    for status in (400, 400, 200):
        api.patch(URL, status=status, json={"code": 50035} if status == 400 else {})
    assert announce(event(pull_message()), None)["outcome"] == "delivered"
    *_, last = (json.loads(call.request.body or b"") for call in api.calls)
    assert kit.is_layout(last) and LONGEST[0].name["ja"] in text_of(last)


def test_bare_words_that_are_rejected_too_are_given_up(
    announce: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, status=400, json={"code": 50035})
    assert announce(event(MESSAGES["profile"]), None)["outcome"] == "gone"


def receipts_of(part: int, before: str) -> dict[str, Any]:
    """A message of the first epoch's receipts, up to the ledger key `before`."""
    epoch = {"epoch": 0, "commitment": "c" * 64, "server_seed": "d" * 64}
    rows = {"after": "0", "before": before, "part": part}
    return {"kind": "receipts", "player_key": PLAYER_KEY, **epoch, **rows}


def test_receipts_are_attached_to_the_message(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    drawn = load_function("draw").handler({"interaction": workflow_input()}, None)
    assert record(workflow_input(), drawn)
    api.patch(URL, json={})
    message = receipts_of(part=1, before=str(sort_key(1)))
    assert announce(event(message), None)["outcome"] == "delivered"
    [call] = api.calls
    body = call.request.body
    assert isinstance(body, bytes)
    assert b'name="payload_json"' in body
    assert b'name="files[0]"; filename="receipts-0-1.json"' in body
    assert b'"attachments": [{"id": 0, "filename": "receipts-0-1.json"}]' in body
    assert drawn["receipt_hash"].encode() in body


def test_a_part_that_does_not_exist_is_said(
    announce: Any, tables: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, json={})
    message = receipts_of(part=7, before="9")
    assert announce(event(message), None)["outcome"] == "delivered"
    assert "部 7 の記録はありません" in json.loads(api.calls[0].request.body or b"")["content"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thousand_cards_rates_come_as_a_file_of_all_and_a_message_of_some(
    language: str, announce: Any, api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(banners, "load_version", lambda *_: LARGEST)
    api.patch(URL, json={})
    message = rates_message(LARGEST)
    assert len(json.dumps(message)) < 64 * 1024  # of the 256 KB that a workflow's state may hold
    assert announce(event(message, language=language), None)["outcome"] == "delivered"
    body = api.calls[0].request.body
    assert isinstance(body, bytes)
    assert b'filename="rates-largest.txt"' in body and b"text/plain" in body
    assert f"{LARGEST.rarities[0].name[language]}\t".encode() in body
    assert body.count(LARGEST.cards[0].name[language].encode()) >= 1000
    assert len(body) <= MEASURED.file_sent  # what a reply may send at most, for the bill
    rule = " から数えて 999 回目" if language == "ja" else "From pull 999 after your last"
    assert rule.encode() in body
    shown = json.loads(body.split(b"\r\n\r\n")[1].split(b"\r\n--")[0])
    assert ("ほか" if language == "ja" else "cards are in the attached file") in shown["embeds"][0][
        "description"
    ]


def test_rates_of_a_small_banner_come_without_a_file(
    announce: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, json={})
    assert announce(event(rates_message(STARLIT)), None)["outcome"] == "delivered"
    [embed] = json.loads(api.calls[0].request.body or b"")["embeds"]
    assert len(embed["description"].splitlines()) == len(STARLIT.cards)
    assert embed["description"].splitlines()[0] == "🌟 星織りのルミ 0.4\u00a0%"
    ssr = embed["fields"][0]["value"]
    assert not re.search("[0-9] %", json.dumps(embed, ensure_ascii=False))  # no line breaks there
    ssr = ssr.replace("\u00a0%", " %")
    assert "基本 0.8 % ／ 総合 1.7221 % ／ あなたの次の 1 回 **0.8 %**" in ssr
    assert (
        "SSR 確定まで あと 90 回" in ssr
        and "前回の SSR から数えて 74 回目：6.8 % → 75 回目：12.8 % → … → 90 回目：100 %" in ssr
    )
    sr = embed["fields"][1]["value"]
    assert "SR から数えて 10 回目：SR 以上確定" in sr and "100" not in sr  # but 99.2 %
    assert "ピックアップになる確率：50 %" in ssr and "次の SSR は必ずピックアップ" in ssr


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "SR 以上確定"), ("en", "SR or better guaranteed")]
)
def test_one_pull_before_a_lower_ceiling_its_rate_is_not_said_to_be_everything(
    language: str, said: str
) -> None:
    """The next pull is an SR with 99.2 %, and else an SSR."""
    stored = {"since": {"ssr": 9, "sr": 9}, "lost": {"ssr": 0}, "points": 0}
    table = rates.table(STARLIT, engine.State.from_dict(STARLIT, stored))
    [embed] = rendered({**published(STARLIT), **table}, language, RECEIPT)["embeds"]
    sr = embed["fields"][1]["value"]
    assert "**99.2\u00a0%**" in sr and "100" not in sr
    assert sr.splitlines()[-1].endswith(said)


def test_neither_token_nor_body_is_logged(
    announce: Any, api: responses.RequestsMock, capfd: pytest.CaptureFixture[str]
) -> None:
    api.patch(URL, status=500)
    with pytest.raises(Exception, match=r"^wait \d+ s, then try \d+$") as raised:
        announce(event(MESSAGES["profile"]), None)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
    out, err = capfd.readouterr()
    assert TOKEN not in out + err
    [line] = [json.loads(line) for line in out.splitlines()]
    assert (line["message"], line["level"]) == ("announce waits", "INFO")
    assert (line["status"], line["code"]) == (500, None)
    assert line["interaction_id"] == RECEIPT
    assert line["guild_id"] == workflow_input()["guild_id"]


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param(sealing.seal(PrivateKey.generate().public_key, TOKEN), id="for another stack"),
        pytest.param(SEALED_TOKEN[:-8] + "AAAAAAA=", id="damaged"),
        pytest.param(TOKEN, id="not sealed at all"),
        pytest.param("", id="empty"),
    ],
)
def test_a_token_that_does_not_open_is_gone_and_keeps_the_rows_mark(
    announce: Any,
    tables: Any,
    api: responses.RequestsMock,
    capfd: pytest.CaptureFixture[str],
    sealed: str,
) -> None:
    recorded(tables)
    assert announce(event(pull_message(), sealed_token=sealed), None)["outcome"] == "gone"
    assert [row["undelivered"] for row in rows(tables)] == ["pull"]
    out, err = capfd.readouterr()
    assert TOKEN not in out + err
    assert "not sealed for this stack" in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_version_in_use_is_shown_before_a_pull_as_the_verifiers_show_it(language: str) -> None:
    version = "0123456789abcdef"
    one = {"banner": dict(MARKED_UP.name), "banner_hash": version + "f" * 48}
    message = {**MESSAGES["fair"], "versions": [one], "client_seed": "mine"}
    [embed] = rendered(message, language, RECEIPT)["embeds"]
    assert len(version) == verify.SHORT and f"`{version}`" in embed["fields"][-1]["value"]
    assert "SHA-256" not in str([field["value"] for field in embed["fields"]])
    for seed in ("か\u3099", "a\u200b", "a  b", ""):
        [embed] = rendered({**message, "client_seed": seed}, language, RECEIPT)["embeds"]
        [shown] = [each["value"] for each in embed["fields"] if "SHA-256 `" in each["value"]]
        digest = hashlib.sha256(seed.encode()).hexdigest()
        assert digest in shown and digest in verify.quoted(seed)
    rates: dict[str, Any] = next(each for each in MESSAGES.values() if each["kind"] == "rates")
    [embed] = rendered(rates, language, RECEIPT)["embeds"]
    assert rates["banner_hash"][: verify.SHORT] in embed["footer"]["text"]
