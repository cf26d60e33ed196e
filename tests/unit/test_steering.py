"""What a player may know before a draw is recorded, and that it helps them nothing.

Each attack was carried out: by somebody who may read executions, and so sees what was drawn before
it is recorded; and by somebody who knows the seed of an epoch that was closed and is open again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import verify
from adapters import banners, seeds
from adapters.tables import players
from commands import events, render
from commands.fair_receipts import file
from gacha import audit, engine, fairness, pulling, snowflake
from tests.conftest import load_function
from tests.faults import checks
from tests.faults.scenario import GUILDS, Scenario
from tests.faults.world import World
from tests.recording import record
from tests.support import FIRST_ID, PLAYER_KEY, asked, content, rows, workflow_input

ROUNDS = 16
NOW_MS = 1_795_100_000_000
TABLES = ("discord_users", "gacha_history", "gacha_collection", "server_settings")


class Game:
    """A player's interactions at the handlers' doors, in whatever order they are recorded."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._workers = {name: load_function(name).handler for name in ("draw", "plan", "answer")}

    def decide(self, number: int, command: str, **options: Any) -> dict[str, Any]:
        """What Draw or Plan says now of interaction `number`."""
        interaction = workflow_input(number, command, **options)
        return self._work("draw" if command == "pull" else "plan", {"interaction": interaction})

    def record(self, number: int, decided: dict[str, Any], command: str = "pull") -> bool:
        return record(workflow_input(number, command), decided)

    def do(self, number: int, command: str, **options: Any) -> dict[str, Any]:
        decided = self.decide(number, command, **options)
        assert self.record(number, decided, command)
        return decided

    def ask(self, number: int, command: str, **options: Any) -> dict[str, Any]:
        event = {"interaction": workflow_input(number, command, **options)}
        message: dict[str, Any] = self._work("answer", event)["message"]
        return message

    def give(self, number: int, amount: int) -> None:
        """Money for all rounds, as an admin's grant."""
        assert self.do(number, "admin grant", amount=amount, admin="1")["outcome"] == "planned"

    def _work(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        output: dict[str, Any] = json.loads(json.dumps(self._workers[name](event, None)))
        return output


@pytest.fixture
def game(tables: Any) -> Iterator[Game]:
    seeds.secret.cache_clear()
    yield Game(tables)
    assert violations(tables) == []


def violations(client: Any) -> list[str]:
    [player] = [row for row in rows(client, TABLES[0]) if row["user_id"] == PLAYER_KEY]
    known = {banner.hash: banner for banner in map(banners.load, banners.ids())}
    found = audit.check(
        PLAYER_KEY,
        rows(client),
        player,
        rows(client, TABLES[2]),
        lambda _guild, _banner, hash_: known[hash_],
        NOW_MS,
        events.replays(),
        players.lowest_epoch(),
    )
    return [str(each) for each in found if each.violation]


def cards(decided: dict[str, Any]) -> list[str]:
    drawn: list[str] = decided["receipt"]["cards"]
    return drawn


# --- by somebody who may read executions ----------------------------------------------------------


def test_a_seed_chosen_after_the_pull_was_made_does_not_steer_it(game: Game) -> None:
    """The attack: send a pull and a seed together. Where the seed is recorded first, the pull has
    to be drawn again, and waits for it; what it drew stands in the execution. Take it by choosing
    the old seed again, or draw anew by leaving the new one."""
    game.do(0, "fair seed", text="old")
    game.give(10_000, 10**6)
    steered = 0
    for number in range(1, 3 * ROUNDS, 3):
        first = game.decide(number, "pull")
        game.do(number + 1, "fair seed", text=f"new {number}")
        assert not game.record(number, first)
        left = game.decide(number, "pull")
        game.do(number + 2, "fair seed", text="old")
        taken = game.decide(number, "pull")
        assert cards(taken) == cards(first)
        steered += cards(left) != cards(taken)
        assert game.record(number, taken)
    assert steered == 0


def test_the_next_pull_takes_the_new_seed(game: Game) -> None:
    game.do(0, "pull")
    late = game.decide(1, "pull")
    game.do(2, "fair seed", text="a")
    game.do(3, "fair seed", text="b")
    between = game.decide(2, "pull")
    after = game.do(4, "pull")
    assert late["receipt"]["client_seed"] == PLAYER_KEY
    assert between["outcome"] == "recorded"  # it is a seed's
    assert after["receipt"]["client_seed"] == "b"
    assert game.do(1, "pull")["receipt"]["client_seed"] == PLAYER_KEY


def test_an_earlier_choice_does_not_replace_a_later_one(game: Game) -> None:
    game.do(0, "pull")
    game.do(5, "fair seed", text="later")
    refused = game.do(4, "fair seed", text="earlier")
    assert (refused["outcome"], refused["message"]["sentence"]) == ("overtaken", "overtaken_change")
    assert game.ask(9, "fair show")["client_seed"] == "later"


def test_a_race_of_pulls_seeds_and_rotations_verifies(game: Game) -> None:
    game.do(0, "pull")
    early = game.decide(2, "pull", count=10)
    game.do(4, "pull")
    game.do(5, "fair seed", text="mine")
    assert not game.record(2, early)
    game.do(2, "pull")  # with the seed before, and after the pull of later
    game.do(3, "fair rotate")  # made before the pull 4, recorded after it
    game.do(6, "pull")
    game.do(7, "fair rotate")
    for epoch, numbers in ((0, [0, 4, 2]), (1, [6])):
        message = game.ask(8, "fair receipts", epoch=epoch, part=1)
        _, made = file.attach(asked(8, "fair receipts"), content(message))
        assert made is not None
        verify.verify(made.content)
        found = [json.loads(each["text"]) for each in json.loads(made.content)["receipts"]]
        assert [each["interaction_id"] for each in found] == [
            workflow_input(number)["interaction_id"] for number in numbers
        ]


def test_a_pull_that_a_rotation_overtook_is_no_draw_of_the_next_epoch(game: Game) -> None:
    """The attack: what was seen is unwelcome, so close the epoch, and draw another card."""
    game.do(0, "pull")
    seen = game.decide(1, "pull")
    game.do(2, "fair rotate")
    assert not game.record(1, seen)
    again = game.decide(1, "pull")
    assert again["outcome"] == "overtaken"
    [put] = again["transaction"]  # the void itself, and no draw
    assert put["Put"]["Item"]["kind"] == {"S": "void"}
    assert game.decide(1, "fair rotate")["message"]["sentence"] == "overtaken_change"
    assert game.do(3, "pull")["outcome"] == "drawn"


@pytest.mark.parametrize("workflow_type", ["STANDARD", "EXPRESS"])
def test_it_is_voided_and_said(workflow_type: str) -> None:
    """The whole way: the workflow takes its place in the ledger, and tells the player."""
    world = World(3, workflow_type)
    user = "1290000000000001000"
    with world.entered():
        played = Scenario(world, world.rng)

        def play() -> None:
            played.look(played.command(user, GUILDS[0], "pull", count=1), "pull")
            late = played.command(user, GUILDS[0], "pull", count=1)
            played.look(played.command(user, GUILDS[0], "fair rotate"), "fair rotate")
            played.look(late, "pull")

        played.inside("players", play)
        found, _ = checks.violations(played)
        ledger = checks.rows(played, "gacha_history")
        late = played.asked[1]
        message = world.discord.message(late.token)
    assert found == []
    [row] = [row for row in ledger if row.get("interaction_id") == late.id]
    assert (row["kind"], row["amount"], "undelivered" in row) == ("void", 0, False)
    assert message is not None
    assert any(part in message["content"] for part in ("無効になりました", "the pull is void"))
    assert late.id in message["content"]


# --- by somebody who knows a seed -----------------------------------------------------------------


def saved(client: Any) -> dict[str, list[Any]]:
    return {name: client.scan(TableName=name)["Items"] for name in TABLES}


def brought_back(client: Any, items: dict[str, list[Any]]) -> None:
    """The tables as a restore makes them."""
    for name in TABLES:
        key = {"discord_users": ["user_id"], "server_settings": ["server_id", "setting"]}
        keys = key.get(name, ["user_id", "timestamp" if name == "gacha_history" else "page"])
        for item in client.scan(TableName=name)["Items"]:
            client.delete_item(TableName=name, Key={each: item[each] for each in keys})
        for item in items[name]:
            client.put_item(TableName=name, Item=item)
    players.lowest_epoch.cache_clear()  # a cut-over starts every function anew


def wanted(seed: bytes, player: dict[str, Any]) -> tuple[str, list[str]]:
    """A client seed with which the next ten-pull has two cards of the highest rarity."""
    banner = banners.load("starlit-atelier")
    state = engine.State.from_dict(banner, player["states"].get(banner.state_key, {}))
    top = {card.id for card in banner.cards if card.rarity == banner.rarities[0].id}
    for number in range(100_000):
        words = (
            fairness.word(seed, f"try {number}", player["nonce"] + draw, 0) for draw in range(10)
        )
        drawn, _ = engine.draw(banner, state, 10, words)
        if sum(card.id in top for card in drawn) >= 2:
            return f"try {number}", [card.id for card in drawn]
    raise AssertionError("no such seed")


def knowing(game: Game, client: Any) -> bytes:
    """A player who has pulled, rotated, and so knows the seed of epoch 0."""
    game.do(0, "pull")
    before = saved(client)
    game.do(1, "fair rotate")
    seed = bytes.fromhex(game.ask(2, "fair receipts", part=1)["server_seed"])
    brought_back(client, before)
    return seed


def close(client: Any, user_id: str, epoch: int) -> None:
    client.put_item(
        TableName=TABLES[0], Item={"user_id": {"S": user_id}, "epoch": {"N": str(epoch)}}
    )
    players.lowest_epoch.cache_clear()


RESTORED = snowflake.created_ms(str(FIRST_ID)) // 1000 + 1
LATER = 5_000  # milliseconds after the first interaction


def test_a_seed_that_was_revealed_is_worth_nothing_after_a_restore(game: Game, tables: Any) -> None:
    seed = knowing(game, tables)
    close(tables, "*", RESTORED)
    [player] = [row for row in rows(tables, TABLES[0]) if row["user_id"] == PLAYER_KEY]
    client_seed, hoped = wanted(seed, player)
    lapsed = game.do(LATER + 10, "fair seed", text=client_seed)
    assert lapsed["message"]["sentence"] == "lapsed"
    published = lapsed["message"]["values"]["commitment"]
    game.do(LATER + 11, "fair seed", text=client_seed)
    receipt = game.do(LATER + 12, "pull", count=10)["receipt"]
    assert receipt["cards"] != hoped
    assert (receipt["epoch"], receipt["nonce"]) == (RESTORED, 0)
    assert receipt["commitment"] == published == seeds.commitment(PLAYER_KEY, RESTORED)


def test_without_that_they_get_what_they_hoped_for(game: Game, tables: Any) -> None:
    """That the attack is one: this is what a restore by other means brings about."""
    seed = knowing(game, tables)
    [player] = rows(tables, TABLES[0])
    client_seed, hoped = wanted(seed, player)
    game.do(LATER + 11, "fair seed", text=client_seed)
    assert cards(game.do(LATER + 12, "pull", count=10)) == hoped


def test_after_a_restore_a_pull_publishes_first_and_draws_with_the_next_command(
    game: Game, tables: Any
) -> None:
    game.do(0, "pull")
    promised = game.ask(1, "fair show")["next"]
    close(tables, "*", RESTORED)
    shown = game.ask(2, "fair show")
    assert (shown["epoch"], shown["nonce"]) == (RESTORED, 0)
    behind = game.decide(LATER + 9, "pull")
    lapsed = game.do(LATER + 10, "pull", count=10)
    assert (lapsed["outcome"], lapsed["message"]["undelivered"]) == ("lapsed", True)
    [row] = [row for row in rows(tables) if row["kind"] == "lapse"]
    assert (row["amount"], row["undelivered"], row["epoch"]) == (0, "lapse", 0)
    assert row["next_commitment"] == shown["commitment"] != promised
    assert not game.record(LATER + 9, behind)
    assert game.decide(LATER + 9, "pull")["outcome"] == "overtaken"
    assert game.decide(LATER + 10, "pull")["message"] == lapsed["message"]  # announced once more
    game.do(LATER + 11, "pull", count=10)
    game.do(LATER + 12, "fair rotate")
    assert game.ask(LATER + 13, "fair show")["epoch"] == RESTORED + 1
    for epoch, pulls in ((0, 1), (RESTORED, 1)):
        message = game.ask(LATER + 14, "fair receipts", epoch=epoch, part=1)
        _, made = file.attach(asked(8, "fair receipts"), content(message))
        assert made is not None
        assert verify.verify(made.content).receipts == pulls
    assert game.ask(LATER + 14, "fair receipts", epoch=7, part=1)["sentence"] == "no_closed_epoch"


def test_whoever_played_in_the_time_that_is_lost_is_told_to_which_second_it_went_back(
    game: Game, tables: Any
) -> None:
    """The message is the same when it is sent again."""
    lost = str(workflow_input(LATER - 10)["interaction_id"])
    game.do(0, "pull")
    close(tables, "*", RESTORED + 10)
    back = snowflake.created_ms(lost) // 1000
    tables.update_item(
        TableName=TABLES[0],
        Key={"user_id": {"S": "*"}},
        UpdateExpression="SET restored = :back",
        ExpressionAttributeValues={":back": {"N": str(back)}},
    )
    lapsed = game.do(LATER + 10, "pull")["message"]
    assert lapsed["sentence"] == "lapsed_back"
    assert game.decide(LATER + 10, "pull")["message"] == lapsed
    for lang in ("ja", "en"):
        body = render.render("pull", content(lapsed), lang, "1" * 19)
        assert f"<t:{back}:f>" in body["content"] and len(body["content"]) <= 2000


def test_a_rotation_after_a_restore_is_the_lapse_itself(game: Game, tables: Any) -> None:
    game.do(0, "pull")
    close(tables, "*", RESTORED)
    assert game.do(LATER + 10, "fair rotate")["message"]["values"]["epoch"] == 0
    assert game.do(LATER + 11, "fair rotate")["message"]["sentence"] == "nothing_to_reveal"
    assert game.ask(LATER + 12, "fair receipts", part=1)["epoch"] == 0


def test_a_grant_reaches_a_player_whose_epoch_is_closed(game: Game, tables: Any) -> None:
    game.do(0, "pull")
    close(tables, "*", RESTORED)
    assert (
        game.do(LATER + 10, "admin grant", amount=5, admin="1")["message"]["sentence"] == "granted"
    )
    assert game.do(LATER + 11, "pull")["outcome"] == "lapsed"


@pytest.mark.parametrize("whose", ["*", PLAYER_KEY])
def test_somebody_who_was_deleted_or_is_not_in_the_restored_tables_begins_above(
    game: Game, tables: Any, whose: str
) -> None:
    seed = knowing(game, tables)
    brought_back(tables, {name: [] for name in TABLES})
    close(tables, whose, RESTORED)
    assert game.ask(LATER + 9, "profile")["balance"] == 3200
    assert game.ask(LATER + 9, "fair show")["epoch"] == RESTORED
    receipt = game.do(LATER + 10, "pull")["receipt"]
    assert (receipt["epoch"], receipt["nonce"]) == (RESTORED, 0)
    assert receipt["commitment"] != fairness.commitment(seed)
    assert pulling.next_draw_after(receipt) == f"{RESTORED}.1"
    assert game.do(LATER + 11, "fair rotate")["outcome"] == "planned"


def test_the_audit_names_who_draws_from_an_epoch_that_a_restore_closed(
    tables: Any,
) -> None:
    seeds.secret.cache_clear()
    game = Game(tables)
    game.do(0, "pull")
    game.do(LATER, "pull")
    close(tables, "*", RESTORED)  # and somebody drew all the same
    assert [each.split(" ")[0] for each in violations(tables)] == ["I5"]
    assert f"expected epoch {RESTORED} or above since a restore, found 0" in violations(tables)[0]


def test_the_audit_names_who_lies_above_their_epoch(tables: Any) -> None:
    seeds.secret.cache_clear()
    game = Game(tables)
    game.do(0, "pull")
    game.do(1, "fair rotate")
    game.do(2, "pull")
    tables.delete_item(TableName=TABLES[0], Key={"user_id": {"S": PLAYER_KEY}})
    close(tables, PLAYER_KEY, 0)  # a tombstone that is too low
    assert any("epoch 1 or above, as in the ledger, found 0" in each for each in violations(tables))
