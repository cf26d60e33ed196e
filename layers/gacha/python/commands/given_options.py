"""The options by which presents and codes say what is given. Definitions load these alone."""

from __future__ import annotations

from typing import Final

from commands.command import INTEGER, STRING, Option

MOST: Final = 1_000_000
"""`gacha.purse.MOST_GIVEN`, without what that loads."""

GIFT: Final = (
    Option(
        name=("通貨", "coins"),
        description=("通貨の額", "How much currency"),
        type=INTEGER,
        low=1,
        high=MOST,
    ),
    Option(
        name=("チケット", "tickets"),
        description=("チケットの枚数（1 枚で 1 回引ける）", "How many tickets; one is one pull"),
        type=INTEGER,
        low=1,
        high=1_000,
    ),
    Option(
        name=("チケット日数", "ticket_days"),
        description=(
            "チケットを受け取ってから使える日数（省略時は 30 日）",
            "For how many days the tickets are good once taken (30 if left out)",
        ),
        type=INTEGER,
        low=1,
        high=365,
    ),
    Option(
        name=("ガチャ", "banner"),
        description=(
            "チケットを使えるガチャ（省略時はどのガチャでも）",
            "The banner that the tickets are for (any if left out)",
        ),
        type=STRING,
        low=1,
        high=100,
        completes=True,
    ),
    Option(
        name=("かけら", "shards"),
        description=("かけらの数", "How many shards"),
        type=INTEGER,
        low=1,
        high=MOST,
    ),
    Option(
        name=("カード", "card"),
        description=("カード 1 枚：番号か名前", "One card, by its number or name"),
        type=STRING,
        low=1,
        high=80,
    ),
)
