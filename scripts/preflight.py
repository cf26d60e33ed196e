"""Tells what an account lacks before the first deployment; changes nothing.

    .venv/bin/python -m scripts.preflight

What AWS Backup needs is switched on once for an account and Region, and no template can do it:
without it the stack deploys, and the first backup fails on Sunday. What is missing is printed with
the command that fixes it; `LATER` is what a deployment can do without.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from botocore.exceptions import ClientError

from scripts import stack
from scripts.stack import Deployment
from scripts.template import REGION, Template

COPY_REGION: Final = "ap-northeast-2"

USUAL_CONCURRENCY: Final = 1_000
"""Functions that an account usually may run at once. Some new accounts may run 10: only a handful
could play at the same moment, and the alarm `concurrency` could not warn."""

RATES: Final = re.compile(r"\b(StartExecution|StateTransition)\b")
"""The quotas of Step Functions by which new accounts may be slower than others."""

_DENIED: Final = ("AccessDenied", "AccessDeniedException", "AuthorizationError")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_well: bool
    remedy: str = ""
    can_wait: bool = False
    """What is named, and not counted as lacking: the deployment does not need it."""

    @property
    def mark(self) -> str:
        return "ok   " if self.is_well else "LATER" if self.can_wait else "LACK "


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.preflight",
        description="Tells what an account lacks before the first deployment; changes nothing.",
        epilog="exit codes: 0 nothing is missing but what can wait (LATER), 1 something is (LACK), "
        "2 bad question or no login, 3 not readable",
    )
    parser.add_argument("--stack", default="discord-gacha", help="the stack's name to be")
    parser.add_argument("--region", default=REGION, help=f"default: {REGION}")
    given = parser.parse_args(arguments)
    return run(Deployment(given.stack, given.region, {}))


def run(deployment: Deployment) -> int:
    """Look at everything and print it. The exit code says whether something is missing that the
    deployment needs."""
    account = str(deployment.client("sts").get_caller_identity()["Account"])
    here = deployment.region
    looks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        (f"AWS Backup in {here}", lambda: backup_settings(deployment, here)),
        ("Lambda's quota", lambda: [concurrency(deployment)]),
        ("Step Functions' rates", lambda: rates(deployment)),
        ("budgets", lambda: [budgets(deployment, account)]),
        ("the alarm topic", lambda: alarm_topic(deployment, account)),
        ("table names", lambda: tables(deployment)),
        ("CloudFront", lambda: [distributions(deployment)]),
    ]
    second_region: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        (f"AWS Backup in {COPY_REGION}", lambda: backup_settings(deployment, COPY_REGION)),
        ("the second Region's vault", lambda: [second_vault(deployment)]),
    ]
    findings = [finding for what, look in looks for finding in _as_far_as_allowed(what, look)]
    # Only copies of backups need the second Region, and a first deployment makes none.
    can_wait = not _copies_backups(deployment.name)
    findings += [
        replace(finding, can_wait=can_wait)
        for what, look in second_region
        for finding in _as_far_as_allowed(what, look)
    ]
    for finding in findings:
        print(f"{finding.mark} {finding.what}")
        if not finding.is_well:
            print(f"      {finding.remedy}")
    is_ready = all(each.is_well or each.can_wait for each in findings)
    return stack.FOUND if is_ready else stack.NOT_SO


def _as_far_as_allowed(what: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of one look; that one may not look is a finding, too, and not a good one."""
    try:
        yield from list(look())
    except ClientError as error:
        if error.response["Error"]["Code"] not in _DENIED:
            raise
        yield Finding(f"{what}: you may not look", False, str(error))


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
    remedy = "make backup-region, when you want copies; until then BackupCopyRegion stays none"
    return Finding(f"a vault {deployment.name} in {COPY_REGION}", is_well, remedy)


def concurrency(deployment: Deployment) -> Finding:
    limits = deployment.client("lambda").get_account_settings()["AccountLimit"]
    granted = int(limits["ConcurrentExecutions"])
    return Finding(
        f"Lambda: {granted:,} functions at once",
        granted >= USUAL_CONCURRENCY,
        f"aws service-quotas request-service-quota-increase --region {deployment.region} "
        "--service-code lambda --quota-code L-B99A9384 --desired-value 1000",
    )


def rates(deployment: Deployment) -> Iterator[Finding]:
    """How fast Step Functions starts executions and goes from state to state, against AWS's own
    defaults for the Region."""
    quotas = deployment.client("service-quotas")

    def values(operation: str) -> dict[str, tuple[str, float]]:
        pages = quotas.get_paginator(operation).paginate(ServiceCode="states")
        return {
            each["QuotaCode"]: (each["QuotaName"], float(each["Value"]))
            for page in pages
            for each in page["Quotas"]
            if RATES.search(each["QuotaName"])
        }

    usual = values("list_aws_default_service_quotas")
    granted = usual | values("list_service_quotas")
    if not granted:
        yield Finding(
            "Step Functions' rates: Service Quotas lists none",
            False,
            "look at StartExecution and StateTransition: "
            + deployment.console("servicequotas/home/services/states/quotas"),
        )
    for code, (name, value) in sorted(granted.items(), key=lambda each: each[1]):
        most = usual.get(code, (name, value))[1]
        yield Finding(
            f"Step Functions: {name} {value:,.0f}, usually {most:,.0f}",
            value >= most,
            f"aws service-quotas request-service-quota-increase --region {deployment.region} "
            f"--service-code states --quota-code {code} --desired-value {most:.0f}",
        )


def budgets(deployment: Deployment, account: str) -> Finding:
    """Whether budgets may be read at all: in a new account only the root user may, and then the
    stack's budget cannot be made, which takes the first deployment back."""
    client = deployment.client("budgets")
    what = "budgets can be read"
    try:
        client.describe_budget(AccountId=account, BudgetName=f"{deployment.name}-monthly")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _DENIED:
            return Finding(
                what,
                False,
                "as the root user: Account, `IAM user and role access to Billing information`, "
                "Activate; and your own policy needs budgets:ViewBudget",
            )
        if code != "NotFoundException":  # it is not there yet
            raise
    return Finding(what, True)


def alarm_topic(deployment: Deployment, account: str) -> Iterator[Finding]:
    """Whether the name of the topic for alarms is free or the stack's own, and who confirmed."""
    name = f"{deployment.name}-alarms"
    arn = f"arn:aws:sns:{deployment.region}:{account}:{name}"
    sns = deployment.client("sns")
    try:
        sns.get_topic_attributes(TopicArn=arn)
    except sns.exceptions.NotFoundException:
        yield Finding(f"the topic name {name}", True)
        return
    is_ours = _is_in_stack(deployment, arn)
    yield Finding(
        f"the topic name {name}",
        is_ours,
        "it is taken, and the stack could not make its own: see who listens "
        f"(aws sns list-subscriptions-by-topic --region {deployment.region} --topic-arn {arn}), "
        f"then aws sns delete-topic --region {deployment.region} --topic-arn {arn}",
    )
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    for each in (each for page in pages for each in page["Subscriptions"]):
        if is_ours and each["Protocol"] == "email":
            yield Finding(
                f"alarms reach {each['Endpoint']}",
                each["SubscriptionArn"].startswith("arn:"),  # else "PendingConfirmation"
                "open the mail `AWS Notification - Subscription Confirmation` and click its link",
            )


def distributions(deployment: Deployment) -> Finding:
    """Whether CloudFront has let the account make one before: a new account may have to be verified
    first, and a refused distribution takes the whole deployment back. AWS tells nobody beforehand.
    """
    found = deployment.client("cloudfront").list_distributions()["DistributionList"]
    can_wait = _answer(deployment.name, "PicturesBy") != "CLOUDFRONT"
    return Finding(
        "CloudFront: the account has had a distribution made before",
        found["Quantity"] > 0,
        "nobody but AWS knows whether it may: make one by hand (the console, CloudFront, Create "
        "distribution) or ask AWS Support to verify the account; until then PicturesBy stays API",
        can_wait,
    )


def tables(deployment: Deployment) -> Iterator[Finding]:
    """A first deployment fails where a table of the same name is left from an earlier one."""
    for name in _names(deployment.name):
        yield Finding(
            f"the table name {name}",
            _belongs(deployment, name),
            "it is taken: deploy with other names, or import the table (docs/deployment.md)",
        )


def _names(stack_name: str) -> list[str]:
    """The tables' names as they will be proposed: the template's, or those that samconfig.toml has
    for the stack."""
    known = Template().parameters
    answers = {name: each for name, each in _answers(stack_name).items() if name in known}
    tables = Template(answers).resources("AWS::DynamoDB::Table")
    return [str(each.properties["TableName"]) for each in tables]


def _copies_backups(stack_name: str) -> bool:
    return _answer(stack_name, "BackupCopyRegion") != "none"


def _answer(stack_name: str, parameter: str) -> str:
    """What samconfig.toml has for the stack, else the template's default."""
    return str(_answers(stack_name).get(parameter, Template().parameters[parameter]))


def _answers(stack_name: str) -> dict[str, str]:
    """The parameters that samconfig.toml has for the stack."""
    answers: dict[str, str] = {}
    for proposed in reversed(stack.proposals().values()):
        if proposed.get("stack_name") == stack_name:
            answers = stack.answers(proposed)
    return answers


def _belongs(deployment: Deployment, table: str) -> bool:
    """Whether there is no such table, or it is in the stack as it stands now."""
    dynamodb = deployment.client("dynamodb")
    try:
        dynamodb.describe_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        return True
    return _is_in_stack(deployment, table)


def _is_in_stack(deployment: Deployment, physical_id: str) -> bool:
    """Whether the stack as it stands now has the resource. It is asked for by its own name: about
    another stack, or one of more than a hundred resources, AWS does not say all."""
    try:
        made = deployment.resources
    except ClientError as error:  # there is no stack: somebody else's, or what one left behind
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return False
    return any(physical_id in by_name.values() for by_name in made.values())


if __name__ == "__main__":
    sys.exit(stack.ending(main))
