"""A developer's own interaction, in one command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local import send
from local.client import Answer, Signer, Standin
from local.cloud import Stack
from tests.conftest import ROOT

MESSAGE = {"content": "the result", "embeds": [], "components": []}


class Bot:
    """In place of the local bot and of what keeps its messages."""

    def __init__(self, answer: dict[str, Any], message: dict[str, Any] | None) -> None:
        self.answer, self.message = answer, message
        self.bodies: list[bytes] = []

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        assert url == "http://127.0.0.1:18787/interactions"
        assert len(headers["X-Signature-Ed25519"]) == 128
        self.bodies.append(body)
        return Answer(200, json.dumps(self.answer).encode(), 5.0)

    def read(self, standin: Standin, token: str, wait: float = 0) -> dict[str, Any]:
        assert standin.url == "http://127.0.0.1:18789" and wait > 0
        assert token == json.loads(self.bodies[-1])["token"]
        return {"message": self.message}


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bot:
    bot = Bot({"type": 5}, MESSAGE)
    monkeypatch.setattr(Stack, "running", lambda: Stack(18787, {}))
    signer = Signer.development(tmp_path / "key.json")
    monkeypatch.setattr(Signer, "development", lambda: signer)
    monkeypatch.setattr(send, "post", bot.post)
    monkeypatch.setattr(
        Standin, "read", lambda self, *given, **more: bot.read(self, *given, **more)
    )
    return bot


def test_options_have_the_types_of_the_definition(bot: Bot) -> None:
    for words, path, option in (
        ("gacha pull count=10", ["gacha", "pull"], {"name": "count", "type": 4, "value": 10}),
        ("gacha pull count=ten", ["gacha", "pull"], {"name": "count", "type": 3, "value": "ten"}),
        (
            "gacha fair seed text=123",
            ["gacha", "fair", "seed"],
            {"name": "text", "type": 3, "value": "123"},
        ),
    ):
        assert send.main(words.split()) == 0
        level = json.loads(bot.bodies[-1])["data"]
        for name in path[1:]:
            assert level["name"] != name
            [level] = level["options"]
        assert level["name"] == path[-1] and level["options"] == [option]


def test_it_is_the_same_player_each_time_in_a_new_interaction(bot: Bot) -> None:
    for _ in range(2):
        assert send.main(["gacha", "profile"]) == 0
    first, second = map(json.loads, bot.bodies)
    assert first["id"] != second["id"] and first["token"] != second["token"]
    assert first["member"]["user"]["id"] == second["member"]["user"]["id"] == send.PLAYER


@pytest.mark.parametrize("name", ["command", "component", "modal", "ping", "autocomplete"])
def test_a_sample_event_is_sent_as_it_is(bot: Bot, name: str) -> None:
    path = ROOT / f"events/interactions-{name}.json"
    bot.answer = {"type": 1}
    assert send.main([str(path)]) == 0
    assert bot.bodies == [json.loads(path.read_text())["body"].encode()]


def test_the_answer_and_the_message_are_shown(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    assert send.main(["gacha", "pull"]) == 0
    out = capsys.readouterr().out
    assert out.startswith('HTTP 200 after 5 ms: {"type": 5}\n') and "the result" in out
    bot.answer = {"type": 4, "data": {"content": "refused"}}
    assert send.main(["gacha", "nothing"]) == 0
    assert "refused" in capsys.readouterr().out


def test_a_message_that_does_not_arrive_is_said(
    bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.message = None
    assert send.main(["gacha", "pull"]) == 1
    assert "no message arrived" in capsys.readouterr().err


def test_without_a_local_bot_it_says_what_starts_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Stack, "running", lambda: None)
    assert send.main(["gacha", "pull"]) == 2
    assert "`make run`" in capsys.readouterr().err
