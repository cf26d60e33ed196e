"""AWS as the functions' own client finds it: moto where AWS would be, and X-Ray's daemon.

The connection is exchanged, and nothing else: what is sent, how it is signed and how an answer is
read are the real ones. Every request is held against botocore's model of the service, which is
AWS's own description of it.
"""

from __future__ import annotations

import json
import os
import socket
from functools import cache
from typing import Any, Final

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, HTTPHeaders
from botocore.model import ServiceModel
from botocore.validate import validate_parameters
from moto.core.models import botocore_stubber

from adapters import aws, http1
from tests.rights import may, running

_MODELS: Final = {
    aws.DYNAMODB.target: "dynamodb",
    aws.SECRETS_MANAGER.target: "secretsmanager",
    aws.STEP_FUNCTIONS.target: "stepfunctions",
}


_OBJECTS: Final = {"GET": "GetObject", "PUT": "PutObject"}


@cache
def model(target: str) -> ServiceModel:
    """botocore's model of the service whose operations' names begin with `target`."""
    return botocore.session.get_session().get_service_model(_MODELS[target])


RealConnection = aws.Connection


def over_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """To a server of the test's own, and impatient so that the tests are fast."""
    monkeypatch.setattr(aws, "Connection", RealConnection)
    monkeypatch.setattr(aws, "_PAUSE_S", 0.0)
    monkeypatch.setattr(aws, "_THROTTLED_PAUSE_S", 0.0)
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)


class MotoConnection(RealConnection):
    """A connection to AWS that leads to moto where it is at work, and nowhere else. One to a server
    of a test's own is real."""

    def __init__(
        self, service: aws.Service, connect_s: float, read_s: float, before: str = ""
    ) -> None:
        super().__init__(service, connect_s, read_s, before)
        if not os.environ.get("AWS_ENDPOINT_URL"):
            self._http = _Moto(self._host)  # type: ignore[assignment,misc]


class _Moto:
    """`http1.Connection`, as it is used."""

    def __init__(self, host: str) -> None:
        self.is_open = False
        self._host = host

    def connect(self) -> None:
        if not botocore_stubber.enabled:
            raise ConnectionRefusedError(f"no test reaches {self._host}")
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes, most: int | None = None
    ) -> http1.Answer:
        self.connect()
        target, _, operation = headers.get("x-amz-target", "s3.").partition(".")
        if operation:  # S3 has none: its request is held against botocore's in test_s3.py
            shape = model(target).operation_model(operation).input_shape
            assert shape is not None
            validate_parameters(json.loads(body), shape)
        elif (function := running.get()) and not may(
            function, _OBJECTS[method], path[1:], self._host.partition(".")[0]
        ):
            denied = f"{function} may not {_OBJECTS[method]} {path}: see its role in template.yaml"
            raise AssertionError(denied)
        url, sent_headers = f"https://{self._host}{path}", HTTPHeaders.from_dict(headers)
        sent = AWSPreparedRequest(method, url, sent_headers, body, False)
        response: Any = botocore_stubber(f"before-send.{target}.{operation}", sent)
        told = {name.lower(): value for name, value in response.headers.items()}
        content = response.content if most is None else response.content[: most + 1]
        return http1.Answer(response.status_code, told, content)


class Daemon:
    """X-Ray's daemon, as a sampled run finds it beside itself."""

    TRACE: Final = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)

    @property
    def environment(self) -> dict[str, str]:
        host, port = self._socket.getsockname()
        return {"AWS_XRAY_DAEMON_ADDRESS": f"{host}:{port}", "_X_AMZN_TRACE_ID": self.TRACE}

    def documents(self) -> list[dict[str, Any]]:
        """What came since the last time; on the way it can get lost, but not on loopback."""
        found: list[dict[str, Any]] = []
        while True:
            try:
                datagram = self._socket.recv(65_536)
            except BlockingIOError:
                return found
            header, _, document = datagram.partition(b"\n")
            assert json.loads(header) == {"format": "json", "version": 1}
            found.append(json.loads(document))

    def close(self) -> None:
        self._socket.close()
