"""What a player does on their first day: help, now, the daily by its button, and once."""

from __future__ import annotations

from typing import Any

import pytest

from local.players import Player, World

SAID: dict[str, dict[str, Any]] = {
    "ja": {
        "help": ("次にできること", "まずは /ガチャ 引く で引いてみてください"),
        "now": ("いまできること", "まだ何もしていません", "今日のデイリー", "（20 回分）"),
        "take": "デイリー受け取り",
        "open": "いまできること",
        "day": ("ようこそ", "はじめの通貨 3,200", "連続 **1** 日", "チケット **+1**", "あと 2 日"),
        "taken": ("受け取り済み", "連続 **1** 日", "あと 2 日で"),
        "after": ("受け取り済み（🔥 連続 1 日）", "チケット **1** 枚"),
        "pull": "1連（チケット）",
        "paid": "チケットを 1 枚使いました",
        "line": "連続 1 日） +160 → 3,360、チケット +1",
    },
    "en": {
        "help": ("What you can do next", "Draw your first cards with /gacha pull"),
        "now": ("You have not begun yet", "Today’s daily is there", "enough for 20 pulls"),
        "take": "Collect the daily",
        "open": "What I can do now",
        "day": ("Welcome", "You begin with 3,200", "**1**-day streak", "+1** ticket", "in 2 days"),
        "taken": ("already collected today’s", "**1**-day streak", "160 in 2 days"),
        "after": ("Daily collected (🔥 1-day streak)", "**1** ticket"),
        "pull": "Pull ×1 (ticket)",
        "paid": "Paid with 1 ticket",
        "line": "1-day streak: +160 → 3,360, +1 ticket",
    },
}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_first_day(world: World, player: Player, english: Player, lang: str) -> None:
    who, said = {"ja": player, "en": english}[lang], SAID[lang]

    def shows(text: str, key: str) -> None:
        for part in said[key]:
            assert part in text, (key, part, text)

    shows(world.message(who.use("help")), "help")
    assert who.ledger == []
    now = who.use("now")
    shows(world.message(now), "now")
    taken = who.press(now, str(said["take"]))
    assert taken.answer.json == {"type": 5, "data": {"flags": 64}}  # a private one of its own
    shows(world.message(taken), "day")
    [row] = who.ledger
    assert (row["kind"], row["amount"], row["streak"]) == ("daily", 160, 1)
    shows(world.message(who.use("daily")), "taken")
    again = who.press(taken, str(said["open"]))
    shows(world.message(again), "after")
    assert str(said["paid"]) in world.message(who.press(again, str(said["pull"])))
    assert who.state["balance"] == 3_360
    assert said["line"] in world.message(who.use("history"))
    assert [each["kind"] for each in who.ledger] == ["daily", "pull"]
