"""A command's way from the signed request to the message and the rows."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.players import Player, World

START = 3200
PRICE = {1: 160, 10: 1600}


@pytest.mark.parametrize("count", [1, 10])
def test_a_pull_is_drawn_recorded_and_shown(world: World, player: Player, count: int) -> None:
    sent = player.use("pull", count=count)
    assert sent.answer.status == 200
    assert sent.answer.json == {"type": 5}  # public

    record = world.record(sent)
    [request] = record["requests"]
    assert request["method"] == "PATCH"
    assert request["path"].endswith(f"/{sent.token}/messages/@original")
    assert record["message"]["allowed_mentions"] == {"parse": []}
    assert not record["followups"]
    assert sent.id in world.message(sent)  # the receipt number

    [row] = player.ledger
    assert row["interaction_id"] == sent.id
    assert (row["kind"], row["count"], row["amount"]) == ("pull", count, -PRICE[count])
    assert len(row["cards"]) == count
    assert player.state["balance"] == row["balance"] == START - PRICE[count]
    assert player.state["nonce"] == count
    assert world.execution(sent, wait=60) == "SUCCEEDED"


def test_every_row_of_a_ten_pull_is_in_the_collection(world: World, player: Player) -> None:
    player.pull(10)
    [row] = player.ledger
    collected = Counter[str]()
    for page in world.rows("CollectionTable", player.key):
        for name, value in page.items():
            if name not in ("user_id", "page", "guild_id"):
                collected[name] += int(value)
    assert collected.total() == 10
    assert len(collected) == len(set(row["cards"])) == len(row["new"])


def test_the_same_interaction_a_hundred_times_is_one_pull(world: World, player: Player) -> None:
    interaction = player.command("pull", count=10)
    with ThreadPoolExecutor(100) as threads:
        sent = list(threads.map(world.send, [interaction] * 100))
    assert {each.answer.status for each in sent} == {200}
    assert [each.answer.json for each in sent] == [{"type": 5}] * 100

    world.record(sent[0])
    assert world.execution(sent[0], wait=60) == "SUCCEEDED"
    assert len(player.ledger) == 1
    assert player.state["balance"] == START - 1600
    assert len(contents(world, sent[0].token)) == 1


def contents(world: World, token: str) -> set[str]:
    """The different messages that the bot sent for a token."""
    return {str(request["body"]) for request in world.standin.read(token)["requests"]}


def test_a_repeat_after_the_end_changes_nothing(world: World, player: Player) -> None:
    first = player.pull()
    world.execution(first, wait=60)
    again = world.send(first.interaction)
    assert again.answer.json == {"type": 5}
    assert len(player.ledger) == 1
    assert player.state["balance"] == START - 160


def test_pulls_at_the_same_time_all_count(world: World, player: Player) -> None:
    interactions = [player.command("pull", count=1) for _ in range(5)]
    with ThreadPoolExecutor(5) as threads:
        sent = list(threads.map(world.send, interactions))
    for each in sent:
        world.record(each, wait=60)
    assert player.state["balance"] == START - 5 * 160
    assert player.state["nonce"] == 5
    assert sorted(row["interaction_id"] for row in player.ledger) == sorted(
        each.id for each in sent
    )
    # The ledger adds up in the order in which the pulls were recorded.
    assert sorted(int(row["balance"]) for row in player.ledger) == [
        START - 160 * number for number in range(5, 0, -1)
    ]


def test_a_pull_that_cannot_be_paid_names_the_price_and_no_balance(
    world: World, player: Player
) -> None:
    player.pull(10)
    player.pull(1)
    refused = player.use("pull", count=10)
    assert refused.answer.json == {"type": 5}
    message = world.message(refused)
    assert "10 連には通貨が 1,600 必要ですが、足りません。1 回なら 160 で" in message
    assert "1,440" not in message  # all may read it
    assert player.state["balance"] == 1440
    assert [row["kind"] for row in player.ledger] == ["pull", "pull"]


def test_what_only_reads_is_private_and_right(world: World, player: Player) -> None:
    pulled = player.pull(10)
    for name, expected in {
        "profile": "1,600",
        "history": "1,600",
        "help": "40",
    }.items():
        sent = player.use(name)
        assert sent.answer.json == {"type": 5, "data": {"flags": 64}}
        assert expected in world.message(sent), name
    history = world.message(player.use("history"))
    assert pulled.id in history or shown_cards(player) & set(history.split())
    assert len(player.ledger) == 1


def shown_cards(player: Player) -> set[Any]:
    return set(player.ledger[0]["cards"])


def test_answers_are_in_the_players_language(world: World, player: Player, english: Player) -> None:
    for name in ("pull", "profile", "history", "help"):
        japanese_text = world.message(player.use(name))
        english_text = world.message(english.use(name))
        assert any("ぁ" <= letter <= "ん" for letter in japanese_text), name
        assert not any("ぁ" <= letter <= "ん" for letter in english_text), name
    refused = english.use("dance").answer.json["data"]["content"]
    assert refused.isascii() or "“" in refused
