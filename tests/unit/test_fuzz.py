"""The fuzzer of tests/fuzz, a little of it; and that it notices what it is for."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fuzz import endpoint


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in (
        "DISCORD_PUBLIC_KEY",
        "SEALING_PUBLIC_KEY",
        "ALLOWED_GUILD_IDS",
        "AWS_ENDPOINT_URL",
    ):
        monkeypatch.setenv(name, "")  # the fuzzer sets them; afterwards they are as before
    for name in endpoint.MACHINES:
        monkeypatch.setenv(name, "")
    return endpoint.load()


def test_some_requests(app: Any) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    assert sum(endpoint.run(2_000, seed, app).values()) == 2_000


def test_what_it_damages_holds_up_undamaged(app: Any) -> None:
    """Every command that there is, with all its options, by somebody who may."""
    app._workflows = starter = endpoint.Starter(random.Random(1))
    app.time = SimpleNamespace(time=lambda: endpoint.NOW, monotonic=lambda: 0.0)
    real = endpoint.real_interactions()
    for interaction in real:
        body = json.dumps(interaction).encode()
        event = {"body": body.decode(), "headers": endpoint.signed(body, endpoint.NOW)}
        assert app.handler(event, None)["statusCode"] == 200
    started = {json.loads(given)["command"] for _, _, given in starter.asked}
    assert {"pull", "history", "admin grant", "fair seed"} <= started


def test_a_seed_repeats_a_run(app: Any) -> None:
    one, other = (endpoint.run(2_000, 7, app) for _ in range(2))
    assert one == other


def believe_anybody(app: Any) -> None:
    app._holds = lambda *_: True


def believe_nobody(app: Any) -> None:
    app._holds = lambda *_: False


def let_errors_out(app: Any) -> None:
    app.json.loads("{}")

    class Strict:
        dumps = staticmethod(json.dumps)

        @staticmethod
        def loads(text: str) -> Any:
            try:
                return json.loads(text)
            except ValueError:
                raise RuntimeError from None

    app.json = Strict


def answer_half_a_letter(app: Any) -> None:
    app._bad_request = lambda reason: {"statusCode": 400, "body": "\ud800"}


def answer_5xx(app: Any) -> None:
    app._bad_request = lambda reason: {"statusCode": 500, "body": reason}


def forget_the_time(app: Any) -> None:
    app.MAX_AGE_S = 10**12


def seal_nothing(app: Any) -> None:
    class Open:
        @staticmethod
        def seal(_key: object, token: str) -> str:
            return token

    app.sealing = Open


def log_everything(app: Any) -> None:
    inner = app.read

    def read(interaction: Any) -> Any:
        print(interaction)
        return inner(interaction)

    app.read = read


def defer_without_a_start(app: Any) -> None:
    app._begin = lambda interaction: app._answer({"type": 5})


def mention(app: Any) -> None:
    inner = app._private

    def private(text: str) -> Any:
        answer = inner(text)
        answer["data"]["allowed_mentions"] = {"parse": ["everyone"]}
        return answer

    app._private = private


@pytest.mark.parametrize(
    "spoil",
    [
        believe_anybody,
        believe_nobody,
        let_errors_out,
        answer_half_a_letter,
        answer_5xx,
        forget_the_time,
        seal_nothing,
        log_everything,
        defer_without_a_start,
        mention,
    ],
)
def test_it_notices_what_it_is_for(app: Any, spoil: Callable[[Any], None]) -> None:
    spoil(app)
    with pytest.raises(endpoint.Broken, match="seed 1, request "):
        endpoint.run(2_000, 1, app)
