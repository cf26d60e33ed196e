"""The Discord stand-in behaves like Discord where the bot relies on it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.client import Standin
from local.cloud import free_port
from local.discord_standin import DiscordStandin

HEADERS = {"User-Agent": "DiscordBot (https://example.invalid, 1)"}


class Bot:
    """Edits and reads one token's message."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/api/v10/webhooks/1/token"
        self.standin = Standin(url)

    def request(self, method: str, path: str = "/messages/@original", **more: Any) -> Any:
        more = {"headers": HEADERS, "timeout": 5, **more}
        return requests.request(method, f"{self.url}{path}", **more)

    def edit(self, **body: Any) -> Any:
        return self.request("PATCH", json=body)

    def script(self, *answers: dict[str, Any]) -> None:
        self.standin.script("token", *answers)

    @property
    def record(self) -> dict[str, Any]:
        return self.standin.read("token")

    @property
    def statuses(self) -> list[int | None]:
        return [request["status"] for request in self.record["requests"]]


@pytest.fixture
def bot() -> Iterator[Bot]:
    port = free_port()
    server = DiscordStandin(port)
    server.start()
    yield Bot(f"http://127.0.0.1:{port}")
    server.stop()


def test_an_edit_sets_the_message_and_a_second_one_changes_it(bot: Bot) -> None:
    first = bot.edit(content="one", embeds=[{"title": "t"}])
    assert first.status_code == 200
    assert first.headers["Via"]
    second = bot.edit(content="two", allowed_mentions={"parse": []})
    assert second.json()["id"] == first.json()["id"]
    assert bot.record["message"]["content"] == "two"
    assert bot.record["message"]["embeds"] == [{"title": "t"}]
    assert [each["method"] for each in bot.record["requests"]] == ["PATCH", "PATCH"]
    assert bot.record["requests"][0]["body"] == {"content": "one", "embeds": [{"title": "t"}]}


def test_null_empties_a_field(bot: Bot) -> None:
    bot.edit(content="one", embeds=[{"title": "t"}])
    assert bot.edit(content=None).json()["content"] == ""


def test_the_first_follow_up_edits_the_deferral_and_the_next_is_a_message(bot: Bot) -> None:
    assert bot.request("POST", "", json={"content": "one"}).status_code == 200
    assert bot.request("POST", "", json={"content": "two"}).status_code == 200
    assert bot.record["message"]["content"] == "one"
    assert [each["content"] for each in bot.record["followups"]] == ["two"]


def test_a_message_of_its_own_is_edited_by_its_id(bot: Bot) -> None:
    bot.edit(content="one")
    second = bot.request("POST", "", json={"content": "two"}).json()
    edited = bot.request("PATCH", f"/messages/{second['id']}", json={"content": "three"})
    assert edited.json()["content"] == "three"
    assert bot.record["message"]["content"] == "one"
    assert [each["content"] for each in bot.record["followups"]] == ["three"]
    unknown = bot.request("PATCH", "/messages/1", json={"content": "c"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, 10008)


def test_a_path_that_discord_lacks_is_not_found(bot: Bot) -> None:
    assert bot.request("GET", "/nothing").status_code == 404
    assert bot.request("PUT", "", json={"content": "one"}).status_code == 405
    assert bot.request("DELETE").status_code == 405


def test_without_a_judge_every_message_is_taken(bot: Bot) -> None:
    """Its rules are elsewhere: tests/unit/test_judge.py."""
    assert bot.edit(content="c" * 2001).status_code == 200
    assert len(bot.record["message"]["content"]) == 2001


def test_what_is_not_json_is_refused(bot: Bot) -> None:
    headers = {**HEADERS, "Content-Type": "application/json"}
    for data in (b"{", b"[]"):
        answer = bot.request("PATCH", data=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, 50109)
    answer = bot.request("PATCH", data=b"content=hello")
    assert answer.status_code == 400


def test_a_client_that_does_not_say_what_bot_it_is_is_refused(bot: Bot) -> None:
    answer = bot.request("PATCH", json={"content": "c"}, headers={"User-Agent": "curl/8"})
    assert answer.status_code == 400
    assert bot.record["message"] is None


@pytest.mark.parametrize(
    ("do", "status", "code"),
    [
        ("unknown_webhook", 404, 10015),
        ("unknown_message", 404, 10008),
        ("invalid_token", 401, 50027),
        ("server_error", 500, 0),
    ],
)
def test_a_scripted_failure_comes_as_often_as_told(
    bot: Bot, do: str, status: int, code: int
) -> None:
    bot.script({"do": do, "times": 2}, {"do": do})
    for _ in range(3):
        answer = bot.edit(content="c")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert bot.record["message"] is None
    assert bot.edit(content="c").status_code == 200
    assert bot.statuses == [status, status, status, 200]


def test_a_failure_for_ever_and_one_for_a_time(bot: Bot) -> None:
    bot.script({"do": "unknown_webhook", "for": 0.3})
    assert bot.edit(content="c").status_code == 404
    assert bot.edit(content="c").status_code == 404
    time.sleep(0.3)
    assert bot.edit(content="c").status_code == 200
    bot.script({"do": "server_error", "status": 503, "times": "forever"})
    assert {bot.edit(content="c").status_code for _ in range(5)} == {503}


def test_an_applied_failure_changes_the_message(bot: Bot) -> None:
    bot.script({"do": "server_error", "applied": True})
    assert bot.edit(content="c").status_code == 500
    assert bot.record["message"]["content"] == "c"


def test_a_rate_limit_holds_until_it_is_over(bot: Bot) -> None:
    bot.script({"do": "rate_limit", "retry_after": 0.4})
    first = bot.edit(content="c")
    assert first.status_code == 429
    assert first.json()["retry_after"] == pytest.approx(0.4, abs=0.05)
    assert first.headers["Retry-After"] == "1"
    assert first.headers["Via"]
    early = bot.edit(content="c")
    assert early.status_code == 429
    time.sleep(early.json()["retry_after"])
    assert bot.edit(content="c").status_code == 200


def test_cloudflare_answers_in_html_without_via(bot: Bot) -> None:
    bot.script({"do": "cloudflare"})
    answer = bot.edit(content="c")
    assert answer.status_code == 429
    assert "Via" not in answer.headers
    assert answer.headers["Content-Type"] == "text/html"


def test_a_slow_answer_arrives(bot: Bot) -> None:
    bot.script({"do": "slow", "seconds": 0.3})
    started = time.monotonic()
    assert bot.edit(content="c").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_no_answer_and_half_an_answer_are_errors_to_the_client(bot: Bot) -> None:
    bot.script({"do": "never"}, {"do": "cut"})
    with pytest.raises(requests.Timeout):
        bot.request("PATCH", json={"content": "c"}, timeout=0.3)
    with pytest.raises(requests.RequestException):
        bot.edit(content="c")
    assert bot.statuses == [None, None]


def test_reading_waits_for_the_message(bot: Bot) -> None:
    started = time.monotonic()
    assert bot.standin.read("token", wait=0.2)["message"] is None
    assert time.monotonic() - started >= 0.2
    bot.edit(content="c")
    assert bot.standin.read("token", wait=5)["message"]["content"] == "c"


@pytest.mark.parametrize("script", [{}, [{}], [{"do": "dance"}], [{"do": "rate_limit"}], "text"])
def test_a_script_that_makes_no_sense_is_refused(bot: Bot, script: Any) -> None:
    url = bot.url.replace("/api/v10/webhooks/1/token", "/_standin/tokens/token/script")
    answer = requests.put(url, json=script, timeout=5)
    assert answer.status_code == 400
    assert requests.delete(url, timeout=5).status_code == 405


def test_a_form_with_a_file_is_a_message_with_an_attachment(bot: Bot) -> None:
    message = {"content": "here", "attachments": [{"id": 0, "filename": "a.json"}]}
    parts = {
        "payload_json": (None, json.dumps(message), "application/json"),
        "files[0]": ("a.json", '{"星": 1}'.encode(), "application/json"),
    }
    assert bot.request("PATCH", files=parts).status_code == 200
    assert bot.record["message"]["content"] == "here"
    assert bot.record["message"]["attachments"] == [
        {"id": 0, "filename": "a.json", "size": 10, "content": '{"星": 1}'}
    ]


@pytest.mark.parametrize("names", [["files[0]"], ["payload_json"], ["other"]])
def test_a_form_that_lacks_a_part_is_refused(bot: Bot, names: list[str]) -> None:
    message = {"content": "here", "attachments": [{"id": 0, "filename": "a.json"}]}
    parts = {name: (None, json.dumps(message), "application/json") for name in names}
    assert bot.request("PATCH", files=parts).status_code == 400
