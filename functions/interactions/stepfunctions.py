"""Starts executions over one kept connection: the only thing that `interactions` asks of AWS."""

from __future__ import annotations

import http.client
import json
import os
import random
import ssl
import time
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from sigv4 import Credentials, signed_headers

Started = Literal["accepted", "refused", "ambiguous"]

TIMEOUT_S: Final = 0.65
"""For connecting, and for the answer: two tries that do both stay below Discord's 3 s."""

_PAUSE_S: Final = 0.1
_CLOSED: Final = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
_ROOTS: Final = os.path.join(os.path.dirname(__file__), "amazon-roots.pem")


class StepFunctions:
    """A client with one operation and one connection, which outlives an invocation.

    The endpoint is `AWS_ENDPOINT_URL` where that is set (the local cloud), else the Region's.
    """

    def __init__(self) -> None:
        self._region: Final = os.environ["AWS_REGION"]
        endpoint = (
            os.environ.get("AWS_ENDPOINT_URL") or f"https://states.{self._region}.amazonaws.com"
        )
        url = urlsplit(endpoint)
        self._host: Final = url.netloc
        self._connection: Final[http.client.HTTPConnection] = (
            http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
            if url.scheme == "http"
            else http.client.HTTPSConnection(self._host, timeout=TIMEOUT_S, context=_amazon_only())
        )

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
            kept = self._connection.sock is not None
            try:
                status, error = self._post("StartExecution", body)
            except (OSError, http.client.HTTPException) as failure:
                # AWS closes a connection that slept too long: on a kept one that costs no try. It
                # looks the same as one cut after the request arrived, so doubt remains.
                self._connection.close()
                tries += not (kept and isinstance(failure, _CLOSED))
            else:
                if status == 200 or error == "ExecutionAlreadyExists":
                    return "accepted"
                if status < 500:
                    return "ambiguous" if in_doubt else "refused"
                tries += 1
                if tries < 2:
                    time.sleep(random.uniform(0, _PAUSE_S))
            in_doubt = True
        return "ambiguous"

    def _post(self, operation: str, body: bytes) -> tuple[int, str]:
        """The answer's status and, where it is an error, its type."""
        headers = {
            "host": self._host,
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"AWSStepFunctions.{operation}",
        }
        signed = signed_headers(
            headers,
            body,
            service="states",
            region=self._region,
            credentials=Credentials(
                os.environ["AWS_ACCESS_KEY_ID"],
                os.environ["AWS_SECRET_ACCESS_KEY"],
                os.environ.get("AWS_SESSION_TOKEN", ""),
            ),
            now=time.time(),
        )
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        if trace:
            signed["x-amzn-trace-id"] = trace  # ties the execution to this function's trace
        self._connection.request("POST", "/", body, signed)
        response = self._connection.getresponse()
        return response.status, _error_type(response.read())


def _error_type(body: bytes) -> str:
    """The bare error name in an AWS JSON answer, or "" where there is none."""
    try:
        answer: Any = json.loads(body)
    except ValueError:
        return ""
    kind = answer.get("__type", "") if isinstance(answer, dict) else ""
    return str(kind).rsplit("#", 1)[-1]


def _amazon_only() -> ssl.SSLContext:
    """TLS that trusts the roots of Amazon Trust Services alone: parsing the system's hundreds of
    certificates would take most of the first answer's time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(_ROOTS)
    return context
