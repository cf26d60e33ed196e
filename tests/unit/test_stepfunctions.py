"""The client that starts executions, against a server that answers, fails and hangs by script."""

from __future__ import annotations

import datetime
import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from adapters import aws, sigv4
from tests.aws import RealConnection
from tests.conftest import ROOT, load_function
from tests.scripted_http import (
    PATIENCE_S,
    Answer,
    Close,
    CutShort,
    Drop,
    Received,
    SelfSigned,
    Server,
    Silence,
    Step,
    TlsServer,
    error,
    self_signed,
)

MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:pull"
NAME = "1290000000000000123"
TOKEN = "canary-token-that-must-not-leak"
INPUT = json.dumps({"token": TOKEN, "locale": "日本語"}, ensure_ascii=False)


def start(client: Any) -> str:
    started: str = client.start(MACHINE, NAME, INPUT)
    return started


def end(client: Any) -> None:
    client._connection.close()


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module under test, impatient so that the tests are fast."""
    loaded = load_function("interactions", "stepfunctions")
    monkeypatch.setattr(loaded, "_PAUSE_S", 0.0)
    monkeypatch.setattr(aws, "Connection", RealConnection)
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    return loaded


@pytest.fixture
def client(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], Any]:
    def connected(server: Server) -> Any:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
        made = module.StepFunctions()
        made.connect()
        made.wait()
        return made

    return connected


Connect = Callable[[Server], Any]


# --- what the answers mean ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer(), "accepted"),
        (Answer(says_close=True), "accepted"),
        (Answer(200, b"not JSON"), "accepted"),
        (error("ExecutionAlreadyExists"), "accepted"),
        (error("com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists"), "accepted"),
        (error("ThrottlingException"), "refused"),
        (error("com.amazon.coral.availability#ThrottlingException"), "refused"),
        (error("com.amazon.coral.validate#ValidationException"), "refused"),
        (error("ExecutionLimitExceeded"), "refused"),
        (error("AccessDeniedException"), "refused"),
        (error("StateMachineDoesNotExist"), "refused"),
        (error("ThrottlingException", 429), "refused"),
        (error("NotExecutionAlreadyExists"), "refused"),
        (Answer(403, b"<html>Forbidden</html>"), "refused"),
        (Answer(400, b"\xff\xfe"), "refused"),
        (Answer(400, b'["ExecutionAlreadyExists"]'), "refused"),
        (Answer(400, b'{"__type": null}'), "refused"),
        (Answer(400, b"{}"), "refused"),
        (Answer(400, b""), "refused"),
        (Answer(302, b""), "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.status} {value.body!r:.60}",
)
def test_one_answer_settles_it(client: Connect, answer: Answer, meaning: str) -> None:
    with Server([answer]) as server:
        mine = client(server)
        assert start(mine) == meaning
        end(mine)
        server.join()
    assert len(server.received) == 1


SERVER_ERROR = error("InternalServerError", 500)


@pytest.mark.parametrize(
    ("connections", "meaning", "requests"),
    [
        pytest.param([[SERVER_ERROR, Answer()]], "accepted", 2, id="5xx, then 200"),
        pytest.param(
            [[Answer(503, b"<html>", says_close=True)], [Answer()]],
            "accepted",
            2,
            id="5xx that ends the connection, then 200",
        ),
        pytest.param(
            [[SERVER_ERROR, error("ExecutionAlreadyExists")]], "accepted", 2, id="5xx that started"
        ),
        pytest.param([[SERVER_ERROR, SERVER_ERROR]], "ambiguous", 2, id="5xx twice"),
        pytest.param(
            [[SERVER_ERROR, error("ThrottlingException")]], "ambiguous", 2, id="5xx, then refused"
        ),
        pytest.param([[CutShort()], [Answer()]], "accepted", 2, id="cut short, then 200"),
        pytest.param([[CutShort()], [CutShort()]], "ambiguous", 2, id="cut short twice"),
        pytest.param(
            [[CutShort(reset=True)], [CutShort(reset=True)], [CutShort(reset=True)]],
            "ambiguous",
            3,
            id="reset on the kept connection, then on both tries",
        ),
        pytest.param(
            [[CutShort()], [error("ValidationException")]],
            "ambiguous",
            2,
            id="cut short, then refused",
        ),
        pytest.param([[Close()], [Answer()]], "accepted", 1, id="stale, then 200"),
        pytest.param([[Close()], [SERVER_ERROR, Answer()]], "accepted", 2, id="stale costs no try"),
        pytest.param(
            [[Close()], [SERVER_ERROR, SERVER_ERROR]], "ambiguous", 2, id="stale, then 5xx twice"
        ),
        pytest.param(
            [[Close()], [error("ThrottlingException")]], "ambiguous", 1, id="stale, then refused"
        ),
        pytest.param(
            [[Drop()], [Answer()]], "accepted", 2, id="closed after the request arrived, then 200"
        ),
        pytest.param(
            [[Drop()], [Drop()], [Drop()]], "ambiguous", 3, id="closed every time: bounded"
        ),
        pytest.param(
            [[Drop()], [error("ValidationException")]],
            "ambiguous",
            2,
            id="closed after the request arrived, then refused",
        ),
    ],
)
def test_a_second_try_with_the_same_name(
    client: Connect, connections: list[list[Step]], meaning: str, requests: int
) -> None:
    """Doubt, once there, is only ever resolved by "it runs": a later no is to another request."""
    with Server(*connections) as server:
        mine = client(server)
        if isinstance(connections[0][0], Close):
            assert server.closed.acquire(timeout=PATIENCE_S)
        assert start(mine) == meaning
        end(mine)
        server.join()
    assert server.accepted == len(connections)
    assert len(server.received) == requests
    assert len({each.body for each in server.received}) == 1


@pytest.mark.parametrize(
    ("connections", "meaning"),
    [
        pytest.param([[Silence()], [Silence()]], "ambiguous", id="twice"),
        pytest.param([[Silence()], [Answer()]], "accepted", id="then 200"),
        pytest.param([[Silence()], [error("ThrottlingException")]], "ambiguous", id="then refused"),
        pytest.param([[Silence()], [SERVER_ERROR]], "ambiguous", id="then 5xx"),
    ],
)
def test_no_answer_in_time(
    module: ModuleType,
    client: Connect,
    monkeypatch: pytest.MonkeyPatch,
    connections: list[list[Step]],
    meaning: str,
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.15)
    with Server(*connections) as server:
        mine = client(server)
        assert start(mine) == meaning
        end(mine)
        server.join()  # the client let go of the connection that it gave up
    assert server.ended_by_client == len(connections)
    assert len({each.body for each in server.received}) == 1


def test_the_connection_is_opened_ahead_and_kept(client: Connect) -> None:
    with Server(
        [Answer(), error("ExecutionAlreadyExists"), error("ThrottlingException")]
    ) as server:
        mine = client(server)
        assert [start(mine) for _ in range(3)] == ["accepted", "accepted", "refused"]
        end(mine)
        server.join()
    assert server.accepted == 1


def test_a_start_does_not_wait_for_a_connection_longer_than_a_try(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is looked up for ever: what comes of it later is nobody's."""
    late, done = threading.Event(), threading.Event()

    class Slow(RealConnection):
        def connect(self) -> None:
            if threading.current_thread() is not threading.main_thread():
                assert late.wait(PATIENCE_S)
            super().connect()
            done.set()

    monkeypatch.setattr(aws, "Connection", Slow)
    monkeypatch.setattr(module, "TIMEOUT_S", 0.05)
    with Server([Answer()], [Answer()]) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
        mine = module.StepFunctions()
        mine.connect()
        mine.wait()
        assert start(mine) == "accepted"
        used = mine._connection
        late.set()
        assert done.wait(PATIENCE_S)
        assert mine._connection is used
        end(mine)
        for each in mine._came:
            each.close()


def test_a_connection_that_went_stale_between_invocations_is_opened_anew(client: Connect) -> None:
    with Server([Answer(), Close()], [Answer(), Close()], [Answer()]) as server:
        mine = client(server)
        for round in range(3):
            assert start(mine) == "accepted"
            if round < 2:
                assert server.closed.acquire(timeout=PATIENCE_S)
        end(mine)
        server.join()
    assert len(server.received) == 3


def test_it_recovers_after_an_ambiguous_start(client: Connect) -> None:
    with Server([CutShort()], [CutShort()], [Answer()]) as server:
        mine = client(server)
        assert [start(mine), start(mine)] == ["ambiguous", "accepted"]
        end(mine)
        server.join()


def test_an_endpoint_that_is_down_at_start_up_does_not_stop_the_function(client: Connect) -> None:
    server = Server([Answer()])
    mine = client(server)
    assert start(mine) == "ambiguous"
    with server:
        assert start(mine) == "accepted"
        end(mine)
        server.join()


@pytest.mark.parametrize(
    ("answers", "pauses"),
    [([Answer()], 0), ([SERVER_ERROR, Answer()], 1)],
    ids=["none before the first try", "one after a 5xx"],
)
def test_pauses_briefly_before_the_second_try_only(
    module: ModuleType,
    client: Connect,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[Answer],
    pauses: int,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(module, "_PAUSE_S", 0.1)
    clock = SimpleNamespace(sleep=slept.append, time=lambda: 1.7e9)
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(aws, "time", clock)
    with Server(answers) as server:
        mine = client(server)
        assert start(mine) == "accepted"
        end(mine)
        server.join()
    assert len(slept) == pauses
    assert all(0 <= seconds <= 0.1 for seconds in slept)


# --- what is sent ---------------------------------------------------------------------------------


def sent_by(client: Connect) -> tuple[Received, str]:
    """The one request of a client that starts an execution, and the host that took it."""
    with Server([Answer()]) as server:
        mine = client(server)
        start(mine)
        end(mine)
        server.join()
    [sent] = server.received
    return sent, server.host


def test_sends_what_start_execution_takes(client: Connect) -> None:
    sent, host = sent_by(client)
    assert json.loads(sent.body) == {"stateMachineArn": MACHINE, "name": NAME, "input": INPUT}
    assert sent.headers["host"] == host
    assert sent.headers["x-amz-target"] == "AWSStepFunctions.StartExecution"
    assert sent.headers["content-type"] == "application/x-amz-json-1.0"
    assert "/ap-northeast-1/states/aws4_request, " in sent.headers["authorization"]


@pytest.mark.parametrize("token", [None, "session-token"])
def test_the_signature_covers_what_is_sent(
    client: Connect, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    """Signs again what arrived: a header changed after the signing would show."""
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    else:
        monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    sent, _ = sent_by(client)
    assert sent.headers.get("x-amz-security-token") == token
    stamp = datetime.datetime.strptime(sent.headers["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
    again = sigv4.signed_headers(
        {name: sent.headers[name] for name in ("host", "content-type", "x-amz-target")},
        sent.body,
        service="states",
        region="ap-northeast-1",
        credentials=sigv4.Credentials("testing", "testing", token or ""),
        now=stamp.timestamp(),
    )
    assert sent.headers["authorization"] == again["authorization"]


def test_credentials_that_changed_since_start_up_are_used(
    client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server([Answer(), Answer()]) as server:
        mine = client(server)
        start(mine)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "renewed")
        start(mine)
        end(mine)
        server.join()
    first, second = (each.headers["authorization"] for each in server.received)
    assert "Credential=testing/" in first
    assert "Credential=renewed/" in second


def test_passes_the_trace_of_this_invocation(
    client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server([SERVER_ERROR, Answer(), Answer(), Answer()]) as server:
        mine = client(server)
        monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-a;Sampled=1")
        start(mine)
        monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-b;Sampled=0")
        start(mine)
        monkeypatch.delenv("_X_AMZN_TRACE_ID")
        start(mine)
        end(mine)
        server.join()
    traces = [each.headers.get("x-amzn-trace-id") for each in server.received]
    assert traces == ["Root=1-a;Sampled=1"] * 2 + ["Root=1-b;Sampled=0", None]


@pytest.mark.parametrize(
    "connections",
    [[[error("ValidationException")]], [[SERVER_ERROR, SERVER_ERROR]], [[CutShort()]] * 2],
    ids=["refused", "5xx", "cut short"],
)
def test_says_nothing_about_what_it_sends(
    client: Connect,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    connections: list[list[Step]],
) -> None:
    with caplog.at_level(0), Server(*connections) as server:
        mine = client(server)
        start(mine)
        end(mine)
        server.join()
    assert "".join([*capfd.readouterr(), caplog.text]) == ""


# --- TLS ------------------------------------------------------------------------------------------

ROOTS = ROOT / "layers/gacha/python/adapters/amazon-roots.pem"


def test_without_an_endpoint_of_its_own_it_speaks_tls_to_the_region(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    connection = module.StepFunctions()._connection._http
    assert connection.context is aws._trusting(aws._ROOTS)
    assert (connection.host, connection.port) == ("states.ap-northeast-1.amazonaws.com", 443)
    assert connection._connect_s == connection._read_s == module.TIMEOUT_S


def test_trusts_exactly_the_five_amazon_roots() -> None:
    assert ROOTS.read_text().count("-----BEGIN CERTIFICATE-----") == 5
    context = aws._trusting(aws._ROOTS)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    trusted: Any = context.get_ca_certs()
    names = sorted(
        value for each in trusted for [(key, value)] in each["subject"] if key == "commonName"
    )
    assert names == [
        "Amazon Root CA 1",
        "Amazon Root CA 2",
        "Amazon Root CA 3",
        "Amazon Root CA 4",
        "Starfield Services Root Certificate Authority - G2",
    ]
    now = datetime.datetime.now(datetime.UTC).timestamp()
    assert all(ssl.cert_time_to_seconds(each["notAfter"]) > now for each in trusted)


def test_the_roots_are_those_that_mozilla_trusts() -> None:
    """Names can be forged; these bytes are in the bundle that requests brings, too."""
    import certifi

    mozillas = ssl.create_default_context(cafile=certifi.where()).get_ca_certs(binary_form=True)
    ours = ssl.create_default_context(cafile=str(ROOTS)).get_ca_certs(binary_form=True)
    digests = {hashlib.sha256(each).hexdigest() for each in ours}
    assert len(digests) == 5
    assert digests <= {hashlib.sha256(each).hexdigest() for each in mozillas}


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> SelfSigned:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_server(identity: SelfSigned) -> Iterator[TlsServer]:
    server = TlsServer(identity)
    yield server
    server.close()


def test_a_server_that_amazon_does_not_vouch_for_is_told_nothing(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, tls_server: TlsServer
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://127.0.0.1:{tls_server.port}")
    mine = module.StepFunctions()
    mine.connect()
    mine.wait()
    assert start(mine) == "ambiguous"
    end(mine)
    assert tls_server.told == []


@pytest.mark.parametrize(
    ("host", "meaning"), [("127.0.0.1", "accepted"), ("localhost", "ambiguous")]
)
def test_a_trusted_certificate_counts_for_its_own_host_only(
    module: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    identity: SelfSigned,
    tls_server: TlsServer,
    host: str,
    meaning: str,
) -> None:
    monkeypatch.setattr(aws, "_ROOTS", identity.certificate)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://{host}:{tls_server.port}")
    mine = module.StepFunctions()
    mine.connect()
    mine.wait()
    assert start(mine) == meaning
    end(mine)
    assert bool(tls_server.told) == (meaning == "accepted")
