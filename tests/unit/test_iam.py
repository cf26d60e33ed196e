"""Who may deploy what: the policies of iam/deployer.yaml by IAM's own rules (tests/iam.py), against
all that a deployment needs, and against what attackers did with the policy before them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from samcli.yamlhelper import yaml_dump, yaml_parse

from scripts import brake
from scripts.template import EXTENSIONS
from tests.cloudformation import TABLES, Resolved, resources, source, translated
from tests.conftest import ROOT
from tests.iam import Policy, Request, actions, as_list, complaints, is_allowed
from tests.over import over
from tests.unit.test_authorization import CONDITIONS, put_in, statements
from tests.unit.test_locks import pins

ACCOUNT: Final = "123456789012"
PLACE: Final = f"ap-northeast-1:{ACCOUNT}"
TEMPLATE: Final[dict[str, Any]] = yaml_parse((ROOT / "iam/deployer.yaml").read_text())
BEFORE: Final[Policy] = json.loads(
    (ROOT / "tests/attacks/deployer-policy-2026-11-25.json").read_text()
)
ADMINISTRATOR: Final[Policy] = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
VIA_CLOUDFORMATION: Final = {"aws:CalledVia": ["cloudformation.amazonaws.com"]}


# The two environments, as samconfig.toml has them.
STACKS: Final[dict[str, dict[str, str]]] = {
    "discord-gacha": {"TablesSuffix": ""},
    "dev-discord-gacha": {"TablesSuffix": "_dev"},
}
LONGEST: Final = {"StackName": "g" * 24, "TablesSuffix": "_" + "t" * 18}


def deployer(StackName: str, **parameters: str) -> dict[str, Policy]:
    """Logical name → policy of iam/deployer.yaml, for parameters."""
    known = {
        **{name: each.get("Default", "") for name, each in TEMPLATE["Parameters"].items()},
        **parameters,
        "StackName": StackName,
        "AWS::AccountId": ACCOUNT,
        "Boundary": boundary_arn(StackName),
    }

    def value(written: Any) -> Any:
        if isinstance(written, list):
            return [value(each) for each in written]
        if not isinstance(written, dict):
            return written
        if written.keys() == {"Ref"}:
            return known[written["Ref"]]
        if written.keys() == {"Fn::Sub"}:
            text, own = written["Fn::Sub"], known
            if isinstance(text, list):
                own = known | {name: value(each) for name, each in text[1].items()}
                text = text[0]
            return re.sub(r"\$\{([^}]+)\}", lambda found: own[found[1]], text)
        if written.keys() == {"Fn::Split"}:
            separator, whole = value(written["Fn::Split"])
            return whole.split(separator)
        if written.keys() == {"Fn::Join"}:
            separator, parts = value(written["Fn::Join"])
            return separator.join(parts)
        return {name: value(each) for name, each in written.items()}

    return {
        name: value(resource["Properties"]["PolicyDocument"])
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
    }


def boundary_arn(stack: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/deployers/{stack}-boundary"


def held(stack: str) -> list[Policy]:
    """What the deployer of a stack holds."""
    policies = deployer(stack, **STACKS[stack])
    return [policy for name, policy in policies.items() if name != "Boundary"]


# --- what a deployment needs ----------------------------------------------------------------------
# For each type: a resource as CloudFormation would call it in our stack ("*" where IAM knows none),
# and what CloudFormation does to make, read, change, tag and delete it, as far as we use the type:
# `handlers.*.permissions` of the type in CloudFormation's registry (docs/decisions/0018).
# STACK is the stack's name, CATALOGUE the same without hyphens, SUFFIX what its tables end in.

NEEDED: Final[dict[str, list[tuple[str, str]]]] = {
    "AWS::ApiGatewayV2::Api": [
        ("arn:aws:apigateway:ap-northeast-1::/apis", "apigateway: POST"),
        ("arn:aws:apigateway:ap-northeast-1::/apis/a1", "apigateway: GET PATCH DELETE"),
        (
            "arn:aws:apigateway:ap-northeast-1::/tags/arn%3Aaws%3Aapigateway",
            "apigateway: POST GET DELETE",
        ),
    ],
    "AWS::ApiGatewayV2::Integration": [
        (
            "arn:aws:apigateway:ap-northeast-1::/apis/a1/integrations",
            "apigateway: POST GET PATCH DELETE",
        )
    ],
    "AWS::ApiGatewayV2::Route": [
        ("arn:aws:apigateway:ap-northeast-1::/apis/a1/routes", "apigateway: POST GET PATCH DELETE")
    ],
    "AWS::ApiGatewayV2::Stage": [
        (
            "arn:aws:apigateway:ap-northeast-1::/apis/a1/stages",
            "apigateway: POST GET PATCH DELETE TagResource",
        ),
        ("*", "logs: CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery"),
    ],
    "AWS::ApplicationAutoScaling::ScalableTarget": [
        (
            f"arn:aws:application-autoscaling:{PLACE}:scalable-target/0a1b",
            "application-autoscaling: RegisterScalableTarget DeregisterScalableTarget",
        ),
        ("*", "application-autoscaling: DescribeScalableTargets"),
    ],
    "AWS::ApplicationAutoScaling::ScalingPolicy": [
        (
            f"arn:aws:application-autoscaling:{PLACE}:scalable-target/0a1b",
            "application-autoscaling: PutScalingPolicy DeleteScalingPolicy",
        ),
        ("*", "application-autoscaling: DescribeScalingPolicies"),
        (
            f"arn:aws:cloudwatch:{PLACE}:alarm:TargetTracking-table/discord_usersSUFFIX-High-0a1b",
            "cloudwatch: PutMetricAlarm DeleteAlarms",
        ),
        (
            f"arn:aws:cloudwatch:{PLACE}:alarm:"
            "TargetTracking-table/discord_usersSUFFIX/index/by_guild-High-0a1b",
            "cloudwatch: PutMetricAlarm DeleteAlarms",
        ),
    ],
    "AWS::Athena::NamedQuery": [
        (
            f"arn:aws:athena:{PLACE}:workgroup/STACK",
            "athena: CreateNamedQuery GetNamedQuery DeleteNamedQuery ListNamedQueries",
        )
    ],
    "AWS::Athena::WorkGroup": [
        (
            f"arn:aws:athena:{PLACE}:workgroup/STACK",
            "athena: CreateWorkGroup GetWorkGroup UpdateWorkGroup DeleteWorkGroup TagResource "
            "UntagResource ListTagsForResource",
        )
    ],
    "AWS::Backup::BackupPlan": [
        (
            f"arn:aws:backup:{PLACE}:backup-plan:0a1b",
            "backup: CreateBackupPlan GetBackupPlan UpdateBackupPlan DeleteBackupPlan TagResource",
        )
    ],
    "AWS::Backup::BackupSelection": [
        (
            f"arn:aws:backup:{PLACE}:backup-plan:0a1b",
            "backup: CreateBackupSelection GetBackupSelection DeleteBackupSelection",
        )
    ],
    "AWS::Backup::BackupVault": [
        (
            f"arn:aws:backup:{PLACE}:backup-vault:STACK-0a1b",
            "backup: CreateBackupVault DescribeBackupVault DeleteBackupVault TagResource "
            "UntagResource ListTags GetBackupVaultNotifications GetBackupVaultAccessPolicy",
        ),
        ("*", "backup-storage: MountCapsule"),
    ],
    "AWS::Budgets::Budget": [
        (
            f"arn:aws:budgets::{ACCOUNT}:budget/STACK-monthly",
            "budgets: ModifyBudget ViewBudget TagResource ListTagsForResource",
        )
    ],
    "AWS::CloudWatch::Alarm": [
        (
            f"arn:aws:cloudwatch:{PLACE}:alarm:STACK-pull-failed",
            "cloudwatch: PutMetricAlarm DeleteAlarms DescribeAlarms",
        )
    ],
    "AWS::CloudWatch::Dashboard": [
        (
            f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/STACK-service",
            "cloudwatch: PutDashboard GetDashboard DeleteDashboards TagResource "
            "ListTagsForResource",
        )
    ],
    "AWS::CodeDeploy::Application": [
        (
            f"arn:aws:codedeploy:{PLACE}:application:STACK",
            "codedeploy: CreateApplication GetApplication DeleteApplication "
            "GetApplicationRevision RegisterApplicationRevision",
        )
    ],
    "AWS::CodeDeploy::DeploymentGroup": [
        (
            f"arn:aws:codedeploy:{PLACE}:deploymentgroup:STACK/interactions",
            "codedeploy: CreateDeploymentGroup GetDeploymentGroup UpdateDeploymentGroup "
            "DeleteDeploymentGroup CreateDeployment GetDeployment ListDeployments",
        ),
        ("*", "codedeploy: StopDeployment"),
    ],
    "AWS::DynamoDB::Table": [
        (
            f"arn:aws:dynamodb:{PLACE}:table/{name}SUFFIX",
            "dynamodb: CreateTable DescribeTable UpdateTable DeleteTable UpdateContinuousBackups "
            "DescribeContinuousBackups TagResource",
        )
        for name in TABLES
    ],
    "AWS::EC2::SecurityGroup": [
        (f"arn:aws:ec2:{PLACE}:vpc/vpc-1", "ec2: CreateSecurityGroup"),
        (
            f"arn:aws:ec2:{PLACE}:security-group/sg-1",
            "ec2: CreateSecurityGroup CreateTags AuthorizeSecurityGroupEgress "
            "RevokeSecurityGroupEgress DeleteSecurityGroup",
        ),
        ("*", "ec2: DescribeSecurityGroups"),
    ],
    "AWS::EC2::VPCEndpoint": [
        (f"arn:aws:ec2:{PLACE}:vpc/vpc-1", "ec2: CreateVpcEndpoint"),
        (f"arn:aws:ec2:{PLACE}:route-table/rtb-1", "ec2: CreateVpcEndpoint ModifyVpcEndpoint"),
        (
            f"arn:aws:ec2:{PLACE}:vpc-endpoint/vpce-1",
            "ec2: CreateVpcEndpoint CreateTags ModifyVpcEndpoint DeleteVpcEndpoints",
        ),
        ("*", "ec2: DescribeVpcEndpoints"),
    ],
    "AWS::Events::Rule": [
        (
            f"arn:aws:events:{PLACE}:rule/STACK-BackupFailedRule-X1",
            "events: PutRule DescribeRule DeleteRule PutTargets RemoveTargets",
        )
    ],
    "AWS::Glue::Database": [
        (
            arn,
            "glue: CreateDatabase GetDatabase UpdateDatabase DeleteDatabase",
        )
        for arn in (f"arn:aws:glue:{PLACE}:catalog", f"arn:aws:glue:{PLACE}:database/CATALOGUE")
    ]
    + [
        (f"arn:aws:glue:{PLACE}:{kind}/CATALOGUE/any", "glue: DeleteDatabase")
        for kind in ("table", "userDefinedFunction")
    ],
    "AWS::Glue::Table": [
        (arn, "glue: CreateTable GetTable UpdateTable DeleteTable")
        for arn in (
            f"arn:aws:glue:{PLACE}:catalog",
            f"arn:aws:glue:{PLACE}:database/CATALOGUE",
            f"arn:aws:glue:{PLACE}:table/CATALOGUE/raw_users",
        )
    ],
    "AWS::IAM::Policy": [
        (
            f"arn:aws:iam::{ACCOUNT}:role/STACK-SetupRole-X1",
            "iam: PutRolePolicy GetRolePolicy DeleteRolePolicy",
        )
    ],
    "AWS::IAM::Role": [
        (
            f"arn:aws:iam::{ACCOUNT}:role/STACK-DrawRole-X1",
            "iam: CreateRole GetRole UpdateAssumeRolePolicy PutRolePolicy GetRolePolicy "
            "DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UntagRole "
            "PutRolePermissionsBoundary UpdateRole DeleteRole PassRole",
        )
    ],
    "AWS::KMS::Alias": [
        (f"arn:aws:kms:{PLACE}:alias/STACK", "kms: CreateAlias UpdateAlias DeleteAlias"),
        (f"arn:aws:kms:{PLACE}:key/0a1b", "kms: CreateAlias UpdateAlias DeleteAlias"),
        ("*", "kms: ListAliases"),
    ],
    "AWS::KMS::Key": [
        ("*", "kms: CreateKey"),
        (
            f"arn:aws:kms:{PLACE}:key/0a1b",
            "kms: TagResource EnableKeyRotation DescribeKey PutKeyPolicy GetKeyPolicy "
            "GetKeyRotationStatus ListResourceTags UntagResource UpdateKeyDescription "
            "ScheduleKeyDeletion Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey "
            "CreateGrant RetireGrant",
        ),
    ],
    "AWS::Lambda::Alias": [
        (
            f"arn:aws:lambda:{PLACE}:function:STACK-DrawFunction-X1:newest",
            "lambda: CreateAlias GetAlias UpdateAlias DeleteAlias",
        )
    ],
    "AWS::Lambda::Function": [
        (
            f"arn:aws:lambda:{PLACE}:function:STACK-DrawFunction-X1",
            "lambda: CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration "
            "DeleteFunction TagResource UntagResource GetFunctionCodeSigningConfig "
            "GetFunctionRecursionConfig GetFunctionScalingConfig GetRuntimeManagementConfig "
            "GetFunctionConfiguration",
        ),
        ("*", "ec2: DescribeSecurityGroups DescribeSubnets DescribeVpcs"),
    ],
    "AWS::Lambda::LayerVersion": [
        (f"arn:aws:lambda:{PLACE}:layer:STACK-gacha", "lambda: PublishLayerVersion"),
        (
            f"arn:aws:lambda:{PLACE}:layer:STACK-gacha:1",
            "lambda: GetLayerVersion DeleteLayerVersion",
        ),
    ],
    "AWS::Lambda::Permission": [
        (
            f"arn:aws:lambda:{PLACE}:function:STACK-InteractionsFunction-X1:live",
            "lambda: AddPermission RemovePermission GetPolicy",
        )
    ],
    "AWS::Lambda::Version": [
        (
            f"arn:aws:lambda:{PLACE}:function:STACK-DrawFunction-X1",
            "lambda: PublishVersion ListVersionsByFunction",
        )
    ],
    "AWS::Logs::LogGroup": [
        (
            f"arn:aws:logs:{PLACE}:log-group:{name}:*",
            "logs: CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy "
            "AssociateKmsKey DisassociateKmsKey TagResource ListTagsForResource "
            "GetDataProtectionPolicy",
        )
        for name in (
            "/aws/lambda/STACK/draw",
            "/aws/vendedlogs/states/STACK-pull",
            "/aws/vendedlogs/apigateway/STACK",
        )
    ]
    + [("*", "logs: DescribeLogGroups DescribeIndexPolicies")],
    "AWS::Logs::MetricFilter": [
        (
            f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/STACK/interactions",
            "logs: PutMetricFilter DescribeMetricFilters DeleteMetricFilter",
        )
    ],
    "AWS::S3::Bucket": [
        (
            "arn:aws:s3:::STACK-bucket-0a1b2c3d4e5f",
            "s3: CreateBucket DeleteBucket ListBucket PutBucketTagging GetBucketTagging "
            "PutEncryptionConfiguration GetEncryptionConfiguration PutLifecycleConfiguration "
            "GetLifecycleConfiguration PutBucketPublicAccessBlock GetBucketPublicAccessBlock "
            "PutBucketOwnershipControls GetBucketOwnershipControls PutBucketVersioning "
            "GetBucketVersioning GetBucketAcl GetBucketCORS GetBucketLogging GetBucketNotification "
            "GetBucketObjectLockConfiguration GetBucketWebsite GetAccelerateConfiguration "
            "GetAnalyticsConfiguration GetIntelligentTieringConfiguration "
            "GetInventoryConfiguration GetMetricsConfiguration PutReplicationConfiguration "
            "GetReplicationConfiguration",
        ),
        (f"arn:aws:iam::{ACCOUNT}:role/STACK-CopyingRole-X1", "iam: PassRole"),
    ],
    "AWS::S3::BucketPolicy": [
        (
            "arn:aws:s3:::STACK-bucket-0a1b2c3d4e5f",
            "s3: PutBucketPolicy GetBucketPolicy DeleteBucketPolicy",
        )
    ],
    "AWS::SSM::Parameter": [
        (
            f"arn:aws:ssm:{PLACE}:parameter/STACK/exports",
            "ssm: PutParameter GetParameters DeleteParameter AddTagsToResource "
            "RemoveTagsFromResource ListTagsForResource",
        )
    ],
    "AWS::Scheduler::Schedule": [
        (
            f"arn:aws:scheduler:{PLACE}:schedule/default/STACK-export",
            "scheduler: CreateSchedule GetSchedule UpdateSchedule DeleteSchedule",
        ),
        (f"arn:aws:iam::{ACCOUNT}:role/STACK-ExportScheduleRole-X1", "iam: PassRole"),
    ],
    "AWS::SNS::Subscription": [
        (f"arn:aws:sns:{PLACE}:STACK-alarms", "sns: Subscribe ListSubscriptionsByTopic"),
        ("*", "sns: Unsubscribe GetSubscriptionAttributes"),
    ],
    "AWS::SNS::Topic": [
        (
            f"arn:aws:sns:{PLACE}:STACK-alarms",
            "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource "
            "ListTagsForResource GetDataProtectionPolicy",
        )
    ],
    "AWS::SNS::TopicPolicy": [
        (f"arn:aws:sns:{PLACE}:STACK-alarms", "sns: SetTopicAttributes GetTopicAttributes")
    ],
    "AWS::SecretsManager::Secret": [
        (
            f"arn:aws:secretsmanager:{PLACE}:secret:STACK-fairness-0a1b2c3d-abcdef",
            "secretsmanager: CreateSecret DescribeSecret UpdateSecret DeleteSecret "
            "ReplicateSecretToRegions RemoveRegionsFromReplication TagResource UntagResource",
        ),
        ("*", "secretsmanager: GetRandomPassword"),
    ],
    "AWS::StepFunctions::StateMachine": [
        (
            f"arn:aws:states:{PLACE}:stateMachine:STACK-pull",
            "states: CreateStateMachine DescribeStateMachine UpdateStateMachine "
            "DeleteStateMachine TagResource UntagResource ListTagsForResource",
        ),
        ("*", "logs: CreateLogDelivery PutResourcePolicy DescribeResourcePolicies"),
    ],
    "AWS::StepFunctions::StateMachineAlias": [
        (
            f"arn:aws:states:{PLACE}:stateMachine:STACK-pull",
            "states: CreateStateMachineAlias DescribeStateMachineAlias UpdateStateMachineAlias "
            "DeleteStateMachineAlias",
        )
    ],
    "AWS::StepFunctions::StateMachineVersion": [
        (
            f"arn:aws:states:{PLACE}:stateMachine:STACK-pull",
            "states: PublishStateMachineVersion ListStateMachineVersions "
            "DescribeStateMachine DeleteStateMachineVersion",
        )
    ],
    "AWS::XRay::SamplingRule": [
        (
            f"arn:aws:xray:{PLACE}:sampling-rule/discord-gacha-0a1b2c3d",
            "xray: CreateSamplingRule UpdateSamplingRule DeleteSamplingRule TagResource "
            "ListTagsForResource",
        ),
        ("*", "xray: GetSamplingRules"),
    ],
}

# What SAM itself asks for in `sam deploy` and `sam delete` (samcli 1.170.0: lib/deploy/deployer.py,
# lib/delete/cfn_utils.py, lib/package/s3_uploader.py), and CloudFormation and Lambda when they
# fetch what it put there.
BY_SAM: Final = [
    (
        f"arn:aws:cloudformation:{PLACE}:stack/STACK/0a1b",
        "cloudformation: DescribeStacks GetTemplateSummary GetTemplate CreateChangeSet "
        "DescribeChangeSet ExecuteChangeSet DeleteChangeSet ListChangeSets DescribeStackEvents "
        "DescribeStackResources ListStackResources CreateStack UpdateStack RollbackStack "
        "DeleteStack ContinueUpdateRollback",
    ),
    (
        "arn:aws:s3:::aws-sam-cli-managed-default-x/STACK/0a1b.template",
        "s3: PutObject GetObject GetObjectTagging DeleteObject",
    ),
]
SHARED_BY_SAM: Final = [
    (
        f"arn:aws:cloudformation:{PLACE}:stack/aws-sam-cli-managed-default/0a1b",
        "cloudformation: DescribeStacks",
    ),
    ("*", "cloudformation: ValidateTemplate ListStacks"),
]

# Types of things whose ARN does not say whose they are: the tag `stack` does.
WITHOUT_NAMES: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Api",
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::ApiGatewayV2::Stage",
        "AWS::Backup::BackupPlan",
        "AWS::Backup::BackupSelection",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::VPCEndpoint",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::XRay::SamplingRule",
    }
)
# And these can carry no tag that IAM would ask for.
WITHOUT_NAMES_AND_TAGS: Final = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "its ARN holds a random number",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "it belongs to a target",
}

# What makes such a thing, which has no tags before; all else is done to one that exists.
MAKES: Final = frozenset(
    {
        ("apigateway:POST", "arn:aws:apigateway:ap-northeast-1::/apis"),
        ("backup:CreateBackupPlan", f"arn:aws:backup:{PLACE}:backup-plan:0a1b"),
        ("kms:CreateKey", "*"),
        ("xray:CreateSamplingRule", f"arn:aws:xray:{PLACE}:sampling-rule/discord-gacha-0a1b2c3d"),
    }
)


def requests(
    asked: list[tuple[str, str]], stack: str, context: Mapping[str, Any]
) -> Iterator[Request]:
    suffix = "_dev" if stack.startswith("dev-") else ""
    for arn, needed in asked:
        service, *verbs = needed.split()
        for verb in verbs:
            catalogue = stack.replace("-", "_")
            resource = arn.replace("STACK", stack).replace("CATALOGUE", catalogue)
            resource = resource.replace("SUFFIX", suffix)
            yield Request(f"{service}{verb}", resource, context)


def alarm_actions(stack: str) -> dict[str, Any]:
    """All that the template's alarms do, in any of their states."""
    resolved = Resolved(Phase="large")
    topics = {
        put_in(each).replace(f":{PROD}-", f":{stack}-")
        for alarm in resolved.resources("AWS::CloudWatch::Alarm").values()
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions")
        for each in alarm.get(name, [])
    }
    assert topics
    return {"cloudwatch:AlarmActions": sorted(topics)}


def principals() -> list[str]:
    made = Resolved(Phase="large").resources("AWS::Lambda::Permission").values()
    return sorted({each["Principal"] for each in made})


# What AWS sets for single types: the service authorisation reference, and for the scaling's alarms
# the form of a policy's ARN in the service's own model.
MORE_CONTEXT: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "AWS::CloudWatch::Alarm": alarm_actions,
    "AWS::ApplicationAutoScaling::ScalingPolicy": lambda _: {
        "cloudwatch:AlarmActions": [
            f"arn:aws:autoscaling:{PLACE}:scalingPolicy:6d8972f3-efc8-437c-92d1-6270f29a66e7:"
            "resource/dynamodb/table/discord_users:policyName/discord_users-reads"
        ]
    },
    "AWS::Lambda::Permission": lambda _: {"lambda:Principal": "apigateway.amazonaws.com"},
}


def by_cloudformation(kind: str, stack: str) -> Iterator[Request]:
    """All that CloudFormation asks for in a deployer's name for one type of resource of `stack`."""
    context: dict[str, Any] = {
        **VIA_CLOUDFORMATION,
        "aws:RequestTag/stack": stack,
        "iam:PermissionsBoundary": boundary_arn(stack),
        "iam:PassedToService": "lambda.amazonaws.com",
        "application-autoscaling:service-namespace": "dynamodb",
    }
    if kind in MORE_CONTEXT:
        context |= MORE_CONTEXT[kind](stack)
    if kind in WITHOUT_NAMES:
        context["aws:ResourceTag/stack"] = stack
    for each in requests(NEEDED[kind], stack, context):
        # A tag is asked for when something is made or tagged; what is made has none yet.
        unknown = ""
        if (each.action, each.resource) in MAKES:
            unknown = "aws:ResourceTag/stack"
        elif not each.action.startswith("ec2:Create") and not tags(each):
            unknown = "aws:RequestTag/stack"
        yield replace(each, context={k: v for k, v in each.context.items() if k != unknown})


def tags(each: Request) -> bool:
    """Whether a request puts tags on something that may exist already."""
    return "Tag" in each.action or "/tags/" in each.resource


def by_sam(stack: str) -> Iterator[Request]:
    yield from requests(BY_SAM, stack, {"aws:ResourceAccount": ACCOUNT})


def kinds() -> set[str]:
    found = {each["Type"] for each in translated()["Resources"].values()}
    return {each for each in found if not each.startswith("Custom::")}


BY_AN_ADMINISTRATOR: Final = {"AWS::CloudFront::CachePolicy", "AWS::CloudFront::Distribution"}
"""What a deployer with few rights may not make, because a right to make distributions cannot be
bound to a stack's own (docs/deployment.md says so where it names the parameter)."""


def test_the_table_names_the_types_of_the_template_and_no_others() -> None:
    assert kinds() == set(NEEDED) | BY_AN_ADMINISTRATOR


@over("stack", STACKS)
@over("kind", NEEDED)
def test_the_deployer_may_have_each_type_made_changed_and_deleted(kind: str, stack: str) -> None:
    for each in by_cloudformation(kind, stack):
        assert is_allowed(each, held(stack)), each


@pytest.mark.parametrize("stack", STACKS)
def test_sam_may_do_what_it_does_itself(stack: str) -> None:
    listing = Request(
        "s3:ListBucket",
        "arn:aws:s3:::aws-sam-cli-managed-default-x",
        {"s3:prefix": f"{stack}/", "aws:ResourceAccount": ACCOUNT},
    )
    for each in [*by_sam(stack), *requests(SHARED_BY_SAM, stack, {}), listing]:
        assert is_allowed(each, held(stack)), each
    for transform in (EXTENSIONS, *source()["Transform"]):
        arn = f"arn:aws:cloudformation:ap-northeast-1:aws:transform/{transform.split('::')[1]}"
        assert is_allowed(Request("cloudformation:CreateChangeSet", arn), held(stack))


def test_sam_puts_each_stacks_packages_under_its_name() -> None:
    config = (ROOT / "samconfig.toml").read_text()
    for stack in STACKS:
        assert f's3_prefix = "{stack}"' in config
        assert f'stack_name = "{stack}"' in config


@pytest.mark.parametrize("stack", STACKS)
def test_the_setup_function_is_the_only_one_that_a_deployer_may_call(stack: str) -> None:
    for name in re.findall(r"\b(\w+Function)\b", " ".join(resources("AWS::Lambda::Function"))):
        arn = f"arn:aws:lambda:{PLACE}:function:{stack}-{name}-X1"
        for context in ({}, VIA_CLOUDFORMATION):
            called = Request("lambda:InvokeFunction", arn, context)
            assert is_allowed(called, held(stack)) is (name == "SetupFunction")


@pytest.mark.long
@over(("own", "other"), [tuple(STACKS), tuple(reversed(STACKS)), ("discord-gacha", "payroll")])
@over("kind", NEEDED)
def test_another_stacks_resources_are_out_of_reach(kind: str, own: str, other: str) -> None:
    if kind in WITHOUT_NAMES_AND_TAGS:
        for each in by_cloudformation(kind, other):
            if "alarm" in each.resource and other == "payroll":
                each = replace(each, resource=each.resource.replace("users", "users_of_payroll"))
            alone = replace(each, context={})
            assert each.resource == "*" or not is_allowed(alone, held(own)), each
        return
    for each in by_cloudformation(kind, other):
        if each.resource == "*" and each.action != "kms:CreateKey":
            continue  # takes no resource, and so belongs to nobody
        if each.action.startswith("ec2:Create") and "/vpc-1" in each.resource:
            continue  # a VPC is nobody's own: new things of one's own come into it
        if kind == "AWS::DynamoDB::Table" and other == "payroll":
            each = replace(each, resource=f"arn:aws:dynamodb:{PLACE}:table/salaries")
        if each.action == "cloudwatch:DescribeAlarms":
            continue  # reads, and for all alarms at once
        if each.resource.endswith(":catalog"):
            continue  # an account has one, and it is asked for beside what is somebody's
        assert not is_allowed(each, held(own)), each


@pytest.mark.parametrize(
    "kind",
    sorted(each for each in WITHOUT_NAMES if not each.startswith(("AWS::EC2", "AWS::KMS::Alias"))),
)
def test_what_carries_no_tag_is_out_of_reach(kind: str) -> None:
    """What is somebody's who tags nothing: it is no stack's, and above all not one's own. Its tag
    in the request does not help, except to tag it, which no type of CloudFormation does to what
    its stack did not make (decision 0026)."""
    asked = 0
    for each in by_cloudformation(kind, PROD):
        if each.resource == "*" or (each.action, each.resource) in MAKES:
            continue
        if each.action in ("kms:DescribeKey", "kms:EnableKeyRotation"):
            continue  # of a new key, whose tag takes minutes to be seen: harmless to any
        context = {k: v for k, v in each.context.items() if not k.endswith("Tag/stack")}
        assert not is_allowed(replace(each, context=context), held(PROD)), each
        if not tags(each):
            context["aws:RequestTag/stack"] = PROD
            assert not is_allowed(replace(each, context=context), held(PROD)), each
        asked += 1
    assert asked


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sns:SetSubscriptionAttributes", f"arn:aws:sns:{PLACE}:payroll:0a1b"),
        ("sns:SetSubscriptionAttributes", "*"),
        ("sns:SetTopicAttributes", f"arn:aws:sns:{PLACE}:payroll"),
        ("xray:UpdateSamplingRule", f"arn:aws:xray:{PLACE}:sampling-rule/discord-gacha-theirs"),
        ("xray:DeleteSamplingRule", f"arn:aws:xray:{PLACE}:sampling-rule/discord-gacha-theirs"),
        ("apigateway:PUT", "arn:aws:apigateway:ap-northeast-1::/apis"),
        ("apigateway:PATCH", "arn:aws:apigateway:ap-northeast-1::/apis/p1/stages/$default"),
        ("apigateway:DELETE", "arn:aws:apigateway:ap-northeast-1::/apis/p1"),
        ("backup:DeleteBackupSelection", f"arn:aws:backup:{PLACE}:backup-plan:theirs"),
    ],
)
@pytest.mark.parametrize("tag", ["", "payroll", "dev-discord-gacha"])
def test_somebody_elses_is_out_of_reach_tagged_or_not(action: str, resource: str, tag: str) -> None:
    context: dict[str, Any] = {**VIA_CLOUDFORMATION, "aws:RequestTag/stack": PROD}
    if tag:
        context["aws:ResourceTag/stack"] = tag
    assert not is_allowed(Request(action, resource, context), held(PROD))


@pytest.mark.parametrize(("own", "other"), [tuple(STACKS), tuple(reversed(STACKS))])
def test_sam_may_do_nothing_to_another_stack_and_its_packages(own: str, other: str) -> None:
    for each in by_sam(other):
        assert not is_allowed(each, held(own)), each


@over("stack", STACKS)
@over("kind", NEEDED)
def test_nothing_is_changed_past_cloudformation(kind: str, stack: str) -> None:
    """So all that a deployer did stands in a template and in the stack's events."""
    alone = {"iam:PassRole"}  # does nothing without a function or workflow to pass it to
    for each in by_cloudformation(kind, stack):
        name = each.action.partition(":")[2]
        if name.startswith(("Describe", "Get", "List", "View")) or each.action in alone:
            continue
        if "TargetTracking" in each.resource:
            continue  # Application Auto Scaling makes these, and may not say who called it
        context = {k: v for k, v in each.context.items() if k != "aws:CalledVia"}
        assert not is_allowed(replace(each, context=context), held(stack)), each


# --- what attackers did ---------------------------------------------------------------------------
# Each with the policy of 25 November, which was one for all stacks, and whose role was called
# discord-gacha-deploy-<environment>.

FOREIGN_KEY: Final = f"arn:aws:kms:{PLACE}:key/payroll"
OWN_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/discord-gacha-deploy-dev"
PROD: Final = "discord-gacha"
TAGGING: Final = {"aws:RequestTag/stack": "dev-discord-gacha"}
OLD_TAGGING: Final = {"aws:RequestTag/stack": "discord-gacha-dev"}
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/{PROD}-PullStateMachineRole-X1"

ATTACKS: Final[dict[str, Request]] = {
    "mints by calling Record": Request(
        "lambda:InvokeFunction", f"arn:aws:lambda:{PLACE}:function:{PROD}-DrawFunction-X1"
    ),
    "mints by calling an alias of Record": Request(
        "lambda:InvokeFunction", f"arn:aws:lambda:{PLACE}:function:{PROD}-DrawFunction-X1:newest"
    ),
    "gives its own role everything": Request("iam:PutRolePolicy", OWN_ROLE),
    "lets anybody take its own role": Request("iam:UpdateAssumeRolePolicy", OWN_ROLE),
    "tags a foreign key as the stack's": Request("kms:TagResource", FOREIGN_KEY, OLD_TAGGING),
    "decrypts with the key that it tagged": Request(
        "kms:Decrypt", FOREIGN_KEY, {"aws:ResourceTag/stack": "discord-gacha-dev"}
    ),
    "rewrites a workflow of another stack": Request(
        "states:UpdateStateMachine", f"arn:aws:states:{PLACE}:stateMachine:PayrollStateMachine-X1"
    ),
    "opens a foreign security group": Request(
        "ec2:AuthorizeSecurityGroupIngress", f"arn:aws:ec2:{PLACE}:security-group/sg-payroll"
    ),
    "deletes a foreign security group": Request(
        "ec2:DeleteSecurityGroup", f"arn:aws:ec2:{PLACE}:security-group/sg-payroll"
    ),
    "as dev, changes prod's tables": Request(
        "dynamodb:DeleteTable", f"arn:aws:dynamodb:{PLACE}:table/discord_users"
    ),
    "as dev, changes prod's code": Request(
        "lambda:UpdateFunctionCode", f"arn:aws:lambda:{PLACE}:function:{PROD}-DrawFunction-X1"
    ),
    "as dev, changes prod's roles": Request("iam:PutRolePolicy", ROLE),
    "as dev, changes prod's stack": Request(
        "cloudformation:UpdateStack", f"arn:aws:cloudformation:{PLACE}:stack/{PROD}/0a1b"
    ),
    "as dev, puts a package where prod looks for its own": Request(
        "s3:PutObject",
        f"arn:aws:s3:::aws-sam-cli-managed-default-x/{PROD}/0a1b",
        {"aws:ResourceAccount": ACCOUNT},
    ),
    "as dev, overwrites prod's fairness secret": Request(
        "secretsmanager:PutSecretValue",
        f"arn:aws:secretsmanager:{PLACE}:secret:FairnessSecret-X1-abcdef",
    ),
    "as dev, deletes prod's backup plan": Request(
        "backup:DeleteBackupPlan", f"arn:aws:backup:{PLACE}:backup-plan:0a1b"
    ),
    "as dev, opens prod's API": Request(
        "apigateway:POST", "arn:aws:apigateway:ap-northeast-1::/apis/a1/routes"
    ),
    "makes a role without a boundary": Request(
        "iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/discord-gacha-dev-x"
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_attackers_did_was_possible_and_is_not(attack: str) -> None:
    assert is_allowed(ATTACKS[attack], [BEFORE])
    for stack in STACKS:
        assert not is_allowed(ATTACKS[attack], held(stack)) or (
            attack.startswith("as dev") and stack == PROD
        )


THROUGH_CLOUDFORMATION: Final[dict[str, Request]] = {
    "gives its own role everything": Request(
        "iam:PutRolePolicy",
        f"arn:aws:iam::{ACCOUNT}:role/deployers/deploys-dev-discord-gacha",
        {"iam:PermissionsBoundary": boundary_arn("dev-discord-gacha")},
    ),
    "lets anybody take its own role": Request(
        "iam:UpdateAssumeRolePolicy",
        f"arn:aws:iam::{ACCOUNT}:role/deployers/deploys-dev-discord-gacha",
        {"iam:PermissionsBoundary": boundary_arn("dev-discord-gacha")},
    ),
    "rewrites its policy": Request(
        "iam:CreatePolicyVersion",
        f"arn:aws:iam::{ACCOUNT}:policy/deployers/dev-discord-gacha-deployments",
    ),
    "rewrites the boundary": Request("iam:CreatePolicyVersion", boundary_arn("dev-discord-gacha")),
    "makes a role without a boundary": Request(
        "iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/dev-discord-gacha-x"
    ),
    "makes a role with another boundary": Request(
        "iam:CreateRole",
        f"arn:aws:iam::{ACCOUNT}:role/dev-discord-gacha-x",
        {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
    ),
    "takes the boundary off": Request(
        "iam:DeleteRolePermissionsBoundary",
        f"arn:aws:iam::{ACCOUNT}:role/dev-discord-gacha-x",
        {"iam:PermissionsBoundary": boundary_arn("dev-discord-gacha")},
    ),
    "changes prod's roles under its own boundary": Request(
        "iam:PutRolePolicy", ROLE, {"iam:PermissionsBoundary": boundary_arn("dev-discord-gacha")}
    ),
    "tags prod's key as its own": Request(
        "kms:TagResource", FOREIGN_KEY, {**TAGGING, "aws:ResourceTag/stack": PROD}
    ),
    "names a foreign key in a template": Request("kms:CreateAlias", FOREIGN_KEY),
    "opens a foreign security group": Request(
        "ec2:AuthorizeSecurityGroupEgress", f"arn:aws:ec2:{PLACE}:security-group/sg-payroll"
    ),
    "lets somebody into a security group": Request(
        "ec2:AuthorizeSecurityGroupIngress",
        f"arn:aws:ec2:{PLACE}:security-group/sg-1",
        {"aws:ResourceTag/stack": "dev-discord-gacha"},
    ),
    "puts a route into prod's API": Request(
        "apigateway:POST",
        "arn:aws:apigateway:ap-northeast-1::/apis/a1/routes",
        {"aws:ResourceTag/stack": PROD},
    ),
    "deletes prod's backup plan": Request(
        "backup:DeleteBackupPlan",
        f"arn:aws:backup:{PLACE}:backup-plan:0a1b",
        {"aws:ResourceTag/stack": PROD},
    ),
    "lets another account read a secret": Request(
        "secretsmanager:PutResourcePolicy",
        f"arn:aws:secretsmanager:{PLACE}:secret:dev-discord-gacha-fairness-0a1b2c3d-abcdef",
    ),
}


@pytest.mark.parametrize(
    "name", ["discord-gacha-pull-failed", "TargetTracking-table/discord_users-x"]
)
@pytest.mark.parametrize("context", [{}, VIA_CLOUDFORMATION], ids=["direct", "template"])
@pytest.mark.parametrize(
    "action",
    # "PutMetricAlarm" of CloudWatch's API reference lists what an alarm may do.
    [
        "arn:aws:automate:ap-northeast-1:ec2:terminate",
        f"arn:aws:swf:{PLACE}:action/actions/AWS_EC2.InstanceId.Stop/1.0",
        f"arn:aws:lambda:{PLACE}:function:discord-gacha-RecordFunction-X1",
        f"arn:aws:ssm:{PLACE}:opsitem:1",
        f"arn:aws:sns:{PLACE}:payroll",
        f"arn:aws:autoscaling:{PLACE}:scalingPolicy:0a1b:autoScalingGroupName/payroll:policyName/x",
    ],
)
def test_an_alarm_can_only_mail_and_scale(action: str, context: dict[str, Any], name: str) -> None:
    """CloudWatch stops a machine with rights of its own, not with those of who made the alarm."""
    arn = f"arn:aws:cloudwatch:{PLACE}:alarm:{name}"
    own = alarm_actions(PROD)["cloudwatch:AlarmActions"]
    for does in ([action], [*own, action]):
        asked = {**context, "cloudwatch:AlarmActions": does}
        assert not is_allowed(Request("cloudwatch:PutMetricAlarm", arn, asked), held(PROD))
        assert not is_allowed(Request("cloudwatch:PutCompositeAlarm", arn, asked), held(PROD))
        holds_all = [*held(PROD), ADMINISTRATOR]
        assert not is_allowed(Request("cloudwatch:PutMetricAlarm", arn, asked), holds_all)


@pytest.mark.parametrize(
    ("principal", "more"),
    [
        ("999999999999", {}),
        (f"arn:aws:iam::{ACCOUNT}:user/eve", {}),
        ("*", {"lambda:FunctionUrlAuthType": "NONE"}),
        ("s3.amazonaws.com", {}),
    ],
)
def test_a_function_is_lent_to_no_account_and_no_address(
    principal: str, more: dict[str, Any]
) -> None:
    arn = f"arn:aws:lambda:{PLACE}:function:{PROD}-RecordFunction-X1"
    asked = {**VIA_CLOUDFORMATION, **more, "lambda:Principal": principal}
    assert not is_allowed(Request("lambda:AddPermission", arn, asked), held(PROD))
    for own in principals():
        asked = {**VIA_CLOUDFORMATION, "lambda:Principal": own}
        assert is_allowed(Request("lambda:AddPermission", arn, asked), held(PROD)), own


@pytest.mark.parametrize("attack", THROUGH_CLOUDFORMATION)
def test_neither_is_it_through_a_template_of_ones_own(attack: str) -> None:
    asked = THROUGH_CLOUDFORMATION[attack]
    context = {**asked.context, **VIA_CLOUDFORMATION}
    assert not is_allowed(replace(asked, context=context), held("dev-discord-gacha"))


def test_what_exists_cannot_be_imported_into_a_stack() -> None:
    """Or CloudFormation would take it for what the stack made, and tag it so."""
    stack = f"arn:aws:cloudformation:{PLACE}:stack/discord-gacha/0a1b"
    importing = {"cloudformation:ImportResourceTypes": ["AWS::KMS::Key"]}
    asked = Request("cloudformation:CreateChangeSet", stack, importing)
    assert is_allowed(asked, [BEFORE])
    assert not is_allowed(asked, held(PROD))
    assert not is_allowed(asked, [*held(PROD), ADMINISTRATOR])


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:InvokeFunction", f"arn:aws:lambda:{PLACE}:function:{PROD}-DrawFunction-X1"),
        ("states:TestState", "*"),
        ("sts:AssumeRole", ROLE),
        ("sts:TagSession", ROLE),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/deployers/deploys-{PROD}"),
        ("iam:CreatePolicyVersion", boundary_arn(PROD)),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/eve"),
        ("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/eve"),
        ("iam:AttachRolePolicy", ROLE),
        ("iam:DeleteRolePermissionsBoundary", ROLE),
    ],
)
def test_some_things_are_denied_whatever_else_a_deployer_holds(action: str, resource: str) -> None:
    asked = Request(action, resource, VIA_CLOUDFORMATION)
    assert is_allowed(asked, [ADMINISTRATOR])
    assert not is_allowed(asked, [*held(PROD), ADMINISTRATOR])


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:BatchWriteItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:Scan", f"arn:aws:dynamodb:{PLACE}:table/gacha_history"),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:{PLACE}:secret:{PROD}-fairness-0a1b2c3d-abcdef",
        ),
        ("states:StartExecution", f"arn:aws:states:{PLACE}:stateMachine:{PROD}-pull"),
        ("states:StartSyncExecution", f"arn:aws:states:{PLACE}:stateMachine:{PROD}-reply"),
        ("logs:GetLogEvents", f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/{PROD}/draw:*"),
        ("sts:AssumeRole", ROLE),
    ],
)
def test_who_deploys_reads_no_players_and_no_secrets_and_starts_nothing(
    action: str, resource: str
) -> None:
    for context in ({}, VIA_CLOUDFORMATION):
        assert not is_allowed(Request(action, resource, context), held(PROD))


# --- the boundary ---------------------------------------------------------------------------------


def test_every_role_of_the_stack_takes_its_boundary() -> None:
    arn = boundary_arn(PROD)
    for role in Resolved(RolesBoundary=arn, Phase="large").resources("AWS::IAM::Role").values():
        assert role["PermissionsBoundary"] == arn
    for role in Resolved(Phase="large").resources("AWS::IAM::Role").values():
        assert "PermissionsBoundary" not in role


def satisfying(condition: Mapping[str, Any]) -> dict[str, Any]:
    """A context for which a condition holds."""
    return {
        key: values
        for operator, keys in condition.items()
        if operator != "Null"
        for key, values in keys.items()
    }


MACHINES: Final = f"arn:aws:states:{PLACE}:stateMachine"
OWN_FUNCTION: Final = {"lambda:SourceFunctionArn": f"arn:aws:lambda:{PLACE}:function:{PROD}-X-X1"}


def source_function(stack: Resolved, role: str, action: str) -> dict[str, str]:
    """By "Using source function ARN to control function access behavior" of Lambda's guide: set for
    what a function's code asks for, and not when Lambda makes a network interface with its role."""
    [trust] = stack.properties(role)["AssumeRolePolicyDocument"]["Statement"]
    is_function = trust["Principal"]["Service"] == "lambda.amazonaws.com"
    if not is_function or action.startswith("ec2:"):
        return {}
    name = role.removesuffix("Role")
    return {"lambda:SourceFunctionArn": f"arn:aws:lambda:{PLACE}:function:{PROD}-{name}Function-X1"}


NAMED: Final = ("BrakeStateMachine", "EraseStateMachine", "ExportStateMachine")
"""Workflows that the boundary knows by their names."""


@pytest.mark.long
def test_the_boundary_holds_all_that_the_roles_of_the_stack_do() -> None:
    """Who gives a role another right has to give it to the boundary, too, or restricted deployers
    deploy a stack that does not work."""
    boundary = deployer(PROD, **STACKS[PROD])["Boundary"]
    for parameters in CONDITIONS:
        stack = Resolved(**parameters)
        if parameters["account"] != ACCOUNT:
            continue
        for role, statement in statements(stack):
            common = {"aws:ResourceTag/stack": PROD, **satisfying(statement.get("Condition", {}))}
            wanted = statement["Action"]
            for action in [wanted] if isinstance(wanted, str) else wanted:
                arns = statement["Resource"]
                for arn in [arns] if isinstance(arns, str) else arns:
                    context = {**common, **source_function(stack, role, action)}
                    each = Request(action, arn.replace("*", "x") if len(arn) > 1 else arn, context)
                    machine = each.resource.rpartition("discord-gacha-")[2]
                    if machine in NAMED:
                        name = stack.properties(machine)["StateMachineName"]
                        each = replace(each, resource=f"{MACHINES}:{name}")
                    if "stack/gacha/" in arn:  # what the resolver calls the stack's id
                        each = replace(each, resource=arn.replace("/gacha/", f"/{PROD}/"))
                    assert is_allowed(each, [ADMINISTRATOR], boundary), (role, each)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PutRolePolicy", ROLE),
        ("sts:AssumeRole", ROLE),
        ("dynamodb:Scan", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:UpdateItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:DeleteItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{PLACE}:table/discord_users_dev"),
        ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{PLACE}:secret:payroll-abcdef"),
        ("secretsmanager:PutSecretValue", f"arn:aws:secretsmanager:{PLACE}:secret:{PROD}-x-abcdef"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{PLACE}:function:dev-discord-gacha-X-X1"),
        ("states:TestState", "*"),
        ("apigateway:PATCH", "arn:aws:apigateway:ap-northeast-1::/apis/p1/stages/$default"),
        ("apigateway:GET", "arn:aws:apigateway:ap-northeast-1::/apis/p1/stages/$default"),
        ("kms:Decrypt", FOREIGN_KEY),
        ("s3:GetObject", "arn:aws:s3:::payroll/salaries.csv"),
        ("ec2:AuthorizeSecurityGroupIngress", f"arn:aws:ec2:{PLACE}:security-group/sg-1"),
    ],
)
def test_no_role_of_the_stack_can_do_more_whatever_is_written_into_it(
    action: str, resource: str
) -> None:
    boundary = deployer(PROD, **STACKS[PROD])["Boundary"]
    for context in ({}, OWN_FUNCTION):
        assert not is_allowed(Request(action, resource, context), [ADMINISTRATOR], boundary)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:{PLACE}:secret:{PROD}-fairness-0a1b2c3d-abcdef",
        ),
        ("dynamodb:Query", f"arn:aws:dynamodb:{PLACE}:table/gacha_history"),
        ("dynamodb:BatchGetItem", f"arn:aws:dynamodb:{PLACE}:table/gacha_collection"),
        ("dynamodb:UpdateTable", f"arn:aws:dynamodb:{PLACE}:table/discord_users"),
        ("states:StartExecution", f"arn:aws:states:{PLACE}:stateMachine:{PROD}-pull"),
    ],
)
def test_who_is_trusted_by_a_role_of_the_stack_is_not_taken_for_its_functions(
    action: str, resource: str
) -> None:
    """A template may write another account into a role's trust."""
    boundary = deployer(PROD, **STACKS[PROD])["Boundary"]
    foreign = {"lambda:SourceFunctionArn": f"arn:aws:lambda:{PLACE}:function:payroll-X1"}
    assert is_allowed(Request(action, resource, OWN_FUNCTION), [ADMINISTRATOR], boundary)
    for context in ({}, foreign):
        assert not is_allowed(Request(action, resource, context), [ADMINISTRATOR], boundary)


@pytest.mark.parametrize(
    "action",
    [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
        "logs:DeleteLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:PutResourcePolicy",
    ],
)
def test_a_functions_code_reaches_no_network_and_no_log_of_the_account(action: str) -> None:
    boundary = deployer(PROD, **STACKS[PROD])["Boundary"]
    assert is_allowed(Request(action), [ADMINISTRATOR], boundary)  # Lambda's, Step Functions' own
    assert not is_allowed(Request(action, "*", OWN_FUNCTION), [ADMINISTRATOR], boundary)


# --- the policies themselves ----------------------------------------------------------------------

# Why a statement names no resource although the action takes one.
REASONS: Final = {
    **dict.fromkeys(
        ("cloudwatch:DescribeAlarms",),
        "CodeDeploy's role: as AWS's policy AWSCodeDeployRoleForLambda",
    ),
    **dict.fromkeys(
        (
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:UnassignPrivateIpAddresses",
        ),
        "Lambda checks for these on all resources before it takes a function into a VPC",
    ),
    # Denials, which can only be too wide for whom they deny.
    "states:TestState": "denied",
}


@pytest.mark.parametrize("name", deployer(**LONGEST))
def test_every_statement_grants_what_aws_knows_on_what_it_takes(name: str) -> None:
    for statement in deployer(**LONGEST)[name]["Statement"]:
        if statement["Effect"] == "Deny" and "Condition" in statement:
            # denies on all, whatever takes a tag or none; its actions and keys have to exist
            assert all(actions(each) for each in as_list(statement["Action"])), statement
            continue
        assert complaints(statement, REASONS) == [], statement


@pytest.mark.parametrize("name", deployer(**LONGEST))
def test_each_policy_fits_into_one_with_the_longest_names(name: str) -> None:
    document = deployer(**LONGEST)[name]
    assert len(json.dumps(document, separators=(",", ":"))) <= 6144  # IAM's limit


def test_a_role_or_user_has_room_for_all_of_them() -> None:
    assert len(deployer(**LONGEST)) - 1 <= 10  # IAM's quota for managed policies


def test_names_are_short_enough_not_to_be_cut_by_cloudformation() -> None:
    """It ends a name with a hyphen and 12 or 13 signs, and cuts at 64 for functions and roles."""
    named = [*resources("AWS::IAM::Role"), *resources("AWS::Lambda::Function")]
    assert len(LONGEST["StackName"]) + 1 + max(map(len, named)) + 14 <= 64
    pattern = TEMPLATE["Parameters"]["StackName"]["AllowedPattern"]
    assert re.fullmatch(pattern, LONGEST["StackName"])
    assert not re.fullmatch(pattern, LONGEST["StackName"] + "g")
    for stack in STACKS:
        assert re.fullmatch(pattern, stack)


def test_no_stacks_name_begins_as_anothers() -> None:
    for one in STACKS:
        assert not any(other.startswith(f"{one}-") for other in STACKS)


def test_what_has_a_name_has_the_stacks_in_front() -> None:
    """By which the policies know it; CloudFormation would leave it out of these types' names."""
    stack = Resolved(EncryptionKey="CUSTOMER", DiscordBotToken="x" * 20)
    for kind, name in (
        ("AWS::StepFunctions::StateMachine", "StateMachineName"),
        ("AWS::SecretsManager::Secret", "Name"),
        ("AWS::Lambda::LayerVersion", "LayerName"),
    ):
        for properties in stack.resources(kind).values():
            assert properties[name].startswith("discord-gacha-"), properties


def test_what_has_no_name_has_the_stacks_as_its_tag() -> None:
    """CloudFormation gives keys none of its own tags (aws:cloudformation:stack-name)."""
    stack = Resolved(
        EncryptionKey="CUSTOMER",
        Network="vpc-0123456789abcdef0/subnet-0123456789abcdef0/rtb-0123456789abcdef0",
    )
    as_list = [{"Key": "stack", "Value": "discord-gacha"}]
    as_map = {"stack": "discord-gacha"}
    for kind, name, tags in (
        ("AWS::KMS::Key", "Tags", as_list),
        ("AWS::EC2::SecurityGroup", "Tags", as_list),
        ("AWS::EC2::VPCEndpoint", "Tags", as_list),
        ("AWS::ApiGatewayV2::Api", "Tags", as_map),
        ("AWS::ApiGatewayV2::Stage", "Tags", as_map),
        ("AWS::Backup::BackupPlan", "BackupPlanTags", as_map),
        ("AWS::XRay::SamplingRule", "Tags", as_list),
    ):
        made = stack.resources(kind)
        assert made, kind
        for properties in made.values():
            assert properties[name] == tags, kind
    other = yaml_parse((ROOT / "backup-region.yaml").read_text())
    copies = other["Resources"]["BackupKey"]["Properties"]
    assert copies["Tags"] == [{"Key": "stack", "Value": {"Ref": "VaultName"}}]


def test_a_workflow_of_another_type_has_another_name() -> None:
    """It is made before the old one goes."""
    for name in ("PullStateMachine", "ChangeStateMachine"):
        named = {
            Resolved(WorkflowType=kind).properties(name)["StateMachineName"]
            for kind in ("STANDARD", "EXPRESS")
        }
        assert len(named) == 2


def test_roles_are_passed_to_the_services_that_assume_them() -> None:
    assumed = {
        statement["Principal"]["Service"]
        for role in resources("AWS::IAM::Role").values()
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
    }
    for service in assumed:
        asked = Request("iam:PassRole", ROLE, {"iam:PassedToService": service})
        assert is_allowed(asked, held(PROD)), service
    for service in ("ec2.amazonaws.com", "cloudformation.amazonaws.com", "glue.amazonaws.com"):
        asked = Request("iam:PassRole", ROLE, {"iam:PassedToService": service})
        assert not is_allowed(asked, held(PROD)), service


def test_sam_writes_out_what_cloudformation_cannot_read() -> None:
    """YAML's aliases, when it deploys the template."""
    written = yaml_dump(TEMPLATE)
    assert not re.search(r"(: |- )[&*]id\d", written)
    assert yaml_parse(written) == TEMPLATE


# --- GitHub ---------------------------------------------------------------------------------------


def test_github_deploys_from_one_environment_of_one_repository() -> None:
    role = TEMPLATE["Resources"]["DeployRole"]["Properties"]
    assert role["MaxSessionDuration"] == 3600
    policies = {
        name
        for name, each in TEMPLATE["Resources"].items()
        if each["Type"] == "AWS::IAM::ManagedPolicy" and name != "Boundary"
    }
    assert {each["Ref"] for each in role["ManagedPolicyArns"]} == policies
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    claims = trust["Condition"]["StringEquals"]
    host = "token.actions.githubusercontent.com"
    assert claims[f"{host}:aud"] == "sts.amazonaws.com"
    assert claims[f"{host}:sub"] == {"Fn::Sub": "repo:${Repository}:environment:${Environment}"}


@pytest.mark.parametrize(
    ("answer", "is_taken"),
    [
        ("none", True),
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
    pattern = TEMPLATE["Parameters"]["Repository"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, answer)) is is_taken


def workflow(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / f".github/workflows/{name}.yml").read_text())
    return parsed


def test_prod_is_deployed_by_oidc_after_dev_in_its_own_environment() -> None:
    deploy = workflow("deploy")
    assert deploy["permissions"] == {}
    jobs = deploy["jobs"]
    assert set(jobs) == {"build", "dev", "prod"}
    for name in ("dev", "prod"):
        assert jobs[name]["environment"] == name
        assert jobs[name]["permissions"] == {"contents": "read", "id-token": "write"}
    assert jobs["dev"]["needs"] == "build"
    assert set(jobs["prod"]["needs"]) == {"build", "dev"}
    text = (ROOT / ".github/workflows/deploy.yml").read_text()
    assert "role-to-assume" in text
    assert "ACCESS_KEY" not in text


def test_what_others_wrote_is_run_where_there_are_no_credentials() -> None:
    """A job with `id-token: write` can have them at any step: what it runs could ask for them."""
    jobs = workflow("deploy")["jobs"]
    build = jobs["build"]
    assert build["permissions"] == {"contents": "read"}
    assert "environment" not in build and "secrets." not in json.dumps(build)
    assert any("make lint build" in each.get("run", "") for each in build["steps"])
    for name in ("dev", "prod"):
        steps = jobs[name]["steps"]
        runs = [each["run"] for each in steps if "run" in each]
        assert not any(re.search(r"\b(make|npm|pytest|sam build)\b", each) for each in runs)
        [credentials] = [
            at
            for at, each in enumerate(steps)
            if "configure-aws-credentials" in each.get("uses", "")
        ]
        [install] = [at for at, each in enumerate(steps) if "pip install" in each.get("run", "")]
        assert install < credentials == len(steps) - 2  # then the deployment itself, and no more
        command = steps[install]["run"]
        for wanted in ("--require-hashes", "--only-binary :all:", "requirements/deploy.txt"):
            assert wanted in command
        assert "sam deploy" in steps[-1]["run"]
        assert not any("uses" in each for each in steps[credentials + 1 :])


def test_no_job_of_any_workflow_has_more_permissions_than_these() -> None:
    """Job by job, as GitHub works them out: a job's own, else the workflow's, and never the
    repository's default, which may be to write."""
    reads = {"contents": "read"}
    deploys = {**reads, "id-token": "write"}
    found = {}
    for path in sorted((ROOT / ".github/workflows").glob("*.y*ml")):
        parsed = workflow(path.stem)
        for name, job in parsed["jobs"].items():
            found[path.stem, name] = job.get("permissions", parsed.get("permissions"))
    assert found == {
        **{("checks", name): reads for name in ("test", "oldest", "infrastructure")},
        ("deploy", "build"): reads,
        ("deploy", "dev"): deploys,
        ("deploy", "prod"): deploys,
    }


def test_what_is_deployed_is_what_was_built_and_checked() -> None:
    """One artifact, made after lint and build, unpacked where `sam deploy` looks for it; and
    nothing that the deploying jobs run could make another."""
    jobs = workflow("deploy")["jobs"]
    *before, measure, upload = jobs["build"]["steps"]
    assert before[-1]["run"] == "make lint build"
    assert jobs["build"]["outputs"] == {"sha256": "${{ steps.built.outputs.sha256 }}"}
    assert measure["id"] == "built"
    assert "upload-artifact" in upload["uses"]
    handed = {name: upload["with"][name] for name in ("name", "path")}
    assert handed["path"] == ".aws-sam/build"  # SAM's default, and `make build`'s
    for name in ("dev", "prod"):
        steps = jobs[name]["steps"]
        [download] = [each for each in steps if "download-artifact" in each.get("uses", "")]
        assert download["with"] == handed
        held = steps[steps.index(download) + 1]  # before anything looks into it
        assert held["env"] == {"BUILT": "${{ needs.build.outputs.sha256 }}"}
        assert not {"--template-file", "--template", "-t"} & set(steps[-1]["run"].split())
        actions = [each["uses"].partition("@")[0] for each in steps if "uses" in each]
        assert actions == [
            "actions/checkout",
            "actions/setup-python",
            "actions/download-artifact",
            "aws-actions/configure-aws-credentials",
        ]
    uses = [each["uses"] for job in jobs.values() for each in job["steps"] if "uses" in each]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in uses)


HANDED: Final[dict[str, Callable[[Path], object]]] = {
    "changed": lambda each: (each / "a/app.py").write_text("b"),
    "added": lambda each: (each / "a/more.py").write_text("a"),
    "removed": lambda each: (each / "a/app.py").unlink(),
    "renamed": lambda each: (each / "a/app.py").rename(each / "a/b.py"),
    "swapped": lambda each: [
        (each / "a/app.py").write_text("z"),
        (each / "template.yaml").write_text("a"),
    ],
    "linked": lambda each: (each / "a/link.py").symlink_to("/etc/passwd"),
}


@pytest.mark.parametrize("change", [None, *HANDED])
def test_an_artifact_that_is_not_what_was_built_is_not_deployed(
    tmp_path: Path, change: str | None
) -> None:
    """By the very lines of both jobs, in two checkouts."""
    jobs = workflow("deploy")["jobs"]
    [measure] = [each["run"] for each in jobs["build"]["steps"] if each.get("id") == "built"]
    [hold] = [each["run"] for each in jobs["dev"]["steps"] if "BUILT" in each.get("env", {})]
    for job in ("build", "dev"):
        folder = tmp_path / job / ".aws-sam/build"
        (folder / "a").mkdir(parents=True)
        (folder / "a/app.py").write_text("a")
        (folder / "template.yaml").write_text("z")
        (tmp_path / job / "scripts").symlink_to(ROOT / "scripts")
    output = tmp_path / "output"

    def run(job: str, line: str, **environment: str) -> int:
        return subprocess.run(
            ["bash", "-e", "-c", line],
            cwd=tmp_path / job,
            env={"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(output), **environment},
            check=False,
        ).returncode

    assert run("build", measure) == 0
    name, _, digest = output.read_text().strip().partition("=")
    assert name == "sha256" and re.fullmatch(r"[0-9a-f]{64}", digest)
    if change:
        HANDED[change](tmp_path / "dev/.aws-sam/build")
    assert (run("dev", hold, BUILT=digest) == 0) is (change is None)
    assert run("dev", hold, BUILT="") != 0


def test_what_deploys_is_locked_to_what_is_tested() -> None:
    """The same versions with the same hashes, and nothing but SAM and what it needs."""
    deployed, tested = (pins(ROOT / f"requirements/{name}.txt") for name in ("deploy", "dev"))
    assert "aws-sam-cli" in deployed
    assert {"pytest", "policy-sentry", "moto"} & set(deployed) == set()
    for name, locked in deployed.items():
        assert locked == tested[name], name


def test_what_deploys_is_all_that_the_last_step_needs() -> None:
    """It looks for the brake, as `make deploy` does, with what SAM brings along."""
    deploy = workflow("deploy")
    for name in ("dev", "prod"):
        cleaned, _, command = deploy["jobs"][name]["steps"][-1]["run"].partition("; ")
        assert cleaned == "trap 'rm -f \"$RUNNER_TEMP/token.yaml\"' EXIT"
        assert command.split()[:6] == [
            *(".venv/bin/python", "-m", "scripts.brake", "around", "--"),
            ".venv/bin/sam",
        ]
    code = (
        "import sys, scripts.brake; from importlib.metadata import packages_distributions as p; "
        "d = p(); print(*{n for m in sys.modules for n in d.get(m.partition('.')[0], [])})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    used = {each.lower().replace("_", "-") for each in ran.stdout.split()}
    assert "boto3" in used and "aws-sam-cli" in pins(ROOT / "requirements/deploy.txt")
    assert used - set(pins(ROOT / "requirements/deploy.txt")) <= {"pip", "coverage", "pytest-cov"}


@pytest.mark.parametrize("environment", ["default", "dev"])
def test_the_jobs_notice_is_about_the_stack_that_it_deploys(environment: str) -> None:
    """The command line as the shell makes it of the variables."""
    command = workflow("deploy")["jobs"]["prod"]["steps"][-1]["run"]
    variables = {
        "SAM_ENVIRONMENT": environment,
        "DISCORD_APPLICATION_ID": "1",
        "DISCORD_PUBLIC_KEY": "2",
        "ROLES_BOUNDARY": "arn:aws:iam::123456789012:policy/x",
        "PARAMETERS": "Phase=growth AlarmEmail=a@example.com",
        "RUNNER_TEMP": "/nowhere",
    }
    told = command.replace(".venv/bin/python -m scripts.brake", "printf '%s\\n'")
    ran = subprocess.run(
        ["bash", "-c", told], env=variables, capture_output=True, text=True, check=True
    )
    words = ran.stdout.splitlines()
    assert words[:2] == ["around", "--"]
    stack = {"default": PROD, "dev": "dev-discord-gacha"}[environment]
    assert brake._from_samconfig(words[2:]) == (stack, "ap-northeast-1")
    assert "AlarmEmail=a@example.com" in words and "file:///nowhere/token.yaml" in words


def test_the_log_shows_neither_parameters_nor_outputs_and_failures_stay_failures(
    tmp_path: Path,
) -> None:
    """By what SAM itself prints; anybody can read a public repository's logs."""
    step = workflow("deploy")["jobs"]["prod"]["steps"][-1]
    assert step["shell"] == "bash"  # which GitHub runs with -eo pipefail
    tool = tmp_path / ".venv/bin/python"
    tool.parent.mkdir(parents=True)
    tool.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        "from samcli.commands.deploy.utils import print_deploy_args\n"
        "from samcli.lib.deploy.deployer import Deployer\n"
        "print_deploy_args('s', 'b', None, 'r', [], {'AlarmEmail': 'me@example.com'}, False, {}, "
        "True, False)\n"
        "print('CREATE_FAILED for a reason')\n"
        "Deployer(None)._display_stack_outputs(\n"
        "    [{'OutputKey': 'ApiId', 'OutputValue': 'secret-api', 'Description': 'x'}])\n"
        "sys.exit(int(os.environ['CODE']))\n"
    )
    tool.chmod(0o755)
    for code in (0, 1):
        ran = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "CODE": str(code), "PARAMETERS": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "CREATE_FAILED for a reason" in ran.stdout, ran.stderr
        assert "me@example.com" not in ran.stdout and "secret-api" not in ran.stdout
        assert ran.returncode == code


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
