"""The figures in the workers' log lines, and the few that are metrics as well: what handlers print
when they run against the template's tables."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from adapters import discord, figures
from gacha import snowflake
from tests.conftest import load_function
from tests.recording import record, void
from tests.support import GUILD, TOKEN, USER, order, workflow_input

Handler = Callable[[dict[str, Any], object], dict[str, Any]]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Lines:
    """What was printed since the last call, parsed."""

    def read() -> list[dict[str, Any]]:
        out, _ = capfd.readouterr()
        assert TOKEN not in out
        assert USER not in out
        return [json.loads(line) for line in out.splitlines()]

    return read


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def draw_and_record(number: int = 0, **options: Any) -> dict[str, Any]:
    interaction = workflow_input(number, **options)
    drawn: dict[str, Any] = through_json(
        load_function("draw").handler({"interaction": interaction}, None)
    )
    assert record(interaction, drawn)
    return drawn


def announce(
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    decided: dict[str, Any],
    outcome: discord.Outcome = "delivered",
    command: str = "pull",
) -> None:
    """Announce's run for this decision, with Discord's answer."""
    delivery = discord.Delivery(outcome, status=200)
    monkeypatch.setattr(discord, "edit_original", lambda *_, **__: delivery)
    interaction = workflow_input(number, command)
    event = order(interaction, decided["message"], decided["figures"])
    load_function("announce").handler(event, None)


def test_a_draws_line_has_what_was_drawn_and_what_was_to_be_expected(
    tables: Any, lines: Lines
) -> None:
    drawn = draw_and_record(count=10)
    [line, *_] = lines()
    assert line | {"ms": 0} == {
        "level": "INFO",
        "message": "draw drawn",
        "worker": "draw",
        "outcome": "drawn",
        "command": "pull",
        "player": figures.who({"user_id": USER, "guild_id": GUILD}),
        "ms": 0,
        "interaction_id": workflow_input()["interaction_id"],
        "guild_id": GUILD,
        "banner": "starlit-atelier",
        "draws": 10,
        "top": sum(roll["rarity"] == "ssr" for roll in drawn["rolls"]),
        # Ten draws of a new player, before any ceiling or ramp: the banner's plain rate.
        "top_expected_ppm": line["top_expected_ppm"],
    }
    rates = {roll["rates"]["ssr"] for roll in drawn["rolls"]}
    assert len(rates) == 1
    numerator, denominator = (int(part) for part in rates.pop().split("/"))
    assert line["top_expected_ppm"] == round(10 * numerator * 10**6 / denominator)


def test_the_highest_rarity_alone_counts_at_each_draws_own_odds() -> None:
    rolls = [
        {"rarity": "SSR", "rates": {"SSR": "1/100", "SR": "99/100"}},
        {"rarity": "SR", "rates": {"SSR": "1/3", "SR": "2/3"}},
        {"rarity": "SSR", "rates": {"SSR": "1", "SR": "0"}},
    ]
    found = figures.report("draw", {}, {"outcome": "drawn", "rolls": rolls})
    assert found == {"draws": 3, "top": 2, "top_expected_ppm": 1_343_333}


def test_a_refusal_names_its_sentence(tables: Any, lines: Lines) -> None:
    draw_and_record(0, count=10)
    draw_and_record(1, count=10)
    lines()
    load_function("draw").handler({"interaction": workflow_input(2)}, None)
    [line] = lines()
    assert (line["outcome"], line["sentence"]) == ("refused", "cannot_pay")
    assert "draws" not in line
    plan = workflow_input(3, "fair rotate") | {"user_id": "1"}
    load_function("plan").handler({"interaction": plan}, None)
    [line] = lines()
    assert (line["outcome"], line["sentence"]) == ("refused", "nothing_to_reveal")


def told(lines: Lines) -> list[dict[str, Any]]:
    """What Announce printed: its line, and the metrics before it."""
    return [line for line in lines() if line.get("worker") == "announce" or "_aws" in line]


def test_a_pull_is_counted_with_the_currency_it_moved_when_its_player_is_told(
    tables: Any, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = draw_and_record(count=10)
    lines()
    announce(monkeypatch, 0, first)
    metric, line = told(lines)
    assert (line["worker"], line["outcome"], line["kind"]) == ("announce", "delivered", "pull")
    assert (line["currency_in"], line["currency_out"]) == (3200, 1600)  # a newcomer's opening
    assert line["pulls"] == metric["Pulls"] == 10
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Gacha"

    second = draw_and_record(1)
    lines()
    announce(monkeypatch, 1, second)
    metric, line = told(lines)
    assert (line["currency_in"], line["currency_out"], line["pulls"]) == (0, 160, 1)
    assert metric["Pulls"] == 1


COUNTED: Final = {"pulls", "currency_in", "currency_out", "kind"}


def test_a_pull_that_is_told_twice_is_counted_once(
    tables: Any, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a redrive, the sweeper, or a second execution of the same interaction."""
    announce(monkeypatch, 0, draw_and_record())
    again = through_json(load_function("draw").handler({"interaction": workflow_input()}, None))
    assert again["outcome"] == "recorded"
    lines()
    announce(monkeypatch, 0, again)
    metric, line = told(lines)
    assert not COUNTED & set(line)
    assert "Pulls" not in metric


def test_a_pull_whose_message_never_arrives_is_counted_by_the_command_that_shows_it(
    tables: Any, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(monkeypatch, 0, draw_and_record(count=10), "gone")
    [line] = [each for each in told(lines) if "_aws" not in each]
    assert not COUNTED & set(line)
    profile = load_function("answer").handler(
        {"interaction": workflow_input(9_000, "profile")}, None
    )
    assert profile["message"]["missed"]
    lines()
    announce(monkeypatch, 9_000, {**profile, "figures": {}}, command="profile")
    metric, line = told(lines)
    assert (line["kind"], line["pulls"], line["currency_out"]) == ("pull", 10, 1600)
    assert metric["Pulls"] == 10


def test_what_wrote_nothing_moved_nothing(
    tables: Any, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    interaction = workflow_input()
    assert void(interaction)
    found = through_json(load_function("draw").handler({"interaction": interaction}, None))
    lines()
    announce(monkeypatch, 0, found)
    _, line = told(lines)
    assert not COUNTED & set(line)


def test_a_change_without_money_is_no_pull(
    tables: Any, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_and_record()
    interaction = workflow_input(1, "fair seed", text="mine")
    planned = through_json(load_function("plan").handler({"interaction": interaction}, None))
    assert record(interaction, planned)
    lines()
    announce(monkeypatch, 1, planned, command="fair seed")
    _, line = told(lines)
    assert (line["kind"], line["currency_in"], line["currency_out"]) == ("seed", 0, 0)
    assert "pulls" not in line


def delivery(outcome: str, **changes: Any) -> dict[str, Any]:
    return {"outcome": outcome, "status": 200, "code": None, "counted": {}} | changes


def announced(interaction: dict[str, Any]) -> dict[str, Any]:
    return {"interaction": interaction, "message": {"kind": "pull"}, "attempt": 2}


def test_a_deliverys_age_counts_from_the_interaction(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    interaction = workflow_input()
    made_ms = snowflake.created_ms(interaction["interaction_id"])
    monkeypatch.setattr(time, "time_ns", lambda: (made_ms + 1234) * 1_000_000)
    found = figures.report("announce", announced(interaction), delivery("delivered"))
    assert found == {"shows": "pull", "attempt": 2, "status": 200, "code": None, "age_ms": 1234}
    [metric] = lines()
    assert metric["DeliveryAge"] == 1234
    [described] = metric["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert described == {"Name": "DeliveryAge", "Unit": "Milliseconds"}


def test_a_clock_that_is_behind_makes_no_negative_age(monkeypatch: pytest.MonkeyPatch) -> None:
    interaction = workflow_input()
    made_ms = snowflake.created_ms(interaction["interaction_id"])
    monkeypatch.setattr(time, "time_ns", lambda: (made_ms - 5) * 1_000_000)
    found = figures.report("announce", announced(interaction), delivery("delivered"))
    assert found["age_ms"] == 0


def test_what_did_not_arrive_has_no_age(lines: Lines) -> None:
    result = delivery("gone", status=404, code=10015)
    found = figures.report("announce", announced(workflow_input()), result)
    assert found == {"shows": "pull", "attempt": 2, "status": 404, "code": 10015}
    assert lines() == []


def test_players_are_told_apart_and_not_named() -> None:
    one = figures.who({"user_id": "1", "guild_id": "2"})
    assert one is not None and len(one) == 12
    assert one == figures.who({"user_id": "1", "guild_id": "2", "command": "pull"})
    assert one != figures.who({"user_id": "1", "guild_id": "3"})
    assert figures.who({"user_id": "1", "guild_id": None}) is None


def test_a_worker_without_figures_has_none() -> None:
    assert figures.report("answer", {}, {"outcome": "answered"}) == {}


def test_figures_that_cannot_be_made_do_not_undo_what_was_done(lines: Lines) -> None:
    assert figures.report("draw", {}, {"outcome": "drawn"}) == {}
    [line] = lines()
    assert (line["level"], line["message"], line["error"]) == ("ERROR", "no figures", "KeyError")
