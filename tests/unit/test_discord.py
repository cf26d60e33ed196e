"""Discord's HTTP rules: what each answer means, how long to wait, when to give up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from adapters import discord
from tests.support import FIRST_ID, TOKEN

BASE = "https://discord.test/api/v10"
URL = f"{BASE}/webhooks/12/{TOKEN}/messages/@original"
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


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome", "seconds"),
    [
        (429, {"retry_after": 2.4, "code": 0}, VIA, "wait", 3),
        (429, {"retry_after": 0}, VIA, "wait", 1),
        (429, {"retry_after": "soon"}, VIA, "wait", 1),
        (429, {"retry_after": -5}, VIA, "wait", 1),
        (429, {"retry_after": 1e9}, VIA, "wait", 1),
        (429, {"retry_after": 30}, {}, "wait", 1),  # without Via it is Cloudflare: our own pace
        (404, {"code": 10015}, VIA, "wait", 1),
        (404, {}, {}, "wait", 1),
        (500, {}, {}, "wait", 1),
        (503, {"code": 130000}, VIA, "wait", 1),
        (400, {"code": 50035}, VIA, "rejected", 0),
        (400, {"code": 50006}, VIA, "rejected", 0),
        (413, {}, {}, "rejected", 0),
        (400, {"code": 40060}, VIA, "delivered", 0),
        (404, {"code": 10062}, VIA, "gone", 0),
        (404, {"code": 10008}, VIA, "gone", 0),
        (401, {"code": 50027}, VIA, "gone", 0),
        (403, {"code": 50001}, VIA, "gone", 0),
        (302, {}, {}, "gone", 0),
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


@pytest.mark.parametrize("body", ["[]", '"text"', '{"code": "x"}', "", "{"])
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


def test_an_expired_token_is_tried_once(api: responses.RequestsMock) -> None:
    api.patch(URL, json={})
    assert edit(seconds_left=-100).outcome == "delivered"


def test_the_time_left_counts_from_the_interaction_and_ends_with_its_token() -> None:
    created = ((FIRST_ID >> 22) + 1_420_070_400_000) / 1000
    assert discord.seconds_left(str(FIRST_ID), 840, created + 40) == pytest.approx(800)
    assert discord.seconds_left(str(FIRST_ID), 10**6, created) == pytest.approx(900)
