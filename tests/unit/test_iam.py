"""Who may deploy what: the deployer's policy against the template's types, and the OIDC role."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest
from samcli.yamlhelper import yaml_parse

from tests.cloudformation import translated
from tests.conftest import ROOT

POLICY: Final[dict[str, Any]] = json.loads((ROOT / "iam/deployer-policy.json").read_text())
PLACE: Final = "ap-northeast-1:123456789012"
WIDE: Final = "WhatIamCannotNarrow"

# For each type: a resource as CloudFormation would call it in our stack ("*" where IAM knows none),
# and what CloudFormation does to make, change, tag and delete it.
NEEDED: Final[dict[str, tuple[str, str]]] = {
    "AWS::ApiGatewayV2::Api": (
        "arn:aws:apigateway:ap-northeast-1::/apis/a1",
        "apigateway: POST GET PATCH DELETE",
    ),
    "AWS::ApiGatewayV2::Integration": (
        "arn:aws:apigateway:ap-northeast-1::/apis/a1/integrations",
        "apigateway: POST GET PATCH DELETE",
    ),
    "AWS::ApiGatewayV2::Route": (
        "arn:aws:apigateway:ap-northeast-1::/apis/a1/routes",
        "apigateway: POST GET PATCH DELETE",
    ),
    "AWS::ApiGatewayV2::Stage": (
        "arn:aws:apigateway:ap-northeast-1::/apis/a1/stages",
        "apigateway: POST GET PATCH DELETE TagResource",
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": (
        "*",
        "application-autoscaling: RegisterScalableTarget DescribeScalableTargets "
        "DeregisterScalableTarget",
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        "*",
        "application-autoscaling: PutScalingPolicy DescribeScalingPolicies DeleteScalingPolicy",
    ),
    "AWS::Backup::BackupPlan": (
        f"arn:aws:backup:{PLACE}:backup-plan:0a1b",
        "backup: CreateBackupPlan GetBackupPlan UpdateBackupPlan DeleteBackupPlan TagResource",
    ),
    "AWS::Backup::BackupSelection": (
        f"arn:aws:backup:{PLACE}:backup-plan:0a1b",
        "backup: CreateBackupSelection GetBackupSelection DeleteBackupSelection",
    ),
    "AWS::Backup::BackupVault": (
        f"arn:aws:backup:{PLACE}:backup-vault:discord-gacha",
        "backup: CreateBackupVault DescribeBackupVault DeleteBackupVault TagResource",
    ),
    "AWS::Budgets::Budget": (
        "arn:aws:budgets::123456789012:budget/discord-gacha-monthly",
        "budgets: ModifyBudget ViewBudget",
    ),
    "AWS::CloudWatch::Alarm": (
        f"arn:aws:cloudwatch:{PLACE}:alarm:discord-gacha-pull-failed",
        "cloudwatch: PutMetricAlarm DeleteAlarms",
    ),
    "AWS::CloudWatch::Dashboard": (
        "arn:aws:cloudwatch::123456789012:dashboard/discord-gacha-service",
        "cloudwatch: PutDashboard GetDashboard DeleteDashboards",
    ),
    "AWS::CodeDeploy::Application": (
        f"arn:aws:codedeploy:{PLACE}:application:discord-gacha",
        "codedeploy: CreateApplication GetApplication DeleteApplication",
    ),
    "AWS::CodeDeploy::DeploymentGroup": (
        f"arn:aws:codedeploy:{PLACE}:deploymentgroup:discord-gacha/interactions",
        "codedeploy: CreateDeploymentGroup GetDeploymentGroup UpdateDeploymentGroup "
        "DeleteDeploymentGroup CreateDeployment GetDeployment StopDeployment",
    ),
    "AWS::DynamoDB::Table": (
        f"arn:aws:dynamodb:{PLACE}:table/discord_users",
        "dynamodb: CreateTable DescribeTable UpdateTable DeleteTable UpdateContinuousBackups "
        "DescribeContinuousBackups TagResource",
    ),
    "AWS::EC2::SecurityGroup": (
        "*",
        "ec2: CreateSecurityGroup DescribeSecurityGroups AuthorizeSecurityGroupEgress "
        "RevokeSecurityGroupEgress DeleteSecurityGroup",
    ),
    "AWS::EC2::VPCEndpoint": (
        "*",
        "ec2: CreateVpcEndpoint DescribeVpcEndpoints ModifyVpcEndpoint DeleteVpcEndpoints",
    ),
    "AWS::Events::Rule": (
        f"arn:aws:events:{PLACE}:rule/discord-gacha-BackupFailedRule-X1",
        "events: PutRule DescribeRule DeleteRule PutTargets RemoveTargets",
    ),
    "AWS::IAM::Role": (
        "arn:aws:iam::123456789012:role/discord-gacha-DrawRole-X1",
        "iam: CreateRole GetRole UpdateAssumeRolePolicy PutRolePolicy DeleteRolePolicy DeleteRole",
    ),
    "AWS::KMS::Alias": (
        f"arn:aws:kms:{PLACE}:alias/discord-gacha",
        "kms: CreateAlias UpdateAlias DeleteAlias",
    ),
    "AWS::KMS::Key": (
        f"arn:aws:kms:{PLACE}:key/0a1b",
        "kms: DescribeKey PutKeyPolicy EnableKeyRotation ScheduleKeyDeletion",
    ),
    "AWS::Lambda::Alias": (
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-DrawFunction-X1:newest",
        "lambda: CreateAlias GetAlias UpdateAlias DeleteAlias",
    ),
    "AWS::Lambda::Function": (
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-DrawFunction-X1",
        "lambda: CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration "
        "DeleteFunction TagResource InvokeFunction",
    ),
    "AWS::Lambda::LayerVersion": (
        f"arn:aws:lambda:{PLACE}:layer:GachaLayer0a1b:1",
        "lambda: PublishLayerVersion GetLayerVersion DeleteLayerVersion",
    ),
    "AWS::Lambda::Permission": (
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-InteractionsFunction-X1:live",
        "lambda: AddPermission RemovePermission",
    ),
    "AWS::Lambda::Version": (
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-DrawFunction-X1",
        "lambda: PublishVersion ListVersionsByFunction",
    ),
    "AWS::Logs::LogGroup": (
        f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/discord-gacha/draw:*",
        "logs: CreateLogGroup DeleteLogGroup PutRetentionPolicy AssociateKmsKey TagResource",
    ),
    "AWS::Logs::MetricFilter": (
        f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/discord-gacha/interactions",
        "logs: PutMetricFilter DescribeMetricFilters DeleteMetricFilter",
    ),
    "AWS::SNS::Subscription": (
        f"arn:aws:sns:{PLACE}:discord-gacha-alarms",
        "sns: Subscribe Unsubscribe",
    ),
    "AWS::SNS::Topic": (
        f"arn:aws:sns:{PLACE}:discord-gacha-alarms",
        "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic",
    ),
    "AWS::SNS::TopicPolicy": (
        f"arn:aws:sns:{PLACE}:discord-gacha-alarms",
        "sns: SetTopicAttributes GetTopicAttributes",
    ),
    "AWS::Scheduler::Schedule": (
        f"arn:aws:scheduler:{PLACE}:schedule/default/discord-gacha-SweeperSchedule-X1",
        "scheduler: CreateSchedule GetSchedule UpdateSchedule DeleteSchedule",
    ),
    "AWS::SecretsManager::Secret": (
        f"arn:aws:secretsmanager:{PLACE}:secret:FairnessSecret-X1-abcdef",
        "secretsmanager: CreateSecret DescribeSecret UpdateSecret DeleteSecret "
        "ReplicateSecretToRegions TagResource",
    ),
    "AWS::StepFunctions::StateMachine": (
        f"arn:aws:states:{PLACE}:stateMachine:PullStateMachine-X1",
        "states: CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine "
        "TagResource",
    ),
    "AWS::StepFunctions::StateMachineAlias": (
        f"arn:aws:states:{PLACE}:stateMachine:PullStateMachine-X1:live",
        "states: CreateStateMachineAlias DescribeStateMachineAlias UpdateStateMachineAlias "
        "DeleteStateMachineAlias",
    ),
    "AWS::StepFunctions::StateMachineVersion": (
        f"arn:aws:states:{PLACE}:stateMachine:PullStateMachine-X1:1",
        "states: PublishStateMachineVersion DeleteStateMachineVersion",
    ),
    "AWS::XRay::SamplingRule": (
        "*",
        "xray: CreateSamplingRule GetSamplingRules UpdateSamplingRule DeleteSamplingRule",
    ),
}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allowed(action: str, resource: str) -> bool:
    return any(
        any(fnmatchcase(action, each) for each in listed(statement["Action"]))
        and any(fnmatchcase(resource, each) for each in listed(statement["Resource"]))
        for statement in POLICY["Statement"]
    )


def types() -> set[str]:
    kinds = {each["Type"] for each in translated()["Resources"].values()}
    return {each for each in kinds if not each.startswith("Custom::")}


def test_the_table_names_every_type_of_the_template() -> None:
    assert types() <= set(NEEDED)


@pytest.mark.parametrize("kind", NEEDED)
def test_the_deployer_may_make_change_and_delete_each_type(kind: str) -> None:
    if kind not in types():
        pytest.skip("not in the template")
    resource, needed = NEEDED[kind]
    service, *verbs = needed.split()
    for verb in verbs:
        assert allowed(f"{service}{verb}", resource), f"{service}{verb}"


@pytest.mark.parametrize("kind", [kind for kind, (arn, _) in NEEDED.items() if "discord" in arn])
def test_another_stacks_resources_are_out_of_reach(kind: str) -> None:
    resource, needed = NEEDED[kind]
    service, *verbs = needed.split()
    foreign = resource.replace("discord-gacha", "payroll").replace("discord_users", "salaries")
    for verb in verbs:
        assert not allowed(f"{service}{verb}", foreign), f"{service}{verb}"


def test_roles_are_passed_only_to_the_services_that_the_stack_uses() -> None:
    [passing] = [each for each in POLICY["Statement"] if each["Action"] == "iam:PassRole"]
    assert passing["Resource"] == "arn:aws:iam::*:role/discord-gacha*"
    services = set(passing["Condition"]["StringEquals"]["iam:PassedToService"])
    assumed = {
        statement["Principal"]["Service"]
        for resource in translated()["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
        for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    }
    assert assumed <= services


def test_only_what_iam_cannot_narrow_is_for_all_resources() -> None:
    for statement in POLICY["Statement"]:
        if statement["Sid"] != WIDE:
            assert "*" not in listed(statement["Resource"])
        assert not {"*", "iam:*", "kms:*"} & set(listed(statement["Action"]))


@pytest.mark.parametrize(
    "action",
    [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Scan",
        "secretsmanager:GetSecretValue",
        "states:StartExecution",
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:AttachRolePolicy",
    ],
)
def test_who_deploys_reads_no_players_and_no_secrets_and_makes_no_keys(action: str) -> None:
    service = action.partition(":")[0]
    arns = [arn for arn, _ in NEEDED.values() if arn.split(":")[2:3] == [service]] or ["*"]
    assert not any(allowed(action, arn) for arn in [*arns, "*"])


def test_of_the_accounts_keys_only_the_stacks_own_may_be_touched() -> None:
    [keys] = [each for each in POLICY["Statement"] if each["Sid"] == "KeyOfThisStack"]
    assert keys["Condition"] == {
        "StringLike": {"aws:ResourceTag/aws:cloudformation:stack-name": "discord-gacha*"}
    }


def test_the_policy_fits_into_one_managed_policy() -> None:
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= 6144  # IAM's limit


def test_github_deploys_from_one_environment_of_one_repository() -> None:
    template = yaml_parse((ROOT / "iam/github-oidc.yaml").read_text())
    role = template["Resources"]["DeployRole"]["Properties"]
    assert role["MaxSessionDuration"] == 3600
    assert role["ManagedPolicyArns"] == [{"Ref": "DeployerPolicyArn"}]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    claims = trust["Condition"]["StringEquals"]
    host = "token.actions.githubusercontent.com"
    assert claims[f"{host}:aud"] == "sts.amazonaws.com"
    assert claims[f"{host}:sub"] == {"Fn::Sub": "repo:${Repository}:environment:${Environment}"}


def workflow(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / f".github/workflows/{name}.yml").read_text())
    return parsed


def test_prod_is_deployed_by_oidc_after_dev_in_its_own_environment() -> None:
    deploy = workflow("deploy")
    assert deploy["permissions"] == {"contents": "read", "id-token": "write"}
    prod = deploy["jobs"]["prod"]
    assert (prod["needs"], prod["environment"]) == ("dev", "prod")
    text = (ROOT / ".github/workflows/deploy.yml").read_text()
    assert "role-to-assume" in text
    assert "ACCESS_KEY" not in text


def test_every_push_is_checked_as_ci_checks_it() -> None:
    checks = workflow("checks")
    commands = [
        step["run"] for job in checks["jobs"].values() for step in job["steps"] if "run" in step
    ]
    ours = (ROOT / ".ci/run").read_text().splitlines()
    assert {line for line in ours if line.startswith("make ")} <= set(commands)
    assert checks["permissions"] == {"contents": "read"}
