"""Pulling again from a result's buttons, and turning the history's pages."""

from commands.pull.texts import say
from local.players import Player, World


def test_a_button_pulls_again_in_a_new_message(world: World, player: Player) -> None:
    first = player.pull(1)
    again = player.press(first, "もう10連")
    assert again.answer.json == {"type": 5}  # a new public message
    world.record(again)
    assert [row["count"] for row in player.ledger] == [1, 10]
    assert player.state["balance"] == 3200 - 160 - 1600
    assert first.id in world.message(first)  # the old result stays
    third = player.press(again, "もう1回")
    assert third.id in world.message(third)


def test_a_button_works_once(world: World, player: Player) -> None:
    first = player.pull(1)
    world.record(player.press(first, "もう1回"))
    before = player.ledger, player.state
    stale = player.press(first, "もう1回")
    assert stale.answer.json == {"type": 5}
    assert say("ja", "stale_pull") in world.message(stale)
    assert (player.ledger, player.state) == before


def test_nobody_presses_anothers_button(world: World, player: Player, english: Player) -> None:
    first = player.pull(1)
    answer = english.press(first, "もう10連").answer.json
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    assert answer["data"]["content"].startswith("Only the person")
    assert len(player.ledger) == 1
    assert english.ledger == []


def test_pages_turn_in_place(world: World, player: Player) -> None:
    admin = Player(world, player.user_id)
    for _ in range(11):
        world.record(admin.grant(player, 1))
    history = player.use("history")
    older = player.press(history, "古い履歴へ")
    assert older.answer.json == {"type": 6}
    assert "はじめの所持通貨" in world.message(older)
