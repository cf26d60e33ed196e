"""The workflow that has the tables exported, against exports that keep DynamoDB's rules."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest

from tests import models
from tests.conftest import ROOT
from tests.exporting import BEGAN, DAY, HOUR, MINUTE, RECOVERY, SUBSTITUTIONS, Aws
from tests.faults import asl
from tests.unit import test_jsonata

pytestmark = pytest.mark.once

TABLES: Final = ("discord_users", "gacha_history", "server_settings", "gacha_collection")
NAMES: Final = ("users", "history", "settings", "collection")
FULL_AFTER: Final = 28 * DAY
KEPT: Final = 35 * DAY
"""Seconds after which a raw export is deleted."""


@cache
def definition(**substitutions: str) -> asl.Definition:
    return asl.Definition.parse(_text(), {**SUBSTITUTIONS, **substitutions})


def _text() -> str:
    return (ROOT / "statemachines/export.asl.json").read_text()


def kinds(aws: Aws) -> list[tuple[int | None, int]]:
    """The windows of each of the exports, which are the same of every table."""
    each = {table: [(e.start, e.end) for e in aws.whole(table)] for table in TABLES}
    first, *others = each.values()
    assert all(sorted(map(str, first)) == sorted(map(str, other)) for other in others)
    return sorted(first, key=lambda window: (window[1], window[0] or 0))


def gapless(aws: Aws) -> None:
    """From the latest full export on, every second is in an export, up to what is noted."""
    noted = int(aws.value.split()[2])
    for table in TABLES:
        whole = list(aws.whole(table))
        base = max(each.end for each in whole if each.start is None)
        reached = base
        for each in sorted((e for e in whole if e.start is not None), key=lambda e: e.start or 0):
            assert each.start is not None
            if each.start <= reached:
                reached = max(reached, each.end)
        assert reached >= noted, (table, reached, noted)


def test_errors_that_are_told_apart_are_the_operations_own() -> None:
    """By botocore's model; Step Functions puts the service before them."""
    named = [
        (service, action, error)
        for service, action, state in _calls(json.loads(_text()))
        for retrier in [*state.get("Retry", []), *state.get("Catch", [])]
        for error in retrier["ErrorEquals"]
        if not error.startswith("States.")
    ]
    assert named
    for service, action, error in named:
        prefix, _, name = error.partition(".")
        assert prefix.lower() == service and name in models.errors(service, action), error


def _calls(part: Any) -> Iterator[tuple[str, str, Any]]:
    """Each state that calls a service by its SDK, however deep."""
    if isinstance(part, dict):
        resource = part.get("Resource", "")
        if resource.startswith("arn:aws:states:::aws-sdk:"):
            yield *resource.split(":")[-2:], part
        for each in part.values():
            yield from _calls(each)


# --- ordinary days --------------------------------------------------------------------------------


def test_the_first_run_exports_everything_once() -> None:
    aws = Aws()
    output = aws.run(definition())
    latest = BEGAN + DAY - 5 * MINUTE
    assert kinds(aws) == [(None, latest)]
    assert aws.value == f"discord_users {latest} {latest}"
    assert output["until"] == latest and len(output["exported"]) == 4
    assert {each["items"] for each in output["exported"]} == {7}
    assert {each.prefix for each in aws.exports.values()} == {
        f"raw/{name}/2026-11-29/full-{latest}" for name in NAMES
    }
    request = aws.exports[next(iter(aws.exports))].request
    assert request["S3SseAlgorithm"] == "AES256" and "S3SseKmsKeyId" not in request


def test_the_next_run_exports_what_changed_since() -> None:
    aws = Aws()
    aws.run(definition(), "monday")
    since = int(aws.value.split()[2])
    aws.time = BEGAN + 2 * DAY
    aws.run(definition(), "tuesday")
    assert kinds(aws)[1:] == [(since, since + DAY)]
    changed = [each for each in aws.exports.values() if each.start is not None]
    assert {each.prefix for each in changed} == {
        f"raw/{name}/2026-11-30/changes-{since}-{since + DAY}" for name in NAMES
    }
    assert changed[0].request["IncrementalExportSpecification"]["ExportViewType"] == "NEW_IMAGE"


def test_a_key_of_ones_own_is_named_in_each_export() -> None:
    arn = "arn:aws:kms:ap-northeast-1:123456789012:key/0a1b"
    aws = Aws()
    aws.run(definition(KeyArn=arn))
    for each in aws.exports.values():
        assert (each.request["S3SseAlgorithm"], each.request["S3SseKmsKeyId"]) == ("KMS", arn)


@pytest.mark.parametrize("minutes", [0, 1, 14])
def test_a_run_right_after_another_exports_nothing_and_asks_again(minutes: int) -> None:
    """As an operator has it done whose query failed."""
    aws = Aws(minutes=1)
    aws.run(definition(), "one")
    value = aws.value
    aws.time = BEGAN + DAY + minutes * MINUTE
    aws.files.clear()
    output = aws.run(definition(), "two")
    assert len(aws.exports) == 4 and output["exported"] == []
    assert aws.value == value and aws.files


def test_the_shortest_window_is_a_quarter_of_an_hour() -> None:
    aws = Aws(minutes=1)
    aws.run(definition(), "one")
    aws.time = BEGAN + DAY + 15 * MINUTE
    aws.run(definition(), "two")
    [_, (start, end)] = kinds(aws)
    assert start is not None and end - start == 15 * MINUTE


def test_the_answer_is_left_where_the_bot_reads_it() -> None:
    aws = Aws()
    assert aws.run(definition())["scanned"] == 4_096
    bucket = SUBSTITUTIONS["Bucket"]
    assert aws.files == {"derived/stats/latest.csv": f"{bucket}/derived/results/q-1.csv"}
    [asked] = [arguments for action, arguments in aws.calls if action == "startQueryExecution"]
    assert asked["WorkGroup"] == "discord-gacha"
    assert asked["QueryExecutionContext"] == {"Database": "discord_gacha"}


# --- gaps, and when all begins anew ---------------------------------------------------------------


def test_days_that_were_missed_are_caught_up_window_by_window() -> None:
    aws = Aws()
    aws.run(definition(), "one")
    since = int(aws.value.split()[2])
    aws.time = BEGAN + 6 * DAY + 7 * HOUR
    aws.run(definition(), "two")
    windows = [(start, end) for start, end in kinds(aws) if start is not None]
    assert windows[0][0] == since and windows[-1][1] == int(aws.value.split()[2])
    assert [end - start for start, end in windows] == [DAY] * 5 + [7 * HOUR]
    assert all(one[1] == two[0] for one, two in pairwise(windows))


def test_a_rest_that_is_too_short_for_a_window_is_left_for_the_next_run() -> None:
    aws = Aws()
    aws.run(definition(), "one")
    since = int(aws.value.split()[2])
    aws.time = BEGAN + 2 * DAY + 10 * MINUTE
    aws.run(definition(), "two")
    assert kinds(aws)[1:] == [(since, since + DAY)]
    aws.time = BEGAN + 3 * DAY
    aws.run(definition(), "three")
    gapless(aws)


@pytest.mark.parametrize("days", [28, 34, 36, 100])
def test_after_a_month_without_exports_everything_is_exported_anew(days: int) -> None:
    aws = Aws()
    aws.run(definition(), "one")
    aws.time += days * DAY
    begun = aws.time
    aws.run(definition(), "two")
    full = [each for each in aws.whole("gacha_history") if each.start is None]
    assert len(full) == 2 and full[1].end == int(begun - 5 * MINUTE)
    assert aws.value.split()[1] == str(full[1].end)
    # What recovery still reaches comes as changes too, which tell when each was written.
    windows = [each for each in aws.whole("gacha_history") if each.start is not None]
    assert bool(windows) is (days < 35)


def test_a_full_export_is_never_older_than_the_files_are_kept() -> None:
    aws = Aws()
    for day in range(90):
        aws.time = BEGAN + (day + 1) * DAY
        aws.run(definition(), f"day-{day}")
        base = max(e.end for e in aws.whole("discord_users") if e.start is None)
        assert aws.time - base <= FULL_AFTER + DAY < KEPT
    assert sum(each.start is None for each in aws.whole("discord_users")) == 4
    gapless(aws)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_can_be_recovered_from_later_on_only_is_exported_anew(table: str) -> None:
    """Such as one whose recovery was off in between: windows before that would be refused."""
    aws = Aws()
    aws.run(definition(), "one")
    aws.time = BEGAN + 3 * DAY
    aws.began[table] = BEGAN + 2 * DAY
    aws.run(definition(), "two")
    assert [start for start, _ in kinds(aws)] == [None, None]


def test_restored_tables_are_exported_anew() -> None:
    """They have other names, and what changed between two tables no window tells."""
    aws = Aws()
    aws.run(definition(), "one")
    aws.time = BEGAN + 2 * DAY
    names = {
        key: f"{SUBSTITUTIONS[key]}-r1" for key in ("Users", "History", "Settings", "Collection")
    }
    arns = {f"{key}Arn": f"{SUBSTITUTIONS[f'{key}Arn']}-r1" for key in names}
    aws.run(definition(**names, **arns), "two")
    new = [each for each in aws.exports.values() if each.table.endswith("-r1")]
    assert [each.start for each in new] == [None] * 4
    assert aws.value.startswith("discord_users-r1 ")


@pytest.mark.parametrize("value", ["none", "", "discord_users 1", "discord_users x y", "{}"])
def test_a_note_that_cannot_be_read_is_none(value: str) -> None:
    aws = Aws(value=value)
    aws.run(definition())
    assert [start for start, _ in kinds(aws)] == [None]


def test_a_note_from_the_future_exports_nothing_twice_and_loses_nothing() -> None:
    aws = Aws(value=f"discord_users {BEGAN} {BEGAN + 9 * DAY}")
    aws.run(definition(), "one")
    assert aws.exports == {}
    aws.time = BEGAN + 10 * DAY
    aws.run(definition(), "two")
    [(start, _)] = kinds(aws)
    assert start == BEGAN + 9 * DAY


# --- what fails -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_an_export_that_failed_is_tried_once_more(table: str) -> None:
    aws = Aws(broken=[table])
    aws.run(definition())
    assert [start for start, _ in kinds(aws)] == [None]
    assert len(aws.exports) == 5 and aws.states.count("Again") == 1
    assert len(aws.tokens) == 5


def test_one_that_fails_again_fails_the_run_and_the_next_begins_at_the_same_point() -> None:
    aws = Aws()
    aws.run(definition(), "one")
    value = aws.value
    aws.time = BEGAN + 2 * DAY
    aws.broken = ["gacha_history"] * 2
    with pytest.raises(asl.StateError) as failed:
        aws.run(definition(), "two")
    assert failed.value.name == "ExportFailed"
    assert failed.value.cause.startswith("raw/history/2026-11-30/changes-")
    assert failed.value.cause.endswith("(FAILED): S3NoSuchBucket: no such bucket")
    assert aws.value == value
    aws.time = BEGAN + 3 * DAY
    aws.run(definition(), "three")
    gapless(aws)
    assert aws.value != value


def test_an_export_without_an_end_fails_the_run() -> None:
    aws = Aws(minutes=10**6)
    with pytest.raises(asl.StateError) as failed:
        aws.run(definition())
    assert failed.value.name == "ExportFailed" and "not done after so long" in failed.value.cause
    assert aws.value == "none" and aws.time - BEGAN - DAY <= 3 * HOUR + MINUTE


@pytest.mark.parametrize("action", ["getParameter", "describeContinuousBackups", "putParameter"])
def test_a_call_that_stays_refused_fails_the_run_and_notes_nothing(action: str) -> None:
    aws = Aws(refuses={action: "Any.AccessDeniedException"})
    with pytest.raises(asl.StateError, match="Any"):
        aws.run(definition())
    assert aws.value == "none"


def test_times_that_recovery_does_not_have_are_not_asked_for_again() -> None:
    aws = Aws(refuses={"exportTableToPointInTime": "DynamoDb.InvalidExportTimeException"})
    with pytest.raises(asl.StateError, match="InvalidExportTime"):
        aws.run(definition())
    assert sum(action == "exportTableToPointInTime" for action, _ in aws.calls) == 1


@pytest.mark.parametrize("end", ["FAILED", "CANCELLED"])
def test_a_query_that_fails_fails_the_run_but_the_exports_are_noted(end: str) -> None:
    aws = Aws(answer=end)
    with pytest.raises(asl.StateError) as failed:
        aws.run(definition())
    assert failed.value.name == "QueryFailed"
    assert f"ended as {end}: Query cancelled! : Bytes scanned limit" in failed.value.cause
    assert aws.value != "none" and aws.files == {}


def test_a_query_without_an_end_fails_the_run() -> None:
    aws = Aws(answer="QUEUED")
    with pytest.raises(asl.StateError) as failed:
        aws.run(definition())
    assert "no answer after so long" in failed.value.cause


# --- two runs, and all of it together -------------------------------------------------------------


def test_two_runs_of_the_same_time_lose_nothing() -> None:
    aws = Aws()
    aws.run(definition(), "one")
    value, aws.time = aws.value, BEGAN + 2 * DAY
    aws.run(definition(), "two")
    behind = aws.value
    aws.value, aws.time = value, BEGAN + 2 * DAY + HOUR  # the other one had read before
    aws.run(definition(), "beside it")
    aws.value = behind  # and noted before
    aws.time = BEGAN + 3 * DAY
    aws.run(definition(), "three")
    gapless(aws)


def test_whatever_happens_nothing_that_was_noted_is_missing() -> None:
    """Runs that come late or never, exports that fail, recovery that is switched off and on."""
    fate, aws = Random(52), Aws()
    good, bad = 0, 0
    for day in range(1, 50):
        if fate.random() < 0.3:
            continue
        aws.time = max(aws.time, BEGAN + day * DAY + fate.uniform(0, 6 * HOUR))
        aws.minutes = fate.choice([0.5, 8, 40])
        aws.broken = [fate.choice(TABLES)] * fate.choice([0, 0, 2])
        if fate.random() < 0.1:
            aws.began[fate.choice(TABLES)] = aws.time - fate.uniform(0, 3 * DAY) - HOUR
        before = aws.value
        with contextlib.suppress(asl.StateError):
            aws.run(definition(), f"day-{day}")
        if aws.value == before:
            bad += 1
            continue
        good += 1
        gapless(aws)
        assert int(aws.value.split()[1]) >= aws.time - RECOVERY
    assert good > 10 and bad > 5 and aws.began, (good, bad, aws.began)


def test_every_state_is_entered_in_one_of_these() -> None:
    whole = json.loads((ROOT / "statemachines/export.asl.json").read_text())

    def names(states: dict[str, Any]) -> set[str]:
        found = set(states)
        for state in states.values():
            found |= names(state.get("ItemProcessor", {}).get("States", {}))
        return found

    seen: set[str] = set()
    for aws in (
        Aws(),
        Aws(broken=["discord_users"]),
        Aws(broken=["discord_users"] * 2),
        Aws(answer="FAILED"),
    ):
        with contextlib.suppress(asl.StateError):
            aws.run(definition())
        seen |= set(aws.states)
    assert seen == names(whole["States"])


# --- another implementation of its language -------------------------------------------------------


def test_every_expression_and_each_of_its_branches_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = cases(monkeypatch)
    values: dict[str, set[str]] = {}
    for expression, states in found:
        answer = test_jsonata.ours(expression, states)
        values.setdefault(expression, set()).add(json.dumps(answer, sort_keys=True))
    assert set(values) == set(test_jsonata.expressions(dict(definition().states)))
    for expression, seen in values.items():
        # One of them names the key, which is another definition's.
        branches = expression.count(" ? ") - expression.count("KeyArn")
        assert len(seen) > min(branches, 1), expression


@test_jsonata.needs_node
def test_the_reference_gives_what_our_interpreter_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    found = cases(monkeypatch)
    for (expression, states), answer in zip(found, test_jsonata.reference(found), strict=True):
        assert answer == test_jsonata.ours(expression, states), expression


def cases(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every expression with what it sees, on the ways that a run may take."""
    found: list[tuple[str, dict[str, Any]]] = []
    known = set(test_jsonata.expressions(dict(definition().states)))
    evaluate: Any = asl._run

    def noted(expression: str, states: Any, random: Any) -> Any:
        if expression in known:
            found.append((expression, json.loads(json.dumps(states))))
        return evaluate(expression, states, random)

    with monkeypatch.context() as patched:
        patched.setattr(asl, "_run", noted)
        aws = Aws(broken=["discord_users"] * 2)
        for days, broken, answer in (
            (1, ["discord_users"] * 2, "SUCCEEDED"),  # nothing noted, and an export that fails
            (1, ["discord_users"], "SUCCEEDED"),
            (1.005, [], "FAILED"),  # nothing to export
            (4.3, [], "SUCCEEDED"),  # windows
            (33, [], "CANCELLED"),  # windows and everything
            (80, [], "SUCCEEDED"),  # everything
        ):
            aws.time, aws.broken, aws.answer = BEGAN + days * DAY, [*broken], answer
            with contextlib.suppress(asl.StateError):
                aws.run(definition(), f"day-{days}-{len(broken)}")
    return found
