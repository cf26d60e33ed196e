"""The reply workflow: read, show, and never a silent "thinking…"."""

from __future__ import annotations

from tests.workflow.scripted import (
    DELIVERED,
    PatienceError,
    Workflows,
    always,
    delivery,
    in_turn,
    messages,
)

HELP = {"kind": "help", "values": {}}
ANSWERED = {"outcome": "answered", "message": HELP}
UNANSWERED = {"kind": "text", "sentence": "unanswered"}


def test_a_command_is_answered_and_announced(workflows: Workflows) -> None:
    run = workflows.run("reply", answer=always(ANSWERED), announce=always(DELIVERED))
    assert run.status == "SUCCEEDED"
    assert run.states == ["Answer", "Announce"]
    assert messages(run) == [HELP]


def test_discords_wait_is_honoured(workflows: Workflows) -> None:
    run = workflows.run(
        "reply", answer=always(ANSWERED), announce=in_turn(PatienceError(30, 1), DELIVERED)
    )
    assert (run.status, run.waits) == ("SUCCEEDED", [30])


def test_a_read_that_fails_for_good_is_said(workflows: Workflows) -> None:
    run = workflows.run("reply", answer=in_turn("no table"), announce=always(DELIVERED))
    assert (run.status, messages(run)) == ("FAILED", [UNANSWERED])


def test_a_message_that_cannot_be_tried_is_said(workflows: Workflows) -> None:
    message = {"kind": "help", "missed": ["1.0000001"]}
    run = workflows.run(
        "reply", answer=always({"message": message}), announce=in_turn("a", "b", "c", DELIVERED)
    )
    assert messages(run)[-1] == {**UNANSWERED, "missed": ["1.0000001"], "plain": True}
    assert run.states[-3:] == ["Patience?", "Apologise", "Failed"]


def test_an_answer_that_is_gone_ends_quietly(workflows: Workflows) -> None:
    run = workflows.run("reply", answer=always(ANSWERED), announce=always(delivery("gone")))
    assert (run.status, run.states[-1]) == ("SUCCEEDED", "Announce")
