"""What an account lacks before the first deployment, on answers like AWS's."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    LoginRefreshRequired,
    NoCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.stub import Stubber

from scripts import preflight, stack
from scripts.stack import Deployment
from scripts.template import REGION
from tests.conftest import ROOT

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:discord-gacha-alarms"
USUAL_RATES = {
    "StartExecution throttle token bucket size": 800.0,
    "StartExecution throttle token refill rate per second": 150.0,
    "StateTransition throttle token bucket size": 800.0,
    "StateTransition throttle token refill rate per second": 800.0,
}
ON = {"DynamoDB": True, "EFS": False}
OFF = {"DynamoDB": False, "EFS": True}


class Account:
    """The clients of an account where all is well; a test spoils what it is about."""

    def __init__(self) -> None:
        self.opted_in: dict[str, dict[str, bool]] = {}
        self.managed: dict[str, dict[str, bool]] = {}
        self.vault_error: str | None = None
        self.concurrency = 1000
        self.table: str | None = None
        self.table_stack: str | None = "discord-gacha"
        self.stack_stands = True
        self.rates: dict[str, float] = {}
        """Quotas that differ from AWS's default."""
        self.lists_rates = True
        self.budget_error = "NotFoundException"
        self.topic_stack: str | None = None
        """Whose topic there is; None for none."""
        self.subscriptions: list[tuple[str, str]] = []
        self.distributions = 1
        self.denied: set[str] = set()
        """Services that may not be looked at."""

    def client(self, service: str, region: str | None = None) -> Any:
        region = region or REGION
        client = boto3.client(service, region_name=region)  # type: ignore[call-overload]
        stubber = Stubber(client)
        if service == "sts":
            stubber.add_response("get_caller_identity", {"Account": "123456789012"})
        elif service in self.denied:
            first = {
                "budgets": "describe_budget",
                "cloudfront": "list_distributions",
                "lambda": "get_account_settings",
                "service-quotas": "list_aws_default_service_quotas",
                "sns": "get_topic_attributes",
            }[service]
            stubber.add_client_error(first, "AccessDeniedException")
        elif service == "service-quotas":
            stubber.add_response("list_aws_default_service_quotas", self.quotas({}))
            stubber.add_response("list_service_quotas", self.quotas(self.rates))
        elif service == "cloudfront":
            listed_there = {"Marker": "", "MaxItems": 100, "IsTruncated": False}
            there = {**listed_there, "Quantity": self.distributions}
            stubber.add_response("list_distributions", {"DistributionList": there})
        elif service == "budgets":
            if self.budget_error:
                stubber.add_client_error("describe_budget", self.budget_error)
            else:
                stubber.add_response("describe_budget", {})
        elif service == "sns":
            if self.topic_stack is None:
                stubber.add_client_error("get_topic_attributes", "NotFound")
            else:
                stubber.add_response("get_topic_attributes", {"Attributes": {}})
                listed = [
                    {"Protocol": "email", "Endpoint": endpoint, "SubscriptionArn": arn}
                    for endpoint, arn in self.subscriptions
                ]
                stubber.add_response("list_subscriptions_by_topic", {"Subscriptions": listed})
        elif service == "backup":
            stubber.add_response(
                "describe_region_settings",
                {
                    "ResourceTypeOptInPreference": self.opted_in.get(region, ON),
                    "ResourceTypeManagementPreference": self.managed.get(region, ON),
                },
            )
            if self.vault_error:
                stubber.add_client_error("describe_backup_vault", self.vault_error)
            else:
                stubber.add_response("describe_backup_vault", {})
        elif service == "lambda":
            limit = {"AccountLimit": {"ConcurrentExecutions": self.concurrency}}
            stubber.add_response("get_account_settings", limit)
        elif service == "dynamodb":
            for name in preflight._names("discord-gacha"):
                if name == self.table:
                    stubber.add_response("describe_table", {"Table": {"TableName": name}})
                else:
                    stubber.add_client_error("describe_table", "ResourceNotFoundException")
        else:  # cloudformation
            made = [
                physical_id
                for physical_id, owner in (
                    (TOPIC, self.topic_stack),
                    (self.table, self.table_stack),
                )
                if owner == "discord-gacha" and physical_id
            ]
            for _ in range(2):  # until the answer is kept
                if not self.stack_stands:
                    stubber.add_client_error("list_stack_resources", "ValidationError")
                    continue
                # In pages of a hundred, as AWS answers.
                others = [f"another {number}" for number in range(150)]
                for page, token in ((others[:100], "more"), ([*others[100:], *made], None)):
                    found: Any = [
                        {
                            "PhysicalResourceId": each,
                            "LogicalResourceId": f"Any{number}",
                            "ResourceType": "AWS::Any::Thing",
                            "LastUpdatedTimestamp": datetime.now(UTC),
                            "ResourceStatus": "CREATE_COMPLETE",
                        }
                        for number, each in enumerate(page, 100 if token is None else 0)
                    ]
                    more = {"NextToken": token} if token else {}
                    stubber.add_response(
                        "list_stack_resources", {"StackResourceSummaries": found, **more}
                    )
        stubber.activate()
        return client

    def quotas(self, changed: dict[str, float]) -> dict[str, Any]:
        """As Service Quotas lists those of Step Functions: ours, and one that is none of ours."""
        usual = USUAL_RATES if self.lists_rates else {}
        return {
            "Quotas": [
                {"QuotaCode": f"L-{number}", "QuotaName": name, "Value": changed.get(name, value)}
                for number, (name, value) in enumerate(
                    {**usual, "Registered activities": 10_000}.items()
                )
            ]
        }


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    clients: dict[tuple[str, str | None], Any] = {}

    def client(_: Deployment, service: str, region: str | None = None) -> Any:
        key = service, region
        if key not in clients:
            clients[key] = account.client(service, region)
        return clients[key]

    monkeypatch.setattr(Deployment, "client", client)
    return account


def lacks(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = capsys.readouterr().out.splitlines()
    return [line[6:] for line in lines if line.startswith("LACK")]


def test_an_account_with_all_that_is_needed(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight.main([]) == 0
    assert lacks(capsys) == []


@pytest.mark.parametrize("region", ["ap-northeast-1", "ap-northeast-2"])
@pytest.mark.parametrize(("spoilt", "meaning"), [("opted_in", "DynamoDB"), ("managed", "advanced")])
def test_what_aws_backup_has_switched_off_is_told_with_the_command(
    account: Account, capsys: pytest.CaptureFixture[str], region: str, spoilt: str, meaning: str
) -> None:
    getattr(account, spoilt)[region] = OFF
    is_needed = region == REGION
    assert preflight.main([]) == int(is_needed)
    out = capsys.readouterr().out
    mark = "LACK" if is_needed else "LATER"
    [lack] = [line for line in out.splitlines() if not line.startswith(("ok", " "))]
    assert lack.startswith(mark)
    assert region in lack and meaning in lack
    assert f"aws backup update-region-settings --region {region} --resource-type" in out


@pytest.mark.parametrize("error", ["ResourceNotFoundException", "AccessDeniedException"])
@pytest.mark.parametrize(("copies", "mark"), [("none", "LATER"), ("ap-northeast-2", "LACK ")])
def test_a_missing_second_vault_lacks_only_where_backups_are_copied(
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: str,
    copies: str,
    mark: str,
) -> None:
    """No new account has one, and a first deployment copies nothing."""
    answers = {"stack_name": "discord-gacha", "parameter_overrides": f"BackupCopyRegion={copies}"}
    monkeypatch.setattr(stack, "proposals", lambda: {"default": answers})
    account.vault_error = error
    assert preflight.main([]) == int(copies != "none")
    told = f"{mark} a vault discord-gacha in ap-northeast-2"
    assert told in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("wanted", "made", "code"), [("API", 0, 0), ("CLOUDFRONT", 0, 1), ("CLOUDFRONT", 2, 0)]
)
def test_an_account_that_may_make_no_distribution_is_told_where_one_is_wanted(
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wanted: str,
    made: int,
    code: int,
) -> None:
    """A refused one takes the whole deployment back."""
    account.distributions = made
    overrides = [f"PicturesBy={wanted}"]
    answers = {"stack_name": "discord-gacha", "parameter_overrides": overrides}
    monkeypatch.setattr(stack, "proposals", lambda: {"default": answers})
    assert preflight.main([]) == code
    [line] = [each for each in capsys.readouterr().out.splitlines() if "CloudFront" in each][:1]
    assert line[:5] == ("ok   " if made else "LACK " if code else "LATER")


def test_a_new_account_is_not_asked_about_what_can_wait(account: Account) -> None:
    """As the template and samconfig.toml stand."""
    account.vault_error = "ResourceNotFoundException"
    account.opted_in["ap-northeast-2"] = OFF
    assert preflight.main([]) == 0


def test_another_error_is_no_finding(account: Account) -> None:
    account.vault_error = "ServiceUnavailableException"
    with pytest.raises(ClientError):
        preflight.run(Deployment("discord-gacha", REGION, {}))


@pytest.mark.parametrize(("granted", "code"), [(10, 1), (999, 1), (1000, 0)])
def test_a_new_accounts_quota_of_lambda_is_told(account: Account, granted: int, code: int) -> None:
    account.concurrency = granted
    assert preflight.main([]) == code


@pytest.mark.parametrize(("owner", "code"), [("discord-gacha", 0), ("another", 1), (None, 1)])
def test_a_table_name_that_is_taken_is_told(account: Account, owner: str | None, code: int) -> None:
    account.table, account.table_stack = "gacha_history", owner
    assert preflight.main([]) == code


def test_what_is_left_of_a_stack_that_is_gone_is_told(account: Account) -> None:
    account.table, account.topic_stack, account.stack_stands = "gacha_history", "another", False
    assert preflight.main([]) == 1


def test_a_second_stack_is_looked_at_by_its_own_tables_names() -> None:
    """Those of samconfig.toml, where `sam deploy` keeps the answers."""
    first, second = (preflight._names(each) for each in ("discord-gacha", "dev-discord-gacha"))
    assert first == ["discord_users", "gacha_history", "server_settings", "gacha_collection"]
    assert second == [f"{each}_dev" for each in first]
    assert preflight._names("another") == first


@pytest.mark.parametrize(
    "overrides",
    [
        """ "Phase=\\"initial\\" TablesSuffix=\\"_dev\\" " """,  # as SAM keeps answers
        '["Phase=initial", "TablesSuffix=_dev"]',
    ],
)
def test_the_answers_that_are_kept_name_the_tables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, overrides: str
) -> None:
    file = tmp_path / "samconfig.toml"
    file.write_text(
        'version = 0.1\n[default.deploy.parameters]\nstack_name = "discord-gacha"\n'
        f"parameter_overrides = {overrides.strip()}\n[default.global]\n"
    )
    kept = stack.proposals(file)
    monkeypatch.setattr(stack, "proposals", lambda: kept)
    assert preflight._names("discord-gacha")[:2] == ["discord_users_dev", "gacha_history_dev"]


@pytest.mark.parametrize("name", USUAL_RATES)
def test_a_rate_that_is_lower_than_usual_is_told_with_the_command(
    account: Account, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    account.rates[name] = 25.0
    assert preflight.main([]) == 1
    out = capsys.readouterr().out
    [lack] = [line for line in out.splitlines() if line.startswith("LACK")]
    usual = USUAL_RATES[name]
    assert lack.endswith(f"{name} 25, usually {usual:.0f}")
    assert "--service-code states --quota-code L-" in out
    assert f"--desired-value {usual:.0f}" in out


def test_a_rate_that_was_raised_is_well(account: Account) -> None:
    account.rates = {name: value * 2 for name, value in USUAL_RATES.items()}
    assert preflight.main([]) == 0


def test_rates_that_nobody_lists_are_not_taken_for_good(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.lists_rates = False
    assert preflight.main([]) == 1
    assert lacks(capsys) == ["Step Functions' rates: Service Quotas lists none"]


@pytest.mark.parametrize(
    ("error", "code"), [("NotFoundException", 0), ("", 0), ("AccessDeniedException", 1)]
)
def test_budgets_that_may_not_be_read_are_told(
    account: Account, capsys: pytest.CaptureFixture[str], error: str, code: int
) -> None:
    account.budget_error = error
    assert preflight.main([]) == code
    assert ("IAM user and role access to Billing information" in capsys.readouterr().out) is bool(
        code
    )


@pytest.mark.parametrize(
    ("owner", "code"), [(None, 0), ("discord-gacha", 0), ("another", 1), ("no stack", 1)]
)
def test_a_topic_name_that_is_taken_is_told(account: Account, owner: str | None, code: int) -> None:
    account.topic_stack = owner
    assert preflight.main([]) == code


def test_a_mail_address_that_has_not_confirmed_is_told(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.topic_stack = "discord-gacha"
    account.subscriptions = [
        ("a@example.com", f"{TOPIC}:1"),
        ("b@example.com", "PendingConfirmation"),
    ]
    assert preflight.main([]) == 1
    assert lacks(capsys) == ["alarms reach b@example.com"]


@pytest.mark.parametrize("service", ["budgets", "lambda", "service-quotas", "sns"])
def test_what_may_not_be_looked_at_is_said_and_the_rest_is_looked_at(
    account: Account, capsys: pytest.CaptureFixture[str], service: str
) -> None:
    account.denied = {service}
    account.table, account.table_stack = "gacha_history", None
    assert preflight.main([]) == 1
    found = lacks(capsys)
    assert len(found) == 2 and found[1] == "the table name gacha_history"


@pytest.mark.parametrize(
    "error",
    [
        NoCredentialsError(),
        UnauthorizedSSOTokenError(),
        TokenRetrievalError(provider="sso", error_msg="over"),
        LoginRefreshRequired(),
        ClientError({"Error": {"Code": "ExpiredToken"}}, "GetCallerIdentity"),
        ClientError({"Error": {"Code": "InvalidClientTokenId"}}, "GetCallerIdentity"),
        ProfileNotFound(profile="nobody"),
    ],
)
def test_without_a_login_it_says_how_to_log_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def client(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(Deployment, "client", client)
    assert stack.ending(lambda: preflight.main([])) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    for way in (
        ("nobody", "aws configure")
        if isinstance(error, ProfileNotFound)
        else ("aws login", "--profile", "CloudShell")
    ):
        assert way in said.err


def test_in_an_empty_environment_it_ends_in_one_sentence(tmp_path: Path) -> None:
    bare = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.preflight"],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{stack.NO_LOGIN['en']}\n"
