"""A result whose message never arrived is shown by the player's next command, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import responses

from adapters import aws
from adapters.tables import ledger
from gacha import player, snowflake
from local.messages import text_of
from tests import recording
from tests.conftest import load_function
from tests.support import PLAYER_KEY, TOKEN, order, rows, sort_key, workflow_input

BASE = "https://discord.test"
URL = f"{BASE}/webhooks/1290000000000000001/{TOKEN}/messages/@original"
TITLE = "お届けできていなかった結果"


class Player:
    """Somebody whose commands go through the real handlers; every step is a new interaction,
    `seconds` after the first."""

    def __init__(self, api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.api = api
        names = ("draw", "plan", "answer", "announce")
        apps = {name: load_function(name) for name in names}
        self._workers = {name: app.handler for name, app in apps.items()}
        self._now = 0.0
        monkeypatch.setattr(
            apps["announce"],
            "time",
            SimpleNamespace(time=lambda: self._now, monotonic=lambda: self._now),
        )

    def use(self, command: str, seconds: float, *, arrives: bool = True, **options: Any) -> str:
        """Use a command whose message arrives or is lost; all text of the message."""
        interaction = self.interaction(command, seconds, **options)
        return self.announce(interaction, self.decide(interaction), arrives=arrives)

    def interaction(self, command: str, seconds: float, **options: Any) -> dict[str, Any]:
        return workflow_input(int(seconds * 1000), command, **options)

    def decide(self, interaction: dict[str, Any]) -> dict[str, Any]:
        """The message that the workflow would announce."""
        first = {"pull": "draw", "fair seed": "plan"}.get(interaction["command"], "answer")
        decided = self.work(first, {"interaction": interaction})
        if "transaction" in decided:  # a command that only reads has none
            assert recording.record(interaction, decided)
        message: dict[str, Any] = decided["message"]
        return message

    def announce(
        self, interaction: dict[str, Any], message: dict[str, Any], *, arrives: bool = True
    ) -> str:
        self._now = snowflake.created_ms(interaction["interaction_id"]) / 1000
        self.api.reset()
        self.api.add_passthru("https://dynamodb")
        self.api.add_passthru("https://secretsmanager")
        lost = {"status": 404, "json": {"code": 10008}}
        self.api.patch(URL, **({"json": {}} if arrives else lost))
        event = order(interaction, message)
        assert self.work("announce", event)["outcome"] == ("delivered" if arrives else "gone")
        return text_of(json.loads(self.api.calls[-1].request.body or b""))

    def work(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(json.dumps(self._workers[name](event, None)))
        return result


def marks(tables: Any) -> list[str]:
    return [row["interaction_id"] for row in rows(tables) if "undelivered" in row]


def receipt(seconds: float) -> str:
    return str(workflow_input(int(seconds * 1000))["interaction_id"])


@pytest.fixture
def someone(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    monkeypatch.setenv("DISCORD_API_BASE_URL", BASE)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as api:
        yield Player(api, monkeypatch)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("pull", {}),
        ("profile", {}),
        ("history", {}),
        ("help", {}),
        ("rates", {"banner": "starlit-atelier"}),
        ("fair show", {}),
        ("fair seed", {"text": "mine"}),
    ],
)
def test_the_next_command_shows_it_first_and_only_once(
    tables: Any, someone: Player, command: str, options: dict[str, Any]
) -> None:
    someone.use("pull", 0, arrives=False)
    assert marks(tables) == [receipt(0)]
    text = someone.use(command, 60, **options)
    assert text.index(TITLE) < text.index(receipt(0))
    if command != "history":  # which lists it anyway
        assert text.count(receipt(0)) == 1
    [card] = next(row["cards"] for row in rows(tables) if row.get("cards"))
    assert ledger.load(PLAYER_KEY, sort_key())["cards"] == [card]  # type: ignore[index]
    assert marks(tables) == []
    assert TITLE not in someone.use(command, 120, **options)


def test_a_refusal_shows_it_too(tables: Any, someone: Player) -> None:
    someone.use("pull", 0, count=10)
    someone.use("pull", 60, count=10, arrives=False)
    text = someone.use("pull", 120)
    assert text.index(TITLE) < text.index(receipt(60)) < text.index("足りません（必要 160）")
    assert marks(tables) == []


def test_it_keeps_until_a_message_arrives(tables: Any, someone: Player) -> None:
    someone.use("pull", 0, arrives=False)
    assert receipt(0) in someone.use("profile", 60, arrives=False)
    assert receipt(0) in someone.use("pull", 120, arrives=False)
    assert marks(tables) == [receipt(0), receipt(120)]
    text = someone.use("profile", 180)
    assert text.index(receipt(0)) < text.index(receipt(120))
    assert marks(tables) == []


def test_many_in_a_row_come_three_at_a_time_and_none_is_lost(tables: Any, someone: Player) -> None:
    for minute in range(5):
        someone.use("pull", 60 * minute, arrives=False)
    first, second = someone.use("profile", 600), someone.use("pull", 660)
    shown = [[receipt(60 * minute) in text for minute in range(5)] for text in (first, second)]
    assert shown == [[True, True, True, False, False], [False, False, False, True, True]]
    assert "ほかに 2 件あります" in first
    assert marks(tables) == []


def test_twenty_in_a_row_are_kept_in_a_small_row(tables: Any, someone: Player) -> None:
    for minute in range(20):
        someone.use("pull", 60 * minute, arrives=False)
    [stored] = rows(tables, "discord_users")
    assert stored["balance"] == 0
    assert len(stored["undelivered"]) == 20
    [item] = tables.scan(TableName="discord_users")["Items"]
    assert len(json.dumps(item)) <= 2 * 1024  # more than DynamoDB counts
    texts = [someone.use("profile", 60 * minute) for minute in range(20, 27)]
    shown = [minute for text in texts for minute in range(20) if receipt(60 * minute) in text]
    assert shown == list(range(20))
    assert marks(tables) == []


def test_a_change_in_between_loses_none(tables: Any, someone: Player) -> None:
    someone.use("pull", 0, arrives=False)
    someone.use("fair seed", 60, arrives=False, text="mine")
    assert receipt(0) in someone.use("profile", 120)


# --- voids ----------------------------------------------------------------------------------------


def void(someone: Player, seconds: float, command: str = "pull", *, arrives: bool) -> str:
    """A command that came to nothing, and its message; what it shows."""
    by = {"admin": "1"} if command == "admin grant" else {}
    interaction = someone.interaction(command, seconds, **by)
    assert recording.void(interaction)
    sentence = "voided" if command == "pull" else "unchanged"
    message = {"kind": "text", "sentence": sentence, "undelivered": True}
    return someone.announce(interaction, message, arrives=arrives)


@pytest.mark.parametrize("before", [(), ("pull",)], ids=["newcomer", "player"])
@pytest.mark.parametrize(
    ("command", "options"),
    [("pull", {}), ("fair seed", {"text": "mine"}), ("profile", {}), ("history", {})],
)
def test_a_void_is_shown_by_the_next_command_once(
    tables: Any,
    someone: Player,
    command: str,
    options: dict[str, Any],
    before: tuple[str, ...],
) -> None:
    for each in before:
        someone.use(each, 0)
    void(someone, 30, arrives=False)
    shown = someone.use(command, 60, **options)
    assert shown.index(TITLE) < shown.index(receipt(30))
    assert "通貨は減っていません" in shown
    assert TITLE not in someone.use("pull", 120)
    assert marks(tables) == []


def test_a_void_whose_message_arrived_is_not_shown_again(tables: Any, someone: Player) -> None:
    assert receipt(0) in void(someone, 0, arrives=True)
    assert marks(tables) == []
    assert TITLE not in someone.use("profile", 60)


def test_a_void_that_is_shown_stays_one_item_and_the_only_row(tables: Any, someone: Player) -> None:
    interaction = someone.interaction("pull", 0)
    assert recording.void(interaction)
    assert [row["kind"] for row in rows(tables)] == ["void"]
    assert not rows(tables, "discord_users")


def test_a_void_comes_with_the_pulls_that_were_missed_in_their_order(
    tables: Any, someone: Player
) -> None:
    someone.use("pull", 0, arrives=False)
    void(someone, 30, "fair seed", arrives=False)
    someone.use("pull", 60, arrives=False)
    shown = someone.use("profile", 120)
    at = [shown.index(receipt(seconds)) for seconds in (0, 30, 60)]
    assert at == sorted(at)
    assert marks(tables) == []


def test_the_void_of_somebody_else_is_not_shown(tables: Any, someone: Player) -> None:
    interaction = someone.interaction("pull", 0) | {"user_id": "1290000000000000777"}
    assert recording.void(interaction)
    assert TITLE not in someone.use("profile", 60)


def test_the_void_of_a_grant_is_the_admins_to_know(tables: Any, someone: Player) -> None:
    void(someone, 0, "admin grant", arrives=False)
    assert TITLE not in someone.use("profile", 60)


def test_a_pull_that_carries_a_void_shows_it_again_when_it_is_announced_again(
    tables: Any, someone: Player
) -> None:
    void(someone, 0, arrives=False)
    interaction = someone.interaction("pull", 60)
    assert receipt(0) in someone.announce(interaction, someone.decide(interaction))
    assert marks(tables) == []
    assert receipt(0) in someone.announce(interaction, someone.decide(interaction))


def test_said_plainly_its_receipt_numbers_are_named_without_a_read(
    tables: Any, someone: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_read(*_: object) -> None:
        raise AssertionError

    keys = []
    for number in range(20):
        someone.use("pull" if number < 2 else "fair seed", number, arrives=False, text="mine")
        keys.append(str(sort_key(number * 1000)))
    message = {"kind": "text", "sentence": "stands", "missed": keys, "plain": True}
    monkeypatch.setattr(ledger, "load", no_read)
    shown = someone.announce(someone.interaction("pull", 60), message)
    assert all(receipt(number) in shown for number in range(20))
    assert marks(tables) == [receipt(0), receipt(1)]  # the next command shows what they were


# --- marks ----------------------------------------------------------------------------------------


def test_what_is_delivered_is_forgotten(tables: Any, someone: Player) -> None:
    for minute in range(3):
        someone.use("pull", 60 * minute)
    [stored] = rows(tables, "discord_users")
    assert stored["undelivered"] == [str(sort_key(120_000))]


def test_a_message_still_on_its_way_is_not_missed(tables: Any, someone: Player) -> None:
    first = someone.interaction("pull", 0)
    message = someone.decide(first)
    assert TITLE not in someone.use("pull", 0.9)  # the same second: one impatience
    late = someone.interaction("profile", 1)
    answer = someone.decide(late)
    assert answer["missed"] == [str(sort_key(0))]
    someone.announce(first, message)
    assert TITLE in someone.announce(late, answer)  # it arrived after Answer looked: told twice


@pytest.mark.parametrize(("command", "options"), [("pull", {}), ("fair seed", {"text": "mine"})])
def test_announcing_a_row_again_shows_it_again(
    tables: Any, someone: Player, command: str, options: dict[str, Any]
) -> None:
    someone.use("pull", 0, arrives=False)
    interaction = someone.interaction(command, 60, **options)
    first = someone.announce(interaction, someone.decide(interaction))
    assert receipt(0) in first
    assert marks(tables) == []
    # A sweep, or a second execution: the row is there, and its message must not lose anything.
    assert someone.announce(interaction, someone.decide(interaction)) == first


def test_a_second_try_does_not_take_it_away_again(tables: Any, someone: Player) -> None:
    someone.use("pull", 0, arrives=False)
    interaction = someone.interaction("pull", 60)
    message = someone.decide(interaction)
    first = someone.announce(interaction, message)
    assert marks(tables) == []
    assert someone.announce(interaction, message) == first  # Announce died before it could say so


def test_an_older_command_that_comes_late_misses_nothing(tables: Any, someone: Player) -> None:
    someone.use("pull", 60, arrives=False)
    assert TITLE not in someone.use("profile", 0)
    assert marks(tables) == [receipt(60)]


def test_bare_words_do_not_show_it_and_leave_it_for_the_next(tables: Any, someone: Player) -> None:
    someone.use("pull", 0, arrives=False)
    interaction = someone.interaction("pull", 60)
    message = someone.decide(interaction)
    someone.api.reset()
    someone.api.add_passthru("https://dynamodb")
    someone.api.add_passthru("https://secretsmanager")
    someone.api.patch(URL, status=400, json={"code": 50035})
    someone.api.patch(URL, json={})
    event = order(interaction, message)
    assert someone.work("announce", event)["outcome"] == "delivered"
    assert marks(tables) == [receipt(0)]
    assert receipt(0) in someone.use("profile", 120)


def test_an_erased_event_is_missed_by_nobody_and_does_not_come_back(
    tables: Any, someone: Player
) -> None:
    someone.use("pull", 0, arrives=False)
    interaction = someone.interaction("profile", 60)
    answer = someone.decide(interaction)
    key = {"user_id": {"S": PLAYER_KEY}, "timestamp": {"N": str(sort_key())}}
    tables.delete_item(TableName="gacha_history", Key=key)
    assert TITLE not in someone.announce(interaction, answer)
    assert [row["kind"] for row in rows(tables)] == ["opening"]
    ledger.clear_undelivered(PLAYER_KEY, sort_key())
    ledger.clear_undelivered(PLAYER_KEY, sort_key())
    assert [row["kind"] for row in rows(tables)] == ["opening"]


def test_a_mark_that_cannot_be_cleared_costs_no_message(
    tables: Any, someone: Player, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def throttled(*_: object) -> None:
        raise aws.ServiceError("ThrottlingException")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "clear_undelivered", throttled)
        someone.use("pull", 0)
    assert marks(tables) == [receipt(0)]
    assert '"still undelivered"' in capfd.readouterr().out
    assert receipt(0) in someone.use("profile", 60)  # told twice rather than never


def test_a_row_remembers_twenty_at_most() -> None:
    someone = player.newcomer(PLAYER_KEY, "2", 0, "c")
    for number in range(25):
        undelivered = player.undelivered_after(someone, workflow_input(number)["interaction_id"])
        someone = replace(someone, undelivered=undelivered)
    assert someone.undelivered == tuple(str(sort_key(number)) for number in range(5, 25))


def test_a_message_that_has_no_room_leaves_it_for_the_next(
    tables: Any, someone: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone.use("pull", 0, arrives=False)
    interaction = someone.interaction("history", 60)
    rows_of_ten = someone.decide(interaction)["rows"] * 100  # no message of ours is that long
    full = {"kind": "history", "rows": rows_of_ten, "newer": None, "older": None}
    text = someone.announce(interaction, {**full, "missed": [str(sort_key())]})
    assert TITLE not in text
    assert marks(tables) == [receipt(0)]
