"""The one read that an answer within three seconds may wait for: what it asks of AWS, and that it
ends after two seconds whatever the other side does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
from botocore.validate import validate_parameters

from adapters import aws, files, inline
from commands.command import NoFormError, NotReadyError
from tests.aws import RealConnection, model
from tests.scripted_http import Answer, Close, CutShort, Drop, Server, Step, error
from tests.unit.commands.test_router import bot, pressed, typing
from tests.unit.test_interactions import GUILD, Bot

__all__ = ["bot"]  # a fixture

TITLE: Final = {"Item": {"title": {"S": "星"}, "pages": {"L": [{"N": "2"}]}}}
PATIENCE_S: Final = inline.PATIENCE_S
READY: Final = Answer(200, json.dumps(TITLE).encode())


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(aws, "Connection", RealConnection)
    monkeypatch.setenv("DYNAMODB_SETTINGS_TABLE", "server_settings")
    monkeypatch.setattr(inline, "PATIENCE_S", 10.0)  # what answers at once may meet a busy machine
    inline._kept.clear()
    yield
    for each in inline._kept:
        each.close()
    inline._kept.clear()


def at(server: Server | str, monkeypatch: pytest.MonkeyPatch) -> None:
    host = server if isinstance(server, str) else server.host
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}")


def read() -> Any:
    return inline.setting(GUILD, "sample", "sample:form:late")


def test_it_asks_for_one_item_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server([READY]) as server:
        at(server, monkeypatch)
        assert read() == {"title": "星", "pages": [2]}
    [received] = server.received
    assert received.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    asked = json.loads(received.body)
    shape = model(aws.DYNAMODB.target).operation_model("GetItem").input_shape
    assert shape is not None
    validate_parameters(asked, shape)
    assert asked["TableName"] == "server_settings" and asked["ConsistentRead"] is True
    assert asked["Key"] == {"server_id": {"S": GUILD}, "setting": {"S": "sample"}}


def test_where_there_is_no_item_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server([Answer(200, b"{}")]) as server:
        at(server, monkeypatch)
        assert read() is None


def test_a_kept_connection_serves_the_next_and_one_that_aws_closed_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server([READY, READY, Close()], [READY]) as server:
        at(server, monkeypatch)
        assert read() == read()
        assert server.accepted == 1
        assert server.closed.acquire(timeout=10)
        assert read()["title"] == "星"
    assert server.accepted == 2


def test_a_server_that_closes_each_new_connection_too_is_asked_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server([READY, Close()], [Drop()]) as server:
        at(server, monkeypatch)
        read()
        assert server.closed.acquire(timeout=10)
        with pytest.raises(NotReadyError):
            read()
    assert server.accepted == 2


FAILURES: Final[dict[str, list[Step]]] = {
    "no right": [error("AccessDeniedException")],
    "throttled": [error("ThrottlingException")],
    "an error of AWS's": [error("InternalServerError", 500)],
    "not JSON": [Answer(200, b"<html>")],
    "damaged": [Answer(200, READY.body, headers="x-amz-crc32: 1\r\n")],
    "cut short": [CutShort()],
    "reset": [CutShort(reset=True)],
    "no answer": [Drop()],
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_fails_is_not_ready_and_the_operator_reads_why(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Server(FAILURES[name]) as server:
        at(server, monkeypatch)
        with pytest.raises(NotReadyError) as raised:
            read()
    assert raised.value.custom_id == "sample:form:late"
    assert server.accepted == 1
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["guild_id"]) == ("ERROR", GUILD) and line["error"]


# --- two seconds ----------------------------------------------------------------------------------


def test_the_bound_is_two_seconds_of_discords_three() -> None:
    assert PATIENCE_S == 2.0


class Hostile:
    """A server that does one thing with each connection until the test is over."""

    def __init__(self, play: Callable[[socket.socket, threading.Event], None]) -> None:
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = "127.0.0.1:{1}".format(*self._listener.getsockname())
        self._play = play
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread where it accepts
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            peer, _ = self._listener.accept()
            with peer:
                self._play(peer, self.over)


def silent(peer: socket.socket, over: threading.Event) -> None:
    over.wait(30)


def dripping(start: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """A byte, and another, each in time for a read that waits for the next alone."""

    def drip(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(start)
        while not over.wait(0.05):
            peer.sendall(b"x")

    return drip


SLOW: Final = {
    "silent": silent,
    "a status that drips": dripping(b"HTTP/1.1 2"),
    "headers that drip": dripping(b"HTTP/1.1 200 OK\r\nx-a: "),
    "a body that drips": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"),
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is one number; with less of it the tests are faster."""
    monkeypatch.setattr(inline, "PATIENCE_S", 0.3)


@pytest.fixture(params=[*SLOW, "handshake", "name"])
def slow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS does not come to an end, one way or the other. Without the bound over all of it these
    would last as long as the other side likes."""
    server = Hostile(SLOW.get(request.param, silent))
    scheme = "https" if request.param == "handshake" else "http"
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"{scheme}://{server.host}")
    if request.param == "name":
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: server.over.wait(30) and [])
    yield
    server.end()


def test_whatever_takes_too_long_ends_at_the_bound(
    impatient: None, slow: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotReadyError) as raised:
        read()
    assert raised.value.custom_id == "sample:form:late"
    assert json.loads(capsys.readouterr().out)["error"] in ("late", "TimeoutError")


def test_a_form_that_is_late_is_a_private_button_that_opens_it(
    bot: Bot, impatient: None, slow: None
) -> None:
    answer = bot.send(pressed("sample:slow"))
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    [row] = answer["data"]["components"]
    assert [each["custom_id"] for each in row["components"]] == ["sample:form:late"]
    assert bot.starter.asked == []


def test_choices_that_are_late_are_none(bot: Bot, impatient: None, slow: None) -> None:
    assert bot.send(typing("read")) == {"type": 8, "data": {"choices": []}}


def test_a_form_that_is_ready_opens_at_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server([READY, READY]) as server:
        at(server, monkeypatch)
        answer = bot.send(pressed("sample:slow"))
        assert (answer["type"], answer["data"]["title"]) == (9, "星")
        [choice] = bot.send(typing("read"))["data"]["choices"]
        assert choice["value"] == "星"
    assert bot.starter.asked == []


def test_an_answer_that_comes_late_is_not_taken_for_the_next(
    monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    """The thread of the read before may still run: its connection is its own."""
    other = Answer(200, json.dumps({"Item": {"title": {"S": "別"}}}).encode())
    answering = threading.Event()

    def late(peer: socket.socket, over: threading.Event) -> None:
        answering.wait(10)
        peer.sendall(bytes(READY))
        over.wait(10)

    first = Hostile(late)
    at(first.host, monkeypatch)
    with pytest.raises(NotReadyError):
        read()
    monkeypatch.setattr(inline, "PATIENCE_S", 10.0)
    with Server([other]) as server:
        at(server, monkeypatch)
        answering.set()
        assert read() == {"title": "別"}
    first.end()


# --- several reads, one after the other -----------------------------------------------------------

CARDS: Final = b'{"v": 1}'


def both() -> Any:
    """An item, and the file that it points to."""

    def read(reader: inline.Reader) -> Any:
        row = reader.setting(GUILD, "cards")
        return row, reader.file(files.CARDS, files.CARDS.hash(CARDS))

    files._kept.clear()
    return inline.read(GUILD, read, "sample:form:late")


def test_what_an_item_points_to_is_read_after_it_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKET", "bucket")
    with Server([READY, Close()], [Answer(200, CARDS)], asked=b"") as server:
        at(server, monkeypatch)
        assert both() == ({"title": "星", "pages": [2]}, CARDS)
        kept = inline.read(GUILD, lambda r: r.file(files.CARDS, files.CARDS.hash(CARDS)))
        assert kept == CARDS and server.accepted == 2


@pytest.mark.parametrize(
    "step",
    [
        Answer(200, b"another file"),
        error("AccessDenied", 403),
        Answer(500, b"<Code>x</Code>"),
        Drop(),
    ],
    ids=["another", "missing", "an error", "no answer"],
)
def test_a_file_that_does_not_come_is_not_ready(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUCKET", "bucket")
    with Server([READY, Close()], [step], asked=b"") as server:
        at(server, monkeypatch)
        with pytest.raises(NotReadyError, match="sample:form:late"):
            both()


def test_what_somebody_makes_of_it_may_be_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_reader: inline.Reader) -> None:
        raise NoFormError("no_drafts", found="x")

    with pytest.raises(NoFormError) as raised:
        inline.read(GUILD, none)
    assert (raised.value.sentence, raised.value.values) == ("no_drafts", {"found": "x"})
    monkeypatch.setattr(inline, "PATIENCE_S", 0.05)
    late = threading.Event()
    with pytest.raises(NotReadyError):
        inline.read(GUILD, lambda _reader: late.wait(5))
    late.set()
