"""What a DynamoDB table is set to, beside its keys and rows: read from one table, put on another.

A restored table comes without scaling, point-in-time recovery, TTL, tags and deletion protection
(DynamoDB developer guide, "Restoring a table"). Its capacity, indexes and, where it is asked for,
encryption come with it. Alarms and dashboards go by the table's name: the stack makes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from scripts.stack import Deployment
from scripts.template import Template

NAMESPACE: Final = "dynamodb"
_OF_THE_STACK: Final = "aws:"
"""Tags that begin so belong to AWS and cannot be set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a restore leaves out. `recovery_days` is 0 where recovery is off; `scaling`
    holds for each target its place (`table` or `index/<name>`), dimension, bounds and policies."""

    recovery_days: int
    deletion_protection: bool
    ttl: str | None
    tags: Mapping[str, str]
    encryption: Mapping[str, Any] | None
    scaling: tuple[Mapping[str, Any], ...]

    def lines(self) -> Iterator[str]:
        """One line a setting, for a person."""
        yield f"recovery to any second of {self.recovery_days} days"
        yield f"deletion protection {'on' if self.deletion_protection else 'off'}"
        yield f"TTL on {self.ttl}" if self.ttl else "no TTL"
        yield f"tags {dict(sorted(self.tags.items()))}"
        for each in self.scaling:
            bounds = f"{each['MinCapacity']}–{each['MaxCapacity']}"
            policies = ", ".join(policy["PolicyName"] for policy in each["Policies"])
            yield f"scaling {each['Place']} {each['ScalableDimension']} {bounds} ({policies})"


def read(deployment: Deployment, table: str, region: str | None = None) -> Settings:
    """What `table` is set to now."""
    client = deployment.client("dynamodb", region)
    described = client.describe_table(TableName=table)["Table"]
    backups = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    enabled = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
    ttl = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    tags = client.list_tags_of_resource(ResourceArn=described["TableArn"]).get("Tags", [])
    encryption = described.get("SSEDescription", {})
    return Settings(
        recovery_days=int(recovery.get("RecoveryPeriodInDays", 35)) if enabled else 0,
        deletion_protection=bool(described.get("DeletionProtectionEnabled")),
        ttl=ttl.get("AttributeName") if ttl.get("TimeToLiveStatus") == "ENABLED" else None,
        tags={
            each["Key"]: each["Value"] for each in tags if not each["Key"].startswith(_OF_THE_STACK)
        },
        encryption={
            "Enabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": encryption["KMSMasterKeyArn"],
        }
        if encryption.get("SSEType") == "KMS"
        else None,
        scaling=tuple(_scaling(deployment, table, region)),
    )


def _scaling(deployment: Deployment, table: str, region: str | None) -> Iterator[Mapping[str, Any]]:
    client = deployment.client("application-autoscaling", region)
    described = client.get_paginator("describe_scalable_targets").paginate(
        ServiceNamespace=NAMESPACE
    )
    mine = f"table/{table}"
    for page in described:
        for target in page["ScalableTargets"]:
            resource = target["ResourceId"]
            if resource != mine and not resource.startswith(f"{mine}/index/"):
                continue
            policies = client.describe_scaling_policies(
                ServiceNamespace=NAMESPACE,
                ResourceId=resource,
                ScalableDimension=target["ScalableDimension"],
            )["ScalingPolicies"]
            yield {
                "Place": resource.removeprefix(mine).lstrip("/") or "table",
                "ScalableDimension": target["ScalableDimension"],
                "MinCapacity": target["MinCapacity"],
                "MaxCapacity": target["MaxCapacity"],
                "Policies": [
                    {
                        "PolicyName": policy["PolicyName"],
                        "PolicyType": policy["PolicyType"],
                        "TargetTrackingScalingPolicyConfiguration": policy[
                            "TargetTrackingScalingPolicyConfiguration"
                        ],
                    }
                    for policy in policies
                    if policy["ResourceId"] == resource
                ],
            }


def of_template(template: Template, output: str) -> Settings:
    """What the template sets for a table, for when there is no table left to ask. Scaling is left
    to the stack, which is deployed anew there."""
    [table] = [each for each in template.resources("AWS::DynamoDB::Table") if each.name == output]
    recovery = table.properties.get("PointInTimeRecoverySpecification", {})
    enabled = str(recovery.get("PointInTimeRecoveryEnabled")).lower() == "true"
    return Settings(
        recovery_days=int(recovery.get("RecoveryPeriodInDays", 35)) if enabled else 0,
        deletion_protection=str(table.properties.get("DeletionProtectionEnabled")).lower()
        == "true",
        ttl=table.properties.get("TimeToLiveSpecification", {}).get("AttributeName"),
        tags={each["Key"]: each["Value"] for each in table.properties.get("Tags", [])},
        encryption=None,
        scaling=(),
    )


def put(deployment: Deployment, table: str, settings: Settings, region: str | None = None) -> None:
    """Set `table` to `settings`. Putting them again changes nothing."""
    client = deployment.client("dynamodb", region)
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    if settings.recovery_days:
        client.update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": settings.recovery_days,
            },
        )
    if settings.ttl and read(deployment, table, region).ttl != settings.ttl:
        client.update_time_to_live(
            TableName=table,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": settings.ttl},
        )
    if settings.tags:
        tags = [{"Key": key, "Value": value} for key, value in settings.tags.items()]
        client.tag_resource(ResourceArn=arn, Tags=tags)
    if settings.deletion_protection:
        client.update_table(TableName=table, DeletionProtectionEnabled=True)
    scaling = deployment.client("application-autoscaling", region)
    for target in settings.scaling:
        place = {
            "ServiceNamespace": NAMESPACE,
            "ResourceId": f"table/{table}" + _below(target["Place"]),
            "ScalableDimension": target["ScalableDimension"],
        }
        scaling.register_scalable_target(
            **place, MinCapacity=target["MinCapacity"], MaxCapacity=target["MaxCapacity"]
        )
        for policy in target["Policies"]:
            scaling.put_scaling_policy(**place, **policy)


def _below(place: str) -> str:
    return "" if place == "table" else f"/{place}"


def differences(wanted: Settings, found: Settings) -> list[str]:
    """What is set otherwise than wanted, one line each. Encryption is compared by whether there is
    a key of KMS: another Region has a key of its own."""
    lines = [
        f"{name} is {getattr(found, name)!r}, not {getattr(wanted, name)!r}"
        for name in ("recovery_days", "deletion_protection", "ttl")
        if getattr(found, name) != getattr(wanted, name)
    ]
    if missing := wanted.tags.items() - found.tags.items():
        lines.append(f"tags are missing: {dict(missing)}")
    if wanted.encryption and not found.encryption:
        lines.append("encryption is not with KMS")
    have = {_identity(each) for each in found.scaling}
    lines += [
        f"no scaling of {each['Place']} {each['ScalableDimension']}"
        for each in wanted.scaling
        if _identity(each) not in have
    ]
    return lines


def _identity(target: Mapping[str, Any]) -> tuple[object, ...]:
    values = tuple(
        target[key] for key in ("Place", "ScalableDimension", "MinCapacity", "MaxCapacity")
    )
    return (*values, *sorted(map(_aim, target["Policies"])))


def _aim(policy: Mapping[str, Any]) -> tuple[object, ...]:
    """A policy's name, target and cooldowns in seconds."""
    configured = policy["TargetTrackingScalingPolicyConfiguration"]
    numbers = ("TargetValue", "ScaleInCooldown", "ScaleOutCooldown")
    return (policy["PolicyName"], *(float(configured.get(name, 0)) for name in numbers))


def remove(deployment: Deployment, table: str) -> None:
    """Delete a table that a rehearsal made, and its scaling."""
    client = deployment.client("dynamodb")
    for target in read(deployment, table).scaling:
        deployment.client("application-autoscaling").deregister_scalable_target(
            ServiceNamespace=NAMESPACE,
            ResourceId=f"table/{table}" + _below(target["Place"]),
            ScalableDimension=target["ScalableDimension"],
        )
    client.update_table(TableName=table, DeletionProtectionEnabled=False)
    client.delete_table(TableName=table)


def is_there(deployment: Deployment, table: str, region: str | None = None) -> bool:
    """Whether the table exists."""
    try:
        deployment.client("dynamodb", region).describe_table(TableName=table)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True
