"""The local cloud's servers answer programs on this machine, under their own names."""

from __future__ import annotations

import http.client
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import write_private
from local.client import Signer
from local.cloud import Stack, free_port
from local.discord_standin import DiscordStandin
from local.guard import loopback, refusal
from local.proxy import Server, proxy

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
