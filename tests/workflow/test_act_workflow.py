"""The act workflow is the pull workflow with Plan in place of Draw (tests/unit/test_template.py
holds it to that); here it is seen to run, and to say what is true of a change."""

from __future__ import annotations

from tests.workflow.scripted import DELIVERED, Workflows, always, in_turn, messages, never, record

ROTATED = {"kind": "text", "sentence": "rotated", "values": {}}
PLANNED = {"outcome": "planned", "message": ROTATED, "transaction": [{"Put": {}}]}


def test_a_change_is_planned_recorded_and_announced(workflows: Workflows) -> None:
    run = workflows.run(
        "act",
        plan=always(PLANNED),
        record=always({"outcome": "recorded", "row": {}}),
        announce=always(DELIVERED),
    )
    assert run.status == "SUCCEEDED"
    assert run.states[:3] == ["Plan", "Planned?", "Record"]
    assert messages(run) == [ROTATED]


def test_a_refused_change_is_not_recorded(workflows: Workflows) -> None:
    run = workflows.run(
        "act",
        plan=always({"outcome": "refused", "message": ROTATED}),
        record=never,
        announce=always(DELIVERED),
    )
    assert run.status == "SUCCEEDED"


def test_a_change_that_fails_for_good_is_voided_and_said(workflows: Workflows) -> None:
    run = workflows.run(
        "act",
        plan=in_turn("no table"),
        record=record(never, always({"outcome": "voided", "row": {}})),
        announce=always(DELIVERED),
    )
    assert messages(run) == [{"kind": "text", "sentence": "unchanged", "marked": True}]
    assert run.status == "FAILED"


def test_a_change_that_turns_out_to_be_recorded_stands(workflows: Workflows) -> None:
    run = workflows.run(
        "act",
        plan=always(PLANNED),
        record=record(in_turn("lost answer"), always({"outcome": "stands", "row": {}})),
        announce=always(DELIVERED),
    )
    assert messages(run) == [{"kind": "text", "sentence": "changed"}]
