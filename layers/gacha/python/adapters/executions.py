"""Executions of the Standard workflows: how they ended, and starting what follows one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple

from adapters import aws

RUNNING: Final = "RUNNING"
Bad = Literal["FAILED", "TIMED_OUT", "ABORTED"]
BADLY: Final[tuple[Bad, ...]] = ("FAILED", "TIMED_OUT", "ABORTED")


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
        description = aws.step_functions().describe_execution(executionArn=arn)
    except aws.ServiceError as error:
        if error.code != "ExecutionDoesNotExist":
            raise
        return None
    return Execution(description["status"], description.get("input", ""))


def start(machine: str, name: str, execution_input: str) -> bool:
    """Start an execution; False if one of this name runs or ran, whatever became of it."""
    try:
        aws.step_functions().start_execution(
            stateMachineArn=machine, name=name, input=execution_input
        )
    except aws.ServiceError as error:
        if error.code != "ExecutionAlreadyExists":
            raise
        return False
    return True


def ended_badly(machine: str, since: float, most: int) -> Iterator[Ended]:
    """Those that were started after `since` (Unix seconds) and failed, timed out or were aborted,
    of each status the newest first, and `most` of them."""
    for status in BADLY:
        yield from islice(_newest(machine, status, since), most)


def _newest(machine: str, status: Bad, since: float) -> Iterator[Ended]:
    pages = aws.pages(
        aws.step_functions().list_executions,
        ("nextToken", "nextToken"),
        stateMachineArn=machine,
        statusFilter=status,
    )
    for page in pages:
        for execution in page["executions"]:
            if execution["startDate"] < since:
                return
            yield Ended(execution["name"], execution.get("stopDate", execution["startDate"]))
