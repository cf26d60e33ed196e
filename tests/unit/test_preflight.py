"""What an account lacks before the first deployment, on answers like AWS's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from scripts import preflight
from scripts.stack import Deployment
from scripts.template import REGION

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

    def client(self, service: str, region: str | None = None) -> Any:
        region = region or REGION
        client = boto3.client(service, region_name=region)  # type: ignore[call-overload]
        stubber = Stubber(client)
        if service == "backup":
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
            for name in preflight._names():
                if name == self.table:
                    stubber.add_response("describe_table", {"Table": {"TableName": name}})
                else:
                    stubber.add_client_error("describe_table", "ResourceNotFoundException")
        elif self.table_stack is None:  # cloudformation
            stubber.add_client_error("describe_stack_resources", "ValidationError")
        else:
            found = {
                "StackName": self.table_stack,
                "LogicalResourceId": "HistoryTable",
                "ResourceType": "AWS::DynamoDB::Table",
                "Timestamp": datetime.now(UTC),
                "ResourceStatus": "CREATE_COMPLETE",
            }
            stubber.add_response("describe_stack_resources", {"StackResources": [found]})
        stubber.activate()
        return client


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
    return [line[5:] for line in lines if line.startswith("LACK")]


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
    assert preflight.main([]) == 1
    out = capsys.readouterr().out
    [lack] = [line for line in out.splitlines() if line.startswith("LACK")]
    assert region in lack and meaning in lack
    assert f"aws backup update-region-settings --region {region} --resource-type" in out


@pytest.mark.parametrize("error", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_missing_second_vault_is_told(
    account: Account, capsys: pytest.CaptureFixture[str], error: str
) -> None:
    account.vault_error = error
    assert preflight.main([]) == 1
    assert lacks(capsys) == ["a vault discord-gacha in ap-northeast-2"]


def test_another_error_is_no_finding(account: Account) -> None:
    account.vault_error = "ServiceUnavailableException"
    with pytest.raises(ClientError):
        preflight.run(Deployment("discord-gacha", REGION, {}))


@pytest.mark.parametrize(("granted", "code"), [(10, 1), (11, 0)])
def test_a_new_accounts_quota_of_lambda_is_told(account: Account, granted: int, code: int) -> None:
    account.concurrency = granted
    assert preflight.main([]) == code


@pytest.mark.parametrize(("owner", "code"), [("discord-gacha", 0), ("another", 1), (None, 1)])
def test_a_table_name_that_is_taken_is_told(account: Account, owner: str | None, code: int) -> None:
    account.table, account.table_stack = "gacha_history", owner
    assert preflight.main([]) == code
