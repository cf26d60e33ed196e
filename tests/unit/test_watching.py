"""Where alarms go, what the budget is, and which backups are told of, number by number."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from tests.cloudformation import LOCAL_ACCOUNT, Resolved, changed, resources, translated
from tests.conftest import ROOT
from tests.unit.test_template import TABLES

pytestmark = pytest.mark.once

PHASES: Final = {"initial": 10, "growth": 40, "expansion": 90, "large": 300}
"""What a month may cost in US dollars: the upper end of the roadmap's budget for each phase."""

TO_TOPIC: Final = [{"Ref": "AlarmTopic"}]


def resource(name: str) -> dict[str, Any]:
    whole: dict[str, Any] = translated()["Resources"][name]
    return whole


# --- where alarms go ------------------------------------------------------------------------------


def test_the_mail_address_is_asked_for_and_none_means_no_mail(template: dict[str, Any]) -> None:
    assert template["Parameters"]["AlarmEmail"]["Default"] == "none"
    assert template["Conditions"]["HasAlarmEmail"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, "none"]}]
    }
    subscription = resource("AlarmSubscription")
    assert subscription["Condition"] == "HasAlarmEmail"
    assert subscription["Properties"] == {
        "TopicArn": {"Ref": "AlarmTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlarmEmail"},
    }


@pytest.mark.parametrize(
    ("answer", "is_taken"),
    [
        ("none", True),
        ("a@example.com", True),
        ("first.last+gacha@mail.example.co.jp", True),
        ("", False),
        ("a@example", False),
        ("a b@example.com", False),
        ("a@b@example.com", False),
    ],
)
def test_a_mail_address_looks_like_one(
    template: dict[str, Any], answer: str, is_taken: bool
) -> None:
    import re

    pattern = template["Parameters"]["AlarmEmail"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, answer)) is is_taken


def test_only_this_accounts_alarms_and_budgets_and_rules_may_publish() -> None:
    [policy] = resources("AWS::SNS::TopicPolicy").values()
    assert policy["Topics"] == TO_TOPIC
    ours, rules = policy["PolicyDocument"]["Statement"]
    for statement in (ours, rules):
        assert statement["Effect"] == "Allow"
        assert statement["Action"] == "sns:Publish"
        assert statement["Resource"] == {"Ref": "AlarmTopic"}
    assert set(ours["Principal"]["Service"]) == {
        "cloudwatch.amazonaws.com",
        "budgets.amazonaws.com",
    }
    assert ours["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert rules["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in rules  # EventBridge may not name its account, and would be refused


def test_the_topic_is_not_encrypted_with_the_key_that_alarms_cannot_use() -> None:
    assert "aws/sns" not in str(resource("AlarmTopic"))


def test_what_the_local_cloud_refuses_is_left_out_there() -> None:
    assert "MonthlyBudget" in Resolved().types()
    assert "MonthlyBudget" not in Resolved(account=LOCAL_ACCOUNT).types()
    # ministack 1.5.33 takes a pseudo parameter's name for its value in conditions
    assert "MonthlyBudget" not in Resolved(partition="AWS::Partition").types()


# --- spend ----------------------------------------------------------------------------------------


def test_each_phase_has_the_roadmaps_budget() -> None:
    template = translated()
    budgets = template["Mappings"]["Phases"]
    assert {phase: each["BudgetDollars"] for phase, each in budgets.items()} == PHASES
    assert template["Parameters"]["Phase"]["AllowedValues"] == list(PHASES)


def test_spend_over_budget_and_spend_that_will_be_is_told() -> None:
    whole = resource("MonthlyBudget")
    budget = whole["Properties"]["Budget"]
    assert (budget["BudgetType"], budget["TimeUnit"]) == ("COST", "MONTHLY")
    assert budget["BudgetLimit"] == {
        "Amount": {"Fn::FindInMap": ["Phases", {"Ref": "Phase"}, "BudgetDollars"]},
        "Unit": "USD",
    }
    told = whole["Properties"]["NotificationsWithSubscribers"]
    assert [each["Notification"]["NotificationType"] for each in told] == ["ACTUAL", "FORECASTED"]
    for each in told:
        assert each["Notification"]["ComparisonOperator"] == "GREATER_THAN"
        assert each["Notification"]["Threshold"] == 100
        assert each["Notification"]["ThresholdType"] == "PERCENTAGE"
        assert each["Subscribers"] == [{"SubscriptionType": "SNS", "Address": TO_TOPIC[0]}]
    assert whole["DependsOn"] == "AlarmTopicPolicy"  # Budgets tries the topic when it is made


# --- backups --------------------------------------------------------------------------------------


def test_failed_backups_and_copies_of_our_tables_are_told() -> None:
    rule = resource("BackupFailedRule")["Properties"]
    pattern = rule["EventPattern"]
    assert "aws.backup" in pattern["source"]
    assert pattern["detail-type"] == ["Backup Job State Change", "Copy Job State Change"]
    assert set(pattern["detail"]["state"]) == {"FAILED", "ABORTED", "EXPIRED", "PARTIAL"}
    assert pattern["detail"]["resourceArn"] == [{"Fn::GetAtt": [name, "Arn"]} for name in TABLES]
    [target] = rule["Targets"]
    assert target["Arn"] == TO_TOPIC[0]
    assert "runbook" in str(target["InputTransformer"])  # what it says: test_alarm_mails.py


def test_a_report_that_counts_is_told() -> None:
    """By the end of the workshop's workflow, as its own definition and function say it."""
    rule = resource("PictureReportedRule")["Properties"]
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"]["stateMachineArn"] == [{"Ref": "WorkshopStateMachine"}]
    assert pattern["detail"]["status"] == ["SUCCEEDED"]
    [output] = pattern["detail"]["output"]
    machine = json.loads((ROOT / "statemachines/workshop.asl.json").read_text("utf-8"))
    last = machine["States"]["Change"]
    assert last["End"] and list(last["Output"]) == ["change"]
    for outcome, is_told in (("reported", True), ("started", False), ("was_started", False)):
        for said in (json.dumps({"change": outcome}), f'{{"change":"{outcome}"}}'):
            assert fnmatchcase(said, output["wildcard"]) == is_told
    [target] = rule["Targets"]
    assert target["Arn"] == TO_TOPIC[0]


def test_each_worker_knows_its_stack_so_that_metrics_do_not_mix() -> None:
    workers = resources("AWS::Lambda::Function")
    del workers["SetupFunction"]  # it measures nothing
    for function in workers.values():
        variables = function["Environment"]["Variables"]
        assert variables["STACK_NAME"] == {"Ref": "AWS::StackName"}


# --- these tests themselves -----------------------------------------------------------------------

BUDGET: Final = "Resources/MonthlyBudget/Properties"
TOLD: Final = f"{BUDGET}/NotificationsWithSubscribers"
PUBLISHERS: Final = "Resources/AlarmTopicPolicy/Properties/PolicyDocument/Statement"
POLICY: Final = f"{PUBLISHERS}/0"
PATTERN: Final = "Resources/BackupFailedRule/Properties/EventPattern"


@pytest.mark.parametrize(
    ("path", "value", "noticing"),
    [
        *(
            (
                f"Mappings/Phases/{phase}/BudgetDollars",
                dollars + 1,
                test_each_phase_has_the_roadmaps_budget,
            )
            for phase, dollars in PHASES.items()
        ),
        *(
            (place, value, test_spend_over_budget_and_spend_that_will_be_is_told)
            for place, value in (
                (f"{BUDGET}/Budget/TimeUnit", "ANNUALLY"),
                (f"{BUDGET}/Budget/BudgetType", "USAGE"),
                (f"{BUDGET}/Budget/BudgetLimit/Unit", "JPY"),
                (f"{BUDGET}/Budget/BudgetLimit/Amount", 10),
                (f"{TOLD}/0/Notification/Threshold", 120),
                (f"{TOLD}/0/Notification/NotificationType", "FORECASTED"),
                (f"{TOLD}/1/Notification/Threshold", 99),
                (f"{TOLD}/1/Notification/ComparisonOperator", "LESS_THAN"),
                (f"{TOLD}/1/Notification/ThresholdType", "ABSOLUTE_VALUE"),
                (f"{TOLD}/1/Subscribers/0/SubscriptionType", "EMAIL"),
                ("Resources/MonthlyBudget/DependsOn", "AlarmTopic"),
            )
        ),
        *(
            (place, value, test_only_this_accounts_alarms_and_budgets_and_rules_may_publish)
            for place, value in (
                (f"{POLICY}/Effect", "Deny"),
                (f"{POLICY}/Action", "sns:*"),
                (f"{POLICY}/Resource", "*"),
                (f"{POLICY}/Principal/Service/0", "lambda.amazonaws.com"),
                (f"{POLICY}/Condition/StringEquals/aws:SourceAccount", "*"),
                (f"{PUBLISHERS}/1/Action", "sns:*"),
                (f"{PUBLISHERS}/1/Resource", "*"),
                (f"{PUBLISHERS}/1/Principal/Service", "*"),
            )
        ),
        *(
            (place, value, test_failed_backups_and_copies_of_our_tables_are_told)
            for place, value in (
                (f"{PATTERN}/source/0", "aws.ec2"),
                (f"{PATTERN}/detail-type/1", "Restore Job State Change"),
                (f"{PATTERN}/detail/state/0", "COMPLETED"),
                (f"{PATTERN}/detail/resourceArn/3", "*"),
                ("Resources/BackupFailedRule/Properties/Targets/0/Arn", "elsewhere"),
            )
        ),
    ],
)
def test_a_changed_value_is_noticed(path: str, value: Any, noticing: Callable[[], None]) -> None:
    noticing()  # as it is, all is well
    with changed(path, value), pytest.raises(AssertionError):
        noticing()
