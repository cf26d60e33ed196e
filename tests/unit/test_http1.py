"""HTTP as the functions' AWS client reads it, beside `http.client`, which all others have."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import http1
from tests.conftest import ROOT

Read = tuple[int, dict[str, str], bytes, bool]
"""Status, headers, body, and whether the connection stays."""


class Scripted:
    """A socket that says what it is told to, and then no more."""

    def __init__(self, said: bytes) -> None:
        self.said = io.BytesIO(said)
        self.sent = b""
        self.is_closed = False

    def sendall(self, sent: bytes) -> None:
        self.sent += sent

    def makefile(self, _mode: str) -> Any:
        return io.BytesIO(self.said.read())

    def close(self) -> None:
        self.is_closed = True


def ours(said: bytes, most: int | None = None) -> Read:
    connection = http1.Connection("a.test", 80, connect_s=1, read_s=1, context=None)
    connection._socket = Scripted(said)  # type: ignore[assignment]
    status, headers, body = connection.ask("POST", "/", {"host": "a.test"}, b"{}", most)
    return status, headers, body, connection.is_open


def theirs(said: bytes) -> Read:
    response = http.client.HTTPResponse(Scripted(said), method="POST")  # type: ignore[arg-type]
    response.begin()
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return response.status, headers, body, not response.will_close


def outcome(read: Callable[[bytes], Read], said: bytes) -> Read | str:
    try:
        return read(said)
    except (OSError, http.client.HTTPException, http1.BrokenError):
        return "broken"


def chunked(parts: list[bytes], end: bytes = b"\r\n") -> bytes:
    sizes = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts if part)
    return sizes + b"0\r\n" + end


bodies = st.binary(max_size=200)
names = st.sampled_from(["X-Amzn-RequestId", "x-amz-crc32", "Content-Type", "Connection", "Date"])
values = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
headers = st.lists(
    st.tuples(names, values | st.sampled_from(["close", "keep-alive", "Close"])),
    max_size=5,
    unique_by=lambda pair: pair[0],
)


@settings(max_examples=300)
@given(
    version=st.sampled_from(["1.1", "1.1", "1.0"]),
    status=st.sampled_from([200, 204, 304, 400, 403, 404, 429, 500, 503]),
    reason=st.sampled_from([" OK", " ", " Bad Request", ""]),
    headers=headers,
    parts=st.lists(bodies, max_size=3),
    how=st.sampled_from(["length", "chunks", "end"]),
    informed=st.booleans(),
)
def test_a_whole_answer_is_what_http_client_reads(
    version: str,
    status: int,
    reason: str,
    headers: list[tuple[str, str]],
    parts: list[bytes],
    how: str,
    informed: bool,
) -> None:
    body = b"".join(parts)
    told = [f"{name}: {value}\r\n" for name, value in headers]
    if how == "length":
        told.append(f"Content-Length: {len(body)}\r\n")
    if how == "chunks":
        told.append("Transfer-Encoding: chunked\r\n")
        body = chunked(parts)
    head = f"HTTP/{version} {status}{reason}\r\n{''.join(told)}\r\n".encode()
    if informed:
        head = b"HTTP/1.1 100 Continue\r\n\r\n" + head
    mine, other = ours(head + body), theirs(head + body)
    assert mine[0] == other[0] == status
    if not (status in (204, 304) and how == "chunks"):  # where it reads what must not be there
        assert mine[2] == other[2]
    told_mine = {**mine[1], "connection": other[1].get("connection", "")}
    assert told_mine == {"connection": "", **other[1]}
    assert mine[3] <= other[3]  # it keeps fewer


@settings(max_examples=300)
@given(
    body=bodies,
    how=st.sampled_from(["length", "chunks"]),
    cut=st.floats(0, 1, exclude_max=True),
)
def test_an_answer_that_is_cut_short_is_none(body: bytes, how: str, cut: float) -> None:
    """Wherever; `http.client` takes a head that ends early for a whole one."""
    if how == "length":
        said = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    else:
        said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked([body])
    assert outcome(ours, said[: int(cut * len(said))]) == "broken"


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    b"HTTP/1.1 200 OK\r\n",
                    b"HTTP/1.1 ",
                    b"200",
                    b"20\xb2 ",
                    b"99 ",
                    b"HTTP/2 200 \n",
                ),
                *(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 101 Switch\r\n\r\n"),
                *(b"Content-Length: 3\r\n", b"Content-Length: -1\r\n", b"content-length: 5\r\n"),
                *(
                    b"Content-Length: +3\r\n",
                    b"Content-Length: \xb2\r\n",
                    b"Content-Length: 0x3\r\n",
                ),
                *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip\r\n"),
                *(b"a: b\r\n", b" folded\r\n", b"no colon\r\n", b": no name\r\n", b"a : b\r\n"),
                *(
                    b"\r\n",
                    b"\n",
                    b"\r",
                    b"abc",
                    b"3\r\n",
                    b"0\r\n",
                    b"-3\r\n",
                    b"ffffffffffffffffff\r\n",
                ),
                *(b"3;x=y\r\nabc\r\n", b"0x3\r\n", b" 3\r\n", b"\x00", b"\xff" * 10),
            ]
        ),
        max_size=10,
    ).map(b"".join)
    | st.binary(max_size=100)
)
def test_whatever_comes_is_an_answer_that_http_client_reads_alike_or_none(said: bytes) -> None:
    mine = outcome(ours, said)
    if mine != "broken":
        other = outcome(theirs, said)
        assert (mine[0], mine[2]) == (other[0], other[2])


HEAD: Final = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        HEAD * 2,
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        HEAD + b"Content-Length: 999999999999999\r\n\r\nab",
        HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nab",
        HEAD + b"a: " + b"b" * 70_000 + b"\r\n\r\n",
        HEAD + b"a: b\r\n" * 300 + b"\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 300 + HEAD + b"\r\n",
        b"HTTP/1.1 200" + b" " * 70_000 + b"\r\n\r\n",
    ],
    ids=range(10),
)
def test_what_leaves_a_choice_or_takes_no_end_is_refused(said: bytes) -> None:
    assert outcome(ours, said) == "broken"


def test_a_body_that_is_promised_takes_no_memory_before_it_comes() -> None:
    import tracemalloc

    tracemalloc.start()
    try:
        assert outcome(ours, HEAD + b"Content-Length: 999999999\r\n\r\nab") == "broken"
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("how", ["length", "chunks", "end"])
@pytest.mark.parametrize(("size", "stays"), [(0, True), (9, True), (10, True), (11, False)])
def test_of_a_long_body_one_byte_more_is_read_and_the_connection_ends(
    how: str, size: int, stays: bool
) -> None:
    body = b"x" * size
    said = {
        "length": b"Content-Length: %d\r\n\r\n%s" % (size, body),
        "chunks": b"Transfer-Encoding: chunked\r\n\r\n" + chunked([body[:4], body[4:]]),
        "end": b"\r\n" + body,
    }[how]
    status, _, read, is_open = ours(HEAD + said + b"x" * 100 * (how != "end"), most=10)
    assert (status, read) == (200, body[:11])
    assert is_open == (stays and how != "end") or size == 11


# --- over a socket --------------------------------------------------------------------------------


@pytest.fixture
def peer() -> Iterator[tuple[http1.Connection, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        mine = http1.Connection("127.0.0.1", port, connect_s=5, read_s=0.2, context=None)
        mine.connect()
        other, _ = listener.accept()
        with other:
            yield mine, other
        mine.close()


def test_a_request_is_one_write_that_http_client_would_have_sent(
    peer: tuple[http1.Connection, socket.socket],
) -> None:
    mine, other = peer
    other.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
    headers = {"host": "a.test", "x-amz-target": "T.Op"}
    assert mine.ask("POST", "/", headers, b"{}").body == b"{}"
    sent = other.recv(65_536)
    head, _, body = sent.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    assert (line, body) == ("POST / HTTP/1.1", b"{}")
    assert dict(each.split(": ", 1) for each in rest) == {**headers, "content-length": "2"}


def test_an_answer_that_does_not_come_in_time_is_an_os_error(
    peer: tuple[http1.Connection, socket.socket],
) -> None:
    with pytest.raises(TimeoutError):
        peer[0].ask("POST", "/", {"host": "a.test"}, b"")


def test_a_connection_that_was_closed_says_so(
    peer: tuple[http1.Connection, socket.socket],
) -> None:
    mine, other = peer
    other.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionResetError):
        mine.ask("POST", "/", {"host": "a.test"}, b"")


@pytest.mark.parametrize("header", ["a\r\nb: c", "a\nb", "a\rb"])
def test_a_line_end_in_a_header_is_sent_to_nobody(
    peer: tuple[http1.Connection, socket.socket], header: str
) -> None:
    mine, other = peer
    with pytest.raises(ValueError, match="line end"):
        mine.ask("POST", "/", {"host": "a.test", "x-amzn-trace-id": header}, b"")
    other.settimeout(0.05)
    with pytest.raises(TimeoutError):
        other.recv(1)


def test_a_handshake_that_fails_leaves_no_connection_open(tmp_path: Any) -> None:
    import ssl

    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()

        def refuse() -> None:
            other, _ = listener.accept()
            with other, contextlib.suppress(ConnectionResetError):  # that ends it just as well
                other.sendall(b"no TLS")
                while other.recv(65_536):
                    pass
            ended.set()

        threading.Thread(target=refuse, daemon=True).start()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        port = listener.getsockname()[1]
        mine = http1.Connection("127.0.0.1", port, connect_s=5, read_s=5, context=context)
        with pytest.raises(OSError, match="SSL"):
            mine.connect()
        assert not mine.is_open
        assert ended.wait(10)


def test_a_start_loads_neither_e_mail_nor_the_codec_of_foreign_names() -> None:
    """That is why it is here, and not `http.client`."""
    program = """
import sys
from adapters import aws
connection = aws.Connection(aws.DYNAMODB, 1, 1)
try:
    connection.connect()
except OSError:
    pass
print(*sys.modules)
"""
    environment = {
        "PYTHONPATH": str(ROOT / "layers/gacha/python"),
        "AWS_REGION": "ap-northeast-1",
        "AWS_ENDPOINT_URL": "https://127.0.0.1:1",
    }
    loaded = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    assert not {"http.client", "email", "urllib.parse", "encodings.idna", "random"} & set(
        loaded.split()
    )
