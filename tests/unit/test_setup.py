"""Setup: every request of CloudFormation is answered, and what it makes is made once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import pytest
import requests
import responses
from botocore.exceptions import ClientError

from adapters import secrets
from tests.conftest import load_function
from tests.support import SEALING_PUBLIC_KEY, SEALING_SECRET

CLOUDFORMATION: Final = "https://cloudformation.test/answer?signature=canary-address"
SEALING_ARN: Final = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sealing"


@dataclass
class Setup:
    """The handler, its secrets, and what CloudFormation was answered."""

    app: ModuleType
    api: responses.RequestsMock
    secrets: dict[str, Any] = field(default_factory=dict)

    def event(self, request: str, kind: str, properties: object = None, **more: Any) -> Any:
        event = {
            "RequestType": request,
            "RequestId": "request-1",
            "StackId": "arn:aws:cloudformation:ap-northeast-1:123456789012:stack/gacha/1",
            "ResponseURL": CLOUDFORMATION,
            "ResourceType": f"Custom::{kind}",
            "LogicalResourceId": kind,
            "ResourceProperties": properties,
        }
        if request != "Create":
            event["PhysicalResourceId"] = kind
        return event | more

    def run(self, event: dict[str, Any]) -> dict[str, Any]:
        """The one answer to the event."""
        self.app.handler(event, SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000))
        return self.answers[-1]

    @property
    def answers(self) -> list[dict[str, Any]]:
        calls = [call for call in self.api.calls if call.request.url == CLOUDFORMATION]
        return [json.loads(call.request.body or b"") for call in calls]


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as api:
        api.put(CLOUDFORMATION)
        setup = Setup(load_function("setup"), api, {SEALING_ARN: SEALING_SECRET})
        cloudformation = setup.app.cloudformation
        monkeypatch.setattr(cloudformation, "time", SimpleNamespace(sleep=lambda _: None))

        def read(arn: str) -> str:
            if isinstance(setup.secrets[arn], Exception):
                raise setup.secrets[arn]
            return str(setup.secrets[arn])

        monkeypatch.setattr(secrets, "read", read)
        yield setup


# --- answering CloudFormation ---------------------------------------------------------------------


def test_an_answer_has_the_form_that_cloudformation_reads(setup: Setup) -> None:
    answer = setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert answer == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "SealingKey",
        "StackId": "arn:aws:cloudformation:ap-northeast-1:123456789012:stack/gacha/1",
        "RequestId": "request-1",
        "LogicalResourceId": "SealingKey",
        "Data": {"PublicKey": SEALING_PUBLIC_KEY},
    }
    [call] = setup.api.calls
    assert call.request.headers["Content-Type"] == ""  # the address is signed for that


@pytest.mark.parametrize("kind", ["SealingKey", "Unheard", ""])
@pytest.mark.parametrize("properties", [None, {}, [], "x", {"Secret": "gone"}])
def test_deleting_succeeds_whatever_is_asked_and_touches_nothing(
    setup: Setup, kind: str, properties: object
) -> None:
    answer = setup.run(setup.event("Delete", kind, properties, PhysicalResourceId="other"))
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "other")
    assert len(setup.api.calls) == 1


@pytest.mark.parametrize("request_type", ["Create", "Update", "Unheard"])
@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("Unheard", {}),
        ("", {}),
        ("SealingKey", None),
        ("SealingKey", {}),
        ("SealingKey", []),
        ("SealingKey", {"Secret": "no such secret"}),
    ],
)
def test_what_cannot_be_done_fails_and_is_answered(
    setup: Setup, request_type: str, kind: str, properties: object
) -> None:
    answer = setup.run(setup.event(request_type, kind, properties))
    assert answer["Status"] == "FAILED"
    assert f"Custom::{kind} failed with " in answer["Reason"]
    assert answer["Data"] == {}


def test_an_unexpected_error_tells_where_and_not_what(
    setup: Setup, capfd: pytest.CaptureFixture[str]
) -> None:
    setup.secrets[SEALING_ARN] = ValueError("canary-secret")
    answer = setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert answer["Reason"].startswith("Custom::SealingKey failed with ValueError; see the log")
    out, err = capfd.readouterr()
    assert "canary" not in out + err + json.dumps(answer)
    assert "in sealing_key" in json.loads(out)["where"]


def test_a_request_without_a_resource_type_is_answered(setup: Setup) -> None:
    event = setup.event("Create", "SealingKey")
    del event["ResourceType"]
    assert setup.run(event)["Status"] == "FAILED"


def test_cloudformation_is_told_again_when_it_did_not_hear(setup: Setup) -> None:
    setup.api.reset()
    setup.api.put(CLOUDFORMATION, body=requests.ConnectionError("canary-address"))
    setup.api.put(CLOUDFORMATION, status=503)
    setup.api.put(CLOUDFORMATION)
    setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert len(setup.answers) == 3
    assert len({json.dumps(each) for each in setup.answers}) == 1


def test_who_cannot_be_told_at_all_is_told_by_lambdas_next_try(
    setup: Setup, capfd: pytest.CaptureFixture[str]
) -> None:
    setup.api.reset()
    setup.api.put(CLOUDFORMATION, status=403, body="canary-address")
    with pytest.raises(setup.app.cloudformation.UnansweredError) as raised:
        setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert len(setup.answers) == 3
    assert "canary" not in "".join([str(raised.value), *capfd.readouterr()])
    assert raised.value.__cause__ is None


# --- the sealing key ------------------------------------------------------------------------------


def test_the_sealing_key_is_the_same_for_ever(setup: Setup) -> None:
    for request in ("Create", "Update", "Create"):
        answer = setup.run(setup.event(request, "SealingKey", {"Secret": SEALING_ARN}))
        assert answer["Data"] == {"PublicKey": SEALING_PUBLIC_KEY}
        assert SEALING_SECRET not in json.dumps(answer)


def test_a_secret_that_may_not_be_read_fails(setup: Setup) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")
    setup.secrets[SEALING_ARN] = denied
    answer = setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert answer["Status"] == "FAILED"
    assert "ClientError" in answer["Reason"]
