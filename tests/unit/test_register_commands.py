"""The tool that registers the commands, against a stand-in for Discord's API."""

from __future__ import annotations

import copy
import http.server
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters import application
from commands import registry
from scripts import register_commands

APPLICATION = "1290000000000000001"
GUILD = "1290000000000000002"
TOKEN = "MTI5.canary.token-that-must-not-leak"
COMMANDS = registry.discord()
REGISTERED = json.dumps([{"id": "1", "name": each["name"]} for each in COMMANDS])


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: str = REGISTERED
    headers: dict[str, str] = field(default_factory=dict)


class Discord:
    """Gives the answers of its script, and the last one for ever."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.script: Sequence[Answer] = [Answer()]
        discord = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                number = len(discord.received)
                discord.received.append(Received(self.command, self.path, headers, body))
                answer = discord.script[min(number, len(discord.script) - 1)]
                self.send_response(answer.status)
                content = answer.body.encode()
                for name, value in (answer.headers | {"Content-Length": str(len(content))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                """Nothing: the tests read standard error."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def discord(monkeypatch: pytest.MonkeyPatch) -> Iterator[Discord]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    stub = Discord()
    monkeypatch.setenv("DISCORD_API_BASE_URL", stub.url)
    monkeypatch.setenv("DISCORD_BOT_TOKEN", TOKEN)
    thread = threading.Thread(target=stub.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield stub
    stub.server.shutdown()
    stub.server.server_close()
    thread.join()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the tool meant to sleep."""
    seconds: list[float] = []
    clock = SimpleNamespace(sleep=seconds.append, monotonic=lambda: sum(seconds))
    monkeypatch.setattr(application, "time", clock)
    return seconds


@pytest.fixture
def run(slept: list[float], capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Outcome:
        try:
            status = register_commands.main(["--application-id", APPLICATION, *arguments])
        except SystemExit as left:
            status = int(left.code or 0)
        outcome = Outcome(status, *capsys.readouterr())
        assert TOKEN not in outcome.out + outcome.err
        return outcome

    return run


# --- what is sent ---------------------------------------------------------------------------------


def test_overwrites_the_global_commands(discord: Discord, run: Run) -> None:
    before = copy.deepcopy(COMMANDS)
    outcome = run()
    assert (outcome.status, outcome.err) == (0, "")
    assert "/gacha" in outcome.out
    assert "everywhere" in outcome.out
    [sent] = discord.received
    assert (sent.method, sent.path) == ("PUT", f"/applications/{APPLICATION}/commands")
    assert sent.headers["authorization"] == f"Bot {TOKEN}"
    assert sent.headers["content-type"] == "application/json"
    assert re.fullmatch(r"DiscordBot \(https://\S+, \S+\)", sent.headers["user-agent"])
    assert json.loads(sent.body) == COMMANDS == before


def test_overwrites_the_commands_of_one_guild_without_what_only_global_ones_have(
    discord: Discord, run: Run
) -> None:
    before = copy.deepcopy(COMMANDS)
    outcome = run("--guild", GUILD)
    assert (outcome.status, outcome.err) == (0, "")
    assert GUILD in outcome.out
    [sent] = discord.received
    path = f"/applications/{APPLICATION}/guilds/{GUILD}/commands"
    assert (sent.method, sent.path) == ("PUT", path)
    assert sent.headers["authorization"] == f"Bot {TOKEN}"
    commands = json.loads(sent.body)
    for command in before:
        del command["contexts"], command["integration_types"]
    assert commands == before
    assert "contexts" in COMMANDS[0]  # the definitions themselves are untouched


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_base_url_may_end_in_a_slash(
    discord: Discord, run: Run, monkeypatch: pytest.MonkeyPatch, slash: str
) -> None:
    monkeypatch.setenv("DISCORD_API_BASE_URL", f"{discord.url}/api/v10{slash}")
    assert run().status == 0
    assert discord.received[0].path == f"/api/v10/applications/{APPLICATION}/commands"


def test_without_a_base_url_it_is_discord_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def request(_: Any, method: str, url: str, **_options: Any) -> Any:
        called.append(f"{method} {url}")
        return SimpleNamespace(status_code=200, json=lambda: json.loads(REGISTERED))

    monkeypatch.setattr("requests.Session.request", request)
    monkeypatch.delenv("DISCORD_API_BASE_URL", raising=False)
    monkeypatch.setenv("DISCORD_BOT_TOKEN", TOKEN)
    assert run().status == 0
    assert called == [f"PUT https://discord.com/api/v10/applications/{APPLICATION}/commands"]


def test_says_what_discord_has_now_not_what_was_sent(discord: Discord, run: Run) -> None:
    discord.script = [Answer(body='[{"name": "one"}, {"name": "two"}]')]
    assert "/one, /two" in run().out


@pytest.mark.parametrize("guild", [None, GUILD])
def test_a_dry_run_prints_and_sends_nothing(
    discord: Discord, run: Run, monkeypatch: pytest.MonkeyPatch, guild: str | None
) -> None:
    monkeypatch.delenv("DISCORD_BOT_TOKEN")
    outcome = run("--dry-run", *(("--guild", guild) if guild else ()))
    assert (outcome.status, outcome.err) == (0, "")
    printed = json.loads(outcome.out)
    assert printed == application.commands_for(guild)
    assert "ガチャ" in outcome.out  # readable, not escaped
    assert discord.received == []


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "\n"])
def test_a_missing_token_is_told_and_nothing_is_sent(
    discord: Discord, run: Run, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    if token is None:
        monkeypatch.delenv("DISCORD_BOT_TOKEN")
    else:
        monkeypatch.setenv("DISCORD_BOT_TOKEN", token)
    outcome = run()
    assert outcome.status == 2
    assert "DISCORD_BOT_TOKEN is not set" in outcome.err
    assert discord.received == []


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {} "])
def test_blanks_around_the_token_are_not_part_of_it(
    discord: Discord, run: Run, monkeypatch: pytest.MonkeyPatch, around: str
) -> None:
    """They come with files written on Windows, and with copying."""
    monkeypatch.setenv("DISCORD_BOT_TOKEN", around.format(TOKEN))
    assert run().status == 0
    assert discord.received[0].headers["authorization"] == f"Bot {TOKEN}"


def test_a_token_that_cannot_be_one_is_told_at_once(
    discord: Discord, run: Run, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "ここにトークン")
    outcome = run()
    assert outcome.status != 0
    assert "token" in outcome.err.lower()
    assert (discord.received, slept) == ([], [])


def test_a_netrc_does_not_replace_the_token(
    discord: Discord, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """requests prefers what it finds there to the header it is given."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert run().status == 0
    assert discord.received[0].headers["authorization"] == f"Bot {TOKEN}"


def test_an_id_is_sent_in_its_one_form(discord: Discord, run: Run) -> None:
    assert run("--guild=`00１２３` ").status == 0
    assert discord.received[0].path.endswith("/guilds/123/commands")


@pytest.mark.parametrize(
    "hostile", ["", "abc", "-1", "1/../..", f"{APPLICATION}?x=1", "9" * 21, "1 2"]
)
def test_ids_that_are_none_are_told_and_never_reach_a_url(
    discord: Discord, run: Run, capsys: pytest.CaptureFixture[str], hostile: str
) -> None:
    outcome = run(f"--guild={hostile}")
    assert outcome.status == 2
    assert "--guild" in outcome.err
    with pytest.raises(SystemExit):
        register_commands.main([f"--application-id={hostile}"])
    assert "--application-id" in capsys.readouterr().err
    assert discord.received == []


def test_an_application_id_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        register_commands.main([])
    assert "--application-id" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(401, '{"message": "401: Unauthorized", "code": 0}'), "bot token is wrong"),
        (Answer(403, '{"message": "Missing Access", "code": 50001}'), "does not belong"),
        (Answer(404, '{"message": "Unknown Application", "code": 10002}'), "Unknown Application"),
        (Answer(400, '{"code": 50035, "errors": {"0": "name is bad"}}'), "name is bad"),
        (Answer(413, "too large"), "413"),
        (Answer(302, "", {"Location": "/elsewhere"}), "302"),
    ],
    ids=lambda value: f"{value.status} {value.body[:20]}" if isinstance(value, Answer) else None,
)
def test_an_answer_that_will_not_change_is_told_and_not_asked_for_again(
    discord: Discord, run: Run, slept: list[float], answer: Answer, told: str
) -> None:
    discord.script = [answer]
    outcome = run()
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith("nothing was registered: ")
    assert told in outcome.err
    assert len(discord.received) == 1
    assert slept == []


@pytest.mark.parametrize("body", ["<html>a proxy says hello</html>", "", "null", "{}", "[1]"])
def test_a_200_that_is_not_discords_is_no_success(discord: Discord, run: Run, body: str) -> None:
    discord.script = [Answer(200, body)]
    outcome = run()
    assert (outcome.status, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 1


def test_a_long_answer_is_told_in_short(discord: Discord, run: Run) -> None:
    discord.script = [Answer(400, "x" * 100_000)]
    assert len(run().err) < 1_000


LIMITED = Answer(429, '{"message": "You are being rate limited.", "retry_after": 0.3}')


@pytest.mark.parametrize("failures", [1, 4])
@pytest.mark.parametrize(
    "busy",
    [LIMITED, Answer(429, "<html>Cloudflare</html>"), Answer(500, ""), Answer(502, "<html>")],
    ids=["429", "429 of Cloudflare", "500", "502"],
)
def test_asks_again_while_discord_is_busy(
    discord: Discord, run: Run, slept: list[float], busy: Answer, failures: int
) -> None:
    discord.script = [busy] * failures + [Answer()]
    assert run().status == 0
    assert len(discord.received) == failures + 1
    assert len({(each.path, each.body) for each in discord.received}) == 1
    assert len(slept) == failures
    assert all(0 < seconds < 60 for seconds in slept)


@pytest.mark.parametrize("busy", [LIMITED, Answer(500, "boom")], ids=["429", "500"])
def test_gives_up_when_discord_stays_busy(
    discord: Discord, run: Run, slept: list[float], busy: Answer
) -> None:
    discord.script = [busy]
    outcome = run()
    assert (outcome.status, outcome.out) == (1, "")
    assert str(busy.status) in outcome.err
    assert "5 tries" in outcome.err
    assert (len(discord.received), len(slept)) == (5, 4)


def test_waits_as_long_as_discord_asks_for(discord: Discord, run: Run, slept: list[float]) -> None:
    body = '{"message": "You are being rate limited.", "retry_after": 7.5, "global": false}'
    discord.script = [Answer(429, body, {"Retry-After": "8", "Via": "1.1 google"}), Answer()]
    assert run().status == 0
    assert sum(slept) >= 7.5


def test_waits_longer_each_time(discord: Discord, run: Run, slept: list[float]) -> None:
    discord.script = [Answer(500, "")]
    run()
    assert slept == sorted(slept)
    assert sum(slept) < 60


def test_gives_up_when_nobody_answers(
    run: Run, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:  # bound and not listening: refuses
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        monkeypatch.setenv("DISCORD_API_BASE_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("DISCORD_BOT_TOKEN", TOKEN)
        outcome = run()
    assert (outcome.status, outcome.out) == (1, "")
    assert "could not be reached (ConnectionError)" in outcome.err
    assert len(slept) == 4
