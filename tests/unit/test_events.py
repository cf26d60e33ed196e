"""The sample events work: each one is loaded into the handler it is for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import responses
from nacl.signing import SigningKey

from adapters import files, sealing
from local.client import Signer
from local.sign_event import signed
from tests.conftest import ROOT, load_function
from tests.recording import record
from tests.support import SEALING_KEY, SEALING_PUBLIC_KEY, rows

EVENTS = ROOT / "events"


def event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("kind", "answer_type"),
    [("ping", 1), ("command", 5), ("component", 6), ("autocomplete", 8), ("modal", 4)],
)
def test_every_type_of_interaction_has_an_event(
    monkeypatch: pytest.MonkeyPatch, kind: str, answer_type: int
) -> None:
    key = SigningKey.generate()
    signer = Signer(key.verify_key.encode().hex(), key.encode().hex())
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", signer.public_key)
    monkeypatch.setenv("SEALING_PUBLIC_KEY", SEALING_PUBLIC_KEY)
    monkeypatch.setenv("ALLOWED_GUILD_IDS", "any")
    monkeypatch.setenv("PULL_STATE_MACHINE_ARN", "arn:pull")
    monkeypatch.setenv("CHANGE_STATE_MACHINE_ARN", "arn:change")
    monkeypatch.setenv("REPLY_STATE_MACHINE_ARN", "arn:reply")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # the discard port: nobody there
    app = load_function("interactions")
    monkeypatch.setattr(app._workflows, "start", lambda *_: "accepted")
    unsigned = event(f"interactions-{kind}")
    assert app.handler(unsigned, None)["statusCode"] == 401
    answer = app.handler(signed(unsigned, signer), None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["type"] == answer_type


def test_draw_and_the_workflows_input(tables: Any) -> None:
    assert event("draw") == {"interaction": event("pull-input")}
    assert load_function("draw").handler(event("draw"), None)["outcome"] == "drawn"


def test_what_draw_decides_can_be_recorded(tables: Any) -> None:
    drawn = load_function("draw").handler(event("draw"), None)
    assert record(event("pull-input"), drawn)
    assert {row["kind"] for row in rows(tables)} == {"pull", "opening"}


def test_plan(tables: Any) -> None:
    assert load_function("plan").handler(event("plan"), None)["outcome"] == "planned"


def test_announce(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test")
    interaction = event("announce")["interaction"]
    token = sealing.unseal(SEALING_KEY, interaction["sealed_token"])
    url = f"https://discord.test/webhooks/{interaction['application_id']}/{token}"
    with responses.RequestsMock() as api:
        api.add_passthru("https://dynamodb")
        api.add_passthru("https://secretsmanager")
        api.patch(f"{url}/messages/@original", json={})
        assert load_function("announce").handler(event("announce"), None)["outcome"] == "delivered"


def test_setup(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = event("setup")
    asked["ResourceProperties"]["Secret"] = os.environ["SEALING_SECRET_ARN"]
    with responses.RequestsMock() as api:
        api.add_passthru("https://secretsmanager")
        answered = api.put(asked["ResponseURL"])
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000)
        load_function("setup").handler(asked, context)
        assert json.loads(answered.calls[0].request.body or b"")["Data"] == {
            "PublicKey": SEALING_PUBLIC_KEY
        }


def test_sweeper(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = load_function("sweeper")
    asked: list[str] = []
    monkeypatch.setattr(app.executions, "find", lambda _machine, name: asked.append(name))
    assert app.handler(event("sweeper"), None) == {"started": 0, "given_up": 0}
    name = event("pull-input")["interaction_id"]
    assert asked == [f"{name}-sweep-1", name]


def test_answer(tables: Any) -> None:
    assert load_function("answer").handler(event("answer"), None)["outcome"] == "answered"


def test_workshop(tables: Any) -> None:
    unpacked = load_function("workshop").handler(event("workshop"), None)
    assert unpacked == {"outcome": "unpacked", "count": 0, "batches": []}


def test_erase(tables: Any) -> None:
    counted = load_function("erase").handler(event("erase"), None)
    assert (counted["is_more"], counted["server"], counted["failed"]) == (False, "", 0)


def test_art(tables: Any) -> None:
    picture = b"a picture"
    asked = event("art")
    asked["rawPath"] = f"/art/{files.put(files.ART, picture)}"
    app = load_function("art")
    assert app.handler(asked, None)["statusCode"] == 200
    assert app.handler(event("art"), None)["statusCode"] == 404


def test_no_event_is_left_out() -> None:
    functions = {path.name for path in (ROOT / "functions").iterdir() if (path / "app.py").exists()}
    kinds = {"ping", "command", "component", "autocomplete", "modal"}
    expected = (functions - {"interactions"}) | {f"interactions-{kind}" for kind in kinds}
    assert {Path(name).stem for name in os.listdir(EVENTS)} == expected | {"pull-input", "rooms"}
