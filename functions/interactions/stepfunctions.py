"""Starts executions over one kept connection: the only thing that `interactions` asks of AWS."""

from __future__ import annotations

import http.client
import json
import random
import time
from typing import Final, Literal

from adapters import aws

Started = Literal["accepted", "refused", "ambiguous"]

TIMEOUT_S: Final = 0.65
"""For connecting, and for the answer: two tries that do both stay below Discord's 3 s."""

_PAUSE_S: Final = 0.1


class StepFunctions:
    """A client with one operation and one connection, which outlives an invocation."""

    def __init__(self) -> None:
        self._connection: Final = aws.Connection(aws.STEP_FUNCTIONS, TIMEOUT_S, TIMEOUT_S)

    def connect(self) -> None:
        """Connect ahead of the first request, while the starting function has a whole CPU."""
        try:
            self._connection.connect()
        except OSError:
            self._connection.close()  # the first request tries again, and answers for it

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
            except (OSError, http.client.HTTPException) as failure:
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
                    time.sleep(random.uniform(0, _PAUSE_S))
            in_doubt = True
        return "ambiguous"


def _error(response: aws.Response) -> str:
    """The bare name of the error that AWS answered with, or "" where there is none."""
    try:
        aws.read(response)
    except aws.ServiceError as error:
        return error.code
    except aws.UnreachableError:
        pass
    return ""
