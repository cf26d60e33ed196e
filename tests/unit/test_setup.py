"""Setup: every request of CloudFormation is answered, and what it makes is made once."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import pytest
import requests
import responses
from botocore.exceptions import ClientError

from adapters import application, aws, banners, files
from commands import registry
from local.discord_application import APPLICATION, BOT_TOKEN
from local.discord_standin import DiscordStandin
from tests.conftest import load_function
from tests.support import SEALING_PUBLIC_KEY, SEALING_SECRET

CLOUDFORMATION: Final = "https://cloudformation.test/answer?signature=canary-address"
STACK: Final = "arn:aws:cloudformation:ap-northeast-1:123456789012:stack/gacha/1"
PUBLIC_KEY: Final = "ab" * 32
SEALING_ARN: Final = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sealing"


STARTED: Final = datetime(2026, 11, 25, 12, 0, 0, 700_000, tzinfo=UTC)
"""When the stack was asked for; its tables come later."""

TABLES: Final = ("discord_users", "gacha_history")

DISCORD: Final = ("DiscordApplication", "DiscordCommands", "DiscordEndpoint")


@dataclass
class Setup:
    """The handler, its secrets, Discord, and what CloudFormation was answered."""

    app: ModuleType
    api: responses.RequestsMock
    discord: DiscordStandin
    slept: list[float]
    secrets: dict[str, Any] = field(default_factory=dict)
    stack_status: str = "UPDATE_IN_PROGRESS"
    denied_at_first: bool = False
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name: what DynamoDB says of each, and under `busy` how often it is still changing."""

    def client(self, service: str, **_: Any) -> Any:
        """What boto3 would make: of each service what the setup function may use."""
        if service == "cloudformation":
            return SimpleNamespace(describe_stacks=self._describe_stacks)
        if service == "secretsmanager":
            return SimpleNamespace(get_secret_value=self._get_secret_value)
        assert service == "dynamodb"
        return SimpleNamespace(describe_table=self._describe_table, update_table=self._update_table)

    def _get_secret_value(self, SecretId: str) -> Any:
        if isinstance(self.secrets[SecretId], Exception):
            raise self.secrets[SecretId]
        return {"SecretString": str(self.secrets[SecretId])}

    def _describe_stacks(self, StackName: str) -> Any:
        assert StackName == STACK
        if self.denied_at_first and not self.slept:
            raise refused("AccessDenied")
        if self.stack_status == "unknown":
            raise refused("AccessDenied")
        return {"Stacks": [{"StackStatus": self.stack_status, "CreationTime": STARTED}]}

    def _describe_table(self, TableName: str) -> Any:
        table = self.tables.get(TableName)
        if table is None:
            raise refused("ResourceNotFoundException")
        if isinstance(table, Exception):
            raise table
        busy = table["busy"] = max(0, table.get("busy", 0) - 1)
        return {"Table": table | {"TableStatus": "UPDATING" if busy else "ACTIVE"}}

    def _update_table(self, TableName: str, **changes: Any) -> None:
        table = self.tables[TableName]
        if table.get("refuses"):
            raise refused(table["refuses"].pop())
        assert changes == {"DeletionProtectionEnabled": False}
        table |= changes | {"busy": table.get("takes", 0)}

    def made(self, name: str, seconds: float = 60, **more: Any) -> dict[str, Any]:
        """A table that was made so many seconds after the stack was asked for."""
        self.tables[name] = {
            "CreationDateTime": STARTED + timedelta(seconds=seconds),
            "DeletionProtectionEnabled": True,
        } | more
        return self.tables[name]

    def tables_event(self, request: str, kind: str) -> Any:
        return self.event(request, kind, {"Stack": STACK, "Tables": list(TABLES)})

    def event(self, request: str, kind: str, properties: object = None, **more: Any) -> Any:
        event = {
            "RequestType": request,
            "RequestId": "request-1",
            "StackId": STACK,
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

    def discord_event(self, request: str, kind: str, **changes: Any) -> Any:
        """A request for one of the resources at Discord, with all that belongs together."""
        properties = {
            "ServiceToken": "arn:aws:lambda:ap-northeast-1:123456789012:function:setup",
            "ApplicationId": APPLICATION,
            "PublicKey": PUBLIC_KEY,
            "BotToken": BOT_TOKEN,
            "Definitions": "arn:aws:lambda:ap-northeast-1:123456789012:layer:gacha:1",
            "Url": "https://api.test/interactions",
        }
        return self.event(request, kind, properties | changes)

    @property
    def asked(self) -> list[tuple[str, str, int]]:
        """Method, path and answer of each request to Discord."""
        requests = self.discord.read_application()["requests"]
        return [(each["method"], each["path"], each["status"]) for each in requests]

    @property
    def answers(self) -> list[dict[str, Any]]:
        calls = [call for call in self.api.calls if call.request.url == CLOUDFORMATION]
        return [json.loads(call.request.body or b"") for call in calls]


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    discord = DiscordStandin(0, PUBLIC_KEY)
    discord.start()
    monkeypatch.setenv("DISCORD_API_BASE_URL", f"http://127.0.0.1:{discord.server_port}/api/v10")
    slept: list[float] = []
    clock = SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept))
    with responses.RequestsMock(assert_all_requests_are_fired=False) as api:
        api.add_passthru("http://127.0.0.1")
        api.put(CLOUDFORMATION)
        held = {SEALING_ARN: SEALING_SECRET}
        setup = Setup(load_function("setup"), api, discord, slept, held)
        for module in (setup.app.cloudformation, application, setup.app):
            monkeypatch.setattr(module, "time", clock)

        monkeypatch.setattr(setup.app, "boto3", SimpleNamespace(client=setup.client))
        yield setup
    discord.stop()


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Asked")


# --- the banners' files ---------------------------------------------------------------------------


class Bucket:
    """The bucket, which refuses so many times what a new role may not do yet."""

    def __init__(self, refusals: int = 0) -> None:
        self.files: dict[str, bytes] = {}
        self._refusals = refusals

    def put_object(self, key: str, body: bytes, content_type: str, *, once: bool) -> None:
        if self._refusals:
            self._refusals -= 1
            raise aws.ServiceError("AccessDenied")
        assert once and content_type == files.BANNERS.content_type
        self.files.setdefault(key, body)


def written(setup: Setup, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, kind: str) -> Any:
    monkeypatch.setenv("BUCKET", "")
    monkeypatch.setattr(aws, "s3", lambda: bucket)
    answer = setup.run(setup.event(kind, "BannerFiles", {"Bucket": "b", "Layer": "l"}))
    return answer["Status"]


@pytest.mark.parametrize("refusals", [0, 3])
def test_the_banners_that_ship_are_in_the_bucket_by_their_hash(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    bucket = Bucket(refusals)
    for kind in ("Create", "Update"):
        assert written(setup, bucket, monkeypatch, kind) == "SUCCESS"
        assert os.environ["BUCKET"] == "b"
        there = {banners.load(each).hash: banners.text(each) for each in banners.ids()}
        assert bucket.files == {
            f"banners/{hash_}.toml": text.encode() for hash_, text in there.items()
        }
    assert len(setup.slept) == refusals


def test_files_that_cannot_be_written_fail_a_deployment_and_hold_up_no_rollback(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draw waits for them, and what is rolled back to wrote its own when it was deployed."""
    never = Bucket(10**6)
    assert written(setup, never, monkeypatch, "Create") == "FAILED"
    setup.stack_status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert written(setup, never, monkeypatch, "Update") == "SUCCESS"
    assert written(setup, never, monkeypatch, "Delete") == "SUCCESS"


# --- answering CloudFormation ---------------------------------------------------------------------


def test_an_answer_has_the_form_that_cloudformation_reads(setup: Setup) -> None:
    answer = setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert answer == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "SealingKey",
        "StackId": STACK,
        "RequestId": "request-1",
        "LogicalResourceId": "SealingKey",
        "Data": {"PublicKey": SEALING_PUBLIC_KEY},
    }
    [call] = setup.api.calls
    assert call.request.headers["Content-Type"] == ""  # the address is signed for that


@pytest.mark.parametrize("kind", ["SealingKey", *DISCORD, "Unheard", ""])
@pytest.mark.parametrize("properties", [None, {}, [], "x", {"Secret": "gone"}])
def test_deleting_succeeds_whatever_is_asked_and_touches_nothing(
    setup: Setup, kind: str, properties: object
) -> None:
    answer = setup.run(setup.event("Delete", kind, properties, PhysicalResourceId="other"))
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "other")
    assert len(setup.api.calls) == 1


@pytest.mark.parametrize("kind", DISCORD)
def test_deleting_leaves_discord_alone(setup: Setup, kind: str) -> None:
    """Another stack may have taken over by then, or this one failed before its first success."""
    assert setup.run(setup.discord_event("Delete", kind))["Status"] == "SUCCESS"
    assert setup.asked == []


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


@pytest.mark.parametrize(
    ("code", "waits"), [("AccessDeniedException", True), ("ResourceNotFoundException", False)]
)
def test_a_secret_that_may_not_be_read_fails(setup: Setup, code: str, waits: bool) -> None:
    setup.secrets[SEALING_ARN] = ClientError({"Error": {"Code": code}}, "GetSecretValue")
    answer = setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert answer["Status"] == "FAILED"
    assert "ClientError" in answer["Reason"]
    assert bool(setup.slept) == waits
    assert sum(setup.slept) < 15


def test_a_right_may_take_seconds_to_be_known(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")
    answers: list[Any] = [denied, denied, SEALING_SECRET]

    def read(SecretId: str) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"SecretString": answer}

    monkeypatch.setattr(setup, "_get_secret_value", read)
    answer = setup.run(setup.event("Create", "SealingKey", {"Secret": SEALING_ARN}))
    assert answer["Data"] == {"PublicKey": SEALING_PUBLIC_KEY}
    assert len(setup.slept) == 2


# --- the salt of analytics ------------------------------------------------------------------------


def test_the_salt_is_the_same_for_ever_and_tells_nothing_of_the_secret(setup: Setup) -> None:
    salts = set()
    for request in ("Create", "Update", "Create"):
        answer = setup.run(setup.event(request, "AnalyticsSalt", {"Secret": SEALING_ARN}))
        assert SEALING_SECRET not in json.dumps(answer)
        salts.add(answer["Data"]["Salt"])
    setup.secrets["another"] = "another stack's"
    other = setup.run(setup.event("Create", "AnalyticsSalt", {"Secret": "another"}))
    [salt] = salts
    assert re.fullmatch("[0-9a-f]{64}", salt)
    assert other["Data"]["Salt"] not in salts and salt != SEALING_PUBLIC_KEY


# --- the application at Discord -------------------------------------------------------------------


def test_what_belongs_together_is_checked_with_one_read(setup: Setup) -> None:
    answer = setup.run(setup.discord_event("Create", "DiscordApplication"))
    assert (answer["Status"], answer["Data"]) == ("SUCCESS", {"Id": APPLICATION})
    assert answer["PhysicalResourceId"] == APPLICATION  # which the template refers to
    assert setup.asked == [("GET", "/api/v10/applications/@me", 200)]


def test_without_a_token_the_invitation_says_what_to_fill_in(setup: Setup) -> None:
    event = setup.discord_event("Create", "DiscordApplication", BotToken="none")
    assert setup.run(event)["PhysicalResourceId"] == "YOUR_APPLICATION_ID"


@pytest.mark.parametrize(
    ("changes", "token", "told"),
    [
        ({}, "another.bots.token", "the bot token is wrong (Discord answered 401)"),
        ({}, "two\nlines", "this cannot be a bot token"),
        ({}, "ここにトークン", "this cannot be a bot token"),
        ({}, "", "this cannot be a bot token"),
        (
            {"PublicKey": "cd" * 32},
            BOT_TOKEN,
            f"DiscordPublicKey is not that of the application {APPLICATION}, to which"
            f" DiscordBotToken belongs. Its page General Information shows {PUBLIC_KEY}",
        ),
    ],
)
@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_what_does_not_belong_together_is_told(
    setup: Setup,
    capfd: pytest.CaptureFixture[str],
    request_type: str,
    changes: dict[str, str],
    token: str,
    told: str,
) -> None:
    event = setup.discord_event(request_type, "DiscordApplication", BotToken=token, **changes)
    answer = setup.run(event)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(told)
    if token:
        assert token not in "".join([json.dumps(answer), *capfd.readouterr()])
    assert setup.slept == []  # asking again would not help


@pytest.mark.parametrize("kind", ["DiscordApplication", "DiscordCommands", "DiscordEndpoint"])
@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("fails", [False, True])
def test_no_request_leaves_its_token_in_the_log_or_in_the_answer(
    setup: Setup,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    request_type: str,
    fails: bool,
) -> None:
    """The request holds it, that of an update the one before, too; so does an error's text."""
    before = "MTI5.the.token-before"

    def fail(*_: Any) -> None:
        raise RuntimeError(f"{BOT_TOKEN} and {before}")

    if fails:
        monkeypatch.setattr(setup.app, "Application", fail)
    event = setup.discord_event(request_type, kind)
    event["OldResourceProperties"] = {**event["ResourceProperties"], "BotToken": before}
    answer = setup.run(event)
    assert answer["Status"] == ("FAILED" if fails and request_type != "Delete" else "SUCCESS")
    said = "".join([json.dumps(answer), *capfd.readouterr()])
    assert kind in said
    assert BOT_TOKEN not in said and before not in said


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_commands_are_registered_as_they_are_defined(setup: Setup, request_type: str) -> None:
    for _ in range(2):  # again is no harm
        answer = setup.run(setup.discord_event(request_type, "DiscordCommands"))
        assert answer["Status"] == "SUCCESS"
    path = f"/api/v10/applications/{APPLICATION}/commands"
    assert setup.asked == [("PUT", path, 200)] * 2
    registered = setup.discord.read_application()["commands"][""]
    kept = zip(registry.discord(), registered, strict=True)
    assert [{name: each[name] for name in ours} for ours, each in kept] == registry.discord()


def test_commands_of_another_application_are_refused(setup: Setup) -> None:
    event = setup.discord_event("Create", "DiscordCommands", ApplicationId="1290000000000000777")
    answer = setup.run(event)
    assert answer["Status"] == "FAILED"
    assert "does not belong to the bot token" in answer["Reason"]
    assert setup.discord.read_application()["commands"] == {}


def test_the_endpoint_is_set_and_moved(setup: Setup) -> None:
    for request, url in (("Create", "https://one.test/i"), ("Update", "https://two.test/i")):
        answer = setup.run(setup.discord_event(request, "DiscordEndpoint", Url=url))
        assert answer["Status"] == "SUCCESS"
        assert setup.discord.read_application()["interactions_endpoint_url"] == url


def test_an_endpoint_that_is_not_up_yet_is_tried_again(setup: Setup) -> None:
    setup.discord.set_script("", [{"do": "unverified", "times": 2}])
    answer = setup.run(setup.discord_event("Create", "DiscordEndpoint"))
    assert answer["Status"] == "SUCCESS"
    assert [status for _, _, status in setup.asked] == [400, 400, 200]


def test_an_endpoint_that_never_holds_up_is_told_in_time(setup: Setup) -> None:
    setup.discord.set_script("", [{"do": "unverified", "times": "forever"}])
    answer = setup.run(setup.discord_event("Create", "DiscordEndpoint"))
    assert answer["Status"] == "FAILED"
    assert "interactions endpoint url could not be verified" in answer["Reason"]
    assert 0 < sum(setup.slept) < 15  # half of the function's time is for the answer
    assert 2 <= len(setup.asked) <= 5


@pytest.mark.parametrize("kind", DISCORD)
@pytest.mark.parametrize(
    "failure",
    [{"do": "server_error", "status": 503}, {"do": "cloudflare"}, {"do": "cut"}],
    ids=lambda failure: failure["do"],
)
def test_discord_may_stumble(setup: Setup, kind: str, failure: dict[str, Any]) -> None:
    setup.discord.set_script("", [failure])
    assert setup.run(setup.discord_event("Create", kind))["Status"] == "SUCCESS"
    assert (len(setup.asked), len(setup.slept)) == (2, 1)


@pytest.mark.parametrize("kind", DISCORD)
def test_discord_may_stay_down(setup: Setup, kind: str) -> None:
    setup.discord.set_script("", [{"do": "server_error", "times": "forever"}])
    answer = setup.run(setup.discord_event("Create", kind))
    assert answer["Status"] == "FAILED"
    assert "Discord answered 500" in answer["Reason"]
    assert len(setup.asked) <= 5
    assert sum(setup.slept) < 15


def test_a_wait_that_discord_asks_for_is_kept_or_refused(setup: Setup) -> None:
    setup.discord.set_script("", [{"do": "rate_limit", "retry_after": 5, "for": 0.00001}])
    assert setup.run(setup.discord_event("Create", "DiscordCommands"))["Status"] == "SUCCESS"
    assert setup.slept == [5]
    setup.discord.set_script("", [{"do": "rate_limit", "retry_after": 50, "times": "forever"}])
    setup.slept.clear()
    answer = setup.run(setup.discord_event("Create", "DiscordCommands"))
    assert answer["Status"] == "FAILED"
    assert "429" in answer["Reason"]
    assert setup.slept == []  # there is no time for such a wait


def test_no_time_left_is_told_without_a_request(setup: Setup) -> None:
    event = setup.discord_event("Create", "DiscordCommands")
    setup.app.handler(event, SimpleNamespace(get_remaining_time_in_millis=lambda: 9_000))
    assert setup.answers[-1]["Status"] == "FAILED"
    assert "no time is left" in setup.answers[-1]["Reason"]
    assert setup.asked == []


@pytest.mark.parametrize("kind", DISCORD)
@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_without_a_token_nothing_is_asked(setup: Setup, kind: str, request_type: str) -> None:
    event = setup.discord_event(request_type, kind, BotToken="none")
    assert setup.run(event)["Status"] == "SUCCESS"
    assert setup.asked == []


# --- rolling back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DISCORD)
@pytest.mark.parametrize(
    ("stack_status", "request_type", "expected"),
    [
        ("UPDATE_ROLLBACK_IN_PROGRESS", "Update", "SUCCESS"),
        ("UPDATE_IN_PROGRESS", "Update", "FAILED"),
        ("unknown", "Update", "FAILED"),
        ("ROLLBACK_IN_PROGRESS", "Create", "FAILED"),
    ],
)
def test_a_rollback_is_not_held_up_by_discord(
    setup: Setup, kind: str, stack_status: str, request_type: str, expected: str
) -> None:
    setup.stack_status = stack_status
    dead = "a.token.that.was.reset.meanwhile"
    answer = setup.run(setup.discord_event(request_type, kind, BotToken=dead))
    assert answer["Status"] == expected


def test_a_rollback_sets_what_was_there_before(setup: Setup) -> None:
    setup.stack_status = "UPDATE_ROLLBACK_IN_PROGRESS"
    setup.run(setup.discord_event("Update", "DiscordEndpoint", Url="https://before.test/i"))
    described = setup.discord.read_application()
    assert described["interactions_endpoint_url"] == "https://before.test/i"


def test_a_sealing_key_that_fails_is_not_forgiven(setup: Setup) -> None:
    """Its answer is needed: without it `interactions` would have no key."""
    setup.stack_status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert setup.run(setup.event("Update", "SealingKey", {"Secret": "gone"}))["Status"] == "FAILED"


# --- a first deployment that fails ----------------------------------------------------------------


@pytest.mark.parametrize("denied_at_first", [False, True])
def test_a_taken_name_ends_a_first_deployment_and_is_named(
    setup: Setup, denied_at_first: bool
) -> None:
    """The role may be so new that it is not yet known what it may do."""
    setup.stack_status = "CREATE_IN_PROGRESS"
    setup.denied_at_first = denied_at_first
    assert setup.run(setup.tables_event("Create", "TableNames"))["Status"] == "SUCCESS"
    taken = setup.made("gacha_history", -1_000)
    answer = setup.run(setup.tables_event("Create", "TableNames"))
    assert answer["Status"] == "FAILED"
    assert "there is a table gacha_history already" in answer["Reason"]
    assert taken["DeletionProtectionEnabled"]


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "unknown"])
def test_a_running_stacks_own_tables_are_no_obstacle(setup: Setup, status: str) -> None:
    """The resource may come later than the tables, in an update; or a table is renamed."""
    setup.stack_status = status
    setup.made("discord_users")
    for request in ("Create", "Update"):
        assert setup.run(setup.tables_event(request, "TableNames"))["Status"] == "SUCCESS"


def test_making_the_tables_changes_nothing_of_them(setup: Setup) -> None:
    setup.stack_status = "CREATE_IN_PROGRESS"
    table = setup.made("discord_users")
    for request in ("Create", "Update"):
        assert setup.run(setup.tables_event(request, "TablesProtection"))["Status"] == "SUCCESS"
    assert table["DeletionProtectionEnabled"]


def test_a_first_deployment_that_fails_lets_go_of_its_tables(setup: Setup) -> None:
    """One changes for a while before and after, and of one the role's right is not known yet."""
    setup.stack_status = "ROLLBACK_IN_PROGRESS"
    made = [
        setup.made("discord_users", refuses=["ResourceInUseException", "AccessDeniedException"]),
        setup.made("gacha_history", takes=4),
    ]
    assert setup.run(setup.tables_event("Delete", "TablesProtection"))["Status"] == "SUCCESS"
    assert [each["DeletionProtectionEnabled"] for each in made] == [False, False]
    assert made[1]["busy"] == 0
    assert len(setup.slept) == 2 + 3


@pytest.mark.parametrize(
    "status",
    [
        "DELETE_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "unknown",
    ],
)
def test_at_any_other_time_the_tables_stay_protected(setup: Setup, status: str) -> None:
    setup.stack_status = status
    table = setup.made("discord_users")
    assert setup.run(setup.tables_event("Delete", "TablesProtection"))["Status"] == "SUCCESS"
    assert table["DeletionProtectionEnabled"]


def test_a_table_older_than_the_stack_stays_protected(setup: Setup) -> None:
    """It came into the stack by an import, with players in it."""
    setup.stack_status = "ROLLBACK_IN_PROGRESS"
    older, newer = setup.made("discord_users", -1), setup.made("gacha_history", -0.7)
    assert setup.run(setup.tables_event("Delete", "TablesProtection"))["Status"] == "SUCCESS"
    assert older["DeletionProtectionEnabled"]
    assert not newer["DeletionProtectionEnabled"]


def test_a_protection_that_cannot_be_lifted_is_told_in_time(setup: Setup) -> None:
    setup.stack_status = "ROLLBACK_IN_PROGRESS"
    setup.made("discord_users", takes=100)
    answer = setup.run(setup.tables_event("Delete", "TablesProtection"))
    assert answer["Status"] == "FAILED"
    assert "table discord_users is still UPDATING" in answer["Reason"]
    setup.made("discord_users", refuses=["ValidationException"])
    assert setup.run(setup.tables_event("Delete", "TablesProtection"))["Status"] == "FAILED"
    assert sum(setup.slept) < 30
