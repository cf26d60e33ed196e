"""Fetching what was uploaded: from Discord alone, and from a server that misbehaves all ways."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import files
from gacha.making.uploads import PROBLEMS
from tests.conftest import load_function
from tests.scripted_http import self_signed

_own: dict[str, ModuleType] = {}
fetch: ModuleType = load_function("workshop", "fetch", _own)
RefusedError: Any = _own["refused"].RefusedError

ADDRESS = (
    "https://cdn.discordapp.com/ephemeral-attachments/1290000000000000001/1290000000000000002/"
    "cards_.xlsx?ex=66f2&is=66f1&hm=0123abcd&"
)
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        "https://media.discordapp.net/attachments/1/2/a.png",
        "https://cdn.discordapp.com/attachments/1/2/%E7%94%BB%E5%83%8F.png?ex=1",
    ],
)
def test_discords_addresses_are_fetched(address: str) -> None:
    assert fetch.is_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "cards.csv",
        ADDRESS.replace("https", "http"),
        ADDRESS.replace("https", "file"),
        ADDRESS.replace("cdn.discordapp.com", "cdn.discordapp.com.example.org"),
        ADDRESS.replace("cdn.discordapp.com", "example.org"),
        ADDRESS.replace("cdn.discordapp.com", "discordapp.com"),
        ADDRESS.replace("cdn.discordapp.com", "169.254.169.254"),
        ADDRESS.replace("cdn.discordapp.com", "cdn.discordapp.com:8443"),
        ADDRESS.replace("cdn.discordapp.com", "cdn.discordapp.com."),
        ADDRESS.replace("cdn.discordapp.com", "CDN.discordapp.com"),
        ADDRESS.replace("cdn.discordapp.com", "cdn.discordapp.com@example.org"),
        ADDRESS.replace("cdn.discordapp.com", "example.org@cdn.discordapp.com"),
        ADDRESS.replace("cdn.discordapp.com", "example.org\\@cdn.discordapp.com"),
        ADDRESS.replace("cdn.discordapp.com", "example.org#@cdn.discordapp.com"),
        ADDRESS.replace("cdn.discordapp.com", "cdn。discordapp.com"),
        ADDRESS.replace("cdn.discordapp.com/ephemeral-attachments", "cdn.discordapp.com/avatars"),
        "https://cdn.discordapp.com/attachments/../avatars/1.png",
        "https://cdn.discordapp.com/attachments/a b.png",
        "https://cdn.discordapp.com/attachments/a\r\nHost: example.org",
        "https://cdn.discordapp.com/attachments/a.png#b",
        "https://cdn.discordapp.com/attachments/" + "a" * 3000,
        "http://127.0.0.1:8790/attachments/1/2/a.png",
        "https://[::1]/attachments/a",
        "https://[/attachments/a",
    ],
)
def test_no_other_address_is(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("it connected")

    monkeypatch.delenv("DISCORD_CDN_BASE_URL", raising=False)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert not fetch.is_allowed(address)
    with pytest.raises(RefusedError, match="fetch_address"):
        fetch.fetch(address)


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.integers(0, 60))
def test_what_is_put_into_an_address_leads_nowhere_else(text: str, at: int) -> None:
    from urllib.parse import urlsplit

    address = ADDRESS[:at] + text + ADDRESS[at:]
    if fetch.is_allowed(address):
        assert urlsplit(address).hostname in fetch.HOSTS and address.isascii()


Play = Callable[[socket.socket], None]


class Misbehaving:
    """A server on this machine that plays `play` to each connection, after the request came."""

    def __init__(self, play: Play, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._play, self._context = play, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[peer], daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError), peer:
            request = b""
            while b"\r\n\r\n" not in request and (piece := peer.recv(4096)):
                request += piece
            self.requests.append(request)
            self._play(peer)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Play], Misbehaving]]:
    """A server in the place of Discord's, as the local cloud has one. All waits are short."""
    servers: list[Misbehaving] = []
    monkeypatch.setattr(fetch, "SILENCE_S", 0.3)
    monkeypatch.setattr(fetch, "LIMIT_S", 1.5)
    monkeypatch.setattr(fetch, "PAUSE_S", 0.0)

    def start(play: Play) -> Misbehaving:
        servers.append(Misbehaving(play))
        monkeypatch.setenv("DISCORD_CDN_BASE_URL", f"http://127.0.0.1:{servers[-1].port}")
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def get(server: Misbehaving, path: str = "/ephemeral-attachments/1/2/a.png?ex=1&hm=2") -> bytes:
    content = fetch.fetch(f"http://127.0.0.1:{server.port}{path}")
    assert isinstance(content, bytes)
    return content


def refused(server: Misbehaving) -> tuple[str, dict[str, Any]]:
    with pytest.raises(RefusedError) as refusal:
        get(server)
    problem = refusal.value.problem
    assert problem.values.keys() == PROBLEMS[problem.key]
    return problem.key, dict(problem.values)


Serve = Callable[[Play], Misbehaving]


def sent(*pieces: bytes) -> Play:
    return lambda peer: peer.sendall(b"".join(pieces))


def test_a_file_comes_whole_and_is_asked_for_as_it_is(serve: Serve) -> None:
    content = bytes(range(256)) * 4096
    server = serve(sent(OK + b"Content-Length: %d\r\n\r\n" % len(content), content))
    assert get(server) == content
    [request] = server.requests
    assert request.startswith(b"GET /ephemeral-attachments/1/2/a.png?ex=1&hm=2 HTTP/1.1\r\n")
    assert b"Accept-Encoding: identity\r\n" in request
    assert b"cookie" not in request.lower() and b"authorization" not in request.lower()


def test_a_file_comes_in_chunks(serve: Serve) -> None:
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    assert get(serve(sent(head, b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"))) == b"abcde"


def test_a_file_ends_with_its_connection(serve: Serve) -> None:
    assert get(serve(sent(OK + b"\r\n", b"abc"))) == b"abc"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(serve: Serve, status: int) -> None:
    elsewhere = serve(sent(OK + b"Content-Length: 1\r\n\r\nx"))
    location = f"http://127.0.0.1:{elsewhere.port}/attachments/1".encode()
    server = serve(
        sent(b"HTTP/1.1 %d x\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, location))
    )
    assert refused(server) == ("fetch_failed", {"status": status})
    assert not elsewhere.requests


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_has_expired_is_gone(serve: Serve, status: int) -> None:
    body = b"This content is no longer available."
    answer = b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)
    server = serve(sent(answer))
    assert refused(server) == ("fetch_gone", {})
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again(serve: Serve, status: int) -> None:
    bad = b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status
    answers = [bad, bad, OK + b"Content-Length: 1\r\n\r\nx"]
    assert get(serve(lambda peer: peer.sendall(answers.pop(0)))) == b"x"
    server = serve(sent(bad))
    assert refused(server) == ("fetch_failed", {"status": status})
    assert len(server.requests) == fetch.TRIES


@pytest.mark.parametrize("status", [201, 204, 206, 400, 418])
def test_no_other_answer_is_a_file(serve: Serve, status: int) -> None:
    server = serve(sent(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status))
    assert refused(server) == ("fetch_failed", {"status": status})


def test_a_file_that_says_it_is_too_large_is_not_read(serve: Serve) -> None:
    length = files.MOST_UPLOADED + 1
    server = serve(sent(OK + b"Content-Length: %d\r\n\r\n" % length))
    assert refused(server) == ("fetch_large", {"most": 25})


@pytest.mark.parametrize(
    "head", [b"", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 26214400\r\n"]
)
def test_a_file_without_end_is_not_read_to_its_end(
    serve: Serve, head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_UPLOADED", 1_000_000)
    monkeypatch.setattr(fetch, "LIMIT_S", 10)
    piece = b"x" * 65536
    is_chunked = b"chunked" in head
    taken = []

    def endless(peer: socket.socket) -> None:
        peer.sendall(OK + head + b"\r\n")
        while True:
            peer.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if is_chunked else piece)
            taken.append(len(piece))

    assert refused(serve(endless))[0] == "fetch_large"
    assert sum(taken) < 20_000_000  # what the kernel's buffers hold, and no more


def test_a_file_that_is_shorter_than_it_says(serve: Serve) -> None:
    assert refused(serve(sent(OK + b"Content-Length: 100\r\n\r\n", b"x" * 40))) == ("fetch_cut", {})


def test_a_chunk_that_ends_early(serve: Serve) -> None:
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    assert refused(serve(sent(head, b"ff\r\nabc")))[0] == "fetch_cut"


def test_a_file_that_is_longer_than_it_says_ends_where_it_says(serve: Serve) -> None:
    assert get(serve(sent(OK + b"Content-Length: 3\r\n\r\n", b"abcdef"))) == b"abc"


def silence(_peer: socket.socket) -> None:
    time.sleep(5)


def dripping(head: bytes, piece: bytes) -> Play:
    def drip(peer: socket.socket) -> None:
        peer.sendall(head)
        while True:
            time.sleep(0.05)
            peer.sendall(piece)

    return drip


@pytest.mark.parametrize(
    "play",
    [
        silence,
        dripping(OK + b"Content-Length: 100000\r\n\r\n", b"x"),
        dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        dripping(OK + b"X-Header: ", b"x"),
        dripping(b"HTTP/1.1 200 ", b"x"),
        dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    ],
    ids=["silence", "body", "chunks", "header", "status", "size"],
)
def test_however_slowly_it_answers_it_ends(serve: Serve, play: Play) -> None:
    ended = threading.Event()
    outcome: list[str] = []

    def ask() -> None:
        outcome.append(refused(server)[0])
        ended.set()

    server = serve(play)
    threading.Thread(target=ask, daemon=True).start()
    assert ended.wait(15) and outcome == ["fetch_slow"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 abc x\r\n\r\n",
        OK + b"A: " + b"x" * 100_000 + b"\r\n\r\n",
        OK + b"A: b\r\n" * 500 + b"\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
    ],
)
def test_what_is_no_answer(serve: Serve, answer: bytes) -> None:
    assert refused(serve(sent(answer)))[0] in ("fetch_failed", "fetch_cut")


def test_nobody_listens(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as bound:  # and never listens
        bound.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{bound.getsockname()[1]}"
        monkeypatch.setenv("DISCORD_CDN_BASE_URL", base)
        with pytest.raises(RefusedError) as refusal:
            fetch.fetch(f"{base}/attachments/1/2/a.png")
    assert refusal.value.problem.values == {"status": 0}


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, monkeypatch: Any) -> None:
    identity = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    told: list[bytes] = []

    def listen(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(peer, True) as secure:
                    told.append(secure.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, args=[listener], daemon=True).start()
        base = f"https://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("DISCORD_CDN_BASE_URL", base)
        monkeypatch.setattr(fetch, "PAUSE_S", 0.0)
        with pytest.raises(RefusedError, match="fetch_failed"):
            fetch.fetch(f"{base}/attachments/1/2/a.png")
    assert not any(told)


def test_the_local_clouds_address_is_one_only_where_it_is_set(monkeypatch: Any) -> None:
    monkeypatch.setenv("DISCORD_CDN_BASE_URL", "http://127.0.0.1:8790/")
    assert fetch.is_allowed("http://127.0.0.1:8790/attachments/1")
    assert fetch.is_allowed(ADDRESS)
    for other in ("http://127.0.0.1:8791", "https://127.0.0.1:8790", "http://127.0.0.1:8790.a"):
        assert not fetch.is_allowed(f"{other}/attachments/1")


def test_below_the_local_clouds_address_files_lie_as_whoever_serves_them_likes(
    monkeypatch: Any,
) -> None:
    """The page to play on has its own below /cdn, an outside client anywhere."""
    page = "http://127.0.0.1:8790"
    for base in (f"{page}/cdn", f"{page}/cdn/"):
        monkeypatch.setenv("DISCORD_CDN_BASE_URL", base)
        assert fetch.is_allowed(f"{page}/cdn/attachments/1/2/a.png")
        assert fetch.is_allowed(f"{page}/cdn/a.zip")
        for other in ("/a.zip", "/cdn", "/cdnot/a.zip", "/cdn/../a.zip", "/attachments/1"):
            assert not fetch.is_allowed(page + other)
    monkeypatch.setenv("DISCORD_CDN_BASE_URL", page)
    assert fetch.is_allowed(f"{page}/a.zip")
