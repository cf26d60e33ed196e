"""The workflow of every change of a player: each way through it ends in a message, and says only
what is true. `pull` runs it with Draw, `change` with Plan."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.scripted import (
    DELIVERED,
    LEDGER,
    Event,
    Item,
    PatienceError,
    Run,
    Script,
    WorkerError,
    Workflows,
    always,
    delivery,
    in_turn,
    ledger_key,
    messages,
)

PULL = {"kind": "pull", "cards": []}
REFUSED = {"kind": "text", "sentence": "cannot_pay", "values": {"missing": 160}}
VOIDED = {"kind": "text", "sentence": "voided", "undelivered": True}
STANDS = {"kind": "text", "sentence": "stands", "missed": []}
UNCLEAR = {"kind": "text", "sentence": "unclear"}

FIGURES = {"kind": "pull", "pulls": 1}

RECORDED: Item = {"kind": {"S": "pull"}, "amount": {"N": "-160"}}
VOID: Item = {"kind": {"S": "void"}}

BOTH = pytest.mark.parametrize(
    ("machine", "first", "voided", "stands"),
    [("pull", "Draw", "voided", "stands"), ("change", "Plan", "unchanged", "changed")],
)


def decided(
    message: Event = PULL, *, outcome: str = "drawn", table: str = LEDGER, row: Item = RECORDED
) -> Script:
    """Draw or Plan, whose transaction puts the ledger's row once."""

    def script(event: Event) -> Event:
        put = {
            "TableName": table,
            "Item": {**ledger_key(event["interaction"]), **row},
            "ConditionExpression": "attribute_not_exists(user_id)",
        }
        return {
            "outcome": outcome,
            "message": message,
            "figures": FIGURES,
            "transaction": [{"Put": put}],
        }

    return script


def checked(message: Event, *, outcome: str, exists: bool) -> Script:
    """Draw or Plan with nothing to write: the transaction checks whether the row is there."""

    def script(event: Event) -> Event:
        check = {
            "TableName": LEDGER,
            "Key": ledger_key(event["interaction"]),
            "ConditionExpression": f"attribute_{'' if exists else 'not_'}exists(user_id)",
        }
        return {
            "outcome": outcome,
            "message": message,
            "figures": {},
            "transaction": [{"ConditionCheck": check}],
        }

    return script


REFUSES = checked(REFUSED, outcome="refused", exists=False)


def one_after_another(*scripts: Script) -> Script:
    """Each script once, the last again and again."""
    left = list(scripts)
    return lambda event: (left.pop(0) if len(left) > 1 else left[0])(event)


def outcome_of(run: Run) -> tuple[str, list[Event]]:
    return run.status, messages(run)


def test_a_pull_is_three_steps(workflows: Workflows) -> None:
    run = workflows.run(draw=decided(), announce=always(DELIVERED))
    assert run.status == "SUCCEEDED"
    assert run.states == ["Draw", "Record", "Announce"]
    assert run.row == RECORDED
    [given] = run.given("Announce")
    assert given["message"] == PULL
    assert given["receipt_number"] == given["interaction"]["interaction_id"]
    assert (given["attempt"], given["patience_s"]) == (0, 840)
    assert given["figures"] == FIGURES
    assert all(event["interaction"] == given["interaction"] for _, event in run.calls)
    assert run.result == ("drawn", "delivered")


def test_a_change_is_three_steps(workflows: Workflows) -> None:
    run = workflows.run("change", plan=decided(REFUSED), announce=always(DELIVERED))
    assert run.states == ["Plan", "Record", "Announce"]
    assert (run.status, run.row) == ("SUCCEEDED", RECORDED)


@BOTH
def test_a_refusal_writes_nothing(
    workflows: Workflows, machine: str, first: str, voided: str, stands: str
) -> None:
    run = workflows.run(machine, decide=REFUSES, announce=always(DELIVERED))
    assert outcome_of(run) == ("SUCCEEDED", [REFUSED])
    assert run.states == [first, "Record", "Announce"]
    assert run.row is None
    assert run.result == ("refused", "delivered")


def test_what_is_in_the_ledger_already_is_announced(workflows: Workflows) -> None:
    run = workflows.run(
        there=RECORDED,
        draw=checked(PULL, outcome="recorded", exists=True),
        announce=always(DELIVERED),
    )
    assert outcome_of(run) == ("SUCCEEDED", [PULL])
    assert run.row == RECORDED
    assert run.result == ("recorded", "delivered")


def test_a_refusal_of_what_another_execution_recorded_shows_that(workflows: Workflows) -> None:
    run = workflows.run(
        there=RECORDED,
        draw=one_after_another(REFUSES, checked(PULL, outcome="recorded", exists=True)),
        announce=always(DELIVERED),
    )
    assert outcome_of(run) == ("SUCCEEDED", [PULL])
    assert run.states == [
        "Draw",
        "Record",
        "Again?",
        "WaitForPlayer",
        "Draw",
        "Record",
        "Announce",
    ]


def test_a_conflict_costs_four_more_transitions(workflows: Workflows) -> None:
    run = workflows.run(
        there=RECORDED,
        draw=one_after_another(decided(), checked(PULL, outcome="recorded", exists=True)),
        announce=always(DELIVERED),
    )
    assert outcome_of(run) == ("SUCCEEDED", [PULL])
    assert len(run.states) == 3 + 4


def test_ten_conflicts_then_a_void_that_finds_what_stands(workflows: Workflows) -> None:
    run = workflows.run(
        there={**RECORDED, "missed": {"L": [{"S": "1.0000001"}]}},
        draw=decided(),
        announce=always(DELIVERED),
    )
    assert run.states.count("Draw") == 11
    assert run.states.count("WaitForPlayer") == 10
    assert run.states[-4:] == ["Void", "Look", "Apologise", "Failed"]
    assert messages(run) == [{**STANDS, "missed": ["1.0000001"]}]
    assert (run.status, run.error) == ("FAILED", "WorkflowFailed")
    assert run.result == ("recorded", "delivered")


@pytest.mark.parametrize("worker", ["Draw", "Announce"])
def test_a_worker_that_fails_twice_is_run_again(workflows: Workflows, worker: str) -> None:
    def flaky(name: str, script: Script) -> Script:
        boom = in_turn("boom")
        return one_after_another(boom, boom, script) if name == worker else script

    run = workflows.run(
        draw=flaky("Draw", decided()), announce=flaky("Announce", always(DELIVERED))
    )
    assert (run.status, messages(run)[-1]) == ("SUCCEEDED", PULL)
    assert len(run.given(worker)) == 3


@BOTH
def test_a_decision_failing_for_good_is_voided_and_said(
    workflows: Workflows, machine: str, first: str, voided: str, stands: str
) -> None:
    run = workflows.run(machine, decide=in_turn("no table"), announce=always(DELIVERED))
    assert len(run.given(first)) == 4
    assert messages(run) == [{**VOIDED, "sentence": voided}]
    assert run.states[-3:] == ["Void", "Apologise", "Failed"]
    assert run.row is not None and run.row["kind"] == {"S": "void"}
    assert run.result == ("voided", "delivered")


@BOTH
@pytest.mark.parametrize(
    ("there", "says"),
    [
        ({**RECORDED, "missed": {"L": [{"S": "1.0000001"}]}}, ["1.0000001"]),
        ({**RECORDED, "missed": {"L": [{"S": "1.1"}, {"S": "2.2"}]}}, ["1.1", "2.2"]),
        (RECORDED, []),
        (VOID, None),
    ],
)
def test_record_failing_for_good_says_what_the_ledger_says(
    workflows: Workflows,
    machine: str,
    first: str,
    voided: str,
    stands: str,
    there: Item,
    says: list[str] | None,
) -> None:
    run = workflows.run(
        machine,
        there=there,
        decide=decided(table="no-such-table"),
        announce=always(DELIVERED),
    )
    expected: Event = {"kind": "text", "sentence": voided, "undelivered": True}
    if says is not None:
        expected = {"kind": "text", "sentence": stands, "missed": says}
    assert outcome_of(run) == ("FAILED", [expected])
    assert run.result == ("voided" if says is None else "recorded", "delivered")


def test_a_transaction_that_dynamodb_refuses_is_voided(workflows: Workflows) -> None:
    run = workflows.run(draw=decided(table="no-such-table"), announce=always(DELIVERED))
    assert outcome_of(run) == ("FAILED", [VOIDED])


def test_a_void_tells_whom_it_concerns_but_a_grants(workflows: Workflows) -> None:
    for command, undelivered in (("fair rotate", True), ("admin grant", False)):
        run = workflows.run(
            "change", command=command, plan=in_turn("no table"), announce=always(DELIVERED)
        )
        assert run.row is not None
        assert run.row["command"] == {"S": command}
        assert ("undelivered" in run.row) is undelivered


def test_discords_wait_is_honoured_and_counted(workflows: Workflows) -> None:
    run = workflows.run(
        draw=decided(),
        announce=in_turn(PatienceError(70, 1), PatienceError(25, 3), DELIVERED),
    )
    assert run.status == "SUCCEEDED"
    assert run.waits == [70, 25]
    assert [given["attempt"] for given in run.given("Announce")] == [0, 1, 3]
    assert messages(run) == [PULL] * 3
    assert [given["figures"] for given in run.given("Announce")] == [FIGURES] * 3
    assert run.result == ("drawn", "delivered")


def test_an_answer_that_is_gone_ends_quietly(workflows: Workflows) -> None:
    run = workflows.run(draw=decided(), announce=always(delivery("gone")))
    assert (run.status, run.states[-1]) == ("SUCCEEDED", "Announce")
    assert run.result == ("drawn", "gone")


def test_a_failed_pull_waits_for_discord_too_and_still_fails(workflows: Workflows) -> None:
    run = workflows.run(
        draw=in_turn("boom"), announce=in_turn(PatienceError(5, 1), PatienceError(9, 2), DELIVERED)
    )
    assert messages(run) == [VOIDED] * 3
    assert run.waits == [5, 9]
    assert run.status == "FAILED"
    assert run.result == ("voided", "delivered")


def test_a_message_that_cannot_be_tried_becomes_one_sentence(workflows: Workflows) -> None:
    def announce(event: Event) -> Event:
        if event["message"]["kind"] == "pull":
            raise WorkerError("cannot render")
        return DELIVERED

    run = workflows.run(draw=decided(), announce=announce)
    assert messages(run)[-1] == {**STANDS, "plain": True}
    assert run.states[-4:] == ["Announce", "Patience?", "Apologise", "Failed"]
    assert run.result == ("drawn", "delivered")


@pytest.mark.parametrize("missed", [["1.0000001"], ["1.0000001", "2"]])
def test_one_sentence_for_a_pull_keeps_the_list_of_what_was_missed(
    workflows: Workflows, missed: list[str]
) -> None:
    run = workflows.run(
        draw=decided({**PULL, "missed": missed}),
        announce=in_turn("no row", "no row", "no row", DELIVERED),
    )
    assert messages(run)[-1] == {**STANDS, "missed": missed, "plain": True}


def test_announce_failing_for_good_ends_the_execution(workflows: Workflows) -> None:
    run = workflows.run(draw=decided(), announce=in_turn("always broken"))
    assert (run.status, run.states[-1]) == ("FAILED", "Failed")
    assert len(run.given("Announce")) == 6
    assert run.result == ("drawn", "gone")


@BOTH
@pytest.mark.parametrize("sweep", [0, 2])
def test_what_left_no_row_is_voided_and_ends_well(
    workflows: Workflows, machine: str, first: str, voided: str, stands: str, sweep: int
) -> None:
    said = {**VOIDED, "sentence": voided}
    run = workflows.run(
        machine,
        sweep=sweep,
        decide=decided(said, outcome="abandoned", row=VOID),
        announce=always(delivery("gone")),
    )
    assert run.states == [first, "Record", "Announce"]
    assert outcome_of(run) == ("SUCCEEDED", [said])  # else it would be swept again
    [given] = run.given("Announce")
    assert given["receipt_number"] == given["interaction"]["interaction_id"]
    assert run.result == ("abandoned", "gone")


def test_when_announce_breaks_over_what_was_missed_the_rest_is_said(workflows: Workflows) -> None:
    refused: dict[str, Any] = {**REFUSED, "missed": ["1.0000001"]}
    run = workflows.run(
        draw=checked(refused, outcome="refused", exists=False),
        announce=in_turn("no row", "no row", "no row", DELIVERED),
    )
    assert messages(run)[0] == refused
    assert messages(run)[-1] == {**refused, "plain": True}
    assert run.states[-1] == "Failed"


def test_when_nobody_knows_nothing_is_promised(workflows: Workflows) -> None:
    """A ledger that answers nothing any more."""
    run = workflows.run("blind", draw=in_turn("boom"), announce=always(DELIVERED))
    assert outcome_of(run) == ("FAILED", [UNCLEAR])
    assert run.states[-4:] == ["Void", "Look", "Apologise", "Failed"]
    assert run.result == ("unclear", "delivered")
