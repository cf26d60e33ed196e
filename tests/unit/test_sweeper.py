"""The sweeper: which executions it follows up, how often, and that it leaves the others alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import adapters.aws
from adapters import executions
from adapters.aws import ServiceError
from adapters.tables import ledger
from gacha import snowflake
from tests.conftest import load_function
from tests.support import FIRST_ID, PLAYER_KEY, sort_key, workflow_input

PULL = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:pull"
CHANGE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:change"
NAME = str(FIRST_ID)
CREATED = snowflake.created_ms(NAME) / 1000
MINUTE = 60


class StepFunctions:
    """In place of the client: what the sweeper asks of it, over executions kept here."""

    def __init__(self) -> None:
        self.all: dict[str, dict[str, Any]] = {}
        self.started: list[tuple[str, dict[str, Any]]] = []

    def add(self, machine: str, name: str, status: str, ended: float, text: str) -> None:
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        self.all[arn] = {
            "name": name,
            "stateMachineArn": machine,
            "status": status,
            "input": text,
            "startDate": ended,
            "stopDate": ended,
        }

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        if executionArn not in self.all:
            raise ServiceError("ExecutionDoesNotExist")
        return self.all[executionArn]

    def start_execution(self, stateMachineArn: str, name: str, input: str) -> None:
        for each in self.all.values():
            if each["name"] == name:
                if (each["status"], each["input"]) == ("RUNNING", input):
                    return  # as on AWS: the same start once more
                raise ServiceError("ExecutionAlreadyExists")
        self.add(stateMachineArn, name, "RUNNING", CREATED, input)
        self.started.append((name, json.loads(input)))

    def list_executions(
        self, stateMachineArn: str, statusFilter: str, nextToken: str = "0"
    ) -> dict[str, Any]:
        """One to a page."""
        found = [
            each
            for each in self.all.values()
            if each["stateMachineArn"] == stateMachineArn and each["status"] == statusFilter
        ]
        found.sort(key=lambda each: each["startDate"], reverse=True)
        at = int(nextToken)
        more = {"nextToken": str(at + 1)} if at + 1 < len(found) else {}
        return {"executions": found[at : at + 1], **more}


Sweep = Callable[..., dict[str, Any]]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> StepFunctions:
    aws = StepFunctions()
    monkeypatch.setattr(adapters.aws, "step_functions", lambda: aws)
    return aws


@pytest.fixture
def sweeper(tables: Any, aws: StepFunctions, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("WORKFLOW_TYPE", "STANDARD")
    monkeypatch.setenv("PULL_STATE_MACHINE_ARN", PULL)
    monkeypatch.setenv("CHANGE_STATE_MACHINE_ARN", CHANGE)
    return load_function("sweeper")


@pytest.fixture
def look(sweeper: Any, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    def look(after: float) -> dict[str, Any]:
        """The schedule's round, so long after the first interaction was made (seconds)."""
        clock = SimpleNamespace(time=lambda: CREATED + after, monotonic=lambda: 0.0)
        monkeypatch.setattr(sweeper, "time", clock)
        counts: dict[str, Any] = sweeper.handler({"source": "aws.events"}, None)
        return counts

    return look


@pytest.fixture
def tell(sweeper: Any) -> Sweep:
    def tell(name: str = NAME, machine: str = PULL) -> dict[str, Any]:
        """EventBridge's event of an execution that ended badly."""
        detail = {"name": name, "stateMachineArn": machine}
        counts: dict[str, Any] = sweeper.handler({"source": "aws.states", "detail": detail}, None)
        return counts

    return tell


def ended(
    aws: StepFunctions, status: str, after: float = 0, *, name: str = NAME, machine: str = PULL
) -> None:
    text = json.dumps(workflow_input(), ensure_ascii=False)
    aws.add(machine, name, status, CREATED + after, text)


def undelivered(tables: Any, number: int = 0) -> None:
    tables.put_item(
        TableName="gacha_history",
        Item={
            "user_id": {"S": PLAYER_KEY},
            "timestamp": {"N": str(sort_key(number))},
            "guild_id": {"S": "2"},
            "undelivered": {"S": ledger.UNDELIVERED_PULLS[number % len(ledger.UNDELIVERED_PULLS)]},
        },
    )


# --- told by an event -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
@pytest.mark.parametrize("machine", [PULL, CHANGE])
def test_a_bad_end_is_followed_by_a_sweep_with_the_same_input(
    aws: StepFunctions, tell: Sweep, status: str, machine: str
) -> None:
    ended(aws, status, machine=machine)
    assert tell(machine=machine) == {"started": 1, "given_up": 0}
    assert aws.started == [(f"{NAME}-sweep-1", {**workflow_input(), "sweep": 1})]


def test_the_same_event_twice_is_one_sweep(aws: StepFunctions, tell: Sweep) -> None:
    ended(aws, "FAILED")
    assert [tell()["started"], tell()["started"]] == [1, 0]
    assert len(aws.started) == 1


def test_two_who_start_the_same_sweep_start_one(aws: StepFunctions) -> None:
    assert executions.start(PULL, "7-sweep-1", "{}")
    assert not executions.start(PULL, "7-sweep-1", '{"sweep": 1}')
    assert len(aws.started) == 1


def test_what_runs_again_is_left_alone(aws: StepFunctions, tell: Sweep) -> None:
    ended(aws, "RUNNING")  # redriven
    assert tell()["started"] == 0


def test_a_sweep_that_failed_waits_for_the_rounds(aws: StepFunctions, tell: Sweep) -> None:
    ended(aws, "FAILED", name=f"{NAME}-sweep-3")
    assert tell(f"{NAME}-sweep-3") == {"started": 0, "given_up": 0}


def test_after_the_last_sweep_somebody_has_to_look(
    aws: StepFunctions, tell: Sweep, capfd: pytest.CaptureFixture[str]
) -> None:
    ended(aws, "FAILED", name=f"{NAME}-sweep-8")
    assert tell(f"{NAME}-sweep-8") == {"started": 0, "given_up": 1}
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["level"] for line in lines if "level" in line] == ["ERROR"]
    assert [line["SweepsGivenUp"] for line in lines if "_aws" in line] == [1]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "7"])
def test_an_input_that_is_no_interaction_is_left_alone(
    aws: StepFunctions, tell: Sweep, text: str
) -> None:
    aws.add(PULL, NAME, "FAILED", CREATED, text)
    assert tell()["started"] == 0


# --- by itself ------------------------------------------------------------------------------------


def test_a_round_follows_up_what_no_event_told_of(aws: StepFunctions, look: Sweep) -> None:
    ended(aws, "ABORTED")
    assert look(4 * MINUTE)["started"] == 0  # the event may be on its way
    assert look(5 * MINUTE)["started"] == 1
    assert look(10 * MINUTE)["started"] == 0  # it has its sweep
    assert [name for name, _ in aws.started] == [f"{NAME}-sweep-1"]


def test_sweeps_that_fail_follow_each_other_at_growing_distances(
    aws: StepFunctions, look: Sweep
) -> None:
    began = []
    ended(aws, "FAILED")
    for minute in range(0, 24 * 60, 5):
        if look(minute * MINUTE)["started"]:
            began.append(minute)
            ended(aws, "FAILED", minute * MINUTE, name=aws.started[-1][0])
    assert began == [5, 15, 35, 75, 155, 315, 635, 1275]
    assert [given["sweep"] for _, given in aws.started] == list(range(1, 9))


def test_a_sweep_that_went_well_is_the_last(aws: StepFunctions, look: Sweep) -> None:
    ended(aws, "FAILED")
    ended(aws, "SUCCEEDED", 60, name=f"{NAME}-sweep-1")
    assert [look(minute * MINUTE)["started"] for minute in range(0, 120, 5)] == [0] * 24


def test_a_pull_whose_message_did_not_arrive_is_shown_while_its_token_lives(
    tables: Any, aws: StepFunctions, look: Sweep
) -> None:
    undelivered(tables)
    ended(aws, "SUCCEEDED")  # in state Gone, or in Delivered with a mark that stayed
    assert look(59)["started"] == 0  # on its way
    assert look(2 * MINUTE) == {"started": 1, "given_up": 0, "failed": 0, "undelivered": 0}
    assert look(7 * MINUTE)["started"] == 0  # tried again once, by a sweep with ten tries
    assert [name for name, _ in aws.started] == [f"{NAME}-sweep-1"]


def test_pulls_of_all_keys_come_oldest_first(tables: Any) -> None:
    for number in (5, 2, 7, 0, 3, 6):
        undelivered(tables, number)
    keys = list(ledger.undelivered(CREATED - 60, CREATED + 60))
    assert keys == sorted(keys) and len(keys) == 6


def test_players_who_press_at_once_are_under_all_keys() -> None:
    """No key has more than its share of a second's pulls: 500 of each go through."""
    second = range(1_000)
    keys = Counter(ledger.undelivered_pull(str(ms << 22)) for ms in second)
    assert keys == dict.fromkeys(ledger.UNDELIVERED_PULLS, 250)


@pytest.mark.parametrize("minutes", [14, 15, 60, 24 * 60])
def test_after_that_it_is_never_tried_again(
    tables: Any, aws: StepFunctions, look: Sweep, minutes: int
) -> None:
    undelivered(tables)
    ended(aws, "SUCCEEDED")
    assert look(minutes * MINUTE + 1)["started"] == 0


def test_an_execution_that_is_at_it_is_left_alone(
    tables: Any, aws: StepFunctions, look: Sweep
) -> None:
    undelivered(tables)
    assert look(2 * MINUTE)["started"] == 0  # of no execution that we know
    ended(aws, "RUNNING")
    assert look(2 * MINUTE)["started"] == 0


def test_the_round_counts_what_can_only_come_with_the_next_command(
    tables: Any, look: Sweep, capfd: pytest.CaptureFixture[str]
) -> None:
    for number in range(9):  # under all keys of the index
        undelivered(tables, number)
    assert look(13 * MINUTE)["undelivered"] == 0
    assert look(15 * MINUTE)["undelivered"] == 9
    assert look(2 * 60 * MINUTE)["undelivered"] == 0  # told of for an hour
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["UndeliveredPulls"] for line in lines if "_aws" in line] == [0, 9, 0]


def test_on_express_it_only_counts(
    tables: Any, aws: StepFunctions, look: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKFLOW_TYPE", "EXPRESS")
    undelivered(tables)
    ended(aws, "FAILED")
    assert look(15 * MINUTE) == {"started": 0, "given_up": 0, "failed": 0, "undelivered": 1}


def test_a_round_ends_before_the_function_does(
    aws: StepFunctions, sweeper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        ended(aws, "FAILED", name=str(FIRST_ID + number))
    ticks = iter(range(1000))
    clock = SimpleNamespace(time=lambda: CREATED + 600, monotonic=lambda: float(next(ticks)))
    monkeypatch.setattr(sweeper, "time", clock)
    assert sweeper.handler({"source": "aws.events"}, None)["started"] == 20


@pytest.mark.parametrize("days", [0.2, 1, 6.9])
def test_what_ended_while_the_sweeper_was_down_is_swept_all_the_same(
    aws: StepFunctions, look: Sweep, days: float
) -> None:
    ended(aws, "ABORTED")
    assert look(days * 24 * 60 * MINUTE)["started"] == 1


def test_a_round_looks_back_a_week(aws: StepFunctions, look: Sweep) -> None:
    ended(aws, "ABORTED")
    assert look(8 * 24 * 60 * MINUTE)["started"] == 0


def test_many_that_ended_meanwhile_are_looked_up_over_some_rounds(
    aws: StepFunctions, sweeper: Any, look: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(250):
        ended(aws, "FAILED", name=str(FIRST_ID + number))
    asked: list[str] = []
    describe = aws.describe_execution

    def counted(executionArn: str) -> dict[str, Any]:
        asked.append(executionArn)
        return describe(executionArn)

    monkeypatch.setattr(aws, "describe_execution", counted)
    hours = 3 * 60 * MINUTE
    assert [look(hours + minute * MINUTE)["started"] for minute in (0, 5, 10, 15)] == [
        *(100, 100, 50, 0)
    ]
    assert len(asked) == 2 * 250
    sweeper._settled.clear()  # another process begins anew
    assert look(hours + 20 * MINUTE)["started"] == 0
    assert len(asked) == 2 * 250 + sweeper.MOST_LOOKED_UP


def test_a_sweep_that_could_not_be_started_is_started_by_the_next_round(
    aws: StepFunctions, look: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(**_: object) -> None:
        raise ServiceError("ThrottlingException")

    ended(aws, "FAILED")
    with monkeypatch.context() as patch:
        patch.setattr(aws, "start_execution", throttled)
        with pytest.raises(RuntimeError, match="1 executions"):
            look(10 * MINUTE)
    assert look(15 * MINUTE)["started"] == 1


STRANGE = [
    f"{base}-sweep-{rest}"
    for base, rest in [
        *((NAME, number) for number in ("9999999999", "9", "0", "-1", "", "01", "²", "١", "1 ")),
        *((NAME, rest) for rest in ("1-sweep-1", "x", "1e9", "8-sweep-", "sweep-1")),
        ("", "1"),
    ]
]


@pytest.mark.parametrize("name", STRANGE)
def test_a_name_that_is_no_sweep_s_stops_nobody_and_is_told_once(
    aws: StepFunctions,
    look: Sweep,
    tell: Sweep,
    capfd: pytest.CaptureFixture[str],
    name: str,
) -> None:
    ended(aws, "FAILED", name=name)
    ended(aws, "FAILED", machine=CHANGE)
    assert tell(name) == {"started": 0, "given_up": 0}
    assert look(10 * MINUTE)["started"] == 1
    assert look(24 * 60 * MINUTE)["started"] == 0
    assert [each for each, _ in aws.started] == [f"{NAME}-sweep-1"]
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["execution"] for line in lines if line.get("level") == "WARNING"] == [name]


def test_only_the_eight_sweeps_have_numbers(sweeper: Any) -> None:
    known = {sweeper._numbered(f"7-sweep-{number}") for number in range(-1, 100)} - {None}
    assert known == {("7", number) for number in range(1, sweeper.MOST_SWEEPS + 1)}


@pytest.mark.parametrize("broken", ["describe_execution", "start_execution"])
def test_one_execution_that_cannot_be_looked_after_does_not_end_the_round(
    aws: StepFunctions,
    look: Sweep,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    broken: str,
) -> None:
    names = [str(FIRST_ID + number) for number in range(5)]
    for name in names:
        ended(aws, "FAILED", name=name)
    real = getattr(aws, broken)

    def fails(**asked: Any) -> Any:
        if names[2] in asked.get("name", asked.get("executionArn", "")):
            raise ServiceError("ThrottlingException")
        return real(**asked)

    monkeypatch.setattr(aws, broken, fails)
    with pytest.raises(RuntimeError, match="1 executions"):
        look(10 * MINUTE)
    assert {name for name, _ in aws.started} == {
        f"{name}-sweep-1" for name in names if name != names[2]
    }
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["execution"] for line in lines if line.get("message") == "not swept"] == [names[2]]
    assert [line["failed"] for line in lines if "failed" in line] == [1]
    assert [line["UndeliveredPulls"] for line in lines if "_aws" in line] == [0]


def test_old_executions_are_not_listed(aws: StepFunctions) -> None:
    ended(aws, "FAILED", name="old")
    ended(aws, "FAILED", 60, name="new")
    assert [each.name for each in executions.ended_badly(PULL, CREATED + 1, 9)] == ["new"]


def test_no_more_are_listed_than_a_round_can_know_of(aws: StepFunctions) -> None:
    for number in range(5):
        ended(aws, "FAILED", number, name=f"failed {number}")
    ended(aws, "ABORTED", name="aborted")
    names = [each.name for each in executions.ended_badly(PULL, CREATED, 2)]
    assert names == ["failed 4", "failed 3", "aborted"]


def test_an_error_of_aws_is_raised_so_that_eventbridge_tells_again(
    aws: StepFunctions, tell: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(**_: object) -> None:
        raise ServiceError("ThrottlingException")

    ended(aws, "FAILED")
    monkeypatch.setattr(aws, "start_execution", throttled)
    with pytest.raises(ServiceError):
        tell()


def test_no_token_is_logged(
    aws: StepFunctions, tell: Sweep, capfd: pytest.CaptureFixture[str]
) -> None:
    ended(aws, "FAILED")
    tell()
    assert workflow_input()["sealed_token"] not in capfd.readouterr().out
