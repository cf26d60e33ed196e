"""What `make deploy` asks AWS for, by the calls that it makes, against the policies of who deploys.

Each client notes its calls and answers them out of an account in which the stack stands, or does
not. The action, its resource and its condition keys follow from AWS's own models: botocore's of the
service and the service authorisation reference (tests/iam.py). SAM's own calls and CloudFormation's
are in test_iam.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import boto3
import pytest
from botocore.model import OperationModel

from scripts import brake, deploy, preflight, stack
from scripts.brake import ALARMS
from scripts.template import Template
from tests.conftest import ROOT
from tests.iam import Request, is_allowed, reference, takes_resources
from tests.unit.test_iam import ACCOUNT, STACKS, held
from tests.unit.test_makefile import recipe

REAL_CLIENT: Final = boto3.client

# Service prefixes of IAM that are not the name by which the service's requests are signed.
PREFIXES: Final = {"monitoring": "cloudwatch"}

# Operations that are authorised as another action: "Actions defined by AWS Budgets", where the
# reference lists what each operation needs.
OTHER_NAMES: Final = {"budgets:DescribeBudget": "budgets:ViewBudget"}

# By its page in the API reference: "No permissions are required to perform this operation."
ALWAYS: Final = {"sts:GetCallerIdentity"}


class Account:
    """Answers every call, and keeps what IAM would have been asked."""

    def __init__(self, stack_name: str, *, stands: bool) -> None:
        self.stack_name = stack_name
        self.stands = stands
        self.asked: list[Request] = []
        self._given: Mapping[str, Any] = {}

    def client(self, service: str, **settings: Any) -> Any:
        client = REAL_CLIENT(service, **settings)  # type: ignore[call-overload]
        client.meta.events.register("provide-client-params.*.*", self._keep)
        client.meta.events.register("before-call.*.*", self._answer)
        self.region = client.meta.region_name
        return client

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        self._given = params

    def _answer(self, model: OperationModel, context: Mapping[str, Any], **_: Any) -> Any:
        self.asked.append(request(model, self._given, str(context["client_region"])))
        answer = self._answers().get(model.name, "ResourceNotFoundException")
        if isinstance(answer, str):
            error = {"Error": {"Code": answer, "Message": f"{model.name} does not exist"}}
            return type("Http", (), {"status_code": 400, "headers": {}})(), error
        return type("Http", (), {"status_code": 200, "headers": {}})(), answer

    def _answers(self) -> dict[str, Any]:
        """Operation → its answer, or an error's code where the stack does not stand."""
        settings = {"DynamoDB": True}
        account: dict[str, Any] = {
            "GetCallerIdentity": {"Account": ACCOUNT},
            "DescribeRegionSettings": {
                "ResourceTypeOptInPreference": settings,
                "ResourceTypeManagementPreference": settings,
            },
            "GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
            "ListAWSDefaultServiceQuotas": {"Quotas": []},
            "ListServiceQuotas": {"Quotas": []},
            "DescribeBudget": "NotFoundException",
            "GetTopicAttributes": "NotFound",
            "DescribeStacks": "ValidationError",
            "ListStackResources": "ValidationError",
        }
        if not self.stands:
            return account
        outputs = {"ApiId": "a1b2c3d4e5", "ApiThrottle": "3,50"}
        made = [("AWS::CloudWatch::Alarm", each, f"{self.stack_name}-{each}") for each in ALARMS]
        route = {"ThrottlingRateLimit": 0.005, "ThrottlingBurstLimit": 1}  # the brake is on
        return account | {
            "DescribeBackupVault": {},
            "DescribeBudget": {},
            "GetTopicAttributes": {"Attributes": {}},
            "ListSubscriptionsByTopic": {"Subscriptions": []},
            "DescribeTable": {"Table": {}},
            "DescribeStacks": {
                "Stacks": [
                    {
                        "StackName": self.stack_name,
                        "Outputs": [
                            {"OutputKey": key, "OutputValue": value}
                            for key, value in outputs.items()
                        ],
                    }
                ]
            },
            "ListStackResources": {
                "StackResourceSummaries": [
                    {
                        "ResourceType": kind,
                        "LogicalResourceId": name,
                        "PhysicalResourceId": physical_id,
                        "LastUpdatedTimestamp": datetime.now(UTC),
                    }
                    for kind, name, physical_id in made
                ]
            },
            "GetStage": {"DefaultRouteSettings": route},
            "DescribeAlarms": {
                "MetricAlarms": [{"AlarmName": name, "StateValue": "ALARM"} for _, _, name in made]
            },
        }


def request(model: OperationModel, given: Mapping[str, Any], region: str) -> Request:
    """What IAM is asked for one call."""
    signed = str(model.service_model.signing_name)
    service = PREFIXES.get(signed, signed)
    if service == "apigateway":  # actions are the methods of HTTP, resources the paths
        path = model.http["requestUri"].removeprefix("/v2")
        path = re.sub(r"\{(\w)(\w+)\}", lambda found: given[found[1].upper() + found[2]], path)
        return Request(f"apigateway:{model.http['method']}", f"arn:aws:apigateway:{region}::{path}")
    action = f"{service}:{model.name}"
    action = OTHER_NAMES.get(action, action)
    if action in ALWAYS or not takes_resources(action):
        return Request(action)
    name = action.partition(":")[2]
    [kind, *_] = filter(None, reference()[service]["privileges"][name]["resource_types"])
    form = reference()[service]["resources"][kind]["arn"]
    return Request(action, filled(form, given, region))


def filled(form: str, given: Mapping[str, Any], region: str) -> str:
    """The ARN of what a call names."""
    for value in given.values():
        if isinstance(value, str) and value.startswith("arn:"):
            return value
    names = {
        "Partition": "aws",
        "Region": region,
        "Account": ACCOUNT,
        "Id": "0a1b",
        **{name: value for name, value in given.items() if isinstance(value, str)},
        **({"AlarmName": given["AlarmNames"][0]} if "AlarmNames" in given else {}),
    }
    return re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], form)


def asked(
    monkeypatch: pytest.MonkeyPatch, stack_name: str, *, stands: bool, answer: str = "n"
) -> list[Request]:
    """All that the commands of `make deploy` ask for, but SAM's."""
    account = Account(stack_name, stands=stands)
    monkeypatch.setattr("boto3.client", account.client)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    environment = "dev" if stack_name.startswith("dev-") else "default"
    proposed = stack.proposals()[environment]
    assert proposed["stack_name"] == stack_name
    if environment == "default":
        stack.ending(lambda: deploy.main([]))
    else:  # `make deploy` itself has no other environment; who deploys one may look all the same
        stack.ending(lambda: preflight.main(["--stack", stack_name]))
    stack.ending(lambda: brake.main(["around", "--", "true", "--config-env", environment]))
    return account.asked


def context(each: Request, stack_name: str) -> Request:
    is_tagged = each.action.startswith("apigateway:")
    return Request(
        each.action, each.resource, {"aws:ResourceTag/stack": stack_name} if is_tagged else {}
    )


@pytest.mark.parametrize("stands", [False, True])
@pytest.mark.parametrize("stack_name", STACKS)
def test_who_deploys_may_do_all_that_the_commands_do(
    monkeypatch: pytest.MonkeyPatch, stack_name: str, *, stands: bool
) -> None:
    made = asked(monkeypatch, stack_name, stands=stands)
    denied = {
        (each.action, each.resource)
        for each in made
        if each.action not in ALWAYS and not is_allowed(context(each, stack_name), held(stack_name))
    }
    assert denied == set()
    # The account answered as the code hoped, so that no look ended early.
    services = {each.action.partition(":")[0] for each in made}
    expected = {"sts", "backup", "lambda", "servicequotas", "budgets", "sns", "dynamodb"}
    assert services >= expected | {"cloudformation"}
    if stands:
        actions = {each.action for each in made}
        assert {"apigateway:GET", "cloudwatch:DescribeAlarms"} <= actions
        assert "sns:ListSubscriptionsByTopic" in actions


def test_what_is_looked_at_is_looked_at_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has these policies may change nothing past CloudFormation, so no command may have to."""
    for each in asked(monkeypatch, "discord-gacha", stands=True):
        known = reference()[each.action.partition(":")[0]]["privileges"]
        level = known[each.action.partition(":")[2]]["access_level"]
        assert level in ("Read", "List"), each


@pytest.mark.parametrize(("own", "other"), [tuple(STACKS), tuple(reversed(STACKS))])
def test_who_deploys_looks_at_no_other_stack(
    monkeypatch: pytest.MonkeyPatch, own: str, other: str
) -> None:
    """But at the account, and at alarms, for which there is one right for all at once."""
    for each in asked(monkeypatch, other, stands=True):
        if each.resource == "*" or each.action == "cloudwatch:DescribeAlarms":
            continue
        assert not is_allowed(context(each, other), held(own)), each


def test_the_commands_are_these() -> None:
    """Another tool in the recipe would ask for something else."""
    modules = re.findall(r"python -m ([\w.]+)", recipe("deploy"))
    asking, silent = {"scripts.deploy", "scripts.brake"}, {"scripts.build", "scripts.packages"}
    assert set(modules) == asking | silent
    for module in silent:
        assert ".client(" not in (ROOT / f"{module.replace('.', '/')}.py").read_text()


def test_the_names_of_the_tables_are_the_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = {
        each.resource.rpartition("/")[2]
        for each in asked(monkeypatch, "dev-discord-gacha", stands=True)
        if each.action == "dynamodb:DescribeTable"
    }
    named = {each.properties["TableName"] for each in Template().resources("AWS::DynamoDB::Table")}
    assert looked == {f"{each}_dev" for each in named}
