"""Restores all four tables to one second, sets them up as they were, and says how to cut over.

    .venv/bin/python -m scripts.restore --stack discord-gacha --at 2026-11-25T07:12:00Z --dry-run
    .venv/bin/python -m scripts.restore --stack discord-gacha --at 2026-11-25T07:12:00Z
    .venv/bin/python -m scripts.restore --stack discord-gacha --rehearse
    .venv/bin/python -m scripts.restore --stack discord-gacha --close-epochs SUFFIX
    .venv/bin/python -m scripts.restore --from-copy --role ROLE

The tables in use are left alone: the restored ones stand beside them, as `<name><suffix>`. Running
it again with the same --at and --suffix goes on where it stopped. No epoch of the restored tables
is drawn from again, for its seed may have been revealed since. Exit codes: 0 done, 1 something is
not as it was (settings differ, the ledger does not add up), 2 bad question, 3 AWS could not be
asked.

From the second Region's copies it goes on with the incremental exports that S3 copied there
(scripts/increments.py), as far as they lead.

What no emulator has, and so has never run outside of tests with recorded answers: how long AWS
takes, restoring to a second in the past (moto copies the table as it is now), a deleted table's
system backup, and the copies in the second Region. docs/recovery.md says what was rehearsed.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from adapters.tables import erasures, items
from adapters.tables.players import EVERYBODY
from gacha import server
from scripts import audit as ledger_audit
from scripts import increments, prices, stack, table_settings
from scripts.stack import Deployment, StackError, say
from scripts.table_settings import Settings
from scripts.template import Template, TemplateError

SUFFIX: Final = r"-[a-zA-Z0-9_.-]{1,17}"
ROLE: Final = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+"
"""What the template's parameter RestoredSuffix takes."""

POLL_S: Final = 10.0
LONGEST_S: Final = 24 * 3600.0
SECOND_REGION: Final = "ap-northeast-2"
LOST: Final = "(lost)"
"""In place of the name of a stack that is not asked."""
TOGETHER: Final = timedelta(hours=12)
"""Copies further apart than this are not of the same weekly backup. Nor was any made earlier than
this before its date, so that exports from so long before it on leave nothing out."""
EXPORTS: Final = "raw/"
"""Below which the exports lie, in the bucket of the copies as in the stack's own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One table's way back: `source` → `target`; `how` names where from, and `start` begins it."""

    output: str
    source: str
    target: str
    size: int
    how: str
    settings: Settings
    start: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore will do. `moment` is the second to which it goes back, where there is one,
    and `as_of` from when on something may be missing. `later`: the exports that lead on from
    copies, and `notes` what is to be said of them."""

    deployment: Deployment
    region: str
    suffix: str
    moment: datetime | None
    as_of: datetime
    items: list[Item]
    later: increments.Chain | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_from_copies(self) -> bool:
        return self.deployment.name == LOST

    def show(self) -> None:
        """Say it in full before anything is done."""
        gigabytes = sum(item.size for item in self.items) / 1024**3
        price = prices.load()["dynamodb_restore_gb"]
        print(f"restore in {self.region}" + (f" to {self.moment:%F %T} UTC" if self.moment else ""))
        for item in self.items:
            print(f"  {item.source} → {item.target}: {item.how}")
            for line in item.settings.lines():
                print(f"      then {line}")
        for line in [*self.notes, *([self.later.line()] if self.later else [])]:
            print(f"  {line}")
        print(f"  {gigabytes:.2f} GB, about ${gigabytes * float(price.usd):.2f} for the restore")
        print("  the tables in use are not touched")


@dataclass
class Timings:
    """How long each step took, in seconds."""

    steps: list[tuple[str, float]] = field(default_factory=list)

    def note(self, step: str, since: float) -> None:
        self.steps.append((step, time.monotonic() - since))
        say(f"{step}: {self.steps[-1][1]:.1f} s")


# --- plans ----------------------------------------------------------------------------------------


def to_a_second(deployment: Deployment, at: str, suffix: str | None, mark: str = "-r") -> Plan:
    """A plan to restore every table to the second `at` (ISO 8601), or "latest". Raises StackError
    where it lies outside of what a table can be restored to, or where the suffix is that of the
    tables in use."""
    windows = {each: _window(deployment, name) for each, name in deployment.tables.items()}
    known = [window for window in windows.values() if window]
    earliest = max((first for first, _ in known), default=None)
    latest = min((last for _, last in known), default=None)
    if earliest is None or latest is None:
        raise StackError("no table can be restored to a second: recovery is off, or all are gone")
    moment = latest.replace(microsecond=0) if at == "latest" else _moment(at)
    if not earliest <= moment <= latest:
        raise StackError(
            f"{moment:%F %T} UTC is outside of what all tables can be restored to: "
            f"{earliest:%F %T} to {latest:%F %T} UTC"
        )
    suffix = suffix or f"{mark}{moment:%Y%m%dt%H%M%S}"
    used = deployment.parameters.get("RestoredSuffix", "")
    if suffix == used:
        raise StackError(f"the tables in use end in {suffix} already: name another --suffix")
    items = []
    for each, name in deployment.tables.items():
        target = name.removesuffix(used) + suffix  # the stack, too, adds one suffix, and not two
        items.append(
            _to_a_second(deployment, each, name, target, moment)
            if windows[each]
            else _from_system_backup(deployment, each, name, target)
        )
    return Plan(deployment, deployment.region, suffix, moment, moment, items)


def _moment(at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise StackError(f"--at takes a time such as 2026-11-25T07:12:00Z, not {at!r}") from None
    if moment.tzinfo is None:
        raise StackError(f"--at needs a time zone: {at}Z for UTC, {at}+09:00 for Japan")
    return moment.astimezone(UTC).replace(microsecond=0)


def _window(deployment: Deployment, table: str) -> tuple[datetime, datetime] | None:
    """The first and last second to which a table can be restored; None where it is gone. The first
    is rounded up, for the restore is to a whole second."""
    client = deployment.client("dynamodb")
    try:
        described = client.describe_continuous_backups(TableName=table)
    except ClientError as error:
        if error.response["Error"]["Code"] != "TableNotFoundException":
            raise
        return None
    recovery = described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
        raise StackError(f"point-in-time recovery of {table} is off")
    first = recovery["EarliestRestorableDateTime"].astimezone(UTC)
    if first.microsecond:
        first = first.replace(microsecond=0) + timedelta(seconds=1)
    return first, recovery["LatestRestorableDateTime"].astimezone(UTC)


def _to_a_second(
    deployment: Deployment, output: str, source: str, target: str, moment: datetime
) -> Item:
    settings = table_settings.read(deployment, source)

    def start() -> None:
        encryption = {"SSESpecificationOverride": dict(settings.encryption or {})}
        deployment.client("dynamodb").restore_table_to_point_in_time(
            SourceTableName=source,
            TargetTableName=target,
            RestoreDateTime=moment,
            **(encryption if settings.encryption else {}),
        )

    described = deployment.client("dynamodb").describe_table(TableName=source)["Table"]
    size = int(described.get("TableSizeBytes", 0))
    return Item(output, source, target, size, f"as of {moment:%F %T} UTC", settings, start)


def _from_system_backup(deployment: Deployment, output: str, source: str, target: str) -> Item:
    """A deleted table leaves a backup of its last moment, for 35 days."""
    client = deployment.client("dynamodb")
    found = client.list_backups(TableName=source, BackupType="SYSTEM")["BackupSummaries"]
    if not found:
        raise StackError(f"{source} is gone, and there is no {source}$DeletedTableBackup")
    backup = max(found, key=lambda each: each["BackupCreationDateTime"])

    def start() -> None:
        client.restore_table_from_backup(TargetTableName=target, BackupArn=backup["BackupArn"])

    how = (
        f"the table was deleted; as of its deletion, {backup['BackupCreationDateTime']:%F %T}: "
        "NOT the same second as the others"
    )
    settings = table_settings.of_template(Template(), output)
    return Item(output, source, target, int(backup.get("BackupSizeBytes", 0)), how, settings, start)


def from_copies(
    template: Template,
    region: str,
    vault: str,
    role: str,
    suffix: str | None,
    exports: str | None = None,
) -> Plan:
    """A plan to restore the latest copies in the second Region's vault, and to go on with the
    exports below the prefix `exports`, where it is given. The first Region is not asked, since it
    may be gone: names and settings are the template's. Raises StackError where a table has no
    copy, where the latest ones are not of one backup, or where tables of another suffix were
    backed up later, as after a cut-over."""
    used = template.parameters["RestoredSuffix"]
    tables = template.resources("AWS::DynamoDB::Table")
    names = {each.name: str(each.properties["TableName"]) + used for each in tables}
    deployment = Deployment(LOST, region, names | {"Bucket": copied_bucket(vault, role)})
    client = deployment.client("backup", region)
    pages = client.get_paginator("list_recovery_points_by_backup_vault").paginate(
        BackupVaultName=vault, ByResourceType="DynamoDB"
    )
    points = [
        point
        for page in pages
        for point in page["RecoveryPoints"]
        if point["Status"] == "COMPLETED"
    ]
    chosen: dict[str, Mapping[str, Any]] = {}
    for output, name in deployment.tables.items():
        mine = [each for each in points if each["ResourceArn"].endswith(f":table/{name}")]
        if not mine:
            raise StackError(f"the vault {vault} in {region} has no copy of {name}")
        chosen[output] = max(mine, key=lambda each: each["CreationDate"])
        for each in points:
            other = each["ResourceArn"].partition(":table/")[2]
            if (
                re.fullmatch(re.escape(name.removesuffix(used)) + f"({SUFFIX})?", other)
                and each["CreationDate"] > chosen[output]["CreationDate"]
            ):
                raise StackError(
                    f"{other} was backed up after {name}: if it was in use, say so with "
                    f"--parameter RestoredSuffix={other.removeprefix(name.removesuffix(used))}"
                )
    dates = [each["CreationDate"] for each in chosen.values()]
    if max(dates) - min(dates) > TOGETHER:
        raise StackError(
            f"the latest copies are of different backups: {min(dates):%F %T} to {max(dates):%F %T}"
        )
    later, notes = None, list[str]()
    if exports is not None:
        later, notes = _later(deployment, exports, min(dates))
    suffix = suffix or f"-c{min(dates).astimezone(UTC):%Y%m%dt%H%M%S}"
    items = [
        _from_copy(
            deployment, output, chosen[output], name.removesuffix(used) + suffix, role, template
        )
        for output, name in names.items()
    ]
    moment = later.until if later else None
    as_of = moment or min(dates)
    return Plan(deployment, region, suffix, moment, as_of, items, later, tuple(notes))


def _later(
    deployment: Deployment, prefix: str, copied: datetime
) -> tuple[increments.Chain | None, list[str]]:
    """The exports that lead on from copies of `copied`, and what to say of them."""
    bucket, tables = deployment.output("Bucket"), list(deployment.tables.values())
    windows = increments.found(deployment.client("s3"), bucket, prefix)
    since = copied.astimezone(UTC) - TOGETHER
    chain, gaps = increments.chain(windows, tables, since, bucket)
    if chain is None:
        gaps.append(f"no exports lead on from the copies of {copied.astimezone(UTC):%F %T} UTC")
    return chain, gaps


def role_arn(role: str, region: str) -> str:
    """The ARN of a role that is given by that or by its name. Raises StackError where the account
    has no such role."""
    if re.fullmatch(ROLE, role):
        return role
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", role, re.ASCII):
        raise StackError(f"--role takes the name or the ARN of a role, not {role!r}")
    try:
        found = Deployment(LOST, region, {}).client("iam").get_role(RoleName=role)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        raise StackError(
            f"this account has no role {role}; `aws iam list-roles` lists those that there are"
        ) from None
    return str(found["Role"]["Arn"])


def copied_bucket(vault: str, role: str) -> str:
    """The bucket of the copies, as backup-region.yaml names it; its account is that of `role`."""
    return f"{vault}-{role.split(':')[4]}-files"


def _from_copy(
    deployment: Deployment,
    output: str,
    point: Mapping[str, Any],
    target: str,
    role: str,
    template: Template,
) -> Item:
    def start() -> None:
        deployment.client("backup").start_restore_job(
            RecoveryPointArn=point["RecoveryPointArn"],
            Metadata={"targetTableName": target, "encryptionType": "KMS"},
            IamRoleArn=role,
            IdempotencyToken=target,
            ResourceType="DynamoDB",
        )

    how = f"from the copy of {point['CreationDate']:%F %T}"
    settings = table_settings.of_template(template, output)
    size = int(point.get("BackupSizeInBytes", 0))
    return Item(output, deployment.tables[output], target, size, how, settings, start)


# --- doing it -------------------------------------------------------------------------------------


def restore(plan: Plan, timings: Timings, poll_s: float = POLL_S) -> list[str]:
    """Start all, wait for all, set them up; returns what is not as it should be."""
    began = time.monotonic()
    for item in plan.items:
        if table_settings.is_there(plan.deployment, item.target, plan.region):
            say(f"{item.target} is there already: going on with it")
        else:
            item.start()
            say(f"{item.target}: started")
    timings.note("start", began)
    began = time.monotonic()
    _wait(plan, poll_s)
    timings.note("restored", began)
    if plan.later:
        began = time.monotonic()
        targets = {item.source: item.target for item in plan.items}
        written = increments.apply(plan.deployment, plan.later, targets, poll_s)
        timings.note("exports", began)
        say(f"{written:,} items were written; as of {plan.later.until:%F %T} UTC")
    began = time.monotonic()
    wrong = []
    for item in plan.items:
        say(f"{item.target}: settings")
        table_settings.put(plan.deployment, item.target, item.settings, plan.region)
        found = table_settings.read(plan.deployment, item.target, plan.region)
        for line in table_settings.differences(item.settings, found):
            wrong.append(f"{item.target}: {line}")
    timings.note("settings", began)
    return wrong


def _wait(plan: Plan, poll_s: float) -> None:
    """Until all tables and indexes are active. Raises StackError after a day."""
    began = time.monotonic()
    client = plan.deployment.client("dynamodb", plan.region)
    waiting = [item.target for item in plan.items]
    while True:
        states = dict(_states(client, waiting))
        waiting = [name for name, state in states.items() if state != "ACTIVE"]
        if not waiting:
            return
        elapsed = time.monotonic() - began
        say(f"{elapsed:6.0f} s: " + ", ".join(f"{name} {states[name]}" for name in waiting))
        if elapsed > LONGEST_S:
            raise StackError(f"gave up waiting for {', '.join(waiting)}")
        time.sleep(poll_s)


def _states(client: Any, names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            table = client.describe_table(TableName=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            yield name, "NOT YET THERE"  # AWS Backup makes it a while after the job began
            continue
        parts = [table, *table.get("GlobalSecondaryIndexes", [])]
        states = [each.get("TableStatus", each.get("IndexStatus", "ACTIVE")) for each in parts]
        yield name, next((state for state in states if state != "ACTIVE"), "ACTIVE")


def close_epochs(
    deployment: Deployment, table: str, region: str, as_of: datetime | None = None
) -> int:
    """Let nobody of these tables draw from an epoch again that may have been open: after a restore
    it may have been closed already, and its seed revealed, to be tried against any client seed.

    Returns the lowest epoch that may be drawn from: the present Unix second, which no count of
    rotations reaches. It is AWS's, for a laptop's clock may be wrong. The secret is not needed: the
    functions close each player's epoch, and publish the commitment of this one, with their next
    command. Beside it stands the second `as_of` which the tables are, where it is given: players
    are told, and asked about a receipt number of between, the bot says that it was lost. Raises
    StackError if a restore of later is noted there.
    """
    client = deployment.client("dynamodb", region)
    key = {"user_id": {"S": EVERYBODY}}
    answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    second = int(parsedate_to_datetime(date).timestamp() if date else time.time())
    noted = int(answer.get("Item", {}).get("epoch", {"N": "0"})["N"])
    if noted > second:
        raise StackError(f"{table} has epochs closed up to {noted} already, which is in the future")
    values = {":second": {"N": str(second)}}
    if as_of:
        values[":as_of"] = {"N": str(int(as_of.timestamp()))}
    client.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET epoch = :second"
        + (", restored = :as_of" if as_of else " REMOVE restored"),
        ExpressionAttributeValues=values,
    )
    say(f"{table}: all epochs below {second} are closed")
    return second


def erase_again(plan: Plan) -> int:
    """Note in the restored settings that whoever was erased since is to be erased again; how many
    players and servers those are. The workflow `erase` does it with its next daily run.

    Only the tables in use know of them. Where those are gone it holds for as long as a deletion can
    be undone: what was to be erased by then stands among the restored settings itself, since it was
    asked for before.
    """
    tables = {item.output: item for item in plan.items}
    source, target = tables["UsersTable"].source, tables["SettingsTable"].target
    if plan.is_from_copies or not table_settings.is_there(plan.deployment, source):
        return 0
    client = plan.deployment.client("dynamodb")
    pages = client.get_paginator("scan").paginate(
        TableName=source,
        ProjectionExpression="user_id",
        FilterExpression="erased > :moment",
        ExpressionAttributeValues={":moment": {"N": str(int(plan.as_of.timestamp() * 1000))}},
    )
    now_ms, count = int(time.time() * 1000), 0
    for page in pages:
        for row in page["Items"]:
            user_id, _, guild_id = row["user_id"]["S"].partition("@")
            key = server.key(guild_id) if user_id == EVERYBODY else row["user_id"]["S"]
            due = erasures.Due(now_ms, key, is_operators=True)
            item = items.to_item({**due.place, "operators": 1})
            client.put_item(TableName=target, Item=item)
            count += 1
    say(f"{target}: {count} players and servers that were erased since will be erased again")
    return count


def audit(plan: Plan) -> list[str]:
    """Whether every restored player follows from their ledger: a restore can split a transaction
    that was under way. scripts.audit replays them all, and names what is wrong."""
    targets = {item.output: item.target for item in plan.items}
    names = [targets[f"{table.title()}Table"] for table in ledger_audit.TABLES]
    place = ["--region", plan.region, "--bucket", plan.deployment.output("Bucket")]
    if plan.deployment.endpoint:
        place += ["--endpoint-url", plan.deployment.endpoint]
    match ledger_audit.main(["tables", *names, *place]):
        case 0:
            return []
        case 1:
            return ["the ledger has the violations that the audit names above"]
        case _:
            return ["the restored tables could not be audited"]


def cut_over(plan: Plan) -> None:
    """Say how the stack takes the restored tables into use, and how it goes back."""
    deployment = plan.deployment
    print("\nto cut over (docs/recovery.md has each step):")
    if plan.is_from_copies:
        print(f"  1. deploy the stack in {plan.region} under another name, without the bot's token")
        print(f"     .venv/bin/sam deploy --stack-name NAME --region {plan.region} \\")
        print(
            f"         --parameter-overrides RestoredSuffix={plan.suffix} BackupCopyRegion=none …"
        )
        print("  2. bring the fairness secret and the files there, and point Discord to it")
        print(
            f"     .venv/bin/python -m scripts.move --stack NAME --region {plan.region} --from OLD"
        )
        return
    function = (
        f"$(aws cloudformation describe-stack-resource --region {plan.region} "
        f"--stack-name {deployment.name} \\\n         --logical-resource-id InteractionsFunction "
        "--query StackResourceDetail.PhysicalResourceId --output text)"
    )
    concurrency = f"--region {plan.region} --function-name {function}"
    deploy = f".venv/bin/sam deploy --stack-name {deployment.name} --region {plan.region}"
    print("  1. stop play")
    print(f"     aws lambda put-function-concurrency {concurrency} \\")
    print("         --reserved-concurrent-executions 0")
    print("  2. cut over; parameters that are not named keep the values that the stack has")
    print(f"     {deploy} --parameter-overrides RestoredSuffix={plan.suffix}")
    print("  3. resume play")
    print(f"     aws lambda delete-function-concurrency {concurrency}")
    used = deployment.parameters.get("RestoredSuffix", "")
    print(
        f"to go back to the tables of now: the same, with 'RestoredSuffix=\"{used}\"'; but between"
    )
    print("steps 1 and 2 close the epochs there as well, for seeds may have been revealed by then")
    print(
        f"     .venv/bin/python -m scripts.restore --stack {deployment.name} "
        f"--region {plan.region} --close-epochs '{used}'"
    )


# --- the command ----------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.restore",
        description="Restores all four tables to one second and sets them up as they were.",
        epilog=(
            "exit codes: 0 done, 1 something is not as it was, 2 bad question, 3 AWS not readable. "
            "Emulators know neither AWS's timings nor restoring to a second in the past, a deleted "
            "table's backup or copies in another Region: these are tested with recorded answers."
        ),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--at", help="the second to go back to (2026-11-25T07:12:00Z), or latest")
    what.add_argument("--rehearse", action="store_true", help="restore, check, time and delete")
    what.add_argument(
        "--close-epochs",
        metavar="SUFFIX",
        help="before going back to the tables that end in SUFFIX: close every player's epoch there",
    )
    what.add_argument("--from-copy", action="store_true", help="from the second Region's copies")
    parser.add_argument("--suffix", help="what the restored tables' names end in")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--region-of-copy", default=SECOND_REGION, help=f"({SECOND_REGION})")
    parser.add_argument(
        "--vault",
        default=stack.LOCAL_NAME,
        help=f"the vault of the copies, which has the lost stack's name ({stack.LOCAL_NAME})",
    )
    parser.add_argument(
        "--role",
        help="the role that AWS Backup restores with, by its name or ARN (with --from-copy)",
    )
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the template, where the lost stack had another than the default",
    )
    parser.add_argument(
        "--exports",
        default=EXPORTS,
        metavar="PREFIX",
        help=f"where the exports lie that lead on from the copies ({EXPORTS})",
    )
    parser.add_argument("--copies-alone", action="store_true", help="leave the exports")
    stack.add_arguments(parser)
    given = parser.parse_args(arguments)
    if given.from_copy and not given.role:
        parser.error("--from-copy needs --role")
    if given.suffix is not None and not re.fullmatch(SUFFIX, given.suffix):
        parser.error("--suffix takes a hyphen and up to 17 letters, digits, dots and hyphens")
    if not all("=" in each for each in given.parameter):
        parser.error("--parameter takes NAME=VALUE")
    return run(given)


def run(given: argparse.Namespace, poll_s: float = POLL_S) -> int:
    """Carry out the parsed arguments."""
    if given.close_epochs is not None:
        return _close(stack.chosen(given), given.close_epochs)
    plan = _plan(given)
    plan.show()
    if given.dry_run:
        print("dry run: nothing was changed")
        return stack.FOUND
    timings = Timings()
    try:
        wrong = restore(plan, timings, poll_s)
    except KeyboardInterrupt:
        say(f"left as it is: {', '.join(item.target for item in plan.items)}")
        if plan.is_from_copies:
            say(f"to go on: the same with --suffix {plan.suffix}")
        elif plan.moment and not given.rehearse:
            say(f"to go on: --at {plan.moment:%FT%TZ} --suffix {plan.suffix}")
        raise
    [users] = [item.target for item in plan.items if item.output == "UsersTable"]
    close_epochs(plan.deployment, users, plan.region, plan.as_of)
    erase_again(plan)
    began = time.monotonic()
    wrong += audit(plan)
    timings.note("audit", began)
    if given.rehearse:
        began = time.monotonic()
        for item in plan.items:
            table_settings.remove(plan.deployment, item.target)
        timings.note("removed", began)
    print("\n" + "\n".join(f"{step:10}{seconds:8.1f} s" for step, seconds in timings.steps))
    for line in wrong:
        print(f"NOT AS IT WAS: {line}")
    if not wrong:
        print("settings as they were, and every player follows from their ledger")
    if not given.rehearse:
        cut_over(plan)
    return stack.NOT_SO if wrong else stack.FOUND


def _close(deployment: Deployment, suffix: str) -> int:
    """Close the epochs of tables that are not in use: functions that run have read what holds."""
    used = deployment.parameters.get("RestoredSuffix", "")
    if suffix == used:
        raise StackError(f"the tables that end in {suffix!r} are in use")
    table = deployment.tables["UsersTable"].removesuffix(used) + suffix
    if not table_settings.is_there(deployment, table):
        raise StackError(f"there is no table {table}")
    close_epochs(deployment, table, deployment.region)
    return stack.FOUND


def _plan(given: argparse.Namespace) -> Plan:
    if given.from_copy:
        try:
            template = Template(dict(each.split("=", 1) for each in given.parameter))
        except TemplateError as error:
            raise StackError(f"--parameter: {error}") from None
        exports = None if given.copies_alone else given.exports
        role = role_arn(given.role, given.region_of_copy)
        return from_copies(template, given.region_of_copy, given.vault, role, given.suffix, exports)
    if given.at not in (None, "latest"):
        _moment(given.at)  # before AWS is asked
    deployment = stack.chosen(given)
    if given.rehearse:
        plan = to_a_second(deployment, "latest", given.suffix, "-rehearsal-")
        why = "a rehearsal deletes what it made, and this it would not have made"
    else:
        plan = to_a_second(deployment, given.at, given.suffix)
        why = "to go on with it, name the second that it was begun with (--at)"
    if given.at in (None, "latest"):
        for item in plan.items:
            if table_settings.is_there(deployment, item.target):
                raise StackError(f"{item.target} is there already: {why}")
    return plan


if __name__ == "__main__":
    sys.exit(stack.ending(main))
