"""The regular, monthly and quarterly check lists, answered with figures.

    .venv/bin/python -m scripts.report --regular --stack discord-gacha
    .venv/bin/python -m scripts.report --monthly --stack discord-gacha --lang ja

Each line is an item of docs/checklists.md: ok, idle (nobody used it, so there was nothing to
measure), ATTENTION, or unread with the reason: figures that are missing although there has to be
some are unread, never ok. Nothing is guessed, and nothing is changed. Exit codes: 0 all is well, 1
an item needs attention, 2 bad question, 3 nothing needs attention but some items could not be read.

Asking costs a little: Cost Explorer takes $0.01 a question, of which --monthly and --quarterly ask
two.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from adapters.tables.ledger import UNDELIVERED_PULLS
from gacha import terminal
from scripts import prices, stack
from scripts.cost import PHASES
from scripts.stack import Deployment

MOST_ERRORS: Final = Decimal("0.01")
"""Of a function's runs, and of the API's answers."""

LONGEST_MS: Final = {"InteractionsFunction": 2_000, "SweeperFunction": 25_000}
LONGEST_WORKER_MS: Final = 5_000
"""99 of 100 runs take less, as the alarms have it. Discord waits three seconds for the first
answer; a round of the sweeper stops itself after 20."""

UNBOUNDED: Final = frozenset({"SetupFunction"})
"""Runs during deployments only."""

SCHEDULED: Final = frozenset({"SweeperFunction"})
"""Runs every five minutes, played or not: without a run it is broken, not idle."""

MOST_USED: Final = Decimal("0.8")
"""Of a quota, or in an hour of a table's units."""

LOG_WINDOW_MS: Final = 15 * 60 * 1000
"""Younger messages may still arrive."""

BACKUP_EVERY: Final = timedelta(days=8)
"""A weekly backup and a day of patience."""

PRICES_LAST: Final = timedelta(days=200)

State = Literal["ok", "idle", "attention", "unread"]
Lists = Literal["regular", "monthly", "quarterly"]
DAYS: Final[Mapping[Lists, int]] = {"regular": 7, "monthly": 30, "quarterly": 90}


@dataclass(frozen=True, slots=True)
class Answer:
    """One figure: the state, and a sentence of `_SENTENCES` with its blanks."""

    state: State
    sentence: str
    values: Mapping[str, object]


def answer(good: bool, sentence: str, **values: object) -> Answer:
    return Answer("ok" if good else "attention", sentence, values)


NOTHING: Final = Answer("unread", "nothing", {})
"""Not one figure: nobody can tell an idle service from one that is not measured."""


@dataclass(frozen=True)
class Context:
    """The stack, and the days that are looked back upon."""

    deployment: Deployment
    now: datetime
    days: int

    @property
    def since(self) -> datetime:
        return self.now - timedelta(days=self.days)

    def points(
        self, namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str
    ) -> list[float]:
        """A metric's values, one an hour for up to 30 days and one a day beyond."""
        extended = statistic.startswith("p")
        found = self.deployment.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=metric,
            Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
            StartTime=self.since,
            EndTime=self.now,
            Period=self.period_s,
            **{"ExtendedStatistics" if extended else "Statistics": [statistic]},
        )["Datapoints"]
        return [
            each["ExtendedStatistics"][statistic] if extended else each[statistic] for each in found
        ]

    @property
    def period_s(self) -> int:
        return 3600 if self.days <= 30 else 86_400

    def sum(self, namespace: str, metric: str, **dimensions: str) -> int:
        return round(sum(self.points(namespace, metric, dimensions, "Sum")))

    @cached_property
    def functions(self) -> Mapping[str, str]:
        found = self.deployment.resources.get("AWS::Lambda::Function", {})
        return {name: id_ for name, id_ in found.items() if name not in UNBOUNDED}

    @cached_property
    def runs(self) -> Mapping[str, int]:
        """How often each function ran."""
        return {
            name: self.sum("AWS/Lambda", "Invocations", FunctionName=function)
            for name, function in self.functions.items()
        }


# --- the items ------------------------------------------------------------------------------------


def alarms(of: Context) -> Iterator[Answer]:
    """Which alarms of the stack ring."""
    pages = (
        of.deployment.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=of.deployment.name, AlarmTypes=["MetricAlarm"])
    )
    found = [each for page in pages for each in page["MetricAlarms"]]
    ringing = [each["AlarmName"] for each in found if each["StateValue"] == "ALARM"]
    yield answer(bool(found) and not ringing, "alarms", number=len(found), ringing=_listed(ringing))


def error_rate(of: Context) -> Iterator[Answer]:
    """Errors of each function's runs."""
    if not any(of.runs.values()):
        yield NOTHING
        return
    for name, function in of.functions.items():
        runs = of.runs[name]
        if not runs:
            state: State = "attention" if name in SCHEDULED else "idle"
            yield Answer(state, "did_not_run", {"name": name})
            continue
        counted = of.points("AWS/Lambda", "Errors", {"FunctionName": function}, "Sum")
        if not counted:  # Lambda counts them with each run, also when there are none
            yield Answer("unread", "not_measured", {"name": name, "runs": runs})
            continue
        errors = round(sum(counted))
        share = Decimal(errors) / runs
        yield answer(
            share <= MOST_ERRORS,
            "error_rate",
            name=name,
            share=_percent(share),
            errors=errors,
            runs=runs,
        )


def response_time(of: Context) -> Iterator[Answer]:
    """The worst hour's (or day's) p99 of each function that ran."""
    for name, runs in of.runs.items():
        if not runs:
            continue
        found = of.points("AWS/Lambda", "Duration", {"FunctionName": of.functions[name]}, "p99")
        if not found:
            yield Answer("unread", "not_measured", {"name": name, "runs": runs})
            continue
        worst, longest = max(found), LONGEST_MS.get(name, LONGEST_WORKER_MS)
        yield answer(
            worst <= longest, "response_time", name=name, worst=round(worst), longest=longest
        )


def api(of: Context) -> Iterator[Answer]:
    """What Discord got from the API."""
    api_id = of.deployment.output("ApiId")
    counts = of.points("AWS/ApiGateway", "Count", {"ApiId": api_id}, "Sum")
    requests = round(sum(counts))
    if not requests:
        runs = of.runs.get("InteractionsFunction", 0)
        yield Answer("unread", "api_not_measured", {"runs": runs}) if runs else NOTHING
        return
    broken = of.sum("AWS/ApiGateway", "5xx", ApiId=api_id)
    share = Decimal(broken) / requests
    yield answer(
        share <= MOST_ERRORS, "api", requests=requests, broken=broken, share=_percent(share)
    )


def workflows(of: Context) -> Iterator[Answer]:
    """Executions that did not end well."""
    machines = of.deployment.resources.get("AWS::StepFunctions::StateMachine", {})
    starts = {
        name: of.sum("AWS/States", "ExecutionsStarted", StateMachineArn=arn)
        for name, arn in machines.items()
    }
    if not any(starts.values()):
        yield NOTHING
        return
    for name, arn in machines.items():
        counts = {
            metric: of.sum("AWS/States", metric, StateMachineArn=arn)
            for metric in (
                "ExecutionsFailed",
                "ExecutionsTimedOut",
                "ExecutionsAborted",
                "ExecutionThrottled",
            )
        }
        bad = [f"{metric} {number}" for metric, number in counts.items() if number]
        if starts[name] or bad:
            yield answer(not bad, "workflows", name=name, started=starts[name], bad=_listed(bad))
        else:
            yield Answer("idle", "did_not_run", {"name": name})


def throttling(of: Context) -> Iterator[Answer]:
    """Requests that tables and indexes turned away."""
    found = []
    for place, dimensions in _places(of):
        turned, used = (
            sum(of.sum("AWS/DynamoDB", metric, **dimensions) for metric in metrics)
            for metrics in (
                ("ReadThrottleEvents", "WriteThrottleEvents"),
                ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
            )
        )
        found.append((place, turned, used))
    if not any(turned or used for _, turned, used in found):
        yield NOTHING
        return
    for place, turned, used in found:  # where nothing was turned away, DynamoDB counts nothing
        state: State = "attention" if turned else "ok" if used else "idle"
        yield Answer(state, "throttling", {"place": place, "turned": turned})


def utilisation(of: Context) -> Iterator[Answer]:
    """How much of their units tables and indexes use, on average and in the busiest hour (over 90
    days: on the busiest day)."""
    for place, dimensions in _places(of):
        on_demand = _is_on_demand(of, dimensions["TableName"])
        for kind in ("Read", "Write"):
            metric = f"{kind}CapacityUnits"
            about = {"place": place, "kind": kind.lower()}
            used = of.points("AWS/DynamoDB", f"Consumed{metric}", dimensions, "Sum")
            if on_demand:
                state: State = "ok" if sum(used) else "idle"
                yield Answer(state, "on_demand", {**about, "used": round(sum(used))})
                continue
            had = of.points("AWS/DynamoDB", f"Provisioned{metric}", dimensions, "Average")
            if not had:
                yield Answer("unread", "units_not_measured", about)
                continue
            least = Decimal(str(min(had)))
            mean = Decimal(str(sum(used))) / (len(had) * of.period_s * least)
            busiest = Decimal(str(max(used, default=0))) / (of.period_s * least)
            state = "attention" if busiest > MOST_USED else "ok" if busiest else "idle"
            figures = {"mean": _percent(mean), "busiest": _percent(busiest)}
            yield Answer(state, "utilisation", {**about, **figures, "units": f"{least:.0f}"})


def _is_on_demand(of: Context, table: str) -> bool:
    described = of.deployment.client("dynamodb").describe_table(TableName=table)["Table"]
    summary: Mapping[str, str] = described.get("BillingModeSummary", {})
    return summary.get("BillingMode") == "PAY_PER_REQUEST"


def undelivered(of: Context) -> Iterator[Answer]:
    """Events whose message never arrived: a row stays in the index until it did."""
    before = round(of.now.timestamp() * 1000) - LOG_WINDOW_MS
    query = of.deployment.client("dynamodb").get_paginator("query")
    number = sum(
        page["Count"]
        for key in UNDELIVERED_PULLS
        for page in query.paginate(
            TableName=of.deployment.tables["HistoryTable"],
            IndexName="undelivered",
            KeyConditionExpression="undelivered = :pull AND #time < :before",
            ExpressionAttributeNames={"#time": "timestamp"},
            ExpressionAttributeValues={":pull": {"S": key}, ":before": {"N": str(before)}},
            Select="COUNT",
        )
    )
    yield answer(number == 0, "undelivered", number=number)


def backups(of: Context) -> Iterator[Answer]:
    """Weekly backups and their copies, of each table."""
    for kind in ("backup", "copy"):
        jobs = list(_jobs(of, kind))
        for table in of.deployment.tables.values():
            mine = [each for each in jobs if each["ResourceArn"].endswith(f":table/{table}")]
            done = [each for each in mine if each["State"] == "COMPLETED"]
            failed = [
                each
                for each in mine
                if each["State"] in ("FAILED", "ABORTED", "EXPIRED", "PARTIAL")
            ]
            latest = max((each["CreationDate"] for each in done), default=None)
            fresh = latest is not None and latest > of.now - BACKUP_EVERY
            yield answer(
                fresh and not failed,
                kind,
                table=table,
                done=len(done),
                failed=len(failed),
                latest=f"{latest.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if latest else "–",
            )


def _jobs(of: Context, kind: str) -> Iterator[Mapping[str, Any]]:
    """Backup or copy jobs, also of the eight days that a weekly backup may take."""
    since = min(of.since, of.now - BACKUP_EVERY)
    operation, key = {
        "backup": ("list_backup_jobs", "BackupJobs"),
        "copy": ("list_copy_jobs", "CopyJobs"),
    }[kind]
    pages = (
        of.deployment.client("backup")
        .get_paginator(operation)
        .paginate(ByResourceType="DynamoDB", ByCreatedAfter=since)
    )
    for page in pages:
        yield from page[key]


def mail(of: Context) -> Iterator[Answer]:
    """Whether somebody gets the alarms: a mail subscription counts once it was confirmed."""
    pages = (
        of.deployment.client("sns")
        .get_paginator("list_subscriptions_by_topic")
        .paginate(TopicArn=of.deployment.output("AlarmTopicArn"))
    )
    found = [each for page in pages for each in page["Subscriptions"]]
    waiting = [each["Endpoint"] for each in found if not each["SubscriptionArn"].startswith("arn:")]
    confirmed = len(found) - len(waiting)
    yield answer(
        confirmed > 0 and not waiting, "mail", confirmed=confirmed, waiting=_listed(waiting)
    )


def cost(of: Context) -> Iterator[Answer]:
    """The account's bill of this month, so far and as expected, against the phase's budget."""
    client = of.deployment.client("ce", "us-east-1")
    today = of.now.date()
    tomorrow = today + timedelta(days=1)
    first = today.replace(day=1)
    spent = _usd(
        client.get_cost_and_usage(
            TimePeriod={"Start": first.isoformat(), "End": tomorrow.isoformat()},
            Granularity="MONTHLY",
            Metrics=["UnblendedCost"],
        )["ResultsByTime"]
    )
    after = (first + timedelta(days=32)).replace(day=1)
    expected = spent
    if tomorrow < after:
        rest = client.get_cost_forecast(
            TimePeriod={"Start": tomorrow.isoformat(), "End": after.isoformat()},
            Granularity="MONTHLY",
            Metric="UNBLENDED_COST",
        )
        expected += Decimal(rest["Total"]["Amount"])
    phase = of.deployment.parameters["Phase"]
    budget = PHASES[phase].high
    yield answer(
        expected <= budget,
        "cost",
        spent=f"{spent:.2f}",
        expected=f"{expected:.2f}",
        budget=budget,
        phase=phase,
    )


def quotas(of: Context) -> Iterator[Answer]:
    """How near the account came to the number of functions that may run at once."""
    found = of.deployment.client("service-quotas").get_service_quota(
        ServiceCode="lambda", QuotaCode="L-B99A9384"
    )["Quota"]
    allowed = Decimal(str(found["Value"]))
    counted = of.points("AWS/Lambda", "ConcurrentExecutions", {}, "Maximum")
    if not counted:
        yield NOTHING
        return
    used = max(counted)
    share = Decimal(str(used)) / allowed
    yield answer(
        share <= MOST_USED,
        "quotas",
        name=found["QuotaName"],
        used=round(used),
        allowed=f"{allowed:.0f}",
    )


def recovery(of: Context) -> Iterator[Answer]:
    """Whether each table can be restored to any second of 35 days, and not be deleted."""
    client = of.deployment.client("dynamodb")
    for table in of.deployment.tables.values():
        described = client.describe_continuous_backups(TableName=table)
        found = described["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        enabled = found.get("PointInTimeRecoveryStatus") == "ENABLED"
        days = int(found.get("RecoveryPeriodInDays", 35)) if enabled else 0
        protected = client.describe_table(TableName=table)["Table"].get(
            "DeletionProtectionEnabled", False
        )
        mark = "✓" if protected else "✗"
        yield answer(days == 35 and protected, "recovery", table=table, days=days, protected=mark)


def replica(of: Context) -> Iterator[Answer]:
    """Whether the second Region has the fairness secret, without which no seed can be made."""
    described = of.deployment.client("secretsmanager").describe_secret(
        SecretId=of.deployment.output("FairnessSecretArn")
    )
    found = [
        f"{each['Region']} {each['Status']}" for each in described.get("ReplicationStatus", [])
    ]
    good = bool(found) and all(each.endswith("InSync") for each in found)
    yield answer(good, "replica", found=_listed(found))


def price_table(of: Context) -> Iterator[Answer]:
    """Whether scripts/prices.toml is young enough to be believed."""
    table = prices.load()
    oldest = min(each.date for each in table.values())
    unverified = sum(not each.verified for each in table.values())
    yield answer(
        of.now.date() - oldest <= PRICES_LAST, "price_table", oldest=oldest, unverified=unverified
    )


Item = Callable[[Context], Iterator[Answer]]

ITEMS: Final[Mapping[Lists, tuple[Item, ...]]] = {
    "regular": (
        alarms,
        error_rate,
        response_time,
        api,
        workflows,
        throttling,
        undelivered,
        backups,
        mail,
    ),
    "monthly": (
        utilisation,
        cost,
        error_rate,
        response_time,
        api,
        workflows,
        throttling,
        undelivered,
        backups,
        mail,
    ),
    "quarterly": (
        utilisation,
        cost,
        error_rate,
        response_time,
        backups,
        recovery,
        replica,
        quotas,
        mail,
        price_table,
    ),
}


def _places(of: Context) -> Iterator[tuple[str, dict[str, str]]]:
    """Each table and index, with the dimensions of its metrics."""
    client = of.deployment.client("dynamodb")
    for table in of.deployment.tables.values():
        yield table, {"TableName": table}
        described = client.describe_table(TableName=table)["Table"]
        for index in described.get("GlobalSecondaryIndexes", []):
            name = index["IndexName"]
            yield f"{table}/{name}", {"TableName": table, "GlobalSecondaryIndexName": name}


def _usd(results: list[Mapping[str, Any]]) -> Decimal:
    amounts = [each["Total"]["UnblendedCost"] for each in results]
    if any(each["Unit"] != "USD" for each in amounts):
        raise stack.StackError("the bill is not in dollars")
    return sum((Decimal(each["Amount"]) for each in amounts), Decimal(0))


def _percent(share: Decimal) -> str:
    return f"{share:.2%}"


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "–"


# --- the output -----------------------------------------------------------------------------------

LANGUAGES: Final = ("ja", "en")

_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "alarms": ("アラーム", "Alarms"),
    "error_rate": ("エラー率（1 % 以下）", "Error rate (at most 1 %)"),
    "response_time": ("応答時間（p99）", "Response time (p99)"),
    "api": ("API の応答", "Answers of the API"),
    "workflows": ("ワークフロー", "Workflows"),
    "throttling": ("DynamoDB のスロットリング", "Throttling by DynamoDB"),
    "utilisation": ("使用率", "Utilisation"),
    "undelivered": ("未配達の結果", "Results that did not arrive"),
    "backups": ("バックアップとコピー", "Backups and their copies"),
    "mail": ("アラームのメール購読", "Mail subscription of the alarms"),
    "cost": ("コスト", "Cost"),
    "quotas": ("クォータ", "Quotas"),
    "recovery": ("ポイントインタイムリカバリと削除保護", "Recovery and deletion protection"),
    "replica": ("公正性シークレットの複製", "Replica of the fairness secret"),
    "price_table": ("料金表の日付", "Age of the price table"),
}

_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "alarms": ("{number} 個、作動中：{ringing}", "{number} alarms; ringing: {ringing}"),
    "error_rate": (
        "{name}：{share}（{runs:,} 回中 {errors:,} 回）",
        "{name}: {share} ({errors:,} of {runs:,} runs)",
    ),
    "response_time": (
        "{name}：最も遅い時間帯で {worst:,} ms（上限 {longest:,} ms）",
        "{name}: {worst:,} ms in the slowest hour or day (limit {longest:,} ms)",
    ),
    "api": (
        "{requests:,} 件中 5xx は {broken:,} 件（{share}）",
        "{broken:,} of {requests:,} answers were 5xx ({share})",
    ),
    "workflows": (
        "{name}：{started:,} 件開始、異常：{bad}",
        "{name}: {started:,} started; not well: {bad}",
    ),
    "throttling": ("{place}：{turned:,} 件", "{place}: {turned:,} requests"),
    "utilisation": (
        "{place} {kind}：平均 {mean}、最大 {busiest}（{units} ユニット）",
        "{place} {kind}: mean {mean}, busiest {busiest} (of {units} units)",
    ),
    "on_demand": (
        "{place} {kind}：オンデマンド、{used:,} ユニット",
        "{place} {kind}: on demand, {used:,} units",
    ),
    "undelivered": ("{number:,} 件", "{number:,} events"),
    "backup": (
        "{table}：成功 {done}、失敗 {failed}、最新 {latest}",
        "{table}: {done} done, {failed} failed, latest {latest}",
    ),
    "copy": (
        "{table} のコピー：成功 {done}、失敗 {failed}、最新 {latest}",
        "copies of {table}: {done} done, {failed} failed, latest {latest}",
    ),
    "mail": (
        "確認済み {confirmed}、未確認：{waiting}",
        "{confirmed} confirmed; waiting: {waiting}",
    ),
    "cost": (
        "今月 ${spent}、月末見込み ${expected}、予算 ${budget}（{phase}）。アカウント全体の額",
        "${spent} this month, ${expected} expected, budget ${budget} ({phase}); the whole account",
    ),
    "quotas": ("{name}：最大 {used} / {allowed}", "{name}: at most {used} of {allowed}"),
    "recovery": (
        "{table}：{days} 日、削除保護 {protected}",
        "{table}: {days} days, deletion protection {protected}",
    ),
    "replica": ("{found}", "{found}"),
    "price_table": (
        "最も古い料金は {oldest}、未確認 {unverified} 件",
        "the oldest price is of {oldest}; {unverified} are not verified",
    ),
    "unread": ("読み取れません：{reason}", "could not be read: {reason}"),
    "nothing": (
        "計測値がありません。使われていないか、計測されていません",
        "no figures: nothing happened, or it was not measured",
    ),
    "did_not_run": ("{name}：一度も動いていません", "{name}: did not run"),
    "not_measured": (
        "{name}：{runs:,} 回動いたのに、計測値がありません",
        "{name}: ran {runs:,} times, yet there are no figures",
    ),
    "api_not_measured": (
        "InteractionsFunction は {runs:,} 回動いたのに、API の計測値がありません",
        "InteractionsFunction ran {runs:,} times, yet the API has no figures",
    ),
    "units_not_measured": ("{place} {kind}：計測値がありません", "{place} {kind}: no figures"),
    "heading": ("{name}（過去 {days} 日）", "{name} (the last {days} days)"),
    "regular": ("定期点検", "Regular check"),
    "monthly": ("月次点検", "Monthly check"),
    "quarterly": ("四半期点検", "Quarterly check"),
    "end": (
        "正常 {ok}、未使用 {idle}、要対応 {attention}、読み取り不可 {unread}",
        "{ok} ok, {idle} idle, {attention} need attention, {unread} could not be read",
    ),
}

_MARKS: Final[Mapping[State, tuple[str, str]]] = {
    "ok": ("正常", "ok"),
    "idle": ("未使用", "idle"),
    "attention": ("要対応", "ATTENTION"),
    "unread": ("不明", "unread"),
}


def text(lang: str, sentence: str, **values: object) -> str:
    """A sentence of the report in `lang`."""
    return _SENTENCES[sentence][LANGUAGES.index(lang)].format(**values)


def ask(item: Item, of: Context) -> list[Answer]:
    """An item's answers. What cannot be read becomes an answer that says why."""
    found = []
    try:
        for each in item(of):
            found.append(each)
        return found or [NOTHING]
    except ClientError as error:
        return [*found, unread(f"{error.response['Error']['Code']} ({error.operation_name})")]
    except (BotoCoreError, stack.StackError, KeyError, ValueError) as error:
        return [*found, unread(f"{type(error).__name__}: {error}")]


def unread(reason: str) -> Answer:
    return Answer("unread", "unread", {"reason": reason})


def report(deployment: Deployment, kind: Lists, lang: str, now: datetime) -> int:
    """Print a list; returns the exit code."""
    of = Context(deployment, now, DAYS[kind])
    at = LANGUAGES.index(lang)
    print(f"{text(lang, 'heading', name=text(lang, kind), days=of.days)}  {deployment.name}")
    print(f"{now:%Y-%m-%d %H:%M} UTC")
    states = dict.fromkeys(_MARKS, 0)
    for item in ITEMS[kind]:
        stack.say(f"{item.__name__} …")
        print(f"\n{_TITLES[item.__name__][at]}")
        for each in ask(item, of):
            states[each.state] += 1
            print(f"  {_MARKS[each.state][at]:9} {text(lang, each.sentence, **each.values)}")
    print(f"\n{text(lang, 'end', **states)}")
    if states["attention"]:
        return stack.NOT_SO
    return stack.UNREADABLE if states["unread"] else stack.FOUND


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.report",
        description="The check lists of docs/checklists.md, answered with figures.",
        epilog=(
            "exit codes: 0 all is well, 1 an item needs attention, 2 bad question, "
            "3 no item needs attention, but some could not be read"
        ),
    )
    kind = parser.add_mutually_exclusive_group(required=True)
    for name, days in DAYS.items():
        kind.add_argument(
            f"--{name}",
            dest="kind",
            action="store_const",
            const=name,
            help=f"the last {days} days",
        )
    parser.add_argument("--lang", choices=LANGUAGES, help="default: the terminal's (LANG)")
    stack.add_arguments(parser)
    given = parser.parse_args(arguments)
    lang = given.lang or terminal.language(os.environ)
    return stack.ending(
        lambda: report(stack.chosen(given), given.kind, lang, datetime.now(UTC)), lang
    )


if __name__ == "__main__":
    sys.exit(stack.ending(main))
