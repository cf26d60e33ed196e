"""The functions' AWS client: against botocore, which AWS writes, and against hostile answers."""

from __future__ import annotations

import gc
import json
import random
import ssl
import string
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, Final

import boto3
import botocore.parsers
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.retries import standard
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import aws, http1
from tests.aws import RealConnection, model, over_sockets
from tests.conftest import ROOT
from tests.scripted_http import (
    PATIENCE_S,
    Answer,
    Close,
    CutShort,
    Drop,
    Server,
    Silence,
    Step,
    TlsServer,
    error,
    self_signed,
)

CLIENTS: Final = {
    aws.DYNAMODB: (aws.DynamoDB, "dynamodb"),
    aws.SECRETS_MANAGER: (aws.SecretsManager, "secretsmanager"),
    aws.STEP_FUNCTIONS: (aws.StepFunctions, "stepfunctions"),
}
FOUND: Final = {"Item": {"user_id": {"S": "1@2"}, "名": {"N": "12345678901234567890.1234567"}}}
GOOD: Final = Answer(200, json.dumps(FOUND).encode())
SERVER_ERROR: Final = error("com.amazonaws.dynamodb.v20120810#InternalServerError", 500)
THROTTLED: Final = error("com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
REFUSED: Final = error("com.amazon.coral.service#AccessDeniedException")

Connect = Callable[[Server], aws.DynamoDB]


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    over_sockets(monkeypatch)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Connect:
    def connected(server: Server) -> aws.DynamoDB:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
        made = aws.DynamoDB()
        made.connect()
        return made

    return connected


def get(mine: aws.DynamoDB) -> aws.Answer:
    return mine.get_item(TableName="discord_users", Key={"user_id": {"S": "1@2"}})


# --- as botocore does -----------------------------------------------------------------------------


@pytest.mark.parametrize("service", CLIENTS, ids=lambda service: service.name)
def test_a_service_is_as_its_model_says(service: aws.Service) -> None:
    metadata = model(service.target).metadata
    assert metadata["protocol"] == "json"
    assert metadata["endpointPrefix"] == service.name
    assert metadata.get("signingName", service.name) == service.name
    assert metadata["targetPrefix"] == service.target
    assert metadata["jsonVersion"] == service.version


@pytest.mark.parametrize("service", CLIENTS, ids=lambda service: service.name)
def test_the_endpoint_is_the_one_that_botocore_finds(
    service: aws.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    made, name = CLIENTS[service]
    mine: Any = made()
    http = mine._connection._http
    theirs = boto3.client(name).meta.endpoint_url  # type: ignore[call-overload]
    assert theirs == f"https://{http.host}"
    assert (http.context.verify_mode, http.port) == (ssl.CERT_REQUIRED, 443)


@pytest.mark.parametrize("service", CLIENTS, ids=lambda service: service.name)
def test_every_method_is_the_operation_of_its_name(
    service: aws.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, name = CLIENTS[service]
    theirs = boto3.client(name).meta.method_to_api_mapping  # type: ignore[call-overload]
    methods = [each for each in vars(made) if not each.startswith("_")]
    called: list[str] = []
    monkeypatch.setattr(made, "call", lambda _self, operation, _request: called.append(operation))
    for each in methods:
        getattr(made(), each)()
    assert called == [theirs[each] for each in methods] != []


texts = st.text(max_size=20)
numbers = st.integers(-(10**37), 10**37).map(str) | st.decimals(
    -(10**6), 10**6, places=7, allow_nan=False
).map(str)
values: st.SearchStrategy[Any] = st.recursive(
    st.builds(lambda text: {"S": text}, texts) | st.builds(lambda number: {"N": number}, numbers),
    lambda inner: (
        st.builds(lambda each: {"L": each}, st.lists(inner, max_size=3))
        | st.builds(lambda each: {"M": each}, st.dictionaries(texts, inner, max_size=3))
    ),
    max_leaves=6,
)
items = st.dictionaries(st.text(min_size=1, max_size=10), values, min_size=1, max_size=4)


@settings(max_examples=60)
@given(key=items, more=items, flag=st.booleans(), limit=st.integers(1, 100))
def test_a_request_is_the_one_that_botocore_sends(
    key: dict[str, Any], more: dict[str, Any], flag: bool, limit: int
) -> None:
    put = {"Put": {"TableName": "t", "Item": more, "ConditionExpression": "version = :v"}}
    requests: dict[str, dict[str, Any]] = {
        "get_item": {"TableName": "t", "Key": key, "ConsistentRead": flag},
        "batch_get_item": {"RequestItems": {"t": {"Keys": [key], "ConsistentRead": flag}}},
        "query": {
            "TableName": "t",
            "KeyConditionExpression": "user_id = :user",
            "ExpressionAttributeValues": {":user": {"S": "名"}},
            "ScanIndexForward": flag,
            "Limit": limit,
            "ExclusiveStartKey": key,
        },
        "update_item": {
            "TableName": "t",
            "Key": key,
            "UpdateExpression": "REMOVE undelivered",
            "ReturnValues": "UPDATED_OLD",
        },
        # botocore gives a transaction a token of its own, good for ten minutes; ours has the
        # ledger's key, good for ever (docs/decisions/0003).
        "transact_write_items": {"TransactItems": [put], "ClientRequestToken": "x"},
    }
    for method, request in requests.items():
        ours, theirs = sent_by_us(method, request), sent_by_botocore(method, request)
        assert ours == theirs


def sent_by_us(method: str, request: dict[str, Any]) -> tuple[str, str, Any]:
    sent: list[tuple[str, str, Any]] = []

    class Http:
        is_open = True

        def ask(
            self, _method: str, _path: str, headers: dict[str, str], body: bytes, _most: None
        ) -> http1.Answer:
            sent.append((headers["x-amz-target"], headers["content-type"], json.loads(body)))
            return http1.Answer(200, {}, b"{}")

    mine: Any = aws.DynamoDB()
    mine._connection._http = Http()
    getattr(mine, method)(**request)
    return sent[0]


_theirs: Final = boto3.client("dynamodb", region_name="ap-northeast-1")


def sent_by_botocore(method: str, request: dict[str, Any]) -> tuple[str, str, Any]:
    sent: list[tuple[str, str, Any]] = []

    def keep(request: Any, **_: Any) -> Any:
        headers = request.headers
        body = json.loads(request.body)
        sent.append(
            (headers["X-Amz-Target"].decode(), headers["Content-Type"].decode(), body)
            if isinstance(headers["X-Amz-Target"], bytes)
            else (headers["X-Amz-Target"], headers["Content-Type"], body)
        )
        raw = SimpleNamespace(stream=lambda **_: iter([b"{}"]), read=lambda *_: b"{}")
        return AWSResponse(request.url, 200, HTTPHeaders(), raw)

    _theirs.meta.events.register("before-send.dynamodb", keep)
    try:
        getattr(_theirs, method)(**request)
    finally:
        _theirs.meta.events.unregister("before-send.dynamodb", keep)
    return sent[0]


names = st.text(string.ascii_letters + string.digits + ".:/", max_size=30)


@settings(max_examples=150)
@given(
    status=st.sampled_from([400, 401, 403, 404, 413, 429]),
    space=st.sampled_from(["", "com.amazonaws.dynamodb.v20120810#", "a#b#"]),
    code=names.filter(bool),
    said=st.sampled_from(["message", "Message"]),
    message=texts,
    more=st.dictionaries(st.sampled_from(["CancellationReasons", "Item"]), texts, max_size=2),
)
def test_an_error_is_read_as_botocore_reads_it(
    status: int, space: str, code: str, said: str, message: str, more: dict[str, str]
) -> None:
    body = json.dumps({"__type": space + code, said: message, **more}).encode()
    parser: Any = botocore.parsers.create_parser("json")
    theirs = parser.parse({"status_code": status, "headers": {}, "body": body}, None)["Error"]
    with pytest.raises(aws.ServiceError) as raised:
        aws.read(aws.Response(status, body, None))
    # botocore cuts an URI from a name, which AWS's names have not had in this protocol.
    if ":" not in code:
        assert raised.value.code == theirs["Code"]
    assert str(raised.value).endswith(f": {theirs['Message']}")
    assert {name: raised.value.answer[name] for name in more} == more


def test_what_botocore_calls_throttled_is_throttled_here() -> None:
    """As far as the services that are asked can say it."""
    checkers: Any = standard
    theirs = set(checkers.ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
    elsewhere = {"BandwidthLimitExceeded", "EC2ThrottledException", "PriorRequestNotComplete"}
    assert theirs - elsewhere == aws.THROTTLED - {"ThrottlingError"} | {"RequestThrottled"}
    transient = set(checkers.TransientRetryableChecker._TRANSIENT_ERROR_CODES)
    assert transient - elsewhere <= aws._PASSING


# --- what the answers mean ------------------------------------------------------------------------


def raised(call: Callable[[], object]) -> str:
    """What a call raises, in short."""
    try:
        call()
    except aws.ServiceError as refused:
        return refused.code
    except aws.UnreachableError:
        return "unreachable"
    return "done"


def played(client: Connect, *connections: Sequence[Step]) -> tuple[str, Server]:
    with Server(*connections) as server:
        mine = client(server)
        if connections[0] and isinstance(connections[0][0], Close):
            assert server.closed.acquire(timeout=PATIENCE_S)
        found = raised(lambda: get(mine))
        mine.close()
        server.join()
    return found, server


def test_an_answer_comes_as_it_was_sent(client: Connect) -> None:
    with Server([GOOD, Answer(200, b"{}")]) as server:
        mine = client(server)
        assert get(mine) == FOUND
        assert get(mine) == {}
        mine.close()
        server.join()
    assert server.accepted == 1


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (GOOD, "done"),
        (Answer(200, GOOD.body, headers=f"x-amz-crc32: {zlib.crc32(GOOD.body)}\r\n"), "done"),
        (Answer(200, b"{}", says_close=True), "done"),
        (REFUSED, "AccessDeniedException"),
        (error("ConditionalCheckFailedException"), "ConditionalCheckFailedException"),
        (error("x#TransactionCanceledException"), "TransactionCanceledException"),
        (error("TransactionConflictException"), "TransactionConflictException"),
        (error("NotThrottlingException"), "NotThrottlingException"),
        (Answer(403, b"<html>Forbidden</html>"), "403"),
        (Answer(400, b"\xff\xfe"), "400"),
        (Answer(400, b'["ThrottlingException"]'), "400"),
        (Answer(400, b'{"__type": null}'), "400"),
        (Answer(400, b'{"__type": {"a": 1}}'), "{'a': 1}"),
        (Answer(400, b""), "400"),
        (Answer(302, b"", headers="Location: http://elsewhere.test/\r\n"), "302"),
        (Answer(204, b""), "204"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.status} {value.body!r:.50}",
)
def test_one_answer_settles_it(client: Connect, answer: Answer, meaning: str) -> None:
    found, server = played(client, [answer])
    assert found == meaning
    assert len(server.received) == 1


BAD: Final = {
    "5xx": SERVER_ERROR,
    "5xx of a proxy": Answer(502, b"<html>"),
    "no JSON": Answer(200, b"not JSON"),
    "a list": Answer(200, b"[]"),
    "nested without end": Answer(200, b"[" * 100_000),
    "damaged": Answer(200, GOOD.body, headers=f"x-amz-crc32: {zlib.crc32(GOOD.body) ^ 1}\r\n"),
    "a checksum that is none": Answer(200, GOOD.body, headers="x-amz-crc32: abc\r\n"),
    "throttled": THROTTLED,
    "throttled, 429": error("ThrottlingException", 429),
    "throttled, 503": error("ThrottlingException", 503),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_what_passes_is_tried_again(client: Connect, bad: Answer) -> None:
    found, server = played(client, [bad, bad, bad, GOOD])
    assert found == "done"
    assert len({each.body for each in server.received}) == 1


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_tries_are_bounded(client: Connect, bad: Answer) -> None:
    """A fifth request would be more than the script has answers for."""
    found, server = played(client, [bad] * aws.TRIES)
    assert found != "done"
    assert len(server.received) == aws.TRIES


@pytest.mark.parametrize(
    ("connections", "meaning", "requests"),
    [
        pytest.param([[Close()], [GOOD]], "done", 1, id="stale"),
        pytest.param([[Close()], [SERVER_ERROR] * 3 + [GOOD]], "done", 4, id="stale costs no try"),
        pytest.param([[Drop()], [GOOD]], "done", 2, id="closed after the request"),
        pytest.param([[Drop()]] * 5, "unreachable", 5, id="closed every time"),
        pytest.param([[CutShort()], [GOOD]], "done", 2, id="cut short"),
        pytest.param([[CutShort()]] * 4, "unreachable", 4, id="cut short every time"),
        pytest.param([[CutShort(reset=True)], [GOOD]], "done", 2, id="reset"),
        pytest.param([[CutShort()], [REFUSED]], "AccessDeniedException", 2, id="then refused"),
        pytest.param(
            [[Answer(500, b"", says_close=True)], [GOOD]], "done", 2, id="5xx ends the connection"
        ),
    ],
)
def test_a_connection_that_ends_is_opened_anew(
    client: Connect, connections: list[list[Step]], meaning: str, requests: int
) -> None:
    found, server = played(client, *connections)
    assert (found, len(server.received)) == (meaning, requests)
    assert server.accepted == len(connections)


@pytest.mark.parametrize("silences", [1, 4])
def test_no_answer_in_time(client: Connect, monkeypatch: pytest.MonkeyPatch, silences: int) -> None:
    monkeypatch.setattr(aws, "READ_S", 0.1)
    connections: list[list[Step]] = [[Silence()]] * silences
    found, server = played(client, *connections, *([[GOOD]] if silences < aws.TRIES else []))
    assert found == ("done" if silences < aws.TRIES else "unreachable")
    assert server.ended_by_client == server.accepted


def test_an_endpoint_that_is_down_is_told_and_tried_again_with_the_next_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server([GOOD])
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
    mine = aws.DynamoDB()
    assert raised(mine.connect) == "unreachable"
    assert raised(lambda: get(mine)) == "unreachable"
    with server:
        assert get(mine) == FOUND
        mine.close()
        server.join()


def test_no_try_begins_late(client: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 14.9, 15.1])
    clock = SimpleNamespace(time=time.time, sleep=lambda _: None, monotonic=lambda: next(ticks))
    monkeypatch.setattr(aws, "time", clock)
    found, server = played(client, [SERVER_ERROR, SERVER_ERROR])
    assert found == "unreachable"
    assert len(server.received) == 2


def test_a_pause_that_would_end_late_is_not_begun(
    client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three tries that took long, and then a throttled one's longest pause."""
    monkeypatch.undo()
    monkeypatch.setattr(aws, "Connection", RealConnection)
    slept: list[float] = []
    ticks = iter([0.0, 5.0, 9.0, 14.0])
    clock = SimpleNamespace(time=time.time, sleep=slept.append, monotonic=lambda: next(ticks))
    monkeypatch.setattr(aws, "time", clock)
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    found, _ = played(client, [THROTTLED] * 3)
    assert found == "ProvisionedThroughputExceededException"
    assert slept == [1.0, 2.0]


@pytest.mark.parametrize("how", [ssl.SSLEOFError, ssl.SSLZeroReturnError])
def test_a_kept_connection_that_tls_finds_closed_costs_no_try(
    client: Connect, monkeypatch: pytest.MonkeyPatch, how: type[Exception]
) -> None:
    with Server([GOOD], [SERVER_ERROR] * 3 + [GOOD]) as server:
        mine = client(server)
        assert get(mine) == FOUND
        real = mine._connection._http.ask
        ends = iter([how])

        def ask(*given: Any) -> Any:
            for end in ends:
                raise end
            return real(*given)

        monkeypatch.setattr(mine._connection._http, "ask", ask)
        assert get(mine) == FOUND
        mine.close()
        server.join()


@pytest.mark.parametrize(("bad", "first"), [(SERVER_ERROR, 0.1), (THROTTLED, 1.0)])
def test_pauses_grow_and_differ(
    client: Connect, monkeypatch: pytest.MonkeyPatch, bad: Answer, first: float
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(aws, "Connection", RealConnection)
    bounds: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        bounds.append((low, high))
        return 0.0

    monkeypatch.setattr(random, "uniform", uniform)
    played(client, [bad] * aws.TRIES)
    assert bounds == [(0, first), (0, 2 * first), (0, 4 * first)]


def test_the_longest_call_ends_within_a_functions_time() -> None:
    assert aws.MOST_SPENT_S + aws.CONNECT_S + aws.READ_S + 4.0 < 30


# --- what is sent ---------------------------------------------------------------------------------


def test_credentials_and_trace_are_those_of_the_run(
    client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server([GOOD, GOOD]) as server:
        mine = client(server)
        get(mine)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "renewed")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-a;Sampled=0")
        get(mine)
        mine.close()
        server.join()
    first, second = (each.headers for each in server.received)
    assert "Credential=testing/" in first["authorization"]
    assert "x-amzn-trace-id" not in first
    assert "Credential=renewed/" in second["authorization"]
    assert second["x-amz-security-token"] == "token"
    assert second["x-amzn-trace-id"] == "Root=1-a;Sampled=0"
    assert "/ap-northeast-1/dynamodb/aws4_request, " in second["authorization"]


def test_who_is_not_amazon_is_told_nothing(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server = TlsServer(self_signed(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://127.0.0.1:{server.port}")
    mine = aws.SecretsManager()
    assert raised(lambda: mine.get_secret_value(SecretId="canary")) == "unreachable"
    server.close()
    assert server.told == []


# --- pages, and the start of a function -----------------------------------------------------------


def test_pages_go_on_where_an_answer_says() -> None:
    answers: Iterator[aws.Answer] = iter(
        [{"n": 1, "LastEvaluatedKey": {"a": {"S": "x"}}}, {"n": 2, "LastEvaluatedKey": {}}]
    )
    asked: list[aws.Answer] = []

    def query(**request: Any) -> aws.Answer:
        asked.append(request)
        return next(answers)

    token = ("LastEvaluatedKey", "ExclusiveStartKey")
    assert [page["n"] for page in aws.pages(query, token, TableName="t")] == [1, 2]
    assert asked == [{"TableName": "t"}, {"TableName": "t", "ExclusiveStartKey": {"a": {"S": "x"}}}]


@pytest.fixture(autouse=True)
def unfrozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process goes on."""
    monkeypatch.setattr(gc, "freeze", lambda: None)


def test_a_start_that_aws_does_not_answer_tries_once_and_goes_on(client: Connect) -> None:
    done: list[str] = []
    with Server([SERVER_ERROR, SERVER_ERROR, GOOD]) as server:
        mine = client(server)
        aws.early(lambda: done.append("first"), lambda: get(mine), lambda: done.append("second"))
        assert (done, len(server.received)) == (["first"], 1)
        assert get(mine) == FOUND  # the run tries as often as ever
        mine.close()
        server.join()


def test_a_start_that_aws_lets_wait_begins_with_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A start may take 10 s, and one call 7."""
    done: list[str] = []
    ticks = iter([0.0, 0.0, aws.EARLY_S - 0.1, aws.EARLY_S + 0.1])
    monkeypatch.setattr(aws, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    aws.early(*(lambda each=each: done.append(each) for each in ("a", "b", "c", "d")))
    assert done == ["a", "b"]
    assert aws.EARLY_S + aws.CONNECT_S + aws.READ_S <= 10


def test_what_a_start_made_is_no_collections_to_look_through() -> None:
    """In a process of its own: what is frozen is never looked through again."""
    start = "import gc; from adapters import aws; aws.early(); print(gc.get_freeze_count())"
    path = {"PYTHONPATH": str(ROOT / "layers/gacha/python")}
    frozen = subprocess.check_output([sys.executable, "-c", start], env=path, text=True)
    assert int(frozen) > 1_000


def test_a_mistake_of_ours_is_not_hidden_by_the_start() -> None:
    with pytest.raises(ZeroDivisionError):
        aws.early(lambda: 1 / 0)
    assert aws._tries == aws.TRIES


def test_what_is_begun_beside_a_start_runs_while_it_does_the_rest() -> None:
    begun, done = threading.Event(), list[str]()

    def beside() -> None:
        begun.set()
        done.append(threading.current_thread().name)

    aws.early(lambda: done.append(str(begun.wait(PATIENCE_S))), beside=beside)
    assert "True" in done and threading.main_thread().name not in done and len(done) == 2


def test_a_start_ends_without_what_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "BESIDE_S", 0.01)
    late, done = threading.Event(), threading.Event()

    def beside() -> None:
        late.wait(PATIENCE_S)
        done.set()

    aws.early(beside=beside)
    assert not done.is_set()
    late.set()
    assert done.wait(PATIENCE_S)
