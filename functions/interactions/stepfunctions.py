"""Starts executions over one kept connection: the only thing that `interactions` asks of AWS."""

from __future__ import annotations

import json
import time
from typing import Final, Literal

from adapters import aws, http1, inline

Started = Literal["accepted", "refused", "ambiguous"]

TIMEOUT_S: Final = 0.65
"""For connecting, and for the answer: two tries that do both stay below Discord's 3 s."""

_PAUSE_S: Final = 0.1


class StepFunctions:
    """A client with one operation and one connection, which outlives an invocation."""

    def __init__(self) -> None:
        self._connection = _new()
        self._ahead: inline.Reading | None = None
        self._came: list[aws.Connection] = []

    def connect(self) -> None:
        """Begin to connect, ahead of the first request."""
        self._ahead = inline.Reading(self._connect)

    def _connect(self) -> None:
        connection = _new()
        try:
            connection.connect()
        except OSError:
            connection.close()  # the first request tries again, and answers for it
            return
        self._came.append(connection)

    def wait(self) -> None:
        """Until it is connected, while the starting function has a whole CPU; not for longer than
        connecting may take. What comes later is nobody's."""
        if self._ahead is not None:
            self._ahead.wait(TIMEOUT_S)
            self._ahead = None
        if self._came:
            self._connection = self._came.pop()

    def start(self, machine: str, name: str, execution_input: str) -> Started:
        """Start the execution `name` of `machine`, or find that it was started before.

        "accepted": it runs, or ran. "refused": AWS said no, so nothing runs. "ambiguous": no
        answer came, even to a second try with the same name; it may run.
        """
        body = json.dumps(
            {"stateMachineArn": machine, "name": name, "input": execution_input}
        ).encode()
        in_doubt = False
        tries = 0
        while tries < 2:
            was_open = self._connection.is_open
            try:
                response = self._connection.post("StartExecution", body)
            except (OSError, http1.BrokenError) as failure:
                # AWS closes a connection that slept too long: on a kept one that costs no try. It
                # looks the same as one cut after the request arrived, so doubt remains.
                self._connection.close()
                tries += not (was_open and isinstance(failure, aws.CLOSED))
            else:
                if response.status == 200 or _error(response) == "ExecutionAlreadyExists":
                    return "accepted"
                if response.status < 500:
                    return "ambiguous" if in_doubt else "refused"
                tries += 1
                if tries < 2:
                    import random  # no start and hardly a request needs it

                    time.sleep(random.uniform(0, _PAUSE_S))
            in_doubt = True
        return "ambiguous"


def _new() -> aws.Connection:
    return aws.Connection(aws.STEP_FUNCTIONS, TIMEOUT_S, TIMEOUT_S)


def _error(response: aws.Response) -> str:
    """The bare name of the error that AWS answered with, or "" where there is none."""
    try:
        aws.read(response)
    except aws.ServiceError as error:
        return error.code
    except aws.UnreachableError:
        pass
    return ""
