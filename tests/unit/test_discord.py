"""Discord's HTTP rules: what each answer means, how long to wait, when to give up."""

from __future__ import annotations

import gc
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import certifi
import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from adapters import discord
from tests.conftest import ROOT, connect_to_discord
from tests.scripted_http import Answer, Drop, Server, TlsServer, self_signed
from tests.support import FIRST_ID, TOKEN

BASE = "https://discord.test/api/v10"
URL = f"{BASE}/webhooks/12/{TOKEN}/messages/@original"
OK = Answer(body=b"{}")
VIA = {"Via": "1.1 google"}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[responses.RequestsMock]:
    monkeypatch.setenv("DISCORD_API_BASE_URL", BASE + "/")
    monkeypatch.setattr("adapters.discord.random.randint", lambda low, _high: low)
    with responses.RequestsMock() as mock:
        yield mock


def edit(attempt: int = 0, seconds_left: float = 600) -> discord.Delivery:
    message = {"content": "こんにちは"}
    return discord.edit_original("12", TOKEN, message, attempt=attempt, seconds_left=seconds_left)


def test_an_edit_is_a_patch_with_discords_user_agent(api: responses.RequestsMock) -> None:
    api.patch(URL, json={})
    assert edit() == discord.Delivery("delivered", status=200)
    request = api.calls[0].request
    assert request.headers["User-Agent"].startswith("DiscordBot (")
    assert "Authorization" not in request.headers
    assert json.loads(request.body or b"") == {"content": "こんにちは"}


def test_a_token_is_one_segment_of_the_path(api: responses.RequestsMock) -> None:
    api.patch(f"{BASE}/webhooks/12/a%2Fb%3Fc/messages/@original", json={})
    delivery = discord.edit_original("12", "a/b?c", {}, attempt=0, seconds_left=1)
    assert delivery.outcome == "delivered"


@pytest.mark.parametrize("token", [".", ".."])
def test_a_token_that_would_leave_its_segment_is_sent_nowhere(
    api: responses.RequestsMock, token: str
) -> None:
    assert discord.edit_original("12", token, {}, attempt=0, seconds_left=1).outcome == "gone"
    assert len(api.calls) == 0


@pytest.mark.parametrize("token", ["...", "%2e%2e", "..%2f..", "../..", ".a", "a;.."])
def test_every_other_token_keeps_to_its_segment(api: responses.RequestsMock, token: str) -> None:
    """As the server gets it, after all that `requests` and urllib3 do to an address."""
    api.patch(re.compile(".*"), json={})
    discord.edit_original("12", token, {}, attempt=0, seconds_left=1)
    url = str(api.calls[0].request.url).removeprefix(BASE)
    webhooks, application, segment, *rest = url.strip("/").split("/")
    assert [webhooks, application, *rest] == ["webhooks", "12", "messages", "@original"]
    assert unquote(segment) == token


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome", "seconds"),
    [
        (429, {"retry_after": 2.4, "code": 0}, VIA, "wait", 3),
        (429, {"retry_after": 0}, VIA, "wait", 1),
        (429, {}, VIA | {"Retry-After": "7"}, "wait", 7),
        (429, {"retry_after": 2.4}, VIA | {"Retry-After": "7"}, "wait", 3),  # the finer one
        (429, {"retry_after": "soon"}, VIA | {"Retry-After": "later"}, "wait", 1),
        (429, {"retry_after": -5}, VIA, "wait", 1),
        (429, {"retry_after": True}, VIA, "wait", 1),
        (429, {"retry_after": 1e9}, VIA, "gone", 0),  # longer than the token lives
        (429, {"retry_after": 30}, {}, "wait", 1),  # without Via it is Cloudflare: our own pace
        (429, {}, {"Retry-After": "30"}, "wait", 1),
        (404, {"code": 10015}, VIA, "wait", 1),
        (404, {}, {}, "wait", 1),
        (500, {}, {}, "wait", 1),
        (503, {"code": 130000}, VIA, "wait", 1),
        (400, {"code": 50035}, VIA, "rejected", 0),
        (400, {"code": 50006}, VIA, "rejected", 0),
        (400, {"code": 50109}, VIA, "rejected", 0),
        (400, {"code": 50045}, VIA, "rejected", 0),
        (413, {"code": 40005}, VIA, "rejected", 0),
        (413, {}, {}, "rejected", 0),
        (400, {}, {}, "rejected", 0),
        (400, {"code": 20016}, VIA, "rejected", 0),  # unknown to us: plain words may still do
        (403, {"code": 130000}, VIA, "wait", 1),
        (408, {}, {}, "wait", 1),
        (400, {"code": 40060}, VIA, "delivered", 0),
        (404, {"code": 10062}, VIA, "gone", 0),
        (404, {"code": 10008}, VIA, "gone", 0),
        (401, {"code": 50027}, VIA, "gone", 0),
        (403, {"code": 50001}, VIA, "gone", 0),
        (400, {"code": 40094}, VIA, "gone", 0),
        (400, {"code": 10062}, VIA, "gone", 0),
        (404, {"code": 10003}, VIA, "gone", 0),
        (401, {}, {}, "gone", 0),
        (302, {}, {"Location": "https://elsewhere.test/"}, "wait", 1),
    ],
)
def test_what_an_answer_means(
    api: responses.RequestsMock,
    status: int,
    body: dict[str, Any],
    headers: dict[str, str],
    outcome: str,
    seconds: int,
) -> None:
    api.patch(URL, status=status, json=body, headers=headers)
    delivery = edit()
    assert (delivery.outcome, delivery.seconds) == (outcome, seconds)
    assert delivery.status == status
    assert delivery.code == body.get("code")


def test_html_from_cloudflare_is_no_error_of_ours(api: responses.RequestsMock) -> None:
    api.patch(URL, status=429, body="<html>error 1015</html>", content_type="text/html")
    assert edit().outcome == "wait"


@pytest.mark.parametrize(
    "body", ["[]", '"text"', '{"code": "x"}', "", "{", "[" * 200_000, "1" * 5_000]
)
def test_a_strange_body_is_no_error_of_ours(api: responses.RequestsMock, body: str) -> None:
    api.patch(URL, status=500, body=body)
    assert edit().outcome == "wait"


@pytest.mark.parametrize("error", [requests.ConnectTimeout, requests.ReadTimeout, ConnectionError])
def test_no_answer_is_waited_for_and_names_no_url(
    api: responses.RequestsMock, error: type[Exception]
) -> None:
    api.patch(URL, body=requests.ConnectionError() if error is ConnectionError else error(URL))
    delivery = edit()
    assert (delivery.outcome, delivery.status) == ("wait", None)
    assert TOKEN not in repr(delivery)


def test_patience_doubles_and_ends(api: responses.RequestsMock) -> None:
    api.patch(URL, status=500)
    deliveries = [edit(attempt) for attempt in range(discord.MAX_TRIES)]
    assert [each.seconds for each in deliveries] == [1, 2, 4, 8, 16, 32, 60, 60, 60, 0]
    assert [each.outcome for each in deliveries] == ["wait"] * 9 + ["gone"]


def test_waiting_past_the_end_is_giving_up(api: responses.RequestsMock) -> None:
    api.patch(URL, status=429, json={"retry_after": 20}, headers=VIA)
    assert edit(seconds_left=20).outcome == "wait"
    assert edit(seconds_left=19.9).outcome == "gone"


def test_a_404_ends_with_the_token(api: responses.RequestsMock) -> None:
    api.patch(URL, status=404, json={"code": 10015}, headers=VIA)
    assert edit(attempt=3, seconds_left=8).outcome == "wait"
    assert edit(attempt=3, seconds_left=7.9).outcome == "gone"
    assert edit(seconds_left=-1).outcome == "gone"


@pytest.mark.parametrize("asked", ["Infinity", "NaN", "1e400"])
def test_no_number_is_too_strange(api: responses.RequestsMock, asked: str) -> None:
    api.patch(URL, status=429, body=f'{{"retry_after": {asked}}}', headers=VIA)
    assert edit().outcome == ("wait" if asked == "NaN" else "gone")


@given(
    attempt=st.integers(0, 12),
    left=st.floats(-1000, 1000),
    asked=st.none() | st.floats(0, 2000),
    jitter=st.sampled_from([min, max]),
)
def test_a_wait_is_as_long_as_was_asked_and_ends_before_the_token(
    attempt: int, left: float, asked: float | None, jitter: Any
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.discord.random.randint", lambda low, high: jitter(low, high))
        delivery = discord._later(attempt, left, asked=asked)
    if delivery.outcome == "wait":
        assert max(1, asked or 0) <= delivery.seconds <= left
        assert attempt < discord.MAX_TRIES - 1
    else:
        assert delivery.seconds == 0


def test_those_who_were_refused_together_do_not_come_back_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.discord.random.randint", lambda _low, high: high)
    assert [discord._later(attempt, 900).seconds for attempt in range(9)] == [
        *(2, 3, 6, 12, 24, 48, 90, 90, 90)
    ]
    assert discord._later(0, 900, asked=20).seconds == 21


def test_a_redirect_is_not_followed(api: responses.RequestsMock) -> None:
    api.patch(URL, status=307, headers={"Location": "https://elsewhere.test/"})
    edit()
    assert [call.request.url for call in api.calls] == [URL]


def test_one_session_with_pinned_roots_serves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/somebody/elses.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")
    session = discord._session(False)
    assert session is discord._session(False)
    settings = session.merge_environment_settings(BASE, {}, None, None, None)
    assert not settings["proxies"]
    adapter, request = session.get_adapter(BASE), requests.Request("PATCH", BASE)
    pool = adapter.get_connection_with_tls_context(  # type: ignore[attr-defined]
        session.prepare_request(request), settings["verify"]
    )
    context = pool.conn_kw["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    theirs = ssl.create_default_context(cafile=certifi.where())
    assert context.get_ca_certs(binary_form=True) == theirs.get_ca_certs(binary_form=True)


def test_the_first_edit_goes_over_the_connection_that_the_start_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although TLS 1.3 has sent something by then, which the pool takes for a hang-up."""
    identity = self_signed(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(identity.certificate))
    discord._roots.cache_clear()
    discord._session.cache_clear()
    server = TlsServer(identity)
    monkeypatch.setenv("DISCORD_API_BASE_URL", f"https://127.0.0.1:{server.port}/api/v10")
    connect_to_discord()
    assert (server.accepted, server.told) == (1, [])
    delivery = discord.edit_original("12", "canary", {}, attempt=0, seconds_left=60)
    server.close()
    monkeypatch.undo()
    discord._roots.cache_clear()
    discord._session.cache_clear()
    assert delivery.outcome == "delivered"
    assert server.accepted == 1
    assert server.versions == ["TLSv1.3"]


@pytest.mark.parametrize(
    "base", ["https://127.0.0.1:1/api", "http://127.0.0.1:1", "https://x.invalid"]
)
def test_a_start_that_does_not_reach_discord_goes_on(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setenv("DISCORD_API_BASE_URL", base)
    connect_to_discord()


@pytest.mark.parametrize("first", ["silence", "nonsense"])
def test_a_start_that_gets_no_handshake_leaves_nothing_half_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """The pool would take it for a connection, and send the token over it, or break."""
    monkeypatch.setattr(discord, "_EARLY_S", 0.2)
    identity = self_signed(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(identity.certificate))
    discord._roots.cache_clear()
    discord._session.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv("DISCORD_API_BASE_URL", f"https://127.0.0.1:{port}/api/v10")
        if first == "nonsense":
            threading.Thread(target=answer_nonsense, args=(listener,), daemon=True).start()
        connect_to_discord()
    server = TlsServer(identity, port)
    delivery = discord.edit_original("12", "canary", {}, attempt=0, seconds_left=60)
    server.close()
    monkeypatch.undo()
    discord._roots.cache_clear()
    discord._session.cache_clear()
    assert delivery.outcome == "delivered"


def answer_nonsense(listener: socket.socket) -> None:
    peer, _ = listener.accept()
    with peer:
        peer.recv(1)
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_kept_connection_that_discord_closed_costs_no_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    discord._session.cache_clear()
    with Server([OK, Drop()], [OK], asked=b"PATCH /api/") as server:
        monkeypatch.setenv("DISCORD_API_BASE_URL", f"http://{server.host}/api/v10")
        assert edit() == discord.Delivery("delivered", status=200)
        assert edit() == discord.Delivery("delivered", status=200)
        discord._session(False).close()
        gc.collect()  # the pool is among what the error had seen
        server.join()


def test_what_would_be_done_twice_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    discord._session.cache_clear()
    with Server([OK, Drop()], asked=b"POST /api/") as server:
        address = f"http://{server.host}/api/v10/webhooks/1/x"
        discord.send("POST", address, read_s=1, json={})
        with pytest.raises(discord.UnreachableError, match="ConnectionError"):
            discord.send("POST", address, read_s=1, json={})
        discord._session(False).close()
        server.join()


def test_discord_that_hangs_up_on_everybody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    discord._session.cache_clear()
    with Server([Drop()], [Drop()], asked=b"PATCH /api/") as server:
        monkeypatch.setenv("DISCORD_API_BASE_URL", f"http://{server.host}/api/v10")
        assert edit().outcome == "wait"
        discord._session(False).close()
        server.join()


def test_the_pinned_roots_are_those_that_were_tested() -> None:
    pinned = (ROOT / "functions/announce/requirements.txt").read_text().splitlines()
    assert f"certifi=={certifi.__version__} \\" in pinned


def test_an_expired_token_is_tried_once(api: responses.RequestsMock) -> None:
    api.patch(URL, json={})
    assert edit(seconds_left=-100).outcome == "delivered"


def test_the_time_left_counts_from_the_interaction_and_ends_with_its_token() -> None:
    created = ((FIRST_ID >> 22) + 1_420_070_400_000) / 1000
    assert discord.seconds_left(str(FIRST_ID), 840, created + 40) == pytest.approx(800)
    assert discord.seconds_left(str(FIRST_ID), 10**6, created) == pytest.approx(900)
