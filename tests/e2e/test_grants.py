"""What an admin gives, from the command to the player's next message."""

import time

from local.client import command
from local.players import GUILD, Player, World


def test_a_grant_reaches_a_newcomer_and_is_told_to_both(
    world: World, player: Player, english: Player
) -> None:
    sent = english.grant(player, 1000, reason="ようこそ")
    assert sent.answer.json == {"type": 5, "data": {"flags": 64}}
    assert f"<@{player.user_id}> was given 1,000 and now has 4,200" in world.message(sent)
    [row] = player.ledger
    assert (row["kind"], row["amount"], row["granted_by"]) == ("grant", 1000, english.user_id)
    assert player.state["balance"] == 4200
    assert english.ledger == []
    time.sleep(1)  # what is of the same second is not missed yet
    told = world.message(player.pull(1))
    assert "プレゼントをもらいました" in told
    assert f"<@{english.user_id}> から通貨 **1,000**" in told
    assert "ようこそ" not in told  # a pull is public: why is for the player's own history
    history = world.message(player.use("history"))
    assert f"<@{english.user_id}> からのプレゼント +1,000" in history
    assert "理由：ようこそ" in history
    assert "プレゼント" not in world.message(player.use("profile"))


def test_a_compensation_cites_a_pull_of_the_players_own(
    world: World, player: Player, english: Player
) -> None:
    pulled = player.pull(1)
    world.record(english.grant(player, 160, receipt=pulled.id))
    assert player.ledger[-1]["compensates"] == pulled.id
    wrong = english.grant(english, 160, receipt=pulled.id)
    assert "has no pull with receipt number" in world.message(wrong)
    assert english.ledger == []


def test_who_may_not_manage_the_server_may_not_grant(world: World, player: Player) -> None:
    asked = command(
        ["gacha-admin", "grant"],
        {"user": player.user_id, "amount": 1000},
        user_id=player.user_id,
        guild_id=GUILD,
    )
    answer = world.send(asked).answer.json
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    assert "サーバー管理" in answer["data"]["content"]
    assert player.ledger == []
