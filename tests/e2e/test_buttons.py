"""Pulling again from a result's buttons, and turning the history's pages."""

import time
from typing import Final

from commands.pull.texts import say
from local.players import Player, World

IMPATIENCE_S: Final = 5.5
"""`presses.WITHIN_S`, and some."""


def test_a_button_pulls_again_in_a_new_message(world: World, player: Player) -> None:
    first = player.pull(1)
    again = player.press(first, "10連")
    assert again.answer.json == {"type": 5}  # a new public message
    world.record(again)
    assert [row["count"] for row in player.ledger] == [1, 10]
    assert player.state["balance"] == 3200 - 160 - 1600
    assert first.id in world.message(first)  # the old result stays
    third = player.press(again, "1連")
    assert third.id in world.message(third)


def test_a_button_works_once(world: World, player: Player) -> None:
    first = player.pull(1)
    again = player.press(first, "1連")
    assert world.execution(again, wait=60) == "SUCCEEDED"  # its row is marked until then
    before = player.ledger, player.state
    told = player.press(first, "1連").answer.json  # impatient: at once, and privately
    assert (told["type"], told["data"]["flags"]) == (4, 64)
    time.sleep(IMPATIENCE_S)
    stale = player.press(first, "1連")
    assert stale.answer.json == {"type": 5}
    assert say("ja", "stale_pull") in world.message(stale)
    assert (player.ledger, player.state) == before


def test_whoever_presses_pulls_for_themselves(
    world: World, player: Player, english: Player
) -> None:
    first = player.pull(1)
    pressed = english.press(first, "10連")
    assert pressed.answer.json == {"type": 5}
    assert "Pulled by" in world.message(pressed)
    assert [row["count"] for row in player.ledger] == [1]
    assert [row["count"] for row in english.ledger] == [10]
    # The owner's place in their own draws is theirs alone: the button still works for them.
    world.record(player.press(first, "1連"))
    assert [row["count"] for row in player.ledger] == [1, 1]


def test_pages_turn_in_place(world: World, player: Player) -> None:
    admin = Player(world, player.user_id)
    for _ in range(11):
        world.record(admin.grant(player, 1))
    history = player.use("history")
    older = player.press(history, "古い履歴へ")
    assert older.answer.json == {"type": 6}
    assert "はじめの通貨" in world.message(older)


def test_the_rates_come_apart_and_leave_the_result_to_all(
    world: World, player: Player, english: Player
) -> None:
    first = player.pull(10)
    before = world.message(first)
    for presser in (player, english):
        pressed = presser.press(first, "提供割合")
        assert pressed.answer.json == {"type": 5, "data": {"flags": 64}}
        assert "SSR" in world.message(pressed)
    assert world.message(first) == before
