"""The functions' own client of S3: against botocore, which AWS writes, and hostile answers."""

from __future__ import annotations

import contextlib
import hashlib
import string
from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import boto3
import botocore.parsers
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import aws, http1
from tests.aws import over_sockets
from tests.scripted_http import Answer, Close, CutShort, Drop, Server, Silence, Step

KEY: Final = f"banners/{'0' * 64}.toml"
BODY: Final = b"schema = 1\n"
GOOD: Final = Answer(200, BODY)


def said(code: str, status: int) -> Answer:
    xml = f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>m</Message></Error>'
    return Answer(status, xml.encode(), headers="Content-Type: application/xml\r\n")


SLOW_DOWN: Final = said("SlowDown", 503)
SERVER_ERROR: Final = said("InternalError", 500)
MISSING: Final = said("NoSuchKey", 404)
NOT_LISTED: Final = said("AccessDenied", 403)
THERE: Final = said("PreconditionFailed", 412)

Connect = Callable[[Server], aws.S3]


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    over_sockets(monkeypatch)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Connect:
    def made(server: Server) -> aws.S3:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
        return aws.S3()

    return made


# --- as botocore does -----------------------------------------------------------------------------

# A checksum of its own, after the body, is what botocore adds since 2025; the signature has one.
_theirs: Final = boto3.client(
    "s3",
    region_name="ap-northeast-1",
    config=Config(request_checksum_calculation="when_required"),
)

names = st.text(string.ascii_lowercase + string.digits + "-._", min_size=1, max_size=30).filter(
    lambda name: name not in (".", "..")
)


@settings(max_examples=60)
@given(folder=names, name=names, body=st.binary(min_size=1, max_size=100), once=st.booleans())
def test_a_request_is_the_one_that_botocore_sends(
    folder: str, name: str, body: bytes, once: bool
) -> None:
    key, only = f"{folder}/{name}", {"IfNoneMatch": "*"} if once else {}
    mine = aws.S3()
    assert sent_by_us(mine, lambda: mine.get_object(key, 100)) == sent_by_botocore(
        "get_object", Key=key
    )
    assert sent_by_us(
        mine, lambda: mine.put_object(key, body, "image/webp", once=once)
    ) == sent_by_botocore("put_object", Key=key, Body=body, ContentType="image/webp", **only)


Sent = tuple[str, str, dict[str, str], bytes]


def _sent(method: str, url: str, headers: dict[str, str], body: bytes) -> Sent:
    """What says which object is meant, and what is done to it."""
    known = {name.lower(): value for name, value in headers.items()}
    told: list[str] = ["content-type", "if-none-match"]
    kept = {name: known[name] for name in told if name in known}
    return method, url, kept, body


def sent_by_us(mine: aws.S3, call: Callable[[], object]) -> Sent:
    sent: list[Sent] = []

    class Http:
        is_open = True

        def ask(
            self, method: str, path: str, headers: dict[str, str], body: bytes, _most: int
        ) -> http1.Answer:
            assert headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
            sent.append(_sent(method, f"https://{headers['host']}{path}", headers, body))
            return http1.Answer(200, {}, b"")

    anything: Any = mine
    anything._connection._http = Http()
    call()
    return sent[0]


def sent_by_botocore(method: str, **request: Any) -> Sent:
    sent: list[Sent] = []

    def keep(request: Any, **_: Any) -> Any:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        body = request.body.read() if hasattr(request.body, "read") else request.body or b""
        sent.append(_sent(request.method, request.url, headers, body))
        raw = SimpleNamespace(stream=lambda **_: iter([b""]), read=lambda *_: b"")
        return AWSResponse(request.url, 200, HTTPHeaders(), raw)

    _theirs.meta.events.register("before-send.s3", keep)
    try:
        getattr(_theirs, method)(Bucket="the-stacks-bucket", **request)
    finally:
        _theirs.meta.events.unregister("before-send.s3", keep)
    return sent[0]


def test_the_local_clouds_one_address_has_the_bucket_in_the_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    mine = aws.S3()
    _, url, _, _ = sent_by_us(mine, lambda: mine.get_object(KEY, 1))
    assert urlsplit(url).path == f"/the-stacks-bucket/{KEY}"


@settings(max_examples=60)
@given(
    status=st.sampled_from([400, 403, 404, 405, 409, 412]),
    code=st.text(string.ascii_letters + ".", min_size=1, max_size=30).filter(
        lambda code: code not in aws.THROTTLED
    ),
    message=st.text(string.ascii_letters + " <>&'\"", max_size=30),
)
def test_an_error_is_read_as_botocore_reads_it(status: int, code: str, message: str) -> None:
    xml = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()
    parser: Any = botocore.parsers.create_parser("rest-xml")
    theirs = parser.parse({"status_code": status, "headers": {}, "body": xml}, None)["Error"]
    with pytest.raises(aws.ServiceError) as raised:
        aws.read_object(aws.Response(status, xml, None), 100)
    assert raised.value.code == theirs["Code"]


# --- what the answers mean ------------------------------------------------------------------------


def outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except aws.ServiceError as refused:
        return refused.code
    except aws.UnreachableError:
        return "unreachable"


def got(client: Connect, *connections: Sequence[Step], most: int = 100) -> tuple[object, Server]:
    with Server(*connections, asked=b"GET /the-stacks-bucket/banners/") as server:
        mine = client(server)
        found = outcome(lambda: mine.get_object(KEY, most))
        mine.close()
        server.join()
    return found, server


def put(client: Connect, *answers: Step, once: bool = True) -> tuple[object, Server]:
    with Server(answers, asked=b"PUT /the-stacks-bucket/banners/") as server:
        mine = client(server)
        found = outcome(lambda: mine.put_object(KEY, BODY, "application/toml", once=once))
        mine.close()
        server.join()
    return found, server


def test_a_connection_that_was_opened_ahead_is_the_first_requests(client: Connect) -> None:
    with Server([GOOD], asked=b"GET /the-stacks-bucket/banners/") as server:
        mine = client(server)
        mine.connect()
        assert mine._connection.is_open
        assert mine.get_object(KEY, 100) == BODY
        mine.close()
        server.join()
    assert server.accepted == 1


def test_a_bucket_that_is_not_there_ahead_is_asked_by_the_first_request(client: Connect) -> None:
    server = Server([GOOD], asked=b"GET /the-stacks-bucket/banners/")
    mine = client(server)
    mine.connect()
    assert not mine._connection.is_open
    with server:
        assert mine.get_object(KEY, 100) == BODY
        mine.close()
        server.join()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (GOOD, BODY),
        (Answer(200, b""), b""),
        (Answer(200, b"x" * 100), b"x" * 100),
        (MISSING, None),
        (NOT_LISTED, None),
        (said("InvalidAccessKeyId", 403), "InvalidAccessKeyId"),
        (said("KMS.DisabledException", 400), "KMS.DisabledException"),
        (Answer(404, b""), "404"),
        (Answer(403, b"<html>"), "403"),
        (Answer(301, b"<Error><Code>PermanentRedirect</Code></Error>"), "PermanentRedirect"),
    ],
    ids=str,
)
def test_one_answer_settles_it(client: Connect, answer: Answer, meaning: object) -> None:
    found, server = got(client, [answer])
    assert found == meaning
    assert len(server.received) == 1


def test_no_more_of_an_object_is_read_than_was_said(client: Connect) -> None:
    """What is left of it would be taken for the next answer, so the connection goes."""
    for size in (101, aws._MOST_SAID, 50 * 1024 * 1024):
        with Server([Answer(200, b"x" * size)], [GOOD], asked=b"GET /the-stacks-bucket/") as server:
            server._play = _careless(server._play)  # type: ignore[method-assign]
            mine = client(server)
            assert outcome(partial(mine.get_object, KEY, 100)) == aws.TOO_LARGE
            if size <= aws._MOST_SAID:
                mine.close()
            assert mine.get_object(KEY, 100) == BODY
            mine.close()
            server.join()


def _careless(play: Callable[..., None]) -> Callable[..., None]:
    """A server that does not mind a client which hangs up."""

    def played(*given: Any) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            play(*given)

    return played


BAD: Final = {"slow down": SLOW_DOWN, "5xx": SERVER_ERROR, "of a proxy": Answer(502, b"<html>")}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_what_passes_is_tried_again_and_no_more_than_that(client: Connect, bad: Answer) -> None:
    assert got(client, [bad, bad, bad, GOOD])[0] == BODY
    found, server = got(client, [bad] * aws.TRIES)
    assert found in ("unreachable", "SlowDown")
    assert len(server.received) == aws.TRIES


@pytest.mark.parametrize(
    "connections",
    [
        [[Drop()], [GOOD]],
        [[CutShort()], [GOOD]],
        [[CutShort(reset=True)], [GOOD]],
        [[Close()], [GOOD]],
    ],
    ids=["dropped", "cut short", "reset", "stale"],
)
def test_a_connection_that_ends_is_opened_anew(
    client: Connect, connections: list[list[Step]]
) -> None:
    """Half an object is none, though Python's own reader says nothing of it."""
    assert got(client, *connections)[0] == BODY


def test_no_answer_in_time(client: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "READ_S", 0.1)
    found, server = got(client, *[[Silence()]] * aws.TRIES)
    assert found == "unreachable"
    assert server.ended_by_client == server.accepted


def test_what_is_written_twice_is_written_once(client: Connect) -> None:
    found, server = put(client, THERE)
    assert found is None
    assert server.received[0].headers["if-none-match"] == "*"
    assert put(client, THERE, once=False)[0] == "PreconditionFailed"
    assert put(client, NOT_LISTED)[0] == "AccessDenied"


def test_two_who_write_at_once_are_told_to_come_again(client: Connect) -> None:
    found, server = put(client, said("ConditionalRequestConflict", 409), Answer(200, b""))
    assert found is None
    assert len(server.received) == 2
