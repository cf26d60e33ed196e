"""The pull workflow: every way through it ends in a message, and says only what is true."""

from __future__ import annotations

import pytest

from tests.workflow.scripted import (
    DELIVERED,
    Event,
    Script,
    WorkerError,
    Workflows,
    always,
    delivery,
    in_turn,
    messages,
    never,
    record,
)

PULL = {"kind": "pull", "cards": []}
REFUSED = {"kind": "text", "sentence": "cannot_pay", "values": {"missing": 160}}
VOIDED = {"kind": "text", "sentence": "voided", "marked": True}
STANDS = {"kind": "text", "sentence": "stands"}
UNCLEAR = {"kind": "text", "sentence": "unclear"}

DRAWN = {"outcome": "drawn", "message": PULL, "transaction": [{"Put": {"n": {"N": "1"}}}]}
RECORDED = {"outcome": "recorded", "row": {"timestamp": "1795491424000.0000001"}}
CONFLICT = {"outcome": "conflict", "row": None}


def test_a_pull_is_drawn_recorded_and_announced(workflows: Workflows) -> None:
    run = workflows.run(draw=always(DRAWN), record=always(RECORDED), announce=always(DELIVERED))
    assert run.status == "SUCCEEDED"
    assert run.states == [
        "Draw",
        "Drawn?",
        "Record",
        "Recorded?",
        "Announce",
        "Delivered?",
        "Delivered",
    ]
    [given] = run.given("Record")
    assert given["transaction"] == DRAWN["transaction"]
    [given] = run.given("Announce")
    assert given["message"] == PULL
    assert given["receipt"] == given["interaction"]["interaction_id"]
    assert (given["attempt"], given["patience_s"]) == (0, 840)
    assert all(event["interaction"] == given["interaction"] for _, event in run.calls)


def test_a_refused_pull_is_announced_and_not_recorded(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always({"outcome": "refused", "message": REFUSED}),
        record=never,
        announce=always(DELIVERED),
    )
    assert (run.status, messages(run)) == ("SUCCEEDED", [REFUSED])


@pytest.mark.parametrize("outcome", ["recorded", "voided"])
def test_what_is_in_the_ledger_already_is_announced(workflows: Workflows, outcome: str) -> None:
    run = workflows.run(
        draw=always({"outcome": outcome, "message": VOIDED}),
        record=never,
        announce=always(DELIVERED),
    )
    assert (run.status, messages(run)) == ("SUCCEEDED", [VOIDED])


def test_on_express_a_refusal_takes_the_ledgers_place(workflows: Workflows) -> None:
    run = workflows.run(
        "express",
        draw=always({"outcome": "refused", "message": REFUSED}),
        record=record(never, always({"outcome": "voided", "row": {}})),
        announce=always(DELIVERED),
    )
    assert run.states[:4] == ["Draw", "Drawn?", "VoidRefusal", "Announce"]
    assert (run.status, messages(run)) == ("SUCCEEDED", [{**REFUSED, "marked": True}])


def test_on_express_a_refusal_that_finds_a_pull_says_so(workflows: Workflows) -> None:
    run = workflows.run(
        "express",
        draw=always({"outcome": "refused", "message": REFUSED}),
        record=record(never, always({"outcome": "stands", "row": {}})),
        announce=always(DELIVERED),
    )
    assert messages(run) == [STANDS]


def test_a_player_who_changed_is_drawn_for_again(workflows: Workflows) -> None:
    second = {**DRAWN, "transaction": [{"Put": {"n": {"N": "2"}}}]}
    run = workflows.run(
        draw=in_turn(DRAWN, second),
        record=in_turn(CONFLICT, RECORDED),
        announce=always(DELIVERED),
    )
    assert run.status == "SUCCEEDED"
    assert run.states.count("WaitForPlayer") == 1
    assert [given["transaction"] for given in run.given("Record")] == [
        DRAWN["transaction"],
        second["transaction"],
    ]


def test_ten_redraws_then_a_void(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always(DRAWN),
        record=record(always(CONFLICT), always({"outcome": "voided", "row": {}})),
        announce=always(DELIVERED),
    )
    assert run.states.count("Draw") == 11
    assert run.states.count("WaitForPlayer") == 10
    assert messages(run) == [VOIDED]
    assert run.status == "FAILED"


def test_a_pull_that_another_execution_recorded_is_drawn_again_and_shown(
    workflows: Workflows,
) -> None:
    run = workflows.run(
        draw=in_turn(DRAWN, {"outcome": "recorded", "message": PULL}),
        record=in_turn({"outcome": "replayed", "row": {}}),
        announce=always(DELIVERED),
    )
    assert run.states.count("WaitForPlayer") == 1
    assert (run.status, messages(run)) == ("SUCCEEDED", [PULL])


def test_a_record_that_draw_never_finds_ends_too(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always(DRAWN),
        record=record(
            always({"outcome": "replayed", "row": {}}), always({"outcome": "stands", "row": {}})
        ),
        announce=always(DELIVERED),
    )
    assert run.states.count("Draw") == 11
    assert (run.status, messages(run)) == ("FAILED", [STANDS])


def test_a_void_that_came_first_wins(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always(DRAWN),
        record=record(
            always({"outcome": "voided", "row": {}}), always({"outcome": "voided", "row": {}})
        ),
        announce=always(DELIVERED),
    )
    assert messages(run) == [VOIDED]


@pytest.mark.parametrize("worker", ["Draw", "Record", "Announce"])
def test_a_worker_that_fails_twice_is_run_again(workflows: Workflows, worker: str) -> None:
    def script(name: str, answer: Event) -> Script:
        return in_turn("boom", "boom", answer) if name == worker else always(answer)

    run = workflows.run(
        draw=script("Draw", DRAWN),
        record=script("Record", RECORDED),
        announce=script("Announce", DELIVERED),
    )
    assert (run.status, messages(run)[-1]) == ("SUCCEEDED", PULL)
    assert len(run.given(worker)) == 3


def test_draw_failing_for_good_is_voided_and_said(workflows: Workflows) -> None:
    run = workflows.run(
        draw=in_turn("no table"),
        record=record(never, always({"outcome": "voided", "row": {}})),
        announce=always(DELIVERED),
    )
    assert len(run.given("Draw")) == 4
    assert messages(run) == [VOIDED]
    assert (run.status, run.error) == ("FAILED", "WorkflowFailed")


@pytest.mark.parametrize(("found", "said"), [("voided", VOIDED), ("stands", STANDS)])
def test_record_failing_for_good_says_what_the_ledger_says(
    workflows: Workflows, found: str, said: Event
) -> None:
    run = workflows.run(
        draw=always(DRAWN),
        record=record(in_turn("lost answer"), always({"outcome": found, "row": {}})),
        announce=always(DELIVERED),
    )
    assert messages(run) == [said]
    assert run.status == "FAILED"


def test_when_not_even_the_void_goes_through_nothing_is_promised(workflows: Workflows) -> None:
    run = workflows.run(draw=always(DRAWN), record=in_turn("no table"), announce=always(DELIVERED))
    assert messages(run) == [UNCLEAR]
    assert run.status == "FAILED"


def test_discords_wait_is_honoured_and_counted(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always(DRAWN),
        record=always(RECORDED),
        announce=in_turn(delivery("wait", 7), delivery("wait", 2), DELIVERED),
    )
    assert run.status == "SUCCEEDED"
    assert run.waits == [7, 2]
    assert [given["attempt"] for given in run.given("Announce")] == [0, 1, 2]
    assert messages(run) == [PULL] * 3


def test_an_answer_that_is_gone_ends_quietly(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always(DRAWN), record=always(RECORDED), announce=always(delivery("gone"))
    )
    assert (run.status, run.states[-1]) == ("SUCCEEDED", "Gone")


def test_a_failed_pull_waits_for_discord_too_and_still_fails(workflows: Workflows) -> None:
    run = workflows.run(
        draw=in_turn("boom"),
        record=always({"outcome": "voided", "row": {}}),
        announce=in_turn(delivery("wait", 1), DELIVERED),
    )
    assert messages(run) == [VOIDED, VOIDED]
    assert run.status == "FAILED"


def test_a_message_that_cannot_be_tried_becomes_one_sentence(workflows: Workflows) -> None:
    def announce(event: Event) -> Event:
        if event["message"]["kind"] == "pull":
            raise WorkerError("cannot render")
        return DELIVERED

    run = workflows.run(draw=always(DRAWN), record=always(RECORDED), announce=announce)
    assert messages(run)[-1] == {**STANDS, "plainly": True}
    assert run.states[-3:] == ["AnnouncePlainly", "Delivered?", "Failed"]


@pytest.mark.parametrize(("machine", "worker"), [("pull", "draw"), ("act", "plan")])
def test_what_stands_brings_along_what_its_message_showed_before(
    workflows: Workflows, machine: str, worker: str
) -> None:
    scripts = {
        worker: in_turn("no table"),
        "record": always({"outcome": "stands", "row": {"missed": ["1.0000001"]}}),
        "announce": always(DELIVERED),
    }
    run = workflows.run(machine, sweep=1, **scripts)
    sentence = "stands" if machine == "pull" else "changed"
    assert messages(run) == [{"kind": "text", "sentence": sentence, "missed": ["1.0000001"]}]


@pytest.mark.parametrize("missed", [["1.0000001"], ["1.0000001", "2"]])
def test_one_sentence_for_a_pull_keeps_the_list_of_what_was_missed(
    workflows: Workflows, missed: list[str]
) -> None:
    message = {**PULL, "missed": missed}
    run = workflows.run(
        draw=always({**DRAWN, "message": message}),
        record=always(RECORDED),
        announce=in_turn("no row", "no row", "no row", DELIVERED),
    )
    assert messages(run)[-1] == {**STANDS, "missed": missed, "plainly": True}


def test_announce_failing_for_good_ends_the_execution(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always(DRAWN), record=always(RECORDED), announce=in_turn("always broken")
    )
    assert (run.status, run.states[-1]) == ("FAILED", "Failed")
    assert len(run.given("Announce")) == 6


@pytest.mark.parametrize(("machine", "worker"), [("pull", "draw"), ("act", "plan")])
def test_an_old_input_that_left_no_row_is_voided_and_ends_well(
    workflows: Workflows, machine: str, worker: str
) -> None:
    scripts = {
        worker: always({"outcome": "abandoned", "message": VOIDED}),
        "record": record(never, always({"outcome": "voided", "row": {}})),
        "announce": always(delivery("gone")),
    }
    run = workflows.run(machine, sweep=0, **scripts)
    assert run.states[2:] == ["Void", "Announce", "Delivered?", "Gone"]
    assert run.status == "SUCCEEDED"  # nothing is left for the sweeper


@pytest.mark.parametrize(("machine", "worker"), [("pull", "draw"), ("act", "plan")])
def test_a_sweep_of_what_left_no_row_voids_it_and_ends_well(
    workflows: Workflows, machine: str, worker: str
) -> None:
    run = workflows.run(
        machine,
        sweep=2,
        **{worker: always({"outcome": "abandoned", "message": VOIDED})},
        record=record(never, always({"outcome": "voided", "row": {}})),
        announce=always(delivery("gone")),
    )
    assert run.states[2:] == ["Void", "Announce", "Delivered?", "Gone"]
    assert run.status == "SUCCEEDED"  # else it would be swept again
    sentence = "voided" if machine == "pull" else "unchanged"
    assert messages(run) == [{"kind": "text", "sentence": sentence, "marked": True}]
    [given] = run.given("Announce")
    assert given["receipt"] == given["interaction"]["interaction_id"]
    assert given["interaction"]["sweep"] == 2


def test_a_sweep_that_cannot_void_fails_and_is_swept_again(workflows: Workflows) -> None:
    run = workflows.run(
        sweep=1,
        draw=in_turn("no table"),
        record=record(never, in_turn("no table")),
        announce=always(DELIVERED),
    )
    assert run.status == "FAILED"
    assert messages(run) == [UNCLEAR]


def test_when_announce_breaks_over_what_was_missed_the_rest_is_said(workflows: Workflows) -> None:
    run = workflows.run(
        draw=always({"outcome": "refused", "message": {**REFUSED, "missed": ["1.0000001"]}}),
        record=never,
        announce=in_turn("no row", "no row", "no row", DELIVERED),
    )
    assert messages(run)[0] == {**REFUSED, "missed": ["1.0000001"]}
    assert messages(run)[-1] == {**REFUSED, "missed": ["1.0000001"], "plainly": True}
    assert run.states[-1] == "Failed"
