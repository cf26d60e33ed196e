"""Who may deploy what: the deployer's policy against the template's types, and the OIDC role."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest
from samcli.yamlhelper import yaml_parse

from tests.cloudformation import resources, translated
from tests.conftest import ROOT

POLICY: Final[dict[str, Any]] = json.loads((ROOT / "iam/deployer-policy.json").read_text())
PLACE: Final = "ap-northeast-1:123456789012"
WIDE: Final = "WhatIamCannotNarrow"

# For each type: a resource as CloudFormation would call it in our stack ("*" where IAM knows none),
# and what CloudFormation does to make, read, change, tag and delete it, as far as we use the type:
# `handlers.*.permissions` of the type in CloudFormation's registry (docs/decisions/0018).
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
        "backup: CreateBackupVault DescribeBackupVault DeleteBackupVault TagResource UntagResource "
        "ListTags GetBackupVaultNotifications GetBackupVaultAccessPolicy",
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
        "cloudwatch: PutDashboard GetDashboard DeleteDashboards TagResource ListTagsForResource",
    ),
    "AWS::CodeDeploy::Application": (
        f"arn:aws:codedeploy:{PLACE}:application:discord-gacha",
        "codedeploy: CreateApplication GetApplication DeleteApplication GetApplicationRevision "
        "RegisterApplicationRevision",
    ),
    "AWS::CodeDeploy::DeploymentGroup": (
        f"arn:aws:codedeploy:{PLACE}:deploymentgroup:discord-gacha/interactions",
        "codedeploy: CreateDeploymentGroup GetDeploymentGroup UpdateDeploymentGroup "
        "DeleteDeploymentGroup CreateDeployment GetDeployment ListDeployments",
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
        "iam: CreateRole GetRole UpdateAssumeRolePolicy PutRolePolicy GetRolePolicy "
        "DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UntagRole DeleteRole",
    ),
    "AWS::KMS::Alias": (
        f"arn:aws:kms:{PLACE}:alias/discord-gacha",
        "kms: CreateAlias UpdateAlias DeleteAlias",
    ),
    "AWS::KMS::Key": (
        f"arn:aws:kms:{PLACE}:key/0a1b",
        "kms: PutKeyPolicy GetKeyPolicy GetKeyRotationStatus ListResourceTags UntagResource "
        "UpdateKeyDescription ScheduleKeyDeletion Encrypt Decrypt ReEncryptFrom ReEncryptTo "
        "GenerateDataKey CreateGrant RetireGrant",
    ),
    "AWS::Lambda::Alias": (
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-DrawFunction-X1:newest",
        "lambda: CreateAlias GetAlias UpdateAlias DeleteAlias",
    ),
    "AWS::Lambda::Function": (
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-DrawFunction-X1",
        "lambda: CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration "
        "DeleteFunction TagResource UntagResource InvokeFunction GetFunctionCodeSigningConfig "
        "GetFunctionRecursionConfig GetFunctionScalingConfig GetRuntimeManagementConfig "
        "GetFunctionConfiguration",
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
        "logs: CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy "
        "AssociateKmsKey DisassociateKmsKey TagResource ListTagsForResource "
        "GetDataProtectionPolicy",
    ),
    "AWS::Logs::MetricFilter": (
        f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/discord-gacha/interactions",
        "logs: PutMetricFilter DescribeMetricFilters DeleteMetricFilter",
    ),
    "AWS::SNS::Subscription": (
        f"arn:aws:sns:{PLACE}:discord-gacha-alarms",
        "sns: Subscribe ListSubscriptionsByTopic",
    ),
    "AWS::SNS::Topic": (
        f"arn:aws:sns:{PLACE}:discord-gacha-alarms",
        "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource "
        "ListTagsForResource GetDataProtectionPolicy",
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
        "ReplicateSecretToRegions RemoveRegionsFromReplication TagResource UntagResource",
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
        "states: PublishStateMachineVersion ListStateMachineVersions DeleteStateMachineVersion",
    ),
    "AWS::XRay::SamplingRule": (
        f"arn:aws:xray:{PLACE}:sampling-rule/discord-gacha",
        "xray: CreateSamplingRule UpdateSamplingRule DeleteSamplingRule TagResource "
        "ListTagsForResource",
    ),
}

# Actions that know no resource by IAM's reference: a statement with a resource refuses them.
KNOWS_NO_RESOURCE: Final = (
    "backup-storage:MountCapsule",
    "codedeploy:StopDeployment",
    "kms:CreateKey",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "logs:DescribeIndexPolicies",
    "secretsmanager:GetRandomPassword",
    "sns:Unsubscribe",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "xray:GetSamplingRules",
)
BIRTH: Final = "ItsBirth"


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allowed(action: str, resource: str) -> bool:
    return any(
        # IAM does not tell capital letters in actions, but does in resources.
        any(fnmatchcase(action.lower(), each.lower()) for each in listed(statement["Action"]))
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


@pytest.mark.parametrize("action", KNOWS_NO_RESOURCE)
def test_what_knows_no_resource_is_allowed_without_one(action: str) -> None:
    assert allowed(action, "*")


def test_a_scaling_policys_alarms_are_made_in_the_deployers_name() -> None:
    alarm = f"arn:aws:cloudwatch:{PLACE}:alarm:TargetTracking-table/discord_users-AlarmHigh-0a1b"
    assert allowed("cloudwatch:PutMetricAlarm", alarm)
    assert allowed("cloudwatch:DeleteAlarms", alarm)


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
        if statement["Sid"] not in (WIDE, BIRTH):
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
    statements = {each["Sid"]: each for each in POLICY["Statement"]}
    assert statements["KeyOfThisStack"]["Condition"] == {
        "StringLike": {"aws:ResourceTag/stack": "discord-gacha*"}
    }
    assert statements[BIRTH]["Condition"] == {
        "StringLike": {"aws:RequestTag/stack": "discord-gacha*"}
    }
    known = {each for each in statements[WIDE]["Action"] if each.startswith("kms:")}
    assert known == {"kms:DescribeKey", "kms:EnableKeyRotation", "kms:ListAliases"}


def test_keys_carry_the_tag_by_which_they_are_known() -> None:
    """CloudFormation gives keys none of its own tags (aws:cloudformation:stack-name)."""
    key = resources("AWS::KMS::Key")["StackKey"]
    assert key["Tags"] == [{"Key": "stack", "Value": {"Ref": "AWS::StackName"}}]
    other = yaml_parse((ROOT / "backup-region.yaml").read_text())
    copies = other["Resources"]["BackupKey"]["Properties"]
    assert copies["Tags"] == [{"Key": "stack", "Value": {"Ref": "VaultName"}}]


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


@pytest.mark.parametrize(
    ("answer", "is_taken"),
    [
        ("someone/discord-gacha", True),
        ("someone@123456/discord-gacha@456789", True),  # repositories made since July 2026
        ("someone/*", False),
        ("someone@/discord-gacha", False),
        ("someone/discord-gacha:ref", False),
    ],
)
def test_a_repository_is_named_by_itself_with_or_without_its_ids(
    answer: str, is_taken: bool
) -> None:
    template = yaml_parse((ROOT / "iam/github-oidc.yaml").read_text())
    pattern = template["Parameters"]["Repository"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, answer)) is is_taken


def workflow(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / f".github/workflows/{name}.yml").read_text())
    return parsed


def test_prod_is_deployed_by_oidc_after_dev_in_its_own_environment() -> None:
    deploy = workflow("deploy")
    assert deploy["permissions"] == {}
    for name, job in deploy["jobs"].items():
        assert job["environment"] == name
        assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert deploy["jobs"]["prod"]["needs"] == "dev"
    text = (ROOT / ".github/workflows/deploy.yml").read_text()
    assert "role-to-assume" in text
    assert "ACCESS_KEY" not in text


@pytest.mark.parametrize("name", ["checks", "deploy"])
def test_actions_are_pinned_to_commits_and_leave_no_credentials(name: str) -> None:
    lines = (ROOT / f".github/workflows/{name}.yml").read_text().splitlines()
    uses = [line for line in lines if "uses:" in line]
    for line in uses:
        assert re.fullmatch(r" +- uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
    steps = [each for job in workflow(name)["jobs"].values() for each in job["steps"]]
    checkouts = [each for each in steps if each.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    for each in checkouts:
        assert each["with"] == {"persist-credentials": False}


def test_newer_actions_are_proposed() -> None:
    [update] = yaml_parse((ROOT / ".github/dependabot.yml").read_text())["updates"]
    assert (update["package-ecosystem"], update["directory"]) == ("github-actions", "/")


def test_no_variable_of_github_is_put_into_a_command() -> None:
    for name in ("checks", "deploy"):
        for job in workflow(name)["jobs"].values():
            for step in job["steps"]:
                assert "${{" not in step.get("run", "")


def test_every_push_is_checked_as_ci_checks_it() -> None:
    checks = workflow("checks")
    commands = [
        step["run"] for job in checks["jobs"].values() for step in job["steps"] if "run" in step
    ]
    ours = (ROOT / ".ci/run").read_text().splitlines()
    assert {line for line in ours if line.startswith("make ")} <= set(commands)
    assert checks["permissions"] == {"contents": "read"}
