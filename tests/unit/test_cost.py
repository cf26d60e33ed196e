"""scripts.cost: every figure follows from the template, and every phase keeps its budget."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from adapters import banners
from gacha.economy import Economy
from scripts import cost, prices, stack
from scripts.cost import PHASES, Bill, Facts, Usage, bill, settings
from scripts.template import PATH, Template, TemplateError, load
from tests.conftest import ROOT
from tests.unit.test_template import TABLES, statements

TABLE = prices.load()


def total(template: Template, users: int = 1_000) -> Bill:
    return bill(template, Usage.of(users), TABLE)


def quantity(of: Bill, name: str) -> Fraction:
    return sum((line.quantity for line in of.lines if line.price.name == name), Fraction(0))


def changed(**resources: Any) -> Template:
    """The template with more resources; a name that is there gets these properties on top."""
    source = copy.deepcopy(dict(load(PATH)))
    for name, (kind, properties) in resources.items():
        known = source["Resources"].get(name, {"Type": kind, "Properties": {}})
        source["Resources"][name] = {
            **known,
            "Properties": {**known.get("Properties", {}), **properties},
        }
    return Template(source=source)


# --- the price table ------------------------------------------------------------------------------


def test_every_price_is_exact_dated_and_sourced() -> None:
    for price in TABLE.values():
        assert price.usd > 0 and isinstance(price.usd, Fraction)
        assert price.per and price.source and price.date.year >= 2026
        assert re.fullmatch(r"ap-northeast-[12]", price.region)
        assert price.verified is not price.source.startswith("unverified: "), price.name


def test_no_float_can_enter_the_table(tmp_path: Path) -> None:
    text = prices.PATH.read_text()
    for bad in ("0.25", '"-1"', '"0"'):
        file = tmp_path / "prices.toml"
        file.write_text(text.replace('usd = "0.000742"', f"usd = {bad}"))
        with pytest.raises(ValueError, match="dynamodb_wcu_hour"):
            prices.load(file)


def test_free_units_belong_to_a_price(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(prices.PATH.read_text() + '\nlunch = "1"\n')
    with pytest.raises(KeyError, match="lunch"):
        prices.load(file)


# --- budgets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("workflow", ["STANDARD", "EXPRESS"])
def test_every_phase_keeps_its_budget_without_any_allowance(phase: str, workflow: str) -> None:
    """At the phase's most users, whichever workflow it is deployed with."""
    template = settings(phase, {"WorkflowType": workflow})
    full = total(template, PHASES[phase].users).full
    assert full <= PHASES[phase].high, f"{phase} costs {float(full):.2f}"


@pytest.mark.parametrize(
    ("phase", "full", "net", "express"),
    [
        ("initial", 10, 5, 5),
        ("growth", 40, 25, 25),
        ("expansion", 65, 45, 30),
        ("large", 160, 130, 90),
    ],
)
def test_a_month_costs_at_most_what_was_asked_for(
    phase: str, full: int, net: int, express: int
) -> None:
    """Without allowances and after what is always free, on Standard; the same on Express."""
    usage = Usage.of(PHASES[phase].users)
    standard = bill(settings(phase, {}), usage, TABLE)
    assert standard.full <= full, f"{phase} costs {float(standard.full):.2f}"
    assert standard.net <= net, f"{phase} costs {float(standard.net):.2f}"
    assert bill(settings(phase, {"WorkflowType": "EXPRESS"}), usage, TABLE).net <= express


def test_the_budgets_are_the_roadmaps() -> None:
    assert {name: (each.low, each.high) for name, each in PHASES.items()} == {
        "initial": (2, 10),
        "growth": (20, 40),
        "expansion": (45, 90),
        "large": (150, 300),
    }
    assert [each.users for each in PHASES.values()][:3] == [1_000, 5_000, 20_000]


def test_a_broken_budget_is_said_and_ends_in_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cost.main([]) == 0
    assert "BROKEN" not in capsys.readouterr().out
    assert cost.main(["--users", "2000000"]) == 1
    assert "BROKEN" in capsys.readouterr().out


# --- what is counted ------------------------------------------------------------------------------


def test_capacity_is_that_of_every_table_and_index() -> None:
    template = settings("growth", {})
    tables = template.resources("AWS::DynamoDB::Table")
    places = len(tables) + sum(
        len(each.properties.get("GlobalSecondaryIndexes", [])) for each in tables
    )
    facts = Facts(template)
    assert places == len(facts.places) == len(facts.provisioned) + len(facts.on_demand) == 6
    units = int(tables[0].properties["ProvisionedThroughput"]["WriteCapacityUnits"])
    counted = quantity(total(template), "dynamodb_wcu_hour")
    assert counted == len(facts.provisioned) * units * 730 == 25 * 730  # what is always free
    on_demand = quantity(total(template), "dynamodb_write_request")
    assert facts.on_demand == ["CollectionTable"]
    usage = Usage.of(1_000)
    a_pull = cost.MEASURED.pull_writes["CollectionTable"]
    assert a_pull == cost.MEASURED.ten_writes["CollectionTable"]
    of_cards = sum(r.a_day * r.writes.get("CollectionTable", 0) for r in cost.ROOMS)
    playing = Fraction(1_000, 5)
    assert on_demand == (usage.pulls * a_pull + playing * of_cards) * cost.DAYS


def test_on_demand_pays_for_requests_only() -> None:
    source = copy.deepcopy(dict(load(PATH)))
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            resource["Properties"]["BillingMode"] = "PAY_PER_REQUEST"
    usage = Usage(1_000, Fraction(100), Fraction(0), Fraction(0), tens=Fraction(0))
    counted = bill(Template(source=source), usage, TABLE)
    assert quantity(counted, "dynamodb_wcu_hour") == 0
    a_pull = sum(cost.MEASURED.pull_writes.values())
    # One of ten draws from a box that a server shares, and writes four units more.
    units = 100 * cost.DAYS * (a_pull + Fraction(4, 10))
    assert quantity(counted, "dynamodb_write_request") == units


def test_scaling_policies_bring_four_alarms_each() -> None:
    before = quantity(total(Template()), "alarm_metric")
    policy = ("AWS::ApplicationAutoScaling::ScalingPolicy", {"PolicyType": "TargetTrackingScaling"})
    target = ("AWS::ApplicationAutoScaling::ScalableTarget", {"MaxCapacity": 20})
    after = quantity(total(changed(P=policy, T=target)), "alarm_metric")
    assert after - before == 4


def test_an_alarm_costs_as_many_metrics_as_it_reads() -> None:
    before = quantity(total(Template()), "alarm_metric")
    metric = {"Id": "a", "MetricStat": {"Metric": {"Namespace": "AWS/Lambda"}}}
    formula = {"Id": "e", "Expression": "100*a/b"}
    one = changed(One=("AWS::CloudWatch::Alarm", {"MetricName": "Errors"}))
    rate = changed(Rate=("AWS::CloudWatch::Alarm", {"Metrics": [metric, metric, formula]}))
    assert quantity(total(one), "alarm_metric") - before == 1
    assert quantity(total(rate), "alarm_metric") - before == 2


def graph(lines: int, **options: str) -> dict[str, str]:
    """A dashboard of so many metrics, in two graphs."""
    metric = ["AWS/Lambda", "Errors", options] if options else ["AWS/Lambda", "Errors"]
    widgets = [{"metrics": [metric] * (lines - 1)}, {"metrics": [metric]}, {"markdown": "words"}]
    body = {"widgets": [{"type": "any", "properties": each} for each in widgets]}
    return {"DashboardBody": json.dumps(body)}


def test_a_dashboard_that_searches_is_not_counted_as_cheap() -> None:
    searching = graph(2, expression="SEARCH('{AWS/Lambda}', 'Sum')")
    with pytest.raises(TemplateError, match="searches"):
        total(changed(Another=("AWS::CloudWatch::Dashboard", searching)))


@pytest.mark.parametrize(
    ("kind", "properties", "price", "more"),
    [
        ("AWS::CloudWatch::CompositeAlarm", {}, "composite_alarm", 1),
        ("AWS::CloudWatch::Dashboard", graph(50), "dashboard", 1),
        ("AWS::CloudWatch::Dashboard", graph(50), "large_dashboard", 0),
        ("AWS::CloudWatch::Dashboard", graph(51), "dashboard", 0),
        ("AWS::CloudWatch::Dashboard", graph(51), "large_dashboard", 1),
        (
            "AWS::Logs::MetricFilter",
            {"MetricTransformations": [{"MetricName": "One"}]},
            "custom_metric",
            1,
        ),
        ("AWS::KMS::Key", {}, "key", 1),
        ("AWS::SecretsManager::Secret", {"ReplicaRegions": [{"Region": "x"}]}, "secret", 2),
    ],
)
def test_each_costs_by_the_month(
    kind: str, properties: dict[str, Any], price: str, more: int
) -> None:
    before = quantity(total(Template()), price)
    assert quantity(total(changed(Another=(kind, properties))), price) - before == more


def backup(schedule: str, days: int, copied: int | None) -> tuple[str, dict[str, Any]]:
    rule: dict[str, Any] = {
        "ScheduleExpression": schedule,
        "Lifecycle": {"DeleteAfterDays": days},
    }
    if copied is not None:
        rule["CopyActions"] = [{"Lifecycle": {"DeleteAfterDays": copied}}]
    return "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [rule]}}


@pytest.mark.parametrize(
    ("schedule", "days", "copied", "kept", "copies"),
    [
        ("cron(0 2 ? * SUN *)", 90, 90, 13, 13),
        ("cron(0 2 ? * SUN *)", 90, None, 13, 0),
        ("cron(0 2 * * ? *)", 30, 7, 30, 7),
    ],
)
def test_backups_are_full_and_kept_side_by_side(
    schedule: str, days: int, copied: int | None, kept: int, copies: int
) -> None:
    source = copy.deepcopy(dict(load(PATH)))
    source["Resources"] = {
        name: each
        for name, each in source["Resources"].items()
        if each["Type"] != "AWS::Backup::BackupPlan"
    }
    kind, properties = backup(schedule, days, copied)
    source["Resources"]["Plan"] = {"Type": kind, "Properties": properties}
    counted = total(Template(source=source))
    stored = quantity(counted, "dynamodb_storage_gb")
    assert quantity(counted, "backup_gb") == stored * kept
    assert quantity(counted, "backup_copy_gb") == stored * copies


ONE_PULL_A_DAY: Final = Usage(1, Fraction(1), Fraction(0), Fraction(0))


def test_each_caller_of_a_table_uses_its_key_once_in_five_minutes_at_most() -> None:
    """DynamoDB keeps a key for a caller; AWS's key for it costs requests too, and nothing else."""

    def tables(*roles: str) -> int:
        rights = [str(list(statements(f"{role}Role"))) for role in roles]
        return sum(table in text for text in rights for table in TABLES)

    # Announce opens players and collections for the file of one's own data alone.
    assert {role for role, _ in cost.SELDOM} == {"Announce"}
    rights = cost._rights(settings("initial", {}))
    opened = "".join(text for name, text in rights if name == "Announce")
    assert all(f"table/{table}" in opened for _, table in cost.SELDOM)
    a_pulls = tables("Interactions", "Draw", "PullStateMachine", "Announce") - len(cost.SELDOM)
    assert a_pulls >= 10 and tables("Sweeper") == 1
    counted = bill(settings("initial", {}), ONE_PULL_A_DAY, TABLE)
    assert quantity(counted, "key_request") == cost.DAYS * a_pulls + cost.SPANS
    assert quantity(counted, "key") == 0
    crowd = Usage(1, Fraction(10**6), Fraction(0), Fraction(0))
    counted = bill(settings("initial", {}), crowd, TABLE)
    assert quantity(counted, "key_request") == cost.SPANS * (a_pulls + 1)


def test_a_key_of_ones_own_is_paid_for_in_both_regions_and_used_for_more() -> None:
    ours = bill(settings("initial", {"EncryptionKey": "CUSTOMER"}), ONE_PULL_A_DAY, TABLE)
    awss = bill(settings("initial", {}), ONE_PULL_A_DAY, TABLE)
    assert quantity(ours, "key") == 2
    assert quantity(ours, "key_request") > quantity(awss, "key_request")
    no_copy = {"EncryptionKey": "CUSTOMER", "BackupCopyRegion": "none"}
    assert quantity(bill(settings("initial", no_copy), ONE_PULL_A_DAY, TABLE), "key") == 1


def test_a_cold_start_reads_its_secret_and_is_billed(monkeypatch: pytest.MonkeyPatch) -> None:
    template = settings("initial", {})
    counted = bill(template, ONE_PULL_A_DAY, TABLE)
    assert quantity(counted, "secret_request") == cost.DAYS * 2  # Draw's and Announce's
    before = quantity(counted, "lambda_gb_second_arm64")
    longer = cost.MEASURED.init_ms + 1_000
    monkeypatch.setattr(cost, "MEASURED", replace(cost.MEASURED, init_ms=longer))
    after = quantity(bill(template, ONE_PULL_A_DAY, TABLE), "lambda_gb_second_arm64")
    # Interactions, Draw, Announce, and a picture for each fifth pull; and the sweeper's rounds.
    started = Fraction(16, 5) * cost.DAYS + cost.SPANS
    assert after - before == started * Fraction(128, 1024)


def test_a_look_at_the_dashboard_searches_the_logs_of_its_queries() -> None:
    before = quantity(bill(Template(), ONE_PULL_A_DAY, TABLE), "logs_scanned_gb")
    assert before > 0
    query = {"properties": {"query": "SOURCE '<DrawLogs>' | SOURCE '<PlanLogs>' | stats count(*)"}}
    body = {"DashboardBody": json.dumps({"widgets": [query]})}
    more = changed(Another=("AWS::CloudWatch::Dashboard", body))
    after = quantity(bill(more, ONE_PULL_A_DAY, TABLE), "logs_scanned_gb")
    measured = cost.MEASURED
    a_week = ONE_PULL_A_DAY.pulls * measured.looked_days * measured.lambda_log  # Plan never ran
    assert after - before == measured.looks * a_week / cost.GB


def test_a_pulls_transitions_are_the_states_on_its_way() -> None:
    definition = cost.filled_in("statemachines/change.asl.json", {"Decide": "Draw"})
    states = list(cost.walk(definition))
    assert states == ["Draw", "Record", "Announce"]
    conflict = list(cost.walk(definition, ("WaitForPlayer",), "Again?", "Record"))
    assert conflict == ["Again?", "WaitForPlayer", "Draw", "Record"]
    given_up = list(cost.walk(definition, ("Void",), "Again?"))
    assert given_up == ["Again?", "Void", "Apologise", "Failed"]
    asked = list(cost.walk(definition, ("WaitForDiscord",), "Patience?", "Announce"))
    assert asked == ["Patience?", "WaitForDiscord", "Announce"]
    assert len(asked) == cost.RETRY_STATES
    pull = cost.Facts(settings("initial", {"WorkflowType": "STANDARD"})).machine("Pull")
    assert pull.workers == ["Draw", "Announce"]  # Record is no function, and costs no Lambda
    assert (pull.transitions, pull.conflict, pull.given_up) == (3, 4, 4)
    usage = Usage(0, Fraction(100), Fraction(0), Fraction(0))
    standard = settings("initial", {"WorkflowType": "STANDARD"})
    counted = bill(standard, usage, TABLE)
    assert quantity(counted, "transition") == 100 * cost.DAYS * len(states)
    express = bill(settings("initial", {"WorkflowType": "EXPRESS"}), usage, TABLE)
    assert quantity(express, "transition") == 0
    assert quantity(express, "express_request") == 100 * cost.DAYS


def test_a_workflow_without_an_end_is_no_endless_loop() -> None:
    circle = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}
    with pytest.raises(TemplateError, match="circles"):
        list(cost.walk(circle, ()))


def test_custom_metrics_are_our_own_by_name() -> None:
    known = cost.custom_metrics(Template())
    assert {"Pulls", "DeliveryAge"} <= known
    transformed = {"MetricTransformations": [{"MetricName": "FromLogs"}]}
    ours = {"Namespace": "Gacha", "MetricName": "Alarmed"}
    aws = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    template = changed(
        Filter=("AWS::Logs::MetricFilter", transformed),
        Plain=("AWS::CloudWatch::Alarm", ours),
        Same=("AWS::CloudWatch::Alarm", ours),
        Math=("AWS::CloudWatch::Alarm", {"Metrics": [{"MetricStat": {"Metric": aws}}]}),
    )
    assert cost.custom_metrics(template) - known == {"FromLogs", "Alarmed"}


# --- the bill -------------------------------------------------------------------------------------


def test_the_free_tier_is_taken_off_once_and_never_more_than_was_used() -> None:
    price = TABLE["alarm_metric"]
    lines = [
        cost.Line("a", price, Fraction(4), ""),
        cost.Line("b", price, Fraction(8), ""),
        cost.Line("a", TABLE["secret"], Fraction(2), ""),
    ]
    counted = Bill(lines)
    assert counted.full == Fraction("2.00")
    assert counted.net == Fraction("1.00")  # ten alarm metrics are free, over both lines
    assert counted.first_year == counted.net
    assert Bill(lines[:1]).net == 0


def test_what_is_free_for_a_year_is_told_from_what_is_free_for_ever() -> None:
    requests = Bill([cost.Line("a", TABLE["http_api_request"], Fraction(1_200_000), "")])
    assert requests.full == requests.net == 1_200_000 * TABLE["http_api_request"].usd
    assert requests.first_year == 200_000 * TABLE["http_api_request"].usd


def test_nobody_playing_costs_less_than_somebody_and_more_users_more() -> None:
    sums = [total(Template(), users).full for users in (1, 1_000, 10_000, 100_000)]
    assert sums == sorted(sums) and len(set(sums)) == 4


def test_the_flood_grows_with_the_throttle_and_is_dearest_where_changes_collide() -> None:
    worst = cost.flood(settings("growth", {"WorkflowType": "STANDARD"}), TABLE)
    assert 0 < worst.unsigned < worst.refused < worst.recorded < worst.colliding
    stage = next(each for each in Template().resources() if each.name == "ApiStage")
    route = {**stage.properties["DefaultRouteSettings"], "ThrottlingRateLimit": worst.rate * 2}
    double = changed(ApiStage=("AWS::ApiGatewayV2::Stage", {"DefaultRouteSettings": route}))
    assert cost.flood(double, TABLE).unsigned == worst.unsigned * 2


def test_the_drivers_are_the_dearest_groups_first() -> None:
    lines = [
        cost.Line("small", TABLE["secret"], Fraction(1), ""),
        cost.Line("large", TABLE["secret"], Fraction(6), ""),
        cost.Line("middle", TABLE["secret"], Fraction(2), ""),
        cost.Line("tiny", TABLE["secret"], Fraction(1), ""),
    ]
    assert cost.drivers(Bill(lines)) == "large 60%, middle 20%, small 10%"


def test_express_is_compared_with_the_same_deployment() -> None:
    template = settings("growth", {})
    usage = Usage.of(5_000)
    sentence = cost.express_saving("growth", template, usage, TABLE)
    kinds = {
        kind: bill(settings("growth", {"WorkflowType": kind}), usage, TABLE).full
        for kind in ("STANDARD", "EXPRESS")
    }
    assert f"Standard {cost.dollars(kinds['STANDARD'])}," in sentence
    assert f"{cost.dollars(kinds['STANDARD'] - kinds['EXPRESS'])} less on Express" in sentence


# --- the command ----------------------------------------------------------------------------------


def test_the_output_names_what_matters(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--phase", "growth", "--users", "3000", "--pulls-per-day", "900"]) == 0
    out = capsys.readouterr().out
    for expected in (
        "3,000 users; a day 900 pulls",
        "sum without allowances",
        "what is always free takes off",
        "the first year of an account",
        "What drives the cost",
        "less on Express",
        "unsigned requests",
        "NAT gateway",
        "verified against AWS's own list",
        "dynamodb_wcu_hour",
    ):
        assert expected in out, expected


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("phase", [*PHASES, None])
def test_it_begins_with_what_the_owner_asked(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    phase: str | None,
    lang: str,
) -> None:
    """What the phase costs, both sums in one line; without an option the phase of the last
    deployment, whose file has the answers quoted, as SAM writes them."""
    kept = "large"
    file = tmp_path / "samconfig.toml"
    file.write_text(
        '[default.deploy.parameters]\nparameter_overrides = "DiscordApplicationId=\\"1\\" '
        f'Phase=\\"{kept}\\""\n'
    )
    monkeypatch.setattr(stack.proposals, "__defaults__", (file,))
    cost.main([f"--lang={lang}", *([f"--phase={phase}"] if phase else [])])
    first, second, *more = capsys.readouterr().out.splitlines()
    whole = total(settings(phase or kept, {}), PHASES[phase or kept].users)
    assert first.startswith(phase or kept) and bool(re.search("[ぁ-ん]", first)) is (lang == "ja")
    assert re.findall(r"\d+\.\d\d", first) == [cost.dollars(whole.full), cost.dollars(whole.net)]
    assert f"{PHASES[phase or kept].users:,}" in second
    assert ("samconfig.toml" in more[0]) is (phase is None)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_first_lines_say_if_the_budget_is_broken(
    capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    arguments = [f"--lang={lang}", "--phase=initial", "--users"]
    seconds = []
    for users in ("10", "1500", "2000000"):
        cost.main([*arguments, users])
        seconds.append(capsys.readouterr().out.splitlines()[1])
    words = cost._HEAD[lang]
    assert words["holds with what is free"] in seconds[1]
    assert words["BROKEN"] in seconds[2] and words["BROKEN"] not in seconds[0]


def test_each_phase_is_a_row_without_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    cost.main([])
    out = capsys.readouterr().out
    for phase, each in PHASES.items():
        assert re.search(rf"^{phase} .*\${each.low}–{each.high}: holds", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--parameter", "WorkflowType"], "NAME=VALUE"),
        (["--parameter", "WorkflowType=FAST"], "has to be one of"),
        (["--users", "0"], "is no whole number from 1 up"),
        (["--users", "many"], "is no whole number from 1 up"),
        (["--active", "101"], "is no percentage"),
        (["--active", "1/0"], "is no percentage"),
    ],
)
def test_bad_questions_are_answered_in_a_sentence(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cost.main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_usage_follows_from_the_users() -> None:
    """A hundred who play: each pulls what the settings' preview of a month comes to a day, ten
    times at once from coins at the sample's price, and once by each ticket."""
    usage = Usage.of(1_000, active=Fraction(1, 10))
    month, price = Economy("").month, banners.load("starlit-atelier").price(10)
    tens, singles = Fraction(month.coins, price), sum(lot.count for lot in month.tickets)
    assert usage.pulls == 100 * (tens + singles) / 30 and usage.tens == tens / (tens + singles)
    assert usage.visits == 100 and usage.reads == 150
    assert usage.changes == 100 * sum(room.a_day for room in cost.ROOMS) and usage.changes < 140
    known: Mapping[str, Any] = cost.MEASURED.ten_writes
    assert sum(known.values()) == 12  # what `make bench` counts for a ten-pull


# --- what the documents quote ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tools.md", "tools.ja.md"])
@pytest.mark.parametrize(
    ("arguments", "first"), [([], "initial "), (["--phase", "growth"], "growth: ")]
)
def test_the_quoted_output_is_the_tools(
    capsys: pytest.CaptureFixture[str], name: str, arguments: list[str], first: str
) -> None:
    text = (ROOT / "docs" / name).read_text()
    blocks = re.findall(r"(?ms)^```(?:\w*)\n(.*?)^```$", text)
    [quoted] = [each for each in blocks if each.startswith(first)]
    cost.main([*arguments, "--lang", "ja" if name.endswith(".ja.md") else "en"])
    said = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    lines = quoted.rstrip("\n").split("\n")
    begin = said.index(lines[0])
    assert said[begin : begin + len(lines)] == lines
    if not arguments:
        assert said == lines  # whole


def months(**parameters: str) -> list[tuple[Bill, str]]:
    return [(total(settings(name, parameters), each.users), name) for name, each in PHASES.items()]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readmes_have_the_months_figures(name: str) -> None:
    text = (ROOT / name).read_text()
    every = [bill for bill, _ in months()]
    rows = [[round(each.full) for each in every], [round(each.net) for each in every]]
    rows.append([each.users for each in PHASES.values()])
    for row in rows:
        assert f" | {' | '.join(f'{each:,}' for each in row)} |\n" in text
    late = [bill for bill, _ in months(WorkflowType="EXPRESS")][2:]
    full, net = ([round(getattr(each, of)) for each in late] for of in ("full", "net"))
    verified = sum(each.verified for each in TABLE.values())
    others = len(TABLE) - verified
    if name == "README.md":
        assert f"on Express are {full[0]} and {full[1]} ({net[0]} and {net[1]} after" in text
        assert f"which were not ({verified} and {others})" in text
    else:
        assert (
            f"Express なら {full[0]} と {full[1]}（常時無料枠を引くと {net[0]} と {net[1]}）"
            in text
        )
        assert f"確認し（{verified} 件）、どれがまだか（{others} 件）" in text


@pytest.mark.parametrize("name", ["roadmap.md", "roadmap.ja.md"])
def test_the_roadmaps_have_the_months_figures(name: str) -> None:
    comma = "、" if name.endswith(".ja.md") else ", "
    cells = [f"${float(b.full):,.2f}{comma}${float(b.net):,.2f}" for b, _ in months()]
    assert f"| {' | '.join(cells)} |" in (ROOT / "docs" / name).read_text()


def test_it_says_how_many_members_put_the_brake_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with a bucket's 20 changes and 20 looks at once, counted one after the other."""
    cost.main([])
    line = next(each for each in capsys.readouterr().out.splitlines() if "Members who" in each)
    for phase in PHASES:
        template = Template({"Phase": phase})
        express = Facts(template).machine("Pull").express
        used = members = 0
        while used < cost.Brake.of(template).hour:
            members += 1
            for _ in range(20):
                used += 2 if express else cost.MEASURED.burst_states + cost.REPLY_UNITS
        assert f"{phase} {members}" in line, line


def test_columns_stay_apart_however_large_the_figures_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cost.main(["--phase", "large", "--users", "8000000000"]) == 1
    rows = [each for each in capsys.readouterr().out.splitlines() if each.startswith("large ")]
    row = next(each for each in rows if "on demand" in each)
    assert re.search(r" 8,000,000,000 [\d,]+ ", row) and re.search(r"\.\d\d [\d,]+\.\d\d ", row)


@pytest.mark.parametrize("path", ["docs/capacity.md", "docs/capacity.ja.md"])
def test_what_express_saves_at_the_end_is_as_the_document_says(path: str) -> None:
    usage = Usage.of(50_000_000)
    text = (ROOT / path).read_text("utf-8")
    for kind in ("STANDARD", "EXPRESS"):
        of = cost.settings("large", {"WorkflowType": kind})
        assert f"{round(cost.bill(of, usage, prices.load()).full):,}" in text, kind
