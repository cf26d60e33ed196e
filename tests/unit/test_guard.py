"""The local cloud's servers answer programs on this machine, under their own names."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import local.proxy
from local import write_private
from local.client import Signer
from local.cloud import Stack, free_port
from local.discord_standin import DiscordStandin
from local.guard import loopback, refusal
from local.proxy import Server, proxy
from tests import emulator

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ANYTHING")
FORBIDDEN = ("Origin", "Referer", "Sec-Fetch-Site", "sec-fetch-mode", "SEC-FETCH-DEST")


def test_loopback_is_all_there_is() -> None:
    assert not refusal([("HOST", "LocalHost:80"), ("accept", "*/*")], loopback(80))
    assert "Host" in refusal([("host", "localhost:81")], loopback(80))
    assert "Host" in refusal([], loopback(80))
    assert "Host" in refusal([("host", "localhost:80"), ("Host", "localhost:80")], loopback(80))
    for name in FORBIDDEN:
        assert "browser" in refusal([("host", "localhost:80"), (name, "")], loopback(80))


@pytest.fixture(params=["proxy", "stand-in"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    port = free_port()
    server = (
        DiscordStandin(port)
        if request.param == "stand-in"
        else proxy(port, upstream_port=port + 1, host="api")
    )
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("method", METHODS)
def test_a_server_refuses_browsers_and_other_hosts_before_all_else(
    server: Server, method: str
) -> None:
    for more in ({"Host": "evil.example"}, *({name: "x"} for name in FORBIDDEN)):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        headers = {"Host": f"localhost:{server.server_port}"} | more
        connection.request(method, "/nowhere", b"body", headers)
        answer = connection.getresponse()
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
        connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Content-Length: -1"], 400),
        (["Content-Length: +5"], 400),
        (["Content-Length: 0x5"], 400),
        (["Content-Length: \u00b2"], 400),
        (["Content-Length: "], 400),
        (["Content-Length: 5", "Content-Length: 5"], 400),
        (["Content-Length: 99999999"], 413),
        (["Content-Length: " + "9" * 5_000], 413),
        (["Transfer-Encoding: chunked"], 411),
        (["Content-Length: 5"], 408),  # and no body
    ],
)
def test_no_length_makes_a_server_wait_for_ever(
    server: Server, monkeypatch: pytest.MonkeyPatch, headers: list[str], status: int
) -> None:
    monkeypatch.setattr(local.proxy, "BODY_WITHIN", 0.2)
    lines = ["POST /interactions HTTP/1.1", f"Host: localhost:{server.server_port}", *headers]
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as client:
        client.sendall("\r\n".join([*lines, "", "abc"]).encode("latin-1"))
        answer = b""
        while more := client.recv(65_536):  # until it hangs up, which it has to
            answer += more
    assert answer.split()[1] == str(status).encode()


def test_a_body_that_ends_half_way_is_refused(server: Server) -> None:
    lines = ["POST /interactions HTTP/1.1", f"Host: localhost:{server.server_port}"]
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as client:
        client.sendall("\r\n".join([*lines, "Content-Length: 5", "", "abc"]).encode())
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).split()[1] == b"400"


# --- the local AWS's own guard, over an emulator that says what came through ---------------------

API = "0a1b2c3d"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return emulator.load(monkeypatch)


def passes(
    aws: ModuleType,
    method: str = "POST",
    path: str = "/interactions",
    query: bytes = b"",
    *,
    host: str = f"{API}.execute-api.localhost:80",
    kind: str = "http",
    **headers: str,
) -> bool:
    """Whether an unsigned request reaches the emulator."""
    reached: list[str] = []
    sent: list[dict[str, Any]] = []

    async def emulator(scope: dict[str, Any], receive: object, send: object) -> None:
        reached.append(scope["path"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"Action=ListTopics"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    app = aws.guarded(emulator, 80, "secret", lambda api: api == API)
    asyncio.run(app(scope, receive, send))
    assert bool(reached) != bool(sent)
    assert not sent or sent[0].get("status", 403) == 403
    return bool(reached)


def test_an_interaction_for_the_api_passes_unsigned(aws: ModuleType) -> None:
    assert passes(aws)
    assert passes(aws, content_type="application/json", x_signature_ed25519="00")


@pytest.mark.parametrize(
    "host",
    [
        f"{label}.execute-api.{rest}"
        for label in ("abc", "ffffffff", API.upper(), API + "0", API[1:], f"x.{API}", "", "z" * 8)
        for rest in ("localhost:80", "localhost.:80")
    ]
    + [f"{API}.{rest}" for rest in ("execute-api.localhost.:80", "execute-api.localhost")]
    + [f"{API}.{rest}" for rest in ("execute-api.localhost:81", "execute-api.LOCALHOST:80")]
    + [f"{API}.{rest}" for rest in ("lambda-url.localhost:80", "execute-api.evil:80", "s3:80")]
    + [f"{API}.execute-api.localhost:80\n", "127.0.0.1:80", "localhost:80"],
)
def test_under_no_other_host(aws: ModuleType, host: str) -> None:
    assert not passes(aws, host=host)
    assert not passes(aws, host=host, x_amz_target="secretsmanager.ListSecrets")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "post"])
def test_by_no_other_method(aws: ModuleType, method: str) -> None:
    assert not passes(aws, method)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_picture_passes_unsigned_and_nothing_that_only_looks_like_one(
    aws: ModuleType, method: str
) -> None:
    picture = f"/art/{'0' * 32}"
    assert passes(aws, method, picture)
    assert not passes(aws, method, picture, host="localhost:80")
    assert not passes(aws, method, picture, b"Action=ListTopics")
    assert not passes(aws, method, picture, x_amz_target="secretsmanager.ListSecrets")
    for path in ("/art/", "/art", "/art/..", "/art/../x", "/art/a/b", "/art/a%2fb", "/art/é"):
        assert not passes(aws, method, path)
    for other in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert not passes(aws, other, picture)


def test_with_nothing_that_could_choose_a_service(aws: ModuleType) -> None:
    assert not passes(aws, path="/")
    assert not passes(aws, path="/interactions/")
    assert not passes(aws, query=b"Action=ListTopics")
    assert not passes(aws, X_Amz_Target="secretsmanager.ListSecrets")
    assert not passes(aws, x_amz_security_token="x")
    assert not passes(aws, AUTHORIZATION="AWS4-HMAC-SHA256 Credential=x")
    assert not passes(aws, kind="websocket")


def test_unsigned_beside_it_come_health_and_custom_resources_only(aws: ModuleType) -> None:
    own = "localhost:80"
    assert passes(aws, "GET", "/_ministack/health", host=own)
    assert passes(aws, "PUT", "/_ministack/cfn-response/0a-1b", host=own)
    assert not passes(aws, "GET", "/_ministack/health", b"Action=ListTopics", host=own)
    assert not passes(aws, "PUT", "/_ministack/cfn-response/x/../reset", host=own)
    assert not passes(aws, "POST", f"/_aws/execute-api/{API}/x/interactions", host=own)
    assert not passes(aws, "POST", f"/restapis/{API}/x/_user_request_/interactions", host=own)


def test_a_secret_file_is_private_from_its_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the umask, and whatever was there: the mode is the file's when it comes to be."""
    made: dict[str, int] = {}
    real = os.open

    def watched(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(path, flags, mode)
        made[Path(path).name] = stat.S_IMODE(os.fstat(descriptor).st_mode)
        assert os.fstat(descriptor).st_size == 0
        return descriptor

    before = os.umask(0)
    try:
        monkeypatch.setattr(os, "open", watched)
        signer = Signer.development(tmp_path / "discord-key.json")
        stack = Stack(1, {})
        with stack.published(tmp_path / "stack.json"):
            held = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
            described = json.loads((tmp_path / "stack.json").read_text())
        old = tmp_path / "old"
        old.write_text("everybody's")
        write_private(old, "mine")
    finally:
        os.umask(before)
    assert held == {"discord-key.json": 0o600, "stack.json": 0o600}
    assert len(made) == 3 and set(made.values()) == {0o600}
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    assert described["aws_secret_access_key"] == stack.secret_access_key
    assert signer.private_key and stack.secret_access_key not in repr(stack)
