"""Executions of the Standard workflows: how they ended, and starting what follows one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import boto3

from adapters.tables import CONFIG

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType

RUNNING: Final = "RUNNING"
BADLY: Final[tuple[ExecutionStatusType, ...]] = ("FAILED", "TIMED_OUT", "ABORTED")


class Execution(NamedTuple):
    """An execution by its status and its input, which is a JSON text."""

    status: str
    input: str


class Ended(NamedTuple):
    """An execution that ended badly, and when (Unix seconds)."""

    name: str
    at: float


def find(machine: str, name: str) -> Execution | None:
    """The execution of this name, or None: never started, or over for more than 90 days."""
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        found = client().describe_execution(executionArn=arn)
    except client().exceptions.ExecutionDoesNotExist:
        return None
    return Execution(found["status"], found.get("input", ""))


def start(machine: str, name: str, execution_input: str) -> bool:
    """Start an execution; False if one of this name runs or ran, whatever became of it."""
    try:
        client().start_execution(stateMachineArn=machine, name=name, input=execution_input)
    except client().exceptions.ExecutionAlreadyExists:
        return False
    return True


def ended_badly(machine: str, since: float, most: int) -> Iterator[Ended]:
    """Those that were started after `since` (Unix seconds) and failed, timed out or were aborted,
    of each status the newest first, and `most` of them."""
    for status in BADLY:
        yield from islice(_newest(machine, status, since), most)


def _newest(machine: str, status: ExecutionStatusType, since: float) -> Iterator[Ended]:
    pages = client().get_paginator("list_executions")
    for page in pages.paginate(stateMachineArn=machine, statusFilter=status):
        for each in page["executions"]:
            if _unix(each["startDate"]) < since:
                return
            yield Ended(each["name"], _unix(each.get("stopDate", each["startDate"])))


@cache
def client() -> SFNClient:
    """The one connection to Step Functions of this running function."""
    return boto3.client("stepfunctions", config=CONFIG)


def _unix(at: datetime) -> float:
    return at.timestamp()
