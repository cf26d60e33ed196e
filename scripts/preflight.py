"""Tells what an account lacks before the first deployment; changes nothing.

    .venv/bin/python -m scripts.preflight

What AWS Backup needs is switched on once for an account and Region, and no template can do it:
without it the stack deploys, and the first backup fails on Sunday. What is missing is printed with
the command that mends it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from scripts import stack
from scripts.stack import Deployment
from scripts.template import REGION, Template

COPY_REGION: Final = "ap-northeast-2"

SMALL_CONCURRENCY: Final = 10
"""What Lambda grants some new accounts: only a handful could play at the same moment."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_well: bool
    remedy: str = ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.preflight",
        description="Tells what an account lacks before the first deployment; changes nothing.",
        epilog="exit codes: 0 nothing is missing, 1 something is, 2 bad question, 3 not readable",
    )
    parser.add_argument("--stack", default="discord-gacha", help="the stack's name to be")
    parser.add_argument("--region", default=REGION, help=f"default: {REGION}")
    given = parser.parse_args(arguments)
    return stack.ending(lambda: run(Deployment(given.stack, given.region, {})))


def run(deployment: Deployment) -> int:
    """Look at everything and print it. The exit code says whether something is missing."""
    findings = [
        *backup_settings(deployment, deployment.region),
        *backup_settings(deployment, COPY_REGION),
        second_vault(deployment),
        concurrency(deployment),
        *tables(deployment),
    ]
    for finding in findings:
        print(f"{'ok  ' if finding.is_well else 'LACK'} {finding.what}")
        if not finding.is_well:
            print(f"     {finding.remedy}")
    return stack.FOUND if all(each.is_well for each in findings) else stack.NOT_SO


def backup_settings(deployment: Deployment, region: str) -> Iterator[Finding]:
    """AWS Backup may back DynamoDB up at all, and by its advanced features, which copies need."""
    settings = deployment.client("backup", region).describe_region_settings()
    for member, option, meaning in (
        ("ResourceTypeOptInPreference", "--resource-type-opt-in-preference", "DynamoDB"),
        (
            "ResourceTypeManagementPreference",
            "--resource-type-management-preference",
            "DynamoDB's advanced features (copies to another Region)",
        ),
    ):
        yield Finding(
            f"AWS Backup in {region}: {meaning}",
            bool(settings.get(member, {}).get("DynamoDB")),
            f"aws backup update-region-settings --region {region} {option} DynamoDB=true",
        )


def second_vault(deployment: Deployment) -> Finding:
    try:
        deployment.client("backup", COPY_REGION).describe_backup_vault(
            BackupVaultName=deployment.name
        )
        is_well = True
    except ClientError as error:
        # Where one may not look at a vault that is not there, AWS says "denied".
        if error.response["Error"]["Code"] not in (
            "ResourceNotFoundException",
            "AccessDeniedException",
        ):
            raise
        is_well = False
    remedy = "make backup-region; until then answer BackupCopyRegion with none"
    return Finding(f"a vault {deployment.name} in {COPY_REGION}", is_well, remedy)


def concurrency(deployment: Deployment) -> Finding:
    limits = deployment.client("lambda").get_account_settings()["AccountLimit"]
    granted = int(limits["ConcurrentExecutions"])
    return Finding(
        f"Lambda: {granted:,} functions at once",
        granted > SMALL_CONCURRENCY,
        f"aws service-quotas request-service-quota-increase --region {deployment.region} "
        "--service-code lambda --quota-code L-B99A9384 --desired-value 1000",
    )


def tables(deployment: Deployment) -> Iterator[Finding]:
    """A first deployment fails where a table of the same name is left from an earlier one."""
    for name in _names():
        yield Finding(
            f"the table name {name}",
            _belongs(deployment, name),
            "it is taken: deploy with other names, or import the table (docs/deployment.md)",
        )


def _names() -> list[str]:
    parameters: dict[str, Any] = Template().parameters
    return [value for name, value in parameters.items() if name.endswith("TableName")]


def _belongs(deployment: Deployment, table: str) -> bool:
    """Whether there is no such table, or it is in the stack as it stands now."""
    dynamodb, stacks = deployment.client("dynamodb"), deployment.client("cloudformation")
    try:
        dynamodb.describe_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        return True
    try:
        [found] = stacks.describe_stack_resources(PhysicalResourceId=table)["StackResources"]
    except ClientError as error:  # a table that a deleted stack left behind is in none
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return False
    return bool(found["StackName"] == deployment.name)


if __name__ == "__main__":
    raise SystemExit(main())
