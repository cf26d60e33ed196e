"""The page to play on: who may ask it, and what is said where there can be none."""

from __future__ import annotations

import http.client
import re
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from gacha.terminal import language
from local.client import Signer
from local.cloud import free_port
from local.discord_application import BOT_TOKEN, NAME, PATH, Application
from local.guard import loopback, refusal_of_page
from local.playground import experiments, pulls, relay
from local.playground.cast import CAST
from local.playground.experiments import HUNDRED, Experiments, Trial
from local.playground.page import Answering, Button, Link, Page, Request, Response, both
from local.playground.relay import Playground, PlaygroundError
from scripts import audit
from scripts.stack import Deployment
from tests.written_runs import Recorded

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


REFRESHED = '<meta http-equiv="refresh"'


def test_until_people_can_play_the_page_says_so_and_looks_again(page: Page) -> None:
    text = asked(page, "GET", "/")[1]
    assert "Still starting" in text and REFRESHED in text and "reload." not in text
    page.pages = {each.name: "http://127.0.0.1:1/" for each in CAST}
    text = asked(page, "GET", "/")[1]
    assert "Still starting" not in text and REFRESHED not in text


def test_where_people_never_can_play_the_page_says_so_and_stops(page: Page) -> None:
    page.problem = Link("", "起動できません", "It does not start")
    text = asked(page, "GET", "/")[1]
    assert "It does not start" in text and "Still starting" not in text and REFRESHED not in text


def test_the_steps_are_there_from_the_start_and_say_that_it_starts(page: Page) -> None:
    deployed: list[Deployment] = []
    pulls.add(page, lambda: deployed[0] if deployed else None)
    assert f'href="{pulls.FOLDER}"' in asked(page, "GET", "/")[1]
    for path in ("", "/", "/100000000000000000", "/page.css"):
        status, text = asked(page, "GET", f"{pulls.FOLDER}{path}")
        assert (status, REFRESHED in text) == (503, True)
        assert "Still starting" in text and "準備中です" in text
    with Recorded() as there:
        deployed.append(there)
        status, text = asked(page, "GET", pulls.FOLDER)
        assert status == 200 and "There are no executions yet." in text and REFRESHED not in text


class Icons(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "link" and dict(attrs).get("rel") == "icon":
            self.found.append(dict(attrs)["href"])


def test_every_page_has_an_icon_that_is_there(page: Page) -> None:
    with Recorded() as there:
        pulls.add(page, lambda: there)
        for path in ("/", pulls.FOLDER, f"{pulls.FOLDER}/x"):
            [icon] = Icons(asked(page, "GET", path)[1]).found
            status, picture = asked(page, "GET", str(icon))
            assert status == 200 and picture.startswith("<svg")
    assert asked(page, "GET", "/favicon.ico")[0] == 200  # which a browser looks for by itself


def test_whatever_is_served_is_refused_to_other_pages(page: Page) -> None:
    """Every route that there is, the viewer's among them, and paths that are none."""
    with Recorded() as there:
        pulls.add(page, lambda: there)
        page.add("POST", "/try/x", lambda _: Response(303, headers={"Location": "/try"}))
        paths = {path.replace("*", "100000000000000000") for _, path in page._routes}
        assert {"/", "/pulls", "/pulls/100000000000000000", "/try/x", "/icon.svg"} <= paths
        for path in (*paths, "/pulls/page.css", "/pulls/100000000000000000/text", "/none"):
            for headers in (
                {"Host": "evil.example"},
                {"Origin": "http://evil.example"},
                {"Origin": "null"},
                {"Sec-Fetch-Site": "cross-site"},
            ):
                for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"):
                    assert asked(page, method, path, headers)[0] == 403, (method, path)


def test_a_fault_of_our_own_is_an_answer_and_is_told_where_it_runs(
    page: Page, capfd: pytest.CaptureFixture[str]
) -> None:
    def fault(_: Request) -> Response:
        raise RuntimeError("ours")

    page.add("GET", "/fault", fault)
    status, text = asked(page, "GET", "/fault")
    assert status == 500 and "Something went wrong here" in text and "ours" not in text
    assert "RuntimeError: ours" in capfd.readouterr().err
    assert asked(page, "GET", "/")[0] == 200


def test_a_browser_that_goes_away_in_the_middle_is_no_news(
    page: Page, capfd: pytest.CaptureFixture[str]
) -> None:
    asking, gone = threading.Event(), threading.Event()

    def slow(_: Request) -> Response:
        asking.set()
        assert gone.wait(10)
        return Response(200, b"x" * 10_000_000)

    page.add("GET", "/slow", slow)
    request = f"GET /slow HTTP/1.1\r\nHost: 127.0.0.1:{page.server_port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", page.server_port)) as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.sendall(request)
        assert asking.wait(10)
    gone.set()
    for half in (
        request[:30],
        request.replace(b"GET", b"POST")[:-2] + b"Content-Length: 9\r\n\r\nx",
    ):
        with socket.create_connection(("127.0.0.1", page.server_port)) as browser:
            browser.sendall(half)
    assert asked(page, "GET", "/")[0] == 200
    assert capfd.readouterr().err == ""


def test_a_silent_browser_is_let_go_after_its_first_request_too() -> None:
    """Its thread would be held for ever."""
    timeouts: list[float | None] = []

    class Noting(Answering):
        timeout = 7

        def serve(self) -> None:
            super().serve()
            timeouts.append(self.connection.gettimeout())

        do_GET = serve

    page = Page(free_port())
    page.RequestHandlerClass = Noting
    page.start()
    try:
        assert asked(page, "GET", "/")[0] == 200
        deadline = time.monotonic() + 10
        while not timeouts and time.monotonic() < deadline:  # noted after the answer
            time.sleep(0.01)
        assert timeouts == [7]
    finally:
        page.stop()


def test_whoever_is_alone_with_the_bot_is_there_in_both_languages(page: Page) -> None:
    alone = [each for each in CAST if not each.guild_id]
    assert {person.locale for each in alone for person in each.people} == {"ja", "en-US"}
    assert len({each.name for each in CAST}) == len(CAST)
    page.pages = {each.name: f"http://127.0.0.1:1/#{each.name}" for each in CAST}
    text = asked(page, "GET", "/")[1]
    assert text.count("<section") == len({each.guild_id for each in CAST})
    for each in alone:
        assert re.search(f'id="{each.name}">.*?href="http://127.0.0.1:1/#{each.name}"', text)


def test_one_name_of_the_bot_stands_everywhere() -> None:
    """Discord has one for each application, whatever the language."""
    path = PATH.fullmatch("/applications/@me")
    assert path
    assert Application().handle("GET", path, f"Bot {BOT_TOKEN}", None)[1]["name"] == NAME
    assert NAME.isascii() and 2 <= len(NAME) <= 32


def test_what_a_player_saw_is_shown_as_discord_shows_it(tmp_path: Path) -> None:
    trial = Trial(HUNDRED)
    trial.seen.append((("結果", "The result"), "**160** `12` <t:0:f> <script>x</script> <@5>"))
    text = trial_page(trial)
    assert "<b>160</b> <code>12</code> <time>1970-01-01 00:00 UTC</time>" in text
    assert "&lt;script&gt;" in text and "**" not in text


def trial_page(trial: Trial) -> str:
    experiments = Experiments.__new__(Experiments)
    experiments._trial = trial
    return experiments._shown(Request("/try", "", http.client.HTTPMessage(), b"")).content.decode()


def test_the_audits_verdict_is_in_both_languages_and_the_pulls_steps_are_linked() -> None:
    trial = Trial(HUNDRED, pulls=["1576000000000000000"], is_whole=True)
    trial.verdict = "違反：0", "violations: 0"
    text = trial_page(trial)
    assert both("違反：0", "violations: 0") in text
    assert f'href="{pulls.FOLDER}/1576000000000000000"' in text


def test_the_audit_is_asked_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(_: list[str], *, env: dict[str, str], **__: object) -> SimpleNamespace:
        ran.append(language(env))
        said = "    0.1 s  rows read of users: 1\n" + audit.WORDS[ran[-1]]["violations"]
        return SimpleNamespace(returncode=0, stdout=said.format(count=0), stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    assert experiments.audit() == (True, ("違反：0", "violations: 0"))
    assert ran == ["ja", "en"]


def test_what_discord_asked_to_wait_and_what_was_waited_are_told() -> None:
    requests = [{"status": 429, "at": 1000.0}, {"status": 200, "at": 1002.61}]
    for words in experiments.waited(requests):
        assert str(experiments.RETRY_AFTER_S) in words and "2.6" in words
    for few in ([], requests[:1], requests[1:]):
        assert "nothing was sent again" in experiments.waited(few)[1]


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


def test_what_this_run_cannot_show_or_keep_is_said_on_the_page(tmp_path: Path) -> None:
    own, foreign = Signer.development(), Signer("ab" * 32)
    outside = "http://127.0.0.1:9/api/v10"
    for signer, elsewhere, keeps, notices in (
        (own, None, False, []),
        (own, outside, False, [relay.away(outside)]),
        (foreign, outside, False, [relay.UNSIGNED]),  # then nothing gets as far as a message
        (own, None, True, [relay.KEPT]),
        (own, outside, True, [relay.away(outside), relay.KEPT]),
    ):
        playground = Playground(free_port(), tmp_path, signer, elsewhere=elsewhere, keeps=keeps)
        try:
            assert playground.page.notices == notices
            text = playground.page.start_page().decode()
            assert all(both(each.japanese, each.english) in text for each in notices)
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
        assert "SimCord does not start" in asked(playground.page, "GET", "/")[1]
    finally:
        playground.stop()
