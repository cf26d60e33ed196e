"""The page to play on: who may ask it, and what is said where there can be none."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.client import Signer
from local.cloud import free_port
from local.guard import loopback, refusal_of_page
from local.playground import relay
from local.playground.cast import CAST
from local.playground.page import Button, Link, Page, Request, Response, both
from local.playground.relay import Playground, PlaygroundError

HOSTS = loopback(80)
OWN = ("Host", "127.0.0.1:80")


@pytest.mark.parametrize(
    "headers",
    [
        [OWN],
        [OWN, ("Origin", "http://127.0.0.1:80")],
        [OWN, ("Sec-Fetch-Site", "same-origin"), ("Referer", "http://127.0.0.1:80/")],
        [("host", "LOCALHOST:80"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate")],
    ],
)
def test_a_browser_may_ask_for_its_own_page(headers: list[tuple[str, str]]) -> None:
    assert refusal_of_page(headers, HOSTS) == ""


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Host", "evil.example")],
        [OWN, ("Host", "evil.example")],
        [OWN, OWN],
        [OWN, ("Origin", "http://evil.example")],
        [OWN, ("Origin", "null")],
        [OWN, ("Origin", "https://127.0.0.1:80")],
        [OWN, ("Origin", "http://127.0.0.1:81")],
        [OWN, ("Sec-Fetch-Site", "cross-site")],
        [OWN, ("sec-fetch-site", "same-site")],
        [OWN, ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Site", "cross-site")],
    ],
)
def test_no_other_page_may(headers: list[tuple[str, str]]) -> None:
    assert refusal_of_page(headers, HOSTS)


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page(free_port())
    page.start()
    yield page
    page.stop()


def asked(
    page: Page, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", page.server_port, timeout=10)
    try:
        connection.request(method, path, b"", headers or {})
        answer = connection.getresponse()
        assert "Access-Control-Allow-Origin" not in answer.headers
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_the_server_refuses_what_the_guard_refuses(page: Page) -> None:
    page.add("POST", "/something", lambda _: Response(200, b"done"))
    for method, path in (("GET", "/"), ("POST", "/something"), ("GET", "/nothing")):
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            assert asked(page, method, path, headers)[0] == 403
    own = {"Origin": f"http://localhost:{page.server_port}"}
    assert asked(page, "POST", "/something", own) == (200, "done")


def test_the_start_page_leads_to_every_conversation_and_to_what_was_added(page: Page) -> None:
    page.pages = {each.name: f"http://127.0.0.1:1/#{each.name}" for each in CAST}
    page.links.append(Link("/pulls", "ステップ", "Steps"))
    page.add("GET", "/pulls/*", lambda request: Response(200, request.path.encode()))
    status, text = asked(page, "GET", "/")
    assert status == 200
    for each in CAST:
        assert f'href="http://127.0.0.1:1/#{each.name}"' in text
        assert all(person.name in text for person in each.people)
    assert 'href="/pulls"' in text and both("ステップ", "Steps") in text
    assert asked(page, "GET", "/pulls/1") == (200, "/pulls/1")
    assert asked(page, "GET", "/pulls")[0] == asked(page, "POST", "/pulls/1")[0] == 404


def test_before_the_simulated_discord_is_there_the_page_says_so(page: Page) -> None:
    assert "Still starting" in asked(page, "GET", "/")[1]


def test_what_can_be_tried_is_a_form_that_only_our_page_may_send(page: Page) -> None:
    page.buttons.append(Button("/try/x", "日本語", "English", "説明", "text"))
    page.add("POST", "/try/x", lambda _: Response(303, headers={"Location": "/try"}))
    text = asked(page, "GET", "/")[1]
    assert '<form method="post" action="/try/x">' in text and both("日本語", "English") in text
    assert asked(page, "POST", "/try/x", {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert asked(page, "POST", "/try/x", {"Origin": "null"})[0] == 403
    own = {"Origin": f"http://127.0.0.1:{page.server_port}", "Sec-Fetch-Site": "same-origin"}
    assert asked(page, "POST", "/try/x", own)[0] == 303


def test_nobody_but_the_simulated_discord_has_interactions_signed(tmp_path: Path) -> None:
    playground = Playground(free_port(), tmp_path, Signer.development())
    try:
        for path in ("/_relay/interactions", "/_relay/picture"):
            for secret in ({}, {"X-Playground": "guessed"}):
                headers = http.client.HTTPMessage()
                for name, value in secret.items():
                    headers[name] = value
                answer = playground.page.answer("POST", Request(path, "", headers, b"{}"))
                assert answer.status == 403
    finally:
        playground.stop()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(PlaygroundError, match=f"port {port} .the page to play on. cannot be used"),
    ):
        Playground(port, tmp_path, Signer.development())


def test_where_simcord_is_missing_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PYTHON", tmp_path / "nothing")
    playground = Playground(free_port(), tmp_path, Signer.development())
    with pytest.raises(PlaygroundError, match="SimCord is not installed"):
        playground.start()
    playground.stop()


def wait(playground: Playground) -> None:
    while not playground.is_ready():
        time.sleep(0.05)


def test_where_simcord_is_broken_one_sentence_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho Traceback >&2\necho 'ImportError: no simcord' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(relay, "PYTHON", broken)
    playground = Playground(free_port(), tmp_path, Signer.development())
    playground.start()
    try:
        with pytest.raises(
            PlaygroundError, match=r"SimCord does not start \(ImportError: no"
        ) as one:
            wait(playground)
        assert "\n" not in str(one.value)
    finally:
        playground.stop()
