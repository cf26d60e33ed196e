"""Draw, Plan and Record against the template's tables: what is written, once, and what is not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from adapters import aws, inputs
from adapters.tables import items, ledger, transactions
from commands.pull.texts import say
from gacha import pulling
from tests.conftest import load_function
from tests.recording import record, void
from tests.support import PLAYER_KEY, TOKEN, USER, rows, sort_key, workflow_input

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


@pytest.fixture
def draw(tables: Any) -> Handler:
    return load_function("draw").handler  # type: ignore[no-any-return]


def through_json(value: Any) -> Any:
    """As Step Functions hands a state's output on."""
    return json.loads(json.dumps(value))


def pull(draw: Handler, number: int, **options: Any) -> dict[str, Any]:
    """Draw and record an interaction; the drawn output."""
    interaction = workflow_input(number, **options)
    drawn = through_json(draw({"interaction": interaction}, None))
    if drawn["outcome"] == "drawn":
        assert record(interaction, drawn)
    return drawn  # type: ignore[no-any-return]


def change(interaction: dict[str, Any]) -> None:
    """Plan and record an interaction that changes a player without a draw."""
    planned = through_json(load_function("plan").handler({"interaction": interaction}, None))
    assert record(interaction, planned)


def test_a_first_pull_writes_ledger_player_collection_and_opening(
    tables: Any, draw: Handler
) -> None:
    drawn = pull(draw, 0)
    opening, row = sorted(rows(tables), key=lambda each: each["timestamp"])
    assert (opening["kind"], opening["timestamp"], opening["amount"]) == ("opening", 0, 3200)
    assert (row["kind"], row["timestamp"], row["amount"]) == ("pull", sort_key(), -160)
    assert row["interaction_id"] == workflow_input()["interaction_id"]
    assert row["cards"] == drawn["receipt"]["cards"]
    assert json.loads(row["receipt"]) == drawn["receipt"]
    assert row["undelivered"] in ledger.UNDELIVERED_PULLS
    assert row["version"] == 1
    [stored] = rows(tables, "discord_users")
    assert (stored["user_id"], stored["balance"], stored["version"]) == (PLAYER_KEY, 3040, 1)
    assert stored["last_receipt"] == pulling.hash_of(row["receipt"])
    [page] = rows(tables, "gacha_collection")
    assert page[f"card:{row['cards'][0]}"] == 1


def test_the_balance_is_the_sum_of_the_ledger_and_the_collection_its_cards(
    tables: Any, draw: Handler
) -> None:
    for number, count in enumerate([1, 10, 1]):
        pull(draw, number, count=count)
    ledger = rows(tables)
    [stored] = rows(tables, "discord_users")
    assert stored["balance"] == sum(row["amount"] for row in ledger) == 3200 - 1920
    drawn = Counter(card for row in ledger for card in row.get("cards", []))
    owned = {
        name.removeprefix("card:"): copies
        for page in rows(tables, "gacha_collection")
        for name, copies in page.items()
        if name.startswith("card:")
    }
    assert owned == drawn
    assert stored["nonce"] == 12


def test_new_marks_only_cards_not_owned_before(tables: Any, draw: Handler) -> None:
    seen: set[str] = set()
    for number, count in enumerate([10, 1, 1, 1]):
        drawn = pull(draw, number, count=count)
        for card in drawn["message"]["cards"]:
            assert card["new"] == (card["id"] not in seen)
            seen.add(card["id"])


def test_a_refused_pull_writes_nothing(tables: Any, draw: Handler) -> None:
    pull(draw, 0, count=10)
    pull(draw, 1, count=10)
    before = rows(tables)
    refused = pull(draw, 2)
    assert (refused["outcome"], refused["figures"]) == ("refused", {})
    assert refused["message"] == {
        "kind": "text",
        "sentence": "cannot_pay",
        "values": {"count": 1, "price": 160, "balance": 0, "missing": 160},
    }
    assert record(workflow_input(2), refused)
    assert rows(tables) == before


def test_a_refusals_transaction_checks_the_interactions_own_key_alone(
    tables: Any, draw: Handler
) -> None:
    """Never the player's row, which a pull may be writing: they would cancel each other."""
    pull(draw, 0, count=10)
    pull(draw, 1, count=10)
    refused = pull(draw, 2)
    [item] = refused["transaction"]
    assert list(item) == ["ConditionCheck"]
    check = item["ConditionCheck"]
    assert check["TableName"] == "gacha_history"
    assert check["Key"] == items.to_item({"user_id": PLAYER_KEY, "timestamp": sort_key(2)})
    assert check["ConditionExpression"] == "attribute_not_exists(user_id)"


@pytest.mark.parametrize("taken", ["recorded", "voided"])
def test_a_refusal_that_another_execution_overtook_is_not_shown(
    tables: Any, draw: Handler, taken: str
) -> None:
    """Record goes back to Draw, which finds what the ledger has."""
    pull(draw, 0, count=10)
    drawn = through_json(draw({"interaction": workflow_input(1, count=10)}, None))
    pull(draw, 2, count=10)
    refused = through_json(draw({"interaction": workflow_input(1, count=10)}, None))
    assert refused["outcome"] == "refused"
    if taken == "voided":
        assert void(workflow_input(1))
    else:
        tables.put_item(TableName="gacha_history", Item=drawn["transaction"][0]["Put"]["Item"])
    assert not record(workflow_input(1), refused)
    assert draw({"interaction": workflow_input(1)}, None)["outcome"] == taken


@pytest.mark.parametrize("kind", ["recorded", "voided"])
def test_what_was_erased_meanwhile_is_not_said_to_stand(
    tables: Any, draw: Handler, kind: str
) -> None:
    if kind == "recorded":
        pull(draw, 0)
    else:
        assert void(workflow_input())
    found = through_json(draw({"interaction": workflow_input()}, None))
    assert found["outcome"] == kind
    key = items.to_item({"user_id": PLAYER_KEY, "timestamp": sort_key()})
    tables.delete_item(TableName="gacha_history", Key=key)
    assert not record(workflow_input(), found)


def test_on_express_a_refusal_leaves_a_void(
    tables: Any, draw: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no memory of names, so the same interaction delivered again could succeed."""
    pull(draw, 0, count=10)
    pull(draw, 1, count=10)
    monkeypatch.setenv("WORKFLOW_TYPE", "EXPRESS")
    refused = pull(draw, 2)
    assert refused["message"]["undelivered"] is True
    assert record(workflow_input(2), refused)
    assert [row["kind"] for row in rows(tables) if row["timestamp"] == sort_key(2)] == ["void"]
    assert pull(draw, 2)["outcome"] == "voided"


def test_drawing_writes_nothing(tables: Any, draw: Handler) -> None:
    draw({"interaction": workflow_input()}, None)
    assert not rows(tables)
    assert not rows(tables, "discord_users")


def test_drawing_what_is_recorded_shows_what_stands(tables: Any, draw: Handler) -> None:
    first = pull(draw, 0, count=10)
    again = pull(draw, 0, count=10)
    assert again["outcome"] == "recorded"
    assert again["message"] == first["message"]
    assert again["receipt"] == first["receipt"]


def test_recording_twice_changes_nothing_and_says_so(tables: Any, draw: Handler) -> None:
    interaction = workflow_input()
    drawn = through_json(draw({"interaction": interaction}, None))
    assert record(interaction, drawn)
    before = rows(tables), rows(tables, "discord_users")
    assert not record(interaction, drawn)
    again = through_json(draw({"interaction": interaction}, None))
    assert (again["outcome"], again["receipt"]) == ("recorded", drawn["receipt"])
    assert record(interaction, again)  # a check that it still stands
    assert (rows(tables), rows(tables, "discord_users")) == before


def test_a_player_who_changed_in_between_is_a_conflict_and_nothing_is_written(
    tables: Any, draw: Handler
) -> None:
    pull(draw, 0)
    late = workflow_input(1)
    drawn = through_json(draw({"interaction": late}, None))
    pull(draw, 2)
    before = rows(tables)
    assert not record(late, drawn)
    assert rows(tables) == before
    assert pull(draw, 1)["outcome"] == "drawn"  # the redraw goes through


def test_two_first_pulls_that_race_open_one_purse(tables: Any, draw: Handler) -> None:
    one, two = workflow_input(0), workflow_input(1)
    first, second = (through_json(draw({"interaction": each}, None)) for each in (one, two))
    assert record(one, first)
    assert not record(two, second)
    pull(draw, 1)
    assert sorted(row["amount"] for row in rows(tables)) == [-160, -160, 3200]


def test_a_void_takes_the_pulls_place_for_ever(tables: Any, draw: Handler) -> None:
    interaction = workflow_input()
    drawn = through_json(draw({"interaction": interaction}, None))
    assert void(interaction)
    assert not void(interaction)
    assert not record(interaction, drawn)
    [row] = rows(tables)
    assert (row["kind"], row["amount"]) == ("void", 0)
    assert not rows(tables, "discord_users")
    found = draw({"interaction": interaction}, None)
    assert (found["outcome"], found["figures"]) == ("voided", {})
    assert found["message"] == {
        "kind": "text",
        "sentence": "voided",
        "values": {},
        "undelivered": True,
    }
    assert record(interaction, found)  # a check that it still stands


def test_a_recorded_pull_cannot_be_voided(tables: Any, draw: Handler) -> None:
    pull(draw, 0)
    before = rows(tables)
    assert not void(workflow_input())
    assert rows(tables) == before


def test_attributes_of_a_newer_version_survive_a_pull(tables: Any, draw: Handler) -> None:
    pull(draw, 0)
    tables.update_item(
        TableName="discord_users",
        Key={"user_id": {"S": PLAYER_KEY}},
        UpdateExpression="SET streak = :three",
        ExpressionAttributeValues={":three": {"N": "3"}},
    )
    pull(draw, 1)
    [stored] = rows(tables, "discord_users")
    assert stored["streak"] == 3


def test_the_output_shows_words_and_odds_and_neither_seed_nor_token(
    tables: Any, draw: Handler
) -> None:
    drawn = draw({"interaction": workflow_input(count=10)}, None)
    for roll in drawn["rolls"]:
        assert len(roll["word"]) == 16
        assert set(roll) == {"nonce", "word", "rates", "card", "rarity", "before", "after"}
    text = json.dumps(drawn)
    assert "s" * 64 not in text
    assert TOKEN not in text


def test_the_history_row_and_the_player_stay_within_their_bounds(
    tables: Any, draw: Handler
) -> None:
    pull(draw, 0, count=10)
    size = {
        table: max(len(json.dumps(item)) for item in tables.scan(TableName=table)["Items"])
        for table in ("gacha_history", "discord_users")
    }
    assert size["gacha_history"] <= 3 * 1024
    assert size["discord_users"] <= 2 * 1024


# --- writing without a workflow, as scripts.adopt does --------------------------------------------


class Cancelled:
    """A DynamoDB client whose transactions are cancelled for these reasons, then go through."""

    def __init__(self, real: Any, *codes: str) -> None:
        self._real = real
        self._codes = list(codes)
        self.calls = 0

    def transact_write_items(self, **request: Any) -> Any:
        self.calls += 1
        if not self._codes:
            return self._real.transact_write_items(**request)
        none = [{"Code": "None"}] * (len(request["TransactItems"]) - 1)
        reasons = [*none, {"Code": self._codes.pop(0)}]
        answer = {"CancellationReasons": reasons}
        raise aws.ServiceError("TransactionCanceledException", "cancelled", answer)


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_what_passes_by_itself_is_tried_again(
    tables: Any, draw: Handler, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    drawn = through_json(draw({"interaction": workflow_input()}, None))
    client = Cancelled(aws.dynamodb(), code, code)
    monkeypatch.setattr(aws, "dynamodb", lambda: client)
    monkeypatch.setattr("adapters.tables.transactions.time.sleep", lambda _: None)
    assert transactions.write(drawn["transaction"]).outcome == "recorded"
    assert client.calls == 3


def test_tries_are_bounded(tables: Any, draw: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = through_json(draw({"interaction": workflow_input()}, None))
    client = Cancelled(aws.dynamodb(), *["TransactionConflict"] * 9)
    monkeypatch.setattr(aws, "dynamodb", lambda: client)
    monkeypatch.setattr("adapters.tables.transactions.time.sleep", lambda _: None)
    with pytest.raises(aws.ServiceError, match="TransactionCanceledException"):
        transactions.write(drawn["transaction"])
    assert client.calls == 4
    monkeypatch.undo()
    assert not rows(tables)


def test_a_key_has_the_form_that_dynamodb_gives_back() -> None:
    ends_in_zero = sort_key().quantize(sort_key())  # keeps its seven decimals
    stripped = {"N": format(ends_in_zero.normalize(), "f")}
    assert items.to_item({"timestamp": ends_in_zero + 0}) == {"timestamp": stripped}
    assert items.to_item({"n": ledger.OPENING_KEY}) == {"n": {"N": "0"}}
    assert items.to_item({"n": sort_key(10) * 0 + 1000}) == {"n": {"N": "1000"}}


def test_clearing_the_mark_of_an_erased_row_does_not_bring_it_back(tables: Any) -> None:
    ledger.clear_undelivered(PLAYER_KEY, sort_key())
    assert not rows(tables)


# --- pull again, from a button --------------------------------------------------------------------


def test_a_button_is_good_until_the_player_draws_again(tables: Any, draw: Handler) -> None:
    first = pull(draw, 0)
    place = first["message"]["next_draw"]
    assert place == "0.1"
    assert pull(draw, 1, count=10, at=place)["message"]["next_draw"] == "0.11"
    before = rows(tables), rows(tables, "discord_users")
    stale = pull(draw, 2, at=place)
    assert (stale["outcome"], stale["message"]["sentence"]) == ("stale", "stale_pull")
    assert (rows(tables), rows(tables, "discord_users")) == before


def test_a_button_of_a_closed_epoch_is_stale_for_ever(tables: Any, draw: Handler) -> None:
    place = pull(draw, 0)["message"]["next_draw"]
    change(workflow_input(1, "fair rotate"))
    pull(draw, 2)  # the new epoch's nonce is the old one's again
    stale = pull(draw, 3, at=place)
    assert (stale["outcome"], stale["message"]["sentence"]) == ("stale", "stale_epoch")


def test_a_button_of_an_epoch_that_was_just_closed_does_not_say_that_the_player_has_pulled(
    tables: Any, draw: Handler
) -> None:
    place = pull(draw, 0)["message"]["next_draw"]
    change(workflow_input(1, "fair rotate"))
    stale = pull(draw, 2, at=place)["message"]
    assert stale["sentence"] == "stale_epoch"
    assert "pulled since" not in say("en", stale["sentence"])
    # A place that a restored table has forgotten: neither is true of it.
    assert pull(draw, 3, at="1.7")["message"]["sentence"] == "stale_button"
    assert pull(draw, 4, at="9.0")["message"]["sentence"] == "stale_button"


def test_a_double_press_pulls_once(tables: Any, draw: Handler) -> None:
    place = pull(draw, 0)["message"]["next_draw"]
    one, two = workflow_input(1, at=place), workflow_input(2, at=place)
    first, second = (through_json(draw({"interaction": each}, None)) for each in (one, two))
    assert record(one, first)
    assert not record(two, second)
    assert through_json(draw({"interaction": two}, None))["outcome"] == "stale"
    # The press that was recorded shows its pull, however late it is asked again.
    assert through_json(draw({"interaction": one}, None))["outcome"] == "recorded"


def test_a_pull_that_stands_has_the_buttons_of_its_own_place(tables: Any, draw: Handler) -> None:
    first = pull(draw, 0, count=10)
    pull(draw, 1)
    assert pull(draw, 0)["message"] == first["message"]


# --- the same interaction id, another payload -----------------------------------------------------


def test_the_first_payload_of_an_id_is_the_one_that_counts(tables: Any, draw: Handler) -> None:
    first = pull(draw, 0, count=1)
    before = rows(tables), rows(tables, "discord_users")
    other = pull(draw, 0, count=10)
    assert other["outcome"] == "recorded"
    assert other["message"] == first["message"]
    plan = load_function("plan").handler
    change = plan({"interaction": workflow_input(0, "fair seed", text="x")}, None)
    assert (change["outcome"], change["message"]["sentence"]) == ("recorded", "stands")
    assert (rows(tables), rows(tables, "discord_users")) == before


def test_two_payloads_of_an_id_that_race_are_one_event(tables: Any, draw: Handler) -> None:
    one, ten = workflow_input(0, count=1), workflow_input(0, count=10)
    first, second = (through_json(draw({"interaction": each}, None)) for each in (one, ten))
    assert record(one, first)
    assert not record(ten, second)
    assert [row["amount"] for row in rows(tables) if row["kind"] == "pull"] == [-160]


def test_an_id_that_was_no_pull_is_never_one(tables: Any, draw: Handler) -> None:
    change(workflow_input(0, "fair seed", text="x"))
    shown = draw({"interaction": workflow_input(0)}, None)
    assert (shown["outcome"], shown["message"]["sentence"]) == ("recorded", "changed")


def test_another_player_under_the_same_id_is_an_event_of_their_own(
    tables: Any, draw: Handler
) -> None:
    """Discord's ids are unique, so this takes an execution started by hand: each purse is charged
    for its own pull, once, and neither for the other's."""
    pull(draw, 0)
    other = workflow_input(0) | {"user_id": "1290000000000000042"}
    drawn = through_json(draw({"interaction": other}, None))
    assert record(other, drawn)
    assert not record(other, drawn)
    pulls = [row for row in rows(tables) if row["kind"] == "pull"]
    assert sorted(row["user_id"].split("@")[0] for row in pulls) == [
        "1290000000000000009",
        "1290000000000000042",
    ]
    assert {row["balance"] for row in rows(tables, "discord_users")} == {3040}


# --- the sweeper's question -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["pull", "fair seed", "admin grant"])
def test_an_execution_that_died_before_record_is_not_carried_out_later(
    tables: Any, draw: Handler, command: str
) -> None:
    interaction = workflow_input(0, command) | {"sweep": 1}
    worker = draw if command == "pull" else load_function("plan").handler
    assert worker({"interaction": interaction}, None)["outcome"] == "abandoned"
    assert record(interaction, worker({"interaction": interaction}, None))
    assert [row["kind"] for row in rows(tables)] == ["void"]
    assert worker({"interaction": interaction}, None)["outcome"] == "voided"


@pytest.mark.parametrize("command", ["pull", "fair seed", "admin grant"])
def test_an_old_input_that_left_no_row_is_not_carried_out_any_more(
    tables: Any, draw: Handler, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(inputs, "time", SimpleNamespace(time=lambda: 2_000_000_000.5))
    options: dict[str, dict[str, Any]] = {
        "fair seed": {"text": "mine"},
        "admin grant": {"amount": 1, "admin": USER},
    }
    worker = draw if command == "pull" else load_function("plan").handler
    made = workflow_input(0, command, **options.get(command, {}))
    for age, outcome in ((899, {"drawn", "planned"}), (901, {"abandoned"})):
        interaction = made | {"received_at": 2_000_000_000 - age}
        assert worker({"interaction": interaction}, None)["outcome"] in outcome
    assert record(interaction, worker({"interaction": interaction}, None))
    assert [row["kind"] for row in rows(tables)] == ["void"]
    assert worker({"interaction": interaction}, None)["outcome"] == "voided"


def test_an_old_input_that_is_recorded_is_shown(tables: Any, draw: Handler) -> None:
    first = pull(draw, 0)
    again = draw({"interaction": workflow_input(0) | {"received_at": 0}}, None)
    assert (again["outcome"], again["message"]) == ("recorded", first["message"])
    assert sorted(row["amount"] for row in rows(tables)) == [-160, 3200]


def test_an_input_pasted_by_hand_is_drawn(tables: Any, draw: Handler) -> None:
    assert draw({"interaction": workflow_input(0)}, None)["outcome"] == "drawn"


def test_an_execution_that_died_after_record_is_shown(tables: Any, draw: Handler) -> None:
    first = pull(draw, 0)
    swept = draw({"interaction": workflow_input(0) | {"sweep": 1}}, None)
    assert swept["outcome"] == "recorded"
    assert swept["message"] == first["message"]
